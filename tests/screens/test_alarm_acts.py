"""What was said about alarms: many texts in little memory, and their numbers taken out of all of them at once."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from tests.screens.test_concluded_views import happened
from twin.model.entries import StoredEntry
from twin.screens.alarm_acts import AlarmActs
from twin.screens.packed_entries import BLOCK, PackedEntries
from twin.screens.quiet import What
from twin.store.entry_table import row_of_stored, table_of_rows


def said(journal: list[StoredEntry]) -> list[StoredEntry]:
    return [one for one in journal if one.entry.kind.startswith("alarm.")]


def in_numbers(acts: AlarmActs) -> dict[Any, Any]:
    """With the names of the rules, for they are numbered as they come."""
    rules = {number: name for name, number in acts.rules.items()}
    return {
        key: [
            one._replace(rule=rules[one.rule] if one.what in (What.DECISION, What.WITHDRAWN) else "")
            for one in about.acts()
        ]
        for key, about in acts.items()
    }


def one_by_one(journal: list[StoredEntry]) -> AlarmActs:
    acts = AlarmActs()
    for one in journal:
        acts.take(one)
    return acts


def at_once(journal: list[StoredEntry]) -> AlarmActs:
    acts = AlarmActs()
    acts.take_table(table_of_rows([row_of_stored(one) for one in journal]))
    return acts


@pytest.mark.parametrize("seed", range(10))
def test_a_table_says_what_its_rows_say(seed: int) -> None:
    journal = said(happened(seed, 200))
    assert in_numbers(at_once(journal)) == in_numbers(one_by_one(journal))
    assert [*at_once(journal).entries(range(len(journal)))] == journal


ODD: list[Any] = [
    "no JSON",
    "[]",
    "{}",
    {"alarm_type": 7},
    {"raised_us": "1790000000000000"},
    {"raised_us": 10**30},
    {"raised_us": 1.5},
    {"cleared_us": -(10**30)},
    {"cleared_us": "later"},
    {"replaces": 10**30},
    {"replaces": "x"},
    {"correction": "withdrawn"},
    {"correction": 5},
    {"level": "Z"},
    {"title": "no table"},
    {"place": None},
    {"revision": None},
    {"rule_id": 8},
    {"told": None},
    {"value": "much"},
    {"author": 3},
    {"author": None},
]


@pytest.mark.parametrize("odd", ODD)
def test_bodies_of_others(odd: Any) -> None:
    """They count for as much as folding takes them for, whichever way they come."""
    journal = said(happened(3, 60))
    chance = random.Random(1)
    for number in chance.sample(range(len(journal)), 6):
        one = journal[number]
        body = odd if isinstance(odd, str) else json.dumps({**json.loads(one.entry.body or "{}"), **odd})
        journal[number] = replace(one, entry=replace(one.entry, body=body))
    assert in_numbers(at_once(journal)) == in_numbers(one_by_one(journal))


def test_entries_come_back_as_they_were() -> None:
    journal = happened(1, 100)
    many = [
        replace(one, seq=number)
        for number, one in enumerate((journal * (1 + 2 * BLOCK // len(journal)))[: 2 * BLOCK + 50])
    ]
    packed = PackedEntries()
    packed.add_table(table_of_rows([row_of_stored(one) for one in many[: BLOCK // 2]]))
    assert [packed.add(one) for one in many[BLOCK // 2 :]] == list(range(BLOCK // 2, len(many)))
    assert len(packed) == len(many)
    assert [*packed.of(range(len(many)))] == many
    chance = random.Random(2)
    for _ in range(20):
        wanted = chance.choices(range(len(many)), k=30)
        assert [*packed.of(wanted)] == [many[one] for one in wanted]
    assert [*packed.of([])] == []
