"""Upright bars by hour, day or class, stacked by series; series differ by hatching too."""

from __future__ import annotations

import re
from typing import Any, Final

from ioc_app.screens.figures.drawing import NEXT_LINE, chart, left_of, marked, number_axis
from ioc_app.screens.look import HATCHES, Look, said
from ioc_app.screens.plain import cut, drawn, ems, plain
from ioc_app.screens.written import dated, number, parsed, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 60
MOST_SERIES: Final = 6
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")  # a date as answers carry it
_COUNTED: Final = re.compile(r"[<>≤≥]?\d")  # a day, an hour, a class of numbers: between two comes what lies between
_TWO_LINES: Final = 8.0  # sizes of type: in a lower chart a second line of labels leaves no room for the bars
_LEAST_EMS: Final = 2.5  # less of a name is none


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    labels = list(dict.fromkeys(_label(row, look) for row in rows))[:MOST]
    where = {label: place for place, label in enumerate(labels)}
    names = list(dict.fromkeys(plain(said(row, "series", look.language), 14) for row in rows))[:MOST_SERIES]
    data = []
    tops, bottoms = [0.0] * len(labels), [0.0] * len(labels)
    for place, name in enumerate(names):
        mine = [
            (number_of, row)
            for number_of, row in enumerate(rows)
            if plain(said(row, "series", look.language), 14) == name and _label(row, look) in where
        ]
        opacity, outline = marked([row for _number, row in mine], look)
        for _number, row in mine:
            value = number(row.get("value")) or 0.0
            (tops if value > 0 else bottoms)[where[_label(row, look)]] += value
        data.append(
            {
                "type": "bar",
                "name": drawn(name, 14),
                "showlegend": len(names) > 1,
                "x": [where[_label(row, look)] for _number, row in mine],
                "y": [number(row.get("value")) for _number, row in mine],
                "customdata": [number_of for number_of, _row in mine],
                "marker": {
                    "color": look.series_colour(place, len(names)),
                    "opacity": opacity,
                    "pattern": {"shape": HATCHES[place], "solidity": 0.3, "size": look.px(6)},
                    "line": {"width": outline, "color": look.colour("text")},
                },
                "hovertext": [
                    drawn(
                        f"{name} {_label(row, look)} "
                        f"{with_unit(written(row.get('value'), panel.decimals), panel.unit, look.language)}",
                        120,
                    )
                    for _number, row in mine
                ],
                "hoverinfo": "text",
            }
        )
    y = number_axis(look, min([0.0, *bottoms]), max([0.0, *tops]), most=look.lines(4, 1.7, 3.6))
    left = left_of(look, y["ticktext"])
    x = tick_labels(look, labels, left)
    return chart(look, data, left=left, xaxis=x, yaxis=y, barmode="relative", bargap=0.25)


def _label(row: Any, look: Look) -> str:
    label = said(row, "label", look.language)
    at = None if isinstance(label, str) and not DAY.fullmatch(label) else parsed(label)
    return dated(at, look) if at is not None else plain(label, 24)


def tick_labels(look: Look, labels: list[str], left: float) -> dict[str, Any]:
    """None runs into the next: names all stand, by turns in two lines if need be; of days and hours each so-manieth."""
    room = max(look.width_px - left - look.px(10), 1.0)
    each = room / max(len(labels), 1)
    widest = min(max((ems(one) for one in labels), default=1.0), 6.0) * look.type_px() + look.px(6)
    every = max(1, int(-(-widest // max(each, 1.0))))
    if every > 1 and _are_names(labels, look) and 2 * each >= _LEAST_EMS * look.type_px():
        return _axis([_in_turn(look, label, place, len(labels), each) for place, label in enumerate(labels)])
    most_ems = max(2.0, (each * every - look.px(4)) / look.type_px())
    return _axis([drawn(cut(label, most_ems)) if place % every == 0 else "" for place, label in enumerate(labels)])


def _are_names(labels: list[str], look: Look) -> bool:
    """Nobody knows a name from its neighbours', as one does a day or an hour."""
    return look.height_px >= _TWO_LINES * look.type_px() and not any(_COUNTED.match(one) for one in labels)


def _in_turn(look: Look, label: str, place: int, of: int, each: float) -> str:
    """Every second one a line lower: each has the room of two, those at the ends what there is beside them."""
    room = min(2 * each, each + 2 * look.px(10)) if place in (0, of - 1) else 2 * each
    text = drawn(cut(label, (room - look.px(4)) / look.type_px()))
    return NEXT_LINE + text if place % 2 else text


def _axis(texts: list[str]) -> dict[str, Any]:
    return {
        "tickvals": [place for place, text in enumerate(texts) if text],
        "ticktext": [text for text in texts if text],
        "tickangle": 0,
        "showgrid": False,
        "range": [-0.5, max(len(texts), 1) - 0.5],
    }
