"""The clocks, against a witness that looks at every second."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.incidents.desk import Desk, case_id, us
from tests.live.incidents.test_any_order import lived
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.clocks import STOPS_AT, ClockName, Step, read_clock
from twin.live.incidents.timely import of_time
from twin.live.incidents.transitions import RANK
from twin.model.live import Level, Stage
from twin.model.time import microseconds

FEEDBACK = ClockName.FEEDBACK  # 60 min at level A, warning after 45


def test_suspended_the_clock_stands_and_the_due_time_moves() -> None:
    desk = Desk()
    desk.open()
    desk.do("accept", 60)
    assert desk.book.find(case_id("one")).clock(FEEDBACK, us(60)).due_us == us(3600)
    state = desk.do("suspend", 600, text="等备件")
    clock = state.clock(FEEDBACK, us(5000))
    assert (clock.running, clock.paused, clock.elapsed_us, clock.due_us) == (False, True, 600_000_000, None)
    clock = desk.do("resume", 5600).clock(FEEDBACK, us(5600))
    assert (clock.running, clock.due_us, clock.warns_us) == (True, us(8600), us(7700))


def test_warned_and_breached_once_at_their_moments_and_not_while_suspended() -> None:
    desk = Desk()
    desk.open()
    assert desk.tick(224) == []
    assert desk.tick(226) == [("incident.warned", "accept", 225.0)]
    assert desk.tick(300) == []  # exactly at its limit is in time
    assert desk.tick(301) == [("incident.breached", "accept", 300.0)]
    desk.do("accept", 310)
    assert desk.tick(451) == [("incident.warned", "dispatch", 450.0)]
    desk.do("suspend", 500, text="等")
    assert desk.tick(100_000) == []
    desk.do("resume", 100_000)
    assert desk.tick(100_100) == []
    assert desk.tick(100_101) == [("incident.breached", "dispatch", 100_100.0)]
    state = desk.book.find(case_id("one"))
    assert (state.warned_us, state.breached_us) == (
        {"accept": us(225), "dispatch": us(450)},
        {"accept": us(300), "dispatch": us(100_100)},
    )
    [line] = [one for one in state.history if one.kind == "incident.breached" and one.at_us == us(300)]
    assert line.reason is not None
    assert "5 分钟" in line.reason["zh"]


def test_late_looks_say_the_moment_it_happened_and_both_only_where_both_hold() -> None:
    desk = Desk()
    desk.open()
    assert set(desk.tick(3_601)) == {
        ("incident.breached", "accept", 300.0),
        ("incident.breached", "dispatch", 600.0),
        ("incident.breached", "feedback", 3600.0),
    }


def test_graver_means_sooner() -> None:
    desk = Desk()
    desk.open(level=Level.C)
    assert desk.tick(301) == []
    desk.do("grade", 302, level="A", text="扩大")
    assert desk.tick(303) == [("incident.breached", "accept", 300.0)]
    state = desk.do("grade", 310, level="C", text="不大")
    assert state.missed(ClockName.ACCEPT, us(310))  # it stays written down


class Change(NamedTuple):
    after_s: int
    stage: Stage
    suspended: bool


changes = st.lists(st.builds(Change, st.integers(0, 40), st.sampled_from(list(Stage)), st.booleans()), max_size=8)


@settings(max_examples=examples(200), deadline=None)
@given(changes, st.integers(1, 120), st.sampled_from(list(ClockName)), st.integers(0, 60))
def test_every_second_counted_one_by_one(what: list[Change], limit_s: int, name: ClockName, more_s: int) -> None:
    steps, at_s = [Step(us(0), Stage.FOUND, suspended=False)], 0
    for one in what:
        at_s += one.after_s
        steps.append(Step(us(at_s), one.stage, one.suspended))
    now_s = at_s + more_s
    used, due, warns = 0, None, None
    for second in range(now_s + 1):
        here = [one for one in steps if one.at_us <= us(second)][-1]
        if second < now_s and RANK[here.stage] < RANK[STOPS_AT[name]] and not here.suspended:
            due = second if used == limit_s and due is None else due
            warns = second if used * 2 == limit_s and warns is None else warns
            used += 1
    clock = read_clock(name, limit_s * 1_000_000, 0.5, steps, us(now_s))
    assert clock.elapsed_us == used * 1_000_000
    assert clock.breached == (used > limit_s)
    if used > limit_s:
        assert clock.due_us == us(due or 0)
    elif clock.running:
        assert clock.due_us == us(now_s + limit_s - used)
    if used * 2 > limit_s and limit_s % 2 == 0:
        assert clock.warns_us == us(warns or 0)
    stopped = RANK[steps[-1].stage] >= RANK[STOPS_AT[name]]
    assert (clock.stopped_us is not None, clock.running or clock.paused) == (stopped, not stopped)


@settings(max_examples=examples(80), deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.integers(0, 20_000))
def test_nothing_is_missed_by_not_looking_before_its_time(seed: int, count: int, more_s: int) -> None:
    """The book asks an incident only when its next moment has come; asking every one finds no more."""
    book = IncidentBook()
    journal = lived(seed, count)
    book.fold(journal)
    last_us = max(microseconds(one.entry.occurred_at) for one in journal)
    now_us = last_us + more_s * 1_000_000
    asked = [one for state in book.open_ones() for one in of_time(state, now_us)]
    assert book.due(now_us) == asked
