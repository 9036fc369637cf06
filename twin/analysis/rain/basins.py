"""Hollows within hollows: which basins join at which level, and how much each holds.

The depression hierarchy of Barnes, Callaghan and Wickert (2020): every pit is a basin; two basins that overflow into
each other are one larger basin from there on; a basin that overflows to where water leaves is the top of its tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.analysis.rain.flow import OUTSIDE, down_to_pits, ends
from twin.analysis.rain.neighbours import Floats, Ints, Rimmed, rimmed
from twin.mesh.elevation import ElevationGrid

NONE = -1


@dataclass(frozen=True, slots=True)
class Basins:
    """The hierarchy. The first ``len(pits)`` basins are pits, in their order; then come those that two others form.

    to: way of the water, place by place (rimmed; a pit points to itself, -1 over the edge) · pits: their places ·
    basin: (places,) pit basin of each place, -1 where water leaves · brim_m: level at which a basin overflows ·
    spill_to: the place across the brim, -1 over the edge of the grid · parent, one, other: the tree, -1 for none ·
    heights: of each basin the ground below its brim, rising · capacity_m3: up to the brim, with what is inside it.
    """

    terrain: ElevationGrid
    rim: Rimmed
    to: Ints
    pits: Ints
    basin: Ints
    brim_m: Floats
    spill_to: Ints
    parent: Ints
    one: Ints
    other: Ints
    heights: tuple[Floats, ...]
    capacity_m3: Floats

    @property
    def cell_m2(self) -> float:
        return float(np.prod(self.terrain.cell_m))

    def tops(self) -> Ints:
        """For each basin the top of its tree."""
        top = np.where(self.parent == NONE, np.arange(len(self.parent)), self.parent)
        while not np.array_equal(top, top[top]):
            top = top[top]
        return top

    def level_m(self, basin: int, volume_m3: float) -> float:
        """The level of a volume of water in a basin whose inner basins are full; its floor for no water."""
        ground = self.heights[basin]
        if volume_m3 <= 0 or not len(ground):
            return float(ground[0]) if len(ground) else float(self.brim_m[basin])
        sums = np.cumsum(ground)
        count = np.arange(1, len(ground) + 1)
        held = (count * ground - sums) * self.cell_m2  # when the water just reaches each cell
        wet = int(np.searchsorted(held, volume_m3, side="left"))
        return float((volume_m3 / self.cell_m2 + sums[wet - 1]) / wet)

    def volume_m3(self, basin: int, level_m: float) -> float:
        """What a basin holds up to a level, at most to its brim."""
        ground = self.heights[basin]
        wet = ground[ground < level_m]
        return float((min(level_m, float(self.brim_m[basin])) - wet).sum() * self.cell_m2)


def basins_of(terrain: ElevationGrid) -> Basins:
    """Every basin of a terrain. Water leaves over the edge of the grid and over nodata."""
    rim = rimmed(terrain)
    to, pits = down_to_pits(rim)
    stops = np.zeros(len(to), bool)
    stops[pits] = True
    end = ends(to, stops)
    number = np.full(len(to) + 1, NONE, np.int64)
    number[pits] = np.arange(len(pits))
    basin = number[end]
    tree = _Tree(len(pits))
    for level, here, there, place_here, place_there in _brims(rim, basin):
        tree.join(level, here, there, place_here, place_there)
    parent, brim = np.array(tree.parent, np.int64), np.array(tree.brim)
    heights = _heights_below_the_brim(rim, basin, tree)
    cell = float(np.prod(terrain.cell_m))
    capacity = np.array([float((level - one).sum()) * cell for level, one in zip(brim, heights, strict=True)])
    return Basins(
        terrain, rim, to, pits, basin, brim, np.array(tree.spill_to, np.int64), parent,
        np.array(tree.one, np.int64), np.array(tree.other, np.int64), heights, capacity,
    )  # fmt: skip


class _Tree:
    """Basins joined from the lowest brim up; ``group`` finds the outermost basin, or that water leaves."""

    def __init__(self, pits: int) -> None:
        self.parent, self.one, self.other = [NONE] * pits, [NONE] * pits, [NONE] * pits
        self.brim, self.spill_to = [np.inf] * pits, [NONE] * pits
        self._group = list(range(pits + 1))  # pits, then "water leaves"
        self._basin = [*range(pits), NONE]  # of a group that stands for itself

    def join(self, level: float, here: int, there: int, place_here: int, place_there: int) -> None:
        """Two basins (or one and -1, where water leaves) meet at ``level`` between two places."""
        first, second = self._find(here), self._find(there)
        if first == second:
            return
        leaving = self._find(NONE)
        if leaving in (first, second):
            inner, across = (first, place_there) if second == leaving else (second, place_here)
            self._overflow(self._basin[inner], level, across)
            self._group[inner] = leaving
            return
        one, other, new = self._basin[first], self._basin[second], len(self.parent)
        self._overflow(one, level, place_there)
        self._overflow(other, level, place_here)
        self.parent[one] = self.parent[other] = new
        for column, value in ((self.parent, NONE), (self.one, one), (self.other, other), (self.spill_to, NONE)):
            column.append(value)
        self.brim.append(np.inf)
        self._group[second] = first
        self._basin[first] = new

    def _overflow(self, basin: int, level: float, across: int) -> None:
        self.brim[basin], self.spill_to[basin] = level, across

    def _find(self, basin: int) -> int:
        group = self._group
        at = basin if basin != NONE else len(group) - 1
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at


def _brims(rim: Rimmed, basin: Ints) -> list[tuple[float, int, int, int, int]]:
    """The lowest level between each two basins that touch, and the two places, rising; -1 is where water leaves.

    Of several at one level, the one with the steepest way down comes first: so water takes it.
    """
    place = np.flatnonzero(rim.ground)
    found = []
    for offset, length in zip(rim.offsets, rim.lengths_m, strict=True):
        other = place + offset
        on_ground = rim.ground[other]
        differ = basin[place] != np.where(on_ground, basin[other], NONE)
        keep = differ & (~on_ground | (offset > 0))  # each pair once
        here, there, solid = place[keep], other[keep], on_ground[keep]
        level = np.fmax(rim.z[here], rim.z[there])
        drop = np.where(solid, (level - np.fmin(rim.z[here], rim.z[there])) / length, np.inf)
        beyond = np.where(solid, basin[there], NONE)
        found.append(np.column_stack([level, -drop, basin[here], beyond, here, np.where(solid, there, OUTSIDE)]))
    rows = np.concatenate(found)
    pair = np.sort(rows[:, 2:4], axis=1)
    order = np.lexsort((rows[:, 4], rows[:, 1], rows[:, 0], pair[:, 1], pair[:, 0]))
    rows, pair = rows[order], pair[order]
    first = np.append(True, (pair[1:] != pair[:-1]).any(axis=1)) if len(rows) else np.empty(0, bool)
    rows = rows[first]
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return [(float(a), int(b), int(c), int(d), int(e)) for a, _, b, c, d, e in rows.tolist()]


def _heights_below_the_brim(rim: Rimmed, basin: Ints, tree: _Tree) -> tuple[Floats, ...]:
    """Of each basin the heights of its cells below its brim, rising."""
    outer = [NONE] * len(tree.parent)  # the brim of the whole tree: above it no water ever stands
    for one in reversed(range(len(outer))):
        outer[one] = one if tree.parent[one] == NONE else outer[tree.parent[one]]
    brim = np.array(tree.brim)
    place = np.flatnonzero(basin >= 0)
    place = place[rim.z[place] < brim[np.array(outer, np.int64)[basin[place]]]] if len(place) else place
    place = place[np.lexsort((rim.z[place], basin[place]))]
    ends_ = np.searchsorted(basin[place], np.arange(basin.max(initial=-1) + 2))
    every: list[Floats] = []
    for number in range(len(tree.parent)):
        if tree.one[number] == NONE:
            own = rim.z[place[ends_[number] : ends_[number + 1]]]
        else:
            own = np.sort(np.concatenate([every[tree.one[number]], every[tree.other[number]]]), kind="stable")
        every.append(own)
    return tuple(own[own < level] for own, level in zip(every, brim, strict=True))
