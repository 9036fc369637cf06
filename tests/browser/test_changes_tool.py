"""What another survey changed, on the desk: counts, lists, colours and lines on the model, and all of it away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import desk_of
from tests.build.test_build import NORTH, WEST
from tests.resurvey import resurveyed_campus
from twin.people.roles import Role
from twin.store.campus import Campus

pytestmark = pytest.mark.browser
WHY = "东路管线复测"
GREEN, AMBER, BLUE, GREY = [0, 168, 118], [240, 160, 0], [47, 143, 230], [126, 134, 146]
TAN = [196, 164, 132]
# colour and strength of a feature; 0: its own
SHOWN = """async (idx) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  const { states, overlays } = engine.content;
  const lines = overlays.lines.mesh;
  const of = (one) => [...states.bytes.slice(one * 4, one * 4 + 4)];
  return { colours: idx.map(of), lines: lines.visible ? lines.geometry.instanceCount : 0 };
}"""
NEAR = """async ([x, y]) => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  const [east, north] = engine.getView().target;
  return Math.hypot(east - x, north - y) < 1;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resurveyed_campus(tmp_path_factory.mktemp("changes-tool") / "campus")


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(folder)


@pytest.fixture
def page(app: FastAPI, url: str, chromium: Browser) -> Iterator[Page]:
    with desk_of(chromium, url, app, Role.ENGINEER, 900) as page:
        page.locator("[data-tool=changes]").click()
        yield page


def test_a_re_survey_is_counted_listed_painted_and_taken_away(page: Page, folder: Path) -> None:
    ids = Campus.open(folder).generation.feature_ids().to_pylist()
    idx = [ids.index(f"link:gas:{one}") for one in ("G5", "G2", "G3", "G1")]

    def shown() -> Any:
        return page.evaluate(SHOWN, idx)

    counts = page.locator(".changes-table")
    count = counts.locator("button[data-layer=gas]")
    rows = page.locator(".changes-rows li")
    legend = page.locator(".changes-legend [data-change=moved]")
    # without a reason: what became of each thing, not how far it moved
    expect(count).to_have_text(["1", "1", "1", "1"])
    expect(page.locator(".stack")).to_contain_text("地面 35")  # pipes differ, and are seen
    expect(legend).to_contain_text("距离不详: 1")
    assert shown()["colours"][1][:3] == TAN
    count.nth(1).click()
    expect(rows).to_contain_text(["已移动，距离不显示"])
    page.locator(".changes [data-act=back]").click()
    page.locator(".changes [name=exactly]").fill(WHY)
    page.locator(".changes-exactly button").click()
    expect(page.locator(".changes")).to_contain_text("按精确坐标比较")
    expect(count).to_have_text(["1", "1", "1", "1"])
    expect(legend).to_contain_text("→移动")
    expect(legend).not_to_contain_text("距离不详")
    on_model = shown()
    assert [one[:3] for one in on_model["colours"]] == [GREEN, AMBER, BLUE, GREY]
    assert on_model["lines"] > 20, "a pipe of 85 m and the outline of a shed, dashed"

    count.nth(1).click()
    expect(rows).to_contain_text(["平面 0.500 m · 高程 −0.200 m"])
    rows.locator("button").click()
    expect(page.locator(".stack")).to_contain_text("地面 35")
    east, north, _ = Campus.open(folder).generation.manifest.origin
    page.wait_for_function(NEAR, arg=[WEST + 48 - east, NORTH - 60 - north])
    page.locator(".changes [data-act=back]").click()
    expect(count.nth(1)).to_be_focused()
    count.nth(2).click()
    expect(rows.locator("dd")).to_have_text("0.3 m → 0.25 m")

    page.keyboard.press("Escape")
    expect(page.locator(".changes")).to_have_count(0)
    away = shown()
    assert ([one[3] for one in away["colours"]], away["lines"]) == ([0, 0, 0, 0], 0)
    expect(page.locator(".stack")).not_to_contain_text("地面 35")

    page.route("**/api/v1/generations", lambda asked: asked.fulfill(json={"generations": [{"number": 1}]}))
    page.locator("[data-tool=changes]").click()
    expect(page.locator(".changes-answer")).to_contain_text("现在只有第 1 版模型")
