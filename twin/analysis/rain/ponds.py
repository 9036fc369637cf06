"""Water in basins: poured in, overflowing from one to the next, taken out by drains. Fill, spill, merge."""

from __future__ import annotations

import numpy as np

from twin.analysis.rain.basins import NONE, Basins
from twin.analysis.rain.flow import OUTSIDE, ends
from twin.analysis.rain.neighbours import Floats, Ints

EMPTY_M3 = 1e-12


class Ponds:
    """The state of a storm: ``held`` (own water of each basin above its full inner basins), and what went where.

    Totals in m³: left (over the edge), arrived, spilled (by the top of a tree), taken (by drain). ``allowed``: what
    each drain may still take in this step.
    """

    def __init__(self, basins: Basins, drains: Ints) -> None:
        """``drains``: (n,) places, each once."""
        self.basins = basins
        count = len(basins.parent)
        inner = np.zeros(count)
        for side in (basins.one, basins.other):
            has = side != NONE
            inner[has] += basins.capacity_m3[side[has]]
        self.room: list[float] = np.maximum(basins.capacity_m3 - inner, 0.0).tolist()
        self.held = [0.0] * count
        self.left_m3 = 0.0
        self.tops = basins.tops().tolist()
        self.arrived = [0.0] * count
        self.spilled = [0.0] * count
        self.spilled_to: list[set[int]] = [set() for _ in range(count)]
        self.drains = drains.tolist()
        self.taken = [0.0] * len(drains)
        self.taken_of_basin = [0.0] * count
        self.allowed = [0.0] * len(drains)
        self._number = {place: number for number, place in enumerate(self.drains)}
        self._parent, self._one, self._other = basins.parent.tolist(), basins.one.tolist(), basins.other.tolist()
        self._spill_to = basins.spill_to.tolist()
        self._basin = basins.basin.tolist()
        stops = np.zeros(len(basins.to), bool)
        stops[basins.pits], stops[drains] = True, True
        self.stop: Ints = ends(basins.to, stops)
        self._after = self._next_stops()

    def _next_stops(self) -> dict[int, int]:
        """Where water goes that passes a drain."""
        after = {}
        for place in self.drains:
            further = int(self.basins.to[place])
            after[place] = OUTSIDE if further == OUTSIDE else place if further == place else int(self.stop[further])
        return after

    def pour(self, stop: int, volume: float) -> None:
        """Water arrives at a stop (a drain, a pit, or ``OUTSIDE``) and goes on from there until it rests."""
        inside = NONE  # the top of the tree that the water has arrived in
        while volume > 0:
            stop, volume = self._past_drains(stop, volume, inside)
            if stop == OUTSIDE:
                self.left_m3 += volume
                return
            basin = self._basin[stop]
            top = self.tops[basin]
            if top != inside:
                self.arrived[top] += volume
                inside = top
            taker, beyond = self._with_room(basin)
            if taker != NONE:
                volume = self._fill(taker, volume)
                continue
            next_top = self._top_at(beyond)
            if next_top != top:
                self.spilled[top] += volume
                self.spilled_to[top].add(next_top)
                inside = NONE
            stop = beyond

    def _top_at(self, stop: int) -> int:
        """The top of the tree that a stop lies in; -1 where water leaves."""
        return NONE if stop == OUTSIDE or self._basin[stop] == NONE else self.tops[self._basin[stop]]

    def _past_drains(self, stop: int, volume: float, inside: int) -> tuple[int, float]:
        """The pit below a stop, or ``OUTSIDE``, and what of the water gets there."""
        while stop in self._number:
            number, top = self._number[stop], self._top_at(stop)
            part = min(volume, self.allowed[number])
            self._take_down(number, part, top)
            if top not in (NONE, inside):
                self.arrived[top] += part
            volume -= part
            if self._after[stop] == stop:  # a drain in a pit
                break
            stop = self._after[stop]
        return stop, volume

    def _take_down(self, number: int, part: float, top: int) -> None:
        self.allowed[number] -= part
        self.taken[number] += part
        if top != NONE:
            self.taken_of_basin[top] += part

    def _with_room(self, basin: int) -> tuple[int, int]:
        """The basin that takes water arriving at a pit; or, when it overflows elsewhere, the stop beyond."""
        while self.full(basin):
            parent = self._parent[basin]
            if parent != NONE:
                sibling = self._one[parent] if self._other[parent] == basin else self._other[parent]
                if self.full(sibling):
                    basin = parent
                    continue
            across = self._spill_to[basin]
            return NONE, OUTSIDE if across == OUTSIDE else int(self.stop[across])
        return basin, NONE

    def full(self, basin: int) -> bool:
        """Whether a basin and all inside it stand at the brim."""
        asked = [basin]
        while asked:
            one = asked.pop()
            if self.held[one] < self.room[one]:
                return False
            if self.held[one] <= 0 and self._one[one] != NONE:  # water of its own says that all inside it is full
                asked += [self._one[one], self._other[one]]
        return True

    def _fill(self, basin: int, volume: float) -> float:
        room = self.room[basin] - self.held[basin]
        if volume < room:
            self.held[basin] += volume
            return 0.0
        self.held[basin] = self.room[basin]
        return volume - room

    def drain_standing(self) -> None:
        """Drains under water take what they may, down to their own level."""
        for number, place in enumerate(self.drains):
            basin = self._basin[place]
            if basin == NONE or self.allowed[number] <= EMPTY_M3:
                continue
            for one in reversed(self.up_from(basin)):
                if self.held[one] > 0:
                    self._take(one, number, float(self.basins.rim.z[place]))

    def up_from(self, basin: int) -> list[int]:
        """A basin and those around it, outwards."""
        way = []
        while basin != NONE:
            way.append(basin)
            basin = self._parent[basin]
        return way

    def _take(self, basin: int, number: int, drain_m: float) -> None:
        """Water of a basin above the drain's own level goes down the drain."""
        inside = self.basins.capacity_m3[basin] - self.room[basin]
        stays = max(0.0, self.basins.volume_m3(basin, drain_m) - inside)
        part = min(self.allowed[number], max(0.0, self.held[basin] - stays))
        self.held[basin] -= part
        self._take_down(number, part, self.tops[basin])

    @property
    def stored_m3(self) -> float:
        return float(sum(self.held))

    def levels(self, held: Floats) -> Floats:
        """(basins,) level of each that has water of its own, NaN for the others."""
        inside = self.basins.capacity_m3 - np.array(self.room)
        wet = np.flatnonzero(held > EMPTY_M3)
        out = np.full(len(held), np.nan)
        out[wet] = [self.basins.level_m(int(one), float(inside[one] + held[one])) for one in wet]
        return out

    def depth_m(self, held: Floats) -> Floats:
        """(rows, columns) depth of standing water for the own water of every basin; 0 where it is dry, NaN nodata."""
        levels = self.levels(held)
        outer = levels.copy()
        for one in reversed(range(len(outer))):  # parents have the higher numbers
            if self._parent[one] != NONE:
                outer[one] = np.fmax(outer[one], outer[self._parent[one]])
        z, basin = self.basins.rim.z, self.basins.basin
        level = np.where(basin >= 0, outer[basin], np.nan) if len(outer) else np.full(len(z), np.nan)
        depth = np.where(np.isnan(z), np.nan, np.fmax(level - z, 0.0))
        return self.basins.rim.inner(depth).astype(float)
