"""As of any moment: what a plain fold of all that had occurred by then says, whatever was asked before."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.live.alarms.decided import cleared, decided, raised
from tests.live.campus import START, S
from tests.live.entries import StandingClock
from tests.live.incidents.desk import Desk, lined, us
from tests.live.incidents.test_any_order import _anything
from twin.live import past as past_module
from twin.live.alarms import record as record_module
from twin.live.alarms.book import AlarmBook
from twin.live.incidents.acts import joined
from twin.live.incidents.book import IncidentBook
from twin.live.journal import Journal
from twin.live.past import Past
from twin.live.rules.entries import CORRECTED
from twin.model.entries import Entry, StoredEntry
from twin.model.time import microseconds, moment

MINUTE_S = 60


def written(folder: Path, entries: list[Entry]) -> list[StoredEntry]:
    with Journal(folder, clock=StandingClock()) as journal:
        return list(journal.append(entries).stored)


def anything(chance: random.Random, count: int) -> list[Entry]:
    """Alarms of a few keys, of which some are corrected or acknowledged, and two incidents with all that is done."""
    desk, found, at_s = Desk(), [], 0.0
    for name in ("one", "two"):
        desk.open(name, at_s)
    for number in range(count):
        at_s += chance.randrange(1, 5 * MINUTE_S)
        if chance.random() < 0.4:
            before = len(desk.journal)
            _anything(desk, chance, at_s)
            found += [one.entry for one in desk.journal[before:]]
        else:
            found += [one.entry for one in episode(chance, at_s, number)]
    late = [found.pop(chance.randrange(len(found))) for _ in range(len(found) // 10)]
    return [one.entry for one in desk.journal[:2]] + found + late


def episode(chance: random.Random, at_s: float, number: int) -> list[StoredEntry]:
    subject = f"T{chance.randrange(3)}:temperature"
    over_s = at_s + chance.randrange(1, 20 * MINUTE_S)
    lines = [raised(at_s, subject=subject), cleared(at_s, over_s, subject=subject)]
    if chance.random() < 0.3:
        lines.append(corrected(at_s, at_s + chance.randrange(-300, 300), chance, subject))
    if chance.random() < 0.4:
        body = json.dumps({"alarm_type": "hot", "alarm_id": "a", "author": f"li{number}"})
        at = moment(us(at_s + chance.randrange(1, 40 * MINUTE_S)))
        lines.append(StoredEntry(0, at, Entry(f"~ack{number}", "alarm.acknowledged", subject, at, "people", body=body)))
    return lines


def corrected(was_s: float, is_s: float, chance: random.Random, subject: str) -> StoredEntry:
    what = chance.choice(("moved", "changed", "withdrawn"))
    at_s = is_s if what == "moved" else was_s
    cleared_us = us(at_s + chance.randrange(1, 30 * MINUTE_S)) if chance.random() < 0.8 else None
    said: dict[str, Any] = {"correction": what, "replaces": us(was_s), "revision": 1, "subject": subject}
    one = decided(CORRECTED, at_s, **said)
    body = json.loads(one.entry.body or "")
    one.entry.body = json.dumps(body | {"cleared_us": cleared_us})
    return one


def plain(stored: list[StoredEntry], at_us: int) -> dict[str, Any]:
    """The witness: books that never saw anything else, told what had come true, in the order of the journal."""
    alarms, incidents = AlarmBook(), IncidentBook()
    for one in stored:
        entry = one.entry
        body = json.loads(entry.body or "{}")
        if entry.kind == CORRECTED:
            was, now = body["replaces"], body["raised_us"]
            if min(was, now) > at_us:
                continue
            if now > at_us:  # moved to later: by now it is only known that it did not begin then
                body |= {"raised_us": was, "correction": "withdrawn"}
            if (body["cleared_us"] or 0) > at_us:
                body["cleared_us"] = None
            told = StoredEntry(
                one.seq,
                one.received_at,
                Entry(
                    entry.entry_id,
                    entry.kind,
                    entry.subject,
                    moment(min(microseconds(entry.occurred_at), at_us)),
                    entry.feed,
                    body=json.dumps(body),
                ),
            )
            alarms.fold([told])
        elif microseconds(entry.occurred_at) <= at_us:
            alarms.fold([one])
            incidents.fold([one])
    return said((alarms, incidents), at_us)


def said(books: tuple[AlarmBook, IncidentBook], at_us: int) -> dict[str, Any]:
    alarms, incidents = books
    return {
        "standing": alarms.standing(at_us),
        "all": {key: alarms.occurrences(*key, at_us) for key in alarms.remembered()},
        "incidents": sorted(incidents.all(), key=lambda one: one.incident_id),
        "open": incidents.open(at_us),
        "case_of": {
            key: incidents.case_of(key) for one in incidents.all() for line in one.alarms for key in [line.key]
        },
    }


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_moment_in_any_order_is_a_plain_fold(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("campus")
    stored = written(folder, anything(chance, 120))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(past_module, "FEWEST_BETWEEN", 7)
        patched.setattr(past_module, "MOST_RECENT", 3)
        past = Past(folder)
        first, last = (microseconds(each(one.entry.occurred_at for one in stored)) for each in (min, max))
        for _ in range(30):
            at_us = chance.randrange(first - S, last + S)
            if chance.random() < 0.3:
                at_us = microseconds(chance.choice(stored).entry.occurred_at) - chance.randrange(2)
            known = chance.choice((None, chance.choice(stored).seq))
            heard = [one for one in stored if known is None or one.seq <= known]
            assert said(past.at(moment(at_us), known), at_us) == plain(heard, at_us)


def test_what_came_since_is_in_the_next_answer(tmp_path: Path) -> None:
    written(tmp_path, [raised(0).entry])
    past = Past(tmp_path)
    at = moment(us(60))
    assert len(past.at(at)[0].standing(us(60))) == 1
    written(tmp_path, [raised(10, subject="T2:temperature").entry, raised(100, subject="T3:temperature").entry])
    assert len(past.at(at)[0].standing(us(60))) == 2
    assert len(past.at(at + timedelta(minutes=1))[0].standing(us(120))) == 3
    assert len(past.at(at, known_seq=1)[0].standing(us(60))) == 1


def test_the_books_belong_to_who_asked(tmp_path: Path) -> None:
    """To fold on in them changes nothing for anybody else."""
    desk = Desk()
    desk.open("one", 0)
    written(tmp_path, [raised(0).entry, *(one.entry for one in desk.journal)])
    past, at = Past(tmp_path), moment(us(60))
    alarms, incidents = past.at(at)
    before = said((alarms, incidents), us(60))
    later = joined(desk.journal[0].entry.subject, [lined("D1", 30)], (), us(30)).entry()
    more = [
        StoredEntry(90, at, one) for one in (cleared(0, 30).entry, raised(40, subject="T2:temperature").entry, later)
    ]
    alarms.fold(more)
    incidents.fold(more)
    assert said((alarms, incidents), us(60)) != before
    assert said(past.at(at), us(60)) == before


def test_before_anything_there_is_nothing(tmp_path: Path) -> None:
    past = Past(tmp_path)
    assert past.at(moment(START))[0].standing(START) == []
    written(tmp_path, [raised(0).entry])
    assert past.at(moment(START - 1))[0].standing(START - 1) == []


def test_a_late_correction_reaches_what_was_over_long_ago() -> None:
    """What is over is not put together again at each entry; a correction of it is taken up all the same."""
    lines = [one for at_s in range(0, 20_000, 1_000) for one in (raised(at_s), cleared(at_s, at_s + 300))]
    acknowledged = [acknowledgement(at_s + 500, at_s) for at_s in range(0, 20_000, 1_000)]
    moved = decided(CORRECTED, 19_500, correction="moved", replaces=us(3_000), revision=1)
    changed = decided(CORRECTED, 5_000, 5_700, correction="changed", replaces=us(5_000), revision=1)
    taken_back = decided(CORRECTED, 7_000, correction="withdrawn", replaces=us(7_000), revision=1)
    for late in (moved, changed, taken_back, cleared(2_600, 2_700), acknowledgement(2_400, 1)):
        stepwise, at_once = AlarmBook(), AlarmBook()
        everything = [*sorted([*lines, *acknowledged], key=lambda one: one.entry.occurred_at), late]
        for one in everything:
            stepwise.fold([one])
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(record_module, "_FRESH", 1_000)
            at_once.fold(everything)
            expected = at_once.occurrences("T1:temperature", "hot", us(30_000))
        assert stepwise.occurrences("T1:temperature", "hot", us(30_000)) == expected
        assert len(expected) > 15


def acknowledgement(at_s: float, number: int) -> StoredEntry:
    body = json.dumps({"alarm_type": "hot", "alarm_id": "a", "author": "li"})
    at = moment(us(at_s))
    entry = Entry(f"~late{number}", "alarm.acknowledged", "T1:temperature", at, "people", body=body)
    return StoredEntry(0, at, entry)
