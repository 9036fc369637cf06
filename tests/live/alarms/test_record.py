"""What a record forgets has led to the same as what it remembers."""

from __future__ import annotations

import json
import random

import pytest

from tests.live.alarms.decided import cleared, raised
from twin.live.alarms.record import Record
from twin.live.alarms.state import AlarmKey
from twin.model.entries import StoredEntry

KEY = AlarmKey("T1:temperature", "hot")


def folded(entries: list[StoredEntry], most: int) -> Record:
    record = Record(KEY, most)
    for one in entries:
        record.fold(one, json.loads(one.entry.body or "{}"))
    return record


def overlapping(seed: int, count: int) -> list[StoredEntry]:
    """Episodes of three rules, each beginning before the one before it has ended, in the order of time."""
    chance, at_s, told = random.Random(seed), 0.0, []
    for number in range(count):
        at_s += chance.choice([60, 900, 3000])
        end_s = at_s + chance.choice([30, 1000, 4000])
        told += [(at_s, raised(at_s, rule=f"r{number % 3}")), (end_s, cleared(at_s, end_s, rule=f"r{number % 3}"))]
    return [entry for _, entry in sorted(told, key=lambda one: one[0])]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_forgotten_has_led_to_the_same(seed: int) -> None:
    """Also where one episode reaches over the next, and that over the one after it: none stands for ever."""
    entries = overlapping(seed, 60)
    for most in (2, 5):
        [whole], [short] = (folded(entries, some).states() for some in (1000, most))
        assert short == whole


def test_no_episode_is_cut_in_two() -> None:
    chain = [
        (0, raised(0, rule="a")), (1000, cleared(0, 1000, rule="a")),
        (500, raised(500, rule="b")), (2000, cleared(500, 2000, rule="b")),
        (3000, raised(3000, rule="c")), (3001, cleared(3000, 3001, rule="c")),
    ]  # fmt: skip
    record = folded([entry for _, entry in sorted(chain, key=lambda one: one[0])], 1000)
    assert len(record.told) == 3
    record.forget(record.last_raised_us - 1500 * 1_000_000)  # in the middle of b, which begins in the middle of a
    assert len(record.told) == 3, "nothing was over before a began"
    [state] = record.states()
    assert not state.active
    record.forget(record.last_raised_us - 1)
    assert len(record.told) == 1
    assert record.states() == [state]
