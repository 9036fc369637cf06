"""History before an origin, cut into days that end at it: rows of equal wall-clock times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.analysis.energy.calendar import HOLIDAY, SATURDAY, SUNDAY, WorkCalendar
from twin.analysis.energy.readings import Floats, Ints, wall_clock


@dataclass(frozen=True, slots=True)
class Blocks:
    """``energy[row, cell]``: a row is a day that begins at the wall-clock time of the origin, a cell a step of it.

    ``known`` rows lie before the origin; the rows after it are the horizon and hold NaN. ``kinds`` are those of the
    calendar, by cell, for a row may reach over midnight.
    """

    energy: Floats
    outdoor: Floats | None
    kinds: Ints
    known: int
    ahead: tuple[Ints, Ints]  # row and cell of each step of the horizon


def cut(
    index: pd.DatetimeIndex,
    energy: Floats,
    outdoor: Floats | None,
    horizon: pd.DatetimeIndex,
    step_s: int,
    calendar: WorkCalendar,
) -> Blocks:
    """Cut. The hour that a switch to winter time has twice is its mean, the one left out in spring is unknown."""
    per_day = 86_400 // step_s
    times = pd.DatetimeIndex(index.append(horizon))
    days, slots = wall_clock(times, step_s)
    begins = int(slots[len(index)])
    rows = days - (slots < begins)
    cells = (slots - begins) % per_day
    first, origin_row = int(rows[0]), int(rows[len(index)])
    rows -= first
    shape = (int(rows.max()) + 1, per_day)
    at = rows * per_day + cells
    past, ahead = at[: len(index)], (rows[len(index) :], cells[len(index) :])
    warm = None if outdoor is None else _means(at[: len(outdoor)], outdoor, shape)
    return Blocks(_means(past, energy, shape), warm, _kinds(first, begins, shape, calendar), origin_row - first, ahead)


def _means(at: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    told = np.isfinite(values)
    size = shape[0] * shape[1]
    sums = np.bincount(at[told], weights=values[told], minlength=size)
    counts = np.bincount(at[told], minlength=size)
    found = np.full(size, np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found.reshape(shape)


def _kinds(first: int, begins: int, shape: tuple[int, int], calendar: WorkCalendar) -> Ints:
    days = first + np.arange(shape[0], dtype=np.int64)[:, None] + (begins + np.arange(shape[1]) >= shape[1])
    return calendar.kinds(days.ravel()).reshape(shape)


def like(kinds: Ints) -> Ints:
    """0 a working day, 1 a Saturday, 2 a Sunday or holiday: days of one class serve as each other's example."""
    found = np.zeros(kinds.shape, dtype=np.int64)
    found[kinds == SATURDAY] = 1
    found[(kinds == SUNDAY) | (kinds == HOLIDAY)] = 2
    return found
