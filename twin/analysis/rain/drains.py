"""Drains on the grid: which cell each lies on, what those on one cell may take, what each took."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from twin.analysis.rain.basins import Basins
from twin.analysis.rain.flow import OUTSIDE
from twin.analysis.rain.neighbours import Floats, Ints, near_cells
from twin.analysis.rain.ponds import Ponds
from twin.analysis.rain.rain_result import Drain, DrainResult
from twin.errors import ImpossibleAmountError


def places_of(drains: Sequence[Drain], basins: Basins, reach_m: float) -> Ints:
    """The place of each drain: the lowest ground within reach; -1 where there is none."""
    out = np.full(len(drains), OUTSIDE, np.int64)
    for number, one in enumerate(drains):
        near = near_cells(basins.terrain, one.x, one.y, reach_m)
        if len(near):
            height = basins.terrain.values[near[:, 0], near[:, 1]]
            row, column = near[int(np.argmin(height))]
            out[number] = int(basins.rim.places(np.array(row), np.array(column)))
    return out


def capacity_m3_h(drains: Sequence[Drain], placed: Ints, ponds: Ponds) -> Floats:
    """(places with drains,) m³/h of all drains on a cell."""
    number = {place: n for n, place in enumerate(ponds.drains)}
    out = np.zeros(len(number))
    for one, place in zip(drains, placed.tolist(), strict=True):
        if not one.capacity_m3_h >= 0:
            raise ImpossibleAmountError(name=f"capacity_m3_h ({one.drain_id})", value=one.capacity_m3_h, wanted=">= 0")
        if place >= 0:
            out[number[place]] += one.capacity_m3_h
    return out


def drain_results(
    drains: Sequence[Drain], placed: Ints, ponds: Ponds, allowed: Floats, hours: float, steps: int
) -> tuple[DrainResult, ...]:
    """Drains on one cell share what it took by their capacities."""
    number = {place: n for n, place in enumerate(ponds.drains)}
    out = []
    for one, place in zip(drains, placed.tolist(), strict=True):
        if place < 0:
            out.append(DrainResult(one.drain_id, False, 0.0, 0.0))
            continue
        whole = float(allowed[number[place]])
        part = one.capacity_m3_h * hours / whole if whole > 0 else 0.0
        taken = ponds.taken[number[place]] * part
        could = one.capacity_m3_h * hours * steps
        out.append(DrainResult(one.drain_id, True, taken, taken / could if could > 0 else 0.0))
    return tuple(out)
