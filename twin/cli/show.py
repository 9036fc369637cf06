"""What people see of long work and of reports: rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from twin.analysis.checks import Finding
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
            self._console.print(Text(f"{what}: {state}"), soft_wrap=True)
            return
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task("", total=1)
        self._bars.update(self._tasks[what], description=f"{what}: {state}", completed=state in ("read", "cached"))


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 160)


def _crs_cell(seen: Inspection) -> str:
    if seen.crs is None:
        return "not said" if seen.needs_crs else ""
    from twin.crs import parse_crs, short_name  # heavy, and only this table needs it

    return short_name(parse_crs(seen.crs, ""))


def show_init(report: InitReport) -> None:
    table = Table(show_edge=False, header_style="bold")
    for name in ("file", "reader", "layers", "CRS", "heights", "remark"):
        table.add_column(name)
    for one in report.deliveries:
        seen = one.inspection
        cells = (
            one.path.name,
            ", ".join(one.readers),
            ", ".join(seen.layers) if seen else "",
            _crs_cell(seen) if seen else "",
            (seen.vertical_datum or "not said") if seen and seen.has_heights else "",
            one.problem or ("unplaced" if seen and seen.unplaced else ""),
        )
        table.add_row(*(Text(cell[:120]) for cell in cells))
    console = _console()
    console.print(table)
    for line in report.missing:
        console.print(Text(f"missing: {line}", style="yellow"))
    console.print(Text(f"Wrote {report.folder / 'campus.toml'}"))


def show_build(result: BuildResult) -> None:
    console = _console()
    manifest = result.manifest
    if not result.changed:
        console.print(Text(f"Nothing changed; generation {manifest.generation:04d} stands."))
        if result.registers.changed and result.registers.edition is not None:
            show_registers(result.registers.edition.to_dict(), changed=True)
        return
    show_info(manifest.to_dict())


def show_info(said: dict[str, Any]) -> None:
    """``said`` as ``twin info --json`` prints it."""
    console = _console()
    console.print(
        Text(f"{said['campus']} · generation {said['generation']:04d} · {said['crs']} · {said['vertical_datum']}")
    )
    layers = Table(show_edge=False, header_style="bold")
    layers.add_column("layer")
    layers.add_column("features", justify="right")
    layers.add_column("triangles", justify="right")
    for layer_id, one in said["layers"].items():
        layers.add_row(layer_id, f"{one['features']:,}", f"{one['triangles']:,}")
    console.print(layers)
    _show_sources(console, said["sources"])
    for key, one in said["tilesets"].items():
        gigabytes = one["bytes"] / 1e9
        console.print(Text(f"3D Tiles {key}: {one['path']} · {one['files']:,} files · {gigabytes:,.2f} GB"))


def show_registers(edition: dict[str, Any] | None, changed: bool) -> None:
    """``edition`` as ``Edition.to_dict`` has it."""
    console = _console()
    if edition is None:
        console.print("This campus has no registers.")
    elif not changed:
        console.print(Text(f"Nothing changed; edition {edition['number']:04d} of the registers stands."))
    else:
        counts = ", ".join(f"{name} {count:,}" for name, count in edition["rows"].items())
        console.print(Text(f"Edition {edition['number']:04d} of the registers is in force: {counts}"))
        _show_sources(console, edition["sources"])


def _show_sources(console: Console, said: Sequence[dict[str, Any]]) -> None:
    sources = Table(show_edge=False, header_style="bold")
    for name, side in (
        ("source", "left"),
        ("reader", "left"),
        ("found", "right"),
        ("kept", "right"),
        ("meshed", "right"),
    ):
        sources.add_column(name, justify="right" if side == "right" else "left")
    sources.add_column("skipped")
    for one in said:
        skipped = ", ".join(f"{reason} {count}" for reason, count in one["skipped"].items())
        remark = one["error"] or skipped
        sources.add_row(
            Text(one["key"]), one["reader"], f"{one['found']:,}", f"{one['kept']:,}", f"{one['meshed']:,}", Text(remark)
        )
    console.print(sources)


def show_export(report: ExchangeReport, language: str) -> None:
    console = _console()
    tiles = report.tiles
    frame = "ECEF" if report.on_globe else "local"
    megabytes = tiles.bytes / 1e6
    console.print(
        Text(f"{report.folder / 'tileset.json'} · {frame} · {tiles.glbs:,} GLB · {megabytes:,.1f} MB"), soft_wrap=True
    )
    if report.masked:
        names = ", ".join(report.masked)
        console.print(
            Text(
                f"已略去地下图层：{names}。确需导出请用 --underground 并说明理由。"
                if language == "zh"
                else f"Left out, since they lie underground: {names}. Say --underground and why to include them."
            ),
            soft_wrap=True,
        )


def show_findings(findings: Sequence[Finding], language: str) -> None:
    console = _console()
    if not findings:
        console.print("检查通过，没有发现问题。" if language == "zh" else "Checked: nothing found.")
        return
    table = Table(show_edge=False, header_style="bold")
    for name in ("severity", "rule", "layer", "source", "row", "finding", "cure"):
        table.add_column(name)
    for one in findings:
        row = one.to_dict()
        cells = (row["severity"], row["rule"], row["layer"], row["source"], row["row"], row["message"], row["fix"])
        table.add_row(*(Text(str(cell if cell is not None else "")) for cell in cells))
    console.print(table)
