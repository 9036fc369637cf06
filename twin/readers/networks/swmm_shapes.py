"""SWMM cross sections (SWMM 5.2 user manual, [XSECTIONS]) as round or box sections of the same width and height."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

# Width of the standard closed shapes, as a share of their height (SWMM reference manual II, table 5-1 and xsect.c).
STANDARD_WIDTH: Final = {
    "EGG": 2.0 / 3.0,
    "HORSESHOE": 1.0,
    "GOTHIC": 0.84,
    "CATENARY": 0.9,
    "SEMIELLIPTICAL": 1.0,
    "BASKETHANDLE": 0.944,
    "SEMICIRCULAR": 1.64,
}
ROUND: Final = frozenset(("CIRCULAR", "FORCE_MAIN", "FILLED_CIRCULAR"))
# Geom1 is the full height, Geom2 the (top) width
BOX: Final = frozenset(
    (
        *("RECT_CLOSED", "RECT_OPEN", "RECT_TRIANGULAR", "RECT_ROUND", "MODBASKETHANDLE", "TRIANGULAR"),
        *("PARABOLIC", "POWER", "HORIZ_ELLIPSE", "VERT_ELLIPSE", "ARCH"),
    )
)
# No size of their own in this line
ELSEWHERE: Final = frozenset(("IRREGULAR", "STREET", "DUMMY"))
TRAPEZOID: Final = "TRAPEZOIDAL"
CUSTOM: Final = "CUSTOM"
KNOWN: Final = ROUND | BOX | ELSEWHERE | frozenset((TRAPEZOID, CUSTOM)) | frozenset(STANDARD_WIDTH)


@dataclass(frozen=True, slots=True)
class Shape:
    """What SWMM calls it, and its outline in metres; NaN where it has none. ``barrels``: parallel pipes."""

    name: str
    diameter_m: float = np.nan
    width_m: float = np.nan
    height_m: float = np.nan
    barrels: int = 1

    @property
    def tall_m(self) -> float:
        tall = self.height_m if np.isnan(self.diameter_m) else self.diameter_m
        return 0.0 if np.isnan(tall) else tall


def shape_of(name: str, sizes: tuple[float, float, float, float], curve_width: float, barrels: int) -> Shape:
    """``sizes``: Geom1 to Geom4 in metres; ``curve_width``: widest share of a custom shape curve, NaN without one."""
    height, width, left, right = sizes
    if name in ROUND:
        return Shape(name, diameter_m=height, barrels=barrels)
    if name in ELSEWHERE:
        return Shape(name, barrels=barrels)
    if name in STANDARD_WIDTH:
        width = STANDARD_WIDTH[name] * height
    elif name == TRAPEZOID:
        width = width + height * (left + right)
    elif name == CUSTOM:
        width = height * curve_width
    return Shape(name, width_m=width, height_m=height, barrels=barrels)


def widest(curve: Mapping[str, list[float]], name: str) -> float:
    """The largest width of a shape curve, as a share of its full height."""
    return max(curve.get(name.upper(), []), default=np.nan)
