"""Facts in any order, replays, repeats: the same incidents."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.incidents.desk import SETUP, Desk, case_id, lined, opening, us
from twin.errors import TwinError
from twin.live.incidents import acts
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ACTS, MACHINE, ORDER_ACTS
from twin.live.rules.entries import Decision
from twin.model.entries import StoredEntry
from twin.model.live import Level

SAID: dict[str, Any] = {
    "text": "说明",
    "score": 4,
    "reached": True,
    "outcome": "false_alarm",
    "level": "B",
    "kind": SETUP.of_kind("lift"),
    "item": "locate",
    "owner": "wang",
    "what": "查",
    "unit": "water",
}
NAMES = ("one", "two")


def _said(must: tuple[str, ...]) -> dict[str, Any]:
    return {name: SAID[name] for name in must}


def _anything(desk: Desk, chance: random.Random, at_s: float) -> None:
    """One act, joining or tick, whatever is possible."""
    case = chance.choice(NAMES)
    what = chance.choice([*ACTS, *ORDER_ACTS, "joined", "tick", "merged"])
    try:
        if what == "joined":
            line = lined(f"D{chance.randrange(9)}", at_s, chance.choice(list(Level)))
            desk.write([acts.joined(case_id(case), [line], (), us(at_s))])
        elif what == "tick":
            desk.write(desk.book.due(us(at_s)))
        elif what == "merged" and chance.random() < 0.2:
            desk.write([Decision("incident.merged", f"~m-{case}", case_id(case), us(at_s), {"into": "i0"})])
        elif what == "issue":
            desk.issue(at_s, case=case, what="查", unit="water")
        elif what in ORDER_ACTS and chance.random() < 0.5:
            number = chance.randrange(1, 3)
            desk.order(what, at_s, number, case=case, **_said(ORDER_ACTS[what].must))
        elif what in ACTS:
            more = {"photos": ["p"]} if what == "attach" else {}
            desk.do(what, at_s, case=case, **_said(ACTS[what].must), **more)
    except (TwinError, IndexError):
        return  # not possible now; another is tried


def lived(seed: int, count: int) -> list[StoredEntry]:
    chance = random.Random(seed)
    desk = Desk()
    desk.write([opening("one", 0), opening("two", 5, kind="fire", level=chance.choice(list(Level)))])
    at_s = 10.0
    for _ in range(count):
        at_s += chance.choice([0, 1, 30, 400, 3000])
        _anything(desk, chance, at_s)
    return desk.journal


def seen(book: IncidentBook) -> dict[str, IncidentState]:
    """Everything but the places in the journal."""
    return {
        one.incident_id: replace(one, revision=0, history=tuple(sorted(line._replace(seq=0) for line in _plain(one))))
        for one in book.all()
    }


def _plain(one: IncidentState) -> list[Any]:
    return [
        line._replace(by=line.by or "", text=line.text or "", reason=str(line.reason), order_id=line.order_id or "")
        for line in one.history
    ]


@settings(max_examples=examples(150), deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60), st.randoms(use_true_random=False))
def test_facts_may_come_in_any_order(seed: int, count: int, chance: random.Random) -> None:
    journal = lived(seed, count)
    expected = IncidentBook()
    expected.fold(journal)
    facts = [one for one in journal if one.entry.kind in MACHINE] * 2
    people = [one for one in journal if one.entry.kind not in MACHINE]
    chance.shuffle(facts)
    order = ["fact"] * len(facts) + ["act"] * len(people)
    chance.shuffle(order)
    delivered = [facts.pop() if one == "fact" else people.pop(0) for one in order]
    book = IncidentBook()
    for seq, one in enumerate(delivered):
        book.fold([replace(one, seq=seq)])
    assert seen(book) == seen(expected)
    assert {one.incident_id for one in book.open(us(0))} == {one.incident_id for one in expected.open(us(0))}


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60), st.randoms(use_true_random=False))
def test_a_replay_of_the_log_is_what_was_folded_step_by_step(seed: int, count: int, chance: random.Random) -> None:
    journal = lived(seed, count)
    whole, piece = IncidentBook(), IncidentBook()
    changed = whole.fold(journal)
    at = 0
    while at < len(journal):
        size = chance.randrange(1, 6)
        piece.fold(journal[at : at + size])
        list(piece.all())  # looked at in between
        at += size
    assert list(piece.all()) == list(whole.all())
    assert changed == {one.incident_id for one in whole.all()}
    assert whole.fold(journal) == set()  # a repeat says nothing new


def test_lives_are_lively() -> None:
    """The property tests see incidents that go far, are merged, suspended and sent back."""
    kinds = {one.entry.kind for seed in range(60) for one in lived(seed, 60)}
    assert {"incident.closed", "incident.merged", "incident.sent_back", "incident.suspended"} <= kinds
    assert {"order.done", "order.rejected", "incident.breached", "incident.warned", "incident.joined"} <= kinds


def test_what_is_no_entry_of_ours_is_passed_over() -> None:
    desk = Desk()
    desk.open()
    before = list(desk.book.all())
    for number, body in enumerate(({}, {"to": "nowhere"}, {"author": 7, "order_id": "x", "to": "done"})):
        desk.write([Decision("order.done", f"~bad-{number}", case_id("one"), us(1), body)])
    desk.write([Decision("incident.opened", "~bad", "i-other", us(1), {"kind": "fire"})])
    desk.write([Decision("incident.joined", "~bad-j", "i-other", us(1), {"alarms": [{"level": "Z"}]})])
    after = list(desk.book.all())
    assert [(one.stage, one.orders, one.alarms) for one in after] == [
        (one.stage, one.orders, one.alarms) for one in before
    ]
