"""Which cells are seen, by sight lines or ring by ring: two ways over one grid, both without a loop over cells.

Both look from the middle of a cell. Heights between cell middles are linear along grid lines. NaN hides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LINES_A_CELL: Final = 2  # sight lines that end in each cell of the outermost ring
LINES_AT_ONCE: Final = 256  # keeps the working arrays in the cache
ROUNDING: Final = 1e-12  # of a slope: a plane does not hide itself


@dataclass(frozen=True, slots=True)
class Eye:
    """From where: row and column of the cell, height in the grid's datum; ``target_m`` stands on each cell.

    ``bend`` (1/m): by how much heights sink with the square of the distance (curvature / diameter of the Earth).
    """

    row: int
    column: int
    z_m: float
    target_m: float
    bend: float


def by_sight_lines(heights: Floats, eye: Eye, cell_m: tuple[float, float]) -> Bools:
    """(rows, columns) seen: the greatest slope before each cell, kept along lines to the outermost ring.

    Between two lines the slope is interpolated; they are at most half a cell apart. The family of R2 and R3
    (Franklin and Ray 1994), swept for each of the four sides at once.
    """
    out = np.zeros(heights.shape, bool)
    out[eye.row, eye.column] = True
    row, column, (dx, dy) = eye.row, eye.column, cell_m
    sides = (
        (np.s_[:, column:], False),
        (np.s_[:, column::-1], False),
        (np.s_[row:, :], True),
        (np.s_[row::-1, :], True),
    )
    for part, turned in sides:
        side, seen = (heights[part].T, out[part].T) if turned else (heights[part], out[part])
        steps = (dy, dx) if turned else (dx, dy)
        _look_to_one_side(side, seen, column if turned else row, eye, steps)
    return out


def _look_to_one_side(side: Floats, seen: Bools, middle: int, eye: Eye, steps: tuple[float, float]) -> None:
    """Write into ``seen`` the wedge before an eye at (``middle``, 0) that looks along the columns."""
    across, reach = side.shape[0], side.shape[1] - 1
    if reach < 1:
        return
    lines = LINES_A_CELL * reach
    worst = _greatest_slopes(side, middle, eye, steps, lines)
    ahead = np.arange(1, reach + 1)
    aside = np.arange(across)[:, None] - middle
    row, step = np.nonzero(np.abs(aside) <= ahead)
    step += 1
    off = (row - middle).astype(float)
    distance = np.hypot(steps[0] * step, steps[1] * off)
    slope = (side[row, step] + eye.target_m - eye.bend * distance**2 - eye.z_m) / distance
    line = off / step * lines + lines
    low = np.floor(line).astype(np.int64)
    high, part = np.minimum(low + 1, 2 * lines), line - low
    before = np.maximum(step - 2, 0)
    one, other = worst[low, before], worst[high, before]
    with np.errstate(invalid="ignore"):
        horizon = one + (other - one) * part
    horizon = np.where(part == 0, one, np.where(np.isfinite(horizon), horizon, np.minimum(one, other)))
    seen[row, step] |= (step == 1) | (slope >= horizon - ROUNDING)


def _greatest_slopes(side: Floats, middle: int, eye: Eye, steps: tuple[float, float], lines: int) -> Floats:
    """(2 lines + 1, reach) the greatest slope of the ground up to each grid line, along each sight line."""
    across, reach = side.shape[0], side.shape[1] - 1
    ahead = np.arange(1, reach + 1)
    aside = np.arange(-lines, lines + 1) / lines
    worst = np.empty((len(aside), reach))
    gaps = bool(np.isnan(side).any())
    for start in range(0, len(aside), LINES_AT_ONCE):
        lean = aside[start : start + LINES_AT_ONCE, None]
        place = middle + lean * ahead
        low = np.floor(place).astype(np.int64)
        part = place - low
        inside = (place >= 0) & (place <= across - 1)
        first, second = side[low.clip(0, across - 1), ahead], side[(low + 1).clip(0, across - 1), ahead]
        height = first + (second - first) * part
        if gaps:
            height = np.where(np.isnan(height), np.where(part < 0.5, first, second), height)
        distance = np.hypot(steps[0], steps[1] * lean) * ahead
        slope = (height - eye.bend * distance**2 - eye.z_m) / distance
        slope = np.where(inside & np.isfinite(slope), slope, -np.inf)
        np.maximum.accumulate(slope, axis=1, out=worst[start : start + LINES_AT_ONCE])
    return worst


def by_rings(heights: Floats, eye: Eye, cell_m: tuple[float, float]) -> Bools:
    """(rows, columns) seen: each ring from the one inside it (Wang, Robinson and White 2000), as GDAL's viewshed does.

    Faster than sight lines; the interpolation from ring to ring smooths edges, so that it errs more.
    """
    rows, columns = heights.shape
    row, column = np.indices(heights.shape).reshape(2, -1)
    down, right = row - eye.row, column - eye.column
    distance2 = (right * cell_m[0]) ** 2 + (down * cell_m[1]) ** 2
    ground = heights.ravel() - eye.bend * distance2
    ground = np.where(np.isnan(ground), -np.inf, ground)
    ring = np.maximum(np.abs(down), np.abs(right))
    order = np.argsort(ring, kind="stable")
    ends = np.searchsorted(ring[order], np.arange(ring.max() + 2))
    least, seen = ground.copy(), np.ones(len(ground), bool)
    for number in range(2, int(ring.max()) + 1):
        cell = order[ends[number] : ends[number + 1]]
        needed = _line_over_the_ring_inside(least, cell, down[cell], right[cell], columns, eye.z_m)
        seen[cell] = ground[cell] + eye.target_m >= needed
        least[cell] = np.maximum(ground[cell], needed)
    return seen.reshape(rows, columns)


def _line_over_the_ring_inside(
    least: Floats, cell: Ints, down: Ints, right: Ints, columns: int, eye_m: float
) -> Floats:
    """(n,) the height from which a cell is seen: the line over the two cells that its sight line passes between."""
    high, wide = np.abs(down), np.abs(right)
    toward_row, toward_column = -np.sign(down) * columns, -np.sign(right)
    slanted = cell + toward_row + toward_column
    straight = np.where(high >= wide, cell + toward_row, cell + toward_column)
    far, aside = np.maximum(high, wide), np.minimum(high, wide)
    on_slant, on_straight = least[slanted] - eye_m, least[straight] - eye_m
    with np.errstate(invalid="ignore"):
        mixed = (on_slant * aside + on_straight * (far - aside)) / (far - 1)
    mixed = np.where(aside == 0, on_straight * far / (far - 1), mixed)
    mixed = np.where(aside == far, on_slant * far / (far - 1), mixed)
    return eye_m + np.where(np.isnan(mixed), -np.inf, mixed)
