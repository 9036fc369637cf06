"""The measures, recomputed from the raw entries by another program."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import S
from tests.live.incidents.desk import Desk, case_id, us
from tests.live.incidents.test_any_order import lived
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.measures import measure
from twin.live.rules.entries import body_of
from twin.model.entries import StoredEntry
from twin.model.live import Level, Stage
from twin.model.time import microseconds

ORDER = [one.value for one in Stage]
TARGET = {"dispatch": 2, "feedback": 4, "close": 6}


@dataclass
class Life:
    """What the entries of one incident say, second by nothing: kept as they come."""

    name: str = ""
    opened_us: int = 0
    sla: dict[str, Any] = field(default_factory=dict)
    level: str = "C"
    stage: int = 0
    held: bool = False
    last_us: int = 0
    own_us: int = 0
    used_us: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TARGET, 0))
    over: set[str] = field(default_factory=set)
    first_us: dict[int, int] = field(default_factory=dict)
    outcome: str | None = None
    scores: list[int] = field(default_factory=list)
    reached: bool = False
    reported: bool = False

    def pass_until(self, at_us: int) -> None:
        took = at_us - self.last_us
        self.last_us = at_us
        if self.held:
            return
        self.own_us += took
        for clock, target in TARGET.items():
            if self.stage < target:
                self.used_us[clock] += took

    def reach(self, stage: str) -> None:
        self.stage = ORDER.index(stage)
        for one in range(self.stage + 1):
            self.first_us.setdefault(one, self.own_us)

    def late(self, clock: str) -> bool:
        return clock in self.over or self.used_us[clock] > self.sla["limits"][self.level][clock] * S


def lives(journal: list[StoredEntry], now_us: int) -> list[Life]:
    found: dict[str, Life] = {}
    for stored in journal:
        kind, body, at_us = stored.entry.kind, body_of(stored), microseconds(stored.entry.occurred_at)
        life = found.setdefault(stored.entry.subject, Life(stored.entry.subject))
        if kind == "incident.opened":
            life.opened_us = life.last_us = at_us
            life.sla, life.level = body["sla"], body["level"]
            life.reported = bool(body["report"])
            life.reach("dispatched" if body["proposal"]["auto"] else "found")
            continue
        if kind in ("incident.warned", "incident.joined"):
            continue
        if kind == "incident.breached":
            life.over.add(body["clock"])
            continue
        life.pass_until(at_us)
        if kind == "incident.suspended":
            life.held = True
        elif kind == "incident.resumed":
            life.held = False
        elif kind == "incident.graded":
            life.level = body["level"]
        elif kind == "incident.reclassified":  # as if it had always been of that kind
            life.sla = body["sla"]
            life.over.clear()
        elif kind == "incident.rated":
            life.scores.append(body["score"])
        elif kind == "incident.revisited":
            life.reached = life.reached or body["reached"]
        if kind.startswith("incident.") and "to" in body:
            life.reach(body["to"])
            life.held = False
            life.outcome = body.get("outcome") if life.stage >= 6 else None
    for life in found.values():
        life.pass_until(now_us)
    return [one for one in found.values() if one.outcome not in ("test", "duplicate", "merged")]


def _share(asked: list[Life], of: Any, reached: Any) -> tuple[int, int]:
    chosen = [one for one in asked if of(one)]
    return len([one for one in chosen if reached(one)]), len(chosen)


def _time_share(asked: list[Life], clock: str) -> tuple[int, int]:
    return _share(asked, lambda one: one.stage >= TARGET[clock] or one.late(clock), lambda one: not one.late(clock))


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6, unique=True))
def test_as_another_program_counts_them(seeds: list[int]) -> None:
    end_us = us(400_000)
    shares: dict[str, list[int]] = {}
    for seed in seeds:
        # joined alarms and merging change levels and ends in ways that the witness does not follow
        journal = [one for one in lived(seed, 60) if one.entry.kind not in ("incident.joined", "incident.merged")]
        book = IncidentBook()
        book.fold(journal)
        now_us = max(end_us, *(microseconds(one.entry.occurred_at) for one in journal))
        found = measure(book.all(), us(-1), end_us, now_us, 4)
        asked = lives(journal, now_us)
        expected = {
            "dispatched_in_time": _time_share(asked, "dispatch"),
            "fed_back_in_time": _time_share(asked, "feedback"),
            "closed": _share(asked, lambda _: True, lambda one: one.stage >= 6),
            "closed_in_time": _time_share(asked, "close"),
            "satisfied": _share(asked, lambda one: one.scores, lambda one: one.scores[-1] >= 4),
            "revisited": _share(asked, lambda one: one.stage >= 6 and one.reported, lambda one: one.reached),
        }
        assert {one.name: (one.numerator, one.denominator) for one in found.shares} == expected
        assert found.incidents == len(asked)
        for number, stage in enumerate(found.stages):
            took = [
                (one.first_us[number + 1] - one.first_us[number]) / S for one in asked if number + 1 in one.first_us
            ]
            assert stage.samples == len(took)
            if took:
                assert abs((stage.mean_s or 0) - statistics.fmean(took)) < 1e-6
                assert abs((stage.median_s or 0) - statistics.median(took)) < 1e-6
            times = [
                next(each.first_us[number + 1] - each.first_us[number] for each in asked if each.name == one)
                for one in stage.slowest
            ]
            assert times == sorted(times, reverse=True)
        names = {one.name for one in asked}
        for one in found.shares:
            assert {*one.reached, *one.missing} <= names
            assert not {*one.reached} & {*one.missing}
            shares.setdefault(one.name, []).append(one.denominator)
    assert shares


def test_by_hand() -> None:
    desk = Desk()
    report = {"at_us": us(0), "channel": "phone", "text": "漏水", "reporter": {"name": "张伟"}}
    for number, name in enumerate(("quick", "late", "open", "test")):
        desk.open(name, number, level=Level.A, report=report, author="li.wei")
    for name, accept_s, sent_s in (("quick", 60, 120), ("late", 200, 900)):
        desk.do("accept", accept_s, case=name)
        desk.issue(sent_s, case=name, what="查", unit="water")
        desk.order("done", sent_s + 600, case=name, text="好")
        desk.do("verify", sent_s + 700, case=name)
        desk.do("close", sent_s + 800, case=name, text="好")
    desk.do("revisit", 2000, case="quick", reached=True, satisfied=True)
    desk.do("revisit", 2000, case="late", reached=False)
    desk.do("rate", 2100, case="quick", score=5)
    desk.do("rate", 2100, case="late", score=2)
    desk.do("dismiss", 30, case="test", outcome="test", text="演练")
    found = measure(desk.book.all(), us(0), us(100), us(3000), 4)
    assert found.incidents == 3
    shares = {one.name: (one.numerator, one.denominator, one.missing) for one in found.shares}
    reached = {one.name: one.reached for one in found.shares}
    assert reached["dispatched_in_time"] == reached["satisfied"] == reached["revisited"] == (case_id("quick"),)
    assert reached["closed"] == (case_id("quick"), case_id("late")), "in the order in which they were opened"
    assert [one.slowest for one in found.stages][:2] == [(case_id("late"), case_id("quick"))] * 2
    late, still_open = case_id("late"), case_id("open")
    assert shares == {
        "dispatched_in_time": (1, 3, (late, still_open)),  # 10 min at level A; the open one is over it too
        "fed_back_in_time": (2, 2, ()),
        "closed": (2, 3, (still_open,)),
        "closed_in_time": (2, 2, ()),
        "satisfied": (1, 2, (late,)),
        "revisited": (1, 2, (late,)),
    }
    by_stage = {one.after: (one.mean_s, one.samples) for one in found.stages}
    assert by_stage[Stage.ACCEPTED] == ((60 - 0 + 200 - 1) / 2, 2)
    assert by_stage[Stage.DISPATCHED] == ((60 + 700) / 2, 2)
    assert by_stage[Stage.REPORTED_BACK] == (0, 2)  # 'handled' was passed over with it
    empty = measure(desk.book.all(), us(100), us(200), us(3000), 4)
    assert [one.value for one in empty.shares] == [None] * 6
