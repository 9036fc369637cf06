"""Cells that accepted patches change, put into sheets as they are read: the files themselves never change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from twin.model.finding import CellChange
from twin.readers.base import ReadReport, Source
from twin.readers.tables.sheets import Sheet, text_cell


def patched(sheets: Sequence[Sheet], source: Source, report: ReadReport) -> Sequence[Sheet]:
    """``sheets`` with the changes of ``source``, and a note of how many were made.

    A change is made only where the cell still holds what it held when the change was accepted; the others are named.
    """
    wanted: dict[tuple[str, str], list[CellChange]] = defaultdict(list)
    for one in source.changes:
        wanted[one.file, one.sheet].append(one)
    made: list[str] = []
    lost: list[str] = []
    for sheet in sheets:
        for change in wanted.pop((sheet.file.name, sheet.name), ()):
            (made if _change(sheet, change) else lost).append(f"{sheet.name}!{change.row} {change.heading}")
    lost += [f"{one.sheet}!{one.row} {one.heading}" for rest in wanted.values() for one in rest]
    if made:
        report.note(f"{len(made)} cells were changed by accepted patches: {_some(made)}")
    if lost:
        report.note(f"{len(lost)} changes of accepted patches do not fit this delivery and were left: {_some(lost)}")
    return sheets


def _change(sheet: Sheet, change: CellChange) -> bool:
    """Whether the change was made."""
    if not 1 <= change.row <= len(sheet.rows) or change.column < 1:
        return False
    cells, position = sheet.rows[change.row - 1], change.column - 1
    if (text_cell(cells[position]) if position < len(cells) else None) != change.old:
        return False
    cells += [None] * (change.column - len(cells))
    cells[position] = change.new
    return True


def _some(places: list[str]) -> str:
    return ", ".join(places[:8]) + (" …" if len(places) > 8 else "")
