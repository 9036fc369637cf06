"""Login, link and logout in a real browser: forms, cookies and headers agree there or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from ioc_app.app import create_app
from tests.browser.serving import coarse
from tests.ioc_app.small_campus import small_campus
from twin.people.links import Purpose
from twin.people.registry import People
from twin.people.roles import Role

pytestmark = pytest.mark.browser

PASSWORD = "nine quiet harbours"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    app = create_app(small_campus().write(tmp_path_factory.mktemp("login")))
    people: People = app.state.people
    people.accounts.add("zhang", Role.OPERATOR, "张伟")
    people.accounts.set_password("zhang", PASSWORD)
    return app


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = coarse(chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN"))
    yield context.new_page()
    context.close()


def test_a_shared_link_survives_the_login_and_logging_out_closes_the_campus(page: Page, url: str) -> None:
    page.goto(f"{url}/#lang=en&theme=light")
    page.fill("#name", "zhang")
    page.fill("#password", "wrong, and long enough")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("账户名或密码不对")
    expect(page.locator("#name")).to_have_value("zhang")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".topbar")).to_be_visible(timeout=30_000)
    assert "lang=en" in page.url  # what the link showed is shown
    page.get_by_title("Account").click()
    expect(page.locator(".account-menu")).to_contain_text("Operator")
    page.keyboard.press("Escape")
    expect(page.locator(".account-menu")).to_be_hidden()
    page.get_by_title("Account").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("#password")).to_be_visible()
    assert page.request.get(f"{url}/api/v1/scene").status == 401


def test_an_ended_session_leads_back_to_the_login(page: Page, url: str, app: FastAPI) -> None:
    people: People = app.state.people
    page.goto(f"{url}/enter/{people.links.make('zhang', Purpose.ENTER)}")
    page.get_by_role("button").click()
    expect(page.locator(".topbar")).to_be_visible(timeout=30_000)
    for one in people.sessions.all("zhang"):
        people.sessions.revoke(one.id)
    page.keyboard.press("/")
    page.keyboard.type("101")
    expect(page.locator("#password")).to_be_visible()


def test_the_other_language_keeps_where_one_was_going(page: Page, url: str) -> None:
    page.goto(f"{url}/?x=1#theme=light")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
