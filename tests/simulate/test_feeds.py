"""What the simulated campus tells of meals, repairs, rounds, detectors and trips: believable, in order, masked."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.simulate.campus import HOUR_US, S, at, scenario, simulated
from twin.live.messages import EVENTS
from twin.live.messages_out import masked
from twin.simulate.happenings import Happening
from twin.simulate.readings import Measuring
from twin.simulate.vehicles import Vehicles

THURSDAY = date(2026, 11, 26)
DAYS = [THURSDAY + timedelta(days=k) for k in range(-9, 2)]
PERSONAL_OF_US = ("person", "visitor", "driver", "phone", "plate", "card_no")

Told = dict[str, list[Happening]]


@pytest.fixture(scope="module")
def told(demo_campus: Path) -> Told:
    """Eleven days by type, in order of time."""
    acts, found = scenario(demo_campus), defaultdict(list)
    for day in DAYS:
        for one in acts.day(day).happenings:
            found[one.type].append(one)
    return found


def _on(told: Told, kind: str, day: date = THURSDAY) -> list[Happening]:
    begin_us = at(f"{day}T00:00")
    return [one for one in told[kind] if begin_us <= one.at_us < begin_us + 24 * HOUR_US]


def test_every_event_is_taken_and_no_two_have_one_id(told: Told) -> None:
    happened = [one for some in told.values() for one in some]
    taken = [EVENTS.read(f"[{one.line()}]".encode(), "http:simulator", lines=False) for one in happened[::7]]
    assert not [one.refused for one in taken if one.refused]
    assert len({one.event_id for one in happened}) == len(happened)


def test_a_working_day_has_as_many_of_each_as_its_patterns_say(told: Told) -> None:
    bounds = {
        "balance.topup": (20, 80), "meal.rated": (30, 100), "waste.weighed": (18, 18), "stock.counted": (18, 18),
        "detector.isolated": (0, 14), "detector.fault": (0, 12), "exit.blocked": (0, 10),
        "patrol.checked": (560, 696), "perimeter.tested": (10, 10), "trip.started": (15, 60),
        "repair.accepted": (15, 50), "repair.done": (15, 60), "repair.rated": (5, 40),
    }  # fmt: skip
    counts = {kind: len(_on(told, kind)) for kind in bounds}
    assert {kind: counts[kind] for kind, (low, high) in bounds.items() if not low <= counts[kind] <= high} == {}
    assert {kind for kind in bounds if not told[kind]} == set()


def test_who_is_named_is_masked(told: Told, demo_campus: Path) -> None:
    """No name, plate, phone or card of anybody is left in what others are shown."""
    names = {name for _, name, _ in simulated(demo_campus).staff}
    for some in told.values():
        for one in some[:400]:
            shown = json.dumps(masked(one.attributes), ensure_ascii=False)
            secret = {str(one.attributes[key]) for key in PERSONAL_OF_US if key in one.attributes}
            assert not [said for said in secret if said in shown], one.type
            values = {said for said in masked(one.attributes).values() if isinstance(said, str)}
            assert not values & names, one.type


def test_meals_are_paid_at_windows_that_there_are(told: Told) -> None:
    paid = _on(told, "payment")
    tills: dict[str, set[str]] = defaultdict(set)
    for one in paid:
        said = one.attributes
        assert 0.0 <= said["subsidy_cny"] < said["amount_cny"] <= 40.0
        assert said["dish"]
        assert (said["meal"] == "none") == (not said["outlet_id"].startswith("CT"))
        tills[one.originator].add(said["outlet_id"])
    assert all(len(one) == 1 for one in tills.values()), "a till stands in one outlet"
    by_outlet = Counter(one.attributes["outlet_id"] for one in paid)
    assert by_outlet["CT-01"] > by_outlet["CT-02"] > by_outlet["CT-03"] > by_outlet["VM-01"]


def _lives(told: Told, key: str, *kinds: str) -> dict[str, list[Happening]]:
    found: dict[str, list[Happening]] = defaultdict(list)
    for one in sorted((one for kind in kinds for one in told[kind]), key=lambda one: one.at_us):
        found[one.attributes[key]].append(one)
    return found


def test_a_repair_goes_its_way_step_by_step(told: Told) -> None:
    steps = ("requested", "accepted", "dispatched", "done", "returned", "rated")
    lives = _lives(told, "repair_no", *(f"repair.{one}" for one in steps))
    whole = [life for life in lives.values() if life[0].type == "repair.requested" and life[0].at_us < at("2026-11-20")]
    assert len(whole) > 60
    first_time = 0
    for life in whole:
        order = [one.type.removeprefix("repair.") for one in life]
        tail = ["rated"] if order[-1] == "rated" else []
        once = ["requested", "accepted", "dispatched", "done"]
        assert order in (once + tail, [*once, "returned", "done", *tail]), order
        done = [one for one in life if one.type == "repair.done"]
        assert done[0].attributes["first_time"] == (len(done) == 1)
        first_time += len(done) == 1
        assert len({one.attributes.get("contractor_id") for one in life[2:]}) == 1
        assert all(8 <= (one.at_us - at("2026-11-01")) / HOUR_US % 24 <= 21 for one in life[1:]), (
            "nobody works at night"
        )
    assert 0.75 < first_time / len(whole) < 0.98


@pytest.mark.parametrize(
    ("key", "begins", "ends"),
    [
        ("isolation_no", "detector.isolated", "detector.reinstated"),
        ("fault_no", "detector.fault", "detector.fault.cleared"),
        ("block_no", "exit.blocked", "exit.cleared"),
        ("trip_no", "trip.started", "trip.ended"),
    ],
)
def test_what_begins_ends_and_once(told: Told, key: str, begins: str, ends: str) -> None:
    over = 0
    for life in _lives(told, key, begins, ends).values():
        kinds = [one.type for one in life]
        if life[0].at_us < at(f"{DAYS[-1]}T00:00") - 24 * HOUR_US and life[0].at_us >= at(f"{DAYS[1]}T00:00"):
            assert kinds == [begins, ends]
            assert life[0].originator == life[1].originator
            over += 1
    assert over > 5


def test_a_vehicle_is_on_one_trip_at_a_time(told: Told) -> None:
    out: Counter[str] = Counter()
    for one in sorted((*told["trip.started"], *told["trip.ended"]), key=lambda one: one.at_us):
        out[one.originator] += 1 if one.type == "trip.started" else -1
        assert out[one.originator] <= 1
    km = [one.attributes["km"] for one in told["trip.ended"]]
    assert 5 < min(km) < max(km) < 120


def test_rounds_pass_most_checkpoints_once(told: Told) -> None:
    passed = Counter((one.attributes["checkpoint_id"], one.attributes["round"]) for one in _on(told, "patrol.checked"))
    assert set(passed.values()) == {1}
    assert 0.9 < len(passed) / (58 * 12) < 1.0
    for one in _on(told, "patrol.checked"):
        begins = at(f"{THURSDAY}T00:00") + (one.attributes["round"] - 1) * 2 * HOUR_US
        assert begins <= one.at_us < begins + 2 * HOUR_US


@pytest.fixture(scope="module")
def measuring(demo_campus: Path) -> Measuring:
    return scenario(demo_campus).measuring


def _values(measuring: Measuring, kind: str, quantity: str, hour: float) -> Any:
    group = next(one for one in measuring.groups if (one.devices[0].type, one.quantity) == (kind, quantity))
    at_us = np.full(len(group.devices), at(f"{THURSDAY}T00:00") + int(hour * HOUR_US), np.int64)
    return group.model(np.arange(len(group.devices)), at_us)


def test_people_wait_at_noon_and_vehicles_in_the_morning(measuring: Measuring, demo_campus: Path) -> None:
    """At the gates against the vehicles themselves: those that came less those that passed."""
    devices = simulated(demo_campus).of("queue")
    inside = np.array([one.building is not None for one in devices])
    assert (_values(measuring, "queue", "waiting", 3.0) == 0).all()
    assert (_values(measuring, "queue", "waiting", 12.0)[inside] > 3).all()
    assert (_values(measuring, "queue", "waiting", 15.0)[inside] == 0).all()
    busy = _values(measuring, "queue", "waiting", 8.0)[~inside]
    vehicles: Vehicles = measuring._vehicles
    then_s = 8 * 3600
    lanes = vehicles._passings(THURSDAY)
    standing = sum(one.comes_s <= then_s < one.passes_s for one in lanes)
    assert busy.sum() == standing > 0


def test_piles_charge_by_day_and_the_sun_shines_by_day(measuring: Measuring) -> None:
    assert _values(measuring, "pv", "power", 2.0) == pytest.approx(0.0)
    assert (_values(measuring, "pv", "power", 12.0) > 5).all()
    assert (_values(measuring, "pv", "power", 12.0) < 120).all()
    charging, power = (_values(measuring, "charger", one, 11.0) for one in ("charging", "power"))
    assert 2 <= charging.sum() <= 12
    assert ((power > 0.5) == (charging == 1)).all()
    assert power.max() < 7.5
    assert (_values(measuring, "charger", "energy", 22.0) >= _values(measuring, "charger", "energy", 11.0)).all()


def test_covers_are_lifted_now_and_then(measuring: Measuring) -> None:
    group = next(one for one in measuring.groups if one.quantity == "cover_open")
    times = np.arange(at("2026-11-20T00:00"), at("2026-11-27T00:00"), 300 * S, dtype=np.int64)
    lifted = np.array([group.model(np.full(len(times), place), times) for place in range(len(group.devices))])
    assert set(np.unique(lifted)) == {0.0, 1.0}
    assert 0.0 < lifted.mean() < 0.02
