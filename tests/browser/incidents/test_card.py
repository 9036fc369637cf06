"""The card of an incident: what may be done, what is ticked, what others do meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.incident_desk import (
    Desk,
)
from tests.browser.incidents.conftest import card, wait_for_card

pytestmark = pytest.mark.browser


def test_what_is_proposed_is_typed_on_after_it(page: Page) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("w")
    what = card(page).locator("form textarea").first
    expect(what).to_be_focused()
    page.keyboard.type("，带潜水泵")
    expect(what).to_have_value("查漏并关闭上游阀门，带潜水泵")


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


def test_an_open_card_follows_what_others_do(page: Page, desk: Desk) -> None:
    page.keyboard.press("Enter")
    wait_for_card(page, "i0001")
    page.keyboard.press("c")
    page.keyboard.type("half a thought")
    desk.incidents["i0001"] |= {"revision": 900, "stage": "handled"}
    desk.tell(desk.incidents["i0001"])
    expect(card(page).locator(".steps [aria-current]")).to_contain_text("Handled")
    expect(card(page).locator("form textarea")).to_have_value("half a thought")


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
