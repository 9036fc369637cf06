"""Every door of the running application, listed from the application itself, tried by those who may not pass it."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from ioc_app.app import create_app
from ioc_app.gate import gate as gate_module
from ioc_app.gate.access import ELSEWHERE, PUBLIC, access_to
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_HEADER
from ioc_app.gate.sockets import REVOKED
from tests.entering import TestClient, entered, session_of
from tests.ioc_app.routes import Door, doors_of
from tests.ioc_app.small_campus import small_campus
from twin.people.registry import People
from twin.people.roles import RIGHTS, Right, Role

CATCH_ALL = {"/{path:path}", "/api/{path:path}", "/tiles/{path:path}"}


@pytest.fixture(scope="module")
def campus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campus of its own: people come and go here."""
    return small_campus().write(tmp_path_factory.mktemp("gate"))


@pytest.fixture(scope="module")
def app(campus_folder: Path) -> FastAPI:
    return create_app(campus_folder)


@pytest.fixture(scope="module")
def doors(app: FastAPI) -> list[Door]:
    with entered(app) as client:
        client.get("/")  # Dash adds its last routes with the first request
    found = doors_of(app)
    assert len(found) > 50
    return found


def knock(client: TestClient, door: Door, **options: object) -> int:
    """The status that a door answers with; a socket that opens counts as 101."""
    if door.method != "WEBSOCKET":
        return client.request(door.method, door.path, follow_redirects=False, **options).status_code  # type: ignore[arg-type]
    try:
        with client.websocket_connect(door.path, **options):  # type: ignore[arg-type]
            return 101
    except WebSocketDenialResponse as refused:
        return refused.status_code


def test_every_door_is_in_the_table(doors: list[Door]) -> None:
    for door in doors:
        access = access_to(door.method, door.path)
        assert access is not None, door
        assert access.template == door.template or (door.template in CATCH_ALL and access is ELSEWHERE), door


def test_what_is_public_is_this_and_no_more(doors: list[Door]) -> None:
    public = {door.template for door in doors if access_to(door.method, door.path) in PUBLIC}
    assert public == {"/login", "/login/{asset}", "/enter/{token}", "/kiosk/{token}", "/health"}


def test_nobody_passes_without_login(app: FastAPI, doors: list[Door]) -> None:
    closed = [door for door in doors if access_to(door.method, door.path) not in PUBLIC]
    assert len(closed) > 40
    client = TestClient(app)
    for number, door in enumerate(closed):
        client.headers["host"] = "testserver"
        app.state.gate.rates._buckets.clear()  # 60 knocks in a row are what the rate limit is for
        assert knock(client, door) == 401, (number, door)
        assert knock(client, door, headers={"Authorization": "Bearer guessed"}) == 401, door
        assert knock(client, door, headers={"Cookie": "twin_session=guessed"}) == 401, door


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_doors_and_no_other(app: FastAPI, doors: list[Door], role: Role) -> None:
    with TestClient(app) as client:
        for door in doors:
            access = access_to(door.method, door.path)
            assert access is not None
            if access.right is None:
                continue
            token, csrf_token = session_of(app, role)  # each its own: one of the doors is the way out
            headers = {"Cookie": f"{SESSION_COOKIE}={token}", CSRF_HEADER: csrf_token}
            if door.method == "WEBSOCKET":
                headers["Origin"] = "http://testserver"
            status = knock(client, door, headers=headers)
            if access.right in RIGHTS[role]:
                assert status not in (401, 403), (door, status)
            else:
                assert status == 403, (door, status)


def test_a_kiosk_looks_and_writes_nothing(app: FastAPI, doors: list[Door]) -> None:
    people: People = app.state.people
    _, token = people.kiosks.add("north wall", "tests")
    with TestClient(app) as client:
        assert client.get(f"/kiosk/{token}", follow_redirects=False).headers["location"] == "/"
        client.headers[CSRF_HEADER] = client.cookies["twin_csrf"]
        assert client.get("/api/v1/me").json()["wall"] == "north wall"
        assert client.get("/api/v1/scene").status_code == 200
        for door in doors:
            access = access_to(door.method, door.path)
            if access is not None and access.right not in (None, Right.SEE):
                assert knock(client, door) == 403, door
        people.kiosks.revoke("north wall")
        app.state.gate.identities.changed()
        assert client.get("/api/v1/scene").status_code == 401


def test_writes_and_sockets_of_other_sites_are_refused(app: FastAPI, doors: list[Door]) -> None:
    writes = [door for door in doors if door.method not in ("GET", "HEAD")]
    assert {"POST", "DELETE", "PATCH", "WEBSOCKET"} <= {door.method for door in writes}
    with entered(app, Role.ADMINISTRATOR) as client:
        for door in writes:
            for forged in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
                assert knock(client, door, headers=forged) == 403, (door, forged)


def test_writes_without_the_sessions_token_are_refused(app: FastAPI, doors: list[Door]) -> None:
    with entered(app, Role.ADMINISTRATOR) as client:
        del client.headers[CSRF_HEADER]
        for door in doors:
            access = access_to(door.method, door.path)
            if door.method in ("POST", "PATCH", "DELETE") and access is not None and access.right is not None:
                assert knock(client, door) == 403, door
                assert knock(client, door, headers={CSRF_HEADER: "guessed"}) == 403, door


def test_a_socket_with_a_cookie_has_to_say_where_it_is_from(app: FastAPI) -> None:
    socket = Door("WEBSOCKET", "/_dash-ws-callback")
    with entered(app) as client:
        assert knock(client, socket) == 403
        assert knock(client, socket, headers={"Origin": "http://testserver"}) == 101


def test_a_key_opens_what_its_scope_names(app: FastAPI) -> None:
    people: People = app.state.people
    key, secret = people.keys.add("qgis", [Right.SEE], "tests")
    _, sender = people.keys.add("gateway", [Right.SEND], "tests")
    basic = base64.b64encode(f"anybody:{secret}".encode()).decode()
    with TestClient(app) as client:
        assert client.get("/api/v1/scene", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        assert client.get("/api/v1/scene", headers={"Authorization": f"Basic {basic}"}).status_code == 200
        assert client.get("/api/v1/scene", headers={"Authorization": f"Bearer {sender}"}).status_code == 403
        assert client.get("/api/v1/people", headers={"Authorization": f"Bearer {secret}"}).status_code == 403
        for nonsense in ("Basic !!!", "Basic", "Basic eA==", "Bearer", f"Digest {secret}"):
            assert client.get("/api/v1/scene", headers={"Authorization": nonsense}).status_code == 401, nonsense
        people.keys.revoke(key.name)
        app.state.gate.identities.changed()
        assert client.get("/api/v1/scene", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_programs_are_asked_for_a_password_and_browsers_see_a_page(app: FastAPI) -> None:
    with TestClient(app) as client:
        program = client.get("/api/v1/scene")
        assert program.headers["www-authenticate"].startswith("Basic")
        fetched = client.get("/api/v1/scene", headers={"Sec-Fetch-Mode": "cors"})
        assert "www-authenticate" not in fetched.headers  # the browser would open a dialog of its own
        assert set(fetched.json()["text"]) == {"zh", "en"}
        page = client.get("/", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert (page.status_code, "Log in" in page.text) == (401, True)
        assert 'name="next" type="hidden" value="/"' in page.text


def test_an_ended_session_closes_its_sockets(campus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "WATCH_S", 0.05)
    app = create_app(campus_folder)
    with entered(app) as client:
        with client.websocket_connect("/_dash-ws-callback", headers={"Origin": "http://testserver"}) as socket:
            assert len(app.state.gate.sockets) == 1
            People(campus_folder).accounts.change("viewer", disabled=True)  # by another program
            began = time.monotonic()
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
            assert closed.value.code == REVOKED
            assert time.monotonic() - began < 5
        assert client.get("/api/v1/scene").status_code == 401
        assert len(app.state.gate.sockets) == 0
    People(campus_folder).accounts.change("viewer", disabled=False)


def test_an_anonymous_loop_is_slowed_down(campus_folder: Path) -> None:
    with TestClient(create_app(campus_folder)) as client:
        answers = [client.get("/health") for _ in range(130)]
    refused = [one for one in answers if one.status_code == 429]
    assert answers[0].json() == {"status": "ok"}
    assert 10 < len(refused) < 40
    assert int(refused[0].headers["retry-after"]) >= 1


def test_a_page_that_loads_a_thousand_tiles_is_not(app: FastAPI) -> None:
    with entered(app) as client:
        assert {client.get("/api/v1/me").status_code for _ in range(1000)} == {200}


def test_addresses_outside_the_root_path_are_nothing(campus_folder: Path) -> None:
    app = create_app(campus_folder, root_path="/twin")
    with entered(app) as client:
        assert client.get("/twin/api/v1/scene").status_code == 200
        assert client.get("/api/v1/people").status_code == 404
        assert client.post("/api/v1/people").status_code == 403
    token, _ = session_of(app)
    assert token
