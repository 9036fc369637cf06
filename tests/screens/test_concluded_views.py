"""Alarms, incidents and orders as of any moment against the books that the running campus folds from the same."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.ioc_app.small_campus import small_campus
from tests.live.campus import START, Campus, S, event, reading, rule_set
from tests.live.incidents.test_any_order import lived
from twin.live.alarms.book import AlarmBook
from twin.live.alarms.maintenance import Scope, Window, close_window, open_window
from twin.live.alarms.state import AlarmState
from twin.live.incidents.book import IncidentBook
from twin.live.point_book import PointsFile
from twin.live.rules.entries import Decision, entry_id
from twin.model.entries import StoredEntry
from twin.model.time import microseconds, moment
from twin.screens.acts import FollowedActs
from twin.screens.alarm_acts import AlarmActs
from twin.screens.alarm_folds import alarm_states
from twin.screens.alarm_rows import AlarmTables
from twin.screens.campus_tables import CampusTables
from twin.screens.incident_rows import incident_states, incident_table, order_table
from twin.screens.spans import Span
from twin.store.campus import Campus as StoredCampus

EVER_US = START + 10**9 * S
RULES = """
[[rules]]
id = "hot"
kind = "threshold"
alarm_type = "hot"
level = "B"
title = { zh = "热", en = "Hot" }
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 30
clear_at = 29

[[rules]]
id = "hotter"
kind = "threshold"
alarm_type = "hot"
level = "A"
title = { zh = "很热", en = "Very hot" }
applies_to = { quantities = ["temperature"] }
unit = "Cel"
above = 40
"""


def acted(kind: str, subject: str, at_s: float, **body: Any) -> Decision:
    at_us = START + round(at_s * S)
    said = {"alarm_type": "hot", "author": "li.wei", **body}
    return Decision(kind, entry_id(kind, subject, at_us, sorted(said)), subject, at_us, said)


def happened(seed: int, count: int) -> list[StoredEntry]:
    """Readings in and out of order, acts of people, maintenance: the journal of an hour or two."""
    chance, campus = random.Random(seed), Campus(rule_set(RULES))
    now_s = 0.0
    for number in range(count):
        now_s += chance.choice([1, 20, 90, 400])
        point = chance.choice(["T1:temperature", "T2:temperature"])
        what = chance.random()
        if what < 0.7:
            at_s = now_s - (chance.choice([30, 200, 500]) if chance.random() < 0.3 else 0)
            campus.arrive(reading(point, at_s, chance.choice([20.0, 29.5, 35.0, 45.0])), now_s=now_s)
        elif what < 0.85:
            kind = chance.choice(["alarm.acknowledged", "alarm.commented", "alarm.unshelved", "alarm.shelved"])
            campus.write(
                [acted(kind, point, now_s, text="看过", until_us=START + round((now_s + 600) * S))], _us(now_s)
            )
        elif what < 0.9:
            scope = Scope(devices=(point.split(":")[0],))
            window = Window(f"w{number}", _us(now_s), _us(now_s + 900), scope, "li.wei", "修")
            campus.write([open_window(window, _us(now_s))], _us(now_s))
        elif what < 0.93:
            campus.write([close_window(f"w{number - 1}", "li.wei", _us(now_s))], _us(now_s))
        campus.tick(now_s)
    return campus.journal


def _us(at_s: float) -> int:
    return START + round(at_s * S)


def followed(journal: list[StoredEntry]) -> FollowedActs:
    acts = FollowedActs(Path("nowhere"))
    acts.take(journal)
    return acts


def in_book(journal: list[StoredEntry], at_us: int) -> dict[str, AlarmState]:
    book = AlarmBook()
    book.fold(journal)
    states = (one for key in book.remembered() for one in book.occurrences(*key, at_us))
    return {one.alarm_id: one for one in states}


def bare(one: AlarmState) -> AlarmState:
    """What rows are made of: what people wrote is not in them, what hides an alarm is found for each row."""
    return replace(one, shelved=False, suppressed_by=None, comments=())


CUTS = st.floats(0, 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), CUTS)
def test_known_by_an_entry_of_the_journal(seed: int, count: int, cut: float) -> None:
    journal = happened(seed, count)
    known = round(cut * len(journal))
    acts = followed(journal)
    for seq in (known, len(journal)):
        found = {one.alarm_id: bare(one) for one in alarm_states(acts.alarms, Span(0, EVER_US, seq))}
        assert found == {name: bare(one) for name, one in in_book(journal[:seq], EVER_US).items()}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 120), CUTS)
def test_happened_by_a_moment(seed: int, count: int, cut: float) -> None:
    journal = happened(seed, count)
    last_us = max((microseconds(one.received_at) for one in journal), default=START)
    at_us = START + round(cut * (last_us - START))
    by_then = [told_by(one, at_us) for one in journal if microseconds(one.entry.occurred_at) <= at_us]
    acts = followed(journal)
    list(alarm_states(acts.alarms, Span(0, EVER_US)))  # asked about now before
    found = {one.alarm_id: bare(one) for one in alarm_states(acts.alarms, Span(0, at_us))}
    assert found == {name: bare(one) for name, one in in_book(by_then, at_us).items()}
    assert all(one.cleared_us is None or one.cleared_us <= at_us for one in found.values())


def told_by(stored: StoredEntry, at_us: int) -> StoredEntry:
    """A correction tells of an episode's end, too, which may be still to come."""
    body = json.loads(stored.entry.body or "{}")
    if (body.get("cleared_us") or 0) <= at_us:
        return stored
    return replace(stored, entry=replace(stored.entry, body=json.dumps({**body, "cleared_us": None})))


@pytest.mark.parametrize("seed", range(3))
def test_a_past_of_many_occurrences(seed: int) -> None:
    journal = happened(seed, 150)
    acts, last_us = followed(journal), max(microseconds(one.received_at) for one in journal)
    for part in range(1, 12):
        at_us = START + (last_us - START) * part // 12
        by_then = [told_by(one, at_us) for one in journal if microseconds(one.entry.occurred_at) <= at_us]
        found = {one.alarm_id: bare(one) for one in alarm_states(acts.alarms, Span(0, at_us))}
        assert found == {name: bare(one) for name, one in in_book(by_then, at_us).items()}


@settings(max_examples=examples(120), deadline=None)
@given(st.integers(0, 10_000), st.integers(40, 200), CUTS, CUTS, st.booleans())
def test_a_span_is_a_part_of_the_whole(seed: int, count: int, start: float, cut: float, is_cut: bool) -> None:
    """Folding that begins at a quiet moment leads to what folding everything does."""
    journal = happened(seed, count)
    last_us = max((microseconds(one.received_at) for one in journal), default=START)
    known = round(cut * len(journal)) if is_cut else None
    at_us = START + round(cut * (last_us - START))
    from_us = START + round(start * (at_us - START))
    whole = seen(followed(journal).alarms, Span(0, at_us, known))
    wanted = [one for one in whole if one.opened_us >= from_us or not one.closed]
    acts = followed(journal).alarms
    assert seen(acts, Span(from_us, at_us, known)) == wanted
    assert seen(acts, Span(0, at_us, known)) == whole  # further back than what is kept
    assert seen(acts, Span(from_us, at_us, known)) == wanted


def seen(acts: AlarmActs, span: Span) -> list[AlarmState]:
    return [bare(one) for one in alarm_states(acts, span)]


def test_what_is_over_is_not_folded() -> None:
    """Of a long journal a question about its end fetches the end."""
    journal = happened(5, 400)
    last_us = max(microseconds(one.received_at) for one in journal)
    acts = followed(journal).alarms
    spans = (Span(last_us - 600 * S, last_us), Span(0, last_us))
    late, all_of_it = (sum(len(about.needed(span)) for about in acts.values()) for span in spans)
    assert 0 < late < all_of_it / 4
    assert all_of_it == sum(one.entry.kind.startswith("alarm.") for one in journal)


def test_journals_are_lively() -> None:
    """The properties see corrections, acknowledgements, shelves and windows."""
    kinds = {one.entry.kind for seed in range(30) for one in happened(seed, 80)}
    assert {"alarm.raised", "alarm.cleared", "alarm.corrected", "alarm.acknowledged", "maintenance.opened"} <= kinds


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> CampusTables:
    folder = small_campus().write(tmp_path_factory.mktemp("small"))
    return CampusTables(StoredCampus.open(folder).generation, PointsFile(), {})


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_alarms_say_what_the_book_says(seed: int, tables: CampusTables) -> None:
    journal = happened(seed, 80)
    for seq in range(0, len(journal) + 1, 7):
        at_us = max((microseconds(one.received_at) for one in journal[:seq]), default=START)
        book = AlarmBook()
        book.fold(journal[:seq])
        rows = AlarmTables().of(followed(journal), (), tables, Span(0, at_us, seq)).to_pylist()
        found = {one["alarm_id"]: one for one in rows}
        for state in book.standing(at_us):
            row = found[state.alarm_id]
            assert row["standing"]
            assert (row["level"], row["active"], row["acknowledged"]) == (
                state.level,
                state.active,
                state.acknowledged,
            )
            assert (row["shelved"], row["suppressed"]) == (state.shelved, state.suppressed_by is not None)
            assert row["rank"] == {"major": 4, "A": 3, "B": 2, "C": 1}[state.level]
            assert row["device_code"] == state.device
            assert row["building_id"] == "b1"
        assert {one["alarm_id"] for one in rows if one["standing"]} == {one.alarm_id for one in book.standing(at_us)}


@pytest.mark.parametrize("seed", range(12))
def test_a_table_that_is_kept_is_the_table_of_that_moment(seed: int, tables: CampusTables) -> None:
    """However moments follow each other, and while more is said."""
    journal, chance = happened(seed, 120), random.Random(seed)
    acts, kept = FollowedActs(Path("nowhere")), AlarmTables()
    for first in range(0, len(journal), 40):
        acts.take(journal[first : first + 40])
        last_us = max(microseconds(one.received_at) for one in journal[: first + 40])
        for _ in range(12):
            at_us = chance.choice([START + (last_us - START) // 2, last_us, last_us + 400 * S, last_us + 4_000 * S])
            span = Span(chance.choice([START, START + 600 * S]), at_us)
            assert kept.of(acts, (), tables, span).equals(AlarmTables().of(acts, (), tables, span))


def test_only_what_stands_or_was_opened_in_the_window() -> None:
    campus = Campus(rule_set(RULES))
    for at_s, value in ((0, 45.0), (60, 20.0)):
        campus.arrive(reading("T1:temperature", at_s, value))
    campus.write([acted("alarm.acknowledged", "T1:temperature", 90)], _us(90))
    campus.arrive(reading("T1:temperature", 7200, 45.0))
    acts = followed(campus.journal)
    opened = [one.opened_us for one in alarm_states(acts.alarms, Span(_us(-1), _us(8000)))]
    assert opened == [_us(0), _us(7200)]
    assert [one.opened_us for one in alarm_states(acts.alarms, Span(_us(100), _us(8000)))] == [_us(7200)]
    assert [one.opened_us for one in alarm_states(acts.alarms, Span(_us(7000), _us(7100)))] == []
    assert event("x", 0, "y").entry.kind not in {one.entry.kind for one in acts.alarms.entries(range(4))}


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 60), CUTS)
def test_incidents_by_an_entry_and_by_a_moment(seed: int, count: int, cut: float) -> None:
    journal = lived(seed, count)
    acts = followed(journal)
    known = round(cut * len(journal))
    book = IncidentBook()
    book.fold(journal[:known])
    assert list(incident_states(acts, Span(0, EVER_US, known))) == list(book.all())
    at_us = microseconds(journal[max(0, known - 1)].entry.occurred_at)
    book = IncidentBook()
    book.fold(one for one in journal if microseconds(one.entry.occurred_at) <= at_us)
    assert list(incident_states(acts, Span(0, at_us))) == list(book.all())


@pytest.mark.parametrize("seed", range(8))
def test_rows_of_incidents_and_orders(seed: int) -> None:
    journal = lived(seed, 50)
    book = IncidentBook()
    book.fold(journal)
    at_us = microseconds(journal[-1].entry.occurred_at) + 5 * S
    rows = incident_table(followed(journal), {}, Span(0, at_us)).to_pylist()
    assert [one["incident_id"] for one in rows] == [one.incident_id for one in book.all()]
    for row, state in zip(rows, book.all(), strict=True):
        assert (row["stage"], row["open"], row["level"], row["kind"]) == (
            state.stage,
            state.open,
            state.level,
            state.kind,
        )
        assert row["closed_at"] == (None if state.closed_us is None else moment(state.closed_us))
        breached = {clock.name.value for clock in state.clocks(at_us) if state.missed(clock.name, at_us)}
        assert {name for name in ("accept", "dispatch", "feedback", "close") if row[f"missed_{name}"]} == breached
        late = any(clock.breached and clock.stopped_us is None for clock in state.clocks(at_us))
        assert row["late"] == late
        assert row["due_at"] == (None if (due := state.due_us(at_us)) is None else moment(due))
    orders = order_table(followed(journal), Span(0, at_us)).to_pylist()
    expected = [(one.incident_id, order) for one in book.all() for order in one.orders]
    assert [(one["incident_id"], one["order_id"]) for one in orders] == [(a, order.order_id) for a, order in expected]
    for row, (_, order) in zip(orders, expected, strict=True):
        assert (row["state"], row["late"]) == (order.state, order.overdue(at_us))
        if order.state in ("done", "verified"):
            assert row["done_at"] is not None
        if order.state == "issued":
            assert row["accepted_at"] is None
