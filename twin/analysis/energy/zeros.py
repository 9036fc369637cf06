"""Zeros that stand for missing readings, told from those of a meter that truly goes to zero."""

from __future__ import annotations

from typing import Final

import numpy as np

from twin.analysis.energy.readings import Flags, Floats, Ints, spans

NEAR_ZERO: Final = 0.05  # of the 99th percentile: a meter that sinks there may sink to zero
NEAR_ZERO_DAYS: Final = 0.02  # of all days, for a time of day to be one at which it sinks
NIGHTLY: Final = 0.5  # of all days, for a time of day to be one at which it is zero
WEEKLY: Final = 0.2  # of all weeks, for a time of week to be one at which it is zero
OFTEN: Final = 10  # days of the month about a run that are zero at its time of day, for it to be one of a season
MONTH_DAYS: Final = 30
LEAST_TIMES: Final = 3  # fewer of anything is no habit
HABITUAL: Final = 0.6  # of a run of zeros, to believe it
PARTIAL: Final = 0.7  # of the reading beside it: what is left of a reading of which a part was lost
ISLAND: Final = 3  # readings between two lost runs
HALVES_HABITUAL: Final = 0.0005  # of all readings: then halving is what the meter does


def missing_zeros(values: Floats, slots: Ints, weekdays: Ints, days: Ints) -> Flags:
    """Runs of exact zeros that the meter's own habits do not bear out.

    A slot of a run is habitual where the meter, at that time of day, reads near zero yet not zero on some days, or
    where it falls to zero in other runs: on half of all days at that time of day, or in a fifth of all weeks at that
    time of the week. A run is believed when most of it is habitual, or when a third of the days about it are zero at
    its time of day (a boiler in summer). A meter that never reads low has none of this.
    """
    zero: Flags = values == 0
    starts, ends = spans(zero)
    known = values[values > 0]
    if not len(starts):
        return zero
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    habitual = _sinks(values, slots, NEAR_ZERO * float(np.quantile(known, 0.99))) | _falls(zero, slots, weekdays, days)
    share = np.add.reduceat(np.concatenate((habitual, [False])).astype(np.float64), _between(starts, ends))[::2]
    lost = (share / (ends - starts) < HABITUAL) & ~_of_a_season(zero, starts, ends, int(slots.max()) + 1)
    found = np.zeros(len(values), dtype=bool)
    for start, end in zip(starts[lost], ends[lost], strict=True):
        found[start:end] = True
    return found


def _of_a_season(zero: Flags, starts: Ints, ends: Ints, per_day: int) -> Flags:
    """Runs whose middle is at a time of day that is zero on many days of the two weeks before and after."""
    apart = per_day * np.concatenate((np.arange(-MONTH_DAYS // 2, 0), np.arange(1, MONTH_DAYS // 2 + 1)))
    at = ((starts + ends) // 2)[:, None] + apart
    outside = (at >= 0) & (at < len(zero)) & ((at < starts[:, None]) | (at >= ends[:, None]))
    found: Flags = (outside & zero[np.clip(at, 0, len(zero) - 1)]).sum(axis=1) >= OFTEN
    return found


def _between(starts: Ints, ends: Ints) -> Ints:
    """Borders for ``reduceat``: each run, then what lies up to the next."""
    borders: Ints = np.column_stack((starts, ends)).ravel()
    return borders


def _sinks(values: Floats, slots: Ints, near: float) -> Flags:
    """At times of day at which the meter reads near zero without being zero, now and then."""
    low = (values > 0) & (values <= near)
    lows = np.bincount(slots, weights=low)
    told = np.bincount(slots, weights=values > 0)
    does = (lows >= LEAST_TIMES) & (lows >= NEAR_ZERO_DAYS * np.maximum(told, 1))
    found: Flags = does[slots]
    return found


def _falls(zero: Flags, slots: Ints, weekdays: Ints, days: Ints) -> Flags:
    """At times at which other runs of zeros are, too. A long run counts once at each time."""
    run = np.cumsum(np.diff(zero.astype(np.int8), prepend=0) == 1)
    span_days = float(days[-1] - days[0] + 1)
    daily = _touching(zero, run, slots)
    weekly = _touching(zero, run, weekdays * (int(slots.max()) + 1) + slots)
    other_daily, other_weekly = daily - 1, weekly - 1  # but for the run itself
    nightly = (other_daily >= LEAST_TIMES) & (other_daily >= NIGHTLY * span_days)
    found: Flags = zero & (nightly | ((other_weekly >= LEAST_TIMES) & (other_weekly >= WEEKLY * span_days / 7)))
    return found


def _touching(zero: Flags, run: Ints, times: Ints) -> Ints:
    """Of each reading, how many runs of zeros touch its time of day or week."""
    width = int(times.max()) + 1
    pairs = np.unique(run[zero] * width + times[zero])
    counts: Ints = np.bincount(pairs % width, minlength=width)[times]
    return counts


def partial_readings(values: Floats, lost: Flags) -> Flags:
    """Readings beside lost ones of which a part was lost, too: clearly below the next reading outwards.

    Half-hourly readings of which one is lost make an hour of half the energy. Up to three readings between two lost
    runs are of no use either. Last, a single reading of 0.4 to 0.6 of both its neighbours, which agree within 15 %, in
    a meter that seldom does so.
    """
    found = _halves(values)
    if found.sum() > max(LEAST_TIMES, HALVES_HABITUAL * len(values)):
        found[:] = False
    starts, ends = spans(lost)
    for start in starts:
        if start >= 2 and values[start - 1] < PARTIAL * values[start - 2]:
            found[start - 1] = True
    for end in ends:
        if end + 1 < len(values) and values[end] < PARTIAL * values[end + 1]:
            found[end] = True
    for end, start in zip(ends[:-1], starts[1:], strict=True):
        if start - end <= ISLAND:
            found[end:start] = True
    return found


def _halves(values: Floats) -> Flags:
    before, here, after = values[:-2], values[1:-1], values[2:]
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = np.minimum(before, after), np.maximum(before, after)
        half = (high <= 1.15 * low) & (here >= 0.4 * low) & (here <= 0.6 * low) & (low > 0)
    return np.concatenate(([False], half, [False]))
