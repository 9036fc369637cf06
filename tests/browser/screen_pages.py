"""A page with one-map screens on the campus of the themes: real answers, real panels, what it says kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page

from ioc_app.app import create_app
from tests.browser.serving import let_in_with
from tests.entering import session_of
from tests.live.entries import StandingClock
from tests.screens.themes_campus import NOW
from twin.people.roles import Role

LOOKS: Final = Path(__file__).with_name("looks.js")
FULL_HD: Final = (1920, 1080)
MOUNTED: Final = "const { engine, ui } = (await window.campus_twin.mounted).mounted;"
# Dash and the viewer ask with fetch: what is asked and not yet answered
COUNTED: Final = """
window.asking = 0;
const asked = window.fetch;
window.fetch = (...given) => {
  window.asking += 1;
  const done = () => (window.asking -= 1);
  const answer = asked(...given);
  answer.then(done, done);
  return answer;
};"""
# the panels of this screen (and of the second) have come, nothing is asked, and so it stays for some looks on end
SETTLED: Final = """async ([screen, quiet]) => {
  const { ui } = (await window.campus_twin.mounted).mounted;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const end = performance.now() + 180_000;
  const all = () => [...document.querySelectorAll('.screen-side > .screen-panel')];
  const panels = () => all().filter((one) => one.checkVisibility());
  const what = () => {
    const { wall, screen: now } = ui.store.state;
    const second = document.querySelector('#screen-left-outer[data-placed]') ? wall.second : null;
    const digests = Object.entries(dash_component_api.getLayout('panel-digests').props.data ?? {});
    if (now !== screen) return `the screen is ${now}`;
    if (window.asking) return 'something is asked';
    if (!digests.length) return 'no panel is there';
    const isOther = ([slot, one]) => !one.startsWith(`${slot.includes('outer') ? second : screen}/`);
    if (digests.some(isOther)) return 'panels are of another screen';
    if (second && !digests.some(([slot]) => slot.includes('outer'))) return 'panels of the second are missing';
    if (panels().some(({ dataset }) => dataset.state === 'loading')) return 'panels are being read';
    if (document.querySelector('.kpi[data-state="loading"]')) return 'numbers are being read';
    const inside = panels().map((one) => one.textContent + one.querySelectorAll('.main-svg *').length).join();
    return `${'-'.repeat(60)}${inside}`;
  };
  let [calm, before] = [0, ''];
  while (calm < quiet) {
    await wait(60);
    const now = what();
    calm = now.startsWith('-') && now === before ? calm + 1 : 0;
    before = now;
    if (performance.now() > end) throw new Error(`${screen}: ${now.slice(0, 80)}`);
  }
}"""
# of the browser, about its drawing with the processor; of the library of tiles, about what newer ones may hold
OTHERS: Final = ("GPU stall", "TilesRenderer: tiles versions at 1.1 or higher")


def screens_app(folder: Path) -> FastAPI:
    """At the moment for which the campus of the themes was made; its clock stands."""
    return create_app(folder, clock=StandingClock(NOW))


@dataclass
class ScreenPage:
    """The one page, and what it said and fetched."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    fetched: set[str] = field(default_factory=set)  # servers, with the protocol

    def do(self, script: str, argument: Any = None) -> Any:
        """Run ``script`` with ``engine``, ``ui`` and the argument ``a``."""
        return self.page.evaluate(f"async (a) => {{ {MOUNTED} {script} }}", argument)

    def show(self, screen: str, quiet: int = 3, **state: Any) -> None:
        """What is set in the viewer's store, and the panels of it."""
        self.do("ui.store.set(a)", {"mode": "screen", "screen": screen, **state})
        self.page.evaluate(SETTLED, [screen, quiet])

    def file(self, screen: str) -> Any:
        """The screen as data."""
        return self.page.evaluate("(id) => fetch(`/api/v1/screens/${id}`).then((one) => one.json())", screen)

    def screens(self) -> list[str]:
        """Ids of all there are, in their order."""
        found = self.page.evaluate("fetch('/api/v1/screens').then((one) => one.json())")["screens"]
        return [one["id"] for one in sorted(found, key=lambda one: one["order"])]

    def foreign(self) -> list[str]:
        """What was asked of somebody else."""
        own = self.url.partition("://")[2]
        return sorted(one for one in self.fetched if one.startswith(("http", "ws")) and not one.endswith(f"//{own}"))


def open_screens(browser: Browser, app: FastAPI, url: str, role: Role = Role.OPERATOR) -> ScreenPage:
    return open_page(browser, url, session_of(app, role))


def open_page(
    browser: Browser, url: str, session: tuple[str, str], scripts: Sequence[str] = (), *, fine: bool = False
) -> ScreenPage:
    """A page of somebody with this session, on a screen; ``scripts`` run before any of the page."""
    width, height = FULL_HD
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    for script in (COUNTED, *scripts):
        context.add_init_script(script)
    one = ScreenPage(let_in_with(context, url, session, fine=fine).new_page(), url)
    one.page.set_default_timeout(60_000)
    one.page.on("console", lambda said: _keep(one, said))
    one.page.on("pageerror", lambda fault: one.said.append(str(fault)))
    one.page.on("request", lambda asked: one.fetched.add("/".join(asked.url.split("/")[:3])))
    one.page.goto(f"{url}/#screen=overview&lang=zh")
    one.page.locator(".screen-head .head-theme").wait_for()
    one.page.evaluate(LOOKS.read_text(encoding="utf-8"))  # the policy of the page lets no script in
    return one


def _keep(one: ScreenPage, said: ConsoleMessage) -> None:
    """Errors and warnings."""
    if said.type in ("error", "warning") and not any(one in said.text for one in OTHERS):
        one.said.append(said.text)
