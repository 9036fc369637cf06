"""Login, one-time links, logout: what a person goes through, and what a stranger tries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi import FastAPI

from ioc_app.app import create_app
from ioc_app.entrance.page import own_path
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.origin import CSRF_COOKIE, CSRF_HEADER
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from twin.cli import main
from twin.people.links import Purpose
from twin.people.registry import People
from twin.people.roles import Role

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def campus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campus of its own: people come and go here."""
    return small_campus().write(tmp_path_factory.mktemp("entrance"))


@pytest.fixture
def app(campus_folder: Path) -> FastAPI:
    return create_app(campus_folder)


@pytest.fixture(scope="module", autouse=True)
def zhang(campus_folder: Path) -> None:
    people = People(campus_folder)
    people.accounts.add("zhang", Role.OPERATOR, "张伟")
    people.accounts.set_password("zhang", PASSWORD)


def test_the_right_password_leads_where_one_was_going(app: FastAPI) -> None:
    with TestClient(app) as client:
        form = {"name": "zhang", "password": PASSWORD, "next": "/?a=1#layers=gas", "language": "zh-CN"}
        answer = client.post("/login", data=form, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/?a=1#layers=gas")
        cookies = {one.split("=")[0]: one for one in answer.headers.get_list("set-cookie")}
        assert "HttpOnly" in cookies[SESSION_COOKIE]
        assert "SameSite=lax" in cookies[SESSION_COOKIE]
        assert "HttpOnly" not in cookies[CSRF_COOKIE]  # our pages have to read it
        me = client.get("/api/v1/me").json()
        assert (me["display_name"], me["role"]) == ("张伟", "operator")
        assert me["rights"] == ["cameras", "handle", "names", "own_account", "see"]


def test_over_tls_cookies_stay_on_tls(app: FastAPI) -> None:
    with TestClient(app, base_url="https://testserver") as client:
        answer = client.post("/login", data={"name": "zhang", "password": PASSWORD}, follow_redirects=False)
        assert all("Secure" in one for one in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("name", ["zhang", "nobody"])
def test_a_wrong_password_says_the_same_for_any_name(app: FastAPI, name: str) -> None:
    with TestClient(app) as client:
        form = {"name": name, "password": "wrong", "language": "en"}
        answer = client.post("/login", data=form)
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
        assert "Name or password is wrong" in answer.text
        assert f'value="{name}"' in answer.text
        assert app.state.people.audit.lines(limit=1)[0].action == "login.failed"
    app.state.people.sessions.throttle.succeeded(name, "testclient")


def test_guessing_is_slowed_down_and_says_for_how_long(app: FastAPI) -> None:
    with TestClient(app) as client:
        codes = [client.post("/login", data={"name": "guess", "password": "x"}).status_code for _ in range(6)]
        assert codes == [401] * 6
        slowed = client.post("/login", data={"name": "guess", "password": "x"})
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) >= 1
        right = client.post("/login", data={"name": "zhang", "password": PASSWORD}, follow_redirects=False)
        assert right.status_code == 303  # a colleague is not locked out


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nSet-Cookie: x=1", "javascript:alert(1)", ""],
)
def test_a_form_leads_nowhere_else(path: str) -> None:
    assert own_path(path) == "/"


def test_what_was_typed_is_text(app: FastAPI) -> None:
    hostile = '"><script>alert(1)</script>'
    with TestClient(app) as client:
        page = client.post("/login", data={"name": hostile, "password": "x", "next": f"/{hostile}"}).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_link_is_looked_at_freely_and_used_once(app: FastAPI) -> None:
    token = app.state.people.links.make("zhang", Purpose.ENTER)
    with TestClient(app) as client:
        for _ in range(3):
            assert "zhang" in client.get(f"/enter/{token}").text
        assert client.post(f"/enter/{token}", follow_redirects=False).status_code == 303
        assert client.get("/api/v1/me").json()["name"] == "zhang"
    with TestClient(app) as other:
        assert other.get(f"/enter/{token}").status_code == 410
        assert other.post(f"/enter/{token}").status_code == 410
        assert other.get("/api/v1/me").status_code == 401


def test_a_new_person_chooses_a_password(app: FastAPI) -> None:
    app.state.people.accounts.add("li", Role.VIEWER)
    token = app.state.people.links.make("li", Purpose.PASSWORD)
    address = f"/enter/{token}"
    with TestClient(app) as client:
        assert 'autocomplete="new-password"' in client.get(address).text
        weak = client.post(address, data={"password": "password1234", "again": "password1234"})
        assert (weak.status_code, "常用词" in weak.text) == (422, True)
        differ = client.post(address, data={"password": PASSWORD, "again": PASSWORD + "!"})
        assert (differ.status_code, "两次输入不一致" in differ.text) == (422, True)
        none = client.post(address)
        assert none.status_code == 422
        chosen = client.post(address, data={"password": PASSWORD, "again": PASSWORD}, follow_redirects=False)
        assert chosen.status_code == 303
        assert client.get("/api/v1/me").json()["name"] == "li"
    with TestClient(app) as again:
        answer = again.post("/login", data={"name": "li", "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303


def test_logging_out_ends_the_session_here_and_in_the_store(app: FastAPI) -> None:
    with entered(app, Role.OPERATOR) as client:
        cookies = dict(client.cookies)
        assert client.post("/logout").status_code == 204
        app.state.gate.identities.changed()
    with TestClient(app, cookies=cookies) as client:  # who kept the cookie has nothing
        assert client.get("/api/v1/me").status_code == 401


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(app: FastAPI) -> None:
    people: People = app.state.people
    people.accounts.add("wang", Role.VIEWER)
    people.accounts.set_password("wang", PASSWORD)
    elsewhere = people.sessions.open("wang", "10.0.0.9", "another desk")
    with TestClient(app) as client:
        client.post("/login", data={"name": "wang", "password": PASSWORD})
        client.headers[CSRF_HEADER] = client.cookies[CSRF_COOKIE]
        assert len(client.get("/api/v1/me/sessions").json()) == 2
        wrong = client.post("/api/v1/me/password", json={"old": "wrong", "new": "another long sentence"})
        assert wrong.status_code == 401
        changed = client.post("/api/v1/me/password", json={"old": PASSWORD, "new": "another long sentence"})
        assert changed.status_code == 200
        assert [one["current"] for one in client.get("/api/v1/me/sessions").json()] == [True]
    assert people.sessions.find(elsewhere) is None
    assert people.audit.lines(limit=1)[0].action == "password.changed"


def test_an_administrator_lets_people_in_and_out(app: FastAPI) -> None:
    with entered(app, Role.ADMINISTRATOR) as client:
        made = client.post("/api/v1/people", json={"name": "chen", "role": "dispatcher", "display_name": "陈静"})
        assert made.status_code == 201
        assert re.fullmatch(r"enter/[\w-]{43}", made.json()["link"])
        assert client.post("/api/v1/people", json={"name": "chen", "role": "viewer"}).status_code == 409
        assert client.post("/api/v1/people", json={"name": "陈静", "role": "viewer"}).status_code == 422
        assert client.post("/api/v1/people", json={"name": "x", "role": "king"}).status_code == 422
        changed = client.patch("/api/v1/people/chen", json={"role": "engineer", "disabled": True}).json()
        assert (changed["role"], changed["disabled"]) == ("engineer", True)
        key = client.post("/api/v1/keys", json={"name": "meter", "scope": ["send"]}).json()
        assert len(key["secret"]) == 43
        assert all("secret" not in one for one in client.get("/api/v1/keys").json())
        assert client.post("/api/v1/keys", json={"name": "bad", "scope": ["people"]}).status_code == 422
        assert client.delete(f"/api/v1/keys/{key['id']}").status_code == 200
        said = client.get("/api/v1/audit", params={"actor": "administrator", "limit": 5}).json()
        assert [one["action"] for one in said][:4] == ["key.revoked", "key.added", "account.changed", "account.added"]
        assert client.get("/api/v1/audit/head").json()["head"].startswith(f"{said[0]['seq']}-")


def test_nothing_secret_is_kept_in_the_clear(app: FastAPI, campus_folder: Path) -> None:
    people: People = app.state.people
    _, secret = people.keys.add("once", ["send"], "tests")  # type: ignore[list-item]
    link = people.links.make("zhang", Purpose.ENTER)
    session = people.sessions.open("zhang", "127.0.0.1", "tests")
    kept = b"".join(one.read_bytes() for one in (campus_folder / "people").iterdir() if one.is_file())
    assert b"zhang" in kept
    for one in (secret, link, session, PASSWORD):
        assert one.encode() not in kept
    assert (campus_folder / "people").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["x\n    99 2026-11-26T16:00:00+00:00 console", "\x1b[2J\x9bm\u202ex"])
def test_a_stranger_forges_no_line_of_the_audit(app: FastAPI, campus_folder: Path, name: str) -> None:
    with TestClient(app) as client:
        client.post("/login", data={"name": name, "password": "x"})
    printed = CliRunner().invoke(main, ["audit", "show", str(campus_folder), "--limit", "1"]).output
    assert printed.count("\n") == 1
    assert "login.failed" in printed
    assert printed.removesuffix("\n").isprintable()
