"""Energy a square metre and year against GB/T 51161-2016, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.energy.cambridge import metered
from twin.analysis.energy import clean, energy_use_intensity
from twin.errors import BadFloorAreaError, CoverageTooLowError, UnknownFactorError
from twin.screens.factors import load_factors

FACTORS = load_factors()
YEAR = pd.date_range("2025-01-01", "2026-01-01", freq="h", tz="Asia/Shanghai", inclusive="left")


def flat(kwh: float) -> pd.Series[float]:
    return pd.Series(kwh, YEAR)


@pytest.mark.parametrize(
    ("area_m2", "verdict"), [(2000, "within_target"), (1500, "within_limit"), (1000, "over_limit")]
)
def test_by_hand(area_m2: float, verdict: str) -> None:
    """10 kWh an hour are 87,600 a year: 43.8, 58.4 and 87.6 a m2 against target 50 and limit 65."""
    found = energy_use_intensity(flat(10), area_m2, FACTORS, year=2025, climate="hot_warm", building_class="a")
    assert found.eui_kwh_m2 == pytest.approx(87_600 / area_m2)
    assert (found.limit_kwh_m2, found.target_kwh_m2) == (65, 50)
    assert found.verdict == verdict
    assert (found.coverage, found.unverified, found.source) == (1, True, "GB/T 51161-2016")


def test_gaps_are_filled_with_the_mean_of_their_month() -> None:
    used = flat(10)
    used["2025-07"] = 30.0
    used["2025-07-01":"2025-07-10"] = np.nan
    found = energy_use_intensity(used, 1000, FACTORS, year=2025, climate="cold", building_class="b")
    assert found.year_kwh == pytest.approx(334 * 240 + 31 * 720)
    assert found.metered_kwh == pytest.approx(334 * 240 + 21 * 720)
    assert found.coverage == pytest.approx(1 - 10 / 365)


def test_a_year_or_a_month_with_too_little_is_refused() -> None:
    with pytest.raises(CoverageTooLowError, match=r"2025: only 83\.0 %"):
        energy_use_intensity(flat(10)[:"2025-10-30"], 1000, FACTORS, year=2025, climate="cold", building_class="a")
    used = flat(10)
    used["2025-07-01":"2025-07-20"] = np.nan
    with pytest.raises(CoverageTooLowError, match=r"2025-07: only 35\.5 %"):
        energy_use_intensity(used, 1000, FACTORS, year=2025, climate="cold", building_class="a")


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(BadFloorAreaError):
        energy_use_intensity(flat(10), 0, FACTORS, year=2025, climate="cold", building_class="a")
    with pytest.raises(UnknownFactorError, match=r"benchmark\.school"):
        energy_use_intensity(flat(10), 100, FACTORS, year=2025, climate="cold", building_class="a", kind="school")


def test_days_and_a_real_year(shared_data: Path) -> None:
    hourly = clean(metered(shared_data, 24)).energy_kwh
    one = energy_use_intensity(hourly, 5000, FACTORS, year=2018, climate="mild", building_class="b")
    days = hourly.resample("D").sum(min_count=23)
    two = energy_use_intensity(days, 5000, FACTORS, year=2018, climate="mild", building_class="b")
    assert one.eui_kwh_m2 == pytest.approx(two.eui_kwh_m2, rel=0.02)
    assert 0.9 < one.coverage < 1
    assert one.year_kwh > one.metered_kwh
