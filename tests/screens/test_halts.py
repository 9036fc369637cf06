"""Alarms that nobody acknowledges: folding from a halt leads to what folding from the beginning does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.alarms.decided import cleared, journaled, raised, withdrawn
from tests.live.campus import START, S
from tests.screens.test_concluded_views import CUTS, followed, happened, seen
from twin.live.alarms.acts import Act, draft
from twin.model.entries import StoredEntry
from twin.model.time import microseconds
from twin.screens import alarm_folds, halts
from twin.screens.acts import FollowedActs
from twin.screens.spans import Span

NEVER = 1 << 40


@contextmanager
def halting(long: int, apart: int = 2, settled_s: int = 0) -> Iterator[None]:
    """Halts as often as that; with ``NEVER`` none is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alarm_folds, "LONG", long)
        patch.setattr(halts, "_APART", apart)
        patch.setattr(halts, "SETTLED_US", settled_s * S)
        yield


def neglected(seed: int, count: int, share: float) -> list[StoredEntry]:
    """Only this share of all acknowledgements was given."""
    chance = random.Random(seed)
    some = [one for one in happened(seed, count) if one.entry.kind != "alarm.acknowledged" or chance.random() < share]
    return [replace(one, seq=number) for number, one in enumerate(some, start=1)]


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200), CUTS, st.integers(0, 30))
def test_from_a_halt_it_is_the_same(seed: int, count: int, share: float, settled_s: int) -> None:
    """Whatever is asked in between, and while more is said that reaches back."""
    journal, chance = neglected(seed, count, share * share), random.Random(seed)
    acts, last_us = FollowedActs(Path("nowhere")), START
    for first in range(0, len(journal), 25):
        acts.take(journal[first : first + 25])
        last_us = max(last_us, *(microseconds(one.received_at) for one in journal[first : first + 25]))
        for _ in range(4):
            at_us = chance.choice([last_us, START + round(chance.random() * (last_us - START))])
            start_us = START + round(chance.random() * (at_us - START))
            known = chance.choice([None, None, chance.randrange(first + 26)])
            span = Span(start_us, at_us, known)
            with halting(3, settled_s=settled_s):
                found = seen(acts.alarms, span)
            with halting(NEVER):
                assert found == seen(followed(journal[: first + 25]).alarms, span)


def long_way(count: int) -> list[StoredEntry]:
    """One alarm, raised and cleared again and again, and never acknowledged."""
    return [one for at_s in range(0, count * 600, 600) for one in (raised(at_s), cleared(at_s, at_s + 60))]


def test_the_past_of_a_long_way_takes_a_step() -> None:
    """Not all that was said before; and neither does one word more."""
    journal = long_way(1000)
    acts = followed(journal).alarms
    [(_, about)] = acts.items()
    last_us = microseconds(journal[-1].received_at)
    [state] = seen(acts, Span(last_us - 3600 * S, last_us))
    assert (state.raise_count, state.opened_us) == (1000, START)
    assert len(about.needed(Span(last_us - 3600 * S, last_us))) == 2000
    for part in (0.3, 0.6, 0.9):
        at_us = START + round(part * (last_us - START))
        one = alarm_folds._waiting(about, Span(at_us - 3600 * S, at_us))
        assert len(one.rows) < 200
        [then] = seen(acts, Span(at_us - 3600 * S, at_us))
        assert then.raise_count == pytest.approx(1000 * part, abs=1)
    acts.take(long_way(1001)[-2])
    assert len(alarm_folds._waiting(about, Span(last_us - 3600 * S, last_us + 3600 * S)).rows) < 200


def test_a_long_way_that_is_over_is_remembered() -> None:
    """Somebody has acknowledged it at last: now it is quiet, but was not at any moment before."""
    journal = long_way(500)
    last_us = microseconds(journal[-1].received_at)
    seen_at = draft(Act.ACKNOWLEDGED, seen(followed(journal).alarms, Span(0, last_us))[0], "li.wei", last_us, 3600.0)
    acts = followed([*journal, journaled(seen_at)]).alarms
    assert seen(acts, Span(last_us + S, last_us + 2 * S)) == []
    [(_, about)] = acts.items()
    at_us = START + (last_us - START) // 2
    assert len(alarm_folds._waiting(about, Span(at_us - 3600 * S, at_us)).rows) < 100
    [then] = seen(acts, Span(at_us - 3600 * S, at_us))
    assert then.raise_count == pytest.approx(250, abs=1)


def test_what_reaches_back_makes_halts_worth_nothing() -> None:
    journal = long_way(200)
    acts, last_us = followed(journal).alarms, microseconds(journal[-1].received_at)
    span = Span(last_us - 60 * S, last_us + S)
    [state] = seen(acts, span)
    assert state.raise_count == 200
    acts.take(withdrawn(20 * 600))
    [state] = seen(acts, span)
    assert state.raise_count == 199
