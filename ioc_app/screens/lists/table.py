"""A table: what a cell says is written here, so that the browser only places texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ioc_app.screens.figures.drawing import chosen
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import plain
from ioc_app.screens.written import dated, duration, number, time_of_day, with_unit, written
from twin.screens.panel import Panel, TableColumn
from twin.screens.question import Rows

MOST: Final = 200
MOST_COLUMNS: Final = 8
RIGHT: Final = {"number", "share", "duration", "time", "date"}

Writer = Callable[[Any, TableColumn, Look], str]
WRITERS: Final[Mapping[str, Writer]] = {
    "text": lambda value, _column, _look: plain(value, 80),
    "number": lambda value, column, look: with_unit(written(value, column.decimals), column.unit, look.language),
    "share": lambda value, column, look: with_unit(written(value, column.decimals), column.unit or "%", look.language),
    "time": lambda value, _column, look: time_of_day(value, look),
    "date": lambda value, _column, look: dated(value, look),
    "duration": lambda value, _column, look: duration(value, look),
    "level": lambda value, _column, look: f"{look.level_sign(value)} {look.level_title(value)}".strip(),
}


def listed(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    columns = panel.columns[:MOST_COLUMNS]
    return {
        "kind": "table",
        "head": [{"text": plain(getattr(one.title, look.language), 24), "right": one.as_ in RIGHT} for one in columns],
        "rows": [
            {"cells": [_cell(row, one, look) for one in columns], "chosen": chosen(row, look)} for row in rows[:MOST]
        ],
    }


def _cell(row: Mapping[str, Any], column: TableColumn, look: Look) -> dict[str, Any]:
    value = said(row, column.name, look.language)
    cell: dict[str, Any] = {"text": WRITERS[column.as_](value, column, look), "right": column.as_ in RIGHT}
    if column.as_ == "level" and (colour := look.level_colour(value)):
        cell["colour"] = colour
    if column.as_ == "share" and (share := number(value)) is not None:
        cell["share"] = round(min(max(share, 0.0), 100.0), 1)  # a bar under the number
    return cell
