"""Factors by name and time: ours as the facts have them, and those of a campus over them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from twin.errors import ConfigMistakesError
from twin.model.factor import factor_at
from twin.screens.factors import load_factors

FACTS = Path("/work/shared/domain.md")
DAY = date(2026, 11, 26)
REGIONS = {
    "华北": "north", "东北": "northeast", "华东": "east", "华中": "central",
    "西北": "northwest", "南方": "south", "西南": "southwest",
}  # fmt: skip
CLIMATES = {
    "cold": "cold", "hot-summer-cold-winter": "hot_cold", "hot-summer-warm-winter": "hot_warm", "mild": "mild",
}  # fmt: skip


def value(name: str, day: date = DAY) -> float | None:
    found = factor_at(load_factors(), name, day)
    return found.value if found is not None else None


@pytest.fixture(scope="module")
def facts() -> str:
    if not FACTS.is_file():
        pytest.skip("the page of facts is not here")
    return " ".join(FACTS.read_text(encoding="utf-8").split())


def test_grid_factors_are_those_of_the_page(facts: str) -> None:
    told = facts.split("Grid CO₂, kg/kWh: ")[1].split("Coal equivalent")[0]
    for year, number in re.findall(r"(20\d\d) (0\.\d+)", told):
        assert value("grid_co2", date(int(year), 6, 1)) == float(number)
    regions = re.findall(r"([\u4e00-\u9fff]{2}) (0\.\d+)", told)
    assert {REGIONS[name] for name, _ in regions} == set(REGIONS.values())
    for name, number in regions:
        assert value(f"grid_co2.{REGIONS[name]}") == float(number)
    assert value("grid_co2", date(2021, 6, 1)) is None


def test_coal_equivalents_and_benchmarks_are_those_of_the_page_and_unverified(facts: str) -> None:
    told = facts.split("Coal equivalent [unverified")[1].split("Energy benchmark")[0]
    for name in ("electricity", "heat", "petrol", "diesel", "water"):
        assert value(f"coal.{name}") == float(re.findall(rf"{name} (\d+\.\d+)", told)[0])
    low, high = (float(one) for one in re.findall(r"gas (\d+\.\d+)–(\d+\.\d+)", told)[0])
    assert (value("coal.gas.low"), value("coal.gas.high")) == (low, high)
    assert value("coal.gas") == pytest.approx((low + high) / 2)
    told = facts.split("limit/target [unverified]: ")[1].split("(class A and B)")[0]
    found = re.findall(r"([a-z-]+) (\d+)/(\d+) and (\d+)/(\d+)", told)
    assert {CLIMATES[one[0]] for one in found} == set(CLIMATES.values())
    for climate, *numbers in found:
        names = [f"benchmark.office.{CLIMATES[climate]}.{k}.{part}" for k in "ab" for part in ("limit", "target")]
        assert [value(one) for one in names] == [float(one) for one in numbers]
    unverified = [one for one in load_factors() if one.name.startswith(("coal.", "benchmark."))]
    assert all(one.unverified and one.source for one in unverified)


def test_area_standards_are_those_of_the_page(facts: str) -> None:
    told = facts.split("2674号: ")[1].split("(市正/副")[0]
    ours = {one.name: one for one in load_factors() if one.name.startswith("area.")}
    told_of = {part.split(" ", 1)[0]: re.findall(r"([^\d ]+)(\d+)", part.split(" ", 1)[1]) for part in told.split("; ")}
    assert set(told_of) == {"中央", "省级", "市级", "县级"}
    for tier, ranks in told_of.items():
        found = {name.split(".", 2)[2]: one.value for name, one in ours.items() if name.startswith(f"area.{tier}.")}
        assert sorted(found.values()) == sorted(float(number) for _, number in ranks)
        for rank, number in ranks:
            assert found.get(rank, float(number)) == float(number), (tier, rank)
    doubtful = {name for name, one in ours.items() if one.unverified}
    assert doubtful == {"area.市级.市正", "area.市级.市副", "area.县级.正科", "area.县级.副科"}


def test_a_campus_adds_and_replaces_by_name_and_time(tmp_path: Path) -> None:
    (tmp_path / "factors.toml").write_text(
        """[[factors]]
name = "grid_co2"
value = 0.5
since = 2025-01-01
[[factors]]
name = "grid_co2"
value = 0.54
since = 2022-01-01
until = 2022-07-01
[[factors]]
name = "gas_price"
value = 3.5
unit = "CNY/m3"
""",
        encoding="utf-8",
    )
    factors = load_factors(tmp_path)

    def at(name: str, *day: int) -> float | None:
        found = factor_at(factors, name, date(*day))
        return found.value if found is not None else None

    assert at("grid_co2", 2022, 6, 30) == 0.54
    assert at("grid_co2", 2022, 7, 1) is None
    assert at("grid_co2", 2024, 12, 31) == 0.5306
    assert at("grid_co2", 2025, 1, 1) == 0.5
    assert at("gas_price", 1990, 1, 1) == 3.5
    assert [one.until for one in factors if one.name == "grid_co2"] == [date(2022, 7, 1), date(2025, 1, 1), None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('value = "0.5"', "line 3: factors[a].value should be a number"),
        ("value = 1\nsinse = 2025-01-01", "line 4: factors[a].sinse is not a setting here"),
        ("value = 1\nsince = 2025-01-01\nuntil = 2025-01-01", "line 1: factors[a] 'until' does not lie after 'since'"),
        ("value = 1\n[[factors]]\nname = 'a'\nvalue = 2", "a is there twice"),
    ],
)
def test_a_mistake_says_where(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "factors.toml").write_text(f"[[factors]]\nname = 'a'\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigMistakesError) as fault:
        load_factors(tmp_path)
    assert expected in fault.value.text("en")
