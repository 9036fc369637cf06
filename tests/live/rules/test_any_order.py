"""The point of the whole design: the order of arrival does not show in what stands afterwards."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import START, Campus, S, arriving, event, occurred_us, reading, received_us, restart, rule_set
from twin.live.alarms.state import AlarmState
from twin.live.rules.episodes import Episode
from twin.model.entries import StoredEntry

RULES = rule_set("""
[[rules]]
id = "hot"
kind = "threshold"
title = { zh = "热", en = "hot" }
alarm_type = "hot"
level = "B"
applies_to = { device_types = ["temperature"], quantities = ["temperature"] }
unit = "Cel"
above = 30
clear_at = 25
delay_s = 60
clear_delay_s = 90

[[rules]]
id = "very-hot"
kind = "threshold"
title = { zh = "很热", en = "very hot" }
alarm_type = "hot"
level = "A"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 40

[[rules]]
id = "cold"
kind = "threshold"
title = { zh = "冷", en = "cold" }
alarm_type = "cold"
level = "C"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
below = 10
clear_at = 15
delay_s = 30

[[rules]]
id = "rising"
kind = "rate"
title = { zh = "升温", en = "rising" }
alarm_type = "rising"
level = "C"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 120
clear_at = 60
window_s = 240

[[rules]]
id = "stuck"
kind = "stuck"
title = { zh = "不变", en = "stuck" }
alarm_type = "stuck"
level = "C"
applies_to = { quantities = ["temperature"] }
for_s = 300

[[rules]]
id = "bad"
kind = "quality"
title = { zh = "质量", en = "quality" }
alarm_type = "bad"
level = "C"
qualities = ["offline", "out_of_range"]
delay_s = 45

[[rules]]
id = "silent"
kind = "absence"
title = { zh = "无数据", en = "silent" }
alarm_type = "silent"
level = "C"
applies_to = { device_types = ["temperature"] }
for_s = 400

[[rules]]
id = "smoke"
kind = "threshold"
title = { zh = "烟", en = "smoke" }
alarm_type = "smoke"
level = "A"
applies_to = { quantities = ["obscuration"] }
unit = "%/m"
above = 5
clear_at = 3

[[rules]]
id = "fire"
kind = "composite"
title = { zh = "火", en = "fire" }
alarm_type = "fire"
level = "major"
of = ["hot", "smoke"]
at = "space"

[[rules]]
id = "trouble"
kind = "composite"
title = { zh = "麻烦", en = "trouble" }
alarm_type = "trouble"
level = "C"
of = ["very-hot", "forced", "bad"]
need = "any"
at = "storey"
delay_s = 20

[[rules]]
id = "forced"
kind = "event"
title = { zh = "强开", en = "forced" }
alarm_type = "forced"
level = "A"
event_types = ["door.forced"]
clear_types = ["door.closed"]

[[rules]]
id = "knock"
kind = "event"
title = { zh = "敲", en = "knock" }
alarm_type = "knock"
level = "C"
event_types = ["knock"]
clear_after_s = 200

[[rules]]
id = "entry"
kind = "schedule"
title = { zh = "进入", en = "entry" }
alarm_type = "entry"
level = "C"
during = "off"
event_types = ["door.entry"]
clear_after_s = 100

[[rules]]
id = "yard"
kind = "geofence"
title = { zh = "院内", en = "in the yard" }
alarm_type = "yard"
level = "C"
fence = ["yard"]
where = "inside"
delay_s = 30
""")

VALUES = (5.0, 12.0, 20.0, 27.0, 31.0, 35.0, 41.0)
QUALITIES = ("good", "good", "good", "good", "offline", "stale", "out_of_range")
LASTS_S = 9000  # from ten past nine to twenty to twelve in Shanghai and over the lunch hour
LATE_S = 600

moments = st.one_of(st.integers(0, LASTS_S), st.integers(0, LASTS_S // 30).map(lambda n: n * 30), st.integers(0, 400))
temperatures = st.builds(
    reading,
    st.sampled_from(("T1:temperature", "T2:temperature")),
    moments,
    st.sampled_from(VALUES),
    st.sampled_from(QUALITIES),
)
smokes = st.builds(
    reading, st.just("K1:obscuration"), moments, st.sampled_from((0.0, 4.0, 6.0)), st.sampled_from(QUALITIES)
)
doors = st.builds(
    event,
    st.sampled_from(("D1", "D2")),
    moments,
    st.sampled_from(("door.forced", "door.closed", "knock", "door.entry")),
    st.sampled_from(("", "甲", "b")),
)
positions = st.builds(
    lambda at_s, x: event("V1", at_s, "position", position=[x, 50.0, 0.0]),
    moments,
    st.sampled_from((50.0, 100.0, 150.0)),
)
happenings = st.lists(st.one_of(temperatures, temperatures, smokes, doors, positions), min_size=1, max_size=60)


@dataclass(frozen=True)
class Outcome:
    """All that a person could see once it is quiet."""

    standing: list[AlarmState]
    occurrences: list[AlarmState]
    episodes: list[tuple[str, str, Episode]]


def outcome(campus: Campus) -> Outcome:
    end_s = LASTS_S + LATE_S + 4000
    campus.tick(end_s)
    now_us = START + end_s * S
    return Outcome(
        campus.book.standing(now_us),
        [state for key in campus.book.remembered() for state in campus.book.occurrences(*key, now_us)],
        sorted(
            ((one.rule_id, one.subject, one.episode) for one in campus.book.announced() if not one.taken_back),
            key=lambda one: (*one[:2], one[2].raised_us),
        ),
    )


def in_order(lines: list[StoredEntry]) -> Outcome:
    """Everything arrives when it happens, one by one, and time is told every half minute."""
    campus = Campus(RULES)
    campus.tick(0)
    next_tick_s = 30
    for line in sorted(lines, key=lambda one: (occurred_us(one), one.entry.entry_id)):
        at_s = (occurred_us(line) - START) / S
        while next_tick_s <= at_s:
            campus.tick(next_tick_s)
            next_tick_s += 30
        campus.arrive(line, now_s=at_s)
    return outcome(campus)


def disordered(lines: list[StoredEntry], chance: random.Random) -> Outcome:
    """Everything arrives up to ten minutes late, some of it twice or more, in batches, with time told now and then."""
    campus = Campus(RULES)
    campus.tick(0)
    deliveries: list[tuple[float, StoredEntry]] = []
    for line in lines:
        for copy in range(chance.choice((1, 1, 1, 2, 3))):
            late_s = chance.choice((0, 0, 1, 45, 300, LATE_S)) if chance.random() < 0.5 else chance.uniform(0, LATE_S)
            name = line.entry.entry_id if chance.random() < 0.5 else f"{line.entry.entry_id}#{copy}"
            at_us = occurred_us(line) + round(late_s * S)
            deliveries.append((at_us / S, arriving(line, at_us, name)))
    deliveries.sort(key=lambda one: one[0])
    batch: list[StoredEntry] = []
    for _, line in deliveries:
        if batch and (chance.random() < 0.5 or received_us(line) - received_us(batch[0]) > 50 * S):
            now_s = (received_us(batch[-1]) - START) / S
            chance.shuffle(batch)
            campus.arrive(*batch, now_s=now_s)
            batch = []
            if chance.random() < 0.5:
                campus.tick(now_s)
            if chance.random() < 0.05:  # the same rules once more: nothing may change
                campus.write(campus.engine.use(RULES, round(now_s * S) + START), round(now_s * S) + START)
        batch.append(line)
    campus.arrive(*batch)
    return outcome(campus)


def _spread(seed: int, count: int) -> list[StoredEntry]:
    """Entries over the whole time, few enough for silences and many enough for episodes."""
    chance = random.Random(seed)
    return [_any_line(chance) for _ in range(count)]


@settings(max_examples=examples(300), deadline=None)
@given(
    st.one_of(happenings, st.builds(_spread, st.integers(0, 2**32), st.integers(3, 120))),
    st.randoms(use_true_random=False),
)
def test_any_order_leaves_the_same_alarms(lines: list[StoredEntry], chance: random.Random) -> None:
    assert disordered(lines, chance) == in_order(lines)


# their runs and silences may have begun before what a restart reads again
NOT_AFTER_RESTARTS = {"silent", "stuck"}


def restarted(lines: list[StoredEntry], chance: random.Random) -> Outcome:
    """Everything arrives late, and the process is killed now and then."""
    campus = Campus(RULES)
    campus.tick(0)
    next_tick_s = 30
    late = [arriving(one, occurred_us(one) + chance.randrange(LATE_S * S)) for one in lines]
    for line in sorted(late, key=received_us):
        now_s = (received_us(line) - START) / S
        while next_tick_s <= now_s:
            campus.tick(next_tick_s)
            next_tick_s += 30
        campus.arrive(line)
        if chance.random() < 0.5:
            campus = restart(campus, now_s)
    return outcome(campus)


@pytest.mark.parametrize("seed", range(12))
def test_kills_leave_the_same_alarms(seed: int) -> None:
    """Fixed seeds with a kill after every other entry."""
    chance = random.Random(seed)
    lines = _spread(seed, chance.randrange(15, 120))
    found = restarted(lines, chance).episodes
    expected = in_order(lines).episodes
    assert [one for one in found if one[0] not in NOT_AFTER_RESTARTS] == [
        one for one in expected if one[0] not in NOT_AFTER_RESTARTS
    ]


def test_the_events_of_the_property_do_raise_alarms() -> None:
    """Otherwise the property would hold for an engine that does nothing."""
    chance = random.Random(7)
    lines = [_any_line(chance) for _ in range(2500)]
    found = in_order(lines)
    assert {rule_id for rule_id, _, _ in found.episodes} == set(RULES.rules)
    assert disordered(lines, chance) == found


def _any_line(chance: random.Random) -> StoredEntry:
    at_s = chance.randrange(LASTS_S)
    pick = chance.random()
    if pick < 0.7:
        point = chance.choice(("T1:temperature", "T2:temperature"))
        hot_spell = (at_s // 700) % 3
        value = 31.0 if at_s % 3000 > 2400 else VALUES[hot_spell * 2 + chance.randrange(3)]
        return reading(point, at_s, value, chance.choice(QUALITIES) if chance.random() < 0.2 else "good")
    if pick < 0.8:
        return reading("K1:obscuration", at_s, 6.0 if (at_s // 900) % 2 else chance.choice((0.0, 4.0)))
    if pick < 0.9:
        kind = chance.choice(("door.forced", "door.closed", "knock", "door.entry"))
        return event(chance.choice(("D1", "D2")), at_s, kind, chance.choice(("", "甲")))
    return event("V1", at_s, "position", position=[chance.choice((50.0, 100.0, 150.0)), 50.0, 0.0])
