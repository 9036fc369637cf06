"""The list and the board of incidents, worked by keyboard; the handover of a shift."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.browser.incident_desk import (
    HOSTILE,
    MEASURES,
    NEAR,
    TERMS,
    Desk,
    ago,
    measures,
    order,
    plan,
    summary,
)
from tests.browser.incidents.conftest import card, ids, opened, wait_for_card
from tests.entering import entered
from twin.people.roles import Role

pytestmark = pytest.mark.browser


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
