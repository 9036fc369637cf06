"""One-map screens in a real browser: around the one viewer, in words, by keyboard, on every size."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotInTimeError

from tests.browser.screen_answers import Screens
from tests.browser.serving import let_in
from tests.waiting import until
from twin.people.roles import Role

pytestmark = pytest.mark.browser

STEPS = [
    {"below": None, "value": "brick", "title": {"zh": "砖墙", "en": "Brick"}, "colour": "good"},
    {"below": None, "value": "other", "title": {"zh": "其他", "en": "Other"}, "colour": "bad"},
]
COLOUR = {"layer": "elements", "title": {"zh": "墙体", "en": "Walls"}, "unit": "", "every_s": 60, "ramp": "viridis"}
MOUNTED = "const { engine, ui } = (await window.campus_twin.mounted).mounted;"
# shown text that is cut, too small to be read from where one stands, or outside the window
WRONG = """() => [...document.querySelectorAll('.page :is(button, h1, h2, span, p, li)')].filter((one) => {
  if (!one.checkVisibility() || one.closest('.unseen, dialog, .digit, .screen-ticker, .head-menu-body')) return false;
  if (![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
  const box = one.getBoundingClientRect();
  const zoom = one.closest('.campus-ui') ? Number(getComputedStyle(one.closest('.campus-ui')).zoom) : 1;
  const [tab, words] = [one.closest('.tab-list'), one.closest('.words')];
  const scrolls = (tab && tab.scrollWidth > tab.clientWidth) || (words && words.scrollHeight > words.clientHeight);
  return parseFloat(getComputedStyle(one).fontSize) * zoom < Math.max(14, innerHeight / 90) - 0.01
    || (!scrolls && (box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1))
    || (one.scrollWidth > one.clientWidth + 1
      && one.matches('.kpi-title, .tab-title, .under-long, .under-short, .head-date, .head-time'));
}).map((one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const where = [left, top, right, bottom].map(Math.round).join(' ');
  return `${one.className} ${one.textContent.slice(0, 30)}, ${getComputedStyle(one).fontSize} at ${where}`;
})"""
# where a wall of the small campus is seen, what is hit there, and how wide the canvas looks and is
WALL_HIT = """(async () => {
  const { engine } = (await window.campus_twin.mounted).mounted;
  const { x, y } = engine.project([5, 0, 2]);
  const { left, top, width, height } = engine.canvas.getBoundingClientRect();
  const { clientWidth, clientHeight } = engine.canvas;
  const hit = engine.pick(x, y)?.idx ?? null;
  return [left + (x * width) / clientWidth, top + (y * height) / clientHeight, hit, width, clientWidth];
})()"""
# window, what the wall's configuration says
SIZES: list[tuple[int, int, str]] = [
    (1366, 768, "null"),
    (1920, 1080, "null"),
    (3840, 2160, "null"),
    (5760, 1080, "{ grid: [3, 1] }"),
    (11520, 3240, "{ grid: [6, 3], second: 'energy' }"),
    (390, 844, "null"),
]


@pytest.fixture(scope="module")
def screens() -> Screens:
    layers = {"buildings": 0.5, "spaces": 1, "drainage": 0}
    said = Screens()
    said.maps["overview"] = {"layers": layers, "ground": 0.4, "labels": False, "colour": {**COLOUR, "steps": STEPS}}
    return said


@pytest.fixture(scope="module")
def page(chromium: Browser, app: FastAPI, url: str, screens: Screens) -> Iterator[Page]:
    """The page of somebody who works here, on the desk; what it says of itself is a fault."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    one = let_in(context, url, app, Role.DISPATCHER).new_page()
    one.set_default_timeout(60_000)
    said: list[str] = []
    one.on("pageerror", lambda fault: said.append(str(fault)))
    one.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    screens.answer(one)
    walls = context.request.get(f"{url}/api/v1/values?layer=elements&column=ifc_class").json()
    classes = ["brick"] + ["other"] * (len(walls["categories"]) - 1)
    screens.answers["overview"] = {**walls, "layer": "elements", "state": "good", "categories": classes}
    one.goto(f"{url}/#lang=zh")
    expect(one.locator(".topbar")).to_be_visible(timeout=60_000)
    yield one
    assert said == []
    context.close()


def do(page: Page, script: str) -> Any:
    return page.evaluate(f"async () => {{ {MOUNTED} {script} }}")


def test_a_screen_is_put_around_the_viewer_and_taken_away_again(page: Page) -> None:
    do(page, "engine.setLayerVisible('drainage', false); window.canvas = engine.canvas")
    do(page, "engine.setLayerOpacity('elements', 0.7); engine.setTerrainOpacity(1)")
    before = do(page, "return engine.layerState()")
    assert not any("screen.js" in one for one in page.evaluate("performance.getEntries().map((one) => one.name)"))
    page.get_by_role("button", name="大屏", exact=True).click()
    expect(page.locator(".head-theme")).to_have_text("综合态势")
    expect(page.locator(".screen-legend li")).to_have_count(2)
    expect(page.locator(".topbar")).to_be_hidden()
    shown = do(page, "return engine.layerState()")
    assert shown["buildings"] == {"visible": True, "opacity": 0.5}
    assert shown["spaces"]["visible"] is True
    assert shown["elements"]["opacity"] == 1, "what a screen does not name is as the scene has it"
    assert do(page, "return engine.labels.wanted") is False
    expect(page).to_have_url(re.compile("screen=overview"))
    assert "layers=" not in page.url, "what a screen shows is in its file"
    page.keyboard.press("Alt+6")
    expect(page.locator(".head-theme")).to_have_text("能耗")
    expect(page.locator(".screen-legend")).to_be_hidden()
    page.locator("#screen-tab-energy").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#screen-tab-office")).to_be_focused()
    expect(page).to_have_url(re.compile("screen=office"))
    page.get_by_role("button", name="回到值班台").click()
    expect(page.locator(".topbar")).to_be_visible()
    assert do(page, "return engine.layerState()") == before
    assert do(page, "return engine.labels.wanted") is True
    expect(page.locator(".screen-head")).to_be_hidden()
    assert do(page, "return engine.canvas === window.canvas && document.querySelectorAll('canvas').length === 1")
    assert do(page, "return engine.canvas.clientWidth === innerWidth && engine.canvas.clientHeight === innerHeight")


def test_numbers_say_how_they_are_and_open(page: Page, screens: Screens) -> None:
    do(page, "ui.store.set({ mode: 'screen', screen: 'overview' })")
    tiles = page.locator(".kpi")
    expect(tiles).to_have_count(6)
    expect(tiles.nth(0)).to_have_accessible_name("在办事件，17，▲41.7% 比昨日差")
    expect(tiles.nth(1)).to_have_accessible_name(re.compile("93.4 %，未达目标 ≥ 95.0"))
    expect(tiles.nth(3)).to_have_attribute("data-state", "stale")
    expect(tiles.nth(3)).to_contain_text("停在")
    expect(tiles.nth(4)).to_have_accessible_name(re.compile("正在等待消费流水（payment 事件）"))
    expect(tiles.nth(5)).to_have_accessible_name(re.compile("查询超过 10 秒，依据的系数未经核实"))
    reel = tiles.nth(0).locator(".digit-reel").last
    assert reel.evaluate("(one) => one.style.transform") == "translateY(-70%)"
    screens.kpis[0]["value"] = 18
    do(page, "ui.store.set({ alarms: new Map(ui.store.state.alarms) })")  # something happened: asked anew
    expect(tiles.nth(0)).to_have_accessible_name(re.compile("18"))
    assert reel.evaluate("(one) => one.style.transform") == "translateY(-80%)"
    tiles.nth(0).click()
    card = page.get_by_role("dialog", name="在办事件")
    expect(card).to_contain_text("未了结的事件数")
    expect(card).to_contain_text("值班长")
    expect(card.locator("tbody tr")).to_have_count(12)
    expect(card.locator("tbody td").first).to_have_text("<b>第 0 项</b>")
    card.get_by_role("button", name="下一页").click()
    expect(card).to_contain_text("第 13–24 行，共 30+ 行")
    card.get_by_role("button", name="在图上查看").first.click()
    expect(card).to_be_hidden()
    expect(page.locator(".card h2")).to_have_text("101 配电室")
    expect(page.locator(".head-place")).to_contain_text("配电室")
    expect(page).to_have_url(re.compile("place=space:lib:101"))
    page.wait_for_function("() => document.querySelector('.kpi[data-state=\"good\"]')")
    of_place = "/screens/overview/kpis?place=space%3Alib%3A101"
    # answered by this thread, whenever it looks at the page
    until(lambda: page.evaluate("1") and any(one.startswith(of_place) for one in screens.asked), 30)
    page.locator(".head-place").click()
    expect(page.locator(".head-place")).to_be_hidden()


def test_dash_is_told_what_is_shown_and_may_change_it(page: Page) -> None:
    do(page, "ui.store.set({ mode: 'screen', screen: 'overview', place: null })")
    told = "() => dash_component_api.getLayout('screen').props.state"
    page.wait_for_function(f"({told})()?.screen === 'overview'")
    state = page.evaluate(told)
    assert {**state, "tick": 0} == {
        "mode": "screen", "screen": "overview", "at": None, "known": None, "place": None, "second": None,
        "style": "dark",
        "language": "zh", "unit_px": 1, "tick": 0,
    }  # fmt: skip
    page.evaluate(
        "dash_clientside.set_props('screen', { state: { screen: 'fire', style: 'red_gold', language: 'en' } })"
    )
    expect(page.locator(".head-theme")).to_have_text("Fire")
    page.wait_for_function(f"({told})().style === 'red_gold'")
    assert page.evaluate(told)["mode"] == "screen", "what was left out stays, and is told again"
    assert page.evaluate("document.documentElement.dataset.theme") == "red_gold"
    assert do(page, "return '#' + engine.stage.sky.material.uniforms.uZenith.value.getHexString()") == "#1b0508"
    expect(page.locator(".kpi").nth(0)).to_have_accessible_name(re.compile("Open incidents, ?|Open incidents，"))


def test_it_fits_every_size(page: Page) -> None:
    do(page, "ui.store.set({ mode: 'screen', screen: 'fire', language: 'en' })")
    expect(page.locator(".kpi[data-state=good]").first).to_be_visible()
    do(page, "engine.draw = () => {}")  # what stands around it is looked at; drawing it takes a minute
    for width, height, wall in SIZES:
        do(page, f"ui.store.set({{ wall: {wall} }})")
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(f"() => document.getElementById('page').clientWidth === {width}")
        # panels learn their size from Dash
        with contextlib.suppress(NotInTimeError):
            page.wait_for_function(f"() => !({WRONG})().length")
        assert page.evaluate(WRONG) == [], (width, height)
        canvas = page.evaluate("(({ width, height }) => [width, height])(document.querySelector('canvas'))")
        assert canvas[0] * canvas[1] <= 8_300_000
        assert max(canvas) <= 4096
    do(page, "delete engine.draw; engine.invalidate()")
    expect(page.locator(".kpi")).to_have_count(2)
    page.get_by_role("tab", name="Trouble").click()
    expect(page.locator("#screen-right")).to_be_visible()
    expect(page.locator("#screen-ticker")).to_be_hidden()
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.locator(".kpi")).to_have_count(6)


def test_what_is_clicked_is_what_is_hit_where_a_wall_is_scaled(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 600})  # small: each frame is drawn without a graphics processor
    do(page, "engine.select(null); engine.setView({ position: [5, -25, 18], target: [5, 3, 2] })")
    for fit in ("contain", "stretch"):
        do(page, f"ui.store.set({{ mode: 'screen', wall: {{ size: [1000, 800], fit: '{fit}' }} }})")
        page.wait_for_function("() => document.getElementById('page').style.transform.includes('scale')")
        page.wait_for_function(f"{WALL_HIT}.then((at) => at[2] !== null)")  # the tile is there
        x, y, hit, seen, drawn = page.evaluate(WALL_HIT)
        assert seen < drawn, "it is scaled"
        page.mouse.click(x, y)
        assert do(page, "return engine.selected") == hit
        do(page, "engine.select(null)")
    do(page, "ui.store.set({ wall: null })")


def test_who_only_looks_begins_with_the_screens_and_a_link_says_otherwise(
    chromium: Browser, app: FastAPI, url: str
) -> None:
    context = let_in(chromium.new_context(viewport={"width": 600, "height": 500}), url, app, on_desk=False)
    page = context.new_page()
    Screens().answer(page)
    page.goto(url)
    expect(page.locator(".head-theme")).to_have_text("综合态势", timeout=60_000)
    expect(page).to_have_url(re.compile("screen=overview"), timeout=60_000)
    page.goto("about:blank")
    page.goto(f"{url}/#lang=en&screen=energy&place=space:lib:101&alone=storey:lib:1F")
    expect(page.locator(".head-place")).to_have_text("101 配电室", timeout=60_000)
    expect(page.locator(".head-theme")).to_have_text("Energy")
    state = "({ place, isolation }) => [place, isolation?.storeyIds]"
    assert do(page, f"return ({state})(ui.store.state)") == ["space:lib:101", ["storey:lib:1F"]]
    context.close()
