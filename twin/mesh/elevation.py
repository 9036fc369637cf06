"""Elevation grids in campus coordinates, and heights of the ground under points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats

Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class ElevationGrid:
    """Heights of cells: values (rows, columns) metres, NaN for nodata, first row north.

    ``transform``: (cell_x_m, 0, west, 0, -cell_y_m, north) of the cell edges in the campus CRS, as rasterio's Affine.
    A height belongs to the middle of its cell.
    """

    values: NDArray[np.floating]
    transform: Transform

    def __post_init__(self) -> None:
        a, b, _, d, e, _ = self.transform[:6]
        if self.values.ndim != 2 or b or d or a <= 0 or e >= 0:
            raise ValueError("an elevation grid is two-dimensional and north up; warp it before meshing")

    @property
    def cell_m(self) -> tuple[float, float]:
        return self.transform[0], -self.transform[4]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the cell edges."""
        (dx, dy), west, north = self.cell_m, self.transform[2], self.transform[5]
        rows, columns = self.values.shape
        return west, north - rows * dy, west + columns * dx, north

    def cells(self, xy: Floats) -> Floats:
        """(n, 2) column and row of points, counted in cell middles: 0 is the middle of the first cell."""
        (dx, dy), west, north = self.cell_m, self.transform[2], self.transform[5]
        return np.column_stack([(xy[:, 0] - west) / dx - 0.5, (north - xy[:, 1]) / dy - 0.5])

    def middles(self, column: NDArray[np.integer], row: NDArray[np.integer]) -> Floats:
        """(n, 2) campus x and y of cell middles."""
        (dx, dy), west, north = self.cell_m, self.transform[2], self.transform[5]
        return np.column_stack([west + (column + 0.5) * dx, north - (row + 0.5) * dy])

    def heights(self, xy: Floats) -> Floats:
        """(n,) bilinear between the four nearest cell middles; NaN outside and where the point's own cell is nodata.

        Beside nodata and in the outer half cell, the neighbours that are missing lose their weight to the others.
        """
        rows, columns = self.values.shape
        place = self.cells(np.asarray(xy, float))
        with np.errstate(invalid="ignore"):
            inside = ((place >= -0.5) & (place <= [columns - 0.5, rows - 0.5])).all(axis=1)
        out = np.full(len(place), np.nan)
        place = place[inside]
        corner = np.floor(place).astype(np.int64)
        share = place - corner
        total, weight = np.zeros(len(place)), np.zeros(len(place))
        for step in ((0, 0), (1, 0), (0, 1), (1, 1)):
            at = (corner + step).clip(0, [columns - 1, rows - 1])
            value = self.values[at[:, 1], at[:, 0]].astype(float)
            part = np.prod(np.where(np.array(step) == 1, share, 1.0 - share), axis=1)
            known = np.isfinite(value)
            total += np.where(known, value, 0.0) * part
            weight += np.where(known, part, 0.0)
        own = np.floor(place + 0.5).astype(np.int64).clip(0, [columns - 1, rows - 1])
        sound = np.isfinite(self.values[own[:, 1], own[:, 0]])
        out[inside] = np.where(sound, total / np.where(weight > 0, weight, np.nan), np.nan)
        return out

    def without(self, covered_by: Sequence[ElevationGrid]) -> ElevationGrid:
        """This grid where none of the others knows the ground, and a fringe of one cell that takes the others' heights.

        So no two grids are drawn at one place, and neighbours meet without a gap (meshes end at cell middles).
        """
        if not covered_by:
            return self
        dx, dy = self.cell_m
        transform = (dx, 0.0, self.transform[2] - dx, 0.0, -dy, self.transform[5] + dy)
        wider = ElevationGrid(np.pad(self.values.astype(float), 1, constant_values=np.nan), transform)
        rows, columns = wider.values.shape
        others = TerrainSurface(tuple(covered_by))
        theirs = np.stack(
            [others.heights(wider.middles(np.arange(columns), np.full(columns, row))) for row in range(rows)]
        )
        own = np.where(np.isfinite(theirs), np.nan, wider.values)
        known = np.pad(np.isfinite(own), 1)
        beside = np.lib.stride_tricks.sliding_window_view(known, (3, 3)).any(axis=(2, 3))
        return ElevationGrid(np.where(np.isnan(own) & beside, theirs, own), transform)


@dataclass(frozen=True, slots=True)
class TerrainSurface:
    """The ground as several grids; where they overlap, the first one that knows a height wins."""

    grids: tuple[ElevationGrid, ...]

    def heights(self, xy: Floats) -> Floats:
        """(n,) heights in the campus datum under (n, 2) campus points; NaN where no grid knows."""
        xy = np.asarray(xy, float).reshape(-1, 2)
        out = np.full(len(xy), np.nan)
        for grid in self.grids:
            missing = np.isnan(out)
            if not missing.any():
                break
            out[missing] = grid.heights(xy[missing])
        return out

    @property
    def cell_m(self) -> float:
        """The smallest cell of all grids; 1 m when there are none."""
        return min((min(grid.cell_m) for grid in self.grids), default=1.0)

    def lowest_along(self, polygons: NDArray[np.object_]) -> Floats:
        """(n,) lowest ground along the outlines, sampled at least every cell or 2 m; NaN where none is known."""
        return self._extreme(polygons, np.fmin, np.inf)

    def highest_along(self, polygons: NDArray[np.object_]) -> Floats:
        """(n,) highest ground along the outlines."""
        return self._extreme(polygons, np.fmax, -np.inf)

    def _extreme(self, polygons: NDArray[np.object_], choose: np.ufunc, start: float) -> Floats:
        outline = shapely.segmentize(shapely.boundary(np.asarray(polygons, object)), max(self.cell_m, 2.0))
        xy, row = shapely.get_coordinates(outline, return_index=True)
        out = np.full(len(outline), start)
        choose.at(out, row, self.heights(xy))
        return np.where(np.isfinite(out), out, np.nan)

    def drape(self, geometry: NDArray[np.object_], lift_m: float = 0.0) -> NDArray[np.object_]:
        """Any shapely geometry with its vertices on the ground plus ``lift_m``; NaN heights off the ground."""

        def lifted(xy: Floats) -> Floats:
            return np.column_stack([xy[:, :2], self.heights(xy[:, :2]) + lift_m])

        flat = shapely.force_3d(shapely.force_2d(np.asarray(geometry, object)))
        draped: NDArray[np.object_] = shapely.transform(flat, lifted, include_z=True)
        return draped
