"""A wall as it hangs there: what a desk sends, what breaks in, and what it survives without a hand."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import small_campus
from tests.waiting import until
from twin.people.registry import People
from twin.people.roles import Right, Role

pytestmark = pytest.mark.browser

DEVICE = "SMK-001"
WALLS = """
[[walls]]
name = "hall"
language = "en"
pause_s = 12
carousel = [{ screen = "overview", dwell_s = 3600 }, { screen = "fire", dwell_s = 3600 }]
interrupt = { min_level = "A", seconds = 6 }
"""
UI = "window.campus_twin.mounted.then(({ mounted }) => mounted.ui)"
SCREENS = ("overview", "fire", "energy")


def of_store(page: Page, key: str) -> Any:
    return page.evaluate(f"(key) => {UI}.then((ui) => ui.store.state[key])", key)


def waits_for(page: Page, script: str, seconds: float = 40.0) -> None:
    """``script`` on ``ui`` and ``state``; playwright's own wait does not await promises of ours."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(f"() => {UI}.then((ui) => {{ const {{ state }} = ui.store; return Boolean({script}); }})"):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(100)


def answer_screens(context: BrowserContext) -> None:
    """Three screens with nothing on them: what stands on a screen is not what is tested here."""

    def answered(route: Route) -> None:
        path = route.request.url.partition("?")[0].partition("/api/v1/screens")[2].strip("/")
        names = {one: {"zh": one, "en": one} for one in SCREENS}
        shared = {"accent": "azure", "icon": "map", "event_types": [], "alarm_types": []}
        if not path:
            titles = [
                {"id": one, "title": names[one], "question": names[one], "order": n, **shared}
                for n, one in enumerate(SCREENS)
            ]
            route.fulfill(json={"version": "1", "screens": titles, "mistakes": []})
        elif path.endswith("/kpis"):
            route.fulfill(json={"at": None, "kpis": []})
        else:
            view: dict[str, Any] = {
                "layers": {},
                "devices": None,
                "ground": 1,
                "labels": True,
                "trails": False,
                "colour": None,
            }
            route.fulfill(json={"id": path, "map": view, "kpis": [], "panels": [], "tour": []})

    context.route("**/api/v1/screens**", answered)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_campus().write(tmp_path_factory.mktemp("wall"))
    (made / "config").mkdir(exist_ok=True)
    (made / "config" / "walls.toml").write_text(WALLS, encoding="utf-8")
    return made


class Server:
    """The application on one port, which can be gone for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app: FastAPI
        self.url = ""
        self._running = contextlib.ExitStack()

    def start(self) -> None:
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        self.app = create_app(self.folder)
        self.url = self._running.enter_context(served(self.app, port))

    def stop(self) -> None:
        self._running.close()
        self._running = contextlib.ExitStack()


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    one = Server(folder)
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def wall(chromium: Browser, server: Server) -> Iterator[Page]:
    people: People = server.app.state.people
    _, token = people.kiosks.add("hall", "tests")
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    answer_screens(context)
    page = context.new_page()
    page.goto(f"{server.url}/kiosk/{token}")
    page.locator(".wall-over").wait_for(state="attached", timeout=60_000)
    waits_for(page, "state.wallTold && state.mode === 'screen' && state.screen === 'overview'")
    page.evaluate("window.isSamePage = true")
    yield page
    context.close()


@pytest.fixture
def desk(server: Server) -> Iterator[Callable[..., Any]]:
    """What an officer's page posts."""
    people: People = server.app.state.people
    if Role.OPERATOR.value not in {one.name for one in people.accounts.all()}:
        people.accounts.add(Role.OPERATOR.value, Role.OPERATOR, "值班员小李")
    token = people.sessions.open(Role.OPERATOR.value, "test", "test")
    identity = people.sessions.find(token)
    assert identity is not None
    headers = {"Cookie": f"twin_session={token}", "X-CSRFToken": str(identity.csrf_token)}
    with httpx.Client(base_url=server.url, headers=headers, timeout=20) as client:

        def post(path: str, **said: Any) -> Any:
            answer = client.post(f"/api/v1{path}", json=said)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield post


def smoke(server: Server, originator: str = DEVICE) -> None:
    _, secret = server.app.state.people.keys.add(f"gateway-{time.monotonic_ns()}", [Right.SEND], "tests")
    said = {"event_id": f"e-{time.monotonic_ns()}", "originator": originator, "type": "fire.smoke", "text": "smoke"}
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {secret}"}) as client:
        answer = client.post("/api/v1/events", json={**said, "occurred_at": datetime.now(UTC).isoformat()})
        assert answer.status_code == 202, answer.text


def test_a_wall_has_nothing_that_acts(wall: Page) -> None:
    for gone in (".toolbar", ".search", ".topbar-end", ".dock-left"):
        expect(wall.locator(f".campus-ui {gone}").first).to_be_hidden()
    wall.keyboard.press("m")
    wall.keyboard.press("a")
    assert of_store(wall, "tool") is None
    assert of_store(wall, "desk") is None
    expect(wall.locator("html")).to_have_attribute("data-idle", "", timeout=8000)
    assert wall.evaluate("getComputedStyle(document.querySelector('canvas')).cursor") == "none"
    assert (
        wall.evaluate("document.body.dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))")
        is False
    )
    expect(wall.locator(".wall-why")).to_contain_text("Carousel paused")


def test_a_long_table_turns_its_pages(wall: Page) -> None:
    """All rows are seen in turn, unless a pointer rests on it."""
    wall.evaluate(
        """() => {
          const rows = [...Array(12).keys()].map((n) => `<tr><td>row ${n}</td></tr>`).join('');
          const made = document.createElement('section');
          made.className = 'screen-panel long';
          made.style = 'position: fixed; inset: 100px auto auto 100px; width: 300px; height: 160px; z-index: 99';
          made.innerHTML = '<div class="list"><table><thead><tr><th>rows</th></tr></thead>'
            + `<tbody>${rows}</tbody></table></div>`;
          document.getElementById('page').append(made);
        }"""
    )
    seen = """() => {
      const list = document.querySelector('.long .list');
      const { top, bottom } = list.getBoundingClientRect();
      const head = list.querySelector('thead').getBoundingClientRect().height;
      const isWhole = (one) => one.top > top + head - 2 && one.bottom < bottom + 2;
      return [...list.querySelectorAll('td')].filter((one) => isWhole(one.getBoundingClientRect()))
        .map((one) => Number(one.textContent.slice(4)));
    }"""
    found: set[int] = set(wall.evaluate(seen))
    assert 0 < len(found) < 12
    wall.mouse.move(200, 150)
    wall.wait_for_timeout(9000)
    assert set(wall.evaluate(seen)) == found, "a pointer holds it"
    wall.mouse.move(900, 700)
    for _ in range(60):
        found |= set(wall.evaluate(seen))
        if len(found) == 12:
            break
        wall.wait_for_timeout(1000)
    assert found == set(range(12))
    wall.evaluate("document.querySelector('.long').remove()")


def test_what_a_desk_sends_arrives_and_is_taken_back(wall: Page, desk: Callable[..., Any]) -> None:
    before = wall.evaluate(f"{UI}.then((ui) => ui.engine.getView())")
    view = {"position": [30.0, -40.0, 25.0], "target": [5.0, 3.0, 2.0]}
    desk("/walls/hall/show", screen="fire", view=view, at="2026-03-01T08:00:00+08:00", note="<i>look</i> here")
    waits_for(wall, "state.screen === 'fire' && state.at === Date.parse('2026-03-01T00:00:00Z')", 5)
    waits_for(wall, "Math.hypot(...ui.engine.getView().position.map((one, n) => one - [30, -40, 25][n])) < 0.1")
    expect(wall.locator(".wall-why")).to_contain_text("<i>look</i> here")
    expect(wall.locator(".wall-why")).to_contain_text("值班员小李")
    desk("/walls/hall/release")
    waits_for(wall, "state.screen === 'overview' && state.at === null", 5)
    near = f"Math.hypot(...ui.engine.getView().position.map((one, n) => one - {before['position']}[n])) < 0.5"
    waits_for(wall, near)


def test_an_alarm_breaks_in_flies_there_opens_its_card_and_all_is_as_before(
    wall: Page, desk: Callable[..., Any], server: Server
) -> None:
    desk("/walls/hall/show", screen="energy", view={"position": [60.0, -80.0, 60.0], "target": [0.0, 0.0, 0.0]})
    waits_for(wall, "state.screen === 'energy'")
    smoke(server)
    expect(wall.locator('.wall-why[data-kind="alarm"]')).to_contain_text("Fire alarm")
    expect(wall.locator(".desk-card:not([hidden])")).to_contain_text("Fire alarm")
    waits_for(wall, "state.cardState === 'shown' && state.feature.device_code === 'SMK-001'", 5)
    waits_for(wall, "ui.engine.getView().position[2] < 45", 8)
    waits_for(wall, "state.deskOpen === null && state.screen === 'energy' && state.cardState === 'none'", 15)
    waits_for(wall, "Math.hypot(...ui.engine.getView().position.map((one, n) => one - [60, -80, 60][n])) < 0.1")
    desk("/walls/hall/release")
    waits_for(wall, "state.screen === 'overview'", 5)
    assert wall.evaluate("window.isSamePage")


def test_the_desk_chooses_a_wall_sends_and_releases(chromium: Browser, wall: Page, server: Server) -> None:
    context = let_in(
        chromium.new_context(viewport={"width": 1366, "height": 768}), server.url, server.app, Role.OPERATOR
    )
    answer_screens(context)
    page = context.new_page()
    page.goto(f"{server.url}/#lang=en&layers=")
    page.locator('[data-tool="wall"]').click(timeout=30_000)
    row = page.locator(".wall-row")
    expect(row).to_contain_text("hall")
    expect(row).to_contain_text("connected")
    expect(row).to_contain_text("overview")
    page.locator(".wall-screen").select_option("fire")
    page.get_by_label("Note").fill("for the visitors")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(wall.locator(".wall-why")).to_contain_text("for the visitors", timeout=5000)
    waits_for(wall, "state.screen === 'fire'", 5)
    expect(page.locator(".toast")).to_contain_text("hall")
    page.get_by_role("button", name="Release").click()
    waits_for(wall, "state.screen === 'overview'", 5)
    context.close()


def restarts(wall: Page, server: Server, times: int) -> list[float]:
    """How long after each restart the wall knew again what there is, s."""
    took = []
    for n in range(times):
        server.stop()
        waits_for(wall, "state.connection === 'lost'", 10)
        expect(wall.locator(".stale")).to_be_visible()
        server.start()
        began = time.monotonic()
        waits_for(wall, "state.connection === 'live' && state.beat", 40)
        took.append(time.monotonic() - began)
        assert wall.evaluate("window.isSamePage"), f"restart {n}: the page was loaded anew"
        assert wall.evaluate("document.querySelectorAll('canvas').length") == 1
    return took


def recovers(wall: Page, desk_of: Callable[[], None], server: Server, times: int) -> list[float]:
    desk_of()
    waits_for(wall, "state.screen === 'energy'")
    took = restarts(wall, server, times)
    waits_for(wall, "state.screen === 'energy'")
    expect(wall.locator(".stale")).to_be_hidden()
    assert of_store(wall, "me")["wall"] == "hall", "the kiosk's login is kept"
    smoke(server, f"ROOM-{times}")
    expect(wall.locator('.wall-why[data-kind="alarm"]')).to_contain_text("Fire alarm")
    waits_for(wall, "state.screen === 'energy' && state.deskOpen === null")
    return took


def test_a_server_that_is_restarted_under_the_wall(wall: Page, desk: Callable[..., Any], server: Server) -> None:
    took = recovers(wall, lambda: desk("/walls/hall/show", screen="energy"), server, 2)
    assert len(took) == 2, "it came back after each"


def test_a_page_older_than_the_server_is_loaded_anew_and_says_so(
    wall: Page, desk: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The way of every planned reload: wanted, at a quiet moment, the server asked, the state kept in the link."""
    desk("/walls/hall/release")
    waits_for(wall, "state.screen === 'overview' && !document.querySelector('.wall-why')?.textContent", 20)
    slow = {"rate": 1.0, "simulated": False}
    wall.context.route("**/api/v1/clock", lambda route: route.fulfill(json={**slow, "now": a_while_ago()}))
    wall.evaluate(f"{UI}.then((ui) => ui.engine.setView({{position: [45, -30, 33], target: [0, 0, 0]}}))")
    wall.wait_for_timeout(800)
    with wall.expect_event("domcontentloaded"):
        wall.evaluate(f"{UI}.then((ui) => ui.store.set({{wallTold: {{...ui.store.state.wallTold, viewer: 'newer'}}}}))")
    wall.locator(".wall-over").wait_for(state="attached", timeout=60_000)
    # an alarm of the last minute, from the test before, is news to the new page: what it broke into comes back
    there = "[45, -30, 33].every((m, axis) => Math.abs(ui.engine.getView().position[axis] - m) < 0.1)"
    waits_for(wall, f"state.wallTold && state.screen === 'overview' && {there}", 30)
    expect(wall.locator(".wall-clock")).to_contain_text("5.")
    until(lambda: "viewer" in faults(caplog), 30)
    wall.evaluate("window.isSamePage = true")


def faults(caplog: pytest.LogCaptureFixture) -> str:
    return " ".join(one.getMessage() for one in caplog.records if one.name == "ioc_app.walls")


def a_while_ago() -> str:
    """Five seconds and a half: the page takes off half of the way there and back."""
    return (datetime.now(UTC) - timedelta(seconds=5.5)).isoformat()


@pytest.mark.slow
def test_ten_restarts(wall: Page, desk: Callable[..., Any], server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    took = sorted(recovers(wall, lambda: desk("/walls/hall/show", screen="energy"), server, 10))
    assert len(took) == 10, "it came back after each"
    with capsys.disabled():
        print(f"\n10 restarts: back after {took[5]:.1f} s median, {took[-1]:.1f} s at most")
