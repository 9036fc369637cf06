"""Scripts and orders: mistakes are told where they stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.simulate.campus import TIMEZONE, S, at
from twin.errors import BadIncidentError, BadServerAddressError, ConfigError
from twin.simulate.incidents import Change
from twin.simulate.ledger import NAME, Ledger
from twin.simulate.schedule import ordered
from twin.simulate.scripts import load_scripts
from twin.simulate.sending import HttpSender, MqttSender

NOW = at("2026-11-26T14:20:30")
OWN = """
[[incidents]]
id = "cold-store"
title = { zh = "冷库升温", en = "Cold store warms up" }
lasts_s = 600
[incidents.choose.room]
device_types = ["temperature"]
name_has = "冷库"
[[incidents.steps]]
on = "room"
quantity = "temperature"
change = "to"
value = 4
until_s = 500
"""


def test_a_script_of_ones_own_joins_the_others(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    assert set(load_scripts([path])) == set(load_scripts()) | {"cold-store"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("until_s = 500", "until_s = 700", "lasts_s"),
        ("until_s = 500", "", "until_s"),
        ('on = "room"', 'on = "rooms"', "rooms"),
        ('change = "to"', 'change = "explode"', "change"),
        ("lasts_s = 600", "lasts_s = 600\nduration = 3", "duration"),
        ('change = "to"', 'event = "x"\nchange = "to"', "exactly one"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_scripts([path])


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("burst-main@+60s", NOW + 60 * S),
        ("burst-main@+5m", NOW + 300 * S),
        ("feeder-trip@14:30", at("2026-11-26T14:30")),
        ("feeder-trip@9:05", at("2026-11-27T09:05")),
    ],
)
def test_orders(said: str, begins: int) -> None:
    assert ordered(said, load_scripts(), NOW, TIMEZONE).begin_us == begins


@pytest.mark.parametrize(
    "said", ["burst-main", "burst@+60s", "burst-main@60", "burst-main@25:00", "burst-main@+1w", ""]
)
def test_orders_that_are_none_name_what_there_is(said: str) -> None:
    with pytest.raises(BadIncidentError, match="flooded-underpass"):
        ordered(said, load_scripts(), NOW, TIMEZONE)


def test_a_change_rises_stands_and_falls() -> None:
    change = Change(100 * S, 400 * S, 100 * S, 50 * S, "to", 10.0)
    times = np.array([99, 100, 150, 200, 300, 375, 399, 400]) * S
    assert np.allclose(change.apply(np.full(8, 2.0), times), [2, 2, 6, 10, 10, 6, 2.16, 2])
    silent = Change(100 * S, 400 * S, 0, 0, "silent", 0.0)
    assert list(np.isnan(silent.apply(np.full(8, 2.0), times))) == [False, True, True, True, True, True, True, False]


def test_a_damaged_ledger_is_said_and_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="damaged"):
        Ledger.open(tmp_path, 1)


@pytest.mark.parametrize("url", ["127.0.0.1:8050", "ftp://x", "http://"])
def test_addresses_of_campuses(url: str) -> None:
    with pytest.raises(BadServerAddressError):
        HttpSender(url, "key")


@pytest.mark.parametrize("url", ["mqtt://", "http://x", "mqtt://me:secret@host"])
def test_addresses_of_brokers_hold_no_password(url: str) -> None:
    with pytest.raises(BadServerAddressError) as told:
        MqttSender(url)
    assert "secret" not in str(told.value)
