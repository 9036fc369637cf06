"""The same desk on a phone, a notebook and a wall: nothing is out of reach, cut or across a seam; type can be read."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.desk_page import desk_page
from tests.browser.incident_desk import Desk, ago, incident

pytestmark = pytest.mark.browser
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1920, height=1080)
WALL = ViewportSize(width=5760, height=1080)
SEAM_PX = 1920
FINGER_PX = 44
# what is shown and stands, or is to be pressed, outside the window; what scrolls into it is not
OUTSIDE = """() => [...document.querySelectorAll('.campus-ui :is(button, a, select, input, textarea, summary, h1, p)')]
  .filter((one) => one.checkVisibility() && !one.closest('.unseen') && !one.classList.contains('unseen'))
  .filter((one) => {
    for (let up = one.parentElement; up; up = up.parentElement)
      if (/auto|scroll/.test(getComputedStyle(up).overflow)) return false;
    const { left, right, top, bottom, width } = one.getBoundingClientRect();
    return width > 1 && (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1);
  }).map((one) => `${one.className} ${one.textContent.slice(0, 20)}`)"""
SMALL = """(least) => [...document.querySelectorAll('.campus-ui :is(button, select, textarea, summary)')]
  .filter((one) => one.checkVisibility() && !one.closest('.toolbar, .compass') && one.getClientRects().length)
  .filter((one) => one.getBoundingClientRect().height < (least - 0.5))
  .map((one) => `${one.className} ${one.textContent.slice(0, 20)} ${one.getBoundingClientRect().height}`)"""


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_phone_everything_is_within_reach(
    chromium: Browser, app: FastAPI, url: str, desk: Desk, language: str
) -> None:
    page = desk_page(chromium, app, url, desk, size=PHONE, language=language, has_touch=True, is_mobile=True)
    assert page.evaluate("innerWidth") == PHONE["width"], "nothing makes the page wider than the phone"
    assert page.evaluate(OUTSIDE) == []
    for name in (".badge", ".alarms-button", ".incidents-button", ".events-button", ".account summary"):
        box = page.locator(f".topbar {name}").bounding_box()
        assert box is not None, name
        assert box["y"] + box["height"] <= page.locator(".topbar").bounding_box()["height"] + 1, name  # type: ignore[index]
    search = page.locator(".search").bounding_box()
    assert search is not None
    assert search["width"] >= 120, "the first line is for it"
    for tab in ("alarms", "incidents", "handover"):
        if tab != "handover":
            page.locator(f".{tab}-button").tap()
        else:
            page.locator("#desk-tab-handover").tap()
        expect(page.locator(f"#desk-tab-{tab}")).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(200)
        assert page.evaluate(OUTSIDE) == [], tab
        assert page.evaluate(SMALL, FINGER_PX) == [], tab
    page.locator("#desk-tab-incidents").tap()
    page.locator(".incident-row[data-id]").first.tap()
    card = page.locator(".incident-card")
    expect(card.locator(".incident-id")).to_have_text("i0001")
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(SMALL, FINGER_PX) == []
    card.get_by_role("button", name=re.compile("关闭|Close")).first.tap()
    expect(card).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_notebook_the_bar_holds_it_all(
    chromium: Browser, app: FastAPI, url: str, desk: Desk, language: str
) -> None:
    page = desk_page(chromium, app, url, desk, language=language)
    page.evaluate("document.querySelector('h1').textContent = '榕山政务园区（示范）'")
    cut = page.locator("h1").evaluate("(one) => one.scrollWidth - one.clientWidth")
    assert cut <= 0, "the name of the campus is whole"
    assert page.evaluate(OUTSIDE) == []
    page.keyboard.press("i")
    page.locator(".incident-row[data-id]").first.click()
    expect(page.locator(".incident-card .incident-id")).to_have_text("i0001")
    overlap = page.locator(".steps li").evaluate_all(
        """(all) => all.flatMap((one) => [...one.children]
             .filter((part) => part.getBoundingClientRect().right > one.getBoundingClientRect().right + 1)
             .map((part) => part.textContent))"""
    )
    assert overlap == [], "times of the stages do not run into the next column"
    page.context.close()


def test_on_a_spliced_wall_type_grows_and_the_desk_stays_on_its_panel(
    chromium: Browser, app: FastAPI, url: str, desk: Desk
) -> None:
    page = desk_page(chromium, app, url, desk, size=WALL, language="zh")
    page.keyboard.press("i")
    row = page.locator(".incident-row[data-id]").first
    expect(row).to_be_visible()
    box = page.locator(".desk").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= SEAM_PX, "no line of the table across a seam"
    plain = desk_page(chromium, app, url, desk, size=DESK, language="zh")
    plain.keyboard.press("i")
    height = row.bounding_box()["height"]  # type: ignore[index]
    usual = plain.locator(".incident-row[data-id]").first.bounding_box()["height"]  # type: ignore[index]
    assert height >= 1.3 * usual, "what is read from metres away is larger"
    assert page.evaluate(OUTSIDE) == []
    search = page.locator(".search").bounding_box()
    assert search is not None
    assert search["x"] // SEAM_PX == (search["x"] + search["width"]) // SEAM_PX
    plain.context.close()
    page.context.close()


def test_the_bar_counts_open_incidents_and_what_is_late(chromium: Browser, app: FastAPI, url: str, desk: Desk) -> None:
    """Past and near a limit are each an icon, a number and words; a limit that passes is seen without news."""
    desk.incidents = {
        one["incident_id"]: one for one in (incident(n, "leak", "漏水 Leak", "B", "found") for n in range(1, 5))
    }
    for one, due_min in zip(desk.incidents.values(), (-5, 3, 300, 0.08), strict=True):
        for clock in one["clocks"]:
            clock |= {"breached": due_min < 0, "due_at": ago(-due_min), "warns_at": ago(-due_min + 10)}
    page = desk_page(chromium, app, url, desk, size=DESK)
    button = page.locator(".incidents-button")
    expect(button.locator('.late[data-tone="breach"]')).to_have_text(re.compile(r"2\s*overdue"))
    expect(button.locator('.late[data-tone="warn"]')).to_have_text(re.compile(r"1\s*due soon"))
    expect(button).to_have_accessible_name(re.compile("4 incidents open.*2 overdue.*1 due soon"))
    assert button.locator(".late svg").count() == 2, "never by colour alone"
    button.click()
    expect(page.locator("#desk-tab-incidents")).to_have_attribute("aria-selected", "true")
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(page.locator(".desk")).to_be_hidden()
    page.keyboard.press("i")
    expect(page.locator(".incident-row[data-id]")).to_have_count(4)
    desk.tell(
        desk.incidents["i0001"] | {"stage": "closed", "revision": 900, "clocks": desk.incidents["i0001"]["clocks"]}
    )
    expect(button.locator(".count")).to_have_text("3")
    expect(button.locator('.late[data-tone="breach"]')).to_have_text(re.compile(r"1\s*overdue"))
    page.context.close()
