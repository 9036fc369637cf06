"""What the forecast would have said at many origins of the past, and how far off it would have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from twin.analysis.energy.cleaning import clean
from twin.analysis.energy.forecast import Forecast, forecast
from twin.analysis.energy.metrics import both_known, cv_rmse, mae, mase, smape
from twin.analysis.energy.naive import seasonal_naive
from twin.analysis.energy.readings import DAY_S, Floats, floats, regular, times_of
from twin.errors import TooFewReadingsError


@dataclass(frozen=True, slots=True)
class Score:
    """Errors over ``readings`` steps of which reading, forecast and the naive of a week before are all known."""

    readings: int
    mae_kwh: float
    cv_rmse: float
    smape: float
    mase: float
    week_naive_mae_kwh: float
    week_naive_cv_rmse: float
    yesterday_mae_kwh: float
    within: float  # share of readings inside the interval

    @property
    def of_naive(self) -> float:
        """Mean absolute error by that of the week before: below 1 is better."""
        return self.mae_kwh / self.week_naive_mae_kwh


@dataclass(frozen=True, slots=True)
class Fold:
    """One origin: the forecast made there, and its errors."""

    forecast: Forecast
    score: Score

    @property
    def origin(self) -> datetime:
        return self.forecast.origin


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """Every origin, and all of them together; origins that were ``skipped``, by reason."""

    horizon_h: int
    folds: tuple[Fold, ...]
    total: Score
    skipped: Mapping[str, int]

    def to_arrow(self) -> pa.Table:
        """One row an origin."""
        names = [field.name for field in fields(Score)]
        columns = {name: [getattr(one.score, name) for one in self.folds] for name in names}
        return pa.table(
            {"origin_at": pa.array([one.origin for one in self.folds], pa.timestamp("us", tz="UTC")), **columns}
        )


def backtest(
    energy: pd.Series[float],
    outdoor: pd.Series[float] | None = None,
    *,
    horizon_h: int = 24,
    first_origin: datetime,
    every_days: int = 1,
    holidays: Collection[date] = (),
    make_up_days: Collection[date] = (),
    outdoor_is_forecast: bool = False,
) -> BacktestReport:
    """Forecast from ``first_origin`` and every so many days after it, each time by what was known before.

    At an origin the series is cut there before anything is done with it, cleaning included, and the forecast is made
    anew. What it is measured against is the whole series cleaned; readings that do not stand that are not scored, for
    the forecast and the naives alike. MASE is scaled by the naive of a week within the cleaned history of the origin
    (Hyndman & Koehler 2006). Origins with too short a history or nothing to score are counted in ``skipped``. Raises
    TooFewReadingsError when none is left, and what ``forecast`` raises.
    """
    truth = clean(energy).energy_kwh
    step_s = regular(energy).step_s
    season = 7 * DAY_S // step_s
    folds: list[Fold] = []
    rows: list[tuple[Floats, ...]] = []
    scales: list[float] = []
    skipped: Counter[str] = Counter()
    for origin in _origins(times_of(truth), pd.Timestamp(first_origin), horizon_h, every_days):
        history = clean(energy[times_of(energy) < origin]).energy_kwh
        try:
            made = forecast(
                history, outdoor, horizon_h=horizon_h, origin=origin.to_pydatetime(), holidays=holidays,
                make_up_days=make_up_days, outdoor_is_forecast=outdoor_is_forecast, cleaned=True,
            )  # fmt: skip
        except TooFewReadingsError:
            skipped["too short a history"] += 1
            continue
        row = _row(truth, history, made)
        if not row[0].size:
            skipped["nothing to score"] += 1
            continue
        past = floats(history)
        folds.append(Fold(made, _score(row, mase(row[0], row[1], past, season))))
        rows.append(row)
        scales.append(folds[-1].score.mase * row[0].size)
    if not folds:
        raise TooFewReadingsError(what="backtest", found=0, needed=1, why=f"origins to score from {first_origin} on")
    together = tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))
    total = _score(together, sum(scales) / together[0].size)
    return BacktestReport(horizon_h, tuple(folds), total, dict(skipped))


def _origins(index: pd.DatetimeIndex, first: pd.Timestamp, horizon_h: int, every_days: int) -> Iterator[pd.Timestamp]:
    """At the same wall-clock time, while the whole horizon is there."""
    wall = first.tz_convert(index.tz).tz_localize(None)
    while True:
        origin = wall.tz_localize(index.tz, ambiguous=True, nonexistent="shift_forward")
        if origin + pd.Timedelta(hours=horizon_h) > index[-1] + (index[-1] - index[-2]):
            return
        yield origin
        wall += pd.Timedelta(days=every_days)


def _row(truth: pd.Series[float], history: pd.Series[float], made: Forecast) -> tuple[Floats, ...]:
    """Actual, forecast, naive of a week, naive of a day, low, high: where the first three are known."""
    ahead = pd.DatetimeIndex(made.energy_kwh.index)
    actual = floats(truth.reindex(ahead))
    week, day = seasonal_naive(history, ahead), seasonal_naive(history, ahead, days=1)
    told = [floats(one) for one in (made.energy_kwh, made.low_kwh, made.high_kwh)]
    known = both_known(actual, told[0]) & np.isfinite(week)
    return tuple(one[known] for one in (actual, told[0], week, day, told[1], told[2]))


def _score(row: tuple[Floats, ...], scaled: float) -> Score:
    actual, told, week, day, low, high = row
    return Score(
        readings=actual.size,
        mae_kwh=mae(actual, told),
        cv_rmse=cv_rmse(actual, told),
        smape=smape(actual, told),
        mase=scaled,
        week_naive_mae_kwh=mae(actual, week),
        week_naive_cv_rmse=cv_rmse(actual, week),
        yesterday_mae_kwh=mae(actual, day),
        within=float(np.mean((actual >= low) & (actual <= high))),
    )
