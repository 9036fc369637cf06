"""How many stand at each stage, and how many of them late."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.drawing import chosen
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import plain
from ioc_app.screens.written import number, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 9


def listed(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    shown = rows[:MOST]
    most = max((number(row.get("value")) or 0.0 for row in shown), default=0.0)
    return {
        "kind": "stages",
        "stages": [
            {
                "label": plain(said(row, "label", look.language), 12),
                "value": written(row.get("value"), panel.decimals),
                "late": look.text("late", n=written(late)) if (late := number(row.get("late"))) else "",
                "share": round(100 * max(0.0, number(row.get("value")) or 0.0) / most, 1) if most > 0 else 0.0,
                "chosen": chosen(row, look),
            }
            for row in shown
        ],
    }
