"""Ranked bars, the first at the top, with a line at the target and a ring at what they are compared with."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, label_axis, labelled, marked, number_axis, numbered
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import drawn, plain
from ioc_app.screens.written import number, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 12
ROW_PX: Final = 22.0  # of the design


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    shown = list(rows[: look.fits(ROW_PX, MOST)])
    labels = [labelled(row, plain(said(row, "label", look.language)), look) for row in shown]
    values = [number(row.get("value")) for row in shown]
    texts = [written(one, panel.decimals) for one in values]
    opacity, outline = marked(shown, look)
    level_colours = [look.level_colour(row.get("level")) for row in shown]
    place = list(range(len(shown)))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [one or 0.0 for one in values],
        "y": place,
        "customdata": place,
        "width": 0.62,
        "marker": {
            "color": [one or look.accent_colour for one in level_colours],
            "opacity": opacity,
            "line": {"width": outline, "color": look.colour("text")},
        },
        "hovertext": [drawn(f"{said(row, 'label', look.language)} {with_unit(text, panel.unit, look.language)}", 120)
                      for row, text in zip(shown, texts, strict=True)],
        "hoverinfo": "text",
        "showlegend": False,
    }  # fmt: skip
    data = [bars, *_marks(shown, look, panel)]
    every = [
        one for row in shown for name in ("value", "target", "compare") if (one := number(row.get(name))) is not None
    ]
    axis, left = label_axis(look, labels)
    x = number_axis(look, min([0.0, *every]), max([0.0, *every]))
    x["range"] = [x["range"][0], max([0.0, *every]) or x["range"][1]]
    made = chart(look, data, left=left, xaxis={"visible": False} | x, yaxis=axis, bargap=0.3)
    return numbered(look, made, texts)


def _marks(rows: Rows, look: Look, panel: Panel) -> list[dict[str, Any]]:
    """Where the target is and where it was before: their shapes are in the panel's second line."""
    found = []
    for name, symbol, colour in (("target", "line-ns-open", "text"), ("compare", "circle", "panel-solid")):
        at = [(place, value) for place, row in enumerate(rows) if (value := number(row.get(name))) is not None]
        if at:
            mark = {"symbol": symbol, "size": look.px(14 if name == "target" else 9), "color": look.colour(colour)}
            found.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [value for _place, value in at],
                    "y": [place for place, _value in at],
                    "customdata": [place for place, _value in at],
                    "marker": mark | {"line": {"width": look.px(2), "color": look.colour("text")}},
                    "hovertext": [
                        drawn(
                            f"{look.text(name)} {with_unit(written(value, panel.decimals), panel.unit, look.language)}",
                            80,
                        )
                        for _place, value in at
                    ],
                    "hoverinfo": "text",
                    "showlegend": False,
                }
            )
    return found
