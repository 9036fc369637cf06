"""An incident that turns out to be of another kind: as if it had always been of that, but for its history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.incidents.desk import SETUP as SHIPPED
from tests.live.incidents.desk import Desk, case_id, opening, us
from twin.errors import ActIncompleteError, IncidentActError, TwinError
from twin.live.incidents import acts
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.clocks import ClockName
from twin.live.incidents.settings import SlaSettings
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ACTS
from twin.live.webhooks.notice import facts_of, notice_of
from twin.model.live import Level

# kinds that nobody is sent to by itself, three of them with limits of their own
KINDS = ("burst_main", "power", "equipment", "other")
OWN = {"burst_main": (1, 2, 10, 90), "power": (2, 4, 20, 500), "equipment": (5, 9, 40, 800)}
NAMES = ("accept_min", "dispatch_min", "feedback_min", "close_min")
SETUP = replace(
    SHIPPED,
    sla=SlaSettings.model_validate(
        SHIPPED.sla.model_dump()
        | {"kinds": {kind: {"major": dict(zip(NAMES, own, strict=True))} for kind, own in OWN.items()}}
    ),
)
WAY = ("accept", "start", "suspend", "resume", "report_back", "send_back", "verify")


def to(kind: str, text: str = "报错了") -> dict[str, Any]:
    return {"kind": SETUP.of_kind(kind), "text": text}


def test_kind_title_limits_and_plan_are_those_of_the_new_kind() -> None:
    desk = Desk()
    before = desk.open(kind="fire", level=Level.MAJOR, source="report")
    desk.do("tick", 5, item=before.plan["items"][0]["item"])  # type: ignore[index]
    desk.write([opening("other", 0, kind="lift", level=Level.MAJOR, source="report", setup=SETUP)])
    after = desk.do("reclassify", 20, **to("lift", "是电梯困人，不是火警"))
    witness = desk.book.find(case_id("other"))
    for name in ("kind", "kind_title", "title", "limits", "warn_share", "unverified", "plan", "level", "opened_us"):
        assert getattr(after, name) == getattr(witness, name), name
    assert after.kinds == ("fire", "lift")
    assert after.ticks == {}, "what was done about a fire ticks nothing of the plan for lifts"
    assert [one.kind for one in after.history] == ["incident.opened", "incident.ticked", "incident.reclassified"]
    line = after.history[-1]
    assert (line.by, line.text, line.reason) == (
        "li.wei",
        "是电梯困人，不是火警",
        {"zh": "火警 → 电梯困人", "en": "Fire alarm → Lift entrapment"},
    )


def test_a_title_of_its_own_stays_and_so_do_ticks_of_the_same_plan() -> None:
    desk = Desk()
    own = {"zh": "三楼漏水", "en": "Leak on the third floor"}
    state = desk.open(kind="facility", title=own)
    assert state.plan is not None
    item = state.plan["items"][0]["item"]
    desk.do("tick", 5, item=item)
    state = desk.do("reclassify", 9, **to("environment"))
    assert state.title == own
    assert state.plan == SETUP.of_kind("environment")["plan"]
    assert set(state.ticks or {}) == {item}, "both kinds have the general plan: what is done of it is done"


def test_limits_count_from_the_first_moment_and_what_the_wrong_ones_said_counts_no_more() -> None:
    desk = Desk()
    desk.open(kind="burst_main", level=Level.MAJOR, setup=SETUP)
    assert desk.tick(61) == [("incident.breached", "accept", 60.0)]  # one minute
    state = desk.do("reclassify", 90, **to("power"))  # two minutes
    assert state.breached_us == {}
    assert not state.missed(ClockName.ACCEPT, us(100))
    assert desk.tick(100) == [("incident.warned", "accept", 90.0)]
    assert desk.tick(130) == [("incident.breached", "accept", 120.0)]
    assert desk.tick(131) == [], "each comes once"
    state = desk.do("reclassify", 140, **to("burst_main"))
    assert desk.tick(141) == [("incident.breached", "accept", 60.0), ("incident.breached", "dispatch", 120.0)]
    state = desk.book.find(case_id("one"))
    assert state.breached_us == {"accept": us(60), "dispatch": us(120)}
    assert [one.kind for one in state.history].count("incident.breached") == 4, "all of it stays in the history"


@settings(max_examples=examples(60), deadline=None)
@given(
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)).filter(lambda pair: pair[0] != pair[1]),
    steps=st.lists(st.tuples(st.sampled_from(WAY), st.integers(1, 2_000)), max_size=8),
    turn=st.integers(0, 8),
    later_s=st.integers(1, 40_000),
)
def test_as_if_it_had_been_of_that_kind_from_the_beginning(
    kinds: tuple[str, str], steps: list[tuple[str, int]], turn: int, later_s: int
) -> None:
    """The witness is an incident that was opened with the right kind and went the same way."""
    wrong, right = Desk(), Desk()
    wrong.open(kind=kinds[0], level=Level.MAJOR, setup=SETUP)
    right.open(kind=kinds[1], level=Level.MAJOR, setup=SETUP)
    at_s, turned = 0.0, False
    for number, (act, after_s) in enumerate([*steps, ("own", 1)]):
        at_s += after_s
        for desk in (wrong, right):
            desk.tick(at_s)
        if not turned and number >= turn:
            turned = _did(wrong, "reclassify", at_s, **to(kinds[1]))
        said = {"text": "说明"} if ACTS[act].must else {}
        assert _did(wrong, act, at_s, **said) == _did(right, act, at_s, **said)
    if not turned:
        at_s += 1
        if not _did(wrong, "reclassify", at_s, **to(kinds[1])):
            return  # suspended to the end
    now_us = us(at_s + later_s)
    for desk in (wrong, right):
        desk.tick(at_s + later_s)
    one, witness = (desk.book.find(case_id("one")) for desk in (wrong, right))
    assert one.clocks(now_us) == witness.clocks(now_us)
    assert one.breached_us == witness.breached_us
    assert one.plan == witness.plan
    assert _replayed(wrong) == one
    assert [one for one in wrong.tick(at_s + later_s + 9_999) if "breached" in one[0]] == [
        one for one in right.tick(at_s + later_s + 9_999) if "breached" in one[0]
    ]


def _did(desk: Desk, act: str, at_s: float, **said: Any) -> bool:
    try:
        desk.do(act, at_s, **said)
    except TwinError:
        return False
    return True


def _replayed(desk: Desk) -> IncidentState:
    book = IncidentBook()
    book.fold(desk.journal)
    return book.find(case_id("one"))


def test_what_is_refused() -> None:
    desk = Desk()
    state = desk.open(kind="fire")
    with pytest.raises(ActIncompleteError, match="kind: fire"):
        desk.do("reclassify", 1, **to("fire"))
    with pytest.raises(ActIncompleteError, match="text"):
        desk.do("reclassify", 1, kind=SETUP.of_kind("lift"))
    with pytest.raises(ActIncompleteError, match="kind"):
        desk.do("reclassify", 1, kind="lift", text="a word says nothing of limits and plan")
    assert "reclassify" not in acts.possible(state, frozenset({"handle"})), "who grades, says the kind"
    desk.do("dismiss", 2, outcome="test", text="演练")
    with pytest.raises(IncidentActError):
        desk.do("reclassify", 3, **to("lift"))


def test_an_entry_that_lacks_something_changes_nothing() -> None:
    desk = Desk()
    before = desk.open(kind="fire")
    [decision] = acts.draft("reclassify", before, "li.wei", us(5), to("lift"))
    for name in ("sla", "kind_title", "plan", "title", "kind"):
        body = {key: value for key, value in decision.body.items() if key != name}
        other = Desk()
        other.open(kind="fire")
        other.write([replace(decision, body=body)])
        state = other.book.find(case_id("one"))
        assert (state.kinds, state.limits, state.plan, state.title) == (
            before.kinds,
            before.limits,
            before.plan,
            before.title,
        ), name


def test_those_outside_are_told_of_the_kind_that_it_is() -> None:
    desk = Desk()
    desk.open(kind="fire", level=Level.MAJOR)  # somebody goes at once
    desk.do("reclassify", 20, **to("lift", "报错：这句话不出门"))
    desk.do("start", 30)
    facts: Any = {}
    notices = []
    for stored in desk.journal:
        notices.append(notice_of(stored, lambda _: None, facts))
        facts = facts_of(stored, facts)
    assert [one.title.zh for one in notices] == ["火警", "电梯困人", "电梯困人"]
    assert (notices[1].word("zh"), notices[1].text.zh) == ("事件改类", "火警 → 电梯困人")
    assert "不出门" not in notices[1].to_json()
