"""Design storms: depths and peaks from the formula, by hand and by numerical integration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.analysis.rain.design_storm import StormFormula, chicago_mm
from twin.analysis.rain.runoff import runoff_by_land_use, shipped_grounds
from twin.errors import ImpossibleAmountError

MADE_UP = StormFormula(a1=10.0, c=0.8, b=9.0, n=0.7, source="made up for the test")


def test_the_formula_by_hand() -> None:
    assert MADE_UP.intensity_l_s_ha(55.0, 10.0) == pytest.approx(167 * 10 * 1.8 / 64**0.7)
    assert MADE_UP.depth_mm(55.0, 10.0) == pytest.approx(10 * 1.8 / 64**0.7 * 55)
    assert MADE_UP.unverified


@given(r=st.floats(0, 1), duration=st.floats(20, 240), step=st.sampled_from([1.0, 5.0, 7.0]))
def test_a_chicago_storm_holds_the_depth_of_its_duration(r: float, duration: float, step: float) -> None:
    rain = chicago_mm(MADE_UP, years=5.0, duration_min=duration, step_min=step, peak_at=r)
    assert len(rain) == math.ceil(duration / step - 1e-9)
    assert (rain >= -1e-12).all()
    assert rain.sum() == pytest.approx(MADE_UP.depth_mm(duration, 5.0))


def test_a_chicago_storm_is_the_hyetograph_that_textbooks_print() -> None:
    """i = a ((1 - n) t / r + b) / (t / r + b)^(n + 1) before the peak, 1 - r for r after it, in small steps."""
    a, b, n, r = 10.0 * (1 + 0.8 * math.log10(3.0)), 9.0, 0.7, 0.4
    t = (np.arange(120_000) + 0.5) / 1000
    away = np.where(t < 48, (48 - t) / r, (t - 48) / (1 - r))
    printed = a * ((1 - n) * away + b) / (away + b) ** (n + 1)
    rain = chicago_mm(MADE_UP, years=3.0, duration_min=120, step_min=5, peak_at=r)
    np.testing.assert_allclose(rain, printed.reshape(24, -1).sum(axis=1) / 1000, rtol=1e-5)
    assert int(np.argmax(rain)) in (9, 10)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ImpossibleAmountError):
        StormFormula(a1=0.0, c=0.8, b=9.0, n=0.7, source="")
    with pytest.raises(ImpossibleAmountError):
        chicago_mm(MADE_UP, years=5.0, duration_min=60, step_min=5, peak_at=1.5)
    with pytest.raises(ImpossibleAmountError):
        chicago_mm(MADE_UP, years=5.0, duration_min=60, step_min=0)
    with pytest.raises(ImpossibleAmountError):
        MADE_UP.intensity_l_s_ha(60, 0)


def test_runoff_from_land_use_counts_what_it_does_not_know() -> None:
    codes = np.array([[10.0, 31.0], [99.0, np.nan]])
    found = runoff_by_land_use(codes, {10.0: 0.9, 31.0: 0.8}, otherwise=0.5)
    assert found.coefficient.tolist() == [[0.9, 0.8], [0.5, 0.5]]
    assert found.unknown == {99.0: 1}
    for one in shipped_grounds().values():
        assert one.unverified
        assert one.range[0] <= one.coefficient <= one.range[1]
