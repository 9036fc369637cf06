"""Killed after any entry and started again, the rules leave the same alarms as without."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import (
    START,
    Campus,
    S,
    arriving,
    event,
    occurred_us,
    reading,
    received_us,
    restart,
    rule_set,
    told,
)
from tests.live.rules.test_kinds import T1
from twin.live.rules.episodes import Episode
from twin.live.rules.feeds import KEPT_US
from twin.model.entries import StoredEntry

RULES = rule_set("""
[[rules]]
id = "hot"
kind = "threshold"
title = { zh = "热", en = "hot" }
alarm_type = "hot"
level = "B"
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 30
clear_at = 25
delay_s = 40

[[rules]]
id = "smoke"
kind = "threshold"
title = { zh = "烟", en = "smoke" }
alarm_type = "smoke"
level = "A"
applies_to = { quantities = ["obscuration"] }
unit = "%/m"
above = 5

[[rules]]
id = "forced"
kind = "event"
title = { zh = "强开", en = "forced" }
alarm_type = "forced"
level = "A"
event_types = ["door.forced"]
clear_types = ["door.closed"]

[[rules]]
id = "fire"
kind = "composite"
title = { zh = "火", en = "fire" }
alarm_type = "fire"
level = "major"
of = ["hot", "smoke"]
at = "space"
delay_s = 60
clear_delay_s = 30

[[rules]]
id = "trouble"
kind = "composite"
title = { zh = "麻烦", en = "trouble" }
alarm_type = "trouble"
level = "C"
of = ["hot", "forced", "smoke"]
need = "any"
at = "storey"
delay_s = 100
clear_delay_s = 50
""")
LASTS_S = 2400
LATE_S = 600
TICK_S = 30


@dataclass(frozen=True)
class Step:
    """An entry as it arrives, and whether the process is killed right after it was taken up."""

    entry: StoredEntry
    killed: bool = False


DOORS = ("door.forced", "door.closed")
VALUES = {T1: (20.0, 27.0, 35.0), "T2:temperature": (20.0, 27.0, 35.0), "K1:obscuration": (0.0, 6.0)}


def any_step(chance: random.Random, lasts_s: int, late_s: int) -> Step:
    at_s, point = chance.randrange(lasts_s), chance.choice(("D1", *VALUES))
    entry = (
        event("D1", at_s, chance.choice(DOORS)) if point == "D1" else reading(point, at_s, chance.choice(VALUES[point]))
    )
    return Step(arriving(entry, occurred_us(entry) + chance.randrange(late_s * S)), chance.random() < 0.5)


def spread(seed: int, count: int, lasts_s: int, late_s: int) -> list[Step]:
    """So many steps; the longer it lasts, the more delays end between two of them."""
    chance = random.Random(seed)
    return [any_step(chance, lasts_s, late_s) for _ in range(count)]


steps = st.builds(
    spread,
    st.integers(0, 2**32),
    st.integers(3, 25),
    st.sampled_from((600, 1200, LASTS_S)),
    st.sampled_from((1, 60, LATE_S)),
)


def episodes(delivered: list[Step]) -> list[tuple[str, str, Episode]]:
    """What is concluded in the end; time is told every half minute."""
    campus = Campus(RULES)
    campus.tick(0)
    next_tick_s = TICK_S
    for step in delivered:
        now_s = (received_us(step.entry) - START) / S
        while next_tick_s <= now_s:
            campus.tick(next_tick_s)
            next_tick_s += TICK_S
        campus.arrive(step.entry)
        if step.killed:
            campus = restart(campus, now_s)
    campus.tick(LASTS_S + 2 * LATE_S)
    said = ((one.rule_id, one.subject, one.episode) for one in campus.book.announced() if not one.taken_back)
    return sorted(said, key=lambda one: (*one[:2], one[2].raised_us))


@settings(max_examples=examples(200), deadline=None)
@given(steps)
def test_kills_and_late_input_leave_the_same_episodes(taken: list[Step]) -> None:
    arrived = sorted(taken, key=lambda one: received_us(one.entry))
    punctual = [Step(arriving(one.entry, occurred_us(one.entry))) for one in arrived]
    in_time = sorted(punctual, key=lambda one: (occurred_us(one.entry), one.entry.entry.entry_id))
    assert episodes(arrived) == episodes(in_time)


def test_a_composite_that_was_cleared_after_its_delay_stays_cleared() -> None:
    """Its member ended just before what a restart takes as settled, and its own delay just after."""
    campus = Campus(RULES)
    campus.arrive(reading("K1:obscuration", 18, 6))
    campus.tick(118)
    campus.arrive(reading("K1:obscuration", 1139, 0))
    assert told(campus.tick(1189)) == [("cleared", "s1", 1189)]
    other = restart(campus, 1139 + KEPT_US / S + 20)
    assert len(other.journal) == len(campus.journal)
    assert other.tick(LASTS_S) == []


def test_what_was_moved_away_and_is_raised_there_again_after_a_restart_is_another_entry() -> None:
    """A journal of unique ids would otherwise drop it."""
    campus = Campus(RULES)
    campus.arrive(reading(T1, 413, 35.0))
    assert told(campus.tick(480))[0] == ("raised", T1, 453)
    moved = campus.arrive(reading(T1, 226, 35.0, late_s=500))[0]
    assert (moved.body["correction"], moved.body["raised_us"]) == ("moved", START + 266 * S)
    other = restart(campus, 795)
    other.arrive(reading(T1, 270, 20.0, late_s=550))
    found = [one.episode for one in other.book.announced() if one.rule_id == "hot" and not one.taken_back]
    spans = sorted((one.raised_us, one.cleared_us) for one in found if one.cleared_us)
    assert spans == [(START + 266 * S, START + 270 * S)]
    assert [one.raised_us for one in found if one.cleared_us is None] == [START + 453 * S]


@pytest.mark.parametrize("away_s", [90, 300, 3600, 86_400])
def test_members_that_stand_raise_their_composite_however_long_the_program_was_away(away_s: float) -> None:
    campus = Campus(RULES)
    campus.arrive(reading(T1, 0, 35), reading("K1:obscuration", 0, 6))
    campus.tick(40)
    assert {one.alarm_type for one in campus.book.standing(START + 41 * S)} == {"hot", "smoke"}
    other = restart(campus, 41 + away_s)  # before the minute of "fire" was over
    other.tick(41 + away_s + 100)
    standing = {one.alarm_type for one in other.book.standing(START + round(141 + away_s) * S)}
    assert standing == {"hot", "smoke", "fire", "trouble"}


def test_the_text_of_an_event_older_than_what_is_read_again_is_the_text_it_had() -> None:
    """A later event is taken out of its episode by a late one; what is left says what the first event said."""
    campus = Campus(RULES)
    campus.arrive(event("D1", 462, "door.forced", "甲"))
    campus.arrive(event("D1", 2395, "door.forced", "乙"))
    other = restart(campus, 2395)
    other.arrive(event("D1", 2180, "door.closed", late_s=340))
    first, second = sorted(
        (one.episode for one in other.book.announced() if one.rule_id == "forced" and not one.taken_back),
        key=lambda one: one.raised_us,
    )
    assert (first.told, first.count, first.last_us, first.cleared_us) == ("甲", 1, START + 462 * S, START + 2180 * S)
    assert (second.told, second.raised_us, second.cleared_us) == ("乙", START + 2395 * S, None)
