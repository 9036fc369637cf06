"""What people see of long work and of reports: rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from twin.cli.fit_words import fit_lines
from twin.cli.saying import shown
from twin.errors import TwinError
from twin.model.finding import SEVERITY_TITLES
from twin.model.text import visible

if TYPE_CHECKING:
    from twin.build import BuildResult
    from twin.build.exchange import ExchangeReport
    from twin.init import InitReport
    from twin.readers.base import Inspection


class Progress:
    """Called with (what, state). A bar per source on a terminal, a line per step elsewhere, nothing if ``quiet``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._console = Console(stderr=True)
        self._bars: Bars | None = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Progress:
        if not self._quiet and self._console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bars = Bars(*columns, console=self._console, transient=True)
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, what: str, state: str) -> None:
        if self._quiet:
            return
        if self._bars is None:
            self._console.print(shown(f"{what}: {state}"), soft_wrap=True)
            return
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task("", total=1)
        self._bars.update(
            self._tasks[what], description=escape(visible(f"{what}: {state}")), completed=state in ("read", "cached")
        )


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 160)


def _crs_cell(seen: Inspection, not_said: str) -> str:
    if seen.crs is None:
        return not_said if seen.needs_crs else ""
    from twin.crs import parse_crs, short_name  # heavy, and only this table needs it

    return short_name(parse_crs(seen.crs, ""))


_INIT_HEADINGS = {
    "zh": ("文件", "读取器", "图层", "坐标系", "高程基准"),
    "en": ("file", "reader", "layers", "CRS", "heights"),
}


def show_init(report: InitReport, language: str) -> None:
    """A table of what was taken; below it a line for every file that was not and every question left."""
    zh = language == "zh"
    console = _console()
    taken = [(one, one.taken) for one in report.deliveries if one.taken is not None]
    if taken:
        table = Table(show_edge=False, header_style="bold")
        for name in _INIT_HEADINGS[language]:
            table.add_column(name, overflow="fold")
        not_said = "未说明" if zh else "not said"
        for one, seen in taken:
            datum = (seen.vertical_datum or not_said) if seen.has_heights else ""
            cells = (one.shown, one.readers[0], ", ".join(seen.layers), _crs_cell(seen, not_said), datum)
            table.add_row(*(shown(cell) for cell in cells))
        console.print(table)
    left_out, missing = ("未采用：", "待回答：") if zh else ("left out: ", "missing: ")
    for _, seen in taken:
        for note in seen.notes:
            _line(console, note, "dim")
    for delivery in report.deliveries:
        if delivery.problem is not None:
            _line(console, left_out + delivery.problem.text(language), "yellow")
    for question in report.questions:
        _line(console, missing + (question.zh if zh else question.en), "yellow")
    path = report.folder / "campus.toml"
    if report.written:
        _line(console, f"已写入 {path}" if zh else f"Wrote {path}")
    else:
        _line(console, f"没有可用的文件，未写 {path}" if zh else f"No file could be taken; {path} was not written")


def _line(console: Console, text: str, style: str = "") -> None:
    """One line however long it is: what is printed for a file or a pipe must not be broken."""
    console.print(shown(text, style=style), soft_wrap=True)


def show_build(result: BuildResult, language: str) -> None:
    number = f"{result.manifest.generation:04d}"
    if not result.changed:
        zh = language == "zh"
        _line(_console(), f"没有变化；仍用版本 {number}。" if zh else f"Nothing changed; generation {number} stands.")
        if result.registers.changed and result.registers.edition is not None:
            show_registers(result.registers.edition.to_dict(), changed=True, language=language)
        return
    said = result.manifest.to_dict()
    show_info(said, language, remarks=False)
    if patches := said["patches"]:
        numbers = ", ".join(f"{one:04d}" for one in patches)
        zh = language == "zh"
        _line(_console(), f"采用修正：{numbers}" if zh else f"Read with the accepted patches {numbers}")
    count = sum(len(_remarks(one, language)) for one in said["sources"])
    if count:
        zh = language == "zh"
        _line(
            _console(),
            f"读取器另有 {count} 条说明：twin info" if zh else f"{count} remarks of readers: twin info",
            "dim",
        )


_INFO_HEADINGS = {
    "zh": (("图层", "要素", "三角形"), ("来源", "读取器", "发现", "采用", "成形", "略过")),
    "en": (("layer", "features", "triangles"), ("source", "reader", "found", "kept", "meshed", "skipped")),
}
_NOTES_SHOWN = 5  # a source; --json has them all


def show_info(said: dict[str, Any], language: str, *, remarks: bool = True) -> None:
    """``said`` as ``twin info --json`` prints it; ``remarks`` of the readers after it."""
    console = _console()
    generation = f"{'版本' if language == 'zh' else 'generation'} {said['generation']:04d}"
    _line(console, f"{said['campus']} · {generation} · {said['crs']} · {said['vertical_datum']}")
    layers = _counting_table(_INFO_HEADINGS[language][0], text_columns=(0,))
    for layer_id, one in said["layers"].items():
        layers.add_row(shown(layer_id), f"{one['features']:,}", f"{one['triangles']:,}")
    console.print(layers)
    for key, one in said["tilesets"].items():
        gigabytes = one["bytes"] / 1e9
        _line(console, f"3D Tiles {key}: {one['path']} · {one['files']:,} files · {gigabytes:,.2f} GB")
    _show_sources(console, said["sources"], language)
    for fault in said["errors"]:
        _line(console, fault, "red")
    _show_inspection(console, said["inspection"], language)
    for one in said["sources"] if remarks else ():
        for line in _remarks(one, language):
            _line(console, line, "dim")


def _show_inspection(console: Console, said: dict[str, Any] | None, language: str) -> None:
    """One line: what the build's own inspection found, or why there is none."""
    if said is None:  # built by an earlier version
        return
    if said["failed"] is not None:
        _line(console, TwinError.from_dict(said["failed"]).text(language), "yellow")
        return
    counts = {one: f"{said['found'][one]:,}" for one in SEVERITY_TITLES}
    if language == "zh":
        told = "、".join(f"{counts[one]} 条{title.zh}" for one, title in SEVERITY_TITLES.items())
        _line(console, f"质量检查：{told}（twin check）", "dim")
    else:
        told = ", ".join(f"{counts[one]} {title.en}" for one, title in SEVERITY_TITLES.items())
        _line(console, f"Inspected: {told} (twin check)", "dim")


def show_registers(edition: dict[str, Any] | None, *, changed: bool, language: str) -> None:
    """``edition`` as ``Edition.to_dict`` has it."""
    console, zh = _console(), language == "zh"
    if edition is None:
        _line(console, "此园区没有台账。" if zh else "This campus has no registers.")
        return
    number = f"{edition['number']:04d}"
    if not changed:
        _line(console, f"没有变化；仍用台账第 {number} 版。" if zh else f"Nothing changed; edition {number} stands.")
        return
    counts = ", ".join(f"{name} {count:,}" for name, count in edition["rows"].items())
    _line(console, f"台账第 {number} 版已生效：{counts}" if zh else f"Edition {number} is in force: {counts}")
    _show_sources(console, edition["sources"], language)


def _show_sources(console: Console, said: Sequence[dict[str, Any]], language: str) -> None:
    sources = _counting_table(_INFO_HEADINGS[language][1], text_columns=(0, 1, 5))
    for one in said:
        skipped = ", ".join(f"{reason} {count}" for reason, count in one["skipped"].items())
        counts = (f"{one[name]:,}" for name in ("found", "kept", "meshed"))
        sources.add_row(shown(one["key"]), shown(one["reader"]), *counts, shown(skipped))
    console.print(sources)
    for one in said:
        if one["found"] and not one["kept"]:
            _line(console, _barren(one, language), "yellow")


def _barren(source: dict[str, Any], language: str) -> str:
    """A source of which nothing could be used is more often broken off, or the wrong file, than meant."""
    key, found, reasons = source["key"], f"{source['found']:,}", ", ".join(source["skipped"])
    if language == "zh":
        return f"{key}：发现 {found} 项，一项也未能采用（{reasons}）。请核对文件是否完整、是否带有坐标。"
    return f"{key}: {found} found and none of them kept ({reasons}). Is the file whole, and does it have coordinates?"


def _counting_table(headings: Sequence[str], text_columns: Sequence[int]) -> Table:
    table = Table(show_edge=False, header_style="bold")
    for position, name in enumerate(headings):
        table.add_column(name, justify="left" if position in text_columns else "right")
    return table


def _remarks(source: dict[str, Any], language: str) -> list[str]:
    """How well control points fit, and the first notes of the reader."""
    zh, key, notes = language == "zh", source["key"], source["notes"]
    lines = list(notes[:_NOTES_SHOWN])
    lines[:0] = [f"{key}：{one.zh}" if zh else f"{key}: {one.en}" for one in fit_lines(source["georeference"])]
    if len(notes) > _NOTES_SHOWN:
        more = len(notes) - _NOTES_SHOWN
        lines.append(f"{key}：另有 {more} 条（--json）" if zh else f"{key}: {more} more notes with --json")
    return lines


def show_export(report: ExchangeReport, language: str) -> None:
    console = _console()
    tiles = report.tiles
    frame = "ECEF" if report.on_globe else "local"
    megabytes = tiles.bytes / 1e6
    console.print(
        shown(f"{report.folder / 'tileset.json'} · {frame} · {tiles.glbs:,} GLB · {megabytes:,.1f} MB"), soft_wrap=True
    )
    if report.masked:
        names = ", ".join(report.masked)
        console.print(
            shown(
                f"已略去地下图层：{names}。确需导出请用 --underground 并说明理由。"
                if language == "zh"
                else f"Left out, since they lie underground: {names}. Say --underground and why to include them."
            ),
            soft_wrap=True,
        )
