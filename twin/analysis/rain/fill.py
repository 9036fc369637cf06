"""Hollows of a terrain: filled to the brim, each with its depth, volume and where it spills.

Priority flood (Barnes, Lehman and Mulla 2014): from the edge inwards, always the lowest cell first. Water leaves over
the edge of the grid and over nodata.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twin.analysis.rain.neighbours import Bools, Floats, Ints, Rimmed, rimmed
from twin.mesh.elevation import ElevationGrid


@dataclass(frozen=True, slots=True)
class Filled:
    """A flooded terrain. level, depth_m: (rows, columns), NaN for nodata.

    order: places (rimmed) as they were reached, edge first · toward: for each place the one from which it was reached,
    so which way water leaves a full hollow; -1 over the edge and for nodata.
    """

    terrain: ElevationGrid
    level: Floats
    depth_m: Floats
    order: Ints
    toward: Ints


@dataclass(frozen=True, slots=True)
class Hollow:
    """One hollow, full: water at ``level_m`` over ``cells`` cells. It spills at the middle of the cell (x, y)."""

    number: int
    level_m: float
    most_depth_m: float
    volume_m3: float
    area_m2: float
    cells: int
    spill_x: float
    spill_y: float


@dataclass(frozen=True, slots=True)
class Hollows:
    """Hollows, the largest volume first. number_of (rows, columns): which hollow a cell is in, -1 for none."""

    rows: tuple[Hollow, ...]
    number_of: Ints

    def to_arrow(self) -> pa.Table:
        names = Hollow.__slots__
        return pa.table({name: [getattr(one, name) for one in self.rows] for name in names})


def fill_hollows(terrain: ElevationGrid) -> Filled:
    """Raise every cell to the lowest level at which water on it would run off over the edge."""
    rim = rimmed(terrain)
    level, order, toward = _flood(rim)
    inner = rim.inner(level).astype(float)
    depth = inner - rim.inner(rim.z).astype(float)
    return Filled(terrain, inner, depth, np.array(order, np.int64), np.array(toward, np.int64))


def _flood(rim: Rimmed) -> tuple[Floats, list[int], list[int]]:
    """Level of each place, places in order of the flood, and from where each was reached.

    Cells below the water wait in a plain queue: they need no sorting, for their level is known.
    """
    z = rim.z.tolist()
    ground = rim.ground
    reached = bytearray((~ground).tobytes())
    level, toward = rim.z.tolist(), [-1] * len(z)
    order: list[int] = []
    heap: list[tuple[float, int]] = []
    for place in np.flatnonzero(edge_cells(rim)).tolist():
        reached[place] = 1
        heap.append((z[place], place))
    heapq.heapify(heap)
    below: deque[int] = deque()
    offsets = rim.offsets
    pop, push = heapq.heappop, heapq.heappush
    while heap or below:
        place = below.popleft() if below else pop(heap)[1]
        order.append(place)
        here = level[place]
        for offset in offsets:
            other = place + offset
            if reached[other]:
                continue
            reached[other] = 1
            toward[other] = place
            if z[other] <= here:
                level[other] = here
                below.append(other)
            else:
                push(heap, (z[other], other))
    return np.array(level), order, toward


def edge_cells(rim: Rimmed) -> Bools:
    """Ground that touches nodata or the edge of the grid, corners included."""
    out = np.zeros(len(rim.z), bool)
    ground = rim.ground
    place = np.flatnonzero(ground)
    for offset in rim.offsets:
        out[place] |= ~ground[place + offset]
    return out


def hollows_of(filled: Filled) -> Hollows:
    """The hollows of a filled terrain: cells of one level that touch, each counted full."""
    rim = rimmed(filled.terrain)
    level, deep = np.full(len(rim.z), np.nan), np.zeros(len(rim.z), bool)
    place = np.flatnonzero(rim.ground)
    level[place] = filled.level[rim.ground.reshape(-1, rim.width)[1:-1, 1:-1]]
    deep[place] = level[place] > rim.z[place]
    number = _numbered(rim, deep, level)
    count = int(number.max()) + 1
    wet = np.flatnonzero(number >= 0)
    area = float(np.prod(filled.terrain.cell_m))
    depth = level[wet] - rim.z[wet]
    of = number[wet]
    volume = np.bincount(of, depth, count) * area
    cells = np.bincount(of, minlength=count)
    most, first = np.zeros(count), np.full(count, len(filled.order))
    np.maximum.at(most, of, depth)
    turn = np.empty(len(rim.z), np.int64)
    turn[filled.order] = np.arange(len(filled.order))
    np.minimum.at(first, of, turn[wet])
    entered = filled.order[first]  # the first cell of a hollow that the flood reached, over its spill
    spill = filled.toward[entered]
    x, y = filled.terrain.middles(spill % rim.width - 1, spill // rim.width - 1).T
    rank = np.argsort(-volume, kind="stable")
    rows = tuple(
        Hollow(
            number=n,
            level_m=float(level[entered[k]]),
            most_depth_m=float(most[k]),
            volume_m3=float(volume[k]),
            area_m2=float(cells[k] * area),
            cells=int(cells[k]),
            spill_x=float(x[k]),
            spill_y=float(y[k]),
        )
        for n, k in enumerate(rank)
    )
    new = np.append(np.argsort(rank, kind="stable"), -1)
    return Hollows(rows, rim.inner(new[number]).astype(np.int64))


def _numbered(rim: Rimmed, deep: Bools, level: Floats) -> Ints:
    """The number of the hollow at each place, -1 elsewhere: wet neighbours of one level are one hollow."""
    number = [-1] * len(deep)
    wet, high = deep.tolist(), level.tolist()
    count = 0
    for start in np.flatnonzero(deep).tolist():
        if number[start] >= 0:
            continue
        number[start] = count
        stack = [start]
        while stack:
            place = stack.pop()
            for offset in rim.offsets:
                other = place + offset
                if wet[other] and number[other] < 0 and high[other] == high[place]:
                    number[other] = count
                    stack.append(other)
        count += 1
    return np.array(number, np.int64)
