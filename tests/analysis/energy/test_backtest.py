"""The forecast against the same hour a week before, on ten buildings it was not made for, through 2019."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.energy.cambridge import BUILDINGS, HOLIDAYS, ZONE, metered
from tests.analysis.energy.made import hours, office
from twin.analysis.energy import BacktestReport, backtest, clean
from twin.errors import TooFewReadingsError

FIRST = pd.Timestamp("2019-01-01", tz=ZONE).to_pydatetime()


def run(shared_data: Path, horizon_h: int, every_days: int) -> dict[int, BacktestReport]:
    """Every so many days, so that all weekdays come: neither is a multiple of seven."""
    return {
        building: backtest(
            metered(shared_data, building),
            horizon_h=horizon_h,
            first_origin=FIRST,
            every_days=every_days,
            holidays=HOLIDAYS,
        )
        for building in BUILDINGS
    }


def table(found: Mapping[int, BacktestReport]) -> str:
    names = "building, origins, hours, MAE kWh, naive, yesterday, of naive, CV(RMSE) %, naive, MASE, sMAPE %, in 90 %"
    lines = ["| " + names.replace(", ", " | ") + " |", "|" + " --- |" * 12]
    for building, report in found.items():
        one = report.total
        lines.append(
            f"| {building} | {len(report.folds)} | {one.readings} | {one.mae_kwh:.2f} | {one.week_naive_mae_kwh:.2f} "
            f"| {one.yesterday_mae_kwh:.2f} | {one.of_naive:.2f} | {100 * one.cv_rmse:.1f} "
            f"| {100 * one.week_naive_cv_rmse:.1f} | {one.mase:.2f} | {100 * one.smape:.1f} | {100 * one.within:.0f} |"
        )
    share = np.median([one.total.of_naive for one in found.values()])
    better = sum(one.total.of_naive < 1 for one in found.values())
    return "\n".join([*lines, f"better on {better} of {len(found)}; median {share:.3f} of the naive's MAE"])


def check(found: Mapping[int, BacktestReport], median: float) -> None:
    shares = [one.total.of_naive for one in found.values()]
    assert len(shares) == 10
    assert sum(one < 1 for one in shares) >= 8
    assert np.median(shares) < median
    assert all(sum(one.skipped.values()) <= 0.02 * len(one.folds) + 1 for one in found.values())
    assert all(set(one.skipped) <= {"nothing to score"} for one in found.values())


def test_a_day_ahead(shared_data: Path) -> None:
    found = run(shared_data, 24, 11)
    print("\n" + table(found))
    check(found, 0.7)
    assert all(0.82 < one.total.within < 0.96 for one in found.values())


@pytest.mark.slow
def test_a_week_ahead(shared_data: Path) -> None:
    found = run(shared_data, 168, 25)
    print("\n" + table(found))
    check(found, 0.85)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("horizon_h", "every_days", "median"), [(24, 1, 0.7), (168, 5, 0.85)])
def test_every_day(shared_data: Path, horizon_h: int, every_days: int, median: float) -> None:
    found = run(shared_data, horizon_h, every_days)
    print(f"\n{horizon_h} h, every {every_days} days\n" + table(found))
    check(found, median)


def test_a_score_by_hand(shared_data: Path) -> None:
    """MAE, MASE and the naive of one fold, written again with pandas from the raw file."""
    raw = metered(shared_data, 2)[:"2019-02-06"]
    report = backtest(raw, first_origin=pd.Timestamp("2019-02-05", tz=ZONE).to_pydatetime(), holidays=HOLIDAYS)
    fold = report.folds[0]
    assert len(report.folds) == 2
    truth = clean(raw).energy_kwh
    day = truth["2019-02-05"]
    naive = truth["2019-01-29"].to_numpy()
    mae = (day - fold.forecast.energy_kwh).abs().mean()
    assert fold.score.mae_kwh == pytest.approx(mae)
    assert fold.score.week_naive_mae_kwh == pytest.approx((day - naive).abs().mean())
    before = truth[:"2019-02-04"]
    scale = (before - before.shift(168)).abs().mean()
    assert fold.score.mase == pytest.approx(mae / scale, rel=1e-6)
    assert fold.score.cv_rmse == pytest.approx(np.sqrt(((day - fold.forecast.energy_kwh) ** 2).mean()) / day.mean())
    inside = (day >= fold.forecast.low_kwh) & (day <= fold.forecast.high_kwh)
    assert fold.score.within == pytest.approx(inside.mean())
    assert report.to_arrow().num_rows == 2


def test_the_total_is_of_all_readings() -> None:
    report = backtest(office(hours(100), noise=1.0), first_origin=hours(100)[24 * 90].to_pydatetime(), every_days=3)
    told = sum(one.score.mae_kwh * one.score.readings for one in report.folds)
    assert report.total.readings == sum(one.score.readings for one in report.folds)
    assert report.total.mae_kwh == pytest.approx(told / report.total.readings)


def test_origins_with_too_short_a_history_are_counted() -> None:
    index = hours(60)
    report = backtest(office(index, noise=1.0), first_origin=index[24 * 30].to_pydatetime(), every_days=5)
    assert report.skipped == {"too short a history": 3}
    assert len(report.folds) == 3


def test_no_origin_to_score() -> None:
    with pytest.raises(TooFewReadingsError, match="origins"):
        backtest(office(hours(60)), first_origin=hours(90)[-1].to_pydatetime())
