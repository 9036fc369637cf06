"""Parts of a whole as a ring of five slices at most, fewer in a low panel; what is beyond is one slice, "other"."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, chosen
from ioc_app.screens.look import HATCHES, Look, said
from ioc_app.screens.plain import cut, drawn, ems, plain
from ioc_app.screens.written import number, short, unit_said, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 5
RING: Final = 0.42  # of the width; its legend has the rest
HOLE: Final = 0.62


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    parts = _parts(rows, look)
    total = sum(value for _row, _label, value in parts)
    room = max(4.0, 0.5 * look.width_px / look.type_px() - 6)
    places = [row for row, _label, _value in parts]
    side = look.px(6)
    whole = _whole(panel, total, look, min(RING * look.width_px, look.height_px) - 2 * side)
    pull = [0.06 if row is not None and chosen(rows[row], look) else 0.0 for row in places]
    ring = {
        "type": "pie",
        "hole": HOLE,
        "title": {
            "text": whole,
            "position": "middle center",
            "font": {"size": look.type_px(), "color": look.colour("text")},
        },
        "sort": False,
        "direction": "clockwise",
        "domain": {"x": [0, RING], "y": [0.02, 0.98]},
        "labels": [
            f"{drawn(cut(label, room))}  {100 * value / total:.0f} %" + "\u200b" * place  # two of one name stay two
            for place, (_row, label, value) in enumerate(parts)
        ],
        "values": [value for _row, _label, value in parts],
        "customdata": [-1 if row is None else row for row in places],
        "textinfo": "none",
        "pull": pull,
        "marker": {
            "colors": [look.colour(one) for one in ("one", "two", "three", "four", "five")][: len(parts)],
            "pattern": {"shape": list(HATCHES[: len(parts)]), "solidity": 0.3, "size": look.px(6)},
            "line": {"width": look.px(2), "color": look.colour("panel-solid")},
        },
        "hovertext": [
            drawn(f"{label} {with_unit(written(value, panel.decimals), panel.unit, look.language)}", 120)
            for _row, label, value in parts
        ],
        "hoverinfo": "text",
        "showlegend": bool(parts),
    }
    legend = {"x": 0.47, "xanchor": "left", "y": 0.5, "yanchor": "middle", "traceorder": "normal"}
    drawn_chart = chart(look, [ring] if parts else [], left=side, legend=legend)
    drawn_chart["layout"]["margin"] |= {"t": side, "b": side}
    return drawn_chart


def _parts(rows: Rows, look: Look) -> list[tuple[int | None, str, float]]:
    """Largest first; what is no part of anything (nothing, less than nothing) is left out."""
    known = [
        (place, str(said(row, "label", look.language) or ""), value)
        for place, row in enumerate(rows)
        if (value := number(row.get("value"))) is not None and value > 0
    ]
    known.sort(key=lambda one: -one[2])
    first: list[tuple[int | None, str, float]] = [*known]
    most = look.lines(MOST, 1.6, 1.0)  # as many as its legend has lines
    if len(known) <= most:
        return first
    rest = known[most - 1 :]
    return [*first[: most - 1], (None, look.text("other"), sum(value for _place, _label, value in rest))]


def _whole(panel: Panel, total: float, look: Look, ring_px: float) -> str:
    """The total and its unit, where the hole has room for them."""
    number_text, unit = short(total, look, panel.decimals), plain(unit_said(panel.unit, look.language))
    widest = max(ems(number_text), ems(unit)) * look.type_px()
    return f"{drawn(number_text)}<br>{drawn(unit)}" if widest <= 0.9 * HOLE * ring_px else ""
