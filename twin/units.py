"""Lengths and other quantities become SI at the edge; inside there is only SI.

Factors: BIPM SI brochure (9th ed.); US survey foot: NIST Federal Register 2020-21902 (1200/3937 m).
"""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])

# Metres in one unit. Names as they occur in WKT, IFC, EPANET, SWMM and survey tables, lower case.
METRES_PER_UNIT: Final[dict[str, float]] = {
    "m": 1.0,
    "metre": 1.0,
    "meter": 1.0,
    "mm": 1e-3,
    "millimetre": 1e-3,
    "millimeter": 1e-3,
    "cm": 1e-2,
    "centimetre": 1e-2,
    "dm": 1e-1,
    "km": 1e3,
    "kilometre": 1e3,
    "in": 0.0254,
    "inch": 0.0254,
    "ft": 0.3048,
    "foot": 0.3048,
    "feet": 0.3048,
    "us survey foot": 1200.0 / 3937.0,
    "foot_us": 1200.0 / 3937.0,
    "us-ft": 1200.0 / 3937.0,
    "yard": 0.9144,
    "mile": 1609.344,
}


def metres_per(unit: str) -> float:
    """Metres in one ``unit``; raises ``KeyError`` for a unit that is not in the table."""
    return METRES_PER_UNIT[unit.strip().lower()]


def in_metres(number: Number, unit: str) -> Number:
    """``number`` of ``unit``, a name in the table, in metres."""
    return number / (1.0 / METRES_PER_UNIT[unit])  # divided, 300 mm are 0.3 m to the last digit
