"""Cells of a grid as areas, and areas as cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.elevation import Transform


def area_of(cells: NDArray[np.bool_], transform: Transform) -> Any:
    """The true cells of (rows, columns) as one (multi)polygon in the campus CRS."""
    dx, _, west, _, dy, north = transform
    edge = np.diff(np.pad(cells.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edge == 1)
    _, end = np.nonzero(edge == -1)
    runs = shapely.box(west + start * dx, north + (row + 1) * dy, west + end * dx, north + row * dy)
    return shapely.union_all(runs)


def cells_inside(polygon: Any, transform: Transform, shape: tuple[int, ...]) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Rows, columns and which of them have their middle in ``polygon``; the slices are its box on the grid."""
    (dx, _, west, _, dy, north), (rows, columns) = transform, shape
    xmin, ymin, xmax, ymax = shapely.bounds(polygon)
    left, right = (int(np.clip(one, 0, columns)) for one in (np.floor((xmin - west) / dx), np.ceil((xmax - west) / dx)))
    top, below = (int(np.clip(one, 0, rows)) for one in (np.floor((ymax - north) / dy), np.ceil((ymin - north) / dy)))
    x = west + (np.arange(left, right) + 0.5) * dx
    y = north + (np.arange(top, below) + 0.5) * dy
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, *np.meshgrid(x, y)) if len(x) and len(y) else np.zeros((len(y), len(x)), bool)
    return slice(top, below), slice(left, right), inside
