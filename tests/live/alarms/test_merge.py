"""Which alarms are one incident, and what brought them about."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import START, S
from twin.live.alarms.limits import default_limits
from twin.live.alarms.merge import Line, Relation, Topology, merge

LIMIT = default_limits().merge  # five minutes, three children, half of them
FEEDER = [Relation("FEEDER", "feeds", f"DEV{n:02}") for n in range(40)]


def line(thing: str, at_s: float, alarm_type: str = "device.offline", place: str | None = None) -> Line:
    return Line(f"a-{thing}-{alarm_type}-{at_s}", thing, alarm_type, place, START + round(at_s * S))


def grouped(lines: list[Line], relations: list[Relation]) -> list[tuple[str | None, int]]:
    return [(one.cause, len(one.lines)) for one in merge(lines, Topology.of(relations), LIMIT)]


def test_forty_children_of_a_tripped_feeder_are_one_group_of_forty_lines() -> None:
    children = [line(f"DEV{n:02}", 5 * n % 97) for n in range(40)]
    [group] = merge(children, Topology.of(FEEDER), LIMIT)
    assert (len(group.lines), group.cause, group.cause_has_alarm) == (40, "FEEDER", False)
    assert {one.thing for one in group.lines} == {f"DEV{n:02}" for n in range(40)}


def test_a_feeder_with_a_voice_of_its_own_is_the_cause_and_a_line() -> None:
    children = [line(f"DEV{n:02}", 10 + n) for n in range(40)]
    [group] = merge([*children, line("FEEDER", 0, "breaker.tripped")], Topology.of(FEEDER), LIMIT)
    assert (len(group.lines), group.cause, group.cause_has_alarm) == (41, "FEEDER", True)


def test_through_panels_that_are_silent_themselves() -> None:
    relations = [Relation("FEEDER", "feeds", f"PANEL{p}") for p in range(4)]
    relations += [Relation(f"PANEL{p}", "feeds", f"DEV{p}{n}") for p in range(4) for n in range(10)]
    children = [line(f"DEV{p}{n}", p + n) for p in range(4) for n in range(10)]
    assert grouped(children, relations) == [("FEEDER", 40)]
    assert grouped(children[:10], relations) == [("PANEL0", 10)]  # one panel of four does not blame the feeder


def test_too_few_or_too_small_a_share_name_no_silent_cause() -> None:
    assert grouped([line("DEV00", 0), line("DEV01", 1)], FEEDER) == [(None, 1), (None, 1)]
    assert grouped([line(f"DEV{n:02}", n) for n in range(19)], FEEDER) == [(None, 1)] * 19
    assert grouped([line(f"DEV{n:02}", n) for n in range(20)], FEEDER) == [("FEEDER", 20)]


def test_what_began_at_another_time_is_another_incident() -> None:
    lines = [line("FEEDER", 0, "tripped"), line("DEV00", 300), line("DEV01", 300.1)]
    assert grouped(lines, FEEDER) == [("FEEDER", 2), (None, 1)]


def test_a_building_is_not_to_blame_for_what_it_contains() -> None:
    inside = [Relation("B1", "contains", f"DEV{n:02}") for n in range(4)]
    assert grouped([line(f"DEV{n:02}", n) for n in range(4)], inside) == [(None, 1)] * 4


def test_a_panel_with_an_alarm_is_the_cause_for_what_it_contains() -> None:
    inside = [Relation("PANEL", "contains", "DEV00")]
    assert grouped([line("DEV00", 1), line("PANEL", 0, "door.open")], inside) == [("PANEL", 2)]


def test_otherwise_one_type_at_one_place() -> None:
    lines = [line("A", 0, "smoke", "r101"), line("B", 200, "smoke", "r101"), line("C", 400, "smoke", "r101")]
    others = [line("D", 0, "hot", "r101"), line("E", 0, "smoke", "r102"), line("F", 701, "smoke", "r101")]
    assert sorted(grouped(lines + others, []), key=lambda one: -one[1]) == [(None, 3), (None, 1), (None, 1), (None, 1)]


def test_circles_end() -> None:
    circle = [Relation("A", "feeds", "B"), Relation("B", "feeds", "A"), Relation("A", "feeds", "A")]
    [group] = merge([line("A", 0), line("B", 1)], Topology.of(circle), LIMIT)
    assert group.cause in ("A", "B")


things = st.sampled_from([f"X{n}" for n in range(10)])
lines_of = st.lists(
    st.builds(line, things, st.integers(0, 1500), st.sampled_from("pq"), st.sampled_from([None, "r1", "r2"])),
    max_size=25,
    unique_by=lambda one: one.alarm_id,
)
relations_of = st.lists(
    st.builds(Relation, things, st.sampled_from(["feeds", "serves", "controls", "contains", "sees"]), things),
    max_size=20,
)


@settings(max_examples=examples(300), deadline=None)
@given(lines_of, relations_of, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_any_order(lines: list[Line], relations: list[Relation], chance: random.Random) -> None:
    expected = merge(lines, Topology.of(relations), LIMIT)
    ids = [one.alarm_id for group in expected for one in group.lines]
    assert sorted(ids) == sorted(one.alarm_id for one in lines)  # every alarm in one group, none lost
    shuffled, turned = lines * 2, relations * 2
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    assert merge(shuffled, Topology.of(turned), LIMIT) == expected


def test_an_alarm_that_goes_leaves_its_group() -> None:
    lines = [line(f"DEV{n:02}", n) for n in range(20)]
    assert [one.cause for one in merge(lines, Topology.of(FEEDER), LIMIT)] == ["FEEDER"]
    assert {one.cause for one in merge(lines[1:], Topology.of(FEEDER), LIMIT)} == {None}
