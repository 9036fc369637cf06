"""The baseline against what a building was made of, against the wide regression, and on ten real buildings."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.linalg

from tests.analysis.energy.cambridge import BUILDINGS, HOLIDAYS, metered, outdoor
from tests.analysis.energy.made import hours, office, weather
from twin.analysis.energy import avoided_use, clean, fit_baseline
from twin.errors import TooFewReadingsError, WeatherNotGivenError

# CV(RMSE) of 2018 with and without temperature, R2, CV(RMSE) of 2019 predicted; percent
FITTED = {
    0: (14.3, 21.2, 78, 14.6), 1: (18.4, 21.2, 85, 40.1), 2: (6.0, 7.6, 90, 6.1), 4: (18.5, 20.9, 94, 19.4),
    5: (7.9, 9.2, 94, 7.7), 8: (31.7, 35.9, 80, 31.9), 13: (9.7, 11.0, 89, 20.8), 16: (16.2, 17.2, 75, 22.6),
    20: (23.3, 30.0, 70, 28.6), 24: (24.9, 27.0, 86, 20.7),
}  # fmt: skip


def heated(index: pd.DatetimeIndex, warm: pd.Series[float]) -> pd.Series[float]:
    """1.5 kWh a degree below 13 °C at work, 0.5 a degree below 13 otherwise, as 0.5 of the temperature itself."""
    at_work = office(index) > 10
    heat = np.where(at_work, 1.5 * np.maximum(13 - warm, 0), -0.5 * warm)
    return office(index) + heat + 40


def test_what_a_building_was_made_of_is_found() -> None:
    index = hours(365)
    warm = weather(index)
    found = fit_baseline(heated(index, warm), warm)
    assert found.edges_c == (-1.0, 7.0, 13.0, 18.0, 24.0, 32.0)
    assert np.allclose(found.slopes_kwh_c, [-1.5, -1.5, -1.5, 0, 0, 0, 0, -0.5], atol=1e-6)
    assert found.quality.cv_rmse < 1e-6
    assert found.quality.r_squared == pytest.approx(1)
    assert (found.occupied_at(index) == (office(index) > 10)).all()
    ahead = pd.date_range(index[-1], periods=500, freq="h")
    told = found.predict(weather(ahead, seed=5))
    assert np.allclose(told, heated(ahead, weather(ahead, seed=5)), atol=1e-6)


def test_the_same_as_the_wide_regression(shared_data: Path) -> None:
    """scipy on a dummy for every class and the segments of temperature, written apart from the package."""
    used = clean(metered(shared_data, 5)).energy_kwh[:"2018"]
    warm = outdoor(shared_data).reindex(used.index)
    found = fit_baseline(used, warm, holidays=HOLIDAYS)
    frame = pd.DataFrame({"y": used, "t": warm}).dropna()
    wall = frame.index.tz_localize(None)
    holiday = np.isin(wall.date, list(HOLIDAYS))
    kind = np.where(holiday, "h", wall.day_of_week.astype(str))
    names = pd.Series(kind, frame.index) + "-" + pd.Series(wall.hour.astype(str), frame.index)
    dummies = pd.get_dummies(names).astype(float)
    plain = np.column_stack([np.ones(len(frame)), np.maximum(10 - frame.t, 0), np.maximum(frame.t - 18.3, 0)])
    above = frame.y > plain @ scipy.linalg.lstsq(plain, frame.y)[0]
    occupied = (above.groupby(names).transform("mean") > 0.65).to_numpy()
    low, parts = -np.inf, []
    for high in (-1.0, 7.0, 13.0, 18.0, 24.0, np.inf):
        inside = frame.t.clip(upper=high) if low == -np.inf else (frame.t.clip(low, high) - low)
        parts.append(np.where(occupied, inside, 0.0))
        low = high
    parts.append(np.where(occupied, 0.0, frame.t))
    design = np.column_stack([dummies, *parts])
    weights, _, rank, _ = scipy.linalg.lstsq(design, frame.y.to_numpy())
    assert np.allclose(found.slopes_kwh_c, weights[-7:], rtol=1e-6)
    assert np.allclose(found.predict(warm)[frame.index], design @ weights, rtol=1e-8)
    error = frame.y - design @ weights
    assert found.quality.parameters == rank
    assert found.quality.cv_rmse == pytest.approx(math.sqrt((error**2).sum() / (len(frame) - rank)) / frame.y.mean())
    assert found.quality.r_squared == pytest.approx(1 - (error**2).sum() / ((frame.y - frame.y.mean()) ** 2).sum())
    assert found.quality.nmbe == pytest.approx(0, abs=1e-9)


def test_ten_buildings(shared_data: Path) -> None:
    warm = outdoor(shared_data)
    for building in BUILDINGS:
        used = clean(metered(shared_data, building)).energy_kwh
        first, second = used[:"2018"], used["2019":]
        found = fit_baseline(first, warm, holidays=HOLIDAYS)
        bare = fit_baseline(first, holidays=HOLIDAYS)
        later = avoided_use(found, second, warm)
        quality = found.quality
        told = (100 * quality.cv_rmse, 100 * bare.quality.cv_rmse, 100 * quality.r_squared, 100 * later.cv_rmse)
        print(f"building {building}: " + " ".join(f"{one:.1f}" for one in told))
        assert told == pytest.approx(FITTED[building], abs=0.6)
        assert quality.calibrated == (quality.cv_rmse <= 0.3)
        assert quality.criterion is not None
        assert quality.criterion.unverified


def test_where_nothing_changed_the_avoided_use_is_within_its_uncertainty(shared_data: Path) -> None:
    """Fitted to every other week, the weeks between: 90 % intervals held in all ten buildings."""
    held = 0
    warm = outdoor(shared_data)
    for building in BUILDINGS:
        used = clean(metered(shared_data, building)).energy_kwh
        week = (used.index.tz_localize(None) - pd.Timestamp("2018-01-01")).days // 7
        found = fit_baseline(used.where(week % 2 == 0), warm, holidays=HOLIDAYS)
        between = avoided_use(found, used.where(week % 2 == 1), warm)
        held += not between.significant
        assert between.readings + between.unknown == len(used)
    assert held == 10


def test_avoided_use_by_hand() -> None:
    index = hours(365)
    warm = weather(index)
    used = heated(index, warm) + np.random.default_rng(3).standard_normal(len(index))
    found = fit_baseline(used, warm)
    ahead = pd.date_range(index[-1], periods=24 * 60 + 1, freq="h")[1:]
    mild = weather(ahead, seed=7)
    metered_then = 0.9 * heated(ahead, mild)
    saved = avoided_use(found, metered_then, mild, confidence=0.9)
    assert saved.avoided_kwh == pytest.approx(0.1 * heated(ahead, mild).sum(), rel=0.02)
    assert saved.significant
    quality = found.quality
    residual = found.residual_kwh.dropna()
    assert quality.autocorrelation == pytest.approx(np.corrcoef(residual[1:], residual[:-1])[0, 1], abs=1e-3)
    rho = max(quality.autocorrelation, 0)
    effective = 8760 * (1 - rho) / (1 + rho)
    by_hand = (
        1.26 * 1.6449 * quality.cv_rmse * quality.mean_kwh * math.sqrt(1440 * 8760 / effective * (1 + 2 / effective))
    )
    assert saved.plus_minus_kwh == pytest.approx(by_hand, rel=1e-4)


def test_without_temperature_it_is_time_of_week_and_says_so() -> None:
    index = hours(100)
    bare = fit_baseline(office(index))
    assert bare.temperature == "not_given"
    assert np.allclose(bare.predict(index=index), office(index))
    few = weather(index).where(np.arange(len(index)) % 3 == 0)
    assert fit_baseline(office(index), few).temperature == "too_sparse"
    warm = fit_baseline(office(index), weather(index))
    with pytest.raises(WeatherNotGivenError, match="outdoor"):
        warm.predict(index=index)
    holes = weather(index)
    holes.iloc[7] = np.nan
    assert np.flatnonzero(warm.predict(holes).isna()).tolist() == [7]


def test_holidays_stand_apart_from_three_on() -> None:
    index = hours(200)
    used = office(index)
    off = [date(2025, 2, 4), date(2025, 3, 5), date(2025, 4, 3)]  # working weekdays
    used[np.isin(index.tz_localize(None).date, off)] = 22.0
    ahead = pd.date_range("2025-08-06", periods=24, freq="h", tz=index.tz)
    three = fit_baseline(used, holidays=[*off, date(2025, 8, 6)])
    assert three.holidays_apart
    assert np.allclose(three.predict(index=ahead), 22)
    one = fit_baseline(office(index), holidays=[off[0], date(2025, 8, 6)])
    assert not one.holidays_apart
    assert one.predict(index=ahead).max() == pytest.approx(10, abs=1.5)  # a Sunday


def test_make_up_days_are_worked() -> None:
    found = fit_baseline(office(hours(100)), make_up_days=[date(2025, 5, 10)])
    saturday = pd.date_range("2025-05-10", periods=24, freq="h", tz="Asia/Shanghai")
    assert found.predict(index=saturday).max() == 40


def test_days_and_quarters_of_an_hour_work_too() -> None:
    days = pd.date_range("2025-01-01", periods=300, freq="D", tz="Europe/London")
    used = pd.Series(np.where(days.day_of_week < 5, 500.0, 200.0), days)
    found = fit_baseline(used)
    assert np.allclose(found.predict(index=days), used)
    assert found.quality.calibrated is None
    quarters = pd.date_range("2025-01-01", periods=96 * 60, freq="15min", tz="Asia/Shanghai")
    assert np.allclose(fit_baseline(office(quarters)).predict(index=quarters), office(quarters))


def test_too_few_readings() -> None:
    with pytest.raises(TooFewReadingsError, match="four weeks"):
        fit_baseline(office(hours(10)))
