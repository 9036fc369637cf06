"""Footprints extruded into closed blocks."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Origin, Pieces
from twin.mesh.polygons import Rings, earcut, polygon_rows, rings_of
from twin.model.mesh import MeshBatch

STRAIGHT_M = 0.001


def extrude(
    polygons: NDArray[np.object_],
    base_m: Floats,
    top_m: Floats,
    *,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    origin: Origin = (0.0, 0.0, 0.0),
    floor: bool = False,
) -> MeshBatch:
    """(Multi)polygons with holes, campus metres, from ``base_m`` up to ``top_m`` (n,), heights in the campus datum.

    Walls look outwards (into courtyards too), roofs up, floors (only with ``floor``) down; with floors every block is
    closed. To leave no gap on a slope, ``base_m`` is the lowest ground along the outline
    (``TerrainSurface.lowest_along``). Points that stray less than 1 mm from a straight wall are dropped. Rows without
    an area, without a finite base and top, or with the top not above the base have no triangles.
    """
    base_m, top_m = np.broadcast_arrays(np.asarray(base_m, float), np.asarray(top_m, float))
    base_m, top_m = np.broadcast_to(base_m, len(polygons)), np.broadcast_to(top_m, len(polygons))
    parts, row = polygon_rows(polygons)
    usable = (top_m > base_m)[row]  # False for NaN
    parts = shapely.transform(parts[usable], lambda xy: xy - np.asarray(origin[:2]))
    parts = shapely.orient_polygons(shapely.simplify(parts, STRAIGHT_M, preserve_topology=True))
    rings = rings_of(parts, row[usable])
    pieces = Pieces()
    add_prisms(pieces, rings, base_m - origin[2], top_m - origin[2], floor=floor)
    return pieces.batch(rgba, idx)


def add_prisms(pieces: Pieces, rings: Rings, low: Floats, high: Floats, *, floor: bool) -> None:
    """Add a prism for every polygon of ``rings`` (shells counter-clockwise), ``low`` and ``high`` by input row."""
    count = len(rings.points)
    row = rings.row[rings.polygon]
    here, there = np.arange(count), rings.after
    walls = [np.column_stack([here, there, there + count]), np.column_stack([here, there + count, here + count])]
    flat = earcut(rings)
    positions = np.concatenate(
        [np.column_stack([rings.points[:, :2], low[row]]), np.column_stack([rings.points[:, :2], high[row]])]
    )
    triangles = np.concatenate([*walls, flat + count, *([flat[:, ::-1]] if floor else [])])
    pieces.add(positions, triangles, np.tile(row, 2))
