"""How much earth a pit takes: the prism between the terrain and its bottom, integrated over the cells it cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from twin.mesh.elevation import ElevationGrid, TerrainSurface

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK_CELLS: Final = 200_000
_NOTHING_M: Final = 1e-9
_FINE: Final = 8  # a quarter of a cell is split so often each way where its prism is not a polynomial


@dataclass(frozen=True, slots=True)
class Excavation:
    """``volume_m3`` over ``area_m2`` of plan; ``unknown_m2`` of it has no terrain and counts nothing."""

    volume_m3: float
    area_m2: float
    unknown_m2: float


def excavation(area: BaseGeometry, bottom_m: float, ground: TerrainSurface) -> Excavation:
    """Earth above ``bottom_m`` within ``area`` (plan, campus metres).

    The terrain is bilinear between cell middles; over every quarter of a cell the prism is a polynomial of plan
    position and is integrated exactly, over quarters that the outline cuts by Green's theorem. Only beside gaps of the
    terrain, and where it dips below the bottom (nothing is dug there), quarters are summed in 64 parts.
    """
    volume, known = 0.0, 0.0
    # among coordinates whose products are too small for a float GEOS gives back areas that it was to cut
    area = rest = shapely.transform(area, lambda xy: np.where(np.abs(xy) < _NOTHING_M, 0.0, xy))
    for grid in ground.grids:
        if rest.is_empty:
            break
        more, covered, left = _over_grid(rest, bottom_m, grid)
        volume, known, rest = volume + more, known + covered, left
    return Excavation(volume, float(area.area), max(float(area.area) - known, 0.0))


def _over_grid(area: BaseGeometry, bottom_m: float, grid: ElevationGrid) -> tuple[float, float, BaseGeometry]:
    """Volume and plan that this grid knows, and what it does not."""
    column, row = _cells(area, grid)
    shapely.prepare(area)
    volume, covered, unknown = 0.0, 0.0, []
    for low in range(0, len(column), _BLOCK_CELLS):
        some = slice(low, low + _BLOCK_CELLS)
        boxes = _boxes(grid, column[some], row[some], 1.0)
        touched = shapely.intersects(area, boxes)
        c, r, boxes = column[some][touched], row[some][touched], boxes[touched]
        sound = np.isfinite(grid.values[r, c])
        unknown += list(boxes[~sound])
        c, r, boxes = c[sound], r[sound], boxes[sound]
        whole = shapely.contains_properly(area, boxes) | shapely.covers(area, boxes)
        more, plan = _whole_cells(grid, c[whole], r[whole], bottom_m)
        cut, cut_plan = _cut_cells(area, grid, c[~whole], r[~whole], bottom_m)
        volume, covered = volume + more + cut, covered + plan + cut_plan
    outside = shapely.difference(area, shapely.box(*grid.bounds))
    gaps = shapely.intersection(area, shapely.union_all(np.array(unknown, object))) if unknown else shapely.Polygon()
    return volume, covered, shapely.union_all([outside, gaps])


def _cells(area: BaseGeometry, grid: ElevationGrid) -> tuple[Ints, Ints]:
    """Column and row of every cell that the box of ``area`` touches."""
    west, south, east, north = area.bounds
    corner = grid.cells(np.array([[west, north], [east, south]])) + 0.5
    rows, columns = grid.values.shape
    (c0, r0), (c1, r1) = np.floor(corner[0]).astype(int), np.floor(corner[1]).astype(int)
    column, row = np.meshgrid(
        np.arange(max(c0, 0), min(c1, columns - 1) + 1), np.arange(max(r0, 0), min(r1, rows - 1) + 1)
    )
    return column.ravel(), row.ravel()


def _boxes(grid: ElevationGrid, column: Floats | Ints, row: Floats | Ints, size: float) -> NDArray[np.object_]:
    """Squares of ``size`` cells whose first corner is ``column``, ``row`` cells from the north-west one."""
    (dx, dy), west, north = grid.cell_m, grid.transform[2], grid.transform[5]
    left, top = west + column * dx, north - row * dy
    boxes: NDArray[np.object_] = np.asarray(shapely.box(left, top - size * dy, left + size * dx, top), object)
    return boxes


def _whole_cells(grid: ElevationGrid, column: Ints, row: Ints, bottom_m: float) -> tuple[float, float]:
    """Cells that lie within: over a quarter the mean of a bilinear surface is its height in the middle."""
    if not len(column):
        return 0.0, 0.0
    quarter_m2 = float(np.prod(grid.cell_m)) / 4.0
    c, r = (np.repeat(one.astype(float), 4) for one in (column, row))
    c, r = c + np.tile([0.0, 0.5, 0.0, 0.5], len(column)), r + np.tile([0.0, 0.0, 0.5, 0.5], len(column))
    plain = _is_plain(grid, c, r, bottom_m)
    height = grid.heights(_place(grid, c + 0.25, r + 0.25)) - bottom_m
    height[~plain] = _summed(grid, c[~plain], r[~plain], bottom_m)
    return float(height.sum()) * quarter_m2, len(column) * quarter_m2 * 4.0


def _place(grid: ElevationGrid, column: Floats, row: Floats) -> Floats:
    (dx, dy), west, north = grid.cell_m, grid.transform[2], grid.transform[5]
    return np.column_stack([west + column * dx, north - row * dy])


def _corners(grid: ElevationGrid, column: Floats, row: Floats) -> Floats:
    """(n, 2, 2) heights of the four corners of quarters, as the surface of the cell they lie in has them."""
    tiny = 1e-7
    steps = (tiny, 0.5 - tiny)
    found = [[grid.heights(_place(grid, column + dc, row + dr)) for dc in steps] for dr in steps]
    corners: Floats = np.moveaxis(np.array(found), 2, 0)
    return corners


def _is_plain(grid: ElevationGrid, column: Floats, row: Floats, bottom_m: float) -> NDArray[np.bool_]:
    """Quarters whose surface is bilinear and lies above the bottom: no gap next to them, no dip below."""
    rows, columns = grid.values.shape
    step_c, step_r = (np.where(one % 1.0 > 0.25, 1, -1) for one in (column, row))
    c, r = np.floor(column).astype(int), np.floor(row).astype(int)
    beside = (np.clip(c + step_c, 0, columns - 1), np.clip(r + step_r, 0, rows - 1))
    values = np.stack([grid.values[rr, cc] for rr in (r, beside[1]) for cc in (c, beside[0])])
    high = (_corners(grid, column, row) > bottom_m).all(axis=(1, 2))
    plain: NDArray[np.bool_] = np.isfinite(values).all(axis=0) & high
    return plain


def _summed(grid: ElevationGrid, column: Floats, row: Floats, bottom_m: float) -> Floats:
    """Mean height above the bottom, in 64 parts."""
    step = (np.arange(_FINE) + 0.5) / (2.0 * _FINE)
    dc, dr = (one.ravel() for one in np.meshgrid(step, step))
    c, r = (column[:, None] + dc).ravel(), (row[:, None] + dr).ravel()
    heights = np.maximum(np.nan_to_num(grid.heights(_place(grid, c, r)) - bottom_m), 0.0)
    mean: Floats = heights.reshape(len(column), _FINE**2).mean(axis=1)
    return mean


def _cut_cells(
    area: BaseGeometry, grid: ElevationGrid, column: Ints, row: Ints, bottom_m: float
) -> tuple[float, float]:
    """Cells that the outline cuts: each quarter's piece of the pit for itself."""
    if not len(column):
        return 0.0, 0.0
    c = np.repeat(column.astype(float), 4) + np.tile([0.0, 0.5, 0.0, 0.5], len(column))
    r = np.repeat(row.astype(float), 4) + np.tile([0.0, 0.0, 0.5, 0.5], len(row))
    pieces = shapely.intersection(area, _boxes(grid, c, r, 0.5))
    used = shapely.area(pieces) > 0
    c, r, pieces = c[used], r[used], pieces[used]
    plain = _is_plain(grid, c, r, bottom_m)
    volume = _bilinear(grid, c[plain], r[plain], pieces[plain], bottom_m)
    for one, cc, rr in zip(pieces[~plain], c[~plain], r[~plain], strict=True):
        volume += _sampled(grid, cc, rr, one, bottom_m)
    return volume, float(shapely.area(pieces).sum())


def _bilinear(grid: ElevationGrid, column: Floats, row: Floats, pieces: NDArray[np.object_], bottom_m: float) -> float:
    """∫ (a + b·u + c·v + d·u·v) over each piece, u and v from 0 to 1 across its quarter (Green's theorem)."""
    if not len(pieces):
        return 0.0
    z = _corners(grid, column, row) - bottom_m
    a, b, c = z[:, 0, 0], z[:, 0, 1] - z[:, 0, 0], z[:, 1, 0] - z[:, 0, 0]
    d = z[:, 1, 1] - z[:, 0, 1] - z[:, 1, 0] + z[:, 0, 0]
    whole, u, v, uv = _moments(grid, column, row, pieces)
    quarter_m2 = float(np.prod(grid.cell_m)) / 4.0
    return float((a * whole + b * u + c * v + d * uv).sum()) * quarter_m2


def _moments(
    grid: ElevationGrid, column: Floats, row: Floats, pieces: NDArray[np.object_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """∫1, ∫u, ∫v, ∫uv over pieces, in units of their quarters: sums over the edges of all rings, holes turned round."""
    parts, owner = shapely.get_parts(pieces, return_index=True)
    solid = shapely.get_type_id(parts) == 3
    parts, owner = shapely.orient_polygons(parts[solid]), owner[solid]
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    (dx, dy), west, north = grid.cell_m, grid.transform[2], grid.transform[5]
    mine = owner[of_part[ring]]
    u = ((points[:, 0] - west) / dx - column[mine]) * 2.0
    v = ((north - points[:, 1]) / dy - row[mine]) * 2.0
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    u0, v0, u1, v1 = u[edge], v[edge], u[edge + 1], v[edge + 1]
    cross = v0 * u1 - u0 * v1  # v runs south: turned round
    size = len(pieces)

    def summed(values: Floats) -> Floats:
        total: Floats = np.asarray(np.bincount(mine[edge], values, minlength=size), float)
        return total

    product = u0 * (2.0 * v0 + v1) + u1 * (2.0 * v1 + v0)
    return (
        summed(cross) / 2.0,
        summed(cross * (u0 + u1)) / 6.0,
        summed(cross * (v0 + v1)) / 6.0,
        summed(cross * product) / 24.0,
    )


def _sampled(grid: ElevationGrid, column: float, row: float, piece: BaseGeometry, bottom_m: float) -> float:
    """The same beside a gap or a dip: the mean of the samples of the quarter that lie in the piece."""
    step = (np.arange(_FINE) + 0.5) / (2.0 * _FINE)
    dc, dr = (one.ravel() for one in np.meshgrid(step, step))
    places = _place(grid, column + dc, row + dr)
    inside = shapely.contains_xy(piece, places)
    if not inside.any():
        places, inside = shapely.get_coordinates(shapely.point_on_surface(piece)), np.ones(1, bool)
    heights = np.maximum(np.nan_to_num(grid.heights(places[inside]) - bottom_m), 0.0)
    return float(heights.mean()) * float(piece.area)
