"""What opens by itself, and what belongs to what is open."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import event
from tests.live.incidents.desk import PLACE, SETUP, Desk, alarm, us
from twin.live.alarms.limits import default_limits
from twin.live.alarms.merge import Relation
from twin.live.alarms.state import AlarmState
from twin.live.incidents.acts import draft
from twin.live.incidents.opener import Opener
from twin.live.incidents.transitions import Outcome
from twin.model.live import Level, Stage

LIMIT = default_limits().merge
FEEDER = [Relation("FEEDER", "feeds", f"D{number:02}") for number in range(40)]


def opener(relations: list[Relation] | None = None) -> Opener:
    return Opener(SETUP, relations or [], LIMIT)


def child(number: int, at_s: float, **more: Any) -> AlarmState:
    room = PLACE | {"device": f"D{number:02}", "building_id": "b1", "space_id": f"r{number}"}
    said: dict[str, Any] = {"alarm_type": "device.offline", "level": Level.C, "place": room} | more
    return alarm(f"D{number:02}", at_s, **said)


def look(desk: Desk, by: Opener, alarms: list[AlarmState], at_s: float) -> list[str]:
    """Kinds of what was written; asked again at once, nothing more comes."""
    made = [one.kind.removeprefix("incident.") for one in desk.write(by.on_alarms(alarms, desk.book, us(at_s)))]
    assert desk.write(by.on_alarms(alarms, desk.book, us(at_s))) == []
    return made


def test_one_grave_alarm_is_one_incident_with_everything_on_its_card() -> None:
    desk = Desk()
    assert look(desk, opener(), [alarm()], 14) == []  # it has to settle
    assert look(desk, opener(), [alarm()], 15) == ["opened"]
    [state] = desk.book.open(us(15))
    assert (state.kind, state.level, state.source, state.stage) == ("burst_main", Level.A, "alarm", Stage.FOUND)
    assert (state.opened_us, state.occurred_us) == (us(15), us(0))
    assert state.plan is not None
    assert (state.plan["plan_id"], state.place["device"], state.title["zh"]) == ("burst_main", "P-201", "供水压力低")
    assert [(one.alarm_id, one.thing) for one in state.alarms] == [(alarm().alarm_id, "P-201")]


def test_small_ones_open_nothing_and_major_ones_wait_for_nothing() -> None:
    desk = Desk()
    assert look(desk, opener(), [alarm(level=Level.B)], 1000) == []
    assert look(desk, opener(), [alarm(level=Level.A, alarm_type="device.offline")], 1000) == []  # "never"
    assert look(desk, opener(), [alarm(level=Level.MAJOR)], 0) == ["opened"]


def test_a_look_that_found_nothing_is_repeated_when_something_changed() -> None:
    desk, by = Desk(), opener()
    small = alarm(level=Level.B)
    assert look(desk, by, [small], 1000) == look(desk, by, [small], 1001) == []
    assert look(desk, by, [alarm(level=Level.A)], 1002) == ["opened"]  # graver by now
    desk, by = Desk(), opener()
    assert look(desk, by, [small], 1000) == []
    opening = SETUP.settings.opening.model_copy(update={"level": Level.B})
    setup = replace(SETUP, settings=SETUP.settings.model_copy(update={"opening": opening}))
    by.use(setup, [], LIMIT)
    assert look(desk, by, [small], 1001) == ["opened"]
    desk, by = Desk(), opener()
    assert look(desk, by, [small, alarm("P-9", 990)], 1000) == []  # one has to settle
    assert look(desk, by, [small, alarm("P-9", 990)], 1005) == ["opened"]


def test_what_is_under_maintenance_shelved_or_over_opens_nothing() -> None:
    hidden = [
        alarm("P-1", suppressed_by="works"),
        alarm("P-2", shelved=True),
        replace(alarm("P-3"), cleared_us=us(5), acknowledged=True),
    ]
    assert look(Desk(), opener(), hidden, 100) == []


def test_forty_children_of_a_tripped_feeder_are_one_incident_of_forty_lines() -> None:
    desk, by = Desk(), opener(FEEDER)
    standing: list[AlarmState] = []
    for number in range(40):
        standing.append(child(number, number))
        look(desk, by, standing, number)
    [state] = desk.book.open(us(40))
    assert (len(state.alarms), state.cause, state.kind, state.level) == (40, "FEEDER", "power", Level.B)
    assert "FEEDER" in state.title["en"]
    assert state.plan is not None
    assert state.plan["plan_id"] == "power"


def test_incidents_that_turn_out_to_be_one_are_merged_unless_somebody_touched_them() -> None:
    desk, by = Desk(), opener(FEEDER)
    standing = [child(number, 20 * number, level=Level.A, alarm_type="power.lost") for number in range(20)]
    for count in range(1, 20):
        look(desk, by, standing[:count], 20 * count)
    before = desk.book.open(us(400))
    assert len(before) == 19  # each alone: too few for a cause
    touched = before[5]
    desk.write(draft("accept", touched, "li.wei", us(390), {}))
    made = look(desk, by, standing, 400)
    assert sorted(set(made)) == ["joined", "merged"]
    left = desk.book.open(us(400))
    assert {one.incident_id for one in left} == {before[0].incident_id, touched.incident_id}
    host = desk.book.find(before[0].incident_id)
    assert (len(host.alarms), host.cause) == (19, "FEEDER")
    gone = desk.book.find(before[1].incident_id)
    assert (gone.stage, gone.outcome, gone.merged_into) == (Stage.CLOSED, Outcome.MERGED, host.incident_id)


def test_a_new_alarm_of_the_group_joins_and_an_old_key_does_not_come_twice() -> None:
    desk, by = Desk(), opener()
    room = PLACE | {"space_id": "r101", "building_id": "b1"}
    first = alarm("S1", 0, alarm_type="smoke.high", place=room)
    look(desk, by, [first], 20)
    second = alarm("S2", 200, alarm_type="smoke.high", place=room, level=Level.C)
    assert look(desk, by, [first, second], 201) == ["joined"]
    again = alarm("S1", 400, alarm_type="smoke.high", place=room)  # the same alarm, raised anew
    assert look(desk, by, [again, second], 500) == []
    far = alarm("S3", 4000, alarm_type="smoke.high", place=room)  # another day's smoke
    assert look(desk, by, [far], 4100) == ["opened"]


def test_a_closed_case_stays_closed_while_its_alarm_stands() -> None:
    desk, by = Desk(), opener()
    look(desk, by, [alarm()], 20)
    [state] = desk.book.open(us(20))
    desk.write(draft("dismiss", state, "li.wei", us(100), {"outcome": "false_alarm", "text": "误报"}))
    assert look(desk, by, [alarm()], 200) == []
    assert look(desk, by, [alarm(at_s=50)], 200) == []  # its beginning was corrected
    assert look(desk, by, [alarm(at_s=150)], 200) == ["opened"]


def test_events_of_certain_types_open_and_of_one_place_join() -> None:
    desk, by = Desk(), opener()

    def arrive(*stored: Any) -> list[str]:
        made = by.on_events(stored, desk.book, lambda code: {"device": code, "zone_ids": []}, us(100))
        return [one.kind for one in desk.write(made)]

    first = event("LIFT-3", 0, "lift.trapped", "困人", level="A", position=[1.0, 2.0, 3.0])
    assert arrive(first, event("D1", 0, "door.entry")) == ["incident.opened"]
    assert arrive(first) == []
    assert arrive(event("LIFT-3", 30, "lift.trapped", "仍被困")) == ["incident.joined"]
    [state] = desk.book.open(us(100))
    assert (state.kind, state.level, state.source, len(state.events)) == ("lift", Level.A, "event", 2)
    assert (state.place["device"], state.place["position"]) == ("LIFT-3", [1.0, 2.0, 3.0])
    assert state.stage is Stage.DISPATCHED  # lifts go out by themselves


alarms_of = st.lists(
    st.builds(
        alarm,
        st.sampled_from([f"D{number:02}" for number in range(12)]),
        st.integers(0, 900),
        alarm_type=st.sampled_from(["pressure.low", "smoke.high"]),
        level=st.sampled_from(list(Level)),
    ),
    max_size=15,
    unique_by=lambda one: one.key,
)


@settings(max_examples=examples(150), deadline=None)
@given(alarms_of, st.randoms(use_true_random=False))
def test_the_order_of_the_alarms_does_not_matter(alarms: list[AlarmState], chance: random.Random) -> None:
    shuffled = alarms.copy()
    chance.shuffle(shuffled)
    relations = FEEDER[:12]
    one, other = Desk(), Desk()
    assert look(one, opener(relations), alarms, 1000) == look(other, opener(relations), shuffled, 1000)
    assert list(one.book.all()) == list(other.book.all())
    # every alarm that counts is in one open incident, and in no other
    grave = {a.key for a in alarms if SETUP.settings.opening.opens(a.alarm_type, a.level)}
    held = [line.key for state in one.book.open(us(1000)) for line in state.alarms]
    assert grave <= set(held)
    assert len(held) == len(set(held))
