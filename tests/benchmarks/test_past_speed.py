"""A moment of the past after a year of acts, 150 a day. Peer: all that had occurred by then folded anew.

Goal, on the house's two cores, in CPU time (others may be at work): once the bar has been drawn, ≤ 500 ms for any
moment and ≤ 60 ms for its neighbour.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks.test_start_after_a_year import BEGIN, DAYS, write_year
from twin.live.alarms.book import AlarmBook
from twin.live.moment import Moments
from twin.live.past import Past
from twin.model.time import SystemClock, microseconds
from twin.store.entry_table import stored_of_table
from twin.store.history import History

pytestmark = pytest.mark.benchmark

MOST_SHARE = 0.12  # of folding anew, where a slow machine misses the goal in seconds: 0.05 to 0.08 was measured


@pytest.mark.slow
def test_any_moment_of_a_year(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    write_year(tmp_path)
    past, moments = Past(tmp_path), Moments(History.open(tmp_path), SystemClock())
    chance = random.Random(1)
    cold_s = taken_s(lambda: past.at(BEGIN + timedelta(days=DAYS)))
    gc.collect()
    gc.freeze()  # as the server does with what stays
    request.addfinalizer(gc.unfreeze)
    jumps, steps = [], []
    for _ in range(9):
        at = BEGIN + timedelta(days=chance.uniform(1, DAYS - 1))
        jumps.append(taken_s(partial(ask, past, moments, at)))
        near = at + timedelta(minutes=chance.choice((-3, -1, 1, 3)))
        moments.at(near)
        steps.append(taken_s(partial(ask, past, moments, near)))
    anew_s = taken_s(lambda: AlarmBook().fold(stored_of_table(past.acts())))
    told = f"cold {cold_s:.2f} s, anew {anew_s:.2f} s; any {median(jumps) * 1e3:.0f} ms (worst {max(jumps) * 1e3:.0f})"
    print(f"\n{told}, neighbour {median(steps) * 1e3:.0f} ms (worst {max(steps) * 1e3:.0f})")
    assert median(jumps) <= max(0.5, MOST_SHARE * anew_s)
    assert median(steps) <= max(0.06, MOST_SHARE * anew_s / 8)
    assert median(jumps) <= anew_s


def ask(past: Past, moments: Moments, at: datetime) -> None:
    past.at(at)[0].standing(microseconds(at))
    moments.at(at)


def taken_s(work: Callable[[], object]) -> float:
    begun_s = time.process_time()
    work()
    return time.process_time() - begun_s
