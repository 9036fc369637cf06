"""What happens, as a browser shows it: within half a second, as text, and honest about a lost connection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import small_campus
from twin.people.roles import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, app: FastAPI, url: str) -> Iterator[Page]:
    context = let_in(chromium.new_context(viewport={"width": 1366, "height": 768}), url, app, Role.ENGINEER)
    one = context.new_page()
    one.goto(f"{url}/#lang=en")
    expect(one.locator(".badge")).to_be_visible(timeout=30_000)
    expect(one.locator(".badge")).not_to_have_text("Connecting…")
    yield one
    context.close()


def reading(point: str, value: float | None) -> dict[str, Any]:
    return {"point_id": point, "observed_at": datetime.now(UTC).isoformat(), "value": value}


def event(event_id: str, **more: Any) -> dict[str, Any]:
    said = {"event_id": event_id, "originator": "SMK-001", "type": "fire.smoke", "text": "smoke", **more}
    return {**said, "occurred_at": datetime.now(UTC).isoformat()}


def test_an_event_is_listed_and_its_place_is_shown(page: Page, device: httpx.Client) -> None:
    page.get_by_role("button", name="Events").click()
    assert device.post("/api/v1/events", json=event("e-1", level="major", text="Smoke in the hall")).status_code == 202
    row = page.locator(".events-list li").first
    expect(row).to_contain_text("Smoke in the hall", timeout=2000)
    expect(row).to_contain_text("Major I")
    row.get_by_role("button", name="Show").click()
    expect(page.locator(".card h2")).to_be_visible()
    expect(page.locator(".card")).to_contain_text("SMK-001")


def test_a_devices_card_shows_what_it_measures_now(page: Page, device: httpx.Client) -> None:
    page.keyboard.press("/")
    page.keyboard.type("SMK-001")
    page.locator(".search-result").first.click()
    device.post("/api/v1/readings", json=[reading("SMK-001:obscuration", 4.25), reading("SMK-001:battery", None)])
    points = page.locator(".points")
    expect(points).to_contain_text("4.25 %/m", timeout=6000)
    expect(points).to_contain_text("offline")


def test_a_card_that_is_closed_or_not_seen_asks_for_nothing(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/points" in request.url else None)
    page.keyboard.press("/")
    page.keyboard.type("SMK-001")
    page.locator(".search-result").first.click()
    expect(page.locator(".points dd").first).to_be_visible()
    until(page, asked, 2)  # it is kept fresh
    page.locator(".card").get_by_role("button", name="Close").click()
    expect(page.locator(".card")).to_be_hidden()
    page.wait_for_timeout(300)  # what was under way
    before = len(asked)
    page.wait_for_timeout(4000)
    assert len(asked) == before, "a closed card asks for nothing"
    page.keyboard.press("/")
    page.locator(".search-input").fill("SMK-001")
    page.locator(".search-result").first.click()
    until(page, asked, before + 2)  # opened again it is fresh again
    page.locator("details.facts:has(.points) summary").click()
    page.wait_for_timeout(300)
    before = len(asked)
    page.wait_for_timeout(4000)
    assert len(asked) == before, "nor one whose list is folded"
    page.locator("details.facts:has(.points) summary").click()
    until(page, asked, before + 1)


def until(page: Page, asked: list[str], count: int) -> None:
    for _ in range(100):
        if len(asked) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(asked)} of {count} requests came")


def test_the_feeds_page_says_how_data_arrive(page: Page, device: httpx.Client) -> None:
    device.post("/api/v1/readings", json=[reading("SMK-001:battery", 90), {"point_id": "x"}])
    page.locator(".badge").click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.locator("tr[data-state=up]")).to_contain_text("http:gateway")
    expect(sheet.locator(".letters li").first).to_contain_text('{"point_id": "x"}')
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_lost_server_is_said_and_found_again(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(small_campus().write(tmp_path_factory.mktemp("lost")))
    with served(app) as url:
        context = let_in(chromium.new_context(viewport={"width": 1366, "height": 768}), url, app)
        page = context.new_page()
        page.goto(f"{url}/#lang=en")
        expect(page.locator(".badge")).to_have_text("No data yet", timeout=30_000)
    port = int(re.findall(r":(\d+)", url)[0])
    expect(page.get_by_role("alert").filter(has_text="No live connection")).to_be_visible()
    expect(page.locator(".badge")).to_have_text("Disconnected")
    with served(app, port=port):
        expect(page.locator(".badge")).to_have_text("No data yet")
        expect(page.get_by_role("alert").filter(has_text="No live connection")).to_be_hidden()
    context.close()
