"""The grid of a plan: crosses at round coordinates of the campus, their numbers at the edges."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from twin.render.sheet import Sheet, Words
from twin.render.view import View

_APART: Final = 330.0  # points between crosses, at least
_ARM: Final = 7.0


def draw_crosses(sheet: Sheet, view: View, origin: tuple[float, float, float]) -> int:
    """Draw them on a plan; gives how many metres they are apart.

    Numbers at the left are y (north), those at the foot x (east), in metres of the campus CRS.
    """
    metre = view.metres_per_pixel(sheet.size_px)
    apart = _round_up(_APART * sheet.unit * metre)
    wide, high = sheet.size_px
    x0, y0 = view.target[0] + origin[0] - wide / 2 * metre, view.target[1] + origin[1] - high / 2 * metre
    east = np.arange(math.ceil(x0 / apart), math.floor((x0 + wide * metre) / apart) + 1) * apart
    north = np.arange(math.ceil(y0 / apart), math.floor((y0 + high * metre) / apart) + 1) * apart
    columns, rows = (east - x0) / metre, high - (north - y0) / metre
    arm, thin, ink = _ARM * sheet.unit, 0.9 * sheet.unit, sheet.look.text
    for x in columns:
        for y in rows:
            sheet.line(x - arm, y, x + arm, y, ink, thin)
            sheet.line(x, y - arm, x, y + arm, ink, thin)
    for x, value in zip(columns, east, strict=True):
        _number(sheet, x, high - 11 * sheet.unit, f"{value:.0f}", "mm")
    for y, value in zip(rows, north, strict=True):
        _number(sheet, 5 * sheet.unit, y, f"{value:.0f}", "lm")
    return apart


def _number(sheet: Sheet, x: float, y: float, text: str, anchor: str) -> None:
    words = Words(text, 10, sheet.look.text)
    width, height = sheet.width(words) + 6 * sheet.unit, sheet.height(words)
    left = x - width / 2 if anchor == "mm" else x - 3 * sheet.unit
    sheet.panel(left, y - height / 2, width, height)
    sheet.text(x, y, words, anchor)


def _round_up(length_m: float) -> int:
    """The least of 1, 2, 5, 10 … whole metres that is not less."""
    power = int(10.0 ** math.floor(math.log10(max(length_m, 1.0))))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= length_m - 1e-9)
