"""``twin diff``, ``twin generations``, ``twin prune``: what a new survey changed, and the models that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from twin.cli.saying import say, say_json
from twin.cli.versions import folder_argument

if TYPE_CHECKING:
    from twin.analysis.changes import Changes
    from twin.model.text import Title
    from twin.store.keeping import Held
    from twin.store.prune import Pruned

_DIFF: Final = {
    "zh": ("图层", "新增", "删除", "移动", "改值", "未变", "最大平面 m", "最大高程 m"),
    "en": ("layer", "added", "removed", "moved", "changed", "unchanged", "farthest plan m", "farthest height m"),
}
_HELD: Final = {
    "zh": ("版本", "启用时间", "图层", "要素", "来源", "MB", "保留原因"),
    "en": ("generation", "in force from", "layers", "features", "sources", "MB", "kept because"),
}
_KEPT: Final = {
    "zh": {"in_use": "在用", "leased": "正被读取", "cited": "快照引用"},
    "en": {"in_use": "in use", "leased": "being read", "cited": "cited by a snapshot"},
}
_SAID: Final = {
    "zh": {
        "from": "第 {old} 版 → 第 {new} 版",
        "same": "没有差异。",
        "others": "其余 {n} 个图层没有差异。",
        "place": "{layer}：{n} 个要素的编号取自几何，按位置配对。",
        "unmatched": "{layer}：{n} 个新增或删除的要素编号取自几何，可能是同一物体。",
        "both": "{layer}：移动的要素中 {n} 个属性也变了。",
        "never": "从未启用",
        "removed": "已清理第 {n} 版（{mb:,.1f} MB）",
        "would": "将清理第 {n} 版（{mb:,.1f} MB）",
        "spared": "保留第 {n} 版：{why}",
        "swept": "清除上次中断的残留：{n} 个",
        "total": "保留最新 {kept} 版；另因引用或读取保留 {spared} 版；释放 {mb:,.1f} MB。",
        "total_dry": "试运行，未删除。保留最新 {kept} 版；另因引用或读取保留 {spared} 版；可释放 {mb:,.1f} MB。",
    },
    "en": {
        "from": "generation {old} → {new}",
        "same": "Nothing differs.",
        "others": "In {n} other layers nothing differs.",
        "place": "{layer}: {n} features whose ids come from their geometry were paired by place.",
        "unmatched": "{layer}: {n} added or removed features have ids from their geometry and may be the same things.",
        "both": "{layer}: {n} of those that moved have other values, too.",
        "never": "never in force",
        "removed": "removed generation {n} ({mb:,.1f} MB)",
        "would": "would remove generation {n} ({mb:,.1f} MB)",
        "spared": "kept generation {n}: {why}",
        "swept": "swept the remains of runs that were killed: {n}",
        "total": "The newest {kept} are kept, {spared} older ones for a reason; {mb:,.1f} MB freed.",
        "total_dry": "Nothing was removed: a dry run. The newest {kept} stay, {spared} older ones for a reason; {mb:,.1f} MB would be freed.",  # noqa: E501
    },
}


def _language() -> str:
    from twin.cli import language

    return language()


@click.command()
@folder_argument
@click.argument("gen1", type=click.IntRange(min=1), required=False)
@click.argument("gen2", type=click.IntRange(min=1), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Every difference as GeoParquet.")
def diff(folder: Path, gen1: int | None, gen2: int | None, as_json: bool, out: Path | None) -> None:
    """Say what differs between two generations of FOLDER; default: the one before, and the one in use.

    Moved is over 1 mm. With --out each difference is a row with its old and new values and where it is (exactly, as
    twin query tells it); what was removed, where it was.

    \b
    twin diff my-campus
    twin diff my-campus 3 7 --out changes.parquet
    """
    from twin.analysis.changes import changes_between
    from twin.errors import NoEarlierGenerationError
    from twin.store import geoparquet
    from twin.store.campus import Campus, Generation
    from twin.store.keeping import existing, one_before

    new = existing(folder, gen2) if gen2 is not None else Campus.open(folder).generation.number
    old = existing(folder, gen1) if gen1 is not None else one_before(folder, new)
    if old is None:
        raise NoEarlierGenerationError(path=folder, generation=new)
    before, after = Generation(folder, old), Generation(folder, new)
    changes = changes_between(before, after)
    if out is not None:
        building = out.with_name(f".{out.name}.new")
        geoparquet.write(building, changes.to_arrow(), changes.crs)
        building.replace(out)
    if as_json:
        say_json(changes.to_dict())
    else:
        titles = {name: one.title for name, one in {**before.definitions, **after.definitions}.items()}
        _show_changes(changes, titles, _language())


def _show_changes(changes: Changes, titles: Mapping[str, Title], language: str) -> None:
    words = _SAID[language]
    say(words["from"].format(old=changes.old, new=changes.new))
    differing = [one for one in changes.layers if not one.is_same]
    if not differing:
        say(words["same"])
        return
    names = {one.layer_id: titles[one.layer_id].text(language) for one in differing}
    counts = [
        (
            names[one.layer_id],
            *(f"{value:,}" for value in (one.added, one.removed, one.moved, one.changed, one.unchanged)),
            *(f"{value:.3f}" if value else "" for value in (one.largest_plan_m, one.largest_height_m)),
        )
        for one in differing
    ]
    _show_table(_DIFF[language], counts)
    if same := len(changes.layers) - len(differing):
        say(words["others"].format(n=same))
    for one in differing:
        remarks = {"both": one.moved_and_changed, "place": one.matched_by_place, "unmatched": one.unmatched}
        for remark, number in remarks.items():
            if number:
                say(words[remark].format(layer=names[one.layer_id], n=number))


def _show_table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from twin.cli.saying import shown

    table = Table(show_edge=False, header_style="bold")
    for number, name in enumerate(headings):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(shown(cell) for cell in row))
    Console().print(table)


@click.command()
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def generations(folder: Path, as_json: bool) -> None:
    """List the models of FOLDER that can still be read: when each came into force, and why it is kept."""
    from twin.store.keeping import held

    found = held(folder)
    if as_json:
        say_json({"generations": [one.to_dict() for one in found]})
        return
    language = _language()
    _show_table(_HELD[language], [_held_row(one, language) for one in found])


def _held_row(one: Held, language: str) -> tuple[str, ...]:
    since = one.in_force_at
    return (
        str(one.number),
        since.astimezone().strftime("%Y-%m-%d %H:%M") if since else _SAID[language]["never"],
        str(len(one.features)),
        f"{sum(one.features.values()):,}",
        str(len(one.sources)),
        f"{one.size_bytes / 1e6:,.1f}",
        _why(one, language),
    )


def _why(one: Held, language: str) -> str:
    return ", ".join(_KEPT[language][reason] for reason in one.kept)


@click.command()
@folder_argument
@click.option("--keep", type=click.IntRange(min=1), required=True, metavar="N", help="So many of the newest stay.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def prune(folder: Path, keep: int, dry_run: bool, as_json: bool) -> None:
    """Remove the oldest models of FOLDER beyond the newest N.

    Never removed: the one in use, one that somebody reads at this moment, one that a kept snapshot shows.
    """
    from twin.store.prune import prune as prune_generations

    pruned = prune_generations(folder, keep, dry_run=dry_run)
    if as_json:
        say_json(pruned.to_dict())
    else:
        _show_pruned(pruned, _language())


def _show_pruned(pruned: Pruned, language: str) -> None:
    words = _SAID[language]
    for one in pruned.removed:
        line = words["would" if pruned.dry_run else "removed"]
        say(line.format(n=one.number, mb=one.size_bytes / 1e6))
    for one in pruned.spared:
        say(words["spared"].format(n=one.number, why=_why(one, language)))
    if pruned.swept and not pruned.dry_run:
        say(words["swept"].format(n=pruned.swept))
    line = words["total_dry" if pruned.dry_run else "total"]
    say(line.format(kept=len(pruned.kept), spared=len(pruned.spared), mb=pruned.freed_bytes / 1e6))
