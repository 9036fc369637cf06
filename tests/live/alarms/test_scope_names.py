"""What a maintenance window may name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ioc_app.small_campus import LIBRARY, STOREYS, small_campus
from twin.errors import ConfigMistakesError
from twin.live.alarms.maintenance import Scope, load_windows
from twin.live.alarms.scope_names import ScopeNames
from twin.live.rules.campus_places import places_of
from twin.model.time import microseconds
from twin.store.campus import Campus


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> ScopeNames:
    generation = Campus.open(small_campus().write(tmp_path_factory.mktemp("scope"))).generation
    return ScopeNames.of(generation, places_of(generation)).also(alarm_types=["fire"])


@pytest.mark.parametrize("written", [LIBRARY, "A1", "a1", "图书馆"])
def test_a_building_is_meant_by_its_id_code_or_name(names: ScopeNames, written: str) -> None:
    scope, unknown = names.named(Scope(buildings=(written,)))
    assert (scope.buildings, unknown) == ((LIBRARY,), [])
    assert scope.holds("fire", {"building_id": LIBRARY})


@pytest.mark.parametrize("written", [STOREYS[0], "1F", "A1-1F", "A1 1f"])
def test_a_storey_is_meant_by_its_id_or_code(names: ScopeNames, written: str) -> None:
    scope, unknown = names.named(Scope(storeys=(written,)))
    assert (scope.storeys, unknown) == ((STOREYS[0],), [])
    assert scope.holds("fire", {"storey_id": STOREYS[0]})
    assert not scope.holds("fire", {"storey_id": STOREYS[1]})


def test_what_could_be_two_things_is_neither() -> None:
    ids = {"storeys": frozenset({"storey:a:1F", "storey:b:1F"})}
    two = ScopeNames(ids, {"storeys": {"1f": frozenset(ids["storeys"])}})
    [(setting, kind, told)] = two.named(Scope(storeys=("1F",)))[1]
    assert (setting, kind, told["known"]) == ("storeys", "ambiguous_name", "storey:a:1F, storey:b:1F")
    assert two.named(Scope(storeys=("storey:b:1F",))) == (Scope(storeys=("storey:b:1F",)), [])


@pytest.mark.parametrize(
    ("setting", "name", "near"),
    [
        ("devices", "SMK-01", "SMK-001"),
        ("buildings", "A2", LIBRARY),
        ("storeys", "9F", STOREYS[0]),
        ("device_types", "smok", "smoke"),
        ("alarm_types", "fir", "fire"),
        ("zones", "nowhere", "-"),
    ],
)
def test_what_is_nothing_here_is_named_with_what_is_nearest(
    names: ScopeNames, setting: str, name: str, near: str
) -> None:
    [(where, kind, told)] = names.named(Scope.model_validate({setting: [name]}))[1]
    assert (where, kind, told["name"]) == (setting, "unknown_name", name)
    assert near in told["known"]


def test_the_file_says_short_codes_and_names_no_strangers(names: ScopeNames, tmp_path: Path) -> None:
    text = """[[windows]]
id = "w1"
from = 2026-11-26T08:00:00Z
to = 2026-11-26T12:00:00Z
author = "li"
reason = "valves"
scope = { buildings = ["A1"] }
"""
    path, during = tmp_path / "maintenance.toml", datetime(2026, 11, 26, 9, tzinfo=UTC)
    path.write_text(text, encoding="utf-8")
    [window] = load_windows(tmp_path, "Asia/Shanghai", names.named, microseconds(during))
    assert window.scope.buildings == (LIBRARY,)
    path.write_text(text.replace("A1", "B9"), encoding="utf-8")
    with pytest.raises(ConfigMistakesError, match=r"line 7: windows\[w1\].scope.buildings names B9"):
        load_windows(tmp_path, "Asia/Shanghai", names.named, microseconds(during))
    after = microseconds(during + timedelta(days=1))
    assert len(load_windows(tmp_path, "Asia/Shanghai", names.named, after)) == 1  # what is over may name what is gone
