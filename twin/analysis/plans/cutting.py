"""Cut triangles with a horizontal plane and close the cuts to areas."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

GRID_M = 0.001  # cut points closer than this are one point
ABOVE_M = 1e-6  # a vertex that lies in the plane counts as this far above it, so every triangle has a clear side


def cut(positions: NDArray[np.float64], triangles: NDArray[np.uint32], z_m: float) -> NDArray[np.float64]:
    """Segments (n, 2, 2) where triangles (t, 3) over positions (v, 3), metres, meet the plane z = ``z_m``."""
    height = positions[:, 2] - z_m
    height = np.where(np.abs(height) < ABOVE_M, ABOVE_M, height)
    above = height[triangles] > 0
    crossing = triangles[above.any(axis=1) & ~above.all(axis=1)]
    if not len(crossing):
        return np.empty((0, 2, 2))
    above = height[crossing] > 0
    # the corner that is alone on its side: both cut edges start from it
    alone = np.where(above.sum(axis=1) == 1, above.argmax(axis=1), (~above).argmax(axis=1))
    rows = np.arange(len(crossing))
    apex = crossing[rows, alone]
    ends = []
    for step in (1, 2):
        other = crossing[rows, (alone + step) % 3]
        # always from below to above: two triangles get the same point of their common edge to the last bit, else
        # rounding to the grid could tear it apart
        rises = height[other] > 0
        low, high = np.where(rises, apex, other), np.where(rises, other, apex)
        share = height[low] / (height[low] - height[high])
        ends.append(positions[low, :2] + share[:, None] * (positions[high, :2] - positions[low, :2]))
    return np.stack(ends, axis=1)


def areas(segments: NDArray[np.float64]) -> tuple[BaseGeometry, BaseGeometry]:
    """The areas that cut ``segments`` of one closed body enclose, and the lines that enclose nothing.

    A face belongs to the body when a ray from inside it crosses the cut an odd number of times, so that a hollow
    column or a ring of walls keeps its hole.
    """
    rounded = np.round(segments / GRID_M) * GRID_M
    rounded = rounded[(rounded[:, 0] != rounded[:, 1]).any(axis=1)]
    if not len(rounded):
        return shapely.Polygon(), shapely.MultiLineString()
    lines = shapely.union_all(shapely.linestrings(rounded), grid_size=GRID_M)
    faces, _cuts, dangles, _invalid = shapely.polygonize_full([lines])
    inside = [face for face in faces.geoms if _odd(face.representative_point(), rounded)]
    area = shapely.union_all(inside) if inside else shapely.Polygon()
    return area, shapely.line_merge(dangles)


def _odd(point: shapely.Point, segments: NDArray[np.float64]) -> bool:
    """Whether a ray from ``point`` towards +x crosses an odd number of ``segments``."""
    start, end = segments[:, 0], segments[:, 1]
    spans = (start[:, 1] > point.y) != (end[:, 1] > point.y)
    start, end = start[spans], end[spans]
    x = start[:, 0] + (point.y - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
    return bool((x > point.x).sum() % 2)


def rings(shape: BaseGeometry, tolerance_m: float = 0.0) -> list[list[list[float]]]:
    """Every ring of an area, exterior first, as [[x, y], …] at 1 mm; drawn with the even-odd rule."""
    simple = shape.simplify(tolerance_m) if tolerance_m else shape
    polygons = [one for one in shapely.get_parts(simple) if one.geom_type == "Polygon" and not one.is_empty]
    return [
        np.round(np.asarray(ring.coords)[:, :2], 3).tolist()
        for polygon in polygons
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def paths(shape: BaseGeometry) -> list[list[list[float]]]:
    """Every line of ``shape`` as [[x, y], …] at 1 mm."""
    lines = [one for one in shapely.get_parts(shape) if one.geom_type == "LineString" and not one.is_empty]
    return [np.round(np.asarray(line.coords)[:, :2], 3).tolist() for line in lines]
