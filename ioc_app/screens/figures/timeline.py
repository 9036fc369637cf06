"""What happened along the day: a line for each, from its sign to its end, or to now while it goes on."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, chosen, label_axis, labelled
from ioc_app.screens.figures.trend import time_axis
from ioc_app.screens.look import Look, said
from ioc_app.screens.plain import drawn, plain
from ioc_app.screens.written import local, time
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 14
ROW_PX: Final = 22.0


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    del panel  # nothing of it is a number
    known = [(place, row) for place, row in enumerate(rows) if local(row.get("since"), look) is not None]
    shown = known[: look.fits(ROW_PX, MOST)]
    now = look.at.astimezone(look.zone).replace(tzinfo=None)
    data = []
    ends = [now]
    for line, (place, row) in enumerate(shown):
        since, until = local(row["since"], look), local(row.get("until"), look)
        assert since is not None
        goes_on = until is None
        end = max(since, now if until is None else until)
        ends += [since, end]
        colour = look.level_colour(row.get("level")) or look.accent_colour
        mark = look.level_symbol(row.get("level"))
        words = f"{said(row, 'label', look.language)} {time(row['since'], look)} – "
        words += look.text("ongoing") if goes_on else time(row["until"], look)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [since.isoformat(), end.isoformat()],
                "y": [line, line],
                "customdata": [place, place],
                "line": {"color": colour, "width": look.px(7 if chosen(row, look) else 4)},
                "marker": {
                    "symbol": [mark, "triangle-right-open" if goes_on else "line-ns-open"],
                    "size": [look.px(13), look.px(11)],
                    "opacity": 1,
                    "color": colour,
                    "line": {"width": look.px(2), "color": colour},
                },
                "hovertext": [drawn(words, 160)] * 2,
                "hoverinfo": "text",
                "cliponaxis": False,
                "showlegend": False,
            }
        )
    axis, left = label_axis(
        look, [labelled(row, plain(said(row, "label", look.language)), look) for _place, row in shown], 9.0
    )
    x = time_axis(min(ends), max(ends), look, pad=0.04)
    return chart(look, data, left=left, xaxis=x | {"fixedrange": True, "showgrid": True}, yaxis=axis)
