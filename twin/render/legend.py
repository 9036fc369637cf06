"""The legend of a picture: colours of values first, then the layers that are drawn, with their classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twin.render.colouring import Colouring, Ramp
from twin.render.look import rgb
from twin.render.scene import PictureScene, ShownLayer
from twin.render.sheet import EDGE, PAD, Sheet, Words

_LINES: Final = 30  # a legend has at most
_SIDE, _GAP = 13, 9  # of a swatch, and beside it


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, a swatch before them if it has a colour, a ramp under them."""

    words: Words
    colour: str = ""
    indent: float = 0.0
    ramp: Ramp | None = None


def legend(sheet: Sheet, scene: PictureScene) -> None:
    """Draw it on a panel at the lower left."""
    most = min(_LINES, math.floor(0.62 * sheet.size_px[1] / sheet.height(Words("", 14, ""))))
    lines = legend_lines(sheet, scene, most)
    width, height = legend_size(sheet, lines)
    x, y = EDGE * sheet.unit, sheet.size_px[1] - (EDGE + 40) * sheet.unit - height
    sheet.panel(x, y, width, height)
    draw_legend(sheet, lines, x, y, width)


def legend_size(sheet: Sheet, lines: Sequence[Line]) -> tuple[float, float]:
    """Width and height in pixels, with what is around the lines."""
    unit = sheet.unit
    widths = [sheet.width(one.words) + (one.indent + (_SIDE + _GAP if one.colour else 0)) * unit for one in lines]
    width = max([*widths, 190 * unit if any(one.ramp for one in lines) else 0]) + 2 * PAD * unit
    return width, sum(_height(sheet, one) for one in lines) + 1.4 * PAD * unit


def draw_legend(sheet: Sheet, lines: Sequence[Line], x: float, y: float, width: float) -> None:
    """``lines`` below each other, from the upper left corner ``x``, ``y`` of what is around them."""
    unit = sheet.unit
    at = y + 0.6 * PAD * unit
    for one in lines:
        left = x + (PAD + one.indent) * unit
        line = sheet.height(one.words)
        if one.colour:
            sheet.swatch(left, at + (line - _SIDE * unit) / 2, _SIDE * unit, one.colour)
            left += (_SIDE + _GAP) * unit
        sheet.text(left, at + line / 2, one.words, "lm")
        if one.ramp:
            _ramp(sheet, one.ramp, x + PAD * unit, at + line, width - 2 * PAD * unit)
        at += _height(sheet, one)


def _height(sheet: Sheet, line: Line) -> float:
    return sheet.height(line.words) + (28 * sheet.unit if line.ramp else 0)


def legend_lines(sheet: Sheet, scene: PictureScene, most: int) -> list[Line]:
    """Colours of values first; then layers, with their classes as far as ``most`` lines have room."""
    look = sheet.look
    lines = _colouring_lines(sheet, scene.colouring) if scene.colouring else []
    lines.append(Line(Words("图例  Legend", 16, look.text, bold=True)))
    others = [one for one in scene.layers if scene.colouring is None or one.id != scene.colouring.layer]
    room = most - len(lines) - len(others)
    for one in others:
        classes = one.classes[: max(0, room)] if one.classes else ()
        room -= len(classes)
        lines += _layer_lines(sheet, one, len(classes))
    return lines


def _colouring_lines(sheet: Sheet, colouring: Colouring) -> list[Line]:
    look = sheet.look
    unit = f" ({colouring.unit})" if colouring.unit else ""
    head = Line(Words(colouring.title.zh + unit, 16, look.text, bold=True), ramp=colouring.ramp)
    lines = [head, Line(Words(colouring.title.en, 12, look.quiet))]
    if colouring.ramp is not None:
        lines = [Line(head.words), Line(lines[1].words, ramp=colouring.ramp)]
    for one in colouring.entries:
        count = "" if one.count is None else f"  {one.count}"
        lines.append(Line(Words(f"{one.title.zh}  {one.title.en}{count}", 14, look.text), one.colour))
    return lines


def _layer_lines(sheet: Sheet, layer: ShownLayer, classes: int) -> list[Line]:
    look = sheet.look
    head = Words(f"{layer.title.zh}  {layer.title.en}", 14, look.text)
    shown = layer.classes[:classes]
    lines = [Line(head, "" if shown else layer.colour)]
    lines += [Line(Words(one.title.zh, 13, look.quiet), one.colour, 14.0) for one in shown]
    more = layer.more + len(layer.classes) - len(shown)
    if shown and more:
        lines[-1] = Line(Words(f"{shown[-1].title.zh}  等，另 {more} 类", 13, look.quiet), shown[-1].colour, 14.0)
    return lines


def _ramp(sheet: Sheet, ramp: Ramp, x: float, y: float, width: float) -> None:
    unit, look = sheet.unit, sheet.look
    steps = 60
    for one in range(steps):
        place = one / (steps - 1) * (len(ramp.stops) - 1)
        low = min(len(ramp.stops) - 2, int(place))
        pair = zip(rgb(ramp.stops[low]), rgb(ramp.stops[low + 1]), strict=True)
        mixed = "#" + "".join(f"{round(a + (b - a) * (place - low)):02x}" for a, b in pair)
        sheet.box(x + width * one / steps, y, x + width * (one + 1) / steps, y + 8 * unit, mixed)
    for share, value, anchor in ((0.0, ramp.low, "la"), (1.0, ramp.high, "ra")):
        sheet.text(x + width * share, y + 9 * unit, Words(f"{value:.{ramp.decimals}f}", 12, look.quiet), anchor)
