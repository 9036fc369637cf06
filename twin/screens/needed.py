"""Which columns a question has to give: a KPI, a panel of each kind, the colours of the map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from twin.screens.panel import COLUMNS

BESIDE: Final = ("feature_id", "alarm_id", "incident_id", "true_at")  # of every row: what a click chooses, its time
BOTH: Final = ("_zh", "_en")
NUMBERS: Final = frozenset({"value", "low", "high", "target", "compare", "late", "numerator", "denominator", "samples"})
TIMES: Final = frozenset({"at", "since", "until", "true_at"})
_NUMBER: Final = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|DOUBLE|FLOAT|DECIMAL")
_TIME: Final = re.compile(r"TIMESTAMP|DATE")
_NULL: Final = '"NULL"'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer, and DuckDB's type of it."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Needed:
    """``must`` be there, by that name or as ``_zh`` and ``_en``; ``may`` None takes anything beside.

    Columns of ``NUMBERS`` and ``TIMES`` hold what they say unless ``typed`` is off.
    """

    must: tuple[str, ...] = ()
    may: tuple[str, ...] | None = None
    typed: bool = True

    def lacking(self, columns: Sequence[Column]) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is wrong with these, as kinds of mistakes."""
        there = {one.name for one in columns}
        lacking = [one for one in self.must if not _whole(one, there)]
        if lacking:
            yield "sql_lacks", {"names": ", ".join(lacking)}
        if self.may is not None:
            takes = (*self.must, *self.may)
            known = {*takes, *BESIDE, *(both for one in takes for both in _both(one))}
            strange = [one.name for one in columns if one.name not in known]
            if strange:
                yield "sql_strange", {"names": ", ".join(strange), "known": ", ".join((*takes, *BESIDE))}
        if self.typed:
            yield from _mistyped(columns)


def of_panel(kind: str, columns: Iterable[str]) -> Needed:
    """``columns`` are those that a table shows."""
    if kind == "table":
        return Needed(tuple(columns), typed=False)
    must, may = COLUMNS[kind]
    return Needed(must, may)


OF_KPI: Final = Needed(("value",), ("numerator", "denominator", "samples"))
OF_ROWS: Final = Needed(typed=False)
OF_MAP: Final = Needed(("feature_id", "value"), (), typed=False)


def _both(name: str) -> tuple[str, ...]:
    return tuple(name + one for one in BOTH)


def _whole(name: str, there: set[str]) -> bool:
    return name in there or set(_both(name)) <= there


def _mistyped(columns: Iterable[Column]) -> Iterator[tuple[str, dict[str, Any]]]:
    kinds: Mapping[str, tuple[frozenset[str], re.Pattern[str]]] = {
        "sql_no_number": (NUMBERS, _NUMBER),
        "sql_no_time": (TIMES, _TIME),
    }
    for kind, (names, pattern) in kinds.items():
        for one in columns:
            if one.name in names and one.type != _NULL and not pattern.match(one.type):
                yield kind, {"name": one.name, "type": one.type}
