"""Any grid, in any CRS or turned by a placement -> a north-up grid in campus metres, bilinear.

Not GDAL's warper: it would fall back to a "ballpark" datum shift without a word, and knows nothing of placements.
Here every cell goes through the one way from source to campus (``Georeference``), so a grid lands exactly where
points of the same source would. The inverse is found by fixed-point iteration on a coarse lattice, to 1/1000 of a
cell, and interpolated between (GDAL's approximate transformer does the same).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.crs import Georeference
from twin.errors import SourceUnreadableError

Grid = NDArray[np.float32]
Affine6 = tuple[float, float, float, float, float, float]

MAX_CELLS: Final = 400_000_000
_LATTICE: Final = 16  # cells between exactly inverted points
_ROWS: Final = 512  # target rows resampled at once


@dataclass(frozen=True, slots=True)
class Raster:
    """``values`` (rows, columns) or (rows, columns, bands), NaN: nothing there; ``transform``: Affine's six."""

    values: NDArray[Any]
    transform: Affine6


def edges(transform: Affine6, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Source coordinates (n, 2) of fractional cell positions; 0, 0 is the outer corner of the first cell."""
    a, b, c, d, e, f = transform
    return np.column_stack([a * columns + b * rows + c, d * columns + e * rows + f])


def place_raster(raster: Raster, georeference: Georeference, cell_m: float | None) -> Raster:
    """``raster`` in the campus, north up. Heights are not touched. ``cell_m``: wanted cell, else that of the source."""
    rows, columns = raster.values.shape[:2]
    corners = _outline(raster.transform, columns, rows)
    placed = georeference.points(corners)
    if not np.isfinite(placed).all():
        raise SourceUnreadableError(
            path=georeference.path, detail="its corners lie outside the area of the campus CRS", cure="Check its CRS."
        )
    exact = _as_affine(raster.transform, placed, columns, rows)
    if exact is not None and cell_m is None:
        return Raster(raster.values, exact)
    cell = cell_m or _cell_size(raster.transform, georeference, columns, rows)
    west, south = np.floor(placed.min(axis=0) / cell) * cell
    east, north = np.ceil(placed.max(axis=0) / cell) * cell
    width, height = round((east - west) / cell), round((north - south) / cell)
    if width * height > MAX_CELLS:
        detail = f"{width} x {height} cells of {cell:g} m are more than the limit of {MAX_CELLS}"
        raise SourceUnreadableError(path=georeference.path, detail=detail, cure="Write a larger options.cell_m.")
    target = (float(cell), 0.0, float(west), 0.0, -float(cell), float(north))
    return Raster(_resample(raster, georeference, target, width, height), target)


def _outline(transform: Affine6, columns: int, rows: int) -> NDArray[np.float64]:
    """21 points along each side, the four corners first."""
    t = np.linspace(0.0, 1.0, 21)
    c = np.concatenate([[0, 1, 1, 0], t, t, np.zeros(21), np.ones(21)]) * columns
    r = np.concatenate([[0, 0, 1, 1], np.zeros(21), np.ones(21), t, t]) * rows
    return edges(transform, c, r)


def _as_affine(transform: Affine6, placed: NDArray[np.float64], columns: int, rows: int) -> Affine6 | None:
    """The transform in the campus if the way there only moves and the grid is north up; else None."""
    a, b, _, d, e, _ = transform
    if b or d or e >= 0 or a <= 0:
        return None
    moved = np.array([placed[0, 0], placed[0, 1]])
    expected = edges((a, 0.0, float(moved[0]), 0.0, e, float(moved[1])), *_outline_cells(columns, rows))
    if np.abs(expected - placed).max() > 1e-6:
        return None
    return (a, 0.0, float(moved[0]), 0.0, e, float(moved[1]))


def _outline_cells(columns: int, rows: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cells = _outline((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), columns, rows)
    return cells[:, 0], cells[:, 1]


def _cell_size(transform: Affine6, georeference: Georeference, columns: int, rows: int) -> float:
    """The smaller side of the middle cell in metres, four digits."""
    c, r = columns / 2, rows / 2
    three = georeference.points(edges(transform, np.array([c, c + 1, c]), np.array([r, r, r + 1])))
    sides = np.linalg.norm(three[1:] - three[0], axis=1)
    return float(f"{sides.min():.4g}")


def _resample(raster: Raster, georeference: Georeference, target: Affine6, width: int, height: int) -> NDArray[Any]:
    bands = raster.values.shape[2:]
    values = raster.values.reshape(*raster.values.shape[:2], -1)
    out = np.empty((height, width, values.shape[2]), np.float32)
    positions = _inverse_lattice(raster, georeference, target, width, height)
    for start in range(0, height, _ROWS):
        stop = min(start + _ROWS, height)
        column, row = positions(start, stop)
        for band in range(values.shape[2]):
            out[start:stop, :, band] = bilinear(values[:, :, band], column, row)
    return out.reshape(height, width, *bands)


def _inverse_lattice(raster: Raster, georeference: Georeference, target: Affine6, width: int, height: int) -> Any:
    """A function (first row, last row) -> source column and row of the centres of those target cells."""
    c = np.append(np.arange(0, width, _LATTICE), width).astype(float)
    r = np.append(np.arange(0, height, _LATTICE), height).astype(float)
    grid_c, grid_r = np.meshgrid(c, r)
    wanted = edges(target, grid_c.ravel(), grid_r.ravel())
    cells = _invert(raster, georeference, wanted).reshape(len(r), len(c), 2)

    def positions(start: int, stop: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        at_c, at_r = np.arange(width) + 0.5, np.arange(start, stop) + 0.5
        i = np.clip(np.searchsorted(c, at_c) - 1, 0, len(c) - 2)
        j = np.clip(np.searchsorted(r, at_r) - 1, 0, len(r) - 2)
        u = ((at_c - c[i]) / (c[i + 1] - c[i]))[None, :, None]
        v = ((at_r - r[j]) / (r[j + 1] - r[j]))[:, None, None]
        j, i = j[:, None], i[None, :]
        top = cells[j, i] * (1 - u) + cells[j, i + 1] * u
        low = cells[j + 1, i] * (1 - u) + cells[j + 1, i + 1] * u
        both = top * (1 - v) + low * v
        return both[..., 0], both[..., 1]

    return positions


def _invert(raster: Raster, georeference: Georeference, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fractional source cells (n, 2) whose campus place is ``wanted`` (n, 2)."""
    rows, columns = raster.values.shape[:2]

    def forward(cells: NDArray[np.float64]) -> NDArray[np.float64]:
        return georeference.points(edges(raster.transform, cells[:, 0], cells[:, 1]))

    frame = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]], dtype=float)
    design = np.column_stack([frame, np.ones(4)])
    solution, *_ = np.linalg.lstsq(design, forward(frame) - wanted.mean(axis=0), rcond=None)
    back = np.linalg.inv(solution[:2].T)
    cells: NDArray[np.float64] = (wanted - wanted.mean(axis=0) - solution[2]) @ back.T
    for _ in range(12):
        step = (wanted - forward(cells)) @ back.T
        step[~np.isfinite(step)] = 0.0
        cells = cells + step
        if np.abs(step).max() < 1e-3:
            break
    return cells


def bilinear(values: NDArray[Any], column: NDArray[np.float64], row: NDArray[np.float64]) -> Grid:
    """``values`` at fractional cell positions (centres at .5). NaN where the nearest cell is NaN or outside.

    Next to gaps the weights of missing neighbours go to those present.
    """
    rows, columns = values.shape
    x, y = column - 0.5, row - 0.5
    near_x, near_y = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    inside = (near_x >= 0) & (near_x < columns) & (near_y >= 0) & (near_y < rows)
    x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - x0, y - y0
    total = np.zeros(column.shape)
    weight = np.zeros(column.shape)
    for dx, wx in ((0, 1 - u), (1, u)):
        for dy, wy in ((0, 1 - v), (1, v)):
            one = values[np.clip(y0 + dy, 0, rows - 1), np.clip(x0 + dx, 0, columns - 1)].astype(float)
            share = np.where(np.isfinite(one), wx * wy, 0.0)
            total += np.where(share > 0, one, 0.0) * share
            weight += share
    nearest = values[np.clip(near_y, 0, rows - 1), np.clip(near_x, 0, columns - 1)].astype(float)
    good = inside & np.isfinite(nearest) & (weight > 0)
    return np.where(good, total / np.where(weight > 0, weight, 1.0), np.nan).astype(np.float32)
