"""An elevation grid as a quadtree of simplified meshes with skirts.

Leaves hold the grid to ``tolerance_m`` (by default 10 % of a cell, at least 0.1 m and at most 0.5 m), every level above
to three times that of the level below, or to what thinning the grid costs over nine tenths of the tile if that is more.
``geometric_error_m`` is the error that is certain, not the one aimed at. At grid points no level lies above the ground,
so draped things never sink.

Vertices are cell middles: holes and the outer border are true to half a cell in the leaves, where no triangle lies over
nodata, and to one thinned cell in the levels above, where smaller holes close.
Skirts hide the cracks between levels: on borders between tiles they hang twice the error of the next coarser level
deep, on the border of the data ``side_m``, which gives a section its side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin
from twin.mesh.elevation import ElevationGrid
from twin.mesh.rtin import Simplified, decimate, simplify
from twin.mesh.terrain_colour import ground_colours, side_colours
from twin.model.mesh import MeshBatch

TILE_CELLS = 256
SIDE_M = 3.0
COARSER = 3.0


@dataclass(frozen=True, slots=True)
class TerrainNode:
    """One tile: its triangles, how far they may be from the grid, and the four (or fewer) finer tiles below it."""

    batch: MeshBatch
    geometric_error_m: float
    children: tuple[TerrainNode, ...]

    def leaves(self) -> list[TerrainNode]:
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


def default_tolerance_m(grid: ElevationGrid) -> float:
    """10 % of a cell, between 0.1 m and 0.5 m."""
    return float(np.clip(0.1 * min(grid.cell_m), 0.1, 0.5))


def terrain_pyramid(
    grid: ElevationGrid,
    origin: Origin,
    *,
    idx: int,
    rgba: NDArray[np.uint8],
    tolerance_m: float | None = None,
    tile_cells: int = TILE_CELLS,
    side_m: float = SIDE_M,
) -> TerrainNode:
    """The quadtree of one grid as one feature (``idx``, ``rgba`` (4,)); an empty batch when the grid has no ground.

    Vertices are coloured by height and slope around ``rgba``; an orthophoto covers that where it reaches. Normals are
    smooth, from the grid. Overlapping grids are cut first: ``ElevationGrid.without``.
    """
    pyramid = _Pyramid.of(grid, tile_cells, default_tolerance_m(grid) if tolerance_m is None else tolerance_m)
    look = _Look(np.asarray(origin, float), int(idx), np.asarray(rgba, np.uint8), side_m, pyramid.span())
    root = _node(pyramid, look, len(pyramid.heights) - 1, 0, 0)
    return root or TerrainNode(MeshBatch.empty(), 0.0, ())


@dataclass(frozen=True, slots=True)
class _Look:
    origin: Floats
    idx: int
    rgba: NDArray[np.uint8]
    side_m: float
    span: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Pyramid:
    """The grid and its thinned copies, padded with nodata so that tiles fit: heights[0] is the grid itself."""

    grid: ElevationGrid
    heights: list[Floats]
    errors: list[Floats]
    tile_cells: int
    tolerance_m: float

    @staticmethod
    def of(grid: ElevationGrid, tile_cells: int, tolerance_m: float) -> _Pyramid:
        rows, columns = grid.values.shape
        across = max(rows - 1, columns - 1, 1)
        levels = max(0, int(np.ceil(np.log2(across / tile_cells))))
        size = tile_cells << levels
        wide = [int(np.ceil(max(n - 1, 1) / tile_cells)) * tile_cells for n in (rows, columns)]
        whole = [min(size, -(-n // (1 << levels)) * (1 << levels)) for n in wide]
        heights = np.full((whole[0] + 1, whole[1] + 1), np.nan)
        heights[:rows, :columns] = grid.values
        heights[~np.isfinite(heights)] = np.nan
        pyramid = _Pyramid(grid, [heights], [np.zeros_like(heights)], tile_cells, tolerance_m)
        for _ in range(levels):
            finer, error = decimate(pyramid.heights[-1], pyramid.errors[-1])
            pyramid.heights.append(finer)
            pyramid.errors.append(error)
        return pyramid

    def span(self) -> tuple[float, float]:
        known = self.heights[0][np.isfinite(self.heights[0])]
        low, high = np.percentile(known, [1, 99]) if len(known) else (0.0, 0.0)
        return float(low), float(high)

    def tile(self, level: int, row: int, column: int) -> tuple[Floats, Floats]:
        """Heights and errors (n + 1, n + 1) of one tile, nodata beyond the data."""
        n = self.tile_cells
        heights, errors = np.full((n + 1, n + 1), np.nan), np.zeros((n + 1, n + 1))
        part = np.s_[row * n : row * n + n + 1, column * n : column * n + n + 1]
        inside = self.heights[level][part]
        heights[: inside.shape[0], : inside.shape[1]] = inside
        errors[: inside.shape[0], : inside.shape[1]] = self.errors[level][part]
        return heights, errors

    def neighbours(self, level: int, row: int, column: int) -> NDArray[np.bool_]:
        """(2, 2): whether the grid goes on beyond the first and the last (column, row) of a tile."""
        rows, columns = self.heights[level].shape
        n = self.tile_cells
        return np.array([[column > 0, row > 0], [(column + 1) * n < columns - 1, (row + 1) * n < rows - 1]])

    def tolerance(self, level: int) -> float:
        return self.tolerance_m * COARSER**level

    def crack_m(self, level: int) -> float:
        """A bound for the step between this level and the next coarser one."""
        above = min(level + 1, len(self.heights) - 1)
        return 2.0 * (self.tolerance(above) + float(self.errors[above].max(initial=0.0)))


def _node(pyramid: _Pyramid, look: _Look, level: int, row: int, column: int) -> TerrainNode | None:
    """The tile and everything below it, or None where there is no ground."""
    n = pyramid.tile_cells
    if row * n >= len(pyramid.heights[level]) or column * n >= pyramid.heights[level].shape[1]:
        return None
    children: tuple[TerrainNode, ...] = ()
    if level:
        four = [_node(pyramid, look, level - 1, 2 * row + i, 2 * column + j) for i in (0, 1) for j in (0, 1)]
        children = tuple(one for one in four if one is not None)
        if not children:
            return None
    heights, errors = pyramid.tile(level, row, column)
    mesh = simplify(heights, max(pyramid.tolerance(level), float(np.quantile(errors, 0.9))))
    if not len(mesh.triangles) and not children:
        return None
    error = mesh.error_m + float(errors.max())
    error = max([error, *(child.geometric_error_m for child in children)])
    return TerrainNode(_batch(pyramid, look, level, (row, column), heights, mesh), error, children)


def _batch(
    pyramid: _Pyramid, look: _Look, level: int, place: tuple[int, int], heights: Floats, mesh: Simplified
) -> MeshBatch:
    """Scene positions, normals and colours of a tile with its skirts."""
    if not len(mesh.triangles):
        return MeshBatch.empty()
    n, step = pyramid.tile_cells, 1 << level
    column, row = mesh.vertices.T
    xy = pyramid.grid.middles((place[1] * n + column) * step, (place[0] * n + row) * step)
    top = np.column_stack([xy, mesh.heights]) - look.origin
    slopes = _slopes(heights, (pyramid.grid.cell_m[0] * step, pyramid.grid.cell_m[1] * step))[row, column]
    normals = np.column_stack([-slopes, np.ones(len(slopes))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    border = _border_edges(mesh.triangles)
    inner = _between_tiles(mesh.vertices, border, n, pyramid.neighbours(level, *place))
    depth = np.where(inner, min(pyramid.crack_m(level), look.side_m), look.side_m)
    sides, side_normals, walls = _skirt(top, border, depth)
    count = len(top)
    ground = ground_colours(mesh.heights, np.linalg.norm(slopes, axis=1), look.span, look.rgba)
    return MeshBatch(
        positions=np.concatenate([top, sides]),
        triangles=np.concatenate([mesh.triangles, walls + count]).astype(np.uint32),
        feature=np.zeros(count + len(sides), np.uint32),
        rgba=look.rgba[None],
        idx=np.array([look.idx], np.uint32),
        normals=np.concatenate([normals, side_normals]).astype(np.float32),
        vertex_rgba=np.concatenate([ground, side_colours(len(sides), look.rgba)]),
    )


def _slopes(heights: Floats, cell_m: tuple[float, float]) -> Floats:
    """(rows, columns, 2) rise towards east and north: central, one-sided beside nodata, 0 where nothing is known."""
    out = np.zeros((*heights.shape, 2))
    for axis, size, sign in ((1, cell_m[0], 1.0), (0, cell_m[1], -1.0)):
        padded = np.pad(heights, [(1, 1) if i == axis else (0, 0) for i in (0, 1)], constant_values=np.nan)
        steps = np.diff(padded, axis=axis) / size
        before, after = np.delete(steps, -1, axis=axis), np.delete(steps, 0, axis=axis)
        known = np.isfinite(before).astype(float) + np.isfinite(after)
        total = np.nan_to_num(before) + np.nan_to_num(after)
        out[..., 0 if axis == 1 else 1] = sign * total / np.maximum(known, 1.0)
    return out


def _border_edges(triangles: Ints) -> Ints:
    """(e, 2) edges of one triangle only, in that triangle's direction: the ground is on their left."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    width = triangles.max() + 1
    forward, backward = edges[:, 0] * width + edges[:, 1], edges[:, 1] * width + edges[:, 0]
    lone: Ints = edges[~np.isin(forward, backward)]
    return lone


def _between_tiles(vertices: Ints, border: Ints, size: int, goes_on: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which border edges lie on a side of the tile where a neighbour ``goes_on`` (first, last; column, row)."""
    a, b = vertices[border[:, 0]], vertices[border[:, 1]]
    on_first, on_last = (a == b) & (a == 0), (a == b) & (a == size)
    flags: NDArray[np.bool_] = ((on_first & goes_on[0]) | (on_last & goes_on[1])).any(axis=1)
    return flags


def _skirt(top: Floats, border: Ints, depth_m: Floats) -> tuple[Floats, Floats, Ints]:
    """Walls below the border edges, looking away from the ground: positions and normals (4e, 3), triangles (2e, 3)."""
    a, b = top[border[:, 0]], top[border[:, 1]]
    down = np.zeros_like(a)
    down[:, 2] = depth_m
    corners = np.stack([b, a, a - down, b - down], axis=1)
    away = np.column_stack([(b - a)[:, 1], -(b - a)[:, 0], np.zeros(len(a))])
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    start = np.arange(len(a))[:, None] * 4
    triangles = np.concatenate([start + np.array([0, 1, 2]), start + np.array([0, 2, 3])])
    return corners.reshape(-1, 3), np.repeat(away, 4, axis=0), triangles
