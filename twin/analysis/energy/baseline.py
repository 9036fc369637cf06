"""What a building would have used: time-of-week and temperature regression (TOWT)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd

from twin.analysis.energy.calendar import HOLIDAY, WorkCalendar
from twin.analysis.energy.criteria import Criterion, criterion_for
from twin.analysis.energy.metrics import cv_rmse, nmbe, r_squared
from twin.analysis.energy.readings import Flags, Floats, Ints, Readings, aligned, floats, regular, wall_clock
from twin.analysis.energy.towt import (
    class_count,
    classes_of,
    edges_for,
    occupied_classes,
    temperature_columns,
)
from twin.errors import TooFewReadingsError, WeatherNotGivenError

LEAST_WEEKS: Final = 4
LEAST_HOLIDAYS: Final = 3
LEAST_WITH_WEATHER: Final = 0.5

Temperature = Literal["used", "not_given", "too_sparse"]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the model fits the readings it was made of. CV(RMSE) and NMBE are shares with ``n - parameters``."""

    readings: int
    parameters: int
    mean_kwh: float
    cv_rmse: float
    nmbe: float
    r_squared: float
    autocorrelation: float  # of the residuals, one step apart
    criterion: Criterion | None  # None: the guideline says nothing of this step

    @property
    def calibrated(self) -> bool | None:
        """Whether it keeps to the criterion; None where there is none."""
        one = self.criterion
        return None if one is None else self.cv_rmse <= one.cv_rmse and abs(self.nmbe) <= one.nmbe


@dataclass(frozen=True, slots=True)
class Baseline:
    """A fitted model. ``level_kwh`` and ``occupied`` are by class (kind of day times slot, ``towt.py``).

    ``slopes_kwh_c`` are kWh a step and degree: of each segment between ``edges_c`` at occupied times, last the one of
    all other times; empty without temperature, when ``temperature`` says why.
    """

    calendar: WorkCalendar
    step_s: int
    holidays_apart: bool
    level_kwh: Floats
    occupied: Flags
    edges_c: tuple[float, ...]
    slopes_kwh_c: Floats
    range_c: tuple[float, float] | None
    temperature: Temperature
    quality: Quality
    residual_kwh: pd.Series[float]

    def predict(
        self, outdoor: pd.Series[float] | None = None, *, index: pd.DatetimeIndex | None = None
    ) -> pd.Series[float]:
        """kWh of each step of ``index`` (default: that of ``outdoor``); NaN where the temperature is unknown.

        A class of times of which there never was a reading is NaN, too. Raises WeatherNotGivenError when the model
        needs a temperature and none is given at all.
        """
        times = index if index is not None else None if outdoor is None else pd.DatetimeIndex(outdoor.index)
        if times is None:
            raise WeatherNotGivenError(what="baseline", at="-")
        times = times.as_unit("s")
        classes = classes_of(times, self.step_s, self.calendar, holidays_apart=self.holidays_apart)
        told = self.level_kwh[classes]
        if self.temperature == "used":
            warm = aligned(outdoor, times)
            if warm is None:
                raise WeatherNotGivenError(what="baseline", at=times[0])
            told = told + temperature_columns(warm, self.occupied[classes], self.edges_c) @ self.slopes_kwh_c
        return pd.Series(told, index=times, name="baseline_kwh")

    def occupied_at(self, index: pd.DatetimeIndex) -> Flags:
        found: Flags = self.occupied[classes_of(index, self.step_s, self.calendar, holidays_apart=self.holidays_apart)]
        return found


def fit_baseline(
    energy: pd.Series[float],
    outdoor: pd.Series[float] | None = None,
    *,
    holidays: Collection[date] = (),
    make_up_days: Collection[date] = (),
) -> Baseline:
    """Fit a baseline to cleaned readings (NaN = unknown) and the outdoor temperature of the same times.

    Least squares with a level for every time of the week (and of holidays, from three of them on; fewer count as
    Sundays), a piecewise linear effect of temperature at occupied times and a linear one at others. Without a
    temperature, or with one for less than half of the readings, it is time of week only, and ``temperature`` says so.
    Raises TooFewReadingsError below four weeks of readings, TimesWithoutZoneError, TimesNotRegularError.
    """
    readings = regular(energy)
    calendar = WorkCalendar(holidays, make_up_days)
    warm = aligned(outdoor, readings.index)
    known = np.isfinite(readings.values)
    temperature: Temperature = "not_given" if warm is None else "used"
    if warm is not None and np.isfinite(warm[known]).sum() < LEAST_WITH_WEATHER * known.sum():
        warm, temperature = None, "too_sparse"
    if warm is not None:
        known &= np.isfinite(warm)
    needed = LEAST_WEEKS * 7 * readings.per_day // 2
    if known.sum() < needed:
        raise TooFewReadingsError(what="baseline", found=int(known.sum()), needed=needed, why="half of four weeks")
    apart = _holidays_apart(readings, known, calendar)
    classes = classes_of(readings.index, readings.step_s, calendar, holidays_apart=apart)
    count = class_count(readings.step_s)
    y, mine = readings.values[known], classes[known]
    told = None if warm is None else warm[known]
    occupied = occupied_classes(mine, y, told, count)
    edges = () if told is None else edges_for(told)
    columns = np.empty((len(y), 0)) if told is None else temperature_columns(told, occupied[mine], edges)
    level, slopes, parameters = _least_squares(y, columns, mine, count)
    residual = y - level[mine] - columns @ slopes
    return Baseline(
        calendar=calendar,
        step_s=readings.step_s,
        holidays_apart=apart,
        level_kwh=level,
        occupied=occupied,
        edges_c=edges,
        slopes_kwh_c=slopes,
        range_c=None if told is None else (float(told.min()), float(told.max())),
        temperature=temperature,
        quality=_quality(y, y - residual, parameters, readings, known),
        residual_kwh=_spread_out(readings, known, residual),
    )


def _holidays_apart(readings: Readings, known: Flags, calendar: WorkCalendar) -> bool:
    days, _ = wall_clock(readings.index[known], readings.step_s)
    return len(np.unique(days[calendar.kinds(days) == HOLIDAY])) >= LEAST_HOLIDAYS


def _least_squares(y: Floats, columns: Floats, classes: Ints, count: int) -> tuple[Floats, Floats, int]:
    """Levels of classes and slopes of columns: regress what departs from the class means, then find the levels.

    The same as least squares with a dummy for every class (Frisch and Waugh), without the wide matrix. A class without
    readings has level NaN.
    """
    told = np.bincount(classes, minlength=count).astype(np.float64)
    told[told == 0] = np.nan

    def means(values: Floats) -> Floats:
        return np.bincount(classes, weights=values, minlength=count) / told

    by_class = np.column_stack([means(column) for column in columns.T]) if columns.size else np.empty((count, 0))
    within = columns - by_class[classes]
    solved, _, rank, _ = np.linalg.lstsq(within, y - means(y)[classes], rcond=None)
    slopes = np.asarray(solved, dtype=np.float64)
    return means(y) - by_class @ slopes, slopes, int(np.isfinite(told).sum()) + int(rank)


def _quality(y: Floats, predicted: Floats, parameters: int, readings: Readings, known: Flags) -> Quality:
    residual = floats(_spread_out(readings, known, y - predicted))
    pairs = np.isfinite(residual[1:]) & np.isfinite(residual[:-1])
    before, after = residual[:-1][pairs], residual[1:][pairs]
    spread = float(np.sqrt(np.sum(before**2) * np.sum(after**2)))
    return Quality(
        readings=len(y),
        parameters=parameters,
        mean_kwh=float(np.mean(y)),
        cv_rmse=cv_rmse(y, predicted, parameters),
        nmbe=nmbe(y, predicted, parameters),
        r_squared=r_squared(y, predicted),
        autocorrelation=float(np.sum(before * after)) / spread if spread > 0 else 0.0,
        criterion=criterion_for(readings.step_s),
    )


def _spread_out(readings: Readings, known: Flags, values: Floats) -> pd.Series[float]:
    whole = np.full(len(known), np.nan)
    whole[known] = values
    return readings.series(whole, "residual_kwh")
