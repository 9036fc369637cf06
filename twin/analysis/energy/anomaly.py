"""Spans in which a building departs from its baseline by more than it usually does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from twin.analysis.energy.baseline import Baseline, fit_baseline
from twin.analysis.energy.blocks import like
from twin.analysis.energy.readings import DAY_S, Flags, Floats, Ints, Readings, floats, regular, spans, wall_clock
from twin.errors import TooFewReadingsError

THRESHOLD: Final = 5.0  # robust standard deviations
LEAST_H: Final = 3.0
BRIDGED: Final = 1  # readings within it that do not stand out
FLOOR: Final = 0.25  # of the scale of all residuals: no time of day is surer than that
FLAT: Final = 0.15  # of the range that the baseline has over the same day
VARIES: Final = 3.0  # range of the baseline over a day by its RMSE: below there is nothing to be flat against


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of readings that stand out. ``excess_kwh`` is actual less baseline; ``worst`` the largest score in size."""

    start_at: datetime
    end_at: datetime
    kind: str  # high | high_unoccupied | low | flat
    readings: int
    excess_kwh: float
    worst: float


@dataclass(frozen=True, slots=True)
class Anomalies:
    """Episodes in time, and the score of every reading: residual by the robust spread of its time. NaN = unknown.

    ``calibrated`` is that of the baseline: where it is False there is little to depart from.
    """

    episodes: tuple[Episode, ...]
    score: pd.Series[float]
    readings: int
    unknown: int
    calibrated: bool | None

    def to_arrow(self) -> pa.Table:
        time = pa.timestamp("us", tz="UTC")
        return pa.table(
            {
                "start_at": pa.array([one.start_at for one in self.episodes], time),
                "end_at": pa.array([one.end_at for one in self.episodes], time),
                "kind": pa.array([one.kind for one in self.episodes], pa.string()),
                "readings": pa.array([one.readings for one in self.episodes], pa.int64()),
                "excess_kwh": pa.array([one.excess_kwh for one in self.episodes], pa.float64()),
                "worst": pa.array([one.worst for one in self.episodes], pa.float64()),
            }
        )


@dataclass(frozen=True, slots=True)
class AlarmRate:
    """How often there are episodes in weeks that the baseline was not fitted to, of readings taken for normal."""

    readings: int
    share_of_readings: float
    episodes_per_30_days: float


def find_anomalies(
    energy: pd.Series[float],
    baseline: Baseline,
    outdoor: pd.Series[float] | None = None,
    *,
    threshold: float = THRESHOLD,
    least_h: float = LEAST_H,
) -> Anomalies:
    """Score cleaned readings against the baseline and join what stands out.

    The score is the residual less the median by 1.4826 MAD of the baseline's residuals of the same class of day
    (working, Saturday, Sunday or holiday) and time of day. Readings over ``threshold`` on one side make an episode from
    ``least_h`` hours on, one ordinary reading within it allowed. ``flat`` is a day-long window that hardly moves while
    its baseline does; ``high_unoccupied`` is high and mostly outside occupied times: at night, at weekends, on
    holidays. Raises WeatherNotGivenError.
    """
    readings = regular(energy)
    expected = floats(baseline.predict(outdoor, index=readings.index))
    excess = readings.values - expected
    middle, scale = _spread(baseline)
    classes = _classes(readings.index, baseline)
    score = (excess - middle[classes]) / scale[classes]
    flat = _flat(readings, expected, baseline.quality.cv_rmse * baseline.quality.mean_kwh)
    least = max(1, int(np.ceil(least_h * 3600 / readings.step_s)))
    with np.errstate(invalid="ignore"):
        high, low = (score > threshold) & ~flat, (score < -threshold) & ~flat
    night = ~baseline.occupied_at(readings.index)
    found = [
        _episode(readings, excess, score, night, kind, start, end)
        for kind, mask in (("high", high), ("low", low), ("flat", flat))
        for start, end in _joined(mask, least)
    ]
    return Anomalies(
        episodes=tuple(sorted(found, key=lambda one: one.start_at)),
        score=readings.series(score, "score"),
        readings=int(np.isfinite(score).sum()),
        unknown=int((~np.isfinite(score)).sum()),
        calibrated=baseline.quality.calibrated,
    )


def alarm_rate(
    energy: pd.Series[float],
    outdoor: pd.Series[float] | None = None,
    *,
    holidays: Collection[date] = (),
    make_up_days: Collection[date] = (),
    threshold: float = THRESHOLD,
    least_h: float = LEAST_H,
) -> AlarmRate:
    """Fit to every other week, look at the weeks between, and the other way round.

    What is found there is a false alarm as far as the readings are normal; true faults among them make the rate too
    high. Raises TooFewReadingsError and what ``fit_baseline`` raises.
    """
    readings = regular(energy)
    week = (wall_clock(readings.index, readings.step_s)[0] // 7) % 2
    whole = readings.series(readings.values, "energy_kwh")
    told, inside, episodes = 0, 0, 0
    for held_out in (0, 1):
        fitted = fit_baseline(whole.where(week != held_out), outdoor, holidays=holidays, make_up_days=make_up_days)
        found = find_anomalies(whole.where(week == held_out), fitted, outdoor, threshold=threshold, least_h=least_h)
        told += found.readings
        inside += sum(one.readings for one in found.episodes)
        episodes += len(found.episodes)
    if not told:
        raise TooFewReadingsError(what="alarm rate", found=0, needed=1, why="held out")
    days = told / readings.per_day
    return AlarmRate(told, inside / told, 30 * episodes / days)


def _classes(index: pd.DatetimeIndex, baseline: Baseline) -> Ints:
    days, slots = wall_clock(index, baseline.step_s)
    return like(baseline.calendar.kinds(days)) * (DAY_S // baseline.step_s) + slots


def _spread(baseline: Baseline) -> tuple[Floats, Floats]:
    """Median and 1.4826 MAD of the residuals by class."""
    residual = baseline.residual_kwh.dropna()
    classes = _classes(pd.DatetimeIndex(residual.index), baseline)
    values = floats(residual)
    count = 3 * (DAY_S // baseline.step_s)
    overall = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    middle, scale = np.zeros(count), np.full(count, overall)
    for one in np.unique(classes):
        mine = values[classes == one]
        middle[one] = np.median(mine)
        scale[one] = 1.4826 * np.median(np.abs(mine - middle[one]))
    return middle, np.maximum(scale, max(FLOOR * overall, 1e-9))


def _flat(readings: Readings, expected: Floats, rmse_kwh: float) -> Flags:
    """Readings in any window of a day whose range is far below that of the baseline. Of days there is no such thing."""
    found = np.zeros(len(expected), dtype=bool)
    per_day = readings.per_day
    if per_day < 4 or len(expected) < per_day:
        return found
    windows = np.lib.stride_tricks.sliding_window_view(readings.values, per_day)
    usual = np.ptp(np.lib.stride_tricks.sliding_window_view(expected, per_day), axis=1)
    flat = (np.ptp(windows, axis=1) < FLAT * usual) & (usual > VARIES * rmse_kwh)
    for start, end in zip(*spans(flat), strict=True):
        found[start : end + per_day - 1] = True
    return found


def _joined(mask: Flags, least: int) -> list[tuple[int, int]]:
    """Runs of at least so many readings, over gaps of one."""
    starts, ends = spans(mask)
    found: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if found and start - found[-1][1] <= BRIDGED:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [(start, end) for start, end in found if end - start >= least]


def _episode(
    readings: Readings, excess: Floats, score: Floats, night: Flags, kind: str, start: int, end: int
) -> Episode:
    told = np.isfinite(score[start:end])
    worst = score[start:end][told]
    at_night = kind == "high" and night[start:end].mean() > 0.5
    return Episode(
        start_at=readings.index[start].to_pydatetime(),
        end_at=(readings.index[end - 1] + readings.step).to_pydatetime(),
        kind="high_unoccupied" if at_night else kind,
        readings=int(told.sum()),
        excess_kwh=float(excess[start:end][told].sum()),
        worst=float(worst[np.argmax(np.abs(worst))]),
    )
