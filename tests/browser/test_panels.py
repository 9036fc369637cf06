"""The panels in a browser: drawn under the page's policy, changed in place, chosen from, opened to their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hostile import PAYLOADS
from tests.browser.panel_app import panel_app
from tests.browser.serving import served
from tests.ioc_app.screens.samples import AT, SAMPLES, StandIn, stand_in
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.serves]
STATE = {
    "mode": "screen",
    "screen": "energy",
    "at": None,
    "place": None,
    "style": "dark",
    "language": "en",
    "unit_px": 1,
}


DRAWN = "document.querySelectorAll('.screen-panel:not([hidden]) .main-svg').length > 4"
SMALL = """[...document.querySelectorAll('.screen-panel:not([hidden]) :is(text, tspan, h2, p, span, td, th)')]
  .filter((one) => one.textContent.trim() && parseFloat(getComputedStyle(one).fontSize) < 24)"""


class At:
    def now(self) -> datetime:
        return AT


@dataclass
class Wall:
    page: Page
    answers: StandIn
    console: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    tick: int = 0

    def show(self, **more: Any) -> None:
        """Set what the ScreenFrame would."""
        self.tick += 1
        self.page.evaluate(
            "state => dash_clientside.set_props('screen', {data: state})", STATE | more | {"tick": self.tick}
        )

    def title(self, slot: str) -> Any:
        return self.page.locator(f"#{slot} h2")

    def state(self) -> Any:
        """What a click made of it."""
        return self.page.evaluate("() => window.dash_component_api.getLayout('screen').props.data")


@pytest.fixture(scope="module")
def wall(chromium: Browser) -> Iterator[Wall]:
    answers = stand_in()
    with served(panel_app(answers, At())) as url:
        page = chromium.new_page(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
        page.set_default_timeout(60_000)
        one = Wall(page, answers)
        page.on("console", lambda said: said.type in ("error", "warning") and one.console.append(said.text))
        page.on("pageerror", lambda fault: one.console.append(str(fault)))
        page.on("request", lambda asked: one.fetched.append(asked.url))
        page.goto(url)
        page.locator("#panel-left-0").wait_for(state="attached")
        page.wait_for_function("() => Boolean(window.dash_clientside?.set_props)")
        yield one
        page.close()


HOVERED = """(chart) => chart.on('plotly_hover', ({ points }) => (window.under = points[0].pointNumber))"""


def click_bar(page: Page, panel: str, number: int) -> None:
    """As a hand does: Plotly answers a click once it has seen what the pointer rests on."""
    page.locator(f"{panel} .js-plotly-plot").evaluate(HOVERED)
    bar = page.locator(f"{panel} .bars .point path").nth(number)

    def rests() -> bool:
        box = bar.bounding_box()
        assert box is not None
        for x in (18, 20):
            page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
        return bool(page.evaluate("(n) => window.under === n", number))

    until(rests, 30)
    page.mouse.down()
    page.mouse.up()


def test_nothing_heavy_is_fetched_before_a_screen_is_shown(wall: Wall) -> None:
    expect(wall.page.locator(".screen-panel:visible")).to_have_count(0)
    assert [one for one in wall.fetched if "plotly.min" in one or "dash_ag_grid" in one] == []
    wall.show()
    expect(wall.page.locator("#panel-left-0 .plot .main-svg").first).to_be_visible()
    assert len([one for one in wall.fetched if "plotly.min" in one]) == 1
    assert [one for one in wall.fetched if "dash_ag_grid" in one] == []


def test_another_theme_is_drawn_in_the_same_elements(wall: Wall) -> None:
    wall.show()
    expect(wall.title("panel-left-0")).to_have_text("Power is 8% above its baseline")
    wall.page.evaluate("() => (window.kept = document.querySelector('#panel-right-0 .plot'))")
    wall.show(screen="states")
    expect(wall.title("panel-left-0")).to_have_text("Three buildings use half the power")
    expect(wall.page.locator(".screen-panel:visible")).to_have_count(4)
    assert wall.page.evaluate("() => window.kept === document.querySelector('#panel-right-0 .plot')")
    wall.show(screen="overview", language="zh")
    expect(wall.page.locator("#panel-left-0 .panel-tile")).to_have_count(8)
    expect(wall.page.locator("#panel-left-0 footer")).to_contain_text("数据 11月26日 14:00")
    expect(wall.page.locator("#panel-left-0 .main-svg")).to_have_count(0)


def test_no_text_is_smaller_than_people_can_read(wall: Wall) -> None:
    wall.page.set_viewport_size({"width": 3840, "height": 2160})
    try:
        for screen in ("energy", "overview"):
            wall.show(screen=screen, unit_px=2)
            expect(wall.page.locator("#panel-left-0")).to_have_css("--panel-unit", "2px")
            wall.page.wait_for_function(f"() => {DRAWN} && !({SMALL}).length")  # those of before may still stand there
    finally:
        wall.page.set_viewport_size({"width": 1920, "height": 1080})


def test_clicks_choose_place_screen_and_card(wall: Wall) -> None:
    wall.show(screen="overview")
    wall.page.locator("#panel-left-0 .panel-tile", has_text="Energy").click()
    wall.page.wait_for_function("() => dash_component_api.getLayout('screen').props.data.screen === 'energy'")
    expect(wall.title("panel-left-0")).to_have_text("Power is 8% above its baseline")
    wall.page.locator("#panel-right-2 tbody tr").nth(1).press("Enter")
    wall.page.wait_for_function("() => dash_component_api.getLayout('screen').props.data.place === 'building:c:1'")
    assert wall.state()["chosen"]["incident_id"] == "inc-1"
    expect(wall.page.locator("#panel-right-2 tr[data-chosen]")).to_have_count(1)
    click_bar(wall.page, "#panel-right-0", 2)
    wall.page.wait_for_function("() => dash_component_api.getLayout('screen').props.data.place === 'building:c:2'")
    until(lambda: ("energy", "ranking", None, "building:c:2") in wall.answers.asked, 30)


def test_the_rows_open_as_a_grid_of_texts(wall: Wall) -> None:
    wall.show()
    expect(wall.title("panel-right-2")).to_have_text("9 incidents are open")
    wall.page.locator("#panel-right-2 .rows-button").click()
    drawer = wall.page.locator("#panel-rows")
    expect(drawer.locator(".ag-row").first).to_be_visible()
    expect(drawer.locator("h2")).to_have_text("Rows: 9 incidents are open")
    expect(drawer.locator(".ag-header-cell-text").first).to_have_text("label_zh")
    expect(drawer.locator("summary")).to_have_text("SQL")
    wall.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(drawer.locator(".ag-root-wrapper")).to_have_count(0)


def test_hostile_text_is_only_text(wall: Wall) -> None:
    before = wall.answers.rows
    payloads = [one for one in PAYLOADS if "hacked" in one][:40]
    wall.answers.rows = {
        kind: [
            {name: payloads[place % 40] if isinstance(value, str) else value for name, value in row.items()}
            for place, row in enumerate(rows)
        ]
        for kind, rows in SAMPLES.items()
    }
    try:
        for screen, kind in (("energy", ".main-svg"), ("overview", ".panel-tile")):
            wall.show(screen=screen, language="zh")
            expect(wall.page.locator(f"#panel-left-0 {kind}").first).to_be_visible()
            wall.page.wait_for_timeout(300)
        expect(wall.page.locator("#panel-left-0 .panel-tile .name").first).to_contain_text("script")
        assert wall.page.evaluate("() => window.hacked") is None
        assert wall.page.locator(".screen-panel :is(a, img, script, iframe, marquee, form)").count() == 0
    finally:
        wall.answers.rows = before


def test_states_are_said_in_words(wall: Wall) -> None:
    wall.answers.state = {
        "ranking": {"state": "waiting", "rows": [], "waits_for": [{"zh": "等", "en": "Waiting for payments"}]},
        "trend": {"state": "broken", "rows": [], "fault": {"text": {"zh": "超", "en": "it took too long"}}},
        "columns": {"state": "empty", "rows": []},
        "shares": {"state": "stale"},
    }  # fmt: skip
    try:
        wall.show(screen="states")
        expect(wall.page.locator("#panel-left-0 .words")).to_have_text("Waiting for payments")
        expect(wall.page.locator("#panel-right-0 .words")).to_have_text(
            "This panel could not be read: it took too long"
        )
        expect(wall.page.locator("#panel-left-1 .words")).to_have_text("Nothing recorded in this time")
        expect(wall.page.locator("#panel-right-1 footer")).to_contain_text("stale since 26 Nov 14:00")
    finally:
        wall.answers.state = {}


def test_all_that_was_said_in_the_console(wall: Wall) -> None:
    """Last of its file: nothing went against the policy, nothing failed, nothing was asked of another server."""
    assert wall.console == []
    assert {one.split("/")[2] for one in wall.fetched if one.startswith(("http", "ws"))} == {
        wall.page.url.split("/")[2]
    }
