"""The page of the application with its incidents answered by a routed ``Desk``, once the duty desk is there."""

from __future__ import annotations

from typing import Any, Final

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.incident_desk import Desk
from tests.browser.serving import let_in
from twin.people.roles import Role

NOTEBOOK: Final = ViewportSize(width=1366, height=768)


def desk_page(
    chromium: Browser,
    app: FastAPI,
    url: str,
    desk: Desk,
    *,
    role: Role = Role.DISPATCHER,
    size: ViewportSize = NOTEBOOK,
    language: str = "en",
    **more: Any,
) -> Page:
    """``more`` goes to the browser's context, which whoever asked closes."""
    context = let_in(chromium.new_context(viewport=size, reduced_motion="reduce", **more), url, app, role)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    desk.answer(page)
    page.goto(f"{url}/#lang={language}&layers=")
    page.locator("#desk-tab-incidents").wait_for(state="attached", timeout=60_000)
    expect(page.locator(".incidents-button .count")).to_have_text(str(len(desk.incidents)))
    return page


def begin_a_report_and_leave(page: Page) -> None:
    """By key; what is typed goes into the report."""
    page.keyboard.press("n")
    text = page.locator(".report-card textarea").first
    expect(text).to_be_focused()
    page.keyboard.type("aqid smell")
    expect(text).to_have_value("aqid smell")
    page.keyboard.press("Escape")
    expect(page.locator(".report-card")).to_be_hidden()
