"""How well incidents were handled, and what is behind each figure."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.incidents.conftest import card, wait_for_card
from tests.ioc_app.test_catalogues import contrast

pytestmark = pytest.mark.browser


COLOURS = """(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor].map((colour) => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return '#' + [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((n) => n.toString(16).padStart(2, '0')).join('');
})"""


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
