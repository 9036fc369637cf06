"""Zones as see-through bands that stand on the ground along their outlines."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Origin, Pieces
from twin.mesh.elevation import TerrainSurface
from twin.model.mesh import MeshBatch

BAND_M = 3.0
SUNK_M = 0.3  # below the ground, so that no gap shows where the ground bulges between two posts
STEP_M = 8.0
ALPHA = 110


def zone_bands(
    zones: NDArray[np.object_],
    *,
    ground: TerrainSurface,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    height_m: float = BAND_M,
    origin: Origin = (0.0, 0.0, 0.0),
) -> MeshBatch:
    """Bands ``height_m`` high along every ring of (n,) polygons, or along lines; one feature row each.

    Both sides are drawn, and the alpha of ``rgba`` is brought down to ``ALPHA`` if it is higher. The outline is
    followed every ``STEP_M`` or every cell of the ground, whichever is more. Where no grid knows the ground, the zone's
    own mean height serves; a zone with neither has no triangles.
    """
    zones = np.asarray(zones, object)
    outlines = np.where(shapely.get_dimensions(zones) == 2, shapely.boundary(zones), zones)
    lines, row = shapely.get_parts(outlines, return_index=True)
    is_line = shapely.get_dimensions(lines) == 1
    lines, row = shapely.segmentize(lines[is_line], max(STEP_M, ground.cell_m)), row[is_line]
    points, line = shapely.get_coordinates(lines, include_z=True, return_index=True)
    z = ground.heights(points[:, :2])
    z = np.where(np.isfinite(z), z, _mean_heights(points, row[line], len(zones))[row[line]])
    pieces = Pieces()
    if len(points):
        post = np.column_stack([points[:, :2], z]) - np.asarray(origin)
        joined = np.flatnonzero((line[1:] == line[:-1]) & np.isfinite(z[1:]) & np.isfinite(z[:-1]))
        _add_bands(pieces, post, joined, height_m, row[line])
    faint = np.array(rgba, np.uint8)
    faint[:, 3] = np.minimum(faint[:, 3], ALPHA)
    return pieces.batch(faint, idx)


def _mean_heights(points: Floats, row: NDArray[np.integer], count: int) -> Floats:
    """(count,) mean of the finite heights of each row's points; NaN without any."""
    known = np.isfinite(points[:, 2])
    share = np.bincount(row[known], minlength=count)
    total = np.bincount(row[known], points[known, 2], minlength=count)
    return np.where(share > 0, total / np.maximum(share, 1), np.nan)


def _add_bands(
    pieces: Pieces, post: Floats, joined: NDArray[np.integer], height_m: float, row: NDArray[np.integer]
) -> None:
    """A quad from post i to post i + 1 for every i of ``joined``, seen from both sides."""
    up = np.array([0.0, 0.0, 1.0])
    low, high = post - SUNK_M * up, post + height_m * up
    corners = np.stack([low[joined], low[joined + 1], high[joined + 1], high[joined]], axis=1)
    start = (np.arange(len(joined)) * 4)[:, None]
    sides = ([0, 1, 2], [0, 2, 3], [2, 1, 0], [3, 2, 0])
    triangles = np.concatenate([start + np.array(one) for one in sides])
    pieces.add(corners.reshape(-1, 3), triangles, np.repeat(row[joined], 4))
