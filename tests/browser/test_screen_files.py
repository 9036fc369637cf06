"""A screen is a file: put into a running campus it stands in the open page; a broken one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from ioc_app.app import create_app
from tests.browser.screen_pages import ScreenPage, open_screens
from tests.ioc_app.small_campus import small_campus
from tests.screens.small import KPIS, SCREEN
from twin.people.roles import Role

# in the slow set: forty seconds, most of them of waiting; that a file is taken up is tested without a page as well
pytestmark = [pytest.mark.browser, pytest.mark.slow]

# it is taken up within two seconds, asked for every five, on machines that do other things too
SOON_MS = 60_000
BROKEN = SCREEN.replace("kpis = [", 'kpis = ["meters.nowhere", ').replace('zh = "电表一张图"', 'zh = "改过的电表"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_campus().write(tmp_path_factory.mktemp("screens"))
    (made / "config" / "kpis").mkdir(parents=True, exist_ok=True)
    (made / "config" / "screens").mkdir(exist_ok=True)
    return made


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(folder)


@pytest.fixture(scope="module")
def open_page(chromium: Browser, app: FastAPI, url: str) -> Iterator[ScreenPage]:
    one = open_screens(chromium, app, url, Role.ADMINISTRATOR)
    expect(one.page.locator(".screen-tab").first).to_be_visible(timeout=SOON_MS)
    one.do("engine.draw = () => {}")  # what stands around it is looked at
    one.page.evaluate("window.isSamePage = true")
    yield one
    one.page.context.close()


def test_a_file_alone_is_a_screen_and_a_broken_one_breaks_none(open_page: ScreenPage, folder: Path) -> None:
    page = open_page.page
    tabs = page.locator(".screen-tab")
    shipped = tabs.count()
    assert shipped == len(open_page.screens())
    (folder / "config" / "kpis" / "meters.toml").write_text(KPIS, encoding="utf-8")
    file = folder / "config" / "screens" / "meters.toml"
    file.write_text(SCREEN, encoding="utf-8")
    expect(page.locator("#screen-tab-meters")).to_have_text("电表一张图", timeout=SOON_MS)
    expect(tabs).to_have_count(shipped + 1)
    page.locator("#screen-tab-meters").click()
    expect(page.locator(".head-theme")).to_have_text("电表一张图")
    expect(page.locator(".screen-panel:visible")).to_have_count(3, timeout=SOON_MS)

    file.write_text(BROKEN, encoding="utf-8")
    page.get_by_role("button", name="回到值班台").click()
    page.locator(".badge").click()
    sheet = page.locator("dialog.sheet")
    wrong = sheet.locator("p.error", has_text="screens/meters.toml")
    expect(wrong).to_contain_text("meters.nowhere", timeout=SOON_MS)
    expect(wrong).to_contain_text("第 7 行")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="大屏", exact=True).click()
    page.wait_for_timeout(6000)  # whoever asks for the book again would see it
    expect(tabs).to_have_count(shipped + 1)
    expect(page.locator(".head-theme")).to_have_text("电表一张图")
    expect(page.locator(".screen-panel:visible")).to_have_count(3)

    file.write_text(BROKEN.replace('"meters.nowhere", ', ""), encoding="utf-8")
    expect(page.locator(".head-theme")).to_have_text("改过的电表", timeout=SOON_MS)
    assert open_page.said == []
    file.unlink()
    expect(page.locator("#screen-tab-meters")).to_have_count(0, timeout=SOON_MS)
    expect(tabs).to_have_count(shipped)
    assert page.evaluate("window.isSamePage"), "nothing was loaded anew"
    # what the page was just asking for is not there any more, and the browser says so by itself
    assert [one for one in open_page.said if "404 (Not Found)" not in one] == []
