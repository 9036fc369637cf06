"""What axe finds on desk, screens, the card of a number and the drawer of rows, in both languages: nothing grave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from tests.browser.screen_pages import ScreenPage, open_screens, screens_app
from tests.browser.test_every_screen import LANGUAGES, STYLES
from tests.screens.themes_campus import themes_campus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE: Final = Path(__file__).resolve().parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE: Final = ("serious", "critical")
# one rule is left out: it takes for text what is hidden from those who listen, the ten digits of a reel, of which one
# is seen, and the numerals in the signs of levels
FOUND: Final = """async (grave) => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: false } } });
  return violations.filter(({ impact }) => grave.includes(impact)).flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any, all, none }) => `${id}: ${target.join(' ')}: ${[...any, ...all, ...none].map((one) => one.message).join('; ') || help}`));
}"""  # noqa: E501


@pytest.fixture(scope="module")
def app(campuses: Path) -> FastAPI:
    if not AXE.exists():
        pytest.skip("tests/js is not installed: npm ci")
    return screens_app(themes_campus(campuses / "themes-heard").folder)


@pytest.fixture(scope="module")
def shown(chromium: Browser, app: FastAPI, url: str) -> Iterator[ScreenPage]:
    one = open_screens(chromium, app, url)
    one.do("engine.draw = () => {}")  # what is drawn has no words
    one.page.evaluate(AXE.read_text(encoding="utf-8"))
    yield one
    one.page.context.close()


def grave(shown: ScreenPage) -> list[str]:
    return list(shown.page.evaluate(FOUND, list(GRAVE)))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen(shown: ScreenPage, style: str, language: str) -> None:
    screens = shown.screens()
    number = STYLES.index(style) * len(LANGUAGES) + LANGUAGES.index(language)
    shown.show(screens[number % len(screens)], theme=style, language=language)
    assert grave(shown) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_number_and_the_rows_of_a_panel(shown: ScreenPage, language: str) -> None:
    page = shown.page
    shown.show(shown.screens()[0], theme="dark", language=language)
    page.locator(".kpi").first.click()
    card = page.locator("dialog[open]")
    expect(card).to_be_visible()
    expect(card.locator("table, .error, p").first).to_be_visible(timeout=30_000)
    assert grave(shown) == []
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.locator(".screen-panel:visible .rows-button").first.click()
    drawer = page.locator("#panel-rows")
    expect(drawer.locator(".ag-row").first).to_be_visible(timeout=60_000)
    assert grave(shown) == []
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk(shown: ScreenPage, language: str) -> None:
    shown.do("ui.store.set(a)", {"mode": "desk", "language": language, "theme": "dark"})
    expect(shown.page.locator(".topbar")).to_be_visible()
    shown.do("ui.store.set({ desk: 'alarms' })")
    expect(shown.page.locator(".desk")).to_be_visible()
    assert grave(shown) == []
    shown.do("ui.store.set({ desk: null })")


def test_axe_finds_what_is_wrong(shown: ScreenPage) -> None:
    shown.page.evaluate("document.body.append(Object.assign(document.createElement('button'), { id: 'nameless' }))")
    try:
        assert any("button-name: #nameless" in one for one in grave(shown))
    finally:
        shown.page.evaluate("document.getElementById('nameless').remove()")
