"""Polygons as flat arrays of ring points, and their triangulation by ear cutting."""

from __future__ import annotations

from dataclasses import dataclass

import mapbox_earcut
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


@dataclass(frozen=True, slots=True)
class Rings:
    """Many polygons at once, closing points dropped: points (p, 2 or 3) in ring order, shells first.

    after (p,): the next point of the same ring · polygon (p,): which polygon · row (polygons,): its input row ·
    ends[ring_from[k]:ring_from[k + 1]]: where the rings of polygon k end, counted from its first point.
    """

    points: Floats
    after: Ints
    polygon: Ints
    row: Ints
    ends: Ints
    ring_from: Ints

    @property
    def polygons(self) -> int:
        return len(self.row)


def polygon_rows(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], Ints]:
    """Every single polygon inside ``geometry`` (n,), valid and not empty, and its row. Other kinds fall away.

    An invalid polygon is made valid first (its area is kept); 3D coordinates survive as far as GEOS keeps them.
    """
    geometry = np.asarray(geometry, object)
    areal = np.isin(shapely.get_type_id(geometry), (_POLYGON, _MULTIPOLYGON, _COLLECTION))
    rows = np.flatnonzero(areal & ~shapely.is_empty(geometry))
    chosen = geometry[rows].copy()
    broken = ~shapely.is_valid(chosen)
    if broken.any():
        chosen[broken] = shapely.make_valid(chosen[broken], method="structure", keep_collapsed=False)
    for _ in range(2):  # a collection may hold multipolygons
        chosen, inner = shapely.get_parts(chosen, return_index=True)
        rows = rows[inner]
    fits = (shapely.get_type_id(chosen) == _POLYGON) & (shapely.area(chosen) > 0)
    return chosen[fits], rows[fits].astype(np.int64)


def rings_of(polygons: NDArray[np.object_], row: Ints, *, include_z: bool = False) -> Rings:
    """Flatten single polygons (``polygon_rows``) into rings; orientation is left as it is."""
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, include_z=include_z, return_index=True)
    last = np.append(ring[1:] != ring[:-1], True) if len(ring) else np.empty(0, bool)
    points, ring = points[~last], ring[~last]
    counts = np.bincount(ring, minlength=len(rings))
    starts = np.cumsum(counts) - counts
    after = np.arange(1, len(points) + 1)
    after[(starts + counts - 1)[counts > 0]] = starts[counts > 0]
    per_polygon = np.bincount(polygon_of_ring, minlength=len(polygons))
    ring_from = np.concatenate([[0], np.cumsum(per_polygon)])
    first_point = starts[ring_from[:-1]] if len(polygons) else np.empty(0, np.int64)
    ends = starts + counts - first_point[polygon_of_ring]
    return Rings(points, after, polygon_of_ring[ring], row, ends, ring_from)


def earcut(rings: Rings, plane: Floats | None = None) -> Ints:
    """Triangles (t, 3) into ``rings.points``, counter-clockwise in the plane of the two coordinates used.

    ``plane`` (p, 2) stands in for x and y, for faces that do not lie flat. The triangles cover each polygon exactly.
    """
    flat = np.ascontiguousarray(rings.points[:, :2] if plane is None else plane)
    sizes = np.bincount(rings.polygon, minlength=rings.polygons)
    starts = np.cumsum(sizes) - sizes
    ends = rings.ends.astype(np.uint32)
    found: list[NDArray[np.int64]] = []
    for start, size, low, high in zip(starts, sizes, rings.ring_from[:-1], rings.ring_from[1:], strict=True):
        corners = mapbox_earcut.triangulate_float64(flat[start : start + size], ends[low:high])
        found.append(corners.astype(np.int64) + start)
    triangles = np.concatenate(found).reshape(-1, 3) if found else np.empty((0, 3), np.int64)
    return _counter_clockwise(triangles, flat)


def _counter_clockwise(triangles: Ints, flat: Floats) -> Ints:
    """Turn clockwise triangles round."""
    a, b, c = np.moveaxis(flat[triangles], 1, 0)
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    triangles[doubled < 0] = triangles[doubled < 0][:, ::-1]
    return triangles
