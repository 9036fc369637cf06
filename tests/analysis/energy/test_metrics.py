"""Every figure against one worked by hand: actual 10 20 30 40, predicted 12 18 33 40."""

from __future__ import annotations

import math

import numpy as np
import pytest

from twin.analysis.energy.metrics import cv_rmse, mae, mase, nmbe, r_squared, smape

ACTUAL = np.array([10.0, 20.0, 30.0, 40.0])
TOLD = np.array([12.0, 18.0, 33.0, 40.0])


def test_by_hand() -> None:
    assert mae(ACTUAL, TOLD) == pytest.approx(7 / 4)
    assert cv_rmse(ACTUAL, TOLD) == pytest.approx(math.sqrt(17 / 4) / 25)
    assert cv_rmse(ACTUAL, TOLD, parameters=2) == pytest.approx(math.sqrt(17 / 2) / 25)
    assert nmbe(ACTUAL, TOLD, parameters=1) == pytest.approx(-3 / 3 / 25)
    assert r_squared(ACTUAL, TOLD) == pytest.approx(1 - 17 / 500)
    assert smape(ACTUAL, TOLD) == pytest.approx((2 * 2 / 22 + 2 * 2 / 38 + 2 * 3 / 63 + 0) / 4)


def test_mase_is_scaled_by_the_naive_within_the_history() -> None:
    history = np.array([1.0, 5.0, 2.0, 9.0, 4.0, 9.0])  # two apart: 1, 4, 2, 0
    assert mase(ACTUAL, TOLD, history, 2) == pytest.approx((7 / 4) / (7 / 4))


def test_unknown_pairs_do_not_count_and_nothing_has_no_error() -> None:
    holes = np.array([np.nan, 20.0, 30.0, np.nan])
    assert mae(holes, TOLD) == pytest.approx(5 / 2)
    nothing = np.full(4, np.nan)
    for one in (mae, cv_rmse, nmbe, r_squared, smape):
        assert math.isnan(one(nothing, TOLD))
    assert smape(np.zeros(2), np.zeros(2)) == 0
    assert math.isnan(cv_rmse(ACTUAL, TOLD, parameters=4))
    assert math.isnan(mase(ACTUAL, TOLD, np.full(9, 3.0), 2))
