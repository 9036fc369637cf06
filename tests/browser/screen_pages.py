"""A page with one-map screens on the campus of the themes: real answers, real panels, everything that a page says kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from ioc_app.app import create_app
from tests.browser.serving import let_in
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
# the panels of this screen have come, in this style and language; nothing is asked; and so for three looks on end
SETTLED: Final = """async ([screen, quiet]) => {
  const { engine, ui } = (await window.campus_twin.mounted).mounted;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const end = performance.now() + 30_000;
  const panels = () => [...document.querySelectorAll('#screen-left > .screen-panel, #screen-right > .screen-panel')].filter((one) => one.checkVisibility());
  const what = () => {
    const digests = dash_component_api.getLayout('panel-digests').props.data ?? {};
    const here = Object.entries(digests).filter(([slot]) => !slot.includes('outer'));
    if (ui.store.state.screen !== screen) return `the screen is ${ui.store.state.screen}`;
    if (window.asking) return 'something is asked';
    if (!here.length || here.some(([, one]) => !one.startsWith(`${screen}/`))) return 'panels are of another screen';
    if (panels().length !== here.length) return 'panels are missing';
    if (panels().some(({ dataset }) => dataset.state === 'loading')) return 'panels are being read';
    if (document.querySelector('.kpi[data-state="loading"]')) return 'numbers are being read';
    return panels().map(({ textContent }) => textContent).join();
  };
  let [calm, before] = [0, ''];
  while (calm < quiet) {
    await wait(60);
    const now = what();
    calm = now.length > 60 && now === before ? calm + 1 : 0;
    before = now;
    if (performance.now() > end) throw new Error(`${screen}: ${now.slice(0, 80)}`);
  }
}"""


def screens_app(folder: Path) -> FastAPI:
    """At the moment for which the campus of the themes was made; its clock stands."""
    return create_app(folder, clock=StandingClock(NOW))


@dataclass
class ScreenPage:
    """The one page, and what it said and fetched."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def do(self, script: str, argument: Any = None) -> Any:
        """Run ``script`` with ``engine``, ``ui`` and the argument ``a``."""
        return self.page.evaluate(f"async (a) => {{ {MOUNTED} {script} }}", argument)

    def show(self, screen: str, quiet: int = 3, **state: Any) -> None:
        """What is set in the viewer's store, and the panels of it."""
        self.do("ui.store.set(a)", {"mode": "screen", "screen": screen, **state})
        self.page.evaluate(SETTLED, [screen, quiet])

    def screens(self) -> list[str]:
        """Ids of all there are, in their order."""
        found = self.page.evaluate("fetch('/api/v1/screens').then((one) => one.json())")["screens"]
        return [one["id"] for one in sorted(found, key=lambda one: one["order"])]

    def foreign(self) -> list[str]:
        """What was asked of somebody else."""
        own = self.url.split("/")[2]
        return [one for one in self.fetched if one.startswith(("http", "ws")) and one.split("/")[2] != own]


def open_screens(
    browser: Browser, app: FastAPI, url: str, role: Role = Role.OPERATOR, *, size: tuple[int, int] = FULL_HD,
    hash: str = "screen=fire&lang=zh",
) -> ScreenPage:  # fmt: skip
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    context.add_init_script(COUNTED)
    one = ScreenPage(let_in(context, url, app, role).new_page(), url)
    one.page.set_default_timeout(60_000)
    one.page.on("console", lambda said: _keep(one, said))
    one.page.on("pageerror", lambda fault: one.said.append(str(fault)))
    one.page.on("request", lambda asked: one.fetched.append(asked.url))
    one.page.goto(f"{url}/#{hash}")
    one.page.locator(".screen-head .head-theme").wait_for()
    one.page.evaluate(LOOKS.read_text(encoding="utf-8"))  # the policy of the page lets no script in
    return one


def _keep(one: ScreenPage, said: ConsoleMessage) -> None:
    """Errors and warnings; those of the browser about its own drawing by processor are none of ours."""
    if said.type in ("error", "warning") and "GPU stall" not in said.text:
        one.said.append(said.text)
