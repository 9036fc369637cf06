"""Which column of a sheet is what: headings by alias, in one row or in two.

A title, a project line and a unit line may stand above the headings. Survey forms often have two heading rows: a group
(起点) merged over its columns (点号, 埋深), and plain headings merged downwards; or a row of units below the headings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from twin.readers.heading_units import unit_of
from twin.readers.sniff import HEADING_ROWS

Cells = Sequence[Any]

NO_VALUE: Final = frozenset(("", "/", "\\", "-", "--", "—", "——", "无", "NULL", "NONE", "NAN", "N/A"))


def normal_heading(text: Any) -> str:
    """A heading as it is compared: full width to half width, no blanks, no unit in brackets, upper case."""
    folded = unicodedata.normalize("NFKC", str(text)).upper()
    folded = folded.split("(")[0].split("[")[0]
    return "".join(letter for letter in folded if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Matched:
    """Which column is what. ``columns``: our name -> position; ``headings``: our name -> the heading as written."""

    heading_row: int  # position of the last heading row
    columns: dict[str, int]
    headings: dict[str, str]
    unmatched: dict[str, int]  # heading as written -> position
    doubled: tuple[str, ...]  # headings whose meaning another column already has


def match_headings(
    rows: Sequence[Cells], aliases: Mapping[str, Sequence[str]], normal: Callable[[Any], str] = normal_heading
) -> Matched:
    """The heading row (or two of them) among the first ten that fits the most aliases; the first column wins.

    ``normal`` makes headings and aliases comparable.
    """
    wanted = {normal(alias): name for name, some in aliases.items() for alias in some}
    row, cells = _heading_cells(rows[:HEADING_ROWS], lambda text: wanted.get(normal(text)))
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    unmatched: dict[str, int] = {}
    doubled: list[str] = []
    for position, text in enumerate(cells):
        name = wanted.get(normal(text))
        if name is None:
            if text:
                unmatched.setdefault(text, position)
        elif name in columns:
            doubled.append(text)
        else:
            columns[name] = position
            headings[name] = text
    return Matched(row, columns, headings, unmatched, tuple(doubled))


def _heading_cells(rows: Sequence[Cells], name_of: Callable[[str], str | None]) -> tuple[int, list[str]]:
    """The last heading row and a heading for every column. Two rows must know more columns than one, or say units."""

    def known(cells: list[str]) -> int:
        return len({name for cell in cells if (name := name_of(cell)) is not None})

    if not rows:
        return 0, []
    plain = [[str(cell).strip() for cell in row] for row in rows]
    alone = max(range(len(plain)), key=lambda row: known(plain[row]))
    stacked = [_stacked(above, below, name_of) for above, below in pairwise(plain)]
    if alone < len(stacked) and _is_unit_row(plain[alone + 1]):
        return alone + 1, stacked[alone]
    best = max(range(len(stacked)), key=lambda row: known(stacked[row]), default=0)
    if stacked and known(stacked[best]) > known(plain[alone]):
        return best + 1, stacked[best]
    return alone, plain[alone]


def _is_unit_row(cells: list[str]) -> bool:
    said = [cell for cell in cells if cell.upper() not in NO_VALUE]
    return bool(said) and all(unit_of(cell.strip("()（）")) for cell in said)


def _stacked(above: list[str], below: list[str], name_of: Callable[[str], str | None]) -> list[str]:
    """One heading a column from two rows. A group reaches as far as cells stand under it and no other begins."""
    found: list[str] = []
    group = ""
    for position in range(max(len(above), len(below))):
        over = above[position] if position < len(above) else ""
        under = below[position] if position < len(below) else ""
        group = over or (group if under else "")
        found.append(_joined(group, under, name_of) if group and under else group or under)
    return found


def _joined(group: str, under: str, name_of: Callable[[str], str | None]) -> str:
    """``起点`` over ``埋深``, ``埋深(m)`` over ``起点``, ``坐标(m)`` over ``X``: as one heading would say it."""
    if under.upper() in NO_VALUE:
        return group
    unit = under.strip("()（）")
    if unit_of(unit):
        return f"{group}({unit})"
    folded = unicodedata.normalize("NFKC", group)
    bare, bracket, behind = folded.partition("(")
    forms = [f"{form}{bracket}{behind}" for form in (bare + under, under + bare, under)]
    return next((form for form in forms if name_of(form) is not None), forms[0])
