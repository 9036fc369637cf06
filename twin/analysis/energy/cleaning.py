"""Readings without what is no reading: gaps, zeros for missing ones, spikes, stuck values, resets of counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from twin.analysis.energy.readings import DAY_S, Flags, Floats, Ints, Readings, floats, regular, spans, wall_clock
from twin.analysis.energy.zeros import missing_zeros, partial_readings

# why a reading was removed, in the order in which they are looked for
REASONS: Final[Mapping[str, str]] = {
    "gap": "no reading",
    "reset": "the counter went back",
    "negative": "less than nothing was used",
    "zero": "an exact zero of a meter that does not go to zero at such times",
    "partial": "beside lost readings and clearly below the next, or half of both its neighbours: a part was lost",
    "spike": "up to two readings, over three times their neighbours and far above all others",
    "stuck": "the same reading for a day or more of a meter that otherwise varies",
}
STUCK_S: Final = DAY_S
MOSTLY_STUCK: Final = 0.5  # of all readings: then a constant load is what it meters
SPIKE: Final = 3.0  # times both neighbours
FAR_ABOVE: Final = 1.5  # times the 99th percentile


@dataclass(frozen=True, slots=True)
class Removed:
    """A run of readings that was taken out, ``from_at`` to before ``to_at``. ``energy_kwh`` is what it had said."""

    from_at: datetime
    to_at: datetime
    readings: int
    reason: str
    energy_kwh: float | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Readings that can be used (NaN = unknown), and what was removed: ``found == kept + sum(counts.values())``."""

    energy_kwh: pd.Series[float]
    removed: tuple[Removed, ...]
    found: int
    kept: int
    counts: Mapping[str, int]

    def to_arrow(self) -> pa.Table:
        """One row a run that was removed."""
        time = pa.timestamp("us", tz="UTC")
        return pa.table(
            {
                "from_at": pa.array([one.from_at for one in self.removed], time),
                "to_at": pa.array([one.to_at for one in self.removed], time),
                "readings": pa.array([one.readings for one in self.removed], pa.int64()),
                "reason": pa.array([one.reason for one in self.removed], pa.string()),
                "why": pa.array([REASONS[one.reason] for one in self.removed], pa.string()),
                "energy_kwh": pa.array([one.energy_kwh for one in self.removed], pa.float64()),
            }
        )


def clean(
    series: pd.Series[float],
    *,
    kind: Literal["use", "counter"] = "use",
    zeros: Literal["evidence", "keep", "missing"] = "evidence",
    remove: frozenset[str] = frozenset(REASONS),
) -> Cleaned:
    """Take out what is no reading, and say of each run why.

    ``series`` is energy in kWh of each step (``use``), or a counter in kWh, of which the differences are taken: the use
    of a step is the counter at the next time less that at this one, so the last step is unknown. Of a gap in a counter
    the table tells the energy of the whole, which no single step may claim. ``zeros`` says whether exact zeros are told
    by the habits of the meter (``zeros.py``), or all kept, or all missing. ``remove`` names the reasons that count.
    Raises TimesWithoutZoneError, TimesNotRegularError.
    """
    readings = regular(series)
    values = readings.values
    if kind == "counter":
        values = np.append(np.diff(values), np.nan)
    why = _reasons(readings, values, kind, zeros, remove)
    kept = np.where(why < 0, values, np.nan)
    told = _energy(readings, values, kind)
    names = list(REASONS)
    removed = tuple(_runs(readings, why, names, told))
    counts = {name: int(count) for name, count in zip(names, np.bincount(why + 1, minlength=8)[1:], strict=True)}
    return Cleaned(
        energy_kwh=readings.series(kept, "energy_kwh"),
        removed=removed,
        found=len(values),
        kept=int((why < 0).sum()),
        counts={name: count for name, count in counts.items() if count},
    )


def _reasons(readings: Readings, values: Floats, kind: str, zeros: str, remove: frozenset[str]) -> Ints:
    """The number of the reason of each reading in ``REASONS``, -1 where it is kept."""
    why = np.full(len(values), -1, dtype=np.int64)
    left = values.copy()
    for number, (reason, rule) in enumerate(_RULES.items()):
        if reason == "gap" or reason in remove:
            found = rule(readings, left, why, kind if reason in ("reset", "negative") else zeros)
            found &= why < 0
            why[found] = number
            left[found] = np.nan
    return why


def _gap(_: Readings, values: Floats, why: Ints, __: str) -> Flags:
    return np.isnan(values) & (why < 0)


def _reset(_: Readings, values: Floats, __: Ints, kind: str) -> Flags:
    return (values < 0) & (kind == "counter")


def _negative(_: Readings, values: Floats, __: Ints, ___: str) -> Flags:
    found: Flags = values < 0
    return found


def _zero(readings: Readings, values: Floats, _: Ints, zeros: str) -> Flags:
    if zeros == "keep":
        return np.zeros(len(values), dtype=bool)
    if zeros == "missing":
        found: Flags = values == 0
        return found
    days, slots = wall_clock(readings.index, readings.step_s)
    return missing_zeros(values, slots, (days + 3) % 7, days)


def _partial(readings: Readings, values: Floats, why: Ints, _: str) -> Flags:
    """Only what is shorter than a day can be a part of itself."""
    if readings.step_s >= DAY_S:
        return np.zeros(len(values), dtype=bool)
    lost = (why >= 0) & ~_single_gap(why)
    return partial_readings(values, lost)


def _single_gap(why: Ints) -> Flags:
    """Gaps say nothing of the readings beside them; zeros for missing ones do."""
    found: Flags = why == list(REASONS).index("gap")
    return found


def _spike(_: Readings, values: Floats, __: Ints, ___: str) -> Flags:
    known = values[np.isfinite(values)]
    found = np.zeros(len(values), dtype=bool)
    if len(known) < 24:
        return found
    high = values > FAR_ABOVE * np.quantile(known, 0.99)
    for start, end in zip(*spans(high), strict=True):
        beside = np.concatenate((values[max(0, start - 2) : start], values[end : end + 2]))
        beside = beside[np.isfinite(beside)]
        if end - start <= 2 and len(beside) >= 2 and values[start:end].min() > SPIKE * beside.max():
            found[start:end] = True
    return found


def _stuck(readings: Readings, values: Floats, _: Ints, __: str) -> Flags:
    """Runs of one value other than zero. Of a series of days three in a row are needed."""
    same = np.zeros(len(values), dtype=bool)
    same[1:] = (np.diff(values) == 0) & (values[1:] != 0)
    least = max(STUCK_S // readings.step_s, 3)
    found = np.zeros(len(values), dtype=bool)
    for start, end in zip(*spans(same), strict=True):
        if end - start + 1 >= least:
            found[start - 1 : end] = True
    mostly = found.sum() > MOSTLY_STUCK * np.isfinite(values).sum()
    return np.zeros(len(values), dtype=bool) if mostly else found


_RULES: Final = {
    "gap": _gap,
    "reset": _reset,
    "negative": _negative,
    "zero": _zero,
    "partial": _partial,
    "spike": _spike,
    "stuck": _stuck,
}


def _energy(readings: Readings, values: Floats, kind: str) -> Floats:
    """Running sum of what the readings said; of a counter the counter itself, filled over gaps."""
    if kind == "use":
        return np.concatenate(([0.0], np.cumsum(np.nan_to_num(values))))
    known = floats(pd.Series(np.append(readings.values, readings.values[-1])).bfill())
    before = floats(pd.Series(readings.values).ffill())
    return np.where(np.isnan(known), np.append(before, before[-1]), known)


def _runs(readings: Readings, why: Ints, names: list[str], told: Floats) -> list[Removed]:
    found: list[Removed] = []
    borders = np.flatnonzero(np.diff(why, prepend=-1, append=-1))
    for start, end in pairwise(borders.tolist()):
        if why[start] < 0:
            continue
        energy = float(told[end] - told[start])
        found.append(
            Removed(
                from_at=readings.index[start].to_pydatetime(),
                to_at=(readings.index[end - 1] + readings.step).to_pydatetime(),
                readings=int(end - start),
                reason=names[why[start]],
                energy_kwh=energy if np.isfinite(energy) else None,
            )
        )
    return found
