"""Back to an incident of the past: map, lists, cards and acts are of then, and now is there again at once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import let_in, served
from tests.ioc_app.small_campus import small_campus
from tests.live.entries import StandingClock
from tests.live.smoke_rule import RULE
from tests.waiting import until
from twin.model.entries import Entry
from twin.people.roles import Role

pytestmark = pytest.mark.browser

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # 12:00 on the campus
PATIENCE_S = 40.0  # a machine that is busy otherwise
SMOKE = "SMK-001:obscuration"
STATE_OF = "idx => window.campus_twin.mounted.then(({ engine }) => engine.liveOf(idx))"


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = small_campus().write(tmp_path_factory.mktemp("time"))
    (folder / "config" / "rules").mkdir(parents=True)
    (folder / "config" / "rules" / "fire.toml").write_text(RULE, encoding="utf-8")
    return create_app(folder, clock=StandingClock(NOON))


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    """Smoke at noon, an incident, and two hours later nothing of it is left but the incident."""
    with served(app) as one:
        running = app.state.running
        until(lambda: running.watch.ready, PATIENCE_S)
        measure(app, 8.5)
        until(lambda: running.watch.alarms.standing(running.watch.now_us()), PATIENCE_S)
        running.clock.pass_time(timedelta(seconds=30))  # so that the alarm has settled
        until(lambda: running.watch.incidents.open_ones(), PATIENCE_S)
        running.clock.pass_time(timedelta(hours=2))
        measure(app, 1.25)
        until(lambda: not running.watch.alarms.standing(running.watch.now_us())[0].active, PATIENCE_S)
        time.sleep(0.5)
        yield one


def measure(app: FastAPI, value: float) -> None:
    now = app.state.running.clock.now()
    entry = Entry(f"~r{value}", "reading", SMOKE, now, "test", value, "good")
    app.state.running.intake.commit.submit([entry]).result(10)


@pytest.fixture
def page(chromium: Browser, app: FastAPI, url: str) -> Iterator[Page]:
    context = let_in(chromium.new_context(viewport={"width": 1366, "height": 768}), url, app, Role.DISPATCHER)
    one = context.new_page()
    one.set_default_timeout(60_000)
    one.on("pageerror", lambda fault: pytest.fail(str(fault)))
    one.goto(f"{url}/#lang=en")
    one.locator("#desk-tab-incidents").wait_for(state="attached", timeout=60_000)
    yield one
    context.close()


def test_back_to_an_incident_and_to_now(page: Page, app: FastAPI) -> None:
    idx = app.state.running.points().idx_of_device("SMK-001")
    until(lambda: page.evaluate(STATE_OF, idx)["value"] == 1.25, PATIENCE_S)
    canvas = page.locator("canvas").first.element_handle()
    page.locator(".time-toggle").click()
    expect(page.locator(".time-tick")).to_have_count(1)
    page.locator(".time-track").press("[")
    expect(page.locator(".time-banner")).to_contain_text("Not now: 10 Mar")
    expect(page.locator(".time-track")).to_have_attribute("aria-busy", "false")
    expect(page).to_have_url(re.compile("at=2026-03-10T04:0"))
    assert page.evaluate(STATE_OF, idx) == {"state": 3, "value": 8.5}  # an alarm of level A that nobody had taken
    page.locator(".incidents-button").click()
    row = page.locator(".desk .incident-row[data-id]").first
    expect(row).to_be_visible()
    page.locator(".alarms-button").click()
    alarm = page.locator(".desk .alarm-row[data-key]").first
    expect(alarm).to_contain_text("8.5")
    # a thing's card tells of then, and keeps doing so
    page.evaluate("idx => window.campus_twin.mounted.then(({ engine }) => engine.select(idx))", idx)
    expect(page.locator(".card .points dd").first).to_contain_text("8.5")
    # nothing can be done in the past, and it is said why
    page.locator('.desk-bar [data-act="acknowledge"]').click()
    expect(page.locator(".desk-alarms .desk-outcome")).to_contain_text("Go back to now first")
    # a shared address opens at the same moment
    address = page.url
    page.locator(".time-banner-back").click()
    expect(page.locator(".time-banner")).to_be_hidden()
    assert page.evaluate(STATE_OF, idx)["value"] == 1.25
    expect(page.locator(".card .points dd").first).to_contain_text("1.25")
    assert page.evaluate("one => one === document.querySelector('canvas')", canvas), "it was mounted anew"
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator(".time-banner")).to_contain_text(re.compile(r"Not now: 10 Mar.*12:0"), timeout=60_000)
    until(lambda: page.evaluate(STATE_OF, idx)["value"] == 8.5, PATIENCE_S)
