"""Readings on a regular grid of times: what every analysis of energy starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.errors import TimesNotRegularError, TimesWithoutZoneError

DAY_S: Final = 86_400

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Readings:
    """Energy of each step from ``index[i]`` on; ``values`` is NaN where unknown."""

    index: pd.DatetimeIndex
    values: Floats
    step_s: int

    @property
    def per_day(self) -> int:
        return DAY_S // self.step_s

    @property
    def step(self) -> pd.Timedelta:
        return pd.Timedelta(seconds=self.step_s)

    def series(self, values: Floats, name: str) -> pd.Series[float]:
        return pd.Series(values, index=self.index, name=name)


def regular(series: pd.Series[float], what: str = "energy_kwh") -> Readings:
    """Put a series on its grid; times that it leaves out become NaN.

    The index has a time zone, which is that of the campus: hours of the day, weekdays and holidays are told by it. The
    step is the most frequent difference of two times and divides a day; a series of days stands at local midnight.
    Raises TimesWithoutZoneError, TimesNotRegularError.
    """
    index = series.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise TimesWithoutZoneError(what=what)
    if len(index) < 2:
        raise TimesNotRegularError(what=what, at=index[0] if len(index) else "-", detail="fewer than two times")
    index = index.as_unit("s")
    moments = index.asi8
    apart = np.diff(moments)
    if (apart <= 0).any():
        raise TimesNotRegularError(what=what, at=index[int(np.argmax(apart <= 0)) + 1], detail="not later than before")
    lengths, counts = np.unique(apart, return_counts=True)
    step_s = int(lengths[np.argmax(counts)])
    grid = _days(index) if step_s == DAY_S else _steps(index, step_s, what)
    at = grid.get_indexer(index)
    if (at < 0).any():
        raise TimesNotRegularError(what=what, at=index[int(np.argmax(at < 0))], detail=f"step {step_s} s")
    values = np.full(len(grid), np.nan)
    values[at] = floats(series)
    values[~np.isfinite(values)] = np.nan
    return Readings(grid, values, step_s)


def _days(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Every local day from the first to the last: 23 or 25 hours long twice a year."""
    return pd.date_range(index[0], index[-1], freq="D").as_unit("s")


def _steps(index: pd.DatetimeIndex, step_s: int, what: str) -> pd.DatetimeIndex:
    if DAY_S % step_s:
        raise TimesNotRegularError(what=what, at=index[0], detail=f"step {step_s} s does not divide a day")
    return pd.date_range(index[0], index[-1], freq=pd.Timedelta(seconds=step_s)).as_unit("s")


def wall_clock(index: pd.DatetimeIndex, step_s: int) -> tuple[Ints, Ints]:
    """Of each time the local day, in days since 1970-01-01 (a Thursday), and the slot of that day, from 0."""
    local_s = index.tz_localize(None).as_unit("s").asi8.astype(np.int64)
    return local_s // DAY_S, (local_s % DAY_S) // step_s


def aligned(series: pd.Series[float] | None, index: pd.DatetimeIndex, what: str = "outdoor_c") -> Floats | None:
    """The values of ``series`` at the times of ``index``, NaN where it has none; None when there is no series."""
    if series is None:
        return None
    if not isinstance(series.index, pd.DatetimeIndex) or series.index.tz is None:
        raise TimesWithoutZoneError(what=what)
    own = series.index.as_unit("s")
    if not own.is_unique:
        raise TimesNotRegularError(what=what, at=own[own.duplicated()][0], detail="twice")
    return floats(pd.Series(floats(series), own).reindex(index))


def floats(series: pd.Series[float]) -> Floats:
    return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def times_of(series: pd.Series[float]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(series.index)


def spans(mask: Flags) -> tuple[Ints, Ints]:
    """First and one past the last position of each run of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return np.flatnonzero(edges == 1).astype(np.int64), np.flatnonzero(edges == -1).astype(np.int64)
