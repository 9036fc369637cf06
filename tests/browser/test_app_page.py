"""The page in a real browser: search, card, layers, plan, colours, links, languages, keys, words for every fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.serving import let_in

pytestmark = pytest.mark.browser

DESK = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def context(chromium: Browser, app: FastAPI, url: str) -> Iterator[BrowserContext]:
    """One browser cache for all, fresh storage for each test (below)."""
    one = let_in(chromium.new_context(viewport=DESK), url, app)
    yield one
    one.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    one = context.new_page()
    yield one
    one.close()


@pytest.fixture
def open_app(page: Page, url: str) -> Callable[..., Page]:
    def opened(fragment: str = "", *, keep: bool = False) -> Page:
        if not keep:
            page.goto(f"{url}/api/v1/scene")
            page.evaluate("localStorage.clear()")
        page.goto("about:blank")
        page.goto(f"{url}/{fragment}")
        expect(page.locator(".topbar")).to_be_visible(timeout=30_000)
        return page

    return opened


def find(page: Page, question: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(question)
    expect(page.locator(".search-result").first).to_be_visible()


def test_it_opens_with_words_in_chinese_and_asks_nobody_else(
    page: Page, open_app: Callable[..., Page], url: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    open_app()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("h1")).to_have_text("小园区")
    expect(page.locator(".notice")).to_contain_text("虚构的园区")
    expect(page.locator(".readout")).to_contain_text("EPSG:4549")
    page.wait_for_timeout(1000)
    assert said == []
    assert [one for one in asked if not one.startswith((url, "blob:", "data:", "about:"))] == []


def test_pinyin_initials_find_a_room_and_the_link_brings_it_back(open_app: Callable[..., Page]) -> None:
    page = open_app()
    find(page, "pds")
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_have_text("101 配电室")
    expect(page.locator(".card-place")).to_contain_text("图书馆 › 1F")
    expect(page).to_have_url(re.compile("sel=space:lib:101"))
    fragment = page.evaluate("location.hash")
    view = re.findall(r"view=([^&]+)", fragment)[0]
    open_app(fragment)
    expect(page.locator(".card h2")).to_have_text("101 配电室")
    page.wait_for_timeout(800)
    restored = re.findall(r"view=([^&]+)", page.evaluate("location.hash"))[0]
    for before, after in zip(view.split(","), restored.split(","), strict=True):
        assert float(after) == pytest.approx(float(before), abs=0.05)


def test_a_link_is_followed_that_is_put_into_the_address_while_the_page_writes_its_own(
    open_app: Callable[..., Page],
) -> None:
    page = open_app()
    find(page, "pds")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sel=space:lib:101"))
    link = page.evaluate("location.hash")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("sel="))
    page.evaluate(
        """async (link) => {
          const { ui } = (await window.campus_twin.mounted).mounted;
          location.hash = link;
          ui.writeAddress();  // before the browser says that the address is another
        }""",
        link,
    )
    expect(page.locator(".card h2")).to_have_text("101 配电室")
    page.wait_for_timeout(800)
    assert "sel=space:lib:101" in page.evaluate("location.hash")


def test_a_room_that_was_looked_for_is_seen_without_what_covers_it(open_app: Callable[..., Page]) -> None:
    page = open_app()
    rooms = page.locator("#ui-layer-spaces")
    expect(rooms).not_to_be_checked()
    find(page, "pds")
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="1F")).to_be_visible()
    expect(rooms).to_be_checked()
    find(page, "M1")  # stands on the same storey: nothing changes
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_contain_text("门 M1")
    expect(page.locator(".chip", has_text="1F")).to_be_visible()
    page.locator(".chip", has_text="1F").click()
    expect(page.locator(".chip", has_text="1F")).to_be_hidden()


def test_layers_are_found_by_their_titles_and_pipes_through_the_ground(open_app: Callable[..., Page]) -> None:
    page = open_app()
    find(page, "排水")
    expect(page.locator(".search-result").first).to_contain_text("排水")
    page.keyboard.press("Enter")
    expect(page.locator(".chip", has_text="35 %")).to_be_visible()
    page.keyboard.press("g")
    expect(page.get_by_role("slider", name="地面不透明度")).to_have_value("35")
    page.locator(".chip", has_text="35 %").click()
    expect(page.get_by_role("slider", name="地面不透明度")).to_have_value("100")
    page.get_by_role("button", name="在视线中心开挖").click()
    expect(page.get_by_role("slider", name="开挖窗半径")).to_have_attribute("aria-valuetext", "30 m")


def test_a_click_on_the_model_opens_its_card(open_app: Callable[..., Page]) -> None:
    page = open_app("#view=5,-14,3,5,0,3&lang=zh")  # in front of the south wall
    page.wait_for_timeout(1500)
    box = page.locator("canvas").bounding_box()
    card = page.locator(".card")
    assert box
    for _ in range(20):  # until the tile is there: software WebGL on a busy machine takes its time
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)
        if card.is_visible():
            break
    expect(card).to_contain_text("墙 IfcWall")
    expect(card).to_contain_text("element:lib:south")
    expect(card).to_contain_text("#1")  # where it is in its source
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_property_sets_and_relations_are_on_the_card(open_app: Callable[..., Page]) -> None:
    page = open_app("#sel=element:lib:door")
    card = page.locator(".card")
    expect(card).to_contain_text("Pset_DoorCommon")
    expect(card).to_contain_text("EI60")
    card.locator("details", has_text="关系").get_by_role("button", name="1F").click()
    expect(card.locator("h2")).to_have_text("1F")


def test_a_hidden_layer_stays_hidden_through_a_link(open_app: Callable[..., Page]) -> None:
    page = open_app()
    check = page.locator("[data-layer=elements]")
    expect(check).to_be_checked()
    check.uncheck()
    expect(page.locator(".layer-group", has_text="构件").locator("input").first).not_to_be_checked()
    expect(page).to_have_url(re.compile("layers=elements:0:1"))
    open_app(page.evaluate("location.hash"))
    expect(page.locator("[data-layer=elements]")).not_to_be_checked()


def test_language_and_theme_switch_and_are_remembered(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".topbar-toggle")).to_have_text("Layers")
    expect(page.locator("h1")).to_have_text("Small campus")
    expect(page.locator("[data-building] .layer-title")).to_have_text("Library")
    find(page, "101")
    expect(page.locator(".search-place").first).to_have_text("Library · 1F")
    page.keyboard.press("Enter")
    expect(page.locator(".card-place")).to_have_text("Library › 1F")
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("getComputedStyle(document.querySelector('.topbar')).backgroundColor") == "rgb(255, 255, 255)"
    expect(page).to_have_url(re.compile("lang=en&theme=light"))
    open_app(keep=True)
    expect(page.locator(".topbar-toggle")).to_have_text("Layers")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_plan_stands_beside_the_model_and_answers_clicks(open_app: Callable[..., Page]) -> None:
    page = open_app("#plan=storey:lib:1F")
    plan = page.locator(".plan")
    rooms = plan.locator(".plan-space")
    expect(rooms).to_have_count(2)
    expect(plan).to_contain_text("配电室")
    expect(plan.locator(".plan-device")).to_have_count(2)
    rooms.nth(1).click(position={"x": 20, "y": 20})
    expect(page.locator(".card h2")).to_have_text("102 阅览室")
    expect(rooms.nth(1)).to_have_class(re.compile("selected"))
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator("canvas")).to_be_hidden()
    expect(plan.locator(".plan-drawing")).to_be_visible()
    page.emulate_media(media="screen")
    plan.get_by_role("button", name="关闭").click()
    expect(plan).to_be_hidden()
    expect(page.locator("#ui-layers")).to_be_visible()


def choose_field(page: Page, words: str) -> None:
    """Take the field whose line starts with ``words``."""
    line = page.locator("[data-field=column] option", has_text=re.compile(f"^{re.escape(words)}")).first
    page.select_option("[data-field=column]", line.get_attribute("value"))


def test_colouring_explains_itself_and_goes_back(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.keyboard.press("c")
    page.select_option("[data-field=layer]", "elements")
    choose_field(page, "IFC 类")
    legend = page.locator(".legend")
    expect(legend.locator("li").first).to_contain_text("IfcWall")
    expect(legend.locator("li").first).to_contain_text("4")
    choose_field(page, "几何体积")
    expect(legend).to_contain_text("m³")
    expect(legend.locator("[data-row=none]")).to_contain_text("3")  # column, door and slab have no volume
    page.locator(".chip").click()
    expect(legend).to_be_hidden()
    expect(page.locator("[data-field=column]")).to_have_value("")


def test_a_property_set_is_found_by_typing_and_coloured_by(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.keyboard.press("c")
    page.select_option("[data-field=layer]", "elements")
    page.locator("[data-field=filter]").fill("pset_wall")
    expect(page.locator("[data-field=column] optgroup")).to_have_count(1)
    choose_field(page, "耐火等级 FireRating")
    rows = page.locator(".legend li")
    expect(rows).to_have_text(["2h2", "1h1", "无值4"])
    expect(page.locator(".legend")).to_contain_text("Pset_WallCommon")
    expect(page.locator(".chip")).to_contain_text("着色")


def test_isolating_a_storey_leaves_a_chip_with_the_way_back(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.get_by_role("button", name="图书馆 的楼层").click()
    page.locator("[data-storey='storey:lib:1F']").click()
    chip = page.locator(".chip")
    expect(chip).to_contain_text("图书馆 1F")
    page.keyboard.press("g")
    page.get_by_role("button", name="在视线中心开挖").click()
    page.get_by_role("button", name="全部恢复").click()
    expect(chip).to_have_count(0)
    expect(page.locator("[data-storey='storey:lib:1F']")).to_have_attribute("aria-pressed", "false")


def test_section_box_follows_its_sliders(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.keyboard.press("x")
    page.get_by_role("button", name="整个园区").click()
    slider = page.locator(".axis").nth(2).locator("input").nth(1)
    before = page.locator(".axis").nth(2).locator("output").nth(1).inner_text()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    after = page.locator(".axis").nth(2).locator("output").nth(1).inner_text()
    assert float(before.split()[0]) - float(after.split()[0]) == pytest.approx(0.1)


def test_measuring_says_metres(open_app: Callable[..., Page]) -> None:
    page = open_app("#view=5,-14,3,5,0,3")
    page.wait_for_timeout(1200)
    page.keyboard.press("m")  # a distance, until another is chosen
    page.mouse.click(640, 420)
    page.mouse.click(760, 420)
    expect(page.locator(".big-number")).to_contain_text("m")
    assert float(page.locator(".big-number").inner_text().split()[0].replace("m", "")) > 0
    page.keyboard.press("Escape")  # ends the measuring, then closes its panel
    expect(page.locator("[data-mode=distance]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.locator(".tool-panel")).to_be_hidden()


def test_viewpoints_are_kept(open_app: Callable[..., Page]) -> None:
    page = open_app("#view=5,-14,3,5,0,3")
    page.wait_for_timeout(800)
    page.keyboard.press("v")
    page.get_by_label("视点名称").fill("南墙")
    page.get_by_role("button", name="保存当前").click()
    open_app("", keep=True)
    page.keyboard.press("v")
    page.get_by_role("button", name="南墙", exact=True).click()
    expect(page).to_have_url(re.compile("#view=5,-14,3"))


def test_every_button_has_a_name_and_the_toolbar_moves_by_arrows(open_app: Callable[..., Page]) -> None:
    page = open_app("#sel=element:lib:door&plan=storey:lib:1F")
    expect(page.locator(".card h2")).to_be_visible()
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input:not([aria-hidden=true]), select')]"
        ".filter((one) => !one.closest('.screen-panel[hidden]'))"
        ".filter((one) => !one.getAttribute('aria-label') && !one.textContent.trim() && !one.labels?.length)"
        ".map((one) => one.outerHTML)"
    )
    assert nameless == []
    page.locator("[data-tool=home]").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.tool") == "north"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_nothing_covers_anything(open_app: Callable[..., Page], width: int, height: int) -> None:
    page = open_app("#sel=element:lib:door")
    page.set_viewport_size({"width": width, "height": height})
    page.keyboard.press("x")
    page.get_by_role("button", name="整个园区").click()
    expect(page.locator(".card h2")).to_be_visible()
    names = (
        ".topbar",
        "#ui-layers",
        ".toolbar",
        ".tool-panel",
        ".card",
        ".readout",
        ".compass",
        ".notice",
        ".chips .chip",
    )
    boxes = {name: page.locator(name).first.bounding_box() for name in names}
    for name, box in boxes.items():
        assert box, name
        assert box["x"] >= 0, name
        assert box["y"] >= 0, name
        assert box["x"] + box["width"] <= width, name
        assert box["y"] + box["height"] <= height, name
    overlaps = [(a, b) for a in names for b in names if a < b and overlap(boxes[a], boxes[b])]
    assert overlaps == []


def test_on_a_wall_panels_grow_and_the_scale_bar_stays_true(open_app: Callable[..., Page]) -> None:
    def measured() -> tuple[float, float]:
        bar, length = page.locator(".scale-bar").bounding_box(), page.locator(".scale-length").inner_text()
        assert bar
        return bar["width"] / float(length.split()[0]), page.locator(".topbar").bounding_box()["height"]  # type: ignore[index]

    page = open_app("#view=5,3,60,5,3,0,p100")
    page.set_viewport_size({"width": 2900, "height": 1600})
    page.wait_for_timeout(1500)
    px_per_m, bar_px = measured()
    assert bar_px > 90
    assert px_per_m == pytest.approx(16, rel=0.02)  # 1600 px show 100 m


def overlap(one: Any, other: Any) -> bool:
    def apart(axis: str, size: str) -> bool:
        return bool(one[axis] + one[size] <= other[axis] + 0.5 or other[axis] + other[size] <= one[axis] + 0.5)

    return not apart("x", "width") and not apart("y", "height")


def test_a_scene_that_cannot_be_read_says_so(page: Page, url: str) -> None:
    page.route("**/api/v1/scene*", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"{url}/")
    expect(page.locator(".opening.failed")).to_contain_text("园区打不开", timeout=30_000)
    expect(page.get_by_role("button", name="重试")).to_be_visible()


def test_a_card_that_cannot_be_read_says_why(open_app: Callable[..., Page]) -> None:
    page = open_app()
    fault = {"code": "generation_damaged", "text": {"zh": "数据已损坏", "en": "damaged"}}
    page.route("**/features/by-idx/*", lambda route: route.fulfill(status=503, json=fault))
    find(page, "cam-001")
    page.keyboard.press("Enter")
    expect(page.locator(".card [role=alert]")).to_contain_text("数据已损坏")


PAYLOADS = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "<svg onload=window.hit=1>",
    "javascript:window.hit=1",
    '"><iframe srcdoc="<script>parent.hit=1</script>">',
    "{{constructor.constructor('window.hit=1')()}}",
    "'-window.hit=1-'",
    "</text><script>window.hit=1</script>",
]


def test_names_from_files_are_text_and_nothing_else(open_app: Callable[..., Page]) -> None:
    page = open_app()

    def poison(route: Route) -> None:
        feature = route.fetch().json()
        evil = {f"{one}{n}": one for n, one in enumerate(PAYLOADS * 25)}
        properties = [
            {"set_name": one, "name": one, "value": one, "number": None, "unit": None, "origin": "property"}
            for one in PAYLOADS
        ]
        feature |= {"name": PAYLOADS[0], "attributes": evil, "properties": properties, "storey": PAYLOADS[1]}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(feature))

    page.route("**/features/by-idx/*", poison)
    find(page, "cam-001")
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_contain_text("<img src=x")
    assert page.locator(".card").locator("img:not([hidden]), iframe, script, a").count() == 0
    assert page.evaluate("window.hit") is None


def test_nothing_found_says_what_to_try(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.keyboard.press("/")
    page.keyboard.type("不存在的房间")
    expect(page.locator(".search-empty")).to_contain_text("没有找到")
    expect(page.locator(".search-hint")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".search-results")).to_be_hidden()
