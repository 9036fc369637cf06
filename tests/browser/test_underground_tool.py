"""Sections and digs on the desk: what is drawn is asked, and what is shown is what a notebook says of the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

import twin
from ioc_app.app import create_app
from tests.browser.serving import desk_of, let_in
from twin.notebook.campus import Campus
from twin.people.roles import Role

pytestmark = pytest.mark.browser
PIT = [(429436, 2885905), (429446, 2885905), (429446, 2885925), (429436, 2885925)]
LINE = [(429430, 2885898), (429452, 2885930)]
WHY = "开挖方案编制"
# straight down, so that what is clicked is where it is meant, whatever stands there
LOOK = """async ([x, y]) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  engine.plan(true);
  engine.setView({ position: [x, y, 160], target: [x, y, 10], plan: true, height_m: 70 });
  await engine.settled();
}"""
AT = """async (points) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  const box = engine.canvas.getBoundingClientRect();
  return points.map(([x, y]) => engine.project([x, y, 14.6])).map((one) => [one.x + box.left, one.y + box.top]);
}"""
SHOWN = """async () => {
  const { engine, ui } = (await window.campus_twin.mounted).mounted;
  return { ground: ui.store.state.groundOpacity, measuring: ui.store.state.measureMode };
}"""


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture(scope="module")
def campus(demo_campus: Path) -> Campus:
    return twin.open(demo_campus)


@pytest.fixture(scope="module")
def origin(app: FastAPI) -> tuple[float, ...]:
    found: tuple[float, ...] = app.state.reads.generation.manifest.origin
    return found


@pytest.fixture(scope="module")
def page(app: FastAPI, url: str, chromium: Browser, origin: tuple[float, ...]) -> Iterator[Page]:
    with desk_of(chromium, url, app, Role.ENGINEER, 900) as page:
        page.locator("[data-tool=underground]").click()
        page.locator(".dug-form").wait_for()
        page.evaluate(LOOK, [429441 - origin[0], 2885908 - origin[1]])
        yield page


def draw(page: Page, points: list[tuple[int, int]], origin: tuple[float, ...]) -> None:
    """The last by a double click, which ends it."""
    at = page.evaluate(AT, [[x - origin[0], y - origin[1]] for x, y in points])
    for x, y in at[:-1]:
        page.mouse.click(x, y)
    page.mouse.dblclick(*at[-1])


def asked(page: Page, path: str) -> Any:
    """Check, and what was asked of the server."""
    with page.expect_request(lambda one: one.url.endswith(path)) as request:
        page.locator("[data-act=check]").click()
    page.locator(".dug-sheet").wait_for()
    return request.value.post_data_json


def in_campus(corners: list[list[float]], origin: tuple[float, ...]) -> list[tuple[float, float]]:
    return [(x + origin[0], y + origin[1]) for x, y in corners]


def shown_ids(page: Page) -> list[str]:
    """The things in the first table of the answer."""
    rows = page.locator(".dug-table").first.locator("tbody tr")
    return [str(one.get_attribute("title")) for one in rows.all()]


def test_a_pit_that_is_drawn_is_checked(page: Page, campus: Campus, origin: tuple[float, ...]) -> None:
    page.locator("[data-kind=dig]").click()
    draw(page, PIT, origin)
    page.locator("[data-act=check]").click()
    expect(page.locator(".dug-said .error")).to_contain_text("事由")
    page.locator("[name=exactly]").fill(WHY)
    page.locator("[name=by]").select_option("level")
    page.locator("[name=bottom_level_m]").fill("20")
    page.locator("[data-act=check]").click()
    expect(page.locator(".dug-said .error")).to_contain_text("开挖深度无法使用：坑底高程 20 m 不低于地面")
    page.locator("[name=by]").select_option("depth")
    body = asked(page, "/digs")
    area = shapely.Polygon(in_campus(body["area"], origin))
    assert area.symmetric_difference(shapely.Polygon(PIT)).area < 10
    assert (len(body["area"]), body["depth_m"], body["exactly"]) == (4, 1.5, WHY)
    found = campus.check_dig(area, 1.5)
    assert shown_ids(page) == [one.feature_id for one in found.things]
    expect(page.locator(".dug-summary")).to_contain_text(f"冲突 {found.counts()['hit']}")
    expect(page.locator(".dug-sheet")).to_contain_text("不能代替权属单位的许可")
    assert page.evaluate(SHOWN) == {"ground": 0.35, "measuring": None}
    page.locator(".dug-table").first.locator("tbody tr").first.click()
    expect(page.locator(".card h2")).to_contain_text(found.things[0].feature_id.rsplit(":", 1)[1])


def test_escape_takes_it_all_away(page: Page) -> None:
    """After the answer of the test before: the sheet, then the tool."""
    page.locator(".dug-sheet h2").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".dug-sheet")).to_have_count(0)
    assert page.evaluate(SHOWN) == {"ground": 1, "measuring": "area"}
    page.locator("[data-tool=underground]").focus()
    page.keyboard.press("Escape")
    assert page.evaluate(SHOWN) == {"ground": 1, "measuring": None}
    page.keyboard.press("Escape")
    expect(page.locator(".dug-form")).to_have_count(0)


def test_a_line_that_is_drawn_is_cut(page: Page, campus: Campus, origin: tuple[float, ...]) -> None:
    page.evaluate(LOOK, [429441 - origin[0], 2885908 - origin[1]])
    page.locator("[data-tool=underground]").click()
    page.locator(".dug-form").wait_for()
    draw(page, LINE, origin)
    expect(page.locator("[name=exactly]")).to_have_value(WHY)  # kept
    page.locator("[name=half_width_m]").fill("3")
    body = asked(page, "/sections/cross")
    found = campus.section(in_campus(body["line"], origin), half_width_m=3.0)
    assert found.pipes
    picture = page.locator(".dug-drawing img")
    assert str(picture.get_attribute("src")).startswith("blob:")
    page.wait_for_function("() => document.querySelector('.dug-drawing img').naturalWidth > 500")
    page.locator("[data-tab=tables]").click()
    assert shown_ids(page) == [one.feature_id for one in found.pipes]
    table = page.locator(".dug-table").first.locator("tbody tr")
    crowns = [one.locator("td").nth(6).inner_text() for one in table.all()]
    assert crowns == [f"{one.crown_m:.2f}" for one in found.pipes]
    with page.expect_download() as download:
        page.locator("[data-act=csv]").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == len(found.pipes) + 1


def test_an_end_of_a_trace_opens_its_long_section(page: Page, campus: Campus) -> None:
    page.locator("input[type=search]").first.fill("WS010--WS011")
    page.locator("[role=option]").first.click()
    page.locator("[data-network] summary").click()
    page.locator("[data-act='pipes.downstream']").click()
    page.locator("[data-act='pipes.profile']").first.click()
    expect(page.locator(".dug-sheet h2")).to_have_text("纵断面")
    found = campus.pipes("drainage").long_section("link:PS:WS010--WS011", "node:PS:WS082")
    page.locator("[data-tab=tables]").click()
    assert shown_ids(page) == [one.node_id for one in found.stations]


def test_whoever_may_not_ask_is_not_offered_it(app: FastAPI, url: str, chromium: Browser) -> None:
    context = let_in(chromium.new_context(viewport={"width": 1366, "height": 768}), url, app, Role.OPERATOR)
    page = context.new_page()
    page.goto(f"{url}#desk")
    expect(page.locator("[data-tool=wall]")).to_be_visible()  # by then it is known who asks
    expect(page.locator("[data-tool=underground]")).to_be_hidden()
    context.close()
