"""The stream: encoded once, numbered, resumed without a gap or told to start over, bounded, by clearance."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.stream import client as client_module
from ioc_app.stream.client import Client
from ioc_app.stream.frames import MAGIC, Head, Value, text_frame, values_frame
from tests.entering import TestClient, entered, session_of
from tests.ioc_app.small_campus import small_campus
from tests.looping import run_async
from twin.live.running import RunningCampus
from twin.model.entries import Entry
from twin.people.roles import Right, Role
from twin.store.campus import Campus

ORIGIN = {"Origin": "http://testserver"}
SOCKET = "/api/v1/stream"


def decoded(frame: bytes) -> tuple[dict[str, Any], list[int], list[float], list[int]]:
    """An independent reading of what ``frames`` describes."""
    magic, head_bytes = struct.unpack_from("<II", frame)
    assert magic == MAGIC
    head = json.loads(frame[8 : 8 + head_bytes])
    count, at = head["n"], 8 + head_bytes
    assert at % 4 == 0
    assert len(frame) == at + 9 * count
    idx = np.frombuffer(frame, "<u4", count, at)
    value = np.frombuffer(frame, "<f4", count, at + 4 * count)
    return head, idx.tolist(), value.tolist(), list(frame[at + 8 * count :])


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(small_campus().write(tmp_path))


@pytest.fixture
def screen(app: FastAPI) -> Iterator[TestClient]:
    with entered(app) as client:
        yield client


@pytest.fixture
def device(app: FastAPI, screen: TestClient) -> TestClient:
    assert screen is not None  # it runs the application
    _, secret = app.state.people.keys.add("gateway", [Right.SEND], "tests")
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def send(device: TestClient, value: float | None, message_id: str, point: str = "SMK-001:obscuration") -> None:
    said = {"point_id": point, "observed_at": datetime.now(UTC).isoformat(), "value": value, "message_id": message_id}
    assert device.post("/api/v1/readings", json=said).status_code == 202


def frames_until(socket: Any, wanted: str) -> list[Any]:
    """Frames up to the first of a kind: ``values``, ``events``, ``beat`` …"""
    found: list[Any] = []
    while True:
        message = socket.receive()
        one = message["bytes"] if message.get("bytes") is not None else json.loads(message["text"])
        found.append(one)
        if (isinstance(one, bytes) and wanted == "values") or (isinstance(one, dict) and one["type"] == wanted):
            return found


def first_event(socket: Any) -> dict[str, Any]:
    """The first event that comes; the snapshot may be of before it."""
    while not (found := frames_until(socket, "events")[-1]["events"]):
        pass
    event: dict[str, Any] = found[0]
    return event


class RunningInTest:
    """A campus that runs without an application, for as long as it is needed."""

    def __init__(self, folder: Path) -> None:
        self.running = RunningCampus(Campus.open(folder), ZoneInfo("Asia/Shanghai"))

    def __enter__(self) -> Any:
        self.running.start()
        return self.running

    def __exit__(self, *_: object) -> None:
        self.running.close()


def test_frames_are_as_described() -> None:
    head = Head(7, 3, datetime(2026, 11, 26, tzinfo=UTC), "devices")
    said, idx, value, state = decoded(values_frame(head, [Value(70_000, 21.5, 0), Value(2, None, 5)]))
    assert (said["seq"], said["generation"], said["layer"], said["snapshot"]) == (7, 3, "devices", False)
    assert (idx, value[0], np.isnan(value[1]), state) == ([70_000, 2], 21.5, True, [0, 5])


def test_a_text_is_encoded_once_for_all_screens() -> None:
    frame = text_frame("events", text="烟雾 \ud83d")
    assert frame.encode() is frame.encode()
    assert json.loads(frame.encode()) == {"type": "events", "text": "烟雾 ?"}
    assert json.loads(frame)["text"].startswith("烟雾")


def test_no_frame_has_what_no_browser_reads() -> None:
    said = json.loads(
        text_frame("events", events=[{"a": float("nan"), "b": (1.0, float("-inf"))}]), parse_constant=pytest.fail
    )
    assert said == {"type": "events", "events": [{"a": None, "b": [1.0, None]}]}


def test_a_screen_starts_with_a_snapshot_and_goes_on_with_changes(
    screen: TestClient, device: TestClient, app: FastAPI
) -> None:
    send(device, 1.5, "before")
    idx = app.state.running.points().get("SMK-001:obscuration").idx
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        start = frames_until(socket, "beat")
        assert [one["type"] for one in start if isinstance(one, dict)] == [
            "resync",
            "events",
            "alarms",
            "incidents",
            "beat",
        ]
        head, indices, values, _ = decoded(next(one for one in start if isinstance(one, bytes)))
        assert (head["snapshot"], indices, values) == (True, [idx], [1.5])
        assert start[-1]["feeds"] == {"waiting": 0, "up": 1, "down": 0}
        send(device, 2.5, "after")
        send(device, None, "gone")
        seen = [decoded(one) for one in frames_until(socket, "values") if isinstance(one, bytes)]
        if seen[-1][3] != [5]:
            seen += [decoded(one) for one in frames_until(socket, "values") if isinstance(one, bytes)]
        assert (seen[-1][1], seen[-1][3]) == ([idx], [5])
        assert seen[-1][0]["seq"] > head["seq"]


def test_who_comes_back_gets_what_was_missed_or_starts_over(
    screen: TestClient, device: TestClient, app: FastAPI
) -> None:
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        start = frames_until(socket, "beat")[0]
        send(device, 1, "1")
        seq = decoded(frames_until(socket, "values")[-1])[0]["seq"]
    for number in (2, 3):
        send(device, number, str(number))
        while app.state.hub.seq < seq + number - 1:
            pass
    with screen.websocket_connect(f"{SOCKET}?after={start['epoch']}-{seq}", headers=ORIGIN) as socket:
        again = frames_until(socket, "beat")
        assert again[0]["type"] == "hello"
        assert [decoded(one)[2] for one in again if isinstance(one, bytes)] == [[2.0], [3.0]]
    for after in ("other-1", f"{start['epoch']}-9999", f"{start['epoch']}-x", ""):
        with screen.websocket_connect(f"{SOCKET}?after={after}", headers=ORIGIN) as socket:
            assert frames_until(socket, "beat")[0]["type"] == "resync"


def test_events_carry_names_to_those_who_may_read_them(screen: TestClient, device: TestClient, app: FastAPI) -> None:
    said = {
        "event_id": "e1",
        "originator": "SMK-001",
        "type": "vehicle.in",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    hostile = "<script>alert(1)</script>\u202e\0😀"
    device.post("/api/v1/events", json={**said, "text": hostile, "attributes": {"plate": "闽A·12345"}})
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        event = first_event(socket)
        assert (event["text"], event["attributes"]["plate"]) == (hostile, "闽A****45")
    token, _ = session_of(app, Role.OPERATOR)
    cookie = {**ORIGIN, "Cookie": f"{SESSION_COOKIE}={token}"}
    with screen.websocket_connect(SOCKET, headers=cookie) as socket:
        assert first_event(socket)["attributes"]["plate"] == "闽A·12345"


def test_events_of_before_the_start_are_shown(tmp_path: Path) -> None:
    folder = small_campus().write(tmp_path)
    with RunningInTest(folder) as running:
        entry = Entry("old", "event", "SMK-001", datetime.now(UTC), "test", body='{"type": "fire.smoke"}')
        running.intake.commit.submit([entry]).result()
    with entered(create_app(folder)) as screen, screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        assert first_event(socket)["event_id"] == "old"


def test_what_moves_does_not_push_out_what_happened(screen: TestClient, device: TestClient, app: FastAPI) -> None:
    at = datetime.now(UTC).isoformat()
    smoke = {"event_id": "smoke", "originator": "SMK-001", "type": "fire.smoke", "occurred_at": at}
    moves = [
        {"event_id": f"m{n}", "originator": f"patrol-{n % 2}", "type": "position", "occurred_at": at,
         "position": [430_000.0 + n, 2_880_000.0, 10.0]}
        for n in range(500)
    ]  # fmt: skip
    before = app.state.hub.seq
    device.post("/api/v1/events", json=[smoke, *moves])
    while app.state.hub.seq == before:
        pass
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        found = frames_until(socket, "events")[-1]["events"]
    assert [one["event_id"] for one in found] == ["smoke", "m498", "m499"]
    assert [one.get("scene") for one in found] == [None, [498.0, 0.0, 0.0], [499.0, 0.0, 0.0]]


def test_a_value_that_grows_old_is_news(
    screen: TestClient, device: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = app.state.hub.seq
    send(device, 3.5, "1")
    while app.state.hub.seq == seq:  # its own batch is out, and what comes below is the news
        pass
    monkeypatch.setattr("ioc_app.stream.hub.BEAT_S", 0.3)
    with screen.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        frames_until(socket, "beat")
        real = app.state.running.clock
        app.state.running.clock = Later(real, seconds=4000)  # smoke detectors are stale after an hour
        head, _, value, state = decoded(frames_until(socket, "values")[-1])
        assert (head["snapshot"], value, state) == (False, [3.5], [6])


class Later:
    """A clock that has gone on."""

    def __init__(self, clock: Any, seconds: float) -> None:
        self.clock, self.seconds = clock, seconds

    def now(self) -> datetime:
        at: datetime = self.clock.now() + timedelta(seconds=self.seconds)
        return at


def test_a_layer_that_was_not_asked_for_does_not_come(screen: TestClient, device: TestClient) -> None:
    with screen.websocket_connect(f"{SOCKET}?layers=gas", headers=ORIGIN) as socket:
        frames_until(socket, "beat")
        send(device, 1, "1")
        assert frames_until(socket, "beat")  # ten seconds later at most, and nothing before it
        assert len(frames_until(socket, "beat")) == 1


def test_a_stalled_screen_costs_little_and_starts_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MOST_WAITING_BYTES", 1000)

    async def stalled() -> None:
        one = Client(frozenset({"devices"}), cleared=False)
        for number in range(50):
            one.offer([f"frame {number:04}" * 10])
            assert one.waiting_bytes <= 1100
        assert one.lost
        one.offer(["more"])
        assert one.waiting_bytes == 0
        assert await one.take() == []
        one.restart(["snapshot"])
        assert (await one.take(), one.lost) == (["snapshot"], False)

    run_async(stalled())


def test_one_encoding_serves_all(screen: TestClient, device: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = []
    real = values_frame
    monkeypatch.setattr("ioc_app.stream.hub.values_frame", lambda *a, **k: encoded.append(1) or real(*a, **k))
    sockets = [screen.websocket_connect(SOCKET, headers=ORIGIN) for _ in range(5)]
    for one in sockets:
        frames_until(one.__enter__(), "beat")
    encoded.clear()
    send(device, 4, "4")
    frames = [frames_until(one, "values")[-1] for one in sockets]
    for one in sockets:
        one.__exit__(None, None, None)
    assert len(set(frames)) == 1
    assert len(encoded) == 1  # values name nobody: clearance is nothing to them
