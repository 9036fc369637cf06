"""A tile a module: its number, how it was before, its worst item, and the screen behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ioc_app.screens.figures.drawing import chosen
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import plain
from ioc_app.screens.written import NOTHING, number, unit_said, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 12


def listed(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    return {"kind": "tiles", "tiles": [_tile(panel, row, look) for row in rows[:MOST]]}


def _tile(panel: Panel, row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    value = written(row.get("value"), panel.decimals)
    worst = plain(said(row, "worst", look.language), 30)
    return {
        "label": plain(said(row, "label", look.language), 14),
        "value": value,
        "unit": plain(unit_said(_unit(panel, row, look, value), look.language), 10),
        "before": _before(panel, row, look),
        "worst": look.text("worst", what=worst) if worst else "",
        "colour": look.level_colour(row.get("level")),
        "sign": look.level_sign(row.get("level")),
        "chosen": chosen(row, look),
    }


def _unit(panel: Panel, row: Mapping[str, Any], look: Look, value: str) -> str:
    """Beside no number stands what the row says there, which is why; the panel's own unit would say nothing."""
    own = str(said(row, "unit", look.language) or "")
    return own if value == NOTHING else own or panel.unit


def _before(panel: Panel, row: Mapping[str, Any], look: Look) -> str:
    """What it was, and an arrow for which way it went since."""
    now, before = number(row.get("value")), number(row.get("compare"))
    if before is None:
        return ""
    arrow = "" if now is None else "↑ " if now > before else "↓ " if now < before else "→ "
    return arrow + look.text("before", value=written(before, panel.decimals))
