"""Points with heights -> an elevation grid: from LiDAR, or from manhole covers where there is no terrain."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints
from twin.mesh.elevation import ElevationGrid

GAP_CELLS = 4.0
SPARSE_GAP_M = 60.0


def grid_from_points(xyz: Floats, cell_m: float, *, gap_m: float | None = None) -> ElevationGrid:
    """A grid of ``cell_m`` through (n, 3) points, campus metres, linear over the Delaunay triangles of the points.

    Points that fall into one cell are averaged first (plan and height), so millions of LiDAR points cost one pass.
    Triangles with a side longer than ``gap_m`` (default: four cells, for dense points; manhole covers want
    ``SPARSE_GAP_M``) are gaps and stay NaN, as does everything outside the triangles; a cell that holds a point itself
    always has a height. Points that are not finite are ignored; without any point the grid is one empty cell.
    """
    xyz = np.asarray(xyz, float).reshape(-1, 3)
    xyz = xyz[np.isfinite(xyz).all(axis=1)]
    if not len(xyz):
        return ElevationGrid(np.full((1, 1), np.nan), (cell_m, 0.0, 0.0, 0.0, -cell_m, cell_m))
    west, south = np.floor(xyz[:, :2].min(axis=0) / cell_m) * cell_m
    columns, rows = (np.floor((xyz[:, :2].max(axis=0) - [west, south]) / cell_m)).astype(np.int64) + 1
    north = south + rows * cell_m
    transform = (cell_m, 0.0, float(west), 0.0, -cell_m, float(north))
    column = ((xyz[:, 0] - west) / cell_m).astype(np.int64).clip(0, columns - 1)
    row = ((north - xyz[:, 1]) / cell_m).astype(np.int64).clip(0, rows - 1)
    local = (xyz - [west, north, 0.0]) * [1.0, -1.0, 1.0]  # south positive: rows run south
    middles, cells = _averaged(local, row * columns + column, int(rows * columns))
    values = np.full(rows * columns, np.nan)
    values[cells] = middles[:, 2]
    triangles = _triangles(middles, GAP_CELLS * cell_m if gap_m is None else gap_m)
    _fill(values.reshape(rows, columns), triangles, cell_m)
    return ElevationGrid(values.reshape(rows, columns), transform)


def _averaged(xyz: Floats, cell: Ints, count: int) -> tuple[Floats, Ints]:
    """The mean point of every cell that has points, and which cells those are."""
    share = np.bincount(cell, minlength=count)
    used = np.flatnonzero(share)
    sums = [np.bincount(cell, xyz[:, i], minlength=count)[used] for i in range(3)]
    return np.column_stack(sums) / share[used][:, None], used


def _triangles(points: Floats, gap_m: float) -> Floats:
    """Corners (t, 3, 3) of the Delaunay triangles over the plan of the points; longest side at most ``gap_m``."""
    if len(points) < 3:
        return np.empty((0, 3, 3))
    found = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    corners: Floats = shapely.get_coordinates(found, include_z=True).reshape(-1, 4, 3)[:, :3]
    sides = np.linalg.norm((corners - np.roll(corners, -1, axis=1))[..., :2], axis=2).max(axis=1)
    short: Floats = corners[sides <= gap_m]
    return short


def _fill(values: Floats, corner: Floats, cell_m: float) -> None:
    """Give every cell whose middle lies under a triangle (t, 3, 3) its height, equally large triangles at once."""
    low = np.ceil(corner[..., :2].min(axis=1) / cell_m - 0.5).astype(np.int64)
    high = np.floor(corner[..., :2].max(axis=1) / cell_m - 0.5).astype(np.int64)
    size = (high - low + 1).clip(0)
    for width, depth in np.unique(size, axis=0):
        if not width or not depth:
            continue
        chosen = (size == (width, depth)).all(axis=1)
        step = np.stack(np.meshgrid(np.arange(width), np.arange(depth)), axis=-1).reshape(-1, 2)
        cells = low[chosen][:, None] + step
        z, inside = _heights_in(corner[chosen], (cells + 0.5) * cell_m)
        at = cells[inside]
        values[at[:, 1], at[:, 0]] = z[inside]


def _heights_in(corner: Floats, xy: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Heights (t, k) of the planes of triangles (t, 3, 3) at points (t, k, 2), and whether the points lie inside."""
    a, u, v = corner[:, None, 0], corner[:, None, 1] - corner[:, None, 0], corner[:, None, 2] - corner[:, None, 0]
    area = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    off = xy - a[..., :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (off[..., 0] * v[..., 1] - off[..., 1] * v[..., 0]) / area
        t = (u[..., 0] * off[..., 1] - u[..., 1] * off[..., 0]) / area
    inside = (s >= -1e-9) & (t >= -1e-9) & (s + t <= 1 + 1e-9)
    return a[..., 2] + s * u[..., 2] + t * v[..., 2], inside
