"""A moment of the past is what the stream's snapshot said when it was now; the snapshots are the witness."""

from __future__ import annotations

import json
import random
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.stream.client import Client
from ioc_app.stream.hub import DEVICES
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import ORIGIN, small_campus
from tests.ioc_app.test_stream import decoded
from tests.live.entries import StandingClock
from tests.live.smoke_rule import RULE
from tests.waiting import until
from twin.model.entries import Entry
from twin.people.roles import Role
from twin.store.journal_reader import JournalReader

BEGIN = datetime(2026, 3, 10, 1, 13, tzinfo=UTC)
FAR = datetime(2027, 1, 1, tzinfo=UTC)
SMOKE, STRANGER = "SMK-001:obscuration", "X-9:level"


@dataclass
class Lived:
    """A campus that was alive for some hours of its own clock, and what its screens showed meanwhile."""

    app: FastAPI
    client: TestClient
    clock: StandingClock
    seen: dict[datetime, dict[str, Any]]

    def moment(self, at: datetime, **more: Any) -> dict[str, Any]:
        answer = self.client.get("/api/v1/moment", params={"at": at.isoformat(), **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = small_campus().write(tmp_path_factory.mktemp("campus"))
    (folder / "config" / "rules").mkdir(parents=True)
    (folder / "config" / "rules" / "fire.toml").write_text(RULE, encoding="utf-8")
    clock, chance = StandingClock(BEGIN), random.Random(7)
    app = create_app(folder, clock=clock)
    with entered(app, Role.DISPATCHER) as client:
        until(lambda: app.state.running.watch.ready)
        one = Lived(app, client, clock, {})
        for number in range(14):
            clock.pass_time(timedelta(seconds=chance.choice((40, 300, 1500, 7300))))
            happen(one, chance, number)
            quiet(one, folder)
            one.seen[clock.at] = snapshot(app)
        clock.pass_time(timedelta(hours=1))
        yield one


def happen(lived: Lived, chance: random.Random, number: int) -> None:
    """Readings, an alarm that comes or goes, a patrol on its way, somebody who acts."""
    now = lived.clock.at
    entries = [
        entry(f"r{number}", "reading", SMOKE, now - timedelta(seconds=2), value=(8.5, 1.0)[number % 3 == 2]),
        entry(f"s{number}", "reading", STRANGER, now - timedelta(seconds=chance.randrange(30)), value=float(number)),
        event(f"e{number}", "CAM-001", now - timedelta(seconds=1), "visit", level="C", name="王小明"),
    ]
    for step in range(3):
        x, y, z = ORIGIN
        position = [x + number, y + step, z]
        at = now - timedelta(seconds=30 - 10 * step)
        entries.append(event(f"m{number}-{step}", f"patrol-{number % 2}", at, "position", position=position))
    running = lived.app.state.running
    running.intake.commit.submit(entries).result(10)
    until(lambda: running.watch.behind == 0)
    time.sleep(0.7)
    alarms = running.watch.alarms.standing(running.watch.now_us())
    if number % 4 == 3 and alarms:
        said = {"act": "acknowledge", "alarms": [alarms[0].alarm_id]}
        assert lived.client.post("/api/v1/alarms/acts", json=said).status_code == 200
    for one in running.watch.incidents.open_ones()[:1] if number % 5 == 4 else ():
        assert lived.client.post(f"/api/v1/incidents/{one.incident_id}/acts", json={"act": "accept"}).status_code < 500


def entry(name: str, kind: str, subject: str, at: datetime, **more: Any) -> Entry:
    return Entry(f"~{name}", kind, subject, at, "test", quality="good" if kind == "reading" else None, **more)


def event(event_id: str, originator: str, at: datetime, what: str, **said: Any) -> Entry:

    attributes = {one: said.pop(one) for one in ("name",) if one in said}
    return entry(event_id, "event", originator, at, body=json.dumps({"type": what, **said, "attributes": attributes}))


def quiet(lived: Lived, folder: Path) -> None:
    """Nothing is under way any more: judged, written, folded, told."""
    reader, steady, last = JournalReader(folder), 0, -1
    deadline = time.monotonic() + 20
    while steady < 12 and time.monotonic() < deadline:
        watch, now = lived.app.state.running.watch, reader.last_seq()
        steady = steady + 1 if now == last and watch.behind == 0 and not watch._unsaid else 0
        last = now
        time.sleep(0.1)


def snapshot(app: FastAPI) -> dict[str, Any]:
    """What a browser is given that comes now."""
    hub = app.state.hub
    hub._snapshots.clear()
    client = Client(frozenset({DEVICES}), cleared=True)
    frames = hub._snapshot(client)
    [values] = [one for one in frames if isinstance(one, bytes)]
    said: dict[str, Any] = {"values": by_idx(*decoded(values)[1:])}

    for one in frames:
        if isinstance(one, str):
            told = json.loads(one)
            said |= {told["type"]: told.get(told["type"])}
            said |= {"flood": told["flood"]} if "flood" in told else {}
    return said


def by_idx(idx: list[int], value: list[float], state: list[int]) -> dict[int, tuple[str, int]]:
    return {one: (f"{number:.6g}", code) for one, number, code in zip(idx, value, state, strict=True)}


def values_of(answer: dict[str, Any]) -> dict[int, tuple[str, int]]:
    """An independent reading of the three columns."""
    columns = [
        np.frombuffer(b64decode(answer["values"][name]), kind).tolist()
        for name, kind in (("idx", "<u4"), ("value", "<f4"), ("state", "u1"))
    ]
    return by_idx(*columns)


def by(name: str, some: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one[name]: one for one in some}


def test_any_moment_is_what_the_screens_showed_then(lived: Lived) -> None:
    moments = list(lived.seen)
    random.Random(3).shuffle(moments)
    standing = closed = 0
    for at in moments:
        was, answer = lived.seen[at], lived.moment(at)
        assert values_of(answer) == was["values"], at
        assert by("alarm_id", answer["alarms"]) == by("alarm_id", was["alarms"]), at
        now, then = by("incident_id", answer["incidents"]), by("incident_id", was["incidents"])
        # the stream tells of an incident when it changes, and not when one of its alarms is cleared
        assert {name: {**one, "alarms_active": 0} for name, one in now.items()} == {
            name: {**one, "alarms_active": 0} for name, one in then.items()
        }, at
        active = Counter(one["incident_id"] for one in was["alarms"] if one["active"])
        assert {name: one["alarms_active"] for name, one in now.items()} == {name: active[name] for name in then}, at
        assert by("event_id", answer["events"]) == by("event_id", was["events"]), at
        assert answer["flood"] == was["flood"], at
        standing += bool(was["alarms"])
        closed += not was["alarms"]
    assert standing >= 3  # or it compared nothing with nothing
    assert len({str(one["incidents"]) for one in lived.seen.values()}) >= 3


def test_between_two_moments_nothing_of_the_later_is_there(lived: Lived) -> None:
    moments = list(lived.seen)
    for earlier, later in pairwise(moments):
        answer = lived.moment(later - timedelta(seconds=31))
        assert all(
            datetime.fromisoformat(one["occurred_at"]) <= later - timedelta(seconds=31) for one in answer["events"]
        )
        if later - earlier > timedelta(minutes=3):
            assert by("alarm_id", answer["alarms"]).keys() == by("alarm_id", lived.seen[earlier]["alarms"]).keys()


def test_before_anything_there_is_nothing(lived: Lived) -> None:
    answer = lived.moment(BEGIN - timedelta(days=3))
    assert (answer["values"]["n"], answer["alarms"], answer["incidents"], answer["events"]) == (0, [], [], [])


def test_a_moment_that_has_not_come_is_refused(lived: Lived) -> None:
    at = (lived.clock.at + timedelta(minutes=6)).isoformat()
    assert lived.client.get("/api/v1/moment", params={"at": at}).status_code == 422


def test_what_moved_is_shown_with_its_way(lived: Lived) -> None:
    at = list(lived.seen)[3]
    trail = lived.moment(at)["trails"]["patrol-1"]
    assert [one[:2] for one in trail[-3:]] == [[3.0, 0.0], [3.0, 1.0], [3.0, 2.0]]
    assert trail[-1][3] == pytest.approx((at - timedelta(seconds=10)).timestamp() * 1000)


def test_what_was_known_then_may_be_asked_for(lived: Lived) -> None:
    at = list(lived.seen)[-1]
    nothing = lived.moment(at, known_seq=0)
    assert (nothing["alarms"], nothing["incidents"], nothing["events"]) == ([], [], [])


def test_names_are_masked_as_in_the_stream(lived: Lived) -> None:
    at = list(lived.seen)[5]
    assert "王小明" in lived.client.get("/api/v1/moment", params={"at": at.isoformat()}).text
    _, token = lived.app.state.people.kiosks.add("wall", "tests")
    with TestClient(lived.app) as wall:
        assert wall.get(f"/kiosk/{token}", follow_redirects=False).status_code in (302, 303, 307)
        masked = wall.get("/api/v1/moment", params={"at": at.isoformat()})
        assert masked.status_code == 200
        assert "王小明" not in masked.text
        assert "visit" in masked.text


def test_cards_and_points_tell_of_then(lived: Lived) -> None:
    at = next(one for one, was in lived.seen.items() if was["incidents"])
    params = {"at": at.isoformat()}
    [incident] = lived.seen[at]["incidents"][:1]
    card = lived.client.get(f"/api/v1/incidents/{incident['incident_id']}", params=params).json()
    assert (card["stage"], card["revision"], card["acts"]) == (incident["stage"], incident["revision"], [])
    alarm = lived.seen[at]["alarms"][0]
    shown = lived.client.get(f"/api/v1/alarms/{alarm['alarm_id']}", params=params).json()
    assert {name: shown[name] for name in alarm} == alarm
    assert shown["possible"] == []
    points = by("point_id", lived.client.get("/api/v1/points", params=params).json())
    [(value, _)] = [one for one in lived.seen[at]["values"].values() if one[0] != "nan"]
    assert f"{points[SMOKE]['value']:.6g}" == value
    now = lived.client.get("/api/v1/points/latest", params={"quantity": "obscuration", **params}).json()
    assert now["value"] == [points[SMOKE]["value"]]


@pytest.mark.parametrize("span", [timedelta(minutes=30), timedelta(hours=6), timedelta(days=40)])
def test_the_bar_counts_what_happened(lived: Lived, span: timedelta) -> None:
    begin, end = BEGIN, BEGIN + span
    params = {"from": begin.isoformat(), "to": end.isoformat()}
    bar = lived.client.get("/api/v1/moments", params=params).json()
    events = lived.client.get(
        "/api/v1/events", params={"start": begin.isoformat(), "end": end.isoformat(), "limit": 5000}
    )
    told = [one for one in events.json() if one["type"] != "position"]
    first, step = datetime.fromisoformat(bar["from"]), timedelta(seconds=bar["step_s"])
    last = first + len(bar["events"]) * step
    within = [one for one in told if first <= datetime.fromisoformat(one["occurred_at"]) < last]
    counted = [0] * len(bar["events"])
    for one in within:
        counted[(datetime.fromisoformat(one["occurred_at"]) - first) // step] += 1
    assert bar["events"] == counted
    assert len(counted) <= 300
    assert within
    _, incidents = lived.app.state.running.past.at(lived.clock.at)
    assert {one["incident_id"] for one in bar["incidents"]} == {
        one.incident_id for one in incidents.all() if one.opened_us < end.timestamp() * 1e6
    }
    assert datetime.fromisoformat(bar["first_at"]) <= min(datetime.fromisoformat(one["occurred_at"]) for one in within)


def test_a_device_without_a_clock_makes_the_past_no_longer(lived: Lived) -> None:
    odd = [entry(f"odd{at.year}", "reading", STRANGER, at) for at in (datetime(1970, 1, 1, tzinfo=UTC), FAR)]
    lived.app.state.running.intake.commit.submit(odd).result(10)
    params = {"from": BEGIN.isoformat(), "to": lived.clock.at.isoformat()}
    bar = lived.client.get("/api/v1/moments", params=params).json()
    assert bar["first_at"] > "2026-03-10"
    assert bar["last_at"] <= lived.clock.at.isoformat()
