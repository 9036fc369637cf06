"""The simulated campus: the same again from the same seed, believable, and as many as the issue says."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulate.campus import HOUR_US, TIMEZONE, S, at, events, scenario, simulated
from twin.live.messages import EVENTS, READINGS
from twin.model.points import point_types
from twin.simulate.days import Days
from twin.simulate.ledger import Ledger
from twin.simulate.meters import Meters
from twin.simulate.patterns import load_patterns
from twin.simulate.readings import Measuring
from twin.simulate.schedule import Planned, scheduled
from twin.simulate.scripts import load_scripts
from twin.simulate.weather import Weather

MORNING = at("2026-11-26T08:00")  # a Thursday
SATURDAY = at("2026-11-28T00:00")
DAY_US = 24 * HOUR_US


def test_the_same_seed_says_the_same_and_another_does_not(demo_campus: Path) -> None:
    first, second, other = (
        scenario(demo_campus, seed, by_themselves=True).between(MORNING, MORNING + 600 * S) for seed in (5, 5, 6)
    )
    assert first == second
    assert len(first) > 15_000
    assert set(first.readings).isdisjoint(set(other.readings)) or first.readings != other.readings
    assert not {json.loads(one)["event_id"] for one in first.events} & {
        json.loads(one)["event_id"] for one in other.events
    }


def test_however_time_is_cut_the_same_is_said(demo_campus: Path) -> None:
    """1× and 1000× differ in nothing but how much goes out at once."""
    whole = scenario(demo_campus, by_themselves=True).between(MORNING, MORNING + 1800 * S)
    cut = scenario(demo_campus, by_themselves=True)
    parts = [cut.between(MORNING + k * 37 * S, min(MORNING + (k + 1) * 37 * S, MORNING + 1800 * S)) for k in range(49)]
    assert sorted(whole.readings) == sorted(one for part in parts for one in part.readings)
    assert sorted(whole.events) == sorted(one for part in parts for one in part.events)


def test_a_restart_goes_on_as_if_nothing_had_been(demo_campus: Path, tmp_path: Path) -> None:
    """In the middle of a burst main that somebody ordered, and after another is over and only on the counters."""
    orders = (Planned("burst-main", MORNING + 60 * S, 1), Planned("feeder-trip", MORNING + 2400 * S, 2))
    end_us, middle_us = MORNING + HOUR_US, MORNING + 2600 * S
    straight = scenario(demo_campus, orders=orders)
    straight.between(MORNING, MORNING + 2000 * S)
    straight.between(MORNING + 2000 * S, middle_us)
    expected = straight.between(middle_us, end_us)

    before = scenario(demo_campus, ledger=Ledger.open(tmp_path, 5), orders=orders)
    before.between(MORNING, MORNING + 2000 * S)
    before.between(MORNING + 2000 * S, middle_us)
    after = scenario(demo_campus, ledger=Ledger.open(tmp_path, 5))
    assert [one.script.id for one in after.under_way] == ["feeder-trip"]
    assert after.between(middle_us, end_us) == expected
    assert Ledger.open(tmp_path, 5).carried, "the burst's water is on a counter"
    assert not Ledger.open(tmp_path, 6).carried, "another seed is another campus"


def test_counters_never_go_back_whatever_happens(demo_campus: Path) -> None:
    """Over a midnight, with every incident that touches meters."""
    start_us = at("2026-11-25T22:00")
    names = ("burst-main", "feeder-trip", "feeder-trip", "burst-main", "feeder-trip")
    orders = tuple(Planned(name, start_us + (n * 1500 + 7) * S, n) for n, name in enumerate(names))
    acts = scenario(demo_campus, orders=orders)
    last: dict[str, float] = {}
    grew: Counter[str] = Counter()
    for begin_us in range(start_us, start_us + 3 * HOUR_US, HOUR_US):
        for line in sorted(acts.between(begin_us, begin_us + HOUR_US, patrols=False).readings, key=_when):
            one = json.loads(line)
            if one["point_id"].endswith((":energy", ":volume")):
                assert one["value"] >= last.get(one["point_id"], 0.0), line
                grew[one["point_id"]] += one["value"] > last.get(one["point_id"], 0.0)
                last[one["point_id"]] = one["value"]
    assert len(last) == 124
    assert all(grew[one] for one in last if not one.startswith(("CDZ", "GF"))), "charging and sun are not of every hour"


def _when(line: str) -> str:
    found: str = json.loads(line)["observed_at"]
    return found


def test_power_is_what_its_counter_grows_by(demo_campus: Path) -> None:
    """An independent sum: the readings of power over an hour against the two ends of the counter, within 1.5 %."""
    readings = map(json.loads, scenario(demo_campus).between(MORNING, MORNING + HOUR_US, patrols=False).readings)
    series: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for one in readings:
        series[one["point_id"]].append((one["observed_at"], one["value"]))
    compared = 0
    for device in simulated(demo_campus).of("electricity_meter"):
        power = [value for _, value in sorted(series[f"{device.code}:power"])]
        energy = [value for _, value in sorted(series[f"{device.code}:energy"])]
        if len(power) == 60:  # it was not silent
            assert np.isclose(np.mean(power) * 59 / 60, energy[-1] - energy[0], rtol=0.015, atol=0.02), device.code
            compared += 1
    assert compared >= 45


def test_a_main_meter_has_what_its_storeys_have(demo_campus: Path) -> None:
    campus, patterns, days = simulated(demo_campus), load_patterns(), Days(TIMEZONE)
    meters = Meters(campus, 5, patterns, days, Weather(5, patterns.weather, days))
    day = meters.day(date(2026, 11, 26))
    for n, main in enumerate(meters.devices):
        storeys = [
            k
            for k, one in enumerate(meters.devices)
            if (one.type, one.building) == (main.type, main.building) and not one.is_main
        ]
        if main.is_main:
            assert storeys
            assert np.allclose(day.counter[n, -1], 1.03 * day.counter[storeys, -1].sum())


@pytest.fixture(scope="module")
def measuring(demo_campus: Path) -> Measuring:
    return scenario(demo_campus).measuring


@settings(max_examples=12)
@given(st.integers(0, 500), st.integers(0, 23))
def test_values_are_those_that_such_devices_can_have(measuring: Measuring, days: int, hour: int) -> None:
    """Any hour of a year and a half: within the limits of the quantity, and where no default rule would call out."""
    start_us = at("2026-01-01T00:00") + days * DAY_US + hour * HOUR_US
    calm = {"obscuration": 1.0, "concentration": 10.0, "temperature": 42.0}
    for due in measuring.due(start_us, start_us + 120 * S):
        device_type = due.group.devices[0].type
        kind = next((one for one in point_types().get(device_type, ()) if one.quantity == due.group.quantity), None)
        assert np.isfinite(due.values).all()
        if kind is not None:
            assert kind.low is None or due.values.min() >= kind.low
            assert kind.high is None or due.values.max() <= kind.high
        assert due.values.max() <= calm.get(due.group.quantity, np.inf)
        if (device_type, due.group.quantity) == ("electricity_meter", "power"):
            assert due.values.max() <= 760, "no transformer is over its rating"
        if (device_type, due.group.quantity) == ("level", "level"):
            assert due.values.max() < 1.45, "no shower floods a drain by itself"
        if due.group.quantity == "pressure":
            assert due.values.min() > 185


def test_messages_are_taken_and_no_two_have_one_id(demo_campus: Path) -> None:
    """Two hours of the morning, all of it, through the intake's own models."""
    acts = scenario(demo_campus, by_themselves=True)
    ids: set[str] = set()
    count = 0
    for begin_us in range(MORNING, MORNING + 2 * HOUR_US, 120 * S):
        sent = acts.between(begin_us, begin_us + 120 * S)
        for kind, lines in ((READINGS, sent.readings), (EVENTS, sent.events)):
            found = kind.read(("[" + ",".join(lines) + "]").encode(), "http:simulator", lines=False)
            assert not found.refused
            ids.update(one.entry_id for one in found.entries)
            count += len(found.entries)
    assert count > 200_000
    assert len(ids) == count


def test_a_working_day_has_as_many_as_the_campus_is_built_for(demo_campus: Path) -> None:
    """Counted from the events alone: 4,500 staff who come and go, 3,800 vehicles, 420 payments, 30 repairs."""
    start_us = at("2026-11-26T00:00")
    told = list(events(scenario(demo_campus), start_us, start_us + DAY_US))
    count = Counter(one["type"] for one in told)
    came: Counter[str] = Counter()
    for one in sorted(told, key=lambda one: one["occurred_at"]):
        if one["type"] in ("access.in", "access.out"):
            came[one["attributes"]["staff_id"]] += 1 if one["type"] == "access.in" else -1
            assert came[one["attributes"]["staff_id"]] in (0, 1), "nobody leaves who is not there"
    assert 4500 * 0.94 <= len(came) <= 4500 * 0.98
    assert not any(came.values()), "whoever came has gone home"
    plates = {one["attributes"]["plate"] for one in told if one["type"] == "vehicle.in"}
    assert 3800 * 0.94 <= count["vehicle.in"] <= 3800 * 1.06
    assert count["vehicle.in"] == count["vehicle.out"]
    assert len(plates) > 0.98 * count["vehicle.in"]
    assert 420 * 0.88 <= count["payment"] <= 420 * 1.12
    assert 15 <= count["repair.requested"] <= 45
    assert count["visitor.in"] == count["visitor.out"] > 30
    lunch = [one for one in told if one["type"] == "payment" and one["attributes"]["meal"] == "lunch"]
    assert 0.5 < len(lunch) / count["payment"] < 0.66


def test_ten_working_days_have_thirty_repairs_each_and_days_off_hardly_any(demo_campus: Path) -> None:
    acts = scenario(demo_campus)
    days = [date(2026, 11, 16) + timedelta(k) for k in range(14)]
    repairs = {day: sum(one.type == "repair.requested" for one in acts.day(day).happenings) for day in days}
    work = [repairs[one] for one in days if one.weekday() < 5]
    assert 26 <= np.mean(work) <= 34
    assert max(repairs[one] for one in days if one.weekday() >= 5) < min(work)


def test_a_day_off_is_quiet(demo_campus: Path) -> None:
    told = Counter(one.type for one in scenario(demo_campus).day(date(2026, 11, 28)).happenings)
    assert told["access.in"] < 500
    assert told["vehicle.in"] < 600
    assert told["payment"] < 120


def test_patrols_walk_on_the_ways_at_walking_speed(demo_campus: Path) -> None:
    told = [json.loads(one) for one in scenario(demo_campus).between(MORNING, MORNING + 600 * S).events]
    tracks: dict[str, list[list[float]]] = defaultdict(list)
    for one in told:
        if one["type"] == "position":
            tracks[one["originator"]].append(one["position"])
    assert len(tracks) == 8
    for who, track in tracks.items():
        steps = np.linalg.norm(np.diff(np.array(track)[:, :2], axis=0), axis=1)
        assert len(track) == 120
        assert steps.max() <= (1.25 if who.startswith("XL-") else 4.5) * 5 + 0.05
        assert steps.mean() > 4.0


def test_incidents_come_by_themselves_twenty_to_forty_minutes_apart() -> None:
    patterns = load_patterns()
    pattern = patterns.incidents
    planned = scheduled(5, pattern, MORNING, MORNING + 3 * DAY_US)
    gaps = np.diff([one.begin_us for one in planned]) / S / 60
    assert 20 <= gaps.min() <= gaps.max() <= 40
    assert {one.name for one in planned[:5]} == set(pattern.order)
    assert {*pattern.order, *patterns.past_incidents.order} == set(load_scripts())


def test_devices_fall_silent_now_and_then_and_come_back(demo_campus: Path) -> None:
    """Counted over a day in steps of ten minutes: some devices, hours at most, and never many at once."""
    acts = scenario(demo_campus)
    codes = [one.code for one in simulated(demo_campus).devices]
    own = acts._faults.keys(codes)
    times = np.arange(MORNING, MORNING + DAY_US, 600 * S, dtype=np.int64)
    silent = np.array([acts._faults.silent(own, np.full(len(codes), one)) for one in times])
    assert 3 <= silent.any(axis=0).sum() <= 30
    assert silent.sum(axis=1).max() <= 12
    assert silent.sum(axis=0).max() * 600 <= 12_600 + 600
