"""Points that nobody told of, ids full of signs, readings ahead of the clock or without a value: all as sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.sensorthings.asking import Sta, time
from tests.ioc_app.small_campus import small_campus
from tests.live.entries import StandingClock
from twin.people.roles import Right

NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
KNOWN, STRANGE = "SMK-001:obscuration", "泵房/#2 'a'~1@x:flow?%"
SENT: list[tuple[str, float | None, int, str | None]] = [
    (KNOWN, 1.5, -60, None),
    (KNOWN, 2.5, 0, "m-1"),
    (KNOWN, 3.5, 0, "it's/2 @~"),
    (KNOWN, None, -30, None),
    (KNOWN, 9.5, 3600, None),
    (STRANGE, -0.25, -90_000, None),
]


@pytest.fixture(scope="module")
def sta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sta]:
    folder: Path = small_campus().write(tmp_path_factory.mktemp("sent"))
    app = create_app(folder, clock=StandingClock(NOW))
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    with entered(app) as client:
        gateway = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
        answer = gateway.post("/api/v1/readings", json=[message(*one) for one in SENT])
        assert answer.json()["accepted"] == len(SENT), answer.text
        yield Sta(client)


def message(point: str, value: float | None, seconds: int, id: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"point_id": point, "observed_at": (NOW + timedelta(seconds=seconds)).isoformat()}
    said |= {"value": value} | ({"quality": "offline"} if value is None else {})
    return {**said, "message_id": id} if id else said


def stream(sta: Sta, point: str) -> dict[str, Any]:
    [found] = [one for one in sta.values("Datastreams") if one["@iot.id"] == point]
    return found


@pytest.mark.parametrize("point", [KNOWN, STRANGE])
def test_each_has_an_address_of_its_own(sta: Sta, point: str) -> None:
    its = sta.get(stream(sta, point)["Observations@iot.navigationLink"])["value"]
    assert len({one["@iot.id"] for one in its}) == len(its) > 0
    for one in its:
        assert sta.get(one["@iot.selfLink"]) == one
        assert sta.get(one["Datastream@iot.navigationLink"])["@iot.id"] == point
        assert sta.get(one["FeatureOfInterest@iot.navigationLink"])["@iot.id"]
        text = one["@iot.id"].replace("'", "''")
        assert sta.values("Observations", filter=f"id eq '{text}'") == [one]


def test_values_are_as_sent(sta: Sta) -> None:
    found = sta.get(stream(sta, KNOWN)["Observations@iot.navigationLink"], orderby="phenomenonTime,result")["value"]
    assert [one["result"] for one in found] == [1.5, None, 2.5, 3.5]
    assert [one["resultQuality"] for one in found] == ["good", "offline", "good", "good"]
    assert {time(one["resultTime"]) for one in found} == {NOW}
    none = sta.get(stream(sta, KNOWN)["Observations@iot.navigationLink"], filter="result eq null")["value"]
    assert none == [found[1]]


def test_what_is_ahead_of_the_clock_is_told_to_who_names_its_time(sta: Sta) -> None:
    there = stream(sta, KNOWN)["Observations@iot.navigationLink"]
    assert 9.5 not in [one["result"] for one in sta.get(there, top=1000)["value"]]
    late = (NOW + timedelta(hours=2)).isoformat()
    assert sta.get(there, filter=f"phenomenonTime le {late}")["value"][0]["result"] == 9.5
    assert time(stream(sta, KNOWN)["phenomenonTime"].partition("/")[0]) == NOW


def test_a_stranger_has_no_unit_and_no_place(sta: Sta) -> None:
    one = stream(sta, STRANGE)
    assert one["unitOfMeasurement"] == {"name": None, "symbol": None, "definition": None}
    assert one["properties"] == {"known": False}
    assert sta.get(one["Sensor@iot.navigationLink"])["@iot.id"] == "unstated"
    thing = sta.get(one["Thing@iot.navigationLink"])
    assert thing["@iot.id"] == STRANGE.rpartition(":")[0]
    assert sta.get(thing["Locations@iot.navigationLink"]) == {"value": []}
    [reading] = sta.get(one["Observations@iot.navigationLink"], expand="FeatureOfInterest")["value"]
    assert reading["FeatureOfInterest"]["feature"] == {"type": "Feature", "geometry": None, "properties": {}}


def test_pages_reach_back_beyond_every_span(sta: Sta) -> None:
    """The stranger sent a day before the others: still it is on the last page."""
    found = sta.every("Observations", top=1)
    assert [one["result"] for one in found] == [3.5, 2.5, None, 1.5, -0.25]
    expanded = sta.values("Datastreams", expand="Observations($top=1)", filter="phenomenonTime ne null")
    assert {one["@iot.id"]: one["Observations"][0]["result"] for one in expanded} == {KNOWN: 3.5, STRANGE: -0.25}
