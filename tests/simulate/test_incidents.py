"""Each scripted incident through the real rules that come with the program: it raises what it says, and all ends."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.examples import of_today
from tests.live.campus import Campus as Judged
from tests.simulate.campus import HOUR_US, S, at, scenario, simulated
from twin.live.messages import EVENTS, READINGS
from twin.live.rules.book import RuleSet
from twin.live.rules.files import Known, default_files, load_rules
from twin.live.rules.places import Place, Places
from twin.model.entries import StoredEntry
from twin.model.time import microseconds, moment
from twin.simulate.schedule import Planned
from twin.simulate.scripts import load_scripts

BEGIN = at("2026-11-26T10:00")
STEP_US = 60 * S


def places(folder: Path) -> Places:
    return Places.of(
        Place(one.code, one.type, one.name, one.space_id, one.storey, one.building, (one.zone,) if one.zone else ())
        for one in simulated(folder).devices
    )


def judged(folder: Path) -> Judged:
    where = places(folder)
    loaded = load_rules(default_files(), Known.of(where))
    assert not loaded.mistakes
    return Judged(RuleSet(0, "", loaded.rules), where)


def lines(readings: list[str], told: list[str], now_us: int) -> list[StoredEntry]:
    """Messages as the journal keeps them, read by the intake's own models."""
    found = []
    for kind, messages in ((READINGS, readings), (EVENTS, told)):
        if not messages:
            continue
        taken = kind.read(("[" + ",".join(messages) + "]").encode(), "http:simulator", lines=False)
        assert not taken.refused, taken.refused[0].fault
        for one in taken.entries:
            when = microseconds(one.occurred_at)
            found.append(StoredEntry(0, moment(max(now_us, when)), one))
    return found


def played(folder: Path, name: str | None, until_us: int, number: int = 3) -> tuple[Judged, Counter[str]]:
    """A campus judged minute by minute while an incident happens, and which alarms were raised."""
    orders = (Planned(name, BEGIN + 300 * S, number),) if name else ()
    campus, acts = judged(folder), scenario(folder, orders=orders)
    raised: Counter[str] = Counter()
    for now_us in range(BEGIN, until_us, STEP_US):
        sent = acts.between(now_us, now_us + STEP_US, patrols=False)
        end_us = now_us + STEP_US
        made = campus.write(
            campus.engine.on_entries(campus.append(lines(sent.readings, sent.events, end_us)), end_us), end_us
        )
        made += campus.write(campus.engine.tick(end_us), end_us)
        raised.update(one.body["alarm_type"] for one in made if one.kind == "alarm.raised")
    return campus, raised


def standing(campus: Judged) -> set[tuple[str, str]]:
    return {(subject, body["alarm_type"]) for subject, body in _last(campus).values() if body["cleared_us"] is None}


def _last(campus: Judged) -> dict[tuple[str, str], Any]:
    decided = [one.entry for one in campus.journal if one.entry.kind.startswith("alarm.")]
    bodies = [(one.subject, json.loads(one.body or "{}")) for one in decided]
    return {(subject, body["rule_id"]): (subject, body) for subject, body in bodies}


@pytest.fixture(scope="module")
def usual(demo_campus: Path) -> set[tuple[str, str]]:
    """What stands on an ordinary forenoon without any incident."""
    campus, raised = played(demo_campus, None, BEGIN + HOUR_US)
    assert set(raised) <= {"battery.low", "door.held", "entry.off_hours"}, raised
    return standing(campus)


@pytest.mark.parametrize("name", of_today(sorted(load_scripts()), 4))
def test_an_incident_raises_its_alarms_and_they_end(name: str, demo_campus: Path, usual: set[tuple[str, str]]) -> None:
    script = load_scripts()[name]
    assert script.alarms, "a scripted incident that raises nothing is none"
    end_us = BEGIN + 300 * S + int(script.lasts_s) * S + 1200 * S
    campus, raised = played(demo_campus, name, end_us)
    expected = set(script.alarms)
    assert set(raised) - {"battery.low", "door.held", "entry.off_hours"} == expected
    left = {one for one in standing(campus) - usual if one[1] in expected}
    assert not left, "alarms of an incident that is over"


def test_smoke_goes_from_room_to_room_and_up(demo_campus: Path) -> None:
    """By the obscuration of the detectors alone: nine rooms one after the other, on more than one storey."""
    acts = scenario(demo_campus, orders=(Planned("fire-in-building", BEGIN, 3),))
    first: dict[str, str] = {}
    for line in acts.between(BEGIN, BEGIN + 1380 * S, patrols=False).readings:
        one = json.loads(line)
        if one["point_id"].endswith(":obscuration") and one["value"] > 5:
            first[one["point_id"]] = min(one["observed_at"], first.get(one["point_id"], "9"))
    devices = [simulated(demo_campus).by_code[one.partition(":")[0]] for one in first]
    assert len(first) == 9
    assert len({one.building for one in devices}) == 1
    assert len({one.storey for one in devices}) >= 2
    assert len({one.space_id for one in devices}) == 9
    assert len(set(first.values())) >= 7


def test_the_intruder_crosses_the_fence_and_leaves(demo_campus: Path) -> None:
    acts = scenario(demo_campus, orders=(Planned("intrusion-at-fence", BEGIN, 3),))
    told = [json.loads(one) for one in acts.between(BEGIN, BEGIN + 420 * S).events]
    way = [one for one in told if one["type"] == "position" and one["attributes"]["kind"] == "intruder"]
    inside = shapely.union_all(list(simulated(demo_campus).fence)).convex_hull
    where = [bool(inside.contains(shapely.Point(one["position"][:2]))) for one in way]
    assert not where[0]
    assert any(where)
    assert not where[-1]
    crossed = next(one["occurred_at"] for one, here in zip(way, where, strict=True) if here)
    alarm = next(one["occurred_at"] for one in told if one["type"] == "fence.intrusion")
    assert abs((microseconds_of(alarm) - microseconds_of(crossed)) / S) <= 6
    steps = [shapely.Point(one["position"]).distance(shapely.Point(two["position"])) for one, two in pairwise(way)]
    assert max(steps) <= 1.5 * 3 + 0.1


def microseconds_of(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


def test_a_feeder_that_trips_stops_its_counters_and_no_others(demo_campus: Path) -> None:
    """Recomputed from the readings: the building's counters stand still, its storeys are silent, others go on."""
    acts = scenario(demo_campus, orders=(Planned("feeder-trip", BEGIN, 3),))
    readings = [json.loads(one) for one in acts.between(BEGIN, BEGIN + 900 * S, patrols=False).readings]
    by_point: dict[str, list[float]] = {}
    for one in readings:
        by_point.setdefault(one["point_id"], []).append(one["value"])
    feeder = next(
        one for one, values in by_point.items() if one.startswith("DB-") and one.endswith(":power") and not any(values)
    )
    building = simulated(demo_campus).by_code[feeder.partition(":")[0]].building
    meters = simulated(demo_campus).of("electricity_meter")
    assert len(set(by_point[feeder.replace("power", "energy")])) == 1
    for one in meters:
        sends = f"{one.code}:energy" in by_point
        if one.building == building:
            assert sends == one.is_main
        else:
            assert len(set(by_point[f"{one.code}:energy"])) > 1
