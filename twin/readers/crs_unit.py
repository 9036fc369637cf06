"""Coordinates in a unit that somebody states (a heading, campus.toml), counted in the unit of their CRS."""

from __future__ import annotations

import math
from typing import Final

from twin.crs import horizontal, parse_crs
from twin.units import METRES_PER_UNIT

# A foot without more is the foot of its CRS: international and survey feet differ by 2 millionths.
_SAME_FOOT: Final = 1e-5


def crs_units_per(unit: str, crs: str) -> float | None:
    """How many units of the plane of ``crs`` one ``unit`` is; None where one is a length and the other is none.

    ``unit``: a name of ``METRES_PER_UNIT``, or another unit as ``heading_units`` calls it (``deg``).
    """
    own_m = _metres_per_crs_unit(crs)
    if own_m is None:
        return 1.0 if unit == "deg" else None
    if unit not in METRES_PER_UNIT:
        return None
    factor = METRES_PER_UNIT[unit] / own_m
    return 1.0 if math.isclose(factor, 1.0, rel_tol=_SAME_FOOT) else factor


def _metres_per_crs_unit(crs: str) -> float | None:
    """None for degrees."""
    parsed = parse_crs(crs)
    if parsed is None:
        return 1.0
    flat = horizontal(parsed)
    return None if flat.is_geographic else float(flat.axis_info[0].unit_conversion_factor)
