"""How far something got towards what it should be: a bar in its track, the target a line."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, label_axis, labelled, marked, numbered
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import drawn, plain
from ioc_app.screens.written import NOTHING, number, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 12
ROW_PX: Final = 24.0
FULL: Final = 100.0
WIDEST: Final = 130.0  # what went further ends here, its number says how far


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    shown = list(rows[: look.fits(ROW_PX, MOST)])
    shares = [_share(row) for row in shown]
    texts = [_text(panel, row, share) for row, share in zip(shown, shares, strict=True)]
    opacity, outline = marked(shown, look)
    place = list(range(len(shown)))
    track = {
        "type": "bar", "orientation": "h", "x": [FULL] * len(shown), "y": place, "width": 0.56, "customdata": place,
        "marker": {"color": look.colour("raised"), "line": {"width": look.px(1), "color": look.colour("line")}},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    bars = {
        "type": "bar", "orientation": "h", "x": [min(one or 0.0, WIDEST) for one in shares], "y": place, "width": 0.4,
        "customdata": place,
        "marker": {
            "color": [look.level_colour(row.get("level")) or look.accent_colour for row in shown],
            "opacity": opacity,
            "line": {"width": outline, "color": look.colour("text")},
        },
        "hovertext": [
            drawn(f"{said(row, 'label', look.language)} {text}", 120) for row, text in zip(shown, texts, strict=True)
        ],
        "hoverinfo": "text", "showlegend": False,
    }  # fmt: skip
    goal = {
        "type": "scatter", "mode": "markers", "x": [FULL] * len(shown), "y": place, "customdata": place,
        "marker": {"symbol": "line-ns-open", "size": look.px(14), "color": look.colour("text"),
                   "line": {"width": look.px(2), "color": look.colour("text")}},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip
    axis, left = label_axis(look, [labelled(row, plain(said(row, "label", look.language)), look) for row in shown])
    widest = max(FULL, *(min(one or 0.0, WIDEST) for one in shares)) if shown else FULL
    x = {"visible": False, "range": [0, widest]}
    made = chart(look, [track, bars, goal], left=left, xaxis=x, yaxis=axis, barmode="overlay", bargap=0.3)
    return numbered(look, made, texts)


def _share(row: Any) -> float | None:
    """Percent of the target; None where there is none."""
    value, target = number(row.get("value")), number(row.get("target"))
    return None if value is None or not target else max(0.0, FULL * value / target)


def _text(panel: Panel, row: Any, share: float | None) -> str:
    """``18 / 24`` and how much that is; of a share its own number is enough."""
    value, target = written(row.get("value"), panel.decimals), written(row.get("target"), panel.decimals)
    if panel.unit == "%":
        return f"{value} %" if value != NOTHING else NOTHING
    return f"{value}/{target}" + (f" {share:.0f} %" if share is not None else "") if value != NOTHING else NOTHING
