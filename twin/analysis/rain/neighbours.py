"""The eight neighbours of cells, on a grid with a rim of nodata around it: no cell has to ask where the edge is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.mesh.elevation import ElevationGrid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STEPS: Final = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True, slots=True)
class Rimmed:
    """Heights with a rim: z ((rows + 2) * (columns + 2),), NaN outside and for nodata; ``width``: columns + 2.

    offsets, lengths_m (8,): to each neighbour, as a difference of places and in metres between middles.
    """

    z: Floats
    width: int
    offsets: tuple[int, ...]
    lengths_m: tuple[float, ...]

    @property
    def ground(self) -> Bools:
        return np.isfinite(self.z)

    def inner(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """A rimmed array as rows and columns of the grid."""
        return values.reshape(-1, self.width)[1:-1, 1:-1]

    def places(self, row: Ints, column: Ints) -> Ints:
        """Places of cells given by row and column of the grid."""
        return (row + 1) * self.width + column + 1


def rimmed(grid: ElevationGrid) -> Rimmed:
    z = np.pad(grid.values.astype(float), 1, constant_values=np.nan)
    z[~np.isfinite(z)] = np.nan
    (dx, dy), width = grid.cell_m, z.shape[1]
    offsets = tuple(down * width + right for down, right in STEPS)
    lengths = tuple(float(np.hypot(down * dy, right * dx)) for down, right in STEPS)
    return Rimmed(z.ravel(), width, offsets, lengths)


def near_cells(terrain: ElevationGrid, x: float, y: float, reach_m: float) -> Ints:
    """(n, 2) row and column of ground whose middle lies within reach, nearest first; the point's own cell is always."""
    dx, dy = terrain.cell_m
    column, row = terrain.cells(np.array([[x, y]], float))[0]
    wide, high = int(reach_m // dx) + 1, int(reach_m // dy) + 1
    middle_column, middle_row = round(float(column)), round(float(row))
    rows, columns = np.mgrid[middle_row - high : middle_row + high + 1, middle_column - wide : middle_column + wide + 1]
    away = np.hypot((columns - column) * dx, (rows - row) * dy)
    own = (rows == middle_row) & (columns == middle_column)
    inside = (rows >= 0) & (rows < terrain.values.shape[0]) & (columns >= 0) & (columns < terrain.values.shape[1])
    chosen = inside & (own | (away <= reach_m))
    found = np.column_stack([rows[chosen], columns[chosen]])[np.argsort(away[chosen], kind="stable")]
    known: Ints = found[np.isfinite(terrain.values[found[:, 0], found[:, 1]])]
    return known
