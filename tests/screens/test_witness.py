"""Every number of every shipped screen is what somebody else computes of the same files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import twin.screens
from tests.screens.themes_campus import EARLIER, NOW, ZONE, ThemesCampus
from tests.screens.witness.facts import Facts
from twin.screens.kpi import Kpi

SHIPPED = Path(twin.screens.__file__).parent / "shipped" / "kpis"
THEMES = sorted(one.stem for one in SHIPPED.glob("*.toml"))
KPIS = [
    Kpi.model_validate(one)
    for name in THEMES
    for one in tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))["kpis"]
]
FLOODED = datetime(2026, 11, 26, 11, 20, tzinfo=ZoneInfo(ZONE))
LUNCH = datetime(2026, 11, 25, 12, 30, tzinfo=ZoneInfo(ZONE))  # the day before
ALSO = {"space": [NOW - timedelta(days=40)]}  # leases, moves and vacant rooms change by the month
STANDS = {"space.rooms", "underground.survey_errors"}  # of what was built, not of what happens
Witness = Callable[[Facts], float | None]


@cache
def witnesses() -> tuple[dict[str, Witness], dict[str, str]]:
    """Who computes each number, and the place with which it is asked a second time."""
    found: dict[str, Witness] = {}
    places: dict[str, str] = {}
    for theme in THEMES:
        module: Any = import_module(f"tests.screens.witness.{theme}")
        found |= module.WITNESSES
        places |= module.PLACES
    return found, places


def test_every_number_has_a_witness_and_a_place_where_it_means_something() -> None:
    found, places = witnesses()
    assert set(found) == {one.id for one in KPIS}
    assert set(places) == {one.id for one in KPIS if "$place" in one.sql}


@pytest.mark.parametrize("kpi", KPIS, ids=[one.id for one in KPIS])
def test_the_witness_agrees(kpi: Kpi, themes: ThemesCampus) -> None:
    found, places = witnesses()
    for place in {None, places.get(kpi.id)}:
        for at in (NOW, EARLIER) if place else (NOW, EARLIER, FLOODED):
            told = value_of(kpi, themes, at, place)
            expected = found[kpi.id](Facts(themes.folder, at, place))
            if told is None or expected is None:
                assert told is expected, (kpi.id, at, place)
            else:
                near = expected if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9)
                assert told == near, (kpi.id, at, place)
            assert told is not None or (at, place) != (NOW, None), f"{kpi.id} has no value here: nothing is shown"


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_move(theme: str, themes: ThemesCampus) -> None:
    """One that is the same whenever it is asked would agree with anything."""
    own = [one for one in KPIS if one.id.startswith(f"{theme}.") and one.id not in STANDS]
    moved = [one.id for one in own if _moves(one, themes)]
    assert len(moved) * 3 >= len(own), moved


def _moves(kpi: Kpi, themes: ThemesCampus) -> bool:
    """Beyond the last digits, which are those of the order in which they were added."""
    now = value_of(kpi, themes, NOW)
    also = ALSO.get(kpi.id.partition(".")[0], [])
    others = (value_of(kpi, themes, at) for at in (EARLIER, FLOODED, LUNCH, *also))
    return any(one is not None and now is not None and one != pytest.approx(now, rel=1e-9) for one in others)


@pytest.mark.parametrize("kpi", KPIS, ids=[one.id for one in KPIS])
def test_rows_stand_behind_the_number(kpi: Kpi, themes: ThemesCampus) -> None:
    assert themes.answer(kpi.rows_sql, kpi.window).columns


def value_of(kpi: Kpi, themes: ThemesCampus, at: datetime, place: str | None = None) -> float | None:
    [row] = themes.answer(kpi.sql, kpi.window, at, place).rows
    if row.get("denominator") is not None and kpi.unit == "%":
        assert row["numerator"] <= row["denominator"], kpi.id
    value: float | None = row["value"]
    return value
