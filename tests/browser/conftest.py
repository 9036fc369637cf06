"""Chromium with software WebGL, a campus on a loopback server, and a page that holds one engine."""

from __future__ import annotations

import base64
import functools
import http.server
import io
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright
from pytest_socket import enable_socket

from ioc_app.app import create_app
from ioc_app.reports.printing import BROWSERS
from tests.browser.serving import served
from tests.browser.small_campus import Campus, write_campus
from tests.ioc_app.small_campus import small_campus
from twin.people.registry import People
from twin.people.roles import Right

# the first, Debian's headless shell, has no window that nobody sees: a page costs it a third less
CHROMIUM = Path(next((found for one in BROWSERS if (found := shutil.which(one))), "/usr/bin/chromium"))
expect.set_options(timeout=30_000)  # a machine that does other things too stands still for seconds, and is no fault
WINDOW: Final = ViewportSize(width=560, height=420)
VIEWER = Path(__file__).resolve().parents[2] / "ioc_app" / "_viewer"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# what draws with a processor: Mesa takes two fifths of the time that Chromium's own takes, where the system has it
BY_MESA = ("--use-gl=angle", "--use-angle=gl-egl")
BY_ITSELF = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
DRAWS = "() => Boolean(document.createElement('canvas').getContext('webgl2'))"
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body style="margin:0">
<div id="host" style="position:relative;width:100vw;height:100vh"></div>"""
MOUNT = """async (options) => {
  const { createEngine } = await import('/viewer/engine.js');
  window.engine?.dispose();
  window.seen = [];
  const host = document.getElementById('host');
  const onEvent = (type, detail) => type === 'frame' || window.seen.push([type, detail]);
  window.engine = createEngine(host, { sceneUrl: '/scene.json', ...options, onEvent });
  await window.engine.ready;
  await window.engine.settled();
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        if path.startswith("/viewer/"):
            return str(VIEWER / path.removeprefix("/viewer/").split("?")[0])
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """The test's output is not an access log."""


@dataclass
class View:
    """A page with an engine in it, and what the page said and asked for."""

    page: Page
    url: str
    campus: Campus
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def do(self, script: str, argument: Any = None) -> Any:
        """Run ``script``, the body of an async function of ``engine`` and ``a``; unless it only returns something, wait
        until the scene is drawn."""
        drawn = "" if script.startswith("return") else "await engine.settled();"
        call = f"const result = await (async () => {{ {script} }})();"
        body = f"async (a) => {{ const engine = window.engine; {call} {drawn} return result; }}"
        return self.page.evaluate(body, argument)

    def look(self, position: tuple[float, ...], target: tuple[float, ...]) -> None:
        self.do("engine.setView({position: a[0], target: a[1]})", [list(position), list(target)])

    def pixels(self) -> NDArray[np.int16]:
        """(height, width, 3) of the canvas as it is drawn now."""
        text = self.do("return engine.screenshot()").split(",")[1]
        picture = Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")
        return np.asarray(picture, dtype=np.uint8).astype(np.int16)

    def pixel_of(self, position: tuple[float, ...]) -> NDArray[np.int16]:
        """The mean colour of 3×3 pixels around a scene position."""
        x, y = self.screen(position)
        around = self.pixels()[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2]
        mean: NDArray[np.int16] = around.reshape(-1, 3).mean(axis=0).astype(np.int16)
        return mean

    def screen(self, position: tuple[float, ...]) -> tuple[float, float]:
        at = self.do("return engine.project(a)", list(position))
        return at["x"], at["y"]

    def pick(self, position: tuple[float, ...]) -> Any:
        """What lies where ``position`` is on screen."""
        x, y = self.screen(position)
        return self.do("return engine.pick(a[0], a[1])", [x, y])

    def events(self, kind: str) -> list[Any]:
        return [detail for name, detail in self.page.evaluate("window.seen") if name == kind]


@pytest.fixture(scope="session")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Campus:
    written = write_campus(tmp_path_factory.mktemp("campus") / "www")
    (written.folder / "index.html").write_text(PAGE, encoding="utf-8")
    return written


@pytest.fixture(scope="session")
def campus_url(campus: Campus) -> Iterator[str]:
    """The campus and the bundle on a loopback port."""
    enable_socket()
    handler = functools.partial(_Handler, directory=str(campus.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def launched(playwright: Playwright) -> Browser:
    """Chromium with whatever draws WebGL here; with none, a browser all the same: its tests will say so."""
    start = functools.partial(playwright.chromium.launch, executable_path=str(CHROMIUM))
    browser = start(args=[*SWITCHES, *BY_MESA])
    page = browser.new_page()
    draws = page.evaluate(DRAWS)
    page.close()
    if draws:
        return browser
    browser.close()
    return start(args=[*SWITCHES, *BY_ITSELF])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    enable_socket()
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application over the small campus; a module that needs another says so by an ``app`` of its own."""
    return create_app(small_campus().write(tmp_path_factory.mktemp("app")))


@pytest.fixture(scope="module")
def url(app: FastAPI) -> Iterator[str]:
    """The application on a loopback port."""
    with served(app) as one:
        yield one


@pytest.fixture(scope="module")
def device(app: FastAPI, url: str) -> Iterator[httpx.Client]:
    """Whoever sends to the application, with a key of its own."""
    people: People = app.state.people
    _, secret = people.keys.add("gateway", [Right.SEND], "tests")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


@pytest.fixture(scope="module")
def _page(chromium: Browser, campus_url: str, campus: Campus) -> Iterator[View]:
    page = chromium.new_page(viewport=WINDOW)
    view = View(page, campus_url, campus)
    page.on("console", lambda message: view.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: view.console.append(f"pageerror: {error}"))
    page.on("request", lambda request: view.requests.append(request.url))
    page.goto(f"{campus_url}/index.html")
    yield view
    page.close()


@pytest.fixture
def mount(_page: View) -> Callable[..., View]:
    """Mount a new engine on the module's page; options of ``createEngine`` by name."""

    def mount_with(**options: Any) -> View:
        _page.page.set_viewport_size(WINDOW)  # a wall that the test before looked at is dear to draw
        _page.console.clear()
        _page.requests.clear()
        _page.page.evaluate(MOUNT, options)
        return _page

    return mount_with


@pytest.fixture
def view(mount: Callable[..., View]) -> View:
    return mount()


@pytest.fixture
def crowded(mount: Callable[..., View]) -> Iterator[Callable[[NDArray[np.float32]], View]]:
    """Mount a campus with these devices instead of its own, their idx from ``view.campus.devices_idx[0]`` on."""
    pages = []

    def mounted(at: NDArray[np.float32]) -> View:
        view = mount()
        first = view.campus.devices_idx[0]
        numbers = np.arange(first, first + len(at), dtype="<u4")
        columns = {
            "idx": numbers,
            "position": at.astype("<f4"),
            "category": np.zeros(len(at), np.uint8),
            "heading_deg": np.zeros(len(at), "<f4"),
            "storey": np.zeros(len(at), "<u2"),
        }
        text = {name: base64.b64encode(one.tobytes()).decode() for name, one in columns.items()}
        file = {"layer_id": "devices", "count": len(at), "categories": ["smoke"], **text}
        scene = view.campus.scene | {"features": first + len(at)}
        pages.append(view.page)
        view.page.route("**/markers/devices.json", lambda route: route.fulfill(json=file))
        view.page.route("**/scene.json", lambda route: route.fulfill(json=scene))
        return mount()

    yield mounted
    for page in pages:
        page.unroute_all()
