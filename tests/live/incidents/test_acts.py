"""The table of acts, and what it leads to."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.live.incidents.desk import SETUP, Desk, case_id, lined, us
from twin.errors import ActIncompleteError, IncidentActError, UnknownActError
from twin.live.incidents import acts
from twin.live.incidents.said import FIELDS
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ACTS, HUMAN, KIND_TITLES, MACHINE, ORDER_ACTS, Needs, Outcome
from twin.model.live import Level, Stage, WorkOrderState
from twin.people.roles import RIGHTS, Right, Role

BOTH = frozenset({"handle", "dispatch"})
SAID: dict[str, dict[str, Any]] = {
    "report_back": {"text": "已关阀"},
    "close": {"text": "已修复"},
    "rate": {"score": 5},
    "revisit": {"reached": True},
    "send_back": {"text": "仍在漏"},
    "return": {"text": "派错了"},
    "reopen": {"text": "又漏了"},
    "dismiss": {"outcome": "false_alarm", "text": "误报"},
    "urge": {"text": "请抓紧"},
    "suspend": {"text": "等备件"},
    "grade": {"level": "B", "text": "影响小"},
    "reclassify": {"kind": SETUP.of_kind("fire"), "text": "报错了"},
    "comment": {"text": "已联系"},
    "attach": {"photos": ["a" * 64]},
    "tick": {"item": "locate"},
    "untick": {"item": "locate"},
}
WAY = ("accept", "issue", "start", "report_back", "verify", "close", "rate")


def at_stage(stage: Stage) -> Desk:
    """An incident that went the whole way to a stage."""
    desk = Desk()
    desk.open()
    for number, act in enumerate(WAY[: list(Stage).index(stage)]):
        if act == "issue":
            desk.issue(10 * number, what="查漏", unit="water")
            desk.order("accept", 10 * number + 1)
            # an order that was taken leads further: put it back by the table itself
            if stage is Stage.DISPATCHED:
                desk = Desk()
                desk.open()
                desk.do("accept", 0)
                desk.issue(10 * number, what="查漏", unit="water")
        elif act == "start":
            continue
        elif act == "report_back":
            desk.order("done", 10 * number, text="已修")
        else:
            desk.do(act, 10 * number, **SAID.get(act, {}))
    assert desk.book.find(case_id("one")).stage is stage
    return desk


def test_rights_are_those_of_people() -> None:
    assert {one.value for one in Needs} == {Right.HANDLE.value, Right.DISPATCH.value}
    assert Right.HANDLE in RIGHTS[Role.OPERATOR]
    assert Right.DISPATCH not in RIGHTS[Role.OPERATOR]


def test_every_kind_has_a_title_and_every_field_a_check() -> None:
    assert set(KIND_TITLES) == MACHINE | HUMAN
    for one in (*ACTS.values(), *ORDER_ACTS.values()):
        assert {*one.must, *one.may} <= set(FIELDS)
        assert (one.title.zh, one.title.en) != ("", "")


@pytest.mark.parametrize("stage", list(Stage))
def test_an_act_is_possible_exactly_from_its_stages(stage: Stage) -> None:
    state = at_stage(stage).book.find(case_id("one"))
    held = {"resume", "ease", "untick"}  # need something else first
    unsettled = {"report_back"} if state.unsettled else set()
    expected = {name for name, one in ACTS.items() if stage in one.stages} - held - unsettled
    assert set(acts.possible(state, BOTH)) == expected
    for name in set(ACTS) - expected - {"issue"}:
        with pytest.raises(IncidentActError) as fault:
            acts.draft(name, state, "li.wei", us(500), SAID.get(name, {}))
        assert ACTS[name].title.zh in fault.value.text("zh")
        assert ACTS[name].title.en in fault.value.text("en")


def test_rights_narrow_what_is_offered() -> None:
    state = at_stage(Stage.REPORTED_BACK).book.find(case_id("one"))
    assert {"verify", "send_back", "suspend"} <= {*acts.possible(state, BOTH)}
    assert set(acts.possible(state, frozenset({"handle"}))) == {"own", "comment", "attach", "tick"}
    assert acts.possible(state, frozenset()) == []


@pytest.mark.parametrize("act", sorted(SAID))
def test_what_an_act_needs_it_asks_for(act: str) -> None:
    states = [at_stage(stage).book.find(case_id("one")) for stage in Stage if stage in ACTS[act].stages]
    if act == "untick":
        states = [_ticked()]
    state = next(one for one in states if not (ACTS[act].settles_orders and one.unsettled))
    assert acts.draft(act, state, "li.wei", us(900), SAID[act])
    for name in SAID[act]:
        for bad in (None, "", [], {}, 7, "x" * 5_000):
            with pytest.raises(ActIncompleteError, match=name):
                acts.draft(act, state, "li.wei", us(900), SAID[act] | {name: bad})
    with pytest.raises(ActIncompleteError, match="due_us"):  # no field of these acts
        acts.draft(act, state, "li.wei", us(900), SAID[act] | {"due_us": 5})


def _ticked() -> IncidentState:
    desk = Desk()
    desk.open()
    return desk.do("tick", 5, item="locate")


def test_a_whole_life() -> None:
    desk = Desk()
    desk.open()
    desk.do("accept", 60)
    state = desk.issue(120, what="关阀", unit="water", assignee="wang")
    assert (state.stage, state.orders[0].unit_title) == (Stage.DISPATCHED, {"zh": "水务班", "en": "Water team"})
    assert desk.order("accept", 180).stage is Stage.HANDLED
    state = desk.order("done", 600, text="已关阀 V-12", photos=["b" * 64])
    assert (state.stage, state.orders[0].result) == (Stage.REPORTED_BACK, "已关阀 V-12")
    state = desk.do("verify", 700, author="dispatcher")
    assert (state.stage, state.orders[0].state) == (Stage.VERIFIED, WorkOrderState.VERIFIED)
    state = desk.do("close", 800, text="恢复供水")
    assert (state.stage, state.outcome, state.closed_us, state.open) == (
        Stage.CLOSED,
        Outcome.RESOLVED,
        us(800),
        False,
    )
    state = desk.do("revisit", 900, reached=True, satisfied=True)
    state = desk.do("rate", 1000, score=5)
    assert (state.stage, state.ratings[0].score, state.revisits[0].satisfied) == (Stage.RATED, 5, True)
    assert [(one.kind, one.stage.value) for one in state.history] == [
        ("incident.opened", "found"),
        ("incident.accepted", "accepted"),
        ("order.issued", "accepted"),
        ("incident.dispatched", "dispatched"),
        ("order.accepted", "dispatched"),
        ("incident.started", "handled"),
        ("order.done", "handled"),
        ("incident.reported_back", "reported_back"),
        ("incident.verified", "verified"),
        ("order.verified", "verified"),
        ("incident.closed", "closed"),
        ("incident.revisited", "closed"),
        ("incident.rated", "rated"),
    ]
    assert [one.photo_id for one in state.photos] == ["b" * 64]
    assert desk.book.open(us(1000)) == []


def test_sent_back_the_order_is_open_again_and_the_clock_goes_on() -> None:
    desk = at_stage(Stage.REPORTED_BACK)
    state = desk.do("send_back", 500, text="仍在漏")
    assert (state.stage, state.orders[0].state) == (Stage.HANDLED, WorkOrderState.ACCEPTED)
    with pytest.raises(IncidentActError, match="#1"):
        desk.do("report_back", 501, text="好了")
    assert desk.order("done", 600, text="真的好了").stage is Stage.REPORTED_BACK


def test_an_order_sent_back_takes_its_incident_along() -> None:
    desk = at_stage(Stage.VERIFIED)
    state = desk.order("send_back", 500, text="返工")
    assert (state.stage, state.orders[0].state) == (Stage.HANDLED, WorkOrderState.ACCEPTED)


@pytest.mark.parametrize("act", ["reject", "withdraw"])
def test_without_an_order_left_it_is_to_be_sent_out_again(act: str) -> None:
    desk = at_stage(Stage.DISPATCHED)
    state = desk.order(act, 100, text="不归我们")
    assert (state.stage, state.orders[0].state) == (Stage.ACCEPTED, WorkOrderState.REJECTED)
    assert desk.issue(120, what="查", unit="power").stage is Stage.DISPATCHED


def test_of_two_orders_the_last_one_reports_back() -> None:
    desk = at_stage(Stage.DISPATCHED)
    desk.issue(100, what="围挡", unit="security")
    desk.order("done", 200, 1, text="好")
    assert desk.book.find(case_id("one")).stage is Stage.DISPATCHED
    assert desk.order("reject", 300, 2, text="无人").stage is Stage.REPORTED_BACK


def test_after_reopening_old_orders_do_not_count() -> None:
    desk = at_stage(Stage.CLOSED)
    assert desk.do("reopen", 500, text="又漏").outcome is None
    desk.issue(600, what="再修", unit="water")
    assert desk.order("reject", 700, 2, text="缺件").stage is Stage.ACCEPTED


def test_an_order_without_a_word_is_the_proposal() -> None:
    desk = Desk()
    proposal = desk.open().proposal
    assert proposal is not None
    desk.do("accept", 1)
    [order] = desk.issue(100).orders
    assert (order.unit, order.what, order.reason) == ("water", proposal["what"], proposal["reason"])
    assert order.due_us == us(100 + 3600)
    with pytest.raises(ActIncompleteError, match="unit: nobody"):
        desk.issue(101, what="查", unit="nobody")


def test_what_goes_out_by_itself_is_out_at_once() -> None:
    state = Desk().open(kind="fire", level=Level.MAJOR)
    assert state.stage is Stage.DISPATCHED
    [order] = state.orders
    assert (order.unit, order.issued_by, order.due_us) == ("fire", None, us(600))
    assert state.history[0].reason == order.reason
    assert not state.touched


def test_nobody_may_do_anything_while_it_is_suspended_but_what_the_table_says() -> None:
    desk = at_stage(Stage.HANDLED)
    state = desk.do("suspend", 200, text="等备件", until_us=us(900))
    assert (state.suspended is not None, state.suspended_until_us) == (True, us(900))
    assert set(acts.possible(state, BOTH)) == {"urge", "resume", "own", "comment", "attach", "tick"}
    with pytest.raises(IncidentActError, match="suspended"):
        desk.order("done", 300, text="好")
    assert desk.tick(899) == []
    assert desk.tick(2000) == [("incident.resumed", None, 900.0)]
    assert desk.book.find(case_id("one")).suspended is None
    with pytest.raises(ActIncompleteError, match="until"):
        desk.do("suspend", 2000, text="x", until_us=us(1999))


def test_urged_until_it_is_eased_or_closed() -> None:
    desk = at_stage(Stage.VERIFIED)
    desk.do("urge", 100, text="请抓紧")
    state = desk.do("urge", 200, text="再催", author="leader")
    assert state.supervised is not None
    assert (state.supervised.by, state.urged) == ("leader", 2)
    assert desk.do("close", 300, text="好").supervised is None


def test_a_grade_holds_until_something_graver_comes() -> None:
    desk = Desk()
    desk.open(level=Level.A)
    assert desk.do("grade", 10, level="C", text="小").level is Level.C
    desk.write([acts.joined(case_id("one"), [lined("P-9", 5, Level.B)], (), us(20))])
    assert desk.book.find(case_id("one")).level is Level.B


def test_a_duplicate_brings_its_alarms_to_the_other() -> None:
    desk = Desk()
    desk.open("one", alarms=[lined("P-1", 0)])
    desk.open("two", 5, alarms=[lined("P-2", 5)])
    state = desk.do("dismiss", 60, case="two", outcome="duplicate", text="同一处", into=case_id("one"))
    assert (state.stage, state.outcome, state.merged_into) == (Stage.CLOSED, Outcome.DUPLICATE, case_id("one"))
    assert {one.thing for one in desk.book.find(case_id("one")).alarms} == {"P-1", "P-2"}
    with pytest.raises(ActIncompleteError, match="into"):
        desk.do("dismiss", 70, outcome="false_alarm", text="x", into=case_id("two"))


def test_dismissing_takes_back_who_was_sent() -> None:
    desk = at_stage(Stage.DISPATCHED)
    state = desk.do("dismiss", 100, outcome="false_alarm", text="误报")
    assert [one.state for one in state.orders] == [WorkOrderState.REJECTED]


def test_ticks_say_who_and_when_and_can_be_taken_back() -> None:
    desk = Desk()
    desk.open()
    state = desk.do("tick", 30, item="valve", text="V-12、V-13")
    assert state.ticks is not None
    assert (state.ticks["valve"].by, state.ticks["valve"].at_us) == ("li.wei", us(30))
    for item in ("valve", "nonsense"):
        with pytest.raises(ActIncompleteError, match="item"):
            desk.do("tick", 40, item=item)
    assert desk.do("untick", 50, item="valve").ticks == {}


def test_unknown_acts_are_said_with_what_there_is() -> None:
    with pytest.raises(UnknownActError, match="accept"):
        acts.needs("fly")


def test_names_of_entries_follow_from_what_was_done() -> None:
    desk = Desk()
    state = desk.open()
    pairs = [
        [one.entry_id for one in acts.draft("accept", state, author, us(at_s), {})]
        for author, at_s in itertools.product(("a", "b"), (1, 2))
    ]
    assert len({tuple(one) for one in pairs}) == 4
    assert acts.draft("accept", state, "a", us(1), {}) == acts.draft("accept", state, "a", us(1), {})
    assert all(one.startswith("~") for ids in pairs for one in ids)
