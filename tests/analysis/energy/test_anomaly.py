"""What stands out: planted faults, and how often ordinary weeks do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.energy.cambridge import BUILDINGS, HOLIDAYS, ZONE, metered, outdoor
from tests.analysis.energy.made import hours, office
from twin.analysis.energy import alarm_rate, clean, find_anomalies, fit_baseline

# episodes in 30 days of weeks held out, and percent of readings in them
RATES = {
    0: (0.45, 0.39), 1: (0.70, 2.32), 2: (0.12, 0.11), 4: (0.37, 0.48), 5: (0.25, 0.26), 8: (0.33, 0.22),
    13: (0.00, 0.00), 16: (0.41, 0.32), 20: (0.16, 0.09), 24: (0.29, 0.13),
}  # fmt: skip


def planted() -> tuple[pd.Series[float], pd.Series[float]]:
    index = hours(120)
    past, now = office(index[: 24 * 90], noise=0.8), office(index[24 * 90 :], noise=0.8, seed=9)
    now["2025-04-08 00":"2025-04-08 05"] += 15  # a Tuesday night
    now["2025-04-10 10":"2025-04-10 14"] += 20  # a Thursday at work
    now["2025-04-10 12"] -= 20  # one ordinary reading within it
    now["2025-04-15 09":"2025-04-15 13"] -= 15
    now["2025-04-17 00":"2025-04-17 23"] = 10.0  # a Thursday that never woke up
    now["2025-04-22 10":"2025-04-22 11"] += 20  # two hours: too short
    return past, now


def test_planted_faults_are_found_and_nothing_else() -> None:
    past, now = planted()
    found = find_anomalies(now, fit_baseline(past))
    told = [(one.kind, f"{one.start_at:%m-%d %H}", f"{one.end_at:%m-%d %H}", one.readings) for one in found.episodes]
    assert told[:3] == [
        ("high_unoccupied", "04-08 00", "04-08 06", 6),
        ("high", "04-10 10", "04-10 15", 5),
        ("low", "04-15 09", "04-15 14", 5),
    ]
    assert {one[0] for one in told[3:]} <= {"flat", "low"}
    flat = [one for one in found.episodes if one.kind == "flat"]
    assert len(flat) == 1
    assert flat[0].excess_kwh == pytest.approx(-300, abs=20)
    assert found.episodes[0].excess_kwh == pytest.approx(90, abs=6)
    assert found.episodes[1].excess_kwh == pytest.approx(80, abs=6)
    assert found.readings + found.unknown == len(now)
    assert found.to_arrow().num_rows == len(found.episodes)


def test_the_score_by_hand() -> None:
    past, now = planted()
    baseline = fit_baseline(past)
    score = find_anomalies(now, baseline).score
    at = pd.Timestamp("2025-04-10 11:00", tz="Asia/Shanghai")
    residual = baseline.residual_kwh
    mine = residual[(residual.index.hour == 11) & (residual.index.day_of_week < 5)]
    every = residual - residual.median()
    scale = max(1.4826 * (mine - mine.median()).abs().median(), 0.25 * 1.4826 * every.abs().median())
    excess = now[at] - baseline.predict(index=pd.DatetimeIndex([at]))[at]
    assert score[at] == pytest.approx((excess - mine.median()) / scale)


def test_unknown_readings_have_no_score_and_end_an_episode() -> None:
    past, now = planted()
    now.iloc[5] = np.nan
    found = find_anomalies(now, fit_baseline(past))
    assert found.unknown == 1
    assert np.isnan(found.score.iloc[5])


def test_how_often_ordinary_weeks_stand_out(shared_data: Path) -> None:
    warm = outdoor(shared_data)
    for building in BUILDINGS:
        found = alarm_rate(clean(metered(shared_data, building)).energy_kwh, warm, holidays=HOLIDAYS)
        told = (found.episodes_per_30_days, 100 * found.share_of_readings)
        print(f"building {building}: {told[0]:.2f} episodes in 30 days, {told[1]:.2f} % of {found.readings} readings")
        assert told == pytest.approx(RATES[building], abs=0.06)


def test_more_at_night_is_found_in_real_buildings(shared_data: Path) -> None:
    """25 nights of 2019 with 60 % more for eight hours, fitted to 2018. Buildings whose nights vary hide it."""
    warm = outdoor(shared_data)
    nights = pd.date_range("2019-01-09", periods=25, freq="14D", tz=ZONE)
    hits = {}
    for building in BUILDINGS:
        used = clean(metered(shared_data, building)).energy_kwh
        baseline = fit_baseline(used[:"2018"], warm, holidays=HOLIDAYS)
        now = used["2019":].copy()
        for night in nights:
            now[night : night + pd.Timedelta(hours=7)] *= 1.6
        found = find_anomalies(now, baseline, warm).episodes
        ends = [night + pd.Timedelta(hours=8) for night in nights]
        hits[building] = sum(
            any(one.start_at < end and one.end_at > night for one in found)
            for night, end in zip(nights, ends, strict=True)
        )
    print(f"nights found of 25: {hits}")
    assert hits == {0: 24, 1: 25, 2: 25, 4: 0, 5: 25, 8: 18, 13: 8, 16: 0, 20: 22, 24: 24}
