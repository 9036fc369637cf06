"""How values spread: how many lie in each class, and where the middle one is."""

from __future__ import annotations

import math
from statistics import median
from typing import Any, Final

from ioc_app.screens.figures.drawing import STEPS, chart, left_of, number_axis
from ioc_app.screens.look import HATCHES, Look, said
from ioc_app.screens.plain import drawn, plain
from ioc_app.screens.written import number, short, unit_said, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST_SERIES: Final = 4
FEWEST, MOST = 5, 20


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    values: dict[str, list[tuple[int, float]]] = {}
    for place, row in enumerate(rows):
        value, name = number(row.get("value")), plain(said(row, "series", look.language), 14)
        if value is not None and (name in values or len(values) < MOST_SERIES):
            values.setdefault(name, []).append((place, value))
    every = [value for found in values.values() for _place, value in found]
    if not every:
        return chart(look, [], left=look.px(8), xaxis={"visible": False}, yaxis={"visible": False})
    start, step, count = _classes(every)
    totals = [0] * count
    data = []
    for place, (name, found) in enumerate(values.items()):
        counts = [0] * count
        for _row, value in found:
            counts[min(count - 1, int((value - start) / step + 1e-9))] += 1
        totals = [before + now for before, now in zip(totals, counts, strict=True)]
        data.append(_bars(panel, look, name, counts, start, step, place, len(values)))
    middle = median(every)
    y = number_axis(look, 0.0, float(max(totals)), most=look.lines(4, 1.7, 3.6), room=0.18)
    line = {"type": "line", "x0": middle, "x1": middle, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": look.colour("text"), "width": look.px(1.5), "dash": "dash"}}  # fmt: skip
    exact = with_unit(written(middle, max(panel.decimals, _decimals(step))), panel.unit, look.language)
    words = {
        "text": drawn(look.text("median", value=exact)),
        "x": middle, "y": 1, "yref": "paper", "yanchor": "top", "showarrow": False,
        "xanchor": "left" if middle < start + step * count / 2 else "right", "xshift": 0,
        "font": {"color": look.colour("text")},
    }  # fmt: skip
    x = _class_axis(look, start, step, count)
    left = left_of(look, y["ticktext"])
    return chart(
        look, data, left=left, xaxis=x, yaxis=y, barmode="stack", bargap=0.06, shapes=[line], annotations=[words]
    )


def _classes(values: list[float]) -> tuple[float, float, int]:
    """Where classes begin, how wide they are (a round number), and how many: after Sturges."""
    low, high = min(values), max(values)
    wanted = min(MOST, max(FEWEST, math.ceil(math.log2(len(values)) + 1)))
    raw = (high - low) / wanted or abs(low) / 10 or 1.0
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(one * size for one in STEPS if one * size >= raw * 0.999)
    start = math.floor(low / step) * step
    return start, step, max(1, math.floor((high - start) / step + 1e-9) + 1)


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _bars(
    panel: Panel, look: Look, name: str, counts: list[int], start: float, step: float, place: int, of: int
) -> dict[str, Any]:
    decimals = _decimals(step)
    return {
        "type": "bar",
        "name": drawn(name, 14),
        "showlegend": of > 1,
        "x": [round(start + step * (one + 0.5), 9) for one in range(len(counts))],
        "y": counts,
        "marker": {
            "color": look.series_colour(place, of),
            "pattern": {"shape": HATCHES[place], "solidity": 0.3, "size": look.px(6)},
        },
        "hovertext": [
            drawn(
                f"{name} {written(start + step * one, decimals)}–{written(start + step * (one + 1), decimals)} "
                f"{unit_said(panel.unit, look.language)}: {count}",
                120,
            )
            for one, count in enumerate(counts)
        ],
        "hoverinfo": "text",
    }


def _class_axis(look: Look, start: float, step: float, count: int) -> dict[str, Any]:
    """A number at every so many edges of classes."""
    edges = [round(start + step * one, 9) for one in range(count + 1)]
    texts = [short(one, look, _decimals(step)) for one in edges]
    most = max(2, int((look.width_px - look.px(50)) / (look.type_px() * 3.5)))
    every = -(-len(edges) // most)
    return {
        "range": [edges[0], edges[-1]],
        "tickvals": edges[::every],
        "ticktext": texts[::every],
        "showgrid": False,
    }
