"""Charts for paper, as SVG: bars, columns, lines, each with its numbers written at it. No script, no outside file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ioc_app.reports.markup import Markup, el
from ioc_app.screens.look import Look
from ioc_app.screens.plain import cut, ems
from ioc_app.screens.written import short, with_unit, written

WIDTH: Final = 520.0  # units of the drawing; a column of the page is as wide
TYPE: Final = 12.0
ROW: Final = 20.0
HEIGHT: Final = 170.0  # of columns and lines
_LEFT, _BOTTOM, _TOP = 48.0, 22.0, 20.0
_DASHES: Final = (None, "5 3", "1 3", "8 3 2 3")


@dataclass(frozen=True, slots=True)
class Series:
    """``values`` by place; None is a gap. ``pattern`` is how it is told from the others without colour."""

    title: str
    values: Sequence[float | None]
    colour: str


@dataclass(frozen=True, slots=True)
class Axis:
    unit: str = ""
    decimals: int = 0
    labels: Sequence[str] = field(default=())


def bars(labels: Sequence[str], values: Sequence[float | None], axis: Axis, look: Look) -> Markup:
    """Lying bars, as they are ordered, with label and number at each."""
    wide, room = WIDTH * 0.36, WIDTH * 0.44
    most = max((abs(one) for one in values if one is not None), default=0.0) or 1.0
    parts: list[Markup] = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = place * ROW
        length = room * abs(value or 0.0) / most
        parts += [
            _text(cut(label, wide / TYPE - 1), wide - 6, y + 14, "end"),
            el("rect", x=wide, y=y + 4, width=length, height=ROW - 8, fill=look.accent_colour),
            _text(with_unit(written(value, axis.decimals), axis.unit, look.language), wide + length + 6, y + 14),
        ]
    return _svg(parts, len(labels) * ROW + 4)


def columns(series: Sequence[Series], axis: Axis, look: Look) -> Markup:
    """Standing columns, one above the other where there are several series."""
    count = len(axis.labels)
    totals = [sum(one.values[place] or 0.0 for one in series) for place in range(count)]
    top = _nice(max(totals, default=0.0))
    step = (WIDTH - _LEFT) / max(1, count)
    parts = _grid(top, axis, look)
    for place in range(count):
        base = HEIGHT - _BOTTOM
        for one in series:
            height = _tall(one.values[place] or 0.0, top)
            base -= height
            x = _LEFT + place * step + step * 0.15
            if height > 0:
                parts.append(el("rect", x=x, y=base, width=step * 0.7, height=height, fill=one.colour))
        if totals[place] and count <= 16:
            middle = _LEFT + (place + 0.5) * step
            parts.append(_text(short(totals[place], look, axis.decimals), middle, base - 3, "middle"))
    return _svg([*parts, *_labels(axis.labels, step), *_legend(series)], HEIGHT)


def lines(series: Sequence[Series], axis: Axis, look: Look) -> Markup:
    """Over time; gaps stay gaps."""
    known = [value for one in series for value in one.values if value is not None]
    low, top = min([0.0, *known]), _nice(max(known, default=0.0))
    low = -_nice(-low) if low < 0 else 0.0
    count = len(axis.labels)
    step = (WIDTH - _LEFT - 8) / max(1, count - 1)
    parts = _grid(top, axis, look, low)
    for number, one in enumerate(series):
        way, pen = "", "M"
        for place, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            y = HEIGHT - _BOTTOM - _tall(value - low, top - low)
            way += f"{pen}{_LEFT + place * step:.1f} {y:.1f}"
            pen = "L"
        dash = _DASHES[number % len(_DASHES)]
        parts.append(el("path", d=way, fill="none", stroke=one.colour, stroke_width=1.6, stroke_dasharray=dash))
    return _svg([*parts, *_labels(axis.labels, step, 0.0), *_legend(series)], HEIGHT)


def _tall(value: float, top: float) -> float:
    return (HEIGHT - _BOTTOM - _TOP) * value / top if top else 0.0


def _grid(top: float, axis: Axis, look: Look, low: float = 0.0) -> list[Markup]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        value, y = low + (top - low) * share, HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * share
        decimals = axis.decimals if axis.decimals or (value == int(value)) else 1
        parts += [
            el("line", x1=_LEFT, x2=WIDTH, y1=y, y2=y, stroke="#d3dbe3"),
            _text(short(value, look, decimals), _LEFT - 5, y + 4, "end"),
        ]
    return [*parts, _text(axis.unit, 0.0, 11.0)] if axis.unit else parts


def _labels(labels: Sequence[str], step: float, middle: float = 0.5) -> list[Markup]:
    """As many as stand beside one another."""
    widest = max((ems(one) for one in labels), default=1.0) * TYPE + 8
    every = max(1, math.ceil(widest / step))
    last = 0 if middle else len(labels) - 1  # of lines the last point stands at the edge
    return [
        _text(label, _LEFT + (place + middle) * step, HEIGHT - 6, "end" if last and place == last else "middle")
        for place, label in enumerate(labels)
        if place % every == 0
    ]


def _legend(series: Sequence[Series]) -> list[Markup]:
    parts, x = [], WIDTH
    for one in reversed(series) if len(series) > 1 else ():
        title = cut(one.title, 12)
        x -= ems(title) * TYPE + 22
        parts += [el("rect", x=x, y=3, width=10, height=10, fill=one.colour), _text(title, x + 14, 12)]
    return parts


def _nice(value: float) -> float:
    """The next number that an axis may end with."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(one * size for one in (1, 2, 4, 5, 6, 8, 10) if one * size >= value * 0.999999)


def _text(words: str, x: float, y: float, anchor: str = "start") -> Markup:
    return el("text", words, x=x, y=y, text_anchor=anchor)


def _svg(parts: Sequence[Markup], height: float) -> Markup:
    return el("svg", *parts, viewBox=f"0 0 {WIDTH:.0f} {height:.0f}", role="img", class_="chart")
