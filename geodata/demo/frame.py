"""The campus grid: u along the front of the main building, v along the main axis to the hill, turned on the map.

Everything is planned in (u, v) metres around the middle of the forum; surveyors deliver EPSG:4549.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

CRS: Final = "EPSG:4549"
VERTICAL_DATUM: Final = "EPSG:5737"
EAST_M: Final = 429_520.0
NORTH_M: Final = 2_885_910.0
ROTATION_DEG: Final = 6.0  # counter-clockwise, grid east -> u

_COS, _SIN = math.cos(math.radians(ROTATION_DEG)), math.sin(math.radians(ROTATION_DEG))

Array = NDArray[np.float64]
Geometry = TypeVar("Geometry", bound=BaseGeometry)


def to_map(uv: Any) -> Array:
    """(n, 2) plan metres -> (n, 2) east, north."""
    points = np.atleast_2d(np.asarray(uv, dtype=float))
    u, v = points[:, 0], points[:, 1]
    return np.column_stack([EAST_M + u * _COS - v * _SIN, NORTH_M + u * _SIN + v * _COS])


def to_plan(east_north: Any) -> Array:
    """(n, 2) east, north -> (n, 2) plan metres; the inverse of ``to_map``."""
    points = np.atleast_2d(np.asarray(east_north, dtype=float))
    e, n = points[:, 0] - EAST_M, points[:, 1] - NORTH_M
    return np.column_stack([e * _COS + n * _SIN, -e * _SIN + n * _COS])


def geometry_to_map(geometry: Geometry) -> Geometry:
    """A shapely geometry from plan to map coordinates, rounded to the millimetre a total station gives."""
    return shapely.transform(geometry, lambda points: np.round(to_map(points), 3))


def heading_deg(du: float, dv: float) -> float:
    """Clockwise from grid north, of a direction given in the plan."""
    e, n = du * _COS - dv * _SIN, du * _SIN + dv * _COS
    return math.degrees(math.atan2(e, n)) % 360.0
