"""A value by two classes, weekday and hour: darker to lighter along a ramp that the colour-blind read too."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.columns import tick_labels
from ioc_app.screens.figures.drawing import chart, label_axis
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import drawn, plain
from ioc_app.screens.written import number, short, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST_X, MOST_Y = 60, 24
RAMP: Final = "Cividis"


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    across = _order([_class(row, "x", look) for row in rows])[:MOST_X]
    down = _order([_class(row, "y", look) for row in rows])[:MOST_Y]
    cells: dict[tuple[str, str], tuple[int, float | None]] = {}
    for place, row in enumerate(rows):
        cells[_class(row, "y", look), _class(row, "x", look)] = (place, number(row.get("value")))
    grid = [[cells.get((y, x), (None, None)) for x in across] for y in down]
    values = [value for line in grid for _place, value in line if value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    y_axis, left = label_axis(look, down, 5.0)
    every = -(-len(down) // look.lines(MOST_Y))  # where lines are lower than type, not each has its label
    y_axis["tickvals"], y_axis["ticktext"] = y_axis["tickvals"][::every], y_axis["ticktext"][::every]
    bar = {
        "thickness": look.px(10), "len": 1, "outlinewidth": 0, "xpad": look.px(6), "ypad": look.type_px() * 0.6,
        "tickvals": [low, high] if high > low else [low],
        "ticktext": [short(one, look, panel.decimals) for one in ((low, high) if high > low else (low,))],
    }  # fmt: skip
    heat = {
        "type": "heatmap",
        "x": list(range(len(across))),
        "y": list(range(len(down))),
        "z": [[value for _place, value in line] for line in grid],
        "customdata": [[place for place, _value in line] for line in grid],
        "zmin": low,
        "zmax": high if high > low else low + 1,
        "colorscale": RAMP,
        "xgap": look.px(1),
        "ygap": look.px(1),
        "hoverongaps": False,
        "showscale": bool(values),
        "colorbar": bar,
        "hovertext": [
            [
                drawn(f"{y} {x} {with_unit(written(value, panel.decimals), panel.unit, look.language)}", 120)
                for x, (_place, value) in zip(across, line, strict=True)
            ]
            for y, line in zip(down, grid, strict=True)
        ],
        "hoverinfo": "text",
    }
    x_axis = tick_labels(look, across, left + look.type_px() * 4)
    made = chart(look, [heat] if values else [], left=left, xaxis=x_axis, yaxis=y_axis)
    made["layout"]["margin"]["r"] = round(look.type_px() * 3.6)
    return made


def _class(row: Any, name: str, look: Look) -> str:
    value = said(row, name, look.language)
    whole = number(value)
    return f"{whole:g}" if whole is not None else plain(value, 24)


def _order(classes: list[str]) -> list[str]:
    """As they come; numbers by size."""
    found = list(dict.fromkeys(classes))
    try:
        return sorted(found, key=float)
    except ValueError:
        return found
