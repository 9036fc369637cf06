"""What is taken out of readings, and what must stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.energy.cambridge import BUILDINGS, metered, sunshine
from tests.analysis.energy.made import hours, office
from tests.examples import examples
from twin.analysis.energy import clean

# readings that were removed of each building's electricity: zeros, and parts of readings beside them
REMOVED = {
    0: (46, 4), 1: (2, 1), 2: (45, 5), 4: (46, 4), 5: (91, 6), 8: (11, 3), 13: (311, 27), 16: (23, 3), 20: (1, 2),
    24: (392, 21),
}  # fmt: skip


def test_zeros_of_cambridge_are_lost_readings_but_for_the_building_that_falls_to_zero(shared_data: Path) -> None:
    for building in BUILDINGS:
        found = clean(metered(shared_data, building))
        assert (found.counts["zero"], found.counts["partial"]) == REMOVED[building], building
        assert set(found.counts) == {"zero", "partial"}, building
        zeros = int((found.energy_kwh == 0).sum())
        assert zeros == (171 if building == 24 else 0), building


def test_the_zeros_that_stay_come_with_the_sun(shared_data: Path) -> None:
    """Building 24 sinks to 0 by day only, in hours far sunnier than others of their month and time of day."""
    kept = clean(metered(shared_data, 24)).energy_kwh
    zeros = kept.index[kept == 0]
    assert ((zeros.hour >= 8) & (zeros.hour <= 17)).all()
    sun = sunshine(shared_data)
    usual = sun.groupby([sun.index.month, sun.index.hour]).transform("mean")
    assert (sun[zeros] > usual[zeros]).mean() > 0.9
    assert sun[zeros].mean() > 1.4 * usual[zeros].mean()


@pytest.mark.parametrize("building", [5, 4, 24])
def test_outages_that_are_planted_are_found(shared_data: Path, building: int) -> None:
    """Forty outages of 6 to 40 hours in readings that have none; whatever else is removed lies beside them."""
    whole = clean(metered(shared_data, building)).energy_kwh
    chance = np.random.default_rng(building)
    begins = np.sort(chance.choice(np.arange(20, len(whole) - 60, 100), 40, replace=False))
    lost = np.zeros(len(whole), dtype=bool)
    for begin in begins:
        lost[begin : begin + chance.integers(6, 41)] = True
    lost &= whole.notna().to_numpy() & (whole > 0).to_numpy()
    planted = whole.mask(lost, 0.0)
    found = clean(planted)
    missed = lost & found.energy_kwh.notna().to_numpy()
    share = missed.sum() / lost.sum()
    print(f"building {building}: {lost.sum()} planted, {missed.sum()} missed")
    assert share <= (0.06 if building == 24 else 0.0)
    taken = found.energy_kwh.isna().to_numpy() & whole.notna().to_numpy() & ~lost
    assert taken.sum() <= 2 * len(begins)


def test_a_building_that_is_switched_off_at_night_keeps_its_zeros() -> None:
    """A whole day of zeros may be a day off and stays; zeros in the midst of a working day are lost readings."""
    index = hours(60)
    used = office(index, noise=0.5).where(office(index) > 10, 0.0)
    assert clean(used).counts == {}
    off = used.copy()
    off["2025-02-11 08":"2025-02-11 17"] = 0.0
    assert clean(off).counts == {}
    off["2025-02-18 11":"2025-02-18 14"] = 0.0
    found = clean(off)
    assert found.counts == {"zero": 4}
    assert found.energy_kwh["2025-02-18 11":"2025-02-18 14"].isna().all()


def test_a_meter_that_never_counted_keeps_its_zeros() -> None:
    assert clean(pd.Series(0.0, hours(30))).kept == 720


def test_zeros_can_be_kept_or_removed_whatever_they_look_like() -> None:
    used = office(hours(20), noise=0.5)
    used.iloc[[30, 31, 32]] = 0.0
    assert clean(used, zeros="keep").counts == {}
    assert clean(used, zeros="missing").counts["zero"] == 3
    assert clean(used, remove=frozenset()).counts == {}


def test_spikes_stuck_values_negatives_and_gaps() -> None:
    used = office(hours(40), noise=0.5)
    used.iloc[100] = 900.0
    used.iloc[300] = -5.0
    used.iloc[400:430] = 17.5
    used = used.drop(used.index[600:610])
    found = clean(used)
    assert found.counts == {"gap": 10, "negative": 1, "spike": 1, "stuck": 30}
    table = found.to_arrow().to_pylist()
    assert [one["reason"] for one in table] == ["spike", "negative", "stuck", "gap"]
    assert table[0]["energy_kwh"] == pytest.approx(900)
    assert table[2]["readings"] == 30
    assert table[2]["to_at"] - table[2]["from_at"] == pd.Timedelta(hours=30)


def test_a_load_that_never_changes_is_not_stuck() -> None:
    assert clean(pd.Series(5.0, hours(30))).counts == {}


def test_a_high_load_that_lasts_is_no_spike() -> None:
    used = office(hours(40), noise=0.5)
    used.iloc[100:106] = 400.0
    assert clean(used).counts == {}


def test_a_counter_that_is_reset_and_has_a_gap() -> None:
    used = office(hours(20), noise=0.5)
    counter = 1000 + used.cumsum().shift(fill_value=0.0)
    counter.iloc[200:] -= counter.iloc[200]  # a new meter starts at 0
    counter.iloc[300:305] = np.nan
    found = clean(counter, kind="counter")
    assert found.counts == {"gap": 7, "reset": 1}  # five unknown ends and the one before them; and the last step
    gap = next(one for one in found.removed if one.reason == "gap")
    assert gap.readings == 6
    assert gap.energy_kwh == pytest.approx(used.iloc[299:305].sum())
    same = found.energy_kwh.dropna()
    assert np.allclose(same, used[same.index])


@settings(max_examples=examples(60))
@given(
    st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0, 9.0, 500.0, -3.0, float("nan")]), min_size=2, max_size=400),
    st.sampled_from(["use", "counter"]),
)
def test_found_is_kept_and_removed(values: list[float], kind: str) -> None:
    index = pd.date_range("2025-01-01", periods=len(values), freq="h", tz="Asia/Shanghai")
    found = clean(pd.Series(values, index), kind=kind)
    assert found.found == len(values)
    assert found.found == found.kept + sum(found.counts.values())
    assert found.kept == found.energy_kwh.notna().sum()
    assert sum(one.readings for one in found.removed) == found.found - found.kept
