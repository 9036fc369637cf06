"""The component inside a real Dash page: it mounts, obeys its props, tells what happens, and goes without a trace."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator

import pytest
from dash import Dash, Input, Output, State, dcc, html
from flask import Response, jsonify
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ioc_app.campus_viewer import CampusViewer
from tests.browser.small_campus import Campus
from tests.waiting import until

pytestmark = pytest.mark.browser
FEATURE = "elements:test:{}"


def make_app(campus: Campus) -> Dash:
    """A page with the viewer, a button for each wish, and what the viewer told as text."""
    app = Dash(__name__, serve_locally=True)
    app.layout = html.Div(
        [
            html.Div(id="place", style={"height": "360px"}),
            *(html.Button(one, id=one) for one in ("toggle", "hide", "choose", "cut")),
            html.Pre(id="told"),
            dcc.Store(id="nothing"),
        ]
    )

    @app.callback(Output("place", "children"), Input("toggle", "n_clicks"))
    def toggle(clicks: int | None) -> object:
        return (
            None
            if (clicks or 0) % 2
            else CampusViewer("campus", scene_url="/files/scene.json", api_url="/api", chrome=False)
        )

    @app.callback(Output("campus", "layers"), Input("hide", "n_clicks"), prevent_initial_call=True)
    def hide(_: int) -> dict[str, dict[str, bool]]:
        return {"terrain": {"visible": False}}

    @app.callback(Output("campus", "selection"), Input("choose", "n_clicks"), prevent_initial_call=True)
    def choose(_: int) -> str:
        return FEATURE.format(campus.elements["食堂"][0])

    @app.callback(Output("campus", "command"), Input("cut", "n_clicks"), prevent_initial_call=True)
    def cut(_: int) -> dict[str, object]:
        return {"name": "plan", "args": [True]}

    @app.callback(
        Output("told", "children"),
        Input("campus", "ready"),
        Input("campus", "selection"),
        Input("campus", "view"),
        State("campus", "layers"),
    )
    def tell(
        ready: bool, selection: str | None, view: dict[str, object] | None, layers: dict[str, object] | None
    ) -> str:
        return f"ready={ready} selection={selection} plan={(view or {}).get('plan')} layers={sorted(layers or {})}"

    serve_campus(app, campus)
    return app


def serve_campus(app: Dash, campus: Campus) -> None:
    """The scene's files and just enough of the API."""

    def file(name: str) -> Response:
        """Whole: a page that closes half-way would leave a streamed file open."""
        path = campus.folder / name
        return Response(path.read_bytes(), mimetype=mimetypes.guess_type(path.name)[0] or "application/octet-stream")

    app.server.add_url_rule("/files/<path:name>", "files", file)

    def feature(feature_id: str) -> Response:
        idx = int(feature_id.rsplit(":", 1)[-1].rsplit("/", 1)[-1])
        return jsonify({"idx": idx, "feature_id": FEATURE.format(idx), "bbox": [-50, -45, 0, -14, -21, 9]})

    app.server.add_url_rule("/api/features/<path:feature_id>", "features", feature)


@pytest.fixture(scope="module")
def app_url(campus: Campus) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(campus).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 560, "height": 480})
    page.goto(app_url)
    expect_told(page, "ready=True")
    yield page
    page.close()


def expect_told(page: Page, text: str) -> None:
    expect(page.locator("#told")).to_contain_text(text, timeout=60_000)


def test_tells_when_it_is_ready_and_which_layers_it_has(page: Page) -> None:
    expect_told(page, "layers=['buildings', 'devices', 'drainage', 'elements', 'terrain', 'water_supply']")


def test_selection_goes_both_ways(page: Page, campus: Campus) -> None:
    page.click("#choose")
    expect_told(page, f"selection={FEATURE.format(campus.elements['食堂'][0])}")
    page.wait_for_timeout(4_000)  # the API is asked where it is, and the camera flies there; a click would stop it
    page.focus("canvas")
    page.keyboard.press("Escape")
    expect_told(page, "selection=None")
    page.mouse.click(280, 180)
    expect_told(page, "selection=elements:test:")


def test_command_is_one_call_and_the_view_is_told(page: Page) -> None:
    page.click("#cut")
    expect_told(page, "plan=True")


def test_layers_are_set_from_python(page: Page) -> None:
    def ground() -> bytes:
        return page.screenshot(clip={"x": 0, "y": 200, "width": 560, "height": 100})

    def at_rest() -> bytes | None:
        """A picture that stays, so all tiles have come."""
        seen = ground()
        page.wait_for_timeout(500)
        return seen if ground() == seen else None

    before = until(at_rest, seconds=30)
    page.click("#hide")
    assert until(lambda: ground() != before, seconds=30), "the ground is gone"


def test_mounting_again_and_again_leaves_one_canvas_and_no_warning(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for _ in range(4):
        page.click("#toggle")
        page.wait_for_function("() => document.querySelectorAll('canvas').length === 0")
        page.click("#toggle")
        page.wait_for_function("() => document.querySelectorAll('canvas').length === 1")
    assert not [line for line in said if "context" in line.lower()]
