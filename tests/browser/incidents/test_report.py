"""A report is taken, placed on the map, and goes out once."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.desk_page import NOTEBOOK, begin_a_report_and_leave
from tests.browser.incident_desk import (
    Desk,
    picture,
)
from tests.browser.incidents.conftest import card, place_on_map, wait_for_card
from tests.browser.serving import let_in
from twin.people.roles import Role

pytestmark = pytest.mark.browser


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
    begin_a_report_and_leave(page)
    expect(focused).to_be_focused()


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


def test_from_call_to_dispatch_with_the_real_server(chromium: Browser, app: FastAPI, url: str) -> None:
    """Nothing is routed here: a report is sent, its incident comes over the stream, its order is accepted by key."""
    context = let_in(chromium.new_context(viewport=NOTEBOOK, reduced_motion="reduce"), url, app, Role.DISPATCHER)
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
