"""What all charts share: the template of a style, an axis of numbers, an axis of labels, marks of what is chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ioc_app.screens.look import Look
from ioc_app.screens.plain import cut, drawn, ems
from ioc_app.screens.styles import tokens
from ioc_app.screens.written import short
from twin.screens.question import Rows

CLEAR: Final = "rgba(0,0,0,0)"
PALE: Final = 0.35
NEXT_LINE: Final = "<br>"  # before a label that stands a line lower than its neighbours
SAME: Final = 1e-9  # of one and the same value
LINE: Final = 1.25  # of a number at an axis, in sizes of type
TOP: Final = 0.9  # what the number at the top of an axis takes above it: plotly.js leaves out what would be cut
STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def template(look: Look) -> dict[str, Any]:
    """The template of plotly for a colour style at a size of type."""
    axis = {
        "gridcolor": look.colour("line"),
        "gridwidth": max(1, look.px(1)),
        "linecolor": look.colour("line-strong"),
        "zerolinecolor": look.colour("line-strong"),
        "ticks": "",
        "ticklabelstandoff": round(look.px(4)),
        "fixedrange": True,
        "showline": False,
        "zeroline": False,
    }
    return {
        "layout": {
            "font": {
                "family": tokens(look.style)["font"],
                "size": look.type_px(),
                "color": look.colour("text-2"),
            },
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "colorway": [look.series_colour(number, 6) for number in range(6)],
            "hoverlabel": {
                "bgcolor": look.colour("panel-solid"),
                "bordercolor": look.colour("line-strong"),
                "font": {"color": look.colour("text"), "size": look.type_px()},
                "align": "left",
            },
            "legend": {
                "bgcolor": CLEAR,
                "font": {"size": look.type_px()},
                "itemwidth": max(30, round(look.px(30))),  # plotly.js takes no less
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "xaxis": axis,
            "yaxis": axis,
        }
    }


def chart(look: Look, data: list[dict[str, Any]], *, left: float, **layout: Any) -> dict[str, Any]:
    """A figure; ``left`` is the room for what stands left of it, px. Named series have a legend above.

    Of an axis of numbers beside it, only the first and the last stand where all of them would touch.
    """
    named = [one for one in data if one.get("showlegend")]
    x_axis, y_axis = layout.get("xaxis", {}), layout.get("yaxis", {})
    in_turns = any(NEXT_LINE in one for one in x_axis.get("ticktext", ()))
    bottom = 0 if x_axis.get("visible") is False else look.type_px() * (2.9 if in_turns else 1.6)
    margin = {
        "l": round(left),
        "r": round(_right_px(x_axis, left, look)),
        "t": round(_legend_px(named, look) if named else look.type_px() * TOP),
        "b": round(bottom + look.px(2)),
        "pad": 0,
    }
    first, last = y_axis.get("range", (0, 0))
    if last > first:  # upward: names go down
        layout["yaxis"] = _thinned(y_axis, look.height_px - margin["t"] - margin["b"], look)
    base = {
        "template": template(look),
        "margin": margin,
        "minreducedheight": 10,  # a legend that is higher than reckoned takes from the bars, not from the labels below
        "showlegend": bool(named),
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "hovermode": "closest",
        "separators": ".,",
    }
    return {"data": data, "layout": base | layout}


def _right_px(axis: Mapping[str, Any], left: float, look: Look) -> float:
    """Room right of a chart: its last label below stands under its own place and does not hang out."""
    least = look.px(10)
    if axis.get("visible") is False or not axis.get("tickvals"):
        return least
    first, last, place = (_along(one) for one in (*axis["range"], axis["tickvals"][-1]))
    beside = (look.width_px - left - least) * (last - place) / (last - first)
    half = ems(axis["ticktext"][-1].removeprefix(NEXT_LINE)) * look.type_px() / 2
    return max(least, half + look.px(3) - beside)


def _along(place: float | str) -> float:
    """Of an axis of numbers or of times."""
    return datetime.fromisoformat(place).timestamp() if isinstance(place, str) else place


def _legend_px(named: list[dict[str, Any]], look: Look) -> float:
    """How high plotly.js makes a legend, and what it keeps free around it, whatever the type."""
    return 22 + 1.45 * look.type_px() * _legend_lines(named, look)


def _legend_lines(named: list[dict[str, Any]], look: Look) -> int:
    """One, or as many columns as the widest leaves room for."""
    wide = [look.px(46) + ems(one["name"]) * look.type_px() for one in named if "name" in one]
    room = look.width_px - look.px(20)
    if sum(wide) <= room:
        return min(1, len(named))
    return math.ceil(len(wide) / max(1, int(room / max(wide))))


def number_axis(look: Look, low: float, high: float, *, most: int = 4, room: float = 0.0) -> dict[str, Any]:
    """From ``low`` to ``high`` in at most ``most`` round steps; ``room`` is what stays free above, as a share."""
    if high - low <= SAME * max(abs(low), abs(high), 1.0):
        low, high = (0.0, high) if high > SAME else (low, 0.0) if low < -SAME else (0.0, 1.0)
    raw = (high - low) / most
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(one * size for one in STEPS if one * size >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    values = [round(number * step, 12) for number in range(first, last + 1)]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9) + (1 if step / size == 2.5 else 0))
    return {
        "range": [values[0], values[-1] + (values[-1] - values[0]) * room],
        "tickvals": values,
        "ticktext": [short(one, look, decimals) for one in values],
    }


def _thinned(axis: dict[str, Any], room_px: float, look: Look) -> dict[str, Any]:
    fitting = 1 + int(room_px / (LINE * look.type_px()))
    if len(axis["tickvals"]) <= max(2, fitting):
        return axis
    return axis | {name: [axis[name][0], axis[name][-1]] for name in ("tickvals", "ticktext")}


def left_of(look: Look, texts: Sequence[str], least_ems: float = 1.5) -> float:
    """Room for the widest of some texts, px."""
    return max([least_ems, *(ems(one) for one in texts)]) * look.type_px() + look.px(8)


def label_axis(look: Look, labels: Sequence[str], most_ems: float = 9.5) -> tuple[dict[str, Any], float]:
    """Lines from the top down, each with its label; the axis, and the room its labels take."""
    shown = [cut(one, min(most_ems, 0.42 * look.width_px / look.type_px())) for one in labels]
    axis = {
        "tickvals": list(range(len(shown))),
        "ticktext": [drawn(one) for one in shown],
        "range": [len(shown) - 0.5, -0.5],
        "showgrid": False,
        "tickfont": {"color": look.colour("text")},
    }
    return axis, left_of(look, shown)


def chosen(row: Mapping[str, Any], look: Look) -> bool:
    """Whether a row is of the place that is chosen."""
    return look.place is not None and row.get("feature_id") == look.place


def marked(rows: Rows, look: Look) -> tuple[list[float], list[float]]:
    """Opacity and width of outline of each row: those of the chosen place stand out, if any is among them."""
    found = [chosen(row, look) for row in rows]
    if not any(found):
        return [1.0] * len(found), [0.0] * len(found)
    return [1.0 if one else PALE for one in found], [look.px(2) if one else 0.0 for one in found]


def labelled(row: Mapping[str, Any], label: str, look: Look) -> str:
    """A label with the sign of its level before it."""
    sign = look.level_sign(row.get("level"))
    return f"{sign} {label}" if sign else label


def numbered(look: Look, made: dict[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """A figure of lines with the number of each at its right edge, where no bar and no mark covers it."""
    room = max((ems(one) for one in texts), default=0.0) * look.type_px() + look.px(10)
    made["layout"]["margin"]["r"] = round(room)
    made["layout"]["annotations"] = [
        {
            "text": drawn(text),
            "x": 1,
            "xref": "paper",
            "xanchor": "right",
            "xshift": round(room - look.px(2)),
            "y": line,
            "yref": "y",
            "showarrow": False,
            "font": {"color": look.colour("text"), "size": look.type_px()},
        }
        for line, text in enumerate(texts)
    ]
    return made
