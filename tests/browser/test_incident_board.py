"""The screens of incidents, worked by keyboard against routed answers (``incident_desk.py``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from tests.browser.desk_page import desk_page
from tests.browser.incident_desk import (
    HOSTILE,
    MEASURES,
    NEAR,
    TERMS,
    Desk,
    ago,
    measures,
    order,
    picture,
    plan,
    summary,
)
from tests.browser.serving import let_in
from tests.entering import entered
from tests.ioc_app.test_catalogues import contrast
from twin.people.roles import Role

pytestmark = pytest.mark.browser
SIZE = ViewportSize(width=1366, height=768)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def opened(chromium: Browser, app: FastAPI, url: str, desk: Desk, role: Role) -> Page:
    page = desk_page(chromium, app, url, desk, role=role)
    page.keyboard.press("i")
    expect(page.locator(".incident-row[data-id]")).to_have_count(len(desk.incidents))
    return page


@pytest.fixture
def page(chromium: Browser, app: FastAPI, url: str, desk: Desk) -> Iterator[Page]:
    one = opened(chromium, app, url, desk, Role.DISPATCHER)
    yield one
    one.context.close()


def card(page: Page) -> Locator:
    return page.locator(".incident-card")


def wait_for_card(page: Page, incident_id: str) -> None:
    expect(card(page).locator(".incident-id")).to_have_text(incident_id)


def ids(page: Page, selector: str = ".incident-row[data-id]") -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all("all => all.map((one) => one.dataset.id)")
    return found


@pytest.mark.usefixtures("url")
def test_what_is_routed_has_the_shapes_of_the_server(app: FastAPI, desk: Desk) -> None:
    """Every field that a screen is tried with is one that the server really sends, and the other way round."""
    api = "/api/v1"
    report = {"report_id": "shape-0001", "kind": "fire", "text": "smoke", "channel": "phone", "reporter": {"name": "W"}}
    with entered(app, Role.DISPATCHER) as client:
        said = client.post(f"{api}/incidents", json=report | {"place": {"scene": [1, 2, 3], "where": "gate"}})
        assert said.status_code == 201, said.text
        real = client.get(f"{api}/incidents/{said.json()['incident_id']}").json()
        (line,) = client.get(f"{api}/incidents").json()["incidents"]
        terms, near = (client.get(f"{api}/{one}").json() for one in ("incidents/terms", "resources/near?x=1&y=2&z=3"))
        period = {"start": real["opened_at"], "end": "2999-01-01T00:00:00Z"}
        figures = client.get(f"{api}/incidents/measures", params=period).json()
        shift = client.post(f"{api}/handover", json={"act": "write", "remarks": "r"}).json()
        client.post(f"{api}/handover", json={"act": "withdraw", "handover_id": shift["waiting"]["handover_id"]})
        dismissed = {"act": "dismiss", "outcome": "test", "text": "a test"}
        assert client.post(f"{api}/incidents/{real['incident_id']}/acts", json=dismissed).status_code == 200
    one = desk.incidents["i0001"]
    assert one.keys() <= real.keys(), "the whole incident holds its summary's fields, too"
    assert real.keys() - one.keys() <= line.keys()
    assert summary(one).keys() == line.keys()
    assert one["place"].keys() == real["place"].keys()
    for name in ("clocks", "history", "reports"):
        assert one[name][0].keys() == real[name][0].keys(), name
    assert order().keys() == real["work_orders"][0].keys()
    assert plan().keys() == real["plan"].keys()
    assert plan()["items"][0].keys() == real["plan"]["items"][0].keys()
    assert one["proposal"].keys() == real["proposal"].keys()
    assert one["acts"][0].keys() == real["acts"][0].keys()
    assert one["clocks"][0]["what"] == real["clocks"][0]["what"]
    assert TERMS.keys() == terms.keys()
    for name in ("kinds", "levels", "stages", "channels", "outcomes", "units"):
        assert TERMS[name][0].keys() == terms[name][0].keys(), name
    assert NEAR.keys() == near.keys()
    assert NEAR["resources"][0].keys() == near["resources"][0].keys()
    assert {one["measure"] for one in figures["measures"]} == {name for name, *_ in MEASURES}
    assert measures([])["measures"][0].keys() == figures["measures"][0].keys()
    assert measures([])["stages"][0].keys() == figures["stages"][0].keys()
    [behind] = figures["behind"].values()
    assert next(iter(measures([])["behind"].values())).keys() == behind.keys()


def test_the_list_says_in_words_what_is_wrong_where_and_who_has_it(page: Page, desk: Desk) -> None:
    one = desk.incidents["i0001"]
    accept, *others = one["clocks"]
    # three minutes ago from now, however long the page took
    desk.tell(one | {"revision": 500, "clocks": [accept | {"due_at": ago(3)}, *others]})
    assert ids(page) == ["i0001", "i0003", "i0002", "i0004", "i0006", "i0005"], "gravest first, then due first"
    row = page.locator('.incident-row[data-id="i0001"]')
    for words in ("Main burst at the canteen", "Leak", "East-1", "Accepted", "Water team", "urged", "40 alarms"):
        expect(row).to_contain_text(words)
    expect(row.locator(".clock-words")).to_have_text(re.compile(r"^overdue by 3 min · Accept"))
    expect(row.locator(".clock-words")).to_have_attribute("data-tone", "breach")
    expect(row.locator("svg.level-sign text")).to_have_text("I")
    expect(page.locator('.incident-row[data-id="i0004"]')).to_contain_text("suspended")


def test_a_shift_is_worked_without_a_mouse(page: Page, desk: Desk) -> None:
    """From the list to a closed incident: find, open, accept, send out, tick, report, filter."""
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    wait_for_card(page, "i0002")
    page.keyboard.press("q")  # nothing has to be said: done at once
    expect(card(page).locator(".steps [aria-current]")).to_contain_text("Accepted")
    expect(page.locator('.incident-row[data-id="i0002"]')).to_contain_text("Accepted")
    page.keyboard.press("w")
    form = card(page).locator("form")
    expect(form.locator("textarea").first).to_be_focused()
    page.keyboard.type("Go and look")
    page.keyboard.press("Tab")
    page.keyboard.type("Gu")
    page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    page.keyboard.press("b")
    page.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_have_text("Still missing: Result")
    expect(form.locator("textarea").first).to_be_focused()
    page.keyboard.type("It was toast")
    page.keyboard.press("Control+Enter")
    expect(card(page).locator(".steps [aria-current]")).to_contain_text("Reported back")
    assert desk.sent == [
        ("/incidents/i0002/acts", {"act": "accept"}),
        ("/incidents/i0002/orders", {"what": "Go and look", "unit": "guard"}),
        ("/incidents/i0002/acts", {"act": "report_back", "text": "It was toast"}),
    ]
    expect(card(page).locator(".desk-history li").last).to_contain_text("It was toast")
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("library")
    expect(page.locator(".incident-row[data-id]")).to_have_count(1)


def test_what_is_proposed_is_typed_on_after_it(page: Page) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("w")
    what = card(page).locator("form textarea").first
    expect(what).to_be_focused()
    page.keyboard.type("，带潜水泵")
    expect(what).to_have_value("查漏并关闭上游阀门，带潜水泵")


@pytest.mark.parametrize("place", ["measures", "board", "handover"])
def test_a_report_is_taken_from_everywhere_on_the_desk(page: Page, place: str) -> None:
    """With the real focus in the table; what is typed goes into the report and is no command; the focus comes back."""
    if place == "handover":
        page.keyboard.press("d")
        focused = page.locator(".handover")
    else:
        page.locator(f"[data-view={place}]").click()
        focused = page.locator(".measures" if place == "measures" else ".board-card[tabindex='0']")
    expect(focused).to_be_focused()
    page.keyboard.press("n")
    text = page.locator(".report-card textarea").first
    expect(text).to_be_focused()
    page.keyboard.type("aqid smell")
    expect(text).to_have_value("aqid smell")
    page.keyboard.press("Escape")
    expect(page.locator(".report-card")).to_be_hidden()
    expect(focused).to_be_focused()


def test_only_the_acts_of_the_server_are_offered(page: Page, desk: Desk) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    offered = card(page).locator("> .act-row button").evaluate_all("all => all.map((one) => one.dataset.act)")
    possible = [one["act"] for one in desk.incidents["i0001"]["acts"]]
    assert offered == [one for one in possible if one not in ("tick", "untick")]
    page.keyboard.press("v")
    expect(card(page).locator("form")).to_have_count(0)
    assert desk.sent == []


def test_the_kind_is_changed_with_a_reason(page: Page, desk: Desk) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("t")
    form = card(page).locator("form[data-form=reclassify]")
    kinds = form.locator("select option").evaluate_all("all => all.map((one) => one.value)")
    assert kinds == ["fire", "intrusion"], "not the one that it is"
    page.keyboard.press("Control+Enter")
    expect(form.locator(".form-fault")).not_to_be_empty()
    assert not desk.sent, "a reason is required"
    form.locator("select").select_option("fire")
    form.locator("textarea").fill("smoke, not water")
    page.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    assert desk.sent == [("/incidents/i0001/acts", {"act": "reclassify", "kind": "fire", "text": "smoke, not water"})]
    expect(card(page).locator("h2")).to_have_text("Fire")
    expect(page.locator(".incident-row[data-id=i0001] .incident-title")).to_contain_text("Fire")


def test_a_refusal_is_said_in_words_and_keeps_the_form(page: Page, desk: Desk) -> None:
    desk.refuse = {"code": "orders_open", "text": {"zh": "还有工单未完成", "en": "An order is still open"}}
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("b")
    page.keyboard.type("all dry")
    page.keyboard.press("Control+Enter")
    form = card(page).locator("form")
    expect(form.get_by_role("alert")).to_have_text("An order is still open")
    expect(form.locator("textarea").first).to_have_value("all dry")
    desk.refuse = {"code": "not_possible", "text": {"zh": "已被他人受理", "en": "Somebody else was faster"}}
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(card(page).locator(".desk-outcome")).to_contain_text("Somebody else was faster")


def test_forty_alarms_of_one_cause_are_one_line_that_opens(page: Page) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    many = card(page).locator('[data-part="part.alarms"] .many')
    expect(many.locator("summary")).to_have_text("40 alarms of one cause: pipe:water:W-17 (30 still raised)")
    expect(many.locator("li").first).to_be_hidden()
    many.locator("summary").click()
    expect(many.locator("li")).to_have_count(40)
    expect(many.locator("li").first).to_be_visible()
    expect(card(page).locator('[data-part="part.why"]')).to_contain_text("Flow was over 3 times the night baseline")
    expect(card(page).locator('[data-part="part.near"]')).to_contain_text("HYD-004")
    expect(card(page).locator('[data-part="part.near"]')).to_contain_text("none on this campus")


def test_a_tick_is_sent_and_stays_where_the_server_says(page: Page, desk: Desk) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    boxes = card(page).locator(".plan-list input")
    expect(boxes.first).to_be_checked()
    boxes.nth(1).check()
    expect(card(page).locator(".plan-list")).to_contain_text("2 of 3 done")
    desk.refuse = {"code": "not_possible", "text": {"zh": "不行", "en": "Not now"}}
    boxes.nth(2).click()
    expect(card(page).locator(".desk-outcome")).to_contain_text("Not now")
    expect(boxes.nth(2)).not_to_be_checked()
    assert desk.sent[0] == ("/incidents/i0001/acts", {"act": "tick", "item": "warn"})


def test_the_board_has_a_column_a_stage_and_arrows_go_through_them(page: Page) -> None:
    page.keyboard.press("y")
    expect(page.locator(".board-column")).to_have_count(8)
    expect(page.locator('.board-column[data-stage="handled"] h3')).to_have_text("Handled2")
    expect(page.locator('.board-card[data-id="i0001"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('.board-card[data-id="i0003"]')).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    wait_for_card(page, "i0004")
    expect(card(page)).to_contain_text("clocks stand still")


def test_the_stream_moves_cards_and_takes_closed_ones_down(page: Page, desk: Desk) -> None:
    page.keyboard.press("y")
    one = desk.incidents["i0006"]
    desk.tell(one | {"revision": 500, "stage": "closed", "closed_at": one["updated_at"]})
    expect(page.locator('.board-column[data-stage="closed"] .board-card[data-id="i0006"]')).to_be_visible()
    expect(page.locator('.board-card[data-id="i0006"]')).to_have_count(0)


def test_an_open_card_follows_what_others_do(page: Page, desk: Desk) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("c")
    page.keyboard.type("half a thought")
    desk.incidents["i0001"] |= {"revision": 900, "stage": "handled"}
    desk.tell(desk.incidents["i0001"])
    expect(card(page).locator(".steps [aria-current]")).to_contain_text("Handled")
    expect(card(page).locator("form textarea")).to_have_value("half a thought")


def place_on_map(page: Page, form: Locator) -> None:
    """Click until the ground is there: the first tiles may still be on their way."""
    form.get_by_role("button", name="Click on the map").click()
    said = form.locator(".place-said")
    for _ in range(40):
        page.mouse.click(640, 300)
        if (said.text_content() or "").startswith("Chosen: "):
            return
        page.wait_for_timeout(250)


def test_a_report_is_placed_on_the_map_and_sent_once(page: Page, desk: Desk) -> None:
    page.keyboard.press("n")
    form = page.locator(".report-card")
    expect(form.locator("textarea")).to_be_focused()
    page.keyboard.type("Water at the gate")
    page.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_contain_text("Choose what kind it is.")
    form.get_by_label(re.compile("^Kind")).select_option("fire")
    expect(form.get_by_label(re.compile("^Level"))).to_have_value("A")
    place_on_map(page, form)
    expect(form.locator(".place-said")).to_contain_text("Chosen: ")
    expect(page.locator(".place-pin")).to_be_visible()
    choose = form.get_by_role("button", name="Choose photos")
    with page.expect_file_chooser() as chooser:
        choose.click()
    chooser.value.set_files(FilePayload(name="gate.png", mimeType="image/png", buffer=picture()))
    expect(form.locator(".photo-list li")).to_have_attribute("data-state", "sent")
    with page.expect_file_chooser() as chooser:
        choose.click()
    chooser.value.set_files(FilePayload(name="x.svg", mimeType="image/svg+xml", buffer=b"<svg/>"))
    expect(form.locator(".photos .form-fault")).to_contain_text("x.svg is no JPEG, PNG or WebP")
    desk.refuse = {"code": "busy", "text": {"zh": "忙", "en": "The disk is full"}}
    send = form.get_by_role("button", name="Send")
    send.click()
    expect(form.locator("> form > .form-fault")).to_have_text("Not sent, nothing is lost. The disk is full")
    expect(form.locator("textarea")).to_have_value("Water at the gate")
    send.click()
    wait_for_card(page, "i0050")
    first, second = (said for path, said in desk.sent if path == "/incidents")
    assert first == second, "the same report, with the same id"
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first["report_id"])
    assert (first["kind"], first["level"], first["photos"]) == ("fire", "A", ["p9"])
    assert len(first["place"]["scene"]) == 3
    page.keyboard.press("n")
    expect(form.locator("textarea")).to_have_value("")


def test_a_report_can_be_added_to_what_is_open_nearby_and_survives_a_change_of_language(page: Page, desk: Desk) -> None:
    page.keyboard.press("n")
    form = page.locator(".report-card")
    page.keyboard.type("Again water")
    form.get_by_label(re.compile("^Kind")).select_option("leak")
    place_on_map(page, form)
    doubles = form.locator(".double")
    expect(doubles.nth(1)).to_be_visible()
    doubles.filter(has_text="Main burst").locator("input").check()
    page.get_by_role("button", name="中文").click()
    expect(form.locator("textarea")).to_have_value("Again water")
    expect(doubles.filter(has_text="食堂主管爆裂").locator("input")).to_be_checked()
    form.get_by_role("button", name="提交").click()
    wait_for_card(page, "i0001")
    assert desk.sent[-1][1]["into"] == "i0001"


def test_the_shift_is_handed_over_and_confirmed(page: Page, desk: Desk) -> None:
    page.keyboard.press("d")
    body = page.locator(".handover")
    expect(body).to_contain_text("6 incidents open")
    body.get_by_label("Remarks").fill(f"Watch W-17 {HOSTILE}")
    body.get_by_role("button", name="Hand over").click()
    expect(body.get_by_role("status")).to_contain_text("whoever comes confirms")
    body.get_by_role("button", name="Take over").click()
    expect(body.locator("summary")).to_contain_text("taken over by li.wei")
    assert [said["act"] for _, said in desk.sent] == ["write", "confirm"]
    page.evaluate("() => { window.print = () => (window.printed = document.querySelector('.print-sheet').innerText); }")
    page.get_by_role("button", name="Print").click()
    assert "Watch W-17" in page.evaluate("window.printed")


def test_measures_open_to_their_evidence(page: Page) -> None:
    page.keyboard.press("y")
    page.keyboard.press("y")
    panel = page.locator(".measure")
    expect(panel).to_have_count(6)
    expect(panel.first).to_contain_text("92.9%")
    expect(panel.first).to_contain_text("39 of 42")
    expect(panel.nth(4).locator(".big-number")).to_have_text("–")
    panel.first.get_by_text("2 that missed it").click()
    panel.first.get_by_role("button", name="Main burst").click()
    wait_for_card(page, "i0001")
    panel.first.get_by_text("2 reached it").click()
    panel.first.get_by_role("button", name="Somebody climbed the east fence").click()
    wait_for_card(page, "i0003")
    slowest = page.locator(".stage-times tbody tr").first
    slowest.locator("summary").click()
    slowest.get_by_role("button", name="Smoke on storey 3").click()
    wait_for_card(page, "i0002")


def test_the_measures_have_neither_filters_nor_a_cursor(page: Page) -> None:
    expect(page.locator(".incident-bar .desk-filters")).to_be_visible()
    page.locator("[data-view=measures]").click()
    expect(page.locator(".measures")).to_be_focused()
    expect(page.locator(".incident-bar .desk-filters")).to_be_hidden()
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    expect(card(page)).to_be_hidden()  # no incident is shown that could be opened
    page.keyboard.press("/")
    page.keyboard.type("library")
    expect(page.locator(".incident-row[data-id]")).to_have_count(1)


COLOURS = """(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].map((colour) => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return '#' + [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((n) => n.toString(16).padStart(2, '0')).join('');
})"""


def test_what_is_chosen_looks_so_under_the_pointer_and_can_be_read(page: Page) -> None:
    for _ in range(2):
        page.locator("[data-view=measures]").click()
        for chosen in (page.locator("[data-view=measures]"), page.locator(".measures [aria-pressed=true]")):
            chosen.hover()
            chosen.focus()
            text, ground = chosen.evaluate(COLOURS)
            other = page.locator("[data-view=list]")
            assert contrast(text, ground) >= 4.5, (text, ground)
            assert contrast(ground, other.evaluate(COLOURS)[1]) >= 3, "it is seen to be chosen"
        page.get_by_role("button", name=re.compile("^(Light|Dark)")).click()


def test_who_may_only_look_is_offered_nothing(chromium: Browser, app: FastAPI, url: str, desk: Desk) -> None:
    for one in desk.incidents.values():
        one["acts"] = []
    page = opened(chromium, app, url, desk, Role.VIEWER)
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    expect(card(page).locator("> .act-row")).to_be_hidden()
    expect(card(page).locator(".plan-list input").nth(1)).to_be_disabled()
    expect(card(page)).to_contain_text("1 photos, which your role may not see.")
    expect(page.get_by_role("button", name="New report")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator(".report-card")).to_be_hidden()
    page.keyboard.press("d")
    expect(page.locator(".handover")).to_contain_text("Your role may only look at the log.")
    page.context.close()


def test_texts_of_strangers_are_text(page: Page) -> None:
    page.locator('.incident-row[data-id="i0005"]').click()
    wait_for_card(page, "i0005")
    expect(card(page).locator('[data-part="part.reports"]')).to_contain_text("<img src=x onerror=window.hacked=1>")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".desk img, .incident-card img[src='x']").count() == 0
    said = str(page.locator("body").inner_text())
    assert "\u202e" not in said


def test_a_photo_is_enlarged_and_escape_closes_only_it(page: Page) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    card(page).locator(".gallery-one").click()
    dialog = page.locator("dialog.lightbox")
    expect(dialog.locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card(page)).to_be_visible()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (5760, 1080)])
def test_the_desk_leaves_the_middle_of_the_map_free(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    dock = page.locator("section.desk").bounding_box()
    side = card(page).bounding_box()
    assert dock is not None
    assert side is not None
    assert dock["y"] > size[1] * 0.6, "the table is low"
    assert side["x"] > size[0] * 2 / 3, "the card is in the right third"
    assert dock["x"] + dock["width"] <= side["x"], "neither covers the other"
    small = page.evaluate(
        """() => [...document.querySelectorAll('.incident-card *, .desk-incidents *')].filter((one) =>
        [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && one.offsetParent &&
        !one.closest('svg, kbd, .unseen') && parseFloat(getComputedStyle(one).fontSize) < 14)
        .map((one) => one.className)"""
    )
    assert small == []


@pytest.mark.parametrize("width", [1280, 1366, 1920])
def test_beside_an_open_card_no_mark_is_cut(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    cut = page.locator(".incident-marks").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    )
    assert cut == []
    tabs = page.locator(".desk-tab").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(set(tabs)) == 1, "the tabs stand in one line"
    scale = page.locator(".readout").bounding_box()
    side = card(page).bounding_box()
    assert scale is not None
    assert side is not None
    assert scale["x"] + scale["width"] <= side["x"], "coordinates and scale do not go under the card"


def test_from_call_to_dispatch_with_the_real_server(chromium: Browser, app: FastAPI, url: str) -> None:
    """Nothing is routed here: a report is sent, its incident comes over the stream, its order is accepted by key."""
    context = let_in(chromium.new_context(viewport=SIZE, reduced_motion="reduce"), url, app, Role.DISPATCHER)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{url}/#lang=en&layers=")
    page.locator("#desk-tab-incidents").wait_for(state="attached", timeout=60_000)
    page.keyboard.press("i")
    page.keyboard.press("n")
    form = page.locator(".report-card")
    form.locator("textarea").fill("Smoke on the stairs")
    form.get_by_label(re.compile("^Kind")).select_option("fire")
    place_on_map(page, form)
    form.get_by_role("button", name="Send").click()
    expect(card(page).locator('[data-part="part.why"]')).to_contain_text("Smoke on the stairs")
    expect(page.locator(".incident-row[data-id]")).to_have_count(1)
    expect(card(page).locator(".plan-list li").first).to_be_visible()
    page.keyboard.press("1")
    expect(card(page).locator(".desk-outcome")).to_contain_text("Done: Accept")
    expect(card(page).locator(".steps [aria-current]")).to_contain_text("handled")
    expect(page.locator(".incident-row[data-id]")).to_contain_text("handled")
    context.close()
