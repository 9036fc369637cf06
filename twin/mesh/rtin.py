"""A square of heights as few right triangles as an error bound allows (right-triangulated irregular network).

Evans, Kirkpatrick and Townsend, "Right-triangulated irregular networks", Algorithmica 30 (2001). Their error is that
of the split points alone; here a triangle's error is the worst over **every** grid point it covers, so the bound holds.

Level after level the square is tiled by right triangles: an even level by squares cut along one diagonal, an odd one
by squares cut along both. A triangle is split at the middle of its long side, together with the triangle on the other
side of it, so no point ever lies on an edge of a neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints

Masks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Level:
    """All triangles of one level: ``corners`` (s, 3, 2) as (column, row), right angle first, counter-clockwise seen
    from above; ``worst`` and ``above`` (s,) metres: the largest error, and how far it rises above the ground.
    """

    corners: Ints
    worst: Floats
    above: Floats

    def middles(self) -> Ints:
        """(s, 2): the middle of every long side."""
        middles: Ints = (self.corners[:, 1] + self.corners[:, 2]) // 2
        return middles


@dataclass(frozen=True, slots=True)
class Simplified:
    """Vertices (v, 2) as (column, row), their heights (v,), triangles (t, 3), and the error that is certain."""

    vertices: Ints
    heights: Floats
    triangles: Ints
    error_m: float


def simplify(heights: Floats, tolerance_m: float) -> Simplified:
    """The surface of ``heights`` (2^k + 1, 2^k + 1), first row north, NaN for nodata, which no triangle touches.

    At grid points the surface lies nowhere above the ground and nowhere more than ``tolerance_m`` below it, so what is
    draped on the ground never sinks: simplification takes half of the tolerance, lowering the other half.
    """
    size = len(heights) - 1
    if size < 1 or size & (size - 1) or heights.shape != (size + 1, size + 1):
        raise ValueError("the square needs 2^k + 1 points a side")
    levels = _levels(heights)
    split = _split_points(levels, size, tolerance_m / 2.0)
    leaves = _leaves(levels, split)
    sound = np.isfinite(leaves.worst)
    return _lowered(Level(leaves.corners[sound], leaves.worst[sound], leaves.above[sound]), heights)


def decimate(heights: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Every second point of ``heights`` (2m + 1, 2n + 1), lowered so that the coarser surface stays below the finer.

    ``error`` is what each point already stands for; the second answer is that plus what this step adds around each
    point, so that errors of several steps are safe to read off. A point without data takes the lowest of its eight
    neighbours when at least four of them have data: outlines move by at most one cell of ``heights``, pinholes close.
    """
    rows, columns = (heights.shape[0] - 1) // 2, (heights.shape[1] - 1) // 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(heights, 1, constant_values=np.nan), (3, 3))[::2, ::2]
    filled = heights.copy()
    enough = np.isfinite(around).sum(axis=(2, 3)) >= 4
    lowest = np.fmin.reduce(around, axis=(2, 3))
    filled[::2, ::2] = np.where(np.isnan(heights[::2, ::2]) & enough, lowest, heights[::2, ::2])
    level = one_diagonal(filled, 2, past_nodata=True)
    down, worst = np.zeros((rows + 1) * (columns + 1)), np.zeros((rows + 1) * (columns + 1))
    codes = (level.corners[..., 1] // 2 * (columns + 1) + level.corners[..., 0] // 2).ravel()
    np.maximum.at(down, codes, np.repeat(level.above, 3))
    np.maximum.at(worst, codes, np.repeat(level.worst, 3))
    down, worst = down.reshape(rows + 1, columns + 1), worst.reshape(rows + 1, columns + 1)
    spread = np.lib.stride_tricks.sliding_window_view(np.pad(error, 1), (3, 3))[::2, ::2].max(axis=(2, 3))
    lowered = filled[::2, ::2] - down
    total = np.where(np.isfinite(lowered), spread + worst + down, 0.0)
    return lowered, total


def _levels(heights: Floats) -> list[Level]:
    """From two triangles down to legs of one cell."""
    size = len(heights) - 1
    levels = [one_diagonal(heights, size)]
    leg = size
    while leg > 1:
        levels.append(two_diagonals(heights, leg))
        leg //= 2
        levels.append(one_diagonal(heights, leg))
    return levels


def _squares(values: Floats, leg: int) -> Floats:
    """(m, n, leg + 1, leg + 1) closed squares, sharing their borders."""
    return np.lib.stride_tricks.sliding_window_view(values, (leg + 1, leg + 1))[::leg, ::leg]


def one_diagonal(heights: Floats, leg: int, *, past_nodata: bool = False) -> Level:
    """Squares of ``leg`` cut in two; where row + column of the square is even, from north-west to south-east.

    The other squares are mirrored first, so one pair of planes serves both. With ``past_nodata`` points without data
    ask for nothing, and a triangle with such a corner has no error at all.
    """
    squares = np.array(_squares(heights, leg))
    m, n = squares.shape[:2]
    rising = _rising(m, n)
    squares[rising] = squares[rising][..., ::-1]
    u, v = (one.ravel() / leg for one in np.meshgrid(np.arange(leg + 1), np.arange(leg + 1)))  # east, south
    nw, ne, sw, se = 0, leg, leg * (leg + 1), (leg + 1) ** 2 - 1
    flat = squares.reshape(m * n, -1)
    halves = [
        _fit(flat, (nw, ne, se), (1 - u, u - v, v), u >= v, past_nodata=past_nodata),
        _fit(flat, (nw, sw, se), (1 - v, v - u, u), u <= v, past_nodata=past_nodata),
    ]
    return _joined(_half_corners(m, n, leg), halves)


def two_diagonals(heights: Floats, leg: int) -> Level:
    """Squares of ``leg`` cut into four by both diagonals; right angles in the middle."""
    squares = np.array(_squares(heights, leg))
    m, n = squares.shape[:2]
    x, y = (one.ravel() * 2.0 / leg - 1 for one in np.meshgrid(np.arange(leg + 1), np.arange(leg + 1)))  # -1..1
    nw, ne, sw, se = 0, leg, leg * (leg + 1), (leg + 1) ** 2 - 1
    flat = squares.reshape(m * n, -1)
    middle = flat.shape[1] // 2

    def quarter(left: int, right: int, across: Floats, outward: Floats) -> tuple[Floats, Floats]:
        shares = (1 - outward, (outward - across) / 2, (outward + across) / 2)
        return _fit(flat, (middle, left, right), shares, outward >= np.abs(across))

    quarters = [quarter(nw, ne, x, -y), quarter(sw, se, x, y), quarter(nw, sw, y, -x), quarter(ne, se, y, x)]
    return _joined(_quarter_corners(m, n, leg), quarters)


def _rising(m: int, n: int) -> Masks:
    """Which squares of (m, n) are cut from south-west to north-east."""
    rising: Masks = np.add.outer(np.arange(m), np.arange(n)) % 2 == 1
    return rising


def _triangles(m: int, n: int, leg: int, *names: str) -> Ints:
    """(squares, 3, 2) (column, row) of the named points of every square."""
    row, column = (one.ravel() * leg for one in np.meshgrid(np.arange(m), np.arange(n), indexing="ij"))
    steps = {"nw": (0, 0), "ne": (leg, 0), "sw": (0, leg), "se": (leg, leg), "middle": (leg // 2, leg // 2)}
    points = [np.column_stack([column + steps[name][0], row + steps[name][1]]) for name in names]
    return np.stack(points, axis=1)


@lru_cache(maxsize=32)  # the same for every tile
def _half_corners(m: int, n: int, leg: int) -> Ints:
    """Corners of the two halves, in the order of ``one_diagonal``."""
    rising = _rising(m, n).reshape(-1, 1, 1)
    pairs = [(("nw", "sw", "ne"), ("ne", "nw", "se")), (("se", "ne", "sw"), ("sw", "se", "nw"))]
    return np.concatenate([np.where(rising, _triangles(m, n, leg, *a), _triangles(m, n, leg, *b)) for a, b in pairs])


@lru_cache(maxsize=32)
def _quarter_corners(m: int, n: int, leg: int) -> Ints:
    """Corners of the four quarters, in the order of ``two_diagonals``."""
    pairs = [("ne", "nw"), ("sw", "se"), ("nw", "sw"), ("se", "ne")]
    return np.concatenate([_triangles(m, n, leg, "middle", *pair) for pair in pairs])


def _fit(
    squares: Floats,
    corners: tuple[int, int, int],
    shares: tuple[Floats, ...],
    covered: Masks,
    *,
    past_nodata: bool = False,
) -> tuple[Floats, Floats]:
    """For one triangle of every square (s, points): worst error, and worst height above the ground; nodata is infinite.

    ``shares``: what each corner gives to the plane at every point; ``covered``: the points of the triangle.
    """
    weights = np.stack([share[covered] for share in shares])
    if len(squares) > weights.shape[1]:  # numpy reduces along the long axis quickly, along a short one slowly
        plane, axis = weights.T @ squares.T[list(corners)] - squares.T[covered], 0
    else:
        plane, axis = squares[:, corners] @ weights - squares[:, covered], 1
    highest, lowest = (np.fmax, np.fmin) if past_nodata else (np.maximum, np.minimum)
    above, below = highest.reduce(plane, axis=axis), -lowest.reduce(plane, axis=axis)
    worst = np.maximum(above, below)
    unknown, instead = np.isnan(worst), 0.0 if past_nodata else np.inf
    return np.where(unknown, instead, worst), np.where(unknown, instead, above.clip(0.0))


def _joined(corners: Ints, fits: list[tuple[Floats, Floats]]) -> Level:
    return Level(corners, np.concatenate([worst for worst, _ in fits]), np.concatenate([above for _, above in fits]))


def _split_points(levels: list[Level], size: int, tolerance_m: float) -> Masks:
    """Grid points at which a long side is split: where an error asks for it, or a split below needs it."""
    split = np.zeros((size + 1, size + 1), bool)
    for level, below in zip(levels[-2::-1], levels[:0:-1], strict=True):
        middle = level.middles()
        needed = level.worst > tolerance_m
        split[middle[needed, 1], middle[needed, 0]] = True
        # A split triangle must exist, so the long side of its parent is split: at the child's right angle.
        if below is not levels[-1]:  # legs of one cell have no grid point in the middle of their long side
            inner = below.middles()
            apex = below.corners[split[inner[:, 1], inner[:, 0]], 0]
            split[apex[:, 1], apex[:, 0]] = True
    return split


def _leaves(levels: list[Level], split: Masks) -> Level:
    """The triangles that exist and are not split, of all levels."""
    chosen = []
    for number, level in enumerate(levels):
        apex = level.corners[:, 0]
        whole = split[apex[:, 1], apex[:, 0]] if number else np.ones(len(apex), bool)
        if number < len(levels) - 1:
            middle = level.middles()
            whole = whole & ~split[middle[:, 1], middle[:, 0]]
        chosen.append((level.corners[whole], level.worst[whole], level.above[whole]))
    corners, worst, above = zip(*chosen, strict=True)
    return Level(np.concatenate(corners), np.concatenate(worst), np.concatenate(above))


def _lowered(leaves: Level, heights: Floats) -> Simplified:
    """Weld, and lower every vertex by the most that a triangle around it stands above the ground."""
    width = len(heights)
    codes, triangles = np.unique(leaves.corners[..., 1] * width + leaves.corners[..., 0], return_inverse=True)
    triangles = triangles.reshape(-1, 3)
    down = np.zeros(len(codes))
    np.maximum.at(down, triangles.ravel(), np.repeat(leaves.above, 3))
    vertices = np.column_stack([codes % width, codes // width])
    error = float((leaves.worst + down[triangles].max(axis=1)).max()) if len(triangles) else 0.0
    return Simplified(vertices, heights[vertices[:, 1], vertices[:, 0]] - down, triangles, error)
