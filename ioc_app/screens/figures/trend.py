"""Lines over time, with a band of what is normal; forecasts and what is compared with are dashed, gaps are gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, left_of, number_axis
from ioc_app.screens.look import DASHES, FORECAST_DASH, Look, said
from ioc_app.screens.plain import drawn
from ioc_app.screens.written import day, local, number, with_unit, written
from ioc_app.screens.written import time as time_text
from twin.screens.panel import Panel
from twin.screens.question import Rows

Point = tuple[int, datetime, dict[str, Any]]  # row, campus-local time, row

MOST_SERIES: Final = 6
GAP: Final = 1.75  # times the usual step: one reading that is missing leaves twice the step
DAY: Final = timedelta(days=1)


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    lines = _lines(rows, look)
    data = _band(next(iter(lines.values()), []), look)
    for place, (name, points) in enumerate(lines.items()):
        data += _line(panel, points, look, name, place, len(lines))
    values = [one for row in rows for name in ("value", "low", "high") if (one := number(row.get(name))) is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    bottom = 0.0 if 0 <= low < high / 2 else low  # far from zero the shape matters
    y = number_axis(look, bottom, high, most=look.lines(4, 1.7, 3.6))
    every = [at for points in lines.values() for _row, at, _said in points]
    x = time_axis(min(every), max(every), look) if every else {"visible": False}
    drag = {"dragmode": "zoom" if every else False, "hovermode": "x"}
    return chart(look, data, left=left_of(look, y["ticktext"]), xaxis=x, yaxis=y, **drag)


def _lines(rows: Rows, look: Look) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for number_of, row in enumerate(rows):
        name, at = str(said(row, "series", look.language) or ""), local(row.get("at"), look)
        if at is not None and (name in found or len(found) < MOST_SERIES):
            found.setdefault(name, []).append((number_of, at, dict(row)))
    for points in found.values():
        points.sort(key=lambda one: one[1])
    return found


def _with_gaps(points: list[Point]) -> list[Point | None]:
    """None where readings are missing: no line leads over it."""
    steps = [(after[1] - before[1]).total_seconds() for before, after in pairwise(points)]
    usual = median(steps) if steps else 0.0
    shown: list[Point | None] = []
    for place, point in enumerate(points):
        if place and usual and steps[place - 1] > GAP * usual:
            shown.append(None)
        shown.append(point)
    return shown


def _band(points: list[Point], look: Look) -> list[dict[str, Any]]:
    """From ``low`` to ``high``, in as many parts as gaps leave."""
    parts: list[list[Point]] = [[]]
    for point in _with_gaps(points):
        if point is not None and number(point[2].get("low")) is not None and number(point[2].get("high")) is not None:
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    fill = {"type": "scatter", "mode": "lines", "fill": "toself", "line": {"width": 0}, "opacity": 0.22}
    return [
        fill
        | {
            "x": [one[1].isoformat() for one in (*part, *reversed(part))],
            "y": [number(one[2]["high"]) for one in part] + [number(one[2]["low"]) for one in reversed(part)],
            "fillcolor": look.colour("text-3"),
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for part in parts
        if part
    ]


def _line(panel: Panel, points: list[Point], look: Look, name: str, place: int, of: int) -> list[dict[str, Any]]:
    """What was, and dashed what is expected, joined where one follows the other."""
    expected = [point for point in points if point[2].get("forecast")]
    been = [point for point in points if not point[2].get("forecast")]
    joined = [been[-1], *expected] if been and expected and been[-1][1] < expected[0][1] else expected
    colour = look.accent_colour if place == 0 else look.series_colour(place, of)
    drawn_lines = [(been, DASHES[place % len(DASHES)]), (joined, FORECAST_DASH)]
    data = []
    for part, dash in drawn_lines:
        if not part:
            continue
        shown = _with_gaps(part)
        values = [number(one[2].get("value")) if one else None for one in shown]
        alone = [_alone(values, where) for where in range(len(values))]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if any(alone) else "lines",
                "name": drawn(name, 14),
                "showlegend": of > 1 and part is (been or joined),
                "x": [one[1].isoformat() if one else None for one in shown],
                "y": values,
                "customdata": [one[0] if one else None for one in shown],
                "connectgaps": False,
                "line": {"color": colour, "width": look.px(2.5 if place == 0 else 1.75), "dash": dash},
                "marker": {"size": [look.px(6) if one else 0 for one in alone], "color": colour},
                "hovertext": [_hover(panel, one, look, name) for one in shown],
                "hoverinfo": "text",
            }
        )
    return data


def _alone(values: list[float | None], where: int) -> bool:
    """A reading between two gaps is no line: it is a dot."""
    around = [values[one] for one in (where - 1, where + 1) if 0 <= one < len(values)]
    return values[where] is not None and all(one is None for one in around)


def _hover(panel: Panel, point: Point | None, look: Look, name: str) -> str:
    if point is None:
        return ""
    value = with_unit(written(point[2].get("value"), panel.decimals), panel.unit, look.language)
    return drawn(" ".join(one for one in (name[:30], time_text(point[1], look), value) if one), 120)


def time_axis(first: datetime, last: datetime, look: Look, pad: float = 0.01) -> dict[str, Any]:
    """Ticks at hours or midnights of the campus, as many as there is room for."""
    most = max(2, int((look.width_px - look.px(60)) / (look.type_px() * 4.5)))
    span = last - first
    hours = next((one for one in (1, 2, 3, 6, 12) if span / timedelta(hours=one) <= most), None)
    midnight = datetime(first.year, first.month, first.day)
    hourly = hours is not None and span <= 2 * DAY
    step = timedelta(hours=hours or 24) if hourly else DAY * max(1, -(-span.days // most))
    ticks = [midnight + step * count for count in range(int((last - midnight) / step) + 1)]
    ticks = [at for at in ticks if at >= first]
    beside = span * pad or timedelta(hours=1)
    return {
        "type": "date",
        "range": [(first - beside).isoformat(), (last + beside).isoformat()],
        "tickvals": [at.isoformat() for at in ticks],
        "ticktext": [_tick(at, look, hourly=hourly, days=span > DAY) for at in ticks],
        "fixedrange": False,
        "showgrid": False,
    }


def _tick(at: datetime, look: Look, *, hourly: bool, days: bool) -> str:
    """The hour; the day where there is more than one, or where hours have no room."""
    return f"{at:%H:%M}" if hourly and not (days and at.hour == 0) else day(at, look)
