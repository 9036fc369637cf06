"""What somebody looks at is made before they ask again; nothing is ever older than the step before."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ioc_app.screens.kept import KeptAnswers
from ioc_app.screens.ready import LOOKED_AT_S, Ready

STEP_S = 10.0


class Steps:
    """Monotonic seconds that stand until they are moved; numbers that say in which step they were made."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.made: list[int] = []
        self.free = threading.Event()
        self.free.set()

    def time_s(self) -> float:
        return self.now_s

    def make(self) -> int:
        step = int(self.now_s / STEP_S)
        assert self.free.wait(10)
        self.made.append(step)
        return step


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def ready(steps: Steps) -> Iterator[Ready[int]]:
    one: Ready[int] = Ready(KeptAnswers(lambda _: 8), lambda value: value >= 0, steps.time_s)
    yield one
    steps.free.set()
    one.close()


def move(steps: Steps, ready: Ready[int], seconds: float) -> None:
    """Time passes, and whoever waits for the next step sees it."""
    steps.now_s += seconds
    with ready._woken:
        ready._woken.notify()


def until(found: int, steps: Steps) -> None:
    end_s = time.monotonic() + 10
    while found not in steps.made:
        assert time.monotonic() < end_s
        time.sleep(0.005)


def test_the_next_step_is_made_before_anybody_asks(steps: Steps, ready: Ready[int]) -> None:
    assert ready.of("a", STEP_S, steps.make) == 100
    move(steps, ready, STEP_S)
    until(101, steps)
    assert ready.of("a", STEP_S, lambda: pytest.fail("it was made already")) == 101
    assert steps.made == [100, 101]


def test_while_it_is_made_the_one_before_is_given_and_nothing_older(steps: Steps, ready: Ready[int]) -> None:
    ready.of("a", STEP_S, steps.make)
    steps.free.clear()
    move(steps, ready, STEP_S)
    assert ready.of("a", STEP_S, steps.make) == 100
    move(steps, ready, STEP_S)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ready.of, "a", STEP_S, steps.make)
        time.sleep(0.05)
        assert not asked.done()  # what it has is two steps old
        steps.free.set()
        assert asked.result(10) == 102


def test_what_does_not_last_is_not_given_later(steps: Steps, ready: Ready[int]) -> None:
    values = itertools.count(-1)
    steps.free.clear()
    assert ready.of("a", STEP_S, lambda: next(values)) == -1
    assert ready.of("a", STEP_S, lambda: next(values)) == -1
    steps.now_s += STEP_S
    assert ready.of("a", STEP_S, lambda: next(values)) == 0


def test_what_nobody_asks_for_is_made_no_more(steps: Steps, ready: Ready[int]) -> None:
    ready.of("a", STEP_S, steps.make)
    move(steps, ready, LOOKED_AT_S + 1)
    thread = ready._thread
    if thread is not None:
        thread.join(10)
    assert ready._thread is None
    assert steps.made == [100]
    assert ready.of("a", STEP_S, steps.make) == 106
    assert ready._thread is not None


def test_a_fault_is_told_to_whoever_asks_and_ends_nothing(steps: Steps, ready: Ready[int]) -> None:
    ready.of("a", STEP_S, steps.make)
    failing = threading.Event()

    def fail() -> int:
        failing.set()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        ready.of("b", STEP_S, fail)
    failing.clear()
    move(steps, ready, STEP_S)
    assert failing.wait(10)
    until(101, steps)
    ready.close()
    assert ready.of("a", STEP_S, steps.make) == 101
    assert ready._thread is None
