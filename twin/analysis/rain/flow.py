"""Where water runs: to the lowest neighbour by slope (D8, O'Callaghan and Mark 1984), how much passes, from where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.analysis.rain.fill import Filled, edge_cells
from twin.analysis.rain.neighbours import Bools, Floats, Ints, Rimmed, rimmed
from twin.errors import NotOneGridError

OUTSIDE = -1


@dataclass(frozen=True, slots=True)
class Flow:
    """Flow over a filled terrain, places rimmed. to: the next place, -1 over the edge · order: upstream last."""

    filled: Filled
    rim: Rimmed
    to: Ints
    order: Ints

    def accumulation(self, weight: Floats | None = None) -> Floats:
        """(rows, columns) what passes each cell, itself included: the count of cells, or the sum of ``weight``.

        ``weight``: (rows, columns), nodata counts as nothing. Raises NotOneGridError. NaN for nodata.
        """
        ground = self.rim.ground
        own = np.zeros(len(self.rim.z))
        if weight is None:
            own[ground] = 1.0
        else:
            shape = self.filled.level.shape
            if weight.shape != shape:
                raise NotOneGridError(name="weight", found=weight.shape, wanted=shape)
            own[ground] = np.pad(weight.astype(float), 1).ravel()[ground]
        total, to = own.tolist(), self.to.tolist()
        for place in reversed(self.order.tolist()):
            if to[place] >= 0:
                total[to[place]] += total[place]
        out = np.where(ground, np.array(total), np.nan)
        return self.rim.inner(out).astype(float)

    def catchments(self, row: Ints, column: Ints) -> Ints:
        """(rows, columns) which outlet the water of a cell passes first, as place in the lists; -1 for none."""
        outlet = np.full(len(self.rim.z), -1, np.int64)
        outlet[self.rim.places(np.asarray(row), np.asarray(column))] = np.arange(len(row))
        found, to = outlet.tolist(), self.to.tolist()
        for place in self.order.tolist():
            if found[place] < 0 and to[place] >= 0:
                found[place] = found[to[place]]
        return self.rim.inner(np.array(found)).astype(np.int64)


def flow_over(filled: Filled) -> Flow:
    """Flow with every hollow full: down the steepest slope of the water surface, across it toward its spill."""
    rim = rimmed(filled.terrain)
    level = np.full(len(rim.z), np.nan)
    level[rim.ground] = filled.level[np.isfinite(filled.level)]
    turn = np.zeros(len(rim.z), np.int64)
    turn[filled.order] = np.arange(len(filled.order))
    to = steepest(rim, level)
    to = np.where(to >= 0, to, filled.toward)
    order = filled.order[np.lexsort((turn[filled.order], level[filled.order]))]
    return Flow(filled, rim, to, order)


def steepest(rim: Rimmed, level: Floats) -> Ints:
    """For each place the neighbour down the steepest slope; -1 where no neighbour lies lower."""
    place = np.flatnonzero(rim.ground)
    best, to = np.zeros(len(place)), np.full(len(place), OUTSIDE, np.int64)
    for offset, length in zip(rim.offsets, rim.lengths_m, strict=True):
        with np.errstate(invalid="ignore"):
            slope = (level[place] - level[place + offset]) / length
            better = slope > best
        best, to = np.where(better, slope, best), np.where(better, place + offset, to)
    out = np.full(len(level), OUTSIDE, np.int64)
    out[place] = to
    return out


def down_to_pits(rim: Rimmed) -> tuple[Ints, Ints]:
    """Flow over the bare terrain: the next place (a pit points to itself, -1 over the edge), and the pits.

    Across a plateau water takes the way of fewest cells to where it can leave; a plateau without one is a pit, whose
    cells all point to one of them.
    """
    to = steepest(rim, rim.z)
    edge = edge_cells(rim)
    flat = rim.ground & (to == OUTSIDE) & ~edge
    next_, z = to.tolist(), rim.z.tolist()
    waiting = set(np.flatnonzero(flat).tolist())
    first = {one for one in waiting if any(z[one + o] == z[one] and (one + o) not in waiting for o in rim.offsets)}
    _across_plateaus(rim, z, next_, waiting, first)
    pits = _pits(rim, z, next_, waiting)
    return np.array(next_, np.int64), np.array(pits, np.int64)


def _across_plateaus(rim: Rimmed, z: list[float], next_: list[int], waiting: set[int], first: set[int]) -> None:
    """Point cells of plateaus to neighbours of their height that water already leaves, nearest first."""
    layer = sorted(first)
    while layer:
        found = []
        for place in layer:
            for offset in rim.offsets:
                other = place + offset
                if z[other] == z[place] and other not in waiting:
                    found.append((place, other))
                    break
        for place, other in found:
            next_[place] = other
            waiting.discard(place)
        beside = {place + o for place, _ in found for o in rim.offsets if z[place + o] == z[place]}
        layer = sorted(beside & waiting)


def _pits(rim: Rimmed, z: list[float], next_: list[int], waiting: set[int]) -> list[int]:
    """One pit for every plateau left over; its cells point to it."""
    pits = []
    while waiting:
        pit = min(waiting)
        pits.append(pit)
        waiting.discard(pit)
        stack = [pit]
        while stack:
            place = stack.pop()
            next_[place] = pit
            for offset in rim.offsets:
                other = place + offset
                if other in waiting and z[other] == z[pit]:
                    waiting.discard(other)
                    stack.append(other)
    return pits


def ends(to: Ints, stops: Bools) -> Ints:
    """For each place the first stop on its way down, itself included; -1 where the way leaves over the edge."""
    count = len(to)
    at = np.append(np.where(stops, np.arange(count), np.where(to < 0, count, to)), count)
    while True:
        further = at[at]
        if np.array_equal(further, at):
            break
        at = further
    return np.where(at[:count] == count, OUTSIDE, at[:count])
