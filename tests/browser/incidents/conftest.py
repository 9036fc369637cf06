"""A desk with incidents, its answers routed (``incident_desk.py``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.desk_page import desk_page
from tests.browser.incident_desk import (
    Desk,
)
from twin.people.roles import Role


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


def place_on_map(page: Page, form: Locator) -> None:
    """Click until the ground is there: the first tiles may still be on their way."""
    form.get_by_role("button", name="Click on the map").click()
    said = form.locator(".place-said")
    for _ in range(40):
        page.mouse.click(640, 300)
        if (said.text_content() or "").startswith("Chosen: "):
            return
        page.wait_for_timeout(250)
