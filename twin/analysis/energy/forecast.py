"""The energy of the next day or week, with how sure that is, from what was known before it and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from twin.analysis.energy.blocks import Blocks, cut, like
from twin.analysis.energy.calendar import WorkCalendar
from twin.analysis.energy.cleaning import clean
from twin.analysis.energy.features import FEATURES, Examples, examples, features
from twin.analysis.energy.readings import DAY_S, Floats, aligned, regular, times_of
from twin.analysis.energy.ridge import Fitted, fit
from twin.errors import TimesWithoutZoneError, TooFewReadingsError, WeatherNotGivenError

TRAINING_DAYS: Final = 400
LEAST_DAYS: Final = 42
FIRST_DAYS: Final = 14  # of a history: they have no examples yet
LEAST_ERRORS: Final = 20

WeatherUse = Literal["none", "before_origin", "given_forecast"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Energy of each step from ``origin`` on; between ``low_kwh`` and ``high_kwh`` it lies with probability ``level``.

    ``parts`` says, of every feature, by how many kWh a step it moved the forecast on average: the first is the example
    day itself. NaN where there is no like day to go by.
    """

    origin: datetime
    energy_kwh: pd.Series[float]
    low_kwh: pd.Series[float]
    high_kwh: pd.Series[float]
    level: float
    weather: WeatherUse
    training_days: int
    parts: tuple[tuple[str, float], ...]

    def to_arrow(self) -> pa.Table:
        """``at`` (UTC), ``energy_kwh``, ``low_kwh``, ``high_kwh``."""
        columns = {
            "energy_kwh": self.energy_kwh.to_numpy(),
            "low_kwh": self.low_kwh.to_numpy(),
            "high_kwh": self.high_kwh.to_numpy(),
        }
        at = pa.array(times_of(self.energy_kwh).tz_convert("UTC").to_pydatetime(), pa.timestamp("us", tz="UTC"))
        return pa.table({"at": at, **{name: pa.array(one, pa.float64()) for name, one in columns.items()}})


def forecast(
    energy: pd.Series[float],
    outdoor: pd.Series[float] | None = None,
    *,
    horizon_h: int = 24,
    origin: datetime | None = None,
    holidays: Collection[date] = (),
    make_up_days: Collection[date] = (),
    outdoor_is_forecast: bool = False,
    cleaned: bool = False,
    level: float = 0.9,
) -> Forecast:
    """Forecast ``horizon_h`` hours from ``origin`` (default: the step after the last reading).

    Each time of day has a robust ridge regression: the mean of the last four days of its class (working day, Saturday,
    Sunday or holiday), moved by how the last days and hours departed from theirs. ``features.py`` lists all of it.
    Nothing at or after ``origin`` is read: not of the energy, and of ``outdoor_c`` only with ``outdoor_is_forecast``,
    when the caller says that its values from ``origin`` on are a weather forecast. Readings are cleaned first, by those
    before ``origin`` only, unless they are ``cleaned``. Intervals are quantiles of the errors of left-out days, by time
    of day and apart for working days and others. Raises TooFewReadingsError, WeatherNotGivenError,
    TimesWithoutZoneError, TimesNotRegularError.
    """
    readings = regular(_before(energy, origin) if cleaned else clean(_before(energy, origin)).energy_kwh)
    history, values = _up_to(origin, readings.index, readings.values, readings.step_s)
    ahead = _ahead(history, readings.step_s, horizon_h)
    warm = _weather(outdoor, history, ahead, outdoor_is_forecast)
    blocks = cut(history, values, warm, ahead, readings.step_s, WorkCalendar(holidays, make_up_days))
    days = int((np.isfinite(blocks.energy[: blocks.known]).mean(axis=1) > 0.5).sum())
    if days < LEAST_DAYS:
        raise TooFewReadingsError(what="forecast", found=days, needed=LEAST_DAYS, why="days before the origin")
    energy_kwh, low, high, parts = _told(blocks, level, outdoor_is_forecast)
    if np.nanmin(values) >= 0:
        energy_kwh, low, high = (np.maximum(one, 0.0) for one in (energy_kwh, low, high))
    use: WeatherUse = "none" if warm is None else "given_forecast" if outdoor_is_forecast else "before_origin"
    return Forecast(
        origin=ahead[0].to_pydatetime(),
        energy_kwh=pd.Series(energy_kwh, ahead, name="energy_kwh"),
        low_kwh=pd.Series(low, ahead, name="low_kwh"),
        high_kwh=pd.Series(high, ahead, name="high_kwh"),
        level=level,
        weather=use,
        training_days=min(days, TRAINING_DAYS),
        parts=parts,
    )


def _before(energy: pd.Series[float], origin: datetime | None) -> pd.Series[float]:
    if origin is None:
        return energy
    if origin.tzinfo is None or times_of(energy).tz is None:
        raise TimesWithoutZoneError(what="origin" if origin.tzinfo is None else "energy_kwh")
    return energy[times_of(energy) < pd.Timestamp(origin)]


def _up_to(
    origin: datetime | None, index: pd.DatetimeIndex, values: Floats, step_s: int
) -> tuple[pd.DatetimeIndex, Floats]:
    """The history up to the origin: steps without any reading before it are unknown."""
    if origin is None:
        return index, values
    whole = pd.date_range(index[0], pd.Timestamp(origin), freq=_frequency(step_s), inclusive="left").as_unit("s")
    return whole, np.concatenate((values, np.full(len(whole) - len(values), np.nan)))


def _ahead(history: pd.DatetimeIndex, step_s: int, horizon_h: int) -> pd.DatetimeIndex:
    steps = max(1, horizon_h * 3600 // step_s)
    return pd.date_range(history[-1], periods=steps + 1, freq=_frequency(step_s)).as_unit("s")[1:]


def _frequency(step_s: int) -> str:
    return "D" if step_s == DAY_S else f"{step_s}s"


def _weather(
    outdoor: pd.Series[float] | None, history: pd.DatetimeIndex, ahead: pd.DatetimeIndex, is_forecast: bool
) -> Floats | None:
    if not is_forecast:
        return aligned(outdoor, history)
    told = aligned(outdoor, pd.DatetimeIndex(history.append(ahead)))
    if told is None or np.isnan(told[len(history) :]).any():
        at = ahead[0] if told is None else ahead[int(np.argmax(np.isnan(told[len(history) :])))]
        raise WeatherNotGivenError(what="forecast", at=at)
    return told


def _told(
    blocks: Blocks, level: float, weather_ahead: bool
) -> tuple[Floats, Floats, Floats, tuple[tuple[str, float], ...]]:
    """Forecast, low and high of each step of the horizon: one fit for each number of days ahead."""
    made = examples(blocks)
    shape = blocks.energy.shape
    found, low, high = (np.full(shape, np.nan) for _ in range(3))
    moved: list[Floats] = []
    for row in np.unique(blocks.ahead[0]):
        told, fitted = _fit(blocks, made, int(row) - blocks.known + 1, weather_ahead)
        found[row] = fitted.predict(told)
        down, up = _quantiles(fitted, blocks, int(row), level)
        low[row], high[row] = found[row] + down, found[row] + up
        moved.append(
            np.abs(np.column_stack((told[:, :1] * (1 + fitted.weights[:, :1]), (told * fitted.weights)[:, 1:])))
        )
    parts = np.nanmean(np.concatenate(moved), axis=0)
    names = FEATURES[: len(parts)]
    at = blocks.ahead
    return found[at], low[at], high[at], tuple(zip(names, (float(one) for one in parts), strict=True))


def _fit(blocks: Blocks, made: Examples, days_ahead: int, weather_ahead: bool) -> tuple[Floats, Fitted]:
    """Features of the day that is so many days ahead, and the fit to all such days before the origin."""
    every = features(blocks, made, days_ahead, weather_ahead=weather_ahead)
    first = max(FIRST_DAYS, blocks.known - TRAINING_DAYS)
    training = slice(first, blocks.known)
    return every[blocks.known + days_ahead - 1], fit(every[training], blocks.energy[training])


def _quantiles(fitted: Fitted, blocks: Blocks, row: int, level: float) -> tuple[Floats, Floats]:
    """Of errors at each time of day and its neighbours, of working days or of others; of all, where there are few."""
    classes = like(blocks.kinds) > 0
    past = classes[blocks.known - len(fitted.errors) : blocks.known]
    tails = ((1 - level) / 2, (1 + level) / 2)
    found = np.empty((2, fitted.errors.shape[1]))
    for cell in range(fitted.errors.shape[1]):
        near = np.unique([max(cell - 1, 0), cell, min(cell + 1, fitted.errors.shape[1] - 1)])
        errors = fitted.errors[:, near]
        alike = errors[past[:, near] == classes[row, cell]]
        alike = alike[np.isfinite(alike)]
        if len(alike) < LEAST_ERRORS:
            alike = errors[np.isfinite(errors)]
        found[:, cell] = np.quantile(alike, tails) if len(alike) else np.nan
    return found[0], found[1]
