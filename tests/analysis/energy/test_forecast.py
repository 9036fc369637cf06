"""A forecast knows nothing from its origin on, and gets right what repeats."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.energy.cambridge import HOLIDAYS, metered, outdoor
from tests.analysis.energy.made import hours, office, weather
from twin.analysis.energy import backtest, forecast, seasonal_naive
from twin.errors import TimesWithoutZoneError, TooFewReadingsError, WeatherNotGivenError


def at(moment: str, zone: str = "Europe/London") -> datetime:
    return pd.Timestamp(moment, tz=zone).to_pydatetime()


@pytest.mark.parametrize("origin", ["2019-03-14 00:00", "2019-05-06 17:00", "2019-10-27 00:00"])
@pytest.mark.parametrize("with_weather", [False, True])
def test_nothing_from_the_origin_on_changes_a_forecast(shared_data: Path, origin: str, with_weather: bool) -> None:
    """Of building 13, the one with most lost readings: every later value replaced, then taken away."""
    used, warm = metered(shared_data, 13)[:"2019-11"], outdoor(shared_data)
    later = used.index >= at(origin)
    ways = {
        "as it is": (used, warm),
        "noise": (
            used.where(~later, np.random.default_rng(1).random(len(used)) * 1e4),
            warm.where(warm.index < at(origin), 99.0),
        ),
        "zeros": (used.where(~later, 0.0), warm.where(warm.index < at(origin))),
        "nothing": (used[~later], warm[warm.index < at(origin)]),
    }
    made = {
        name: forecast(one, two if with_weather else None, horizon_h=48, origin=at(origin), holidays=HOLIDAYS)
        for name, (one, two) in ways.items()
    }
    first = made.pop("as it is")
    assert first.weather == ("before_origin" if with_weather else "none")
    assert first.energy_kwh.notna().all()
    for name, other in made.items():
        for one, two in zip(first.to_arrow().columns, other.to_arrow().columns, strict=True):
            assert one.equals(two), name


def test_nothing_from_an_origin_on_changes_a_fold(shared_data: Path) -> None:
    """Each fold of a back-test, with all readings from its own origin on replaced."""
    used = metered(shared_data, 13)[:"2019-02-20"]
    whole = backtest(used, first_origin=at("2019-02-01"), every_days=4, holidays=HOLIDAYS)
    assert len(whole.folds) == 5
    for fold in whole.folds:
        changed = used.where(used.index < fold.origin, used.iloc[::-1].to_numpy() + 50)
        again = backtest(changed, first_origin=fold.origin, every_days=400, holidays=HOLIDAYS).folds[0]
        assert again.origin == fold.origin
        for name in ("energy_kwh", "low_kwh", "high_kwh"):
            pd.testing.assert_series_equal(
                getattr(fold.forecast, name), getattr(again.forecast, name), check_exact=True
            )


def test_a_reading_before_the_origin_does_change_it(shared_data: Path) -> None:
    """So that the two tests above can fail."""
    used = metered(shared_data, 13)
    other = used.copy()
    other[pd.Timestamp("2019-03-13 20:00", tz=used.index.tz)] *= 1.1
    one, two = (forecast(made, origin=at("2019-03-14"), holidays=HOLIDAYS).energy_kwh for made in (used, other))
    assert not one.equals(two)


def test_weather_ahead_counts_when_it_is_said_to_be_a_forecast(shared_data: Path) -> None:
    used, warm = metered(shared_data, 0), outdoor(shared_data)
    origin = at("2019-01-15")
    cold = warm.where(warm.index < origin, warm - 10)
    made = [
        forecast(used, one, origin=origin, holidays=HOLIDAYS, outdoor_is_forecast=True).energy_kwh.sum()
        for one in (warm, cold)
    ]
    assert made[1] > 1.02 * made[0]
    with pytest.raises(WeatherNotGivenError):
        forecast(used, warm[warm.index < origin], origin=origin, outdoor_is_forecast=True)


def test_what_repeats_every_week_is_told_exactly() -> None:
    index = hours(120)
    made = forecast(office(index), horizon_h=24 * 7, cleaned=True)
    ahead = pd.date_range(index[-1], periods=169, freq="h")[1:]
    assert made.energy_kwh.index.equals(ahead.as_unit("s"))
    assert np.allclose(made.energy_kwh, office(ahead), atol=0.05)
    assert made.origin == ahead[0].to_pydatetime()


def test_a_holiday_ahead_is_a_day_off() -> None:
    index = hours(121)  # to Thursday 2025-05-01
    off = forecast(office(index), horizon_h=24, holidays=[date(2025, 5, 2)], cleaned=True)
    assert off.energy_kwh.max() < 12
    assert forecast(office(index), horizon_h=24, cleaned=True).energy_kwh.max() > 38


def test_a_level_that_shifted_is_followed() -> None:
    index = hours(200)
    used = office(index, noise=0.5)
    used.iloc[-24 * 10 :] *= 1.3
    told = forecast(used, horizon_h=24, cleaned=True).energy_kwh
    assert told.sum() == pytest.approx(1.3 * office(told.index).sum(), rel=0.08)


@pytest.mark.parametrize(("freq", "per_day"), [("15min", 96), ("D", 1)])
def test_other_steps(freq: str, per_day: int) -> None:
    index = pd.date_range("2025-01-01", periods=per_day * 120, freq=freq, tz="Asia/Shanghai")
    used = office(index) if per_day > 1 else pd.Series(np.where(index.day_of_week < 5, 500.0, 200.0), index)
    made = forecast(used, horizon_h=72, cleaned=True)
    assert len(made.energy_kwh) == 3 * per_day
    again = (
        office(made.energy_kwh.index) if per_day > 1 else np.where(made.energy_kwh.index.day_of_week < 5, 500.0, 200.0)
    )
    assert np.allclose(made.energy_kwh, again, rtol=0.02)


@pytest.mark.parametrize("origin", ["2019-03-30 12:00", "2019-03-31 00:00", "2019-10-26 12:00", "2019-10-27 00:00"])
def test_the_clocks_may_change_within_the_horizon(shared_data: Path, origin: str) -> None:
    made = forecast(metered(shared_data, 5), origin=at(origin), horizon_h=48, holidays=HOLIDAYS)
    assert len(made.energy_kwh) == 48
    assert made.energy_kwh.notna().all()
    assert (made.low_kwh <= made.energy_kwh).all()
    assert (made.energy_kwh <= made.high_kwh).all()
    assert made.energy_kwh.min() > 150


def test_the_last_hours_before_the_origin_may_be_missing(shared_data: Path) -> None:
    used = metered(shared_data, 5)
    made = forecast(used[:"2019-03-13 15:00"], origin=at("2019-03-14"), holidays=HOLIDAYS)
    assert made.origin == at("2019-03-14")
    assert made.energy_kwh.notna().all()


def test_parts_say_what_moved_it() -> None:
    made = forecast(office(hours(100), noise=0.5), cleaned=True)
    names = [name for name, _ in made.parts]
    assert names[0] == "mean of the last four days of its class"
    assert made.parts[0][1] > 10 * max(size for _, size in made.parts[1:])


def test_too_short_a_history() -> None:
    with pytest.raises(TooFewReadingsError, match="42"):
        forecast(office(hours(30)))
    with pytest.raises(TimesWithoutZoneError, match="origin"):
        forecast(office(hours(60)), origin=datetime(2025, 2, 20))


def test_the_naive_is_the_same_hour_a_week_before(shared_data: Path) -> None:
    """Written again with pandas: wall-clock times, a week back, further back where there is nothing."""
    used = metered(shared_data, 5)[:"2019-04-03"]
    history = used.mask(used == 0)[: at("2019-03-29 23:00")]
    ahead = pd.date_range("2019-03-30", periods=100, freq="h", tz=used.index.tz)  # clocks change
    by_wall = history.groupby(history.index.tz_localize(None)).last()
    expected = []
    for moment in ahead.tz_localize(None):
        back = [by_wall.get(moment - pd.Timedelta(weeks=one)) for one in range(1, 6)]
        expected.append(next((one for one in back if one is not None and not np.isnan(one)), np.nan))
    assert np.array_equal(seasonal_naive(history, ahead), np.array(expected), equal_nan=True)


def test_the_naive_never_looks_past_the_origin() -> None:
    index = hours(60)
    ahead = pd.date_range(index[-1], periods=15 * 24 + 1, freq="h")[1:]
    found = seasonal_naive(office(index), ahead)
    assert np.array_equal(found, office(ahead).to_numpy())
    assert np.isnan(seasonal_naive(office(index[-48:]), ahead)[:24]).all()


def test_temperature_helps_where_it_matters() -> None:
    """A building that is nothing but heating, in a spell of cold that the weather forecast knows of."""
    index = hours(365)
    warm = weather(index)
    used = pd.Series(20 + 2 * np.maximum(15 - warm, 0), index)
    origin = index[340 * 24]
    told = forecast(used, warm, origin=origin.to_pydatetime(), outdoor_is_forecast=True, cleaned=True).energy_kwh
    plain = forecast(used, origin=origin.to_pydatetime(), cleaned=True).energy_kwh
    truth = used.reindex(told.index)
    assert (told - truth).abs().mean() < 0.8 * (plain - truth).abs().mean()
