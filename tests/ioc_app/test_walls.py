"""What is sent to a wall reaches that wall and no other, outlives a restart, ends, and stands in the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_HEADER
from tests.entering import TestClient, session_of
from tests.ioc_app.small_campus import small_campus
from tests.waiting import until
from twin.people.registry import People
from twin.people.roles import Role

pytestmark = pytest.mark.serves

VIEW = {"position": [1.0, 2.0, 300.5], "target": [0.0, 0.0, 0.0], "plan": False, "height_m": None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = small_campus().write(tmp_path)
    (found / "config").mkdir(exist_ok=True)
    (found / "config" / "walls.toml").write_text('[[walls]]\nname = "hall"\nstyle = "blue"\n', encoding="utf-8")
    return found


@pytest.fixture
def app(folder: Path) -> FastAPI:
    return create_app(folder)


class Browser:
    """Somebody's browser, on the one event loop of the application: sockets of other loops are never woken."""

    def __init__(self, server: TestClient, cookie: str, csrf_token: str) -> None:
        self._server = server
        self._headers = {"Cookie": cookie, CSRF_HEADER: csrf_token, "Origin": "http://testserver"}

    def get(self, path: str) -> Any:
        return self._server.get(f"/api/v1{path}", headers=self._headers)

    def post(self, path: str, said: dict[str, Any] | None = None) -> Any:
        return self._server.post(f"/api/v1{path}", json=said, headers=self._headers)

    def stream(self) -> Any:
        return self._server.websocket_connect("/api/v1/stream", headers=self._headers)


@pytest.fixture
def server(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as one:
        yield one


@pytest.fixture
def desk(app: FastAPI, server: TestClient) -> Browser:
    return at_desk(app, server)


def at_desk(app: FastAPI, server: TestClient) -> Browser:
    token, csrf_token = session_of(app, Role.OPERATOR)
    return Browser(server, f"{SESSION_COOKIE}={token}", csrf_token)


def on_wall(app: FastAPI, server: TestClient, name: str) -> Browser:
    """A browser with the wall's kiosk link opened."""
    people: People = app.state.people
    _, link = people.kiosks.add(name, "tests")
    token = people.sessions.open_kiosk(link, "testclient", "tests")
    assert token is not None
    identity = people.sessions.find(token)
    assert identity is not None
    assert identity.csrf_token is not None
    return Browser(server, f"{SESSION_COOKIE}={token}", identity.csrf_token)


def told(socket: Any, kind: str = "wall") -> dict[str, Any]:
    """The next text frame of a kind."""
    while True:
        message = socket.receive()
        if message.get("text") is not None and (said := json.loads(message["text"]))["type"] == kind:
            return said  # type: ignore[no-any-return]


def test_what_a_desk_sends_stands_on_that_wall_only(app: FastAPI, server: TestClient, desk: Browser) -> None:
    hall, lobby = on_wall(app, server, "hall"), on_wall(app, server, "lobby")
    with (
        hall.stream() as one,
        lobby.stream() as other,
        desk.stream() as third,
    ):
        first = told(one)
        assert (first["wall"], first["sent"], first["settings"]["style"]) == ("hall", None, "blue")
        assert told(other)["settings"]["style"] is None
        said = {"screen": "fire", "view": VIEW, "selection": "device:lib:SMK-001", "note": "<b>看这里</b>"}
        assert desk.post("/walls/hall/show", said).status_code == 200
        sent = told(one)["sent"]
        assert {key: sent[key] for key in said} == said
        assert (sent["by"], sent["at"]) == ("operator", None)
        assert 890 < sent["left_s"] <= 900
        assert told(other)["sent"] is None
        assert desk.post("/walls/hall/release").status_code == 200
        assert told(one)["sent"] is None
        kinds = set()
        while "beat" not in kinds:
            message = third.receive()
            if message.get("text") is not None:
                kinds.add(json.loads(message["text"])["type"])
        assert "wall" not in kinds, "a desk is no wall"
    lines = app.state.people.audit.lines()
    assert [(one.action, one.target) for one in lines[:2]] == [("wall.released", "hall"), ("wall.shown", "hall")]
    assert json.loads(lines[1].detail)["screen"] == "fire"


def test_the_desk_sees_which_walls_there_are_and_what_they_show(
    app: FastAPI, server: TestClient, desk: Browser
) -> None:
    lobby = on_wall(app, server, "lobby")
    found = {one["wall"]: one for one in desk.get("/walls").json()}
    assert {name: (one["configured"], one["connected"]) for name, one in found.items()} == {
        "hall": (True, 0),
        "lobby": (False, 0),
    }
    with lobby.stream() as socket:
        told(socket)
        said = {"showing": "alarm", "screen": "fire", "fault": "context", "detail": "1.4 s"}
        assert lobby.post("/walls/lobby/reports", said).status_code == 204
        one = desk.get("/walls/lobby").json()
        assert one["connected"] == 1
        assert {key: one["report"][key] for key in said} == said
    until(lambda: desk.get("/walls/lobby").json()["connected"] == 0)


def test_a_wall_asks_about_itself_only_and_sends_nothing(app: FastAPI, server: TestClient, desk: Browser) -> None:
    lobby = on_wall(app, server, "lobby")
    assert lobby.get("/walls/lobby").json()["settings"]["fit"] == "contain"
    assert lobby.get("/walls/hall").json()["code"] == "other_wall"
    assert lobby.get("/walls").status_code == 403
    assert lobby.post("/walls/lobby/show", {"screen": "fire"}).status_code == 403
    assert lobby.post("/walls/hall/reports", {"showing": "screen"}).status_code == 403
    assert desk.post("/walls/hall/reports", {"showing": "screen"}).status_code == 403


def test_what_is_no_wall_is_said(desk: Browser) -> None:
    answer = desk.post("/walls/nowhere/show", {"screen": "fire"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_wall")


def test_what_cannot_be_shown_is_refused(desk: Browser) -> None:
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"note": "nothing to see"},
        {"screen": "../fire"},
        {"view": {**VIEW, "position": [1, 2]}},
        {"view": {**VIEW, "target": ["NaN", 0, 0]}},
        {"at": "2026-03-01T08:00:00"},
        {"screen": "fire", "html": "<b>"},
        {"screen": "fire", "note": "x" * 201},
    )
    for body in bodies:
        assert desk.post("/walls/hall/show", body).status_code == 422, body
    assert desk.get("/walls/hall").json()["sent"] is None


def test_a_wall_that_comes_back_after_a_restart_is_told_what_it_shall_show(folder: Path) -> None:
    app = create_app(folder)
    with TestClient(app) as server:
        at_desk(app, server).post("/walls/hall/show", {"at": "2026-03-01T08:00:00+08:00"})
    app = create_app(folder)
    with TestClient(app) as server, on_wall(app, server, "hall").stream() as socket:
        assert told(socket)["sent"]["at"] in ("2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z")


def test_settings_that_change_and_time_that_is_over_are_told_at_once(
    app: FastAPI, server: TestClient, desk: Browser, folder: Path
) -> None:
    hall = on_wall(app, server, "hall")
    with hall.stream() as socket:
        told(socket)
        text = '[[walls]]\nname = "hall"\nsent_most_s = 10\ncarousel = [{ screen = "energy", dwell_s = 30 }]\n'
        (folder / "config" / "walls.toml").write_text(text, encoding="utf-8")
        assert told(socket)["settings"]["carousel"] == [{"screen": "energy", "dwell_s": 30.0}]
        (folder / "config" / "walls.toml").write_text("[[walls]]\nnam = 1\n", encoding="utf-8")
        running = app.state.running
        until(lambda: running.config.faults)
        assert hall.get("/walls/hall").json()["settings"]["sent_most_s"] == 10, "what was in force stays"
        desk.post("/walls/hall/show", {"screen": "fire"})
        assert told(socket)["sent"]["left_s"] <= 10
        assert told(socket)["sent"] is None, "nothing stands on a wall for ever"


def test_a_screen_that_is_not_there_is_sent_nowhere(desk: Browser) -> None:
    refused = desk.post("/walls/hall/show", {"screen": "no_such"})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_screen")
    assert desk.get("/walls/hall").json()["sent"] is None
    assert desk.post("/walls/hall/show", {"screen": "energy"}).status_code == 200
