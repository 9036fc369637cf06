"""The help lists the keys that work, and no others: every key is pressed in every place."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk_page import desk_page
from tests.browser.incident_desk import Desk, act, order
from tests.browser.screen_answers import Screens
from twin.live.incidents.transitions import ACTS, ORDER_ACTS

pytestmark = pytest.mark.browser
NAMED = ("ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Enter", "Escape", " ")
SIGNS = "/?+=-.,;'[]\\`"
CHORDS = ("Ctrl+a", "Ctrl+Enter", *(f"Shift+{one}" for one in NAMED[:4]))
THEMES = ("Alt+1", "Alt+9")
KEYS = (*string.ascii_lowercase, *string.digits, *SIGNS, *NAMED, *CHORDS, *THEMES)
# not decided by the focus alone: undo needs something to undo (test_alarm_desk); forms are in incidents
ELSEWHERE = {"alarms": {"u"}}

LISTED = """() => Object.fromEntries([...document.querySelectorAll('.keys[data-place]')].map((one) =>
  [one.dataset.place, [...one.querySelectorAll('[data-key]')].map((key) => key.dataset.key)]))"""
# whether the page took it: whoever takes a key keeps the browser from it
PRESS = """([selector, name]) => {
  const parts = name.length > 1 ? name.split('+').filter(Boolean) : [name];
  const key = parts.at(-1);
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true,
    altKey: parts.includes('Alt'), code: /^[0-9]$/.test(key) ? `Digit${key}` : '',
    ctrlKey: parts.includes('Ctrl'), shiftKey: parts.length > 1 && parts[0] === 'Shift' });
  const at = selector === 'body' ? document.body : document.querySelector(selector);
  if (!at) throw new Error(`nothing at ${selector}`);
  at.dispatchEvent(event);
  return event.defaultPrevented;
}"""

SHOW = """async ([onScreen, timeOpen]) => {
  const { ui } = (await window.campus_twin.mounted).mounted;
  ui.store.set({ mode: onScreen ? 'screen' : 'desk', screen: 'overview', timeOpen, at: null });
  while (timeOpen && !document.querySelector('.time-track')) await new Promise((after) => setTimeout(after, 50));
}"""
CLOSE = """() => {
  const escape = (at) => at.dispatchEvent(new KeyboardEvent('keydown',
    { key: 'Escape', bubbles: true, cancelable: true }));
  for (const one of document.querySelectorAll('.act-form form, .report-card form'))
    if (one.checkVisibility()) escape(one);
  for (let n = 0; n < 5; n += 1) escape(document.body);
  document.activeElement?.blur();
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser, app: FastAPI, url: str) -> Iterator[Page]:
    desk = Desk()
    everything = [act(name, f"{name} {name}", None, ("text",)) for name in ACTS]
    orders = [act(name, f"{name} {name}", None, ("text",)) for name in ORDER_ACTS]
    for one in desk.incidents.values():
        one |= {"acts": everything, "work_orders": [order(acts=orders)]}
    one = desk_page(chromium, app, url, desk)
    Screens().answer(one)
    yield one
    one.context.close()


def closed(page: Page) -> None:
    """Everything that a key may have opened."""
    page.evaluate(CLOSE)


def arranged(page: Page, place: str) -> str:
    """What has the focus there."""
    closed(page)
    page.evaluate(SHOW, [place == "screen", place == "time"])
    if place == "screen":
        expect(page.locator(".screen-tab")).to_have_count(9)
        return "body"
    if place == "time":
        return ".time-track"
    if place in ("map", "body"):
        return "canvas" if place == "map" else "body"
    page.evaluate(PRESS, ["body", "a" if place == "alarms" else "i"])
    if place == "alarms":
        return ".alarm-table [role=grid]"
    view = "board" if place == "board" else "list"
    page.locator(f"[data-view={view}]").evaluate("(one) => one.click()")
    if place != "card":
        return {"board": ".board", "incidents": ".incident-row[data-id]"}[place]
    page.locator(".incident-row[data-id=i0001]").evaluate("(one) => one.click()")
    expect(page.locator(".incident-card .incident-id")).to_have_text("i0001")
    return ".incident-card h2"


def taken(page: Page, place: str) -> set[str]:
    found = set()
    selector = arranged(page, place)
    for key in KEYS:
        if page.evaluate(PRESS, [selector, key]):
            found.add(key)
            selector = arranged(page, place)  # whatever it did is undone; what nobody took did nothing
    return found


@pytest.fixture(scope="module")
def listed(page: Page) -> dict[str, set[str]]:
    page.locator('[data-tool="help"]').click()
    found: dict[str, list[str]] = page.evaluate(LISTED)
    page.locator('[data-tool="help"]').click()
    for place, keys in found.items():
        assert set(keys) <= set(KEYS), place
    return {place: set(keys) for place, keys in found.items()}


@pytest.mark.parametrize(
    ("place", "sections"),
    [
        ("body", ("everywhere", "desk")),
        ("map", ("everywhere", "map", "desk")),
        ("alarms", ("everywhere", "desk", "alarms")),
        ("incidents", ("everywhere", "desk", "incidents")),
        ("board", ("everywhere", "desk", "incidents", "board")),
        ("card", ("everywhere", "desk", "incidents", "card")),
        ("time", ("everywhere", "desk", "time")),
        ("screen", ("desk", "screen")),
    ],
)
def test_what_is_listed_works_and_what_works_is_listed(
    page: Page, listed: dict[str, set[str]], place: str, sections: tuple[str, ...]
) -> None:
    told = set().union(*(listed[one] for one in sections)) - ELSEWHERE.get(place, set())
    works = taken(page, place)
    if place == "body":
        told -= {"Escape"}  # nothing is open
    assert sorted(told - works) == [], "listed, and does nothing"
    assert sorted(works - told) == [], "works, and is not listed"


def test_every_section_is_tried(listed: dict[str, set[str]]) -> None:
    places = {
        "everywhere",
        "map",
        "measuring",
        "desk",
        "alarms",
        "incidents",
        "board",
        "card",
        "form",
        "screen",
        "time",
    }
    assert set(listed) == places
    assert listed["measuring"] == {"Enter"}
    assert listed["form"] == {"Ctrl+Enter", "Escape"}
