"""The application: no callback blocks the loop, every answer carries its headers, foreign writes are refused."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import re
import threading
import time
from pathlib import Path

import pytest
from dash import Dash, Input, Output, html
from dash import callback as dash_callback
from dash._callback import GLOBAL_CALLBACK_LIST, GLOBAL_CALLBACK_MAP
from fastapi import FastAPI

from ioc_app import ids
from ioc_app.app import create_app
from ioc_app.caching import AnswerCache
from ioc_app.gate.access import BODY_BYTES
from ioc_app.screens.layout import LATE, ROWS, SLOTS
from ioc_app.serving import Listen, is_loopback, serve
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from twin.errors import InsecureBindError, NeverBuiltError, NotACampusError


def plain_callbacks(app: Dash) -> list[str]:
    """Callbacks in which something is not ``async``: the function, or a decorator around it that would run it."""
    app._setup_server()  # takes up what ``dash.callback`` registered globally
    plain = []
    for name, one in app.callback_map.items():
        layer = one["callback"]
        layers = [layer]
        while hasattr(layer, "__wrapped__"):
            layer = layer.__wrapped__
            layers.append(layer)
        if not all(inspect.iscoroutinefunction(one) for one in layers):
            plain.append(name)
    return plain


def test_every_dash_callback_is_async(app: FastAPI) -> None:
    """There is none now; the next test shows that one would be found."""
    assert plain_callbacks(app.state.dash) == []


def test_a_plain_callback_would_be_found_however_it_comes() -> None:
    app = Dash(__name__)
    app.layout = html.Div()

    async def fine(_clicks: int) -> int:
        return 1

    def plain(_clicks: int) -> int:
        return 1

    @functools.wraps(fine)
    def blocking(*arguments: int) -> int:
        return asyncio.run(fine(*arguments))

    for name, function in {"fine": fine, "plain": plain, "blocking": blocking}.items():
        app.callback(Output(name, "children"), Input("button", "n_clicks"))(function)
    dash_callback(Output("global", "children"), Input("button", "n_clicks"))(plain)
    try:
        assert sorted(plain_callbacks(app)) == ["blocking.children", "global.children", "plain.children"]
    finally:
        GLOBAL_CALLBACK_MAP.pop("global.children", None)
        GLOBAL_CALLBACK_LIST[:] = [one for one in GLOBAL_CALLBACK_LIST if one["output"] != "global.children"]


def test_first_page_holds_the_viewer_and_fetches_nothing_foreign(client: TestClient) -> None:
    page = client.get("/").text
    assert '<html lang="zh-CN" data-theme="dark">' in page
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert any("_viewer/component" in one for one in addresses)
    assert [one for one in addresses if not one.startswith("/")] == []
    for one in addresses:
        assert client.get(one).status_code == 200, one
    hosts = {one["props"]["id"]: one for one in client.get("/_dash-layout").json()["props"]["children"]}
    assert [one["type"] for one in hosts["screen-stage"]["props"]["children"]] == ["CampusViewer"]
    assert hosts["screen"]["type"] == "ScreenFrame"


def test_headers_are_on_every_kind_of_answer(client: TestClient) -> None:
    for path in ("/", "/api/v1/scene", "/api/v1/nope", "/nope", "/assets/tokens.css", "/tiles/1/tiles/elements.glb"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_inline_scripts_are_allowed_by_hash_only(client: TestClient) -> None:
    answer = client.get("/")
    script = re.findall(r"script-src ([^;]+)", answer.headers["content-security-policy"])[0]
    assert "'unsafe-inline'" not in script
    assert script.count("'sha256-") == 1  # Dash's renderer


@pytest.mark.parametrize("path", ["/nope", "/index.html", "/assets/nope.css", "/.git/config", "/docs", "/openapi.json"])
def test_unknown_addresses_are_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_large_bodies_are_refused_declared_or_not(client: TestClient) -> None:
    body = b"x" * (BODY_BYTES + 1)
    declared = client.post("/_dash-update-component", content=body)
    assert (declared.status_code, declared.json()["code"]) == (413, "body_too_large")
    chunked = client.post("/_dash-update-component", content=iter([body[: len(body) // 2]] * 3))
    assert chunked.status_code == 413
    lying = client.post("/_dash-update-component", content=b"{}", headers={"Content-Length": "nonsense"})
    assert lying.status_code in (400, 413)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_writes_from_another_site_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/_dash-update-component", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("body", [b"{}", b"", b"[]", b"x", b'{"output":"no.such","inputs":[]}', b'{"output":[1]}'])
def test_what_names_no_callback_is_a_bad_request(client: TestClient, body: bytes) -> None:
    answer = client.post("/_dash-update-component", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_nothing_of_the_page_asks_by_itself(tmp_path: Path) -> None:
    """That another generation is in force is told on the stream; no clock of the page goes to ask. Panels are asked for
    when the screen says that something else is shown."""
    campus = small_campus()
    campus.write(tmp_path, number=1)
    app = create_app(tmp_path)
    with entered(app) as client:
        asking = {one["id"] for call in client.get("/_dash-dependencies").json() for one in call["inputs"]}
        assert asking == {ids.SCREEN, LATE, ROWS, *SLOTS}
        layout = json.dumps(client.get("/_dash-layout").json())
        assert "/api/v1/scene?generation=1" in layout
        assert "Interval" not in layout
        campus.write(tmp_path, number=2)
        assert client.get("/api/v1/scene?generation=1").json()["generation"] == 2, "whatever the address says"
        assert "/api/v1/scene?generation=2" in json.dumps(client.get("/_dash-layout").json())
        assert client.get("/tiles/1/tiles/tileset.json").status_code == 200  # open browsers still need it


def test_hosts_are_checked_when_named(campus_folder: Path) -> None:
    app = create_app(campus_folder, allowed_hosts=("127.0.0.1",))
    assert TestClient(app, base_url="http://evil.example").get("/").status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_serving_beyond_this_machine_needs_a_word(host: str, campus_folder: Path) -> None:
    assert not is_loopback(host)
    with pytest.raises(InsecureBindError):
        serve(campus_folder, Listen(host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


def test_no_campus_and_no_build_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotACampusError):
        create_app(tmp_path)
    (tmp_path / "campus.toml").touch()
    with pytest.raises(NeverBuiltError):
        create_app(tmp_path)


def test_twenty_callers_of_a_cold_answer_compute_it_once() -> None:
    cache = AnswerCache()
    computed = []

    def slow() -> bytes:
        computed.append(1)
        time.sleep(0.05)
        return b"answer"

    answers: list[bytes] = []
    callers = [threading.Thread(target=lambda: answers.append(cache.remember(("k",), slow))) for _ in range(20)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert answers == [b"answer"] * 20
    assert len(computed) == 1
    assert cache._making._locks == {}


def test_a_fault_is_not_remembered() -> None:
    cache = AnswerCache()
    with pytest.raises(ZeroDivisionError):
        cache.remember(("k",), lambda: 1 // 0)
    assert cache.remember(("k",), lambda: None) is None
    assert cache.remember(("k",), lambda: 1) is None  # None is an answer too
