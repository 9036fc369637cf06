"""Late, doubled, disordered and future-dated input; corrections, restarts and changed rules."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.live.campus import START, Campus, S, arriving, event, line, reading, restart, rule_set, told
from tests.live.rules.test_kinds import BOTH, FORCED, HOT, T1, one_rule
from twin.live.messages import OWN
from twin.model.time import microseconds

PLAIN = one_rule(
    'kind = "threshold"\napplies_to = { quantities = ["temperature"] }\nunit = "Cel"\nabove = 30\nclear_at = 25\n'
)


def test_a_late_value_withdraws_what_should_not_have_been_raised() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    assert [one.kind for one in campus.tick(60)] == ["alarm.raised"]
    [corrected] = campus.arrive(reading(T1, 30, 20, late_s=200))
    assert (corrected.kind, corrected.body["correction"]) == ("alarm.corrected", "withdrawn")
    assert corrected.body["replaces"] == START + 60 * S
    assert corrected.body["note"]["zh"].startswith("更正")
    assert campus.book.standing(START + 300 * S) == []
    assert len(campus.book.history(T1, "odd")) == 2  # both stay to be read


def test_a_late_value_raises_what_should_have_been_raised() -> None:
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 0, 20))
    campus.arrive(reading(T1, 100, 20))
    [corrected] = campus.arrive(reading(T1, 50, 31, late_s=120))
    assert (corrected.kind, corrected.body["correction"]) == ("alarm.corrected", "raised")
    [state] = campus.book.standing(START + 300 * S)
    assert (state.opened_us, state.cleared_us) == (START + 50 * S, START + 100 * S)


def test_a_late_value_moves_the_beginning() -> None:
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 100, 31))
    first = campus.book.standing(START + 100 * S)[0].alarm_id
    [corrected] = campus.arrive(reading(T1, 40, 33, late_s=90))
    assert (corrected.body["correction"], corrected.body["raised_us"]) == ("moved", START + 40 * S)
    [state] = campus.book.standing(START + 300 * S)
    assert (state.raise_count, state.value) == (1, 33)
    assert campus.book.find(first, START + 300 * S) == state  # the old name still leads there


def test_ten_minutes_late_is_judged_and_later_is_counted() -> None:
    campus = Campus(PLAIN)
    assert len(campus.arrive(reading(T1, 0, 31, late_s=600))) == 1
    assert campus.arrive(reading(T1, 1, 20, late_s=600.001)) == []
    assert campus.engine.counts.late == {"test": 1}


def test_lateness_is_what_the_journal_says_not_when_we_look() -> None:
    campus = Campus(PLAIN)
    assert len(campus.arrive(reading(T1, 0, 31), now_s=5000)) == 1
    assert not campus.engine.counts.late


def test_a_doubled_value_changes_nothing_and_is_counted() -> None:
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 0, 31))
    assert campus.arrive(arriving(reading(T1, 0, 31), START, "again")) == []
    assert campus.engine.counts.doubled == {"test": 1}


@pytest.mark.parametrize("order", [(20.0, 31.0), (31.0, 20.0)])
def test_of_two_values_at_one_time_the_same_one_stays(order: tuple[float, float]) -> None:
    campus = Campus(PLAIN)
    for value in order:
        campus.arrive(reading(T1, 0, value))
    assert [one.value for one in campus.book.standing(START + S)] == [31]


def test_dated_a_little_ahead_is_judged_at_once_and_further_ahead_waits() -> None:
    campus = Campus(PLAIN)
    ahead = arriving(reading(T1, 301, 31), START)
    assert len(campus.arrive(arriving(reading("T2:temperature", 300, 31), START), now_s=0)) == 1
    assert campus.arrive(ahead, now_s=0) == []
    assert campus.engine.counts.waiting == {"test": 1}
    assert told(campus.tick(1)) == [("raised", T1, 301)]


def test_dated_hours_ahead_is_left_out_and_counted() -> None:
    campus = Campus(PLAIN)
    assert campus.arrive(arriving(reading(T1, 3601, 31), START), now_s=0) == []
    assert campus.tick(4000) == []
    assert campus.engine.counts.too_far_ahead == {"test": 1}


def test_the_name_of_a_decision_follows_from_event_time_alone() -> None:
    one, other = Campus(PLAIN), Campus(PLAIN)
    [first] = one.arrive(reading(T1, 0, 31))
    [second] = other.arrive(reading(T1, 0, 31, late_s=500), now_s=700)
    assert first.entry_id == second.entry_id


def test_a_decision_as_an_entry_has_a_name_that_no_sender_can_take() -> None:
    [decision] = Campus(PLAIN).arrive(reading(T1, 0.000001, 31))
    entry = decision.entry("rules")
    assert entry.entry_id.startswith(OWN)
    assert (entry.kind, entry.subject, entry.feed) == ("alarm.raised", T1, "rules")
    assert microseconds(entry.occurred_at) == START + 1
    assert entry.body is not None
    assert json.loads(entry.body) == decision.body


def test_raised_withdrawn_and_raised_again_are_three_entries() -> None:
    """A journal of unique ids would otherwise drop the third."""
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.tick(60)
    campus.arrive(reading(T1, 30, 20, late_s=60))
    campus.arrive(reading(T1, 30, 32, late_s=70))  # of the same time, and it prevails
    assert [state.opened_us for state in campus.book.standing(START + 200 * S)] == [START + 60 * S]
    assert [one.entry.kind for one in campus.journal if one.entry.kind.startswith("alarm")] == [
        "alarm.raised",
        "alarm.corrected",
        "alarm.raised",
    ]


def test_folding_never_judges() -> None:
    """A book that folds the journal alone, without an engine, stands the same."""
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 0, 31))
    campus.arrive(reading(T1, 50, 20))
    other = Campus(rule_set(""))
    other.book.fold(campus.journal)
    assert other.book.standing(START + 60 * S) == campus.book.standing(START + 60 * S) != []


def test_a_composite_is_withdrawn_with_its_member() -> None:
    slow = BOTH.replace("NEED", "all").replace("AT", "space").replace("above = 5", "above = 5\ndelay_s = 30")
    campus = Campus(rule_set(slow))
    campus.arrive(reading(T1, 0, 31), reading("K1:obscuration", 0, 6))
    campus.tick(30)
    assert {one.alarm_type for one in campus.book.standing(START + 30 * S)} == {"hot", "smoke", "fire"}
    made = campus.arrive(reading("K1:obscuration", 10, 0, late_s=60))
    assert [(one.subject, one.body["correction"]) for one in made] == [
        ("K1:obscuration", "withdrawn"),
        ("r101", "withdrawn"),
    ]
    assert {one.alarm_type for one in campus.book.standing(START + 90 * S)} == {"hot"}


HOSTILE = [
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{value.__class__}{0}{text}",
    "‮gnp.exe",
    "\x00\x1b[2J\r\nSet-Cookie: a=b",
    "火" * 10_000,
    "\ud800",
    '","level":"C","text":{"zh":"',
    "%s%n${jndi:ldap://x}",
    "😀",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    campus = Campus(FORCED)
    campus.arrive(event("D1", 0, "door.forced", text))
    [state] = campus.book.standing(START + S)
    assert state.text["zh"] == f"规则：东门 {text[:500]}"
    assert (state.level.value, state.alarm_type) == ("B", "odd")


def test_hostile_names_of_devices_stay_names() -> None:
    campus = Campus(FORCED)
    name = '{device}<img src=x onerror="1">:\x00'
    campus.arrive(event(name, 0, "door.forced", "x"))
    assert [one.originator for one in campus.book.standing(START + S)] == [name]


@pytest.mark.parametrize(
    "body",
    [None, "", "[]", "1", "{", '{"type":1}', '{"type":["door.forced"]}', "[" * 100_000, '{"type":null,"text":{}}'],
)
def test_a_body_that_is_no_event_is_passed_over(body: str | None) -> None:
    campus = Campus(FORCED)
    assert campus.arrive(line("x", "event", "D1", START, body=body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        '{"alarm_type":"odd"}',
        '{"alarm_type":"odd","rule_id":"x","raised_us":"?"}',
        '{"alarm_type":5}',
        None,
    ],
)
def test_a_decision_that_is_not_ours_is_passed_over(body: str | None) -> None:
    campus = Campus(FORCED)
    assert campus.book.fold([line("x", "alarm.raised", "D1", START, body=body)]) == set()
    assert campus.book.standing(START) == []


# --- restarts and changed rules ---


def test_a_restart_says_nothing_twice() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.tick(60)
    campus.arrive(reading("T2:temperature", 70, 20))
    other = restart(campus, 100)
    assert len(other.journal) == len(campus.journal)
    other.arrive(reading(T1, 200, 20))
    assert told(other.tick(290)) == [("cleared", T1, 290)]


def test_a_restart_keeps_an_alarm_that_is_older_than_what_is_read_again() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.tick(60)
    for at_s in range(600, 90_000, 600):
        campus.arrive(reading(T1, at_s, 27))  # between the limits: neither raised nor cleared by itself
    other = restart(campus, 90_000)
    assert other.book.standing(START + 90_000 * S) == campus.book.standing(START + 90_000 * S) != []
    assert len(other.journal) == len(campus.journal)
    other.arrive(reading(T1, 90_100, 20))
    assert told(other.tick(90_190)) == [("cleared", T1, 90_190)]


def test_a_restart_says_what_the_stop_left_unsaid() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))  # and the power fails before the minute is over
    other = restart(campus, 300)
    assert [one.opened_us for one in other.book.standing(START + 300 * S)] == [START + 60 * S]


def test_late_input_after_a_restart_still_corrects() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    campus.tick(60)
    other = restart(campus, 100)
    [corrected] = other.arrive(reading(T1, 30, 20, late_s=120))
    assert corrected.body["correction"] == "withdrawn"
    assert other.book.standing(START + 200 * S) == []


def test_a_changed_limit_holds_from_the_next_value_on() -> None:
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 0, 31))
    rule = PLAIN.rules["one"]
    milder = replace(PLAIN, version=2, rules={"one": rule.model_copy(update={"above": 40.0, "clear_at": 35.0})})
    assert campus.write(campus.engine.use(milder, START + 10 * S), START + 10 * S) == []
    [cleared] = campus.arrive(reading(T1, 20, 32))
    assert (cleared.kind, cleared.body["rule_version"]) == ("alarm.cleared", 2)


def test_an_unchanged_rule_goes_on_as_if_nothing_had_been() -> None:
    campus = Campus(HOT)
    campus.arrive(reading(T1, 0, 31))
    assert campus.engine.use(replace(HOT, version=2), START + 30 * S) == []
    assert told(campus.tick(60)) == [("raised", T1, 60)]
    [corrected] = campus.arrive(reading(T1, 20, 20, late_s=100))
    assert corrected.body["correction"] == "withdrawn"


def test_what_stands_under_a_rule_that_is_gone_ends_and_says_so() -> None:
    campus = Campus(PLAIN)
    campus.arrive(reading(T1, 0, 31))
    [ended] = campus.write(campus.engine.use(rule_set("", 2), START + 10 * S), START + 10 * S)
    assert told([ended]) == [("cleared", T1, 10)]
    assert ended.body["note"]["zh"].startswith("规则已停用")
    assert json.loads(ended.json())["rule_version"] == 2
    assert [one.active for one in campus.book.standing(START + 20 * S)] == [False]
    assert campus.tick(100) == []
