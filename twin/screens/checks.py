"""What is wrong with KPIs and screens beyond the shape of their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final

import pyarrow as pa
from pydantic_core import PydanticCustomError

from twin.live.rules.text import check_template
from twin.model.points import point_types
from twin.model.registers import REGISTERS
from twin.screens.needed import OF_KPI, OF_MAP, OF_ROWS, Needed, of_panel
from twin.screens.panel import COLUMNS
from twin.screens.screen import PER_SIDE
from twin.screens.source import Source, Steps
from twin.screens.sql_check import EmptyCampus, SqlCheck

_NAMED: Final = 12


@dataclass(frozen=True)
class Known:
    """The names that files may use. ``shown`` are layers that the map has beside: attached tilesets."""

    layers: Mapping[str, pa.Schema]
    sql: SqlCheck
    shown: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def of(layers: Mapping[str, pa.Schema], shown: Iterable[str] = ()) -> Known:
        """Layers of the program with their columns; those that a campus does not have are there and empty."""
        return Known(layers, EmptyCampus(layers), frozenset(shown))

    def showing(self, shown: Iterable[str]) -> Known:
        """The same with other sets beside."""
        return replace(self, shown=frozenset(shown))


def check_kpi(source: Source, at: Steps, known: Known) -> None:
    """One entry of ``[[kpis]]``."""
    _sql(source, (*at, "sql"), OF_KPI, known)
    _sql(source, (*at, "rows_sql"), OF_ROWS, known)
    _needs(source, (*at, "needs"), known)


def check_screen(source: Source, kpis: Collection[str], known: Known) -> None:
    """A whole screen. ``kpis`` are the ids that there are, those of broken ones among them."""
    named = source.texts("kpis")
    _known(source, ("kpis",), named, kpis)
    _once(source, ((("kpis",), one) for one in named))
    panels = source.entries("panels")
    _once(source, (((*at, "id"), source.text(*at, "id")) for at in panels))
    _sides(source, panels)
    for at in panels:
        _panel(source, at, known)
    shown = source.at("map", "layers")
    _known(source, ("map", "layers"), shown if isinstance(shown, dict) else (), known.layers.keys() | known.shown)
    if source.at("map", "colour") is not None:
        _colour(source, ("map", "colour"), known)


def _sides(source: Source, panels: Sequence[Steps]) -> None:
    """What a side has no room for would not be shown."""
    there: Counter[str] = Counter()
    for at in panels:
        side = source.text(*at, "side")
        if side is not None:
            there[side] += 1
            if there[side] > PER_SIDE:
                source.tell((*at, "side"), "side_is_full", side=side, number=there[side], most=PER_SIDE)


def _panel(source: Source, at: Steps, known: Known) -> None:
    kind = source.text(*at, "kind")
    named = [((*one, "name"), source.text(*one, "name")) for one in source.entries(*at, "columns")]
    columns = [name for _, name in named if name is not None]
    if kind == "table" and source.sound(*at, "columns") and not columns:
        source.tell((*at, "columns"), "table_without_columns")
    if kind in COLUMNS and kind != "table" and source.at(*at, "columns"):
        source.tell((*at, "columns"), "columns_of_no_table", panel=kind)
    _once(source, named)
    needed = of_panel(kind, columns) if kind in COLUMNS else Needed(typed=False)
    _sql(source, (*at, "sql"), needed, known)
    _title(source, at, known)
    _needs(source, (*at, "needs"), known)


def _title(source: Source, at: Steps, known: Known) -> None:
    """Words in braces are columns of what ``title_sql`` gives."""
    sql = source.text(*at, "title_sql")
    words: Collection[str] = ()
    if sql is not None:
        _sql(source, (*at, "title_sql"), OF_ROWS, known)
        if not source.sound(*at, "title_sql"):
            return
        words = [one.name for one in known.sql.columns(sql)]
    elif not source.sound(*at, "title_sql"):
        return
    for language in ("zh", "en"):
        template = source.text(*at, "title", language)
        try:
            check_template(template or "", words)
        except PydanticCustomError as fault:
            lacks_sql = fault.type == "template_word" and sql is None
            kind = "title_without_sql" if lacks_sql else fault.type
            source.tell((*at, "title", language), kind, **(fault.context or {}))


def _colour(source: Source, at: Steps, known: Known) -> None:
    layer = source.text(*at, "layer")
    _known(source, (*at, "layer"), () if layer is None else (layer,), known.layers)
    _sql(source, (*at, "sql"), OF_MAP, known)
    _needs(source, (*at, "needs"), known)
    steps = [one for one in source.entries(*at, "steps") if source.sound(*one)]
    said = [(one, source.at(*one, "below"), source.at(*one, "value")) for one in steps]
    for one, below, value in said:
        if (below is None) == (value is None):
            source.tell(one, "step_one_of")
    whole = [one for one in said if source.sound(*one[0])]
    numbers = [(one, below) for one, below, _ in whole if below is not None]
    if numbers and len(numbers) < len(whole):
        source.tell((*at, "steps"), "steps_of_both")
    for (_, before), (one, below) in pairwise(numbers):
        if below <= before:
            source.tell((*one, "below"), "steps_backwards", below=f"{below:g}", before=f"{before:g}")
    _once(source, (((*one, "value"), value) for one, _, value in whole))


def _sql(source: Source, at: Steps, needed: Needed, known: Known) -> None:
    sql = source.text(*at)
    for kind, params in known.sql.check(sql, needed) if sql is not None else ():
        source.tell(at, kind, **params)


def _needs(source: Source, at: Steps, known: Known) -> None:
    there: Mapping[str, Collection[str]] = {
        "quantity": {one.quantity for points in point_types().values() for one in points},
        "register": REGISTERS.keys(),
        "layer": known.layers.keys(),
    }
    for need in source.texts(*at):
        kind, _, name = need.partition(":")
        for either in name.split("|") if kind in there else ():
            if not any(fnmatchcase(one, either) for one in there[kind]):
                source.tell(at, "unknown_name", name=f"{kind}:{either}", known=_some(there[kind]))


def _known(source: Source, at: Steps, names: Iterable[str], there: Collection[str]) -> None:
    for name in dict.fromkeys(names):
        if name not in there:
            source.tell(at, "unknown_name", name=name, known=_some(there))


def _once(source: Source, named: Iterable[tuple[Steps, str | None]]) -> None:
    there: set[str] = set()
    for at, name in named:
        if name is not None and name in there:
            source.tell(at, "names_twice", names=name)
        there |= {name} if name is not None else set()


def _some(names: Iterable[str]) -> str:
    there = sorted(names)
    return ", ".join(there[:_NAMED]) + (", …" if len(there) > _NAMED else "") or "-"
