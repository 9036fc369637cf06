"""The card of a thing says what the desk knows of it: what stands there, what is near, and a way to report it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import small_campus
from tests.live.smoke_rule import RULE
from twin.people.registry import People
from twin.people.roles import Right, Role

pytestmark = pytest.mark.browser


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    folder = small_campus().write(tmp_path)
    rules = folder / "config" / "rules"
    rules.mkdir(parents=True)
    (rules / "smoke.toml").write_text(RULE, encoding="utf-8")
    return create_app(folder)


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    with served(app) as one:
        yield one


@pytest.fixture
def gateway(app: FastAPI, url: str) -> Iterator[httpx.Client]:
    people: People = app.state.people
    _, secret = people.keys.add("gateway", [Right.SEND], "tests")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def card_of(chromium: Browser, app: FastAPI, url: str, role: Role) -> Page:
    context = let_in(
        chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce"), url, app, role
    )
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    page.goto(f"{url}/#lang=en&layers=&sel=device:lib:SMK-001")
    expect(page.locator(".card-about details").first).to_be_visible(timeout=60_000)
    return page


def test_a_device_says_what_stands_there_and_is_reported(
    chromium: Browser, app: FastAPI, url: str, gateway: httpx.Client
) -> None:
    page = card_of(chromium, app, url, Role.DISPATCHER)
    about = page.locator(".card-about")
    expect(about.locator(".about-lines")).to_have_count(0)
    now = datetime.now(UTC).isoformat()
    reading = {"point_id": "SMK-001:obscuration", "observed_at": now, "value": 9}
    event = {"event_id": "e1", "originator": "SMK-001", "type": "test", "text": "<b>walk</b>", "occurred_at": now}
    other = {**event, "event_id": "e2", "originator": "CAM-1", "text": "elsewhere"}
    assert gateway.post("/api/v1/readings", json=reading).status_code == 202
    assert gateway.post("/api/v1/events", json=[event, other]).status_code == 202
    expect(about.locator(".about-lines")).to_contain_text("Smoke")
    expect(about.locator(".about-lines")).to_contain_text("<b>walk</b>")
    expect(about.locator(".about-lines")).not_to_contain_text("elsewhere")

    about.locator(".about-lines button", has_text="<b>walk</b>").click()
    expect(page.locator(".desk-card:visible")).to_contain_text("<b>walk</b>")
    page.locator(".desk-card:visible").get_by_role("button", name="Close").click()
    about.get_by_text("Nearest resources and people").click()
    expect(about.locator(".near h4").first).to_be_visible()
    about.get_by_role("button", name="Report here").click()
    expect(page.locator(".report-card")).to_be_visible()
    expect(page.locator(".report-card .place-said")).to_contain_text("SMK-001")
    page.context.close()


def test_who_only_looks_reports_nothing(chromium: Browser, app: FastAPI, url: str) -> None:
    page = card_of(chromium, app, url, Role.VIEWER)
    expect(page.locator(".card-about details").first).to_be_visible()
    expect(page.locator(".card-about").get_by_role("button", name="Report here")).to_be_hidden()
    page.context.close()
