"""Alarms folded from entries: unique, refreshed, new after cleared and acknowledged, shelved, suppressed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.alarms.decided import cleared, decided, journaled, raised, withdrawn
from tests.live.campus import START, S
from twin.errors import AlarmActError, ReasonMissingError, UnknownAlarmError
from twin.live.alarms.acts import TRANSITIONS, Act, draft, possible
from twin.live.alarms.book import AlarmBook
from twin.live.alarms.maintenance import Maintenance, Scope, Window, close_window, open_window
from twin.live.alarms.state import AlarmState
from twin.live.rules.entries import CORRECTED
from twin.model.entries import StoredEntry
from twin.model.levels import LEVELS
from twin.model.live import Level

WEEK_S = 7 * 86_400


def folded(*lines: StoredEntry) -> AlarmBook:
    book = AlarmBook()
    book.fold(lines)
    return book


def now(at_s: float) -> int:
    return START + round(at_s * S)


def only(book: AlarmBook, at_s: float) -> AlarmState:
    [state] = book.standing(now(at_s))
    return state


def act(book: AlarmBook, kind: Act, at_s: float, author: str = "li.wei", **said: object) -> None:
    state = book.alarm("T1:temperature", "hot", now(at_s))
    assert state is not None
    book.fold([journaled(draft(kind, state, author, now(at_s), WEEK_S, **said))])


def test_raised_again_while_open_it_is_the_same_alarm() -> None:
    book = folded(raised(0), cleared(0, 10), raised(20))
    state = only(book, 30)
    assert (state.opened_us, state.raised_us, state.raise_count, state.active) == (now(0), now(20), 2, True)


def test_raised_after_cleared_and_acknowledged_it_is_a_new_one() -> None:
    book = folded(raised(0), cleared(0, 10))
    first = only(book, 11).alarm_id
    act(book, Act.ACKNOWLEDGED, 12)
    assert book.standing(now(13)) == []
    book.fold([raised(20)])
    state = only(book, 21)
    assert state.alarm_id != first
    assert (state.raise_count, state.acknowledged) == (1, False)
    assert [one.alarm_id for one in book.occurrences("T1:temperature", "hot", now(21))] == [first, state.alarm_id]
    assert book.find(first, now(21)).closed


@pytest.mark.parametrize("acknowledged", [False, True])
@pytest.mark.parametrize("active", [False, True])
def test_active_and_acknowledged_are_independent(acknowledged: bool, active: bool) -> None:
    book = folded(raised(0))
    if acknowledged:
        act(book, Act.ACKNOWLEDGED, 5)
    if not active:
        book.fold([cleared(0, 10)])
    state = book.alarm("T1:temperature", "hot", now(11))
    assert state is not None
    assert (state.acknowledged, state.active, state.closed) == (acknowledged, active, acknowledged and not active)
    assert len(book.standing(now(11))) == (0 if state.closed else 1)


def test_two_rules_of_one_type_are_one_alarm_of_the_graver_level() -> None:
    book = folded(raised(0, rule="warm", level=Level.C), raised(10, rule="hot", level=Level.A))
    state = only(book, 11)
    assert (state.level, state.text["zh"], state.rule_ids) == (Level.A, "热 hot", ("hot", "warm"))
    book.fold([cleared(10, 20, rule="hot", level=Level.A)])
    assert (only(book, 21).level, only(book, 21).active) == (Level.C, True)
    book.fold([cleared(0, 30, rule="warm", level=Level.C)])
    assert (only(book, 31).level, only(book, 31).active) == (Level.A, False)  # as grave as it ever was


def test_growing_graver_it_asks_for_attention_again() -> None:
    book = folded(raised(0, rule="warm", level=Level.C))
    act(book, Act.ACKNOWLEDGED, 5)
    book.fold([raised(6, rule="also-warm", level=Level.C)])
    assert only(book, 7).acknowledged
    book.fold([raised(10, rule="hot", level=Level.A)])
    assert not only(book, 11).acknowledged


def test_a_withdrawn_alarm_is_gone_but_not_its_history() -> None:
    book = folded(raised(0), withdrawn(0))
    assert book.standing(now(1)) == []
    assert book.alarm("T1:temperature", "hot", now(1)) is None
    assert [one.kind for one in book.history("T1:temperature", "hot")] == ["alarm.raised", "alarm.corrected"]


def test_an_alarm_keeps_its_old_name_when_a_correction_moves_it() -> None:
    book = folded(raised(10))
    name = only(book, 11).alarm_id
    book.fold([decided(CORRECTED, 4, correction="moved", replaces=now(10))])
    assert only(book, 12).opened_us == now(4)
    assert book.find(name, now(12)) == only(book, 12)
    with pytest.raises(UnknownAlarmError):
        book.find("nothing", now(12))


def test_an_acknowledgement_counts_though_the_clock_of_the_device_runs_ahead() -> None:
    book = folded(raised(240, received_s=0))
    act(book, Act.ACKNOWLEDGED, 5)
    assert only(book, 300).acknowledged
    assert only(book, 300).acknowledged_us == now(5)


def test_a_shelf_lasts_until_its_expiry_and_can_be_ended() -> None:
    book = folded(raised(0))
    act(book, Act.SHELVED, 10, until_us=now(100), reason="工程师在现场")
    assert [only(book, at_s).shelved for at_s in (11, 99.9, 100)] == [True, True, False]
    assert book.standing(now(50), hidden=False) == []
    assert only(book, 11).comments[0].text == "工程师在现场"
    act(book, Act.UNSHELVED, 50)
    assert not only(book, 51).shelved


def test_comments_and_assignee_carry_their_author() -> None:
    book = folded(raised(0))
    act(book, Act.ASSIGNED, 1, assignee="zhao.min")
    act(book, Act.COMMENTED, 2, author="wang.fang", text="<b>已通知</b>")
    state = only(book, 3)
    assert state.assignee == "zhao.min"
    assert [(one.author, one.text) for one in state.comments] == [("wang.fang", "<b>已通知</b>")]
    assert [one.author for one in book.history("T1:temperature", "hot")] == [None, "li.wei", "wang.fang"]


def _states() -> dict[str, AlarmState]:
    """One alarm in each state that acts tell apart."""
    found: dict[str, AlarmState] = {}
    for name, acknowledge, clear, shelve in (
        ("active", False, False, False),
        ("acknowledged", True, False, False),
        ("cleared", False, True, False),
        ("closed", True, True, False),
        ("shelved", False, False, True),
    ):
        book = folded(raised(0))
        if acknowledge:
            act(book, Act.ACKNOWLEDGED, 1)
        if clear:
            book.fold([cleared(0, 2)])
        if shelve:
            act(book, Act.SHELVED, 3, until_us=now(1000), reason="x")
        state = book.alarm("T1:temperature", "hot", now(4))
        assert state is not None
        found[name] = state
    return found


POSSIBLE = {
    "active": {Act.ACKNOWLEDGED, Act.SHELVED, Act.COMMENTED, Act.ASSIGNED},
    "acknowledged": {Act.SHELVED, Act.COMMENTED, Act.ASSIGNED},
    "cleared": {Act.ACKNOWLEDGED, Act.SHELVED, Act.COMMENTED, Act.ASSIGNED},
    "closed": {Act.COMMENTED},
    "shelved": {Act.ACKNOWLEDGED, Act.SHELVED, Act.UNSHELVED, Act.COMMENTED, Act.ASSIGNED},
}
SAID: dict[Act, dict[str, Any]] = {
    Act.SHELVED: {"until_us": now(2000), "reason": "x"},
    Act.COMMENTED: {"text": "x"},
    Act.ASSIGNED: {"assignee": "x"},
}


@pytest.mark.parametrize("name", sorted(POSSIBLE))
def test_which_act_is_possible_in_which_state(name: str) -> None:
    state = _states()[name]
    assert possible(state) == POSSIBLE[name]
    for one in TRANSITIONS:
        if one in POSSIBLE[name]:
            assert draft(one, state, "li.wei", now(5), WEEK_S, **SAID.get(one, {})).kind == one.value
        else:
            with pytest.raises(AlarmActError, match="cannot be"):
                draft(one, state, "li.wei", now(5), WEEK_S, **SAID.get(one, {}))


def test_a_refused_act_names_the_cure_in_both_languages() -> None:
    with pytest.raises(AlarmActError) as fault:
        draft(Act.ACKNOWLEDGED, _states()["closed"], "li.wei", now(5), WEEK_S)
    assert fault.value.text("zh") == "告警“T1:temperature hot”不能确认：它已被确认。请刷新列表。"
    assert "acknowledged already. Reload the list." in fault.value.text("en")


@pytest.mark.parametrize("until_s", [4, 5, WEEK_S + 6])
def test_a_shelf_ends_in_the_future_and_not_too_far(until_s: float) -> None:
    with pytest.raises(AlarmActError, match="Choose another expiry"):
        draft(Act.SHELVED, _states()["active"], "li.wei", now(5), WEEK_S, until_us=now(until_s), reason="x")


@pytest.mark.parametrize(
    ("kind", "author"), [(Act.ASSIGNED, "li.wei"), (Act.SHELVED, "li.wei"), (Act.ACKNOWLEDGED, "")]
)
def test_an_act_without_what_it_needs_is_refused(kind: Act, author: str) -> None:
    with pytest.raises(ReasonMissingError):
        draft(kind, _states()["active"], author, now(5), WEEK_S)


def test_levels_have_a_colour_and_a_shape_each() -> None:
    assert [(LEVELS[one].colour.zh, LEVELS[one].numeral) for one in Level] == [
        ("红", "I"),
        ("橙", "II"),
        ("黄", "III"),
        ("蓝", "IV"),
    ]
    assert len({one.shape for one in LEVELS.values()}) == 4


def test_the_list_is_gravest_and_newest_first() -> None:
    book = folded(
        raised(0, level=Level.C),
        raised(5, alarm_type="b", level=Level.A),
        raised(9, alarm_type="c", level=Level.A),
        raised(1, alarm_type="d", level=Level.MAJOR),
    )
    assert [one.alarm_type for one in book.standing(now(10))] == ["d", "c", "b", "hot"]


# --- maintenance ---


def window(**scope: object) -> Window:
    return Window("w1", now(0), now(100), Scope.model_validate(scope), "li.wei", "换阀门")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({"devices": ["T1"]}, True),
        ({"zones": ["z1"], "buildings": ["b1"]}, True),
        ({"device_types": ["temperature"], "alarm_types": ["hot"]}, True),
        ({"devices": ["T2"]}, False),
        ({"zones": ["z1"], "buildings": ["b2"]}, False),
        ({"alarm_types": ["cold"]}, False),
    ],
)
def test_maintenance_suppresses_what_is_in_its_scope(scope: dict[str, object], covered: bool) -> None:
    book = AlarmBook(Maintenance([window(**scope)]))
    book.fold([raised(10)])
    assert only(book, 11).suppressed_by == ("w1" if covered else None)
    assert len(book.standing(now(11), hidden=False)) == (0 if covered else 1)
    assert [one.suppressed_by for one in book.suppressed(now(0), now(100))] == (["w1"] if covered else [])
    assert book.flood(now(11)).count == (0 if covered else 1)


def test_what_outlasts_a_window_comes_up_at_its_end_and_what_does_not_stays_down() -> None:
    book = AlarmBook(Maintenance([window(devices=["T1"])]))
    book.fold([raised(10), raised(20, alarm_type="brief"), cleared(20, 30, alarm_type="brief")])
    assert {one.suppressed_by for one in book.standing(now(99))} == {"w1"}
    assert {one.alarm_type: one.suppressed_by for one in book.standing(now(100))} == {"hot": None, "brief": "w1"}
    assert book.history("T1:temperature", "brief") != []


def test_windows_are_opened_and_closed_by_entries() -> None:
    book = AlarmBook()
    opened = window(devices=["T1"])
    book.fold([journaled(open_window(opened, now(0))), raised(10)])
    assert only(book, 11).suppressed_by == "w1"
    book.fold([journaled(close_window("w1", "li.wei", now(50)))])
    assert [only(book, at_s).suppressed_by for at_s in (49, 50)] == ["w1", None]


# --- floods and bad actors ---


@pytest.mark.parametrize(("raises", "flooding"), [(10, False), (11, True)])
def test_more_than_ten_alarms_in_ten_minutes_are_a_flood(raises: int, flooding: bool) -> None:
    book = folded(*(raised(n, alarm_type=f"t{n}") for n in range(raises)))
    flood = book.flood(now(20))
    assert (flood.count, flood.flooding, flood.unverified) == (raises, flooding, True)
    assert book.flood(now(20 + 600)).count == 0


def test_bad_actors_of_a_period() -> None:
    chatterer = [
        line
        for n in range(4)
        for line in (
            raised(100 + 10 * n, alarm_type="chatter"),
            cleared(100 + 10 * n, 105 + 10 * n, alarm_type="chatter"),
        )
    ]
    slow = [
        line
        for n in range(3)
        for line in (raised(1000 * n, alarm_type="slow"), cleared(1000 * n, 1000 * n + 1, alarm_type="slow"))
    ]
    book = folded(raised(50, alarm_type="long"), *chatterer, *slow)
    found = book.actors(now(0), now(5000))
    assert [(one.key.alarm_type, one.figure) for one in found.most_raised] == [("chatter", 4), ("slow", 3), ("long", 1)]
    assert (found.longest_standing[0].key.alarm_type, found.longest_standing[0].figure) == ("long", 4950)
    assert [(one.key.alarm_type, one.figure) for one in found.chattering] == [("chatter", 4)]
    later = book.actors(now(2000), now(5000))
    assert [(one.key.alarm_type, one.figure) for one in later.most_raised] == [("slow", 1)]
    assert [(one.key.alarm_type, one.figure) for one in later.longest_standing] == [("long", 3000), ("slow", 1)]


def test_a_chatterer_is_bounded_in_memory_and_counted_whole() -> None:
    book = AlarmBook()
    for n in range(2000):
        book.fold([raised(10 * n), cleared(10 * n, 10 * n + 5)])
    state = only(book, 20_000)
    assert (state.raise_count, state.opened_us, state.raised_us) == (2000, now(0), now(19_990))
    assert len(list(book.announced())) <= 300
    act(book, Act.ACKNOWLEDGED, 20_001)
    assert book.standing(now(20_002)) == []
    book.fold([raised(20_010)])
    assert only(book, 20_011).raise_count == 1
