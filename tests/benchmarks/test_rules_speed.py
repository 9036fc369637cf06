"""What rules cost: goal under 10 % of a core at 10,000 readings a second with ten rules (CPU time, one thread).

Peer: ten limits compared in a plain loop, without delay, hysteresis, quality, lateness, places or revisions. On a
machine on which the goal in µs cannot be had, what is judged is how many times the peer's time ours is.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.live.campus import START, S
from twin.live.rules.book import RuleSet
from twin.live.rules.calendar import Calendar
from twin.live.rules.engine import RuleEngine
from twin.live.rules.files import Known, default_files, load_rules
from twin.live.rules.places import Place, Places
from twin.model.entries import READING, Entry, StoredEntry
from twin.model.points import points_of
from twin.model.time import moment

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

RATE = 10_000  # readings a second
GOAL_US = 10.0  # a reading: a tenth of a core
# of the peer's time, where the goal cannot be had: ten rules were at 20 to 22, the twenty shipped ones at 25 to 34
TEN_TIMES, SHIPPED_TIMES = 35.0, 45.0
SECONDS = 20
DEVICES = {
    "temperature": 400,
    "smoke": 300,
    "gas": 100,
    "level": 50,
    "pressure": 50,
    "electricity_meter": 250,
    "water_meter": 80,
    "camera": 70,
}
QUIET = {"temperature": 21.0, "battery": 90.0, "pressure": 250.0}

TEN_ON_ALL = "".join(
    f"""
[[rules]]
id = "rule-{n}"
kind = "threshold"
title = {{ zh = "", en = "" }}
alarm_type = "t{n}"
level = "C"
applies_to = {{ quantities = ["temperature"] }}
unit = "Cel"
above = {30 + n}
clear_at = {25 + n}
delay_s = 60
"""
    for n in range(10)
)


def _campus(kinds: dict[str, int]) -> tuple[Places, list[str]]:
    types = [kind for kind, count in kinds.items() for _ in range(count)]
    codes = [f"X{n}" for n in range(len(types))]
    places = Places.of(
        Place(code, kind, None, f"r{n // 3}", f"s{n // 30}", f"b{n // 200}")
        for n, (code, kind) in enumerate(zip(codes, types, strict=True))
    )
    points = [one.point_id for code, kind in zip(codes, types, strict=True) for one in points_of(code, kind)]
    return places, points


def _rules(contents: dict[str, bytes]) -> RuleSet:
    loaded = load_rules(contents, Known.of())
    assert not loaded.mistakes
    return RuleSet(1, "", loaded.rules)


def _plain_us(points: int) -> float:
    """CPU microseconds a reading of the peer."""
    chance, limits = random.Random(1), [(f"rule-{n}", 30.0 + n) for n in range(10)]
    over: dict[tuple[str, str], float] = {}
    names = [f"X{n}:temperature" for n in range(points)]
    entries = [
        Entry("", READING, names[n % points], moment(START), "bench", 21.0 + chance.random(), "good")
        for n in range(RATE)
    ]
    begin = time.process_time()
    for _ in range(SECONDS):
        for entry in entries:
            value = entry.value
            for rule, limit in limits:
                if value is not None and value > limit:
                    over[entry.subject, rule] = value
    assert not over
    return (time.process_time() - begin) / (SECONDS * RATE) * 1e6


def _cost_us(rules: RuleSet, kinds: dict[str, int], late_us: Callable[[], int]) -> float:
    """CPU microseconds a reading, the ticks included."""
    places, points = _campus(kinds)
    engine = RuleEngine(rules, places, Calendar())
    chance = random.Random(1)
    quiet = [QUIET.get(point.rpartition(":")[2], 0.5) for point in points]
    spent_s = 0.0
    step_us = S // RATE
    number = 0
    for second in range(SECONDS):
        batch = []
        for n in range(RATE):
            at_us = START + second * S + n * step_us
            which = number % len(points)
            number += 1
            value = quiet[which] + chance.random()
            entry = Entry("", READING, points[which], moment(at_us - late_us()), "bench", value, "good")
            batch.append(StoredEntry(number, moment(at_us), entry))
        begin = time.process_time()
        for first in range(0, RATE, RATE // 10):  # groups of 100 ms
            engine.on_entries(batch[first : first + RATE // 10], START + second * S + (first + RATE // 10) * step_us)
        engine.tick(START + (second + 1) * S)
        spent_s += time.process_time() - begin
    return spent_s / number * 1e6


def test_rules_at_ten_thousand_readings_a_second() -> None:
    """Each beside its peer, twice: a machine that does other things is slow for seconds, and then for both."""
    chance = random.Random(2)
    shipped, ten_on_all = _rules(default_files()), _rules({"a.toml": TEN_ON_ALL.encode()})
    rounds = [
        (_cost_us(shipped, DEVICES, lambda: 0), _cost_us(ten_on_all, {"temperature": 1300}, lambda: 0), _plain_us(1300))
        for _ in range(2)
    ]
    first, ten, plain_us = min(rounds, key=lambda one: one[0] / one[2])
    late = _cost_us(shipped, DEVICES, lambda: chance.randrange(9 * S) if chance.random() < 0.1 else 0)
    costs_us = {
        f"the {len(shipped.rules)} shipped rules": first,
        "ten rules that all judge every reading": ten,
        "the shipped rules, a tenth of the readings late by up to 9 s": late,
    }
    for what, cost_us in costs_us.items():
        print(f"\n{what}: {cost_us:.1f} µs a reading, {cost_us * RATE / 1e4:.0f} % of a core at {RATE:,}/s")
    print(f"\nten limits in a plain loop: {plain_us:.2f} µs; ratios {first / plain_us:.1f} and {ten / plain_us:.1f}")
    assert ten <= max(GOAL_US, TEN_TIMES * plain_us)
    assert first <= max(GOAL_US, SHIPPED_TIMES * plain_us)
