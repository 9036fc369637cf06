"""A Dash page with the viewer and its panels: what Python sets is shown, what is done in a panel reaches the props."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, Input, Output, html
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.api.errors import register_error_handlers
from ioc_app.api.reads import Reads
from ioc_app.api.router import api_router
from ioc_app.app import ASSETS
from ioc_app.campus_viewer import CampusViewer
from tests.browser.serving import coarse, served
from tests.ioc_app.small_campus import small_campus

pytestmark = pytest.mark.browser

WATCHED = ("selection", "view", "layers", "colouring")
BY_RATING = {"layer": "elements", "set": "Pset_WallCommon", "property": "FireRating"}
FROM_ABOVE = {"position": [5.0, 3.0, 60.0], "target": [5.0, 3.0, 0.0]}
# a button each: what a callback sends
WISHES: dict[str, tuple[str, Any]] = {
    "colour": ("colouring", BY_RATING),
    "uncolour": ("colouring", None),
    "choose": ("selection", "space:lib:101"),
    "hide": ("layers", {"elements": {"visible": False, "opacity": 0.5}}),
    "look": ("view", FROM_ABOVE),
}


def make_server(folder: Path, **props: Any) -> FastAPI:
    """The API, and a page of a viewer, a button a wish and the props as JSON."""
    server = FastAPI()
    register_error_handlers(server)
    server.include_router(api_router(Reads(folder)))
    app = Dash(__name__, server=server, backend="fastapi", assets_folder=str(ASSETS))  # type: ignore[arg-type]
    buttons = [html.Button(name, id=name) for name in WISHES]
    told = [html.Pre(id=f"told-{name}") for name in WATCHED]
    viewer = CampusViewer("campus", scene_url="/api/v1/scene", language="zh", **props)
    app.layout = html.Div(
        [html.Div(viewer, style={"height": "640px", "position": "relative"}), html.Div([*buttons, *told])],
    )
    for name, (prop, value) in WISHES.items():
        app.callback(Output("campus", prop, allow_duplicate=True), Input(name, "n_clicks"), prevent_initial_call=True)(
            sender(value)
        )
    for name in WATCHED:
        app.callback(Output(f"told-{name}", "children"), Input("campus", name))(teller)
    return server


def sender(value: Any) -> Callable[[int], Any]:
    async def send(_clicks: int) -> Any:
        return value

    return send


async def teller(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_campus().write(tmp_path_factory.mktemp("props"))


@pytest.fixture
def page_at(folder: Path) -> Iterator[Callable[..., str]]:
    """Serve a page with the given props on a loopback port."""
    with contextlib.ExitStack() as running:
        yield lambda **props: running.enter_context(served(make_server(folder, **props)))


@pytest.fixture
def opened(chromium: Browser, page_at: Callable[..., str]) -> Iterator[Callable[..., Page]]:
    context = coarse(chromium.new_context(viewport={"width": 1366, "height": 900}))

    def open_page(fragment: str = "", **props: Any) -> Page:
        page = context.new_page()
        page.goto(f"{page_at(**props)}/{fragment}")
        expect(page.locator("#told-layers")).to_contain_text("elements", timeout=30_000)  # it is ready
        return page

    yield open_page
    context.close()


def told(page: Page, name: str) -> Any:
    return json.loads(page.locator(f"#told-{name}").inner_text() or "null")


def expect_told(page: Page, name: str, text: str) -> None:
    expect(page.locator(f"#told-{name}")).to_contain_text(text)


def test_colouring_from_python_has_its_legend_and_goes(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("#colour")
    expect(page.locator(".legend li")).to_have_text(["2h2", "1h1", "无值4"])
    page.click("#uncolour")
    expect(page.locator(".legend")).to_be_hidden()
    page.click("#colour")  # the same wish again
    expect(page.locator(".legend li")).to_have_count(3)


def test_colouring_that_the_page_starts_with_is_there(opened: Callable[..., Page]) -> None:
    page = opened(colouring={"layer": "elements", "column": "ifc_class"})
    expect(page.locator(".legend li").first).to_contain_text("IfcWall")


def test_colouring_without_panels_changes_the_picture(opened: Callable[..., Page]) -> None:
    page = opened(chrome=False, view={"position": [5.0, -14.0, 3.0], "target": [5.0, 0.0, 3.0]})
    page.wait_for_timeout(3000)
    canvas = page.locator("canvas")
    before = canvas.screenshot()
    assert canvas.screenshot() == before, "nothing moves by itself"
    page.click("#colour")
    page.wait_for_timeout(1500)
    assert canvas.screenshot() != before


def test_colouring_chosen_in_the_panel_reaches_python(opened: Callable[..., Page]) -> None:
    page = opened()
    page.keyboard.press("c")
    page.select_option("[data-field=layer]", "elements")
    line = page.locator("[data-field=column] option", has_text=re.compile("^耐火等级.*3$"))
    page.select_option("[data-field=column]", line.get_attribute("value"))
    expect_told(page, "colouring", "FireRating")
    assert told(page, "colouring") == {**BY_RATING, "ramp": "viridis"}
    page.locator(".chip").click()
    expect(page.locator("#told-colouring")).to_have_text("null")


def test_a_field_that_is_not_there_is_said_and_taken_back(opened: Callable[..., Page]) -> None:
    page = opened(colouring={"layer": "elements", "column": "nothing"})
    expect(page.locator(".toast.error")).to_contain_text("nothing")
    expect(page.locator(".legend")).to_be_hidden()
    expect(page.locator("#told-colouring")).to_have_text("null")


def test_selection_from_python_opens_the_card(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("#choose")
    expect(page.locator(".card h2")).to_have_text("101 配电室")


def test_selection_by_search_link_and_plan_reaches_python(opened: Callable[..., Page]) -> None:
    page = opened("#plan=storey:lib:1F")
    page.keyboard.press("/")
    page.keyboard.type("M1")
    expect(page.locator(".search-result").first).to_be_visible()
    page.keyboard.press("Enter")
    expect_told(page, "selection", "element:lib:door")
    page.locator(".card details", has_text="关系").get_by_role("button", name="1F").click()
    expect_told(page, "selection", "storey:lib:1F")
    page.locator(".plan-space").nth(1).click(position={"x": 20, "y": 20})
    expect_told(page, "selection", "space:lib:102")
    page.locator(".card").get_by_role("button", name="关闭").click()
    expect(page.locator("#told-selection")).to_have_text("null")


def test_layers_from_python_move_the_tree_and_back(opened: Callable[..., Page]) -> None:
    page = opened()
    check = page.locator("[data-layer=elements]")
    expect(check).to_be_checked()
    page.click("#hide")
    expect(check).not_to_be_checked()
    page.locator(".layer", has_text="构件").locator(".layer-more").click()
    expect(page.get_by_label("构件 的不透明度")).to_have_value("0.5")
    check.check()
    expect_told(page, "layers", '"elements": {"opacity": 0.5, "visible": true}')
    page.click("#hide")  # the same wish again, after it was undone by hand
    expect(check).not_to_be_checked()


def test_view_goes_both_ways(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("#look")
    page.wait_for_function(
        "JSON.parse(document.getElementById('told-view').textContent)?.target[1].toFixed(1) === '3.0'"
    )
    assert told(page, "view")["position"] == pytest.approx([5, 3, 60], abs=0.5)
    page.locator("[data-tool=plan]").click()
    expect_told(page, "view", '"plan": true')
    page.locator("[data-tool=plan]").click()
    page.locator("[data-tool=home]").click()
    page.wait_for_function(
        "JSON.parse(document.getElementById('told-view').textContent).target[2] > 2"
    )  # of the building


def test_the_address_wins_over_what_the_page_asks_for(opened: Callable[..., Page]) -> None:
    fragment = "#view=1,2,50,1,3,0&layers=terrain:0:1&colour=elements&column=ifc_class"
    page = opened(fragment, view=FROM_ABOVE, layers={"terrain": {"visible": True}}, colouring=BY_RATING)
    expect(page.locator(".legend li").first).to_contain_text("IfcWall")
    expect(page.locator("[data-layer=terrain]")).not_to_be_checked()
    expect_told(page, "colouring", "ifc_class")
    assert told(page, "layers")["terrain"]["visible"] is False
