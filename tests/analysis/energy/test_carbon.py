"""Coal equivalents and CO2 by hand, with the factors that the screens have."""

from __future__ import annotations

from datetime import date

import pytest

from twin.analysis.energy import Quantity, footprint
from twin.errors import FactorUnitError, UnknownFactorError
from twin.screens.factors import load_factors

DAY = date(2026, 6, 1)


def test_by_hand() -> None:
    quantities = [
        Quantity("electricity", 1000.0, "kWh"),
        Quantity("gas", 200.0, "m3"),
        Quantity("heat", 50.0, "kWh"),
        Quantity("water", 30.0, "t"),
        Quantity("diesel", 10.0, "kg"),
    ]
    found = footprint(quantities, load_factors(), day=DAY)
    assert [one.coal_kgce for one in found.rows] == pytest.approx([122.9, 243.0, 50 * 3.6 * 0.03412, 7.713, 14.571])
    assert found.coal_kgce == pytest.approx(122.9 + 243 + 6.1416 + 7.713 + 14.571)
    assert found.co2_kg == pytest.approx(530.6)
    assert found.missing == ("co2.gas", "co2.heat", "co2.water", "co2.diesel")
    assert [one.co2_kg for one in found.rows[1:]] == [None] * 4
    assert found.unverified  # the coal equivalents are


def test_the_factor_goes_with_the_number() -> None:
    found = footprint([Quantity("electricity", 10.0, "kWh")], load_factors(), day=DAY, region="east")
    used = found.rows[0].co2_factor
    assert used is not None
    assert (used.name, used.value, used.year, used.region, used.unverified) == (
        "grid_co2.east",
        0.55,
        2023,
        "east",
        False,
    )
    assert "华东" in (used.source or "")
    assert found.co2_kg == pytest.approx(5.5)
    row = found.to_arrow().to_pylist()[0]
    assert (row["co2_factor_year"], row["co2_factor_region"], row["coal_factor_unverified"]) == (2023, "east", True)


def test_the_year_decides() -> None:
    one = [Quantity("electricity", 1.0, "kWh")]
    assert footprint(one, load_factors(), day=date(2022, 7, 1)).co2_kg == pytest.approx(0.5366)
    old = footprint(one, load_factors(), day=date(2021, 7, 1))
    assert (old.co2_kg, old.missing) == (0, ("grid_co2",))


def test_what_cannot_be_converted_is_refused() -> None:
    with pytest.raises(UnknownFactorError, match=r"grid_co2\.east, "):
        footprint([], load_factors(), day=DAY, region="atlantis")
    with pytest.raises(UnknownFactorError):  # regions are known from 2023 on
        footprint([], load_factors(), day=date(2022, 7, 1), region="east")
    with pytest.raises(FactorUnitError, match="m3, kWh"):
        footprint([Quantity("gas", 1.0, "t")], load_factors(), day=DAY)
    wrong = [one.model_copy(update={"unit": "t/MWh"}) for one in load_factors()]
    with pytest.raises(FactorUnitError, match="t/MWh"):
        footprint([Quantity("electricity", 1.0, "kWh")], wrong, day=DAY)
