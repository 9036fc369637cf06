"""Kinds that read better as words and numbers than as a chart: ``listed(panel, rows, look)`` gives them as data, which
``viewer/src/panels`` makes elements of, by text nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ioc_app.screens.lists import stages, table, tiles
from ioc_app.screens.look import Look
from twin.screens.panel import Panel
from twin.screens.question import Rows

LISTS: Final[dict[str, Callable[[Panel, Rows, Look], dict[str, Any]]]] = {
    "table": table.listed,
    "tiles": tiles.listed,
    "stages": stages.listed,
}
