"""Hours of a wall in a minute: screens change, events come; at the end there is no more than at the beginning.

A switch takes about a second of two cores here, half of it the software that draws, a third of one where nothing is
drawn: an ordinary run makes two rounds of all screens and a thousand cycles, the slow set two hundred switches and ten
thousand cycles.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.screen_pages import ScreenPage, open_page
from tests.browser.screen_server import ScreenServer, screen_server
from tests.screens.themes_campus import NOW, themes_campus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

CYCLES: Final = 1_000
FEW_SWITCHES: Final = 18
SWITCHES: Final = 200
LOOKS: Final = 18  # at the page and the server, between two runs of cycles: six of each third
MANY_LOOKS: Final = 90  # what a process holds goes up and down by megabytes: the middle of thirty
# of so many screens one is left alone until all of it has come, each in its turn; the others are gone before
RESTS: Final = 5
FEW_RESTS: Final = 16
LEAK_BYTES: Final = 100
UNEVEN_BYTES: Final = 400_000  # a page's heap from one look to the next: more than 100 bytes of a thousand cycles
FEW_NODES: Final = 40  # a clock, a ticker and lists of now: a row more or less
# every context that is ever made, before anything of ours runs; every socket, too
WATCHED: Final = """
window.contexts = 0;
window.sockets = new Set();
const had = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  const is_new = /webgl/.test(kind) && !this.counted;
  const made = had.call(this, kind, ...more);
  if (is_new && made) { this.counted = true; window.contexts += 1; }
  return made;
};
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    window.sockets.add(this);
    this.addEventListener('close', () => window.sockets.delete(this));
  }
};
"""
# from screen to screen: at every ``rests``th until its panels have come, else as soon as it is drawn
CYCLE: Final = """async ([screens, first, count, rests]) => {
  const { ui } = (await window.campus_twin.mounted).mounted;
  const pause = () => new Promise((done) => setTimeout(done, 4));
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let n = first; n < first + count; n += 1) {
    const screen = screens[n % screens.length];
    ui.store.set({ mode: 'screen', screen });
    await drawn();
    if (n % rests) continue;
    const end = performance.now() + 60_000;
    const isThere = () => {
      const digests = Object.values(dash_component_api.getLayout('panel-digests').props.data ?? {});
      return digests.length && digests.every((one) => one.startsWith(`${screen}/`));
    };
    while (!isThere()) {
      if (performance.now() > end) throw new Error(`cycle ${n}: ${screen} does not come`);
      await pause();
    }
  }
  performance.clearResourceTimings();
}"""


@dataclass
class Run:
    """A page on a server of its own, and what both are made of."""

    one: ScreenPage
    server: ScreenServer
    cdp: CDPSession
    screens: list[str]
    done: int = 0
    senders: int = 0
    heap: list[tuple[int, int]] = field(default_factory=list)
    rss: list[tuple[int, dict[str, int]]] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.one.page

    def cycles(self, count: int, rests: int) -> None:
        """Each with an event."""
        self._send(count)
        self.switches(count, rests)

    def switches(self, count: int, rests: int = 1) -> None:
        self.page.evaluate(CYCLE, [self.screens, self.done, count, rests])
        self.done += count

    def home(self) -> None:
        """The first screen, as it is at rest."""
        self.one.show(self.screens[0])

    def _send(self, count: int) -> None:
        """Events of one kind from one place, as if each cycle had one."""
        said = [
            {
                "event_id": f"long-{self.senders + n}",
                "originator": "long-run",
                "type": "patrol.checkpoint",
                "occurred_at": (NOW + timedelta(seconds=1)).isoformat(),
            }
            for n in range(count)
        ]
        self.senders += count
        answer = httpx.post(
            f"{self.server.url}/api/v1/events", json=said, headers={"Authorization": f"Bearer {self.server.key}"}
        )
        assert answer.status_code == 202, answer.text

    def parts(self) -> dict[str, int]:
        """What there may be no more of; collected first."""
        self.cdp.send("HeapProfiler.collectGarbage")
        counted = self.cdp.send("Performance.getMetrics")["metrics"]
        metrics = {name["name"]: int(name["value"]) for name in counted}
        stats = self.one.do("return engine.stats()")
        seen = self.page.evaluate(
            "({canvases: document.querySelectorAll('canvas').length, contexts, sockets: sockets.size})"
        )
        return {
            **seen,
            "geometries": stats["geometries"],
            "textures": stats["textures"],
            "listeners": metrics["JSEventListeners"],
            "nodes": metrics["Nodes"],
            "documents": metrics["Documents"],
        }

    def weigh(self) -> None:
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        self.heap.append((self.done, int(self.cdp.send("Runtime.getHeapUsage")["usedSize"])))
        self.rss.append((self.done, self.server.rss_kb()))


@pytest.fixture(scope="module")
def run(chromium: Browser, campuses: Path) -> Iterator[Run]:
    with screen_server(themes_campus(campuses / "themes-long").folder) as server:
        one = open_page(chromium, server.url, server.session, scripts=[WATCHED])
        cdp = one.page.context.new_cdp_session(one.page)
        cdp.send("Performance.enable")
        made = Run(one, server, cdp, one.screens())
        one.do("engine.draw = () => {}")  # what it draws is drawn with the processor here: most of the time of a cycle
        for screen in made.screens:  # all that is made once
            one.show(screen)
        made.home()
        yield made
        one.page.context.close()


def a_cycle(weighed: list[tuple[int, float]]) -> float:
    """What a cycle adds: the middle of the last third against that of the third before."""
    third = len(weighed) // 3
    middle, last = weighed[third : 2 * third], weighed[2 * third :]

    def of(some: list[tuple[int, float]], column: int) -> float:
        return statistics.median(one[column] for one in some)

    return (of(last, 1) - of(middle, 1)) / (of(last, 0) - of(middle, 0))


def long_run(
    run: Run, cycles: int, looks: int, rests: int, capsys: pytest.CaptureFixture[str]
) -> tuple[float, float, float]:
    """Bytes that a cycle adds to the page, the server and the readers."""
    run.heap.clear()
    run.rss.clear()
    began = time.monotonic()
    for _ in range(looks):
        run.cycles(cycles // looks + 1, rests)
        run.home()
        run.weigh()
    heap = a_cycle([(done, float(used)) for done, used in run.heap])
    server, readers = (a_cycle([(done, 1024.0 * one[who]) for done, one in run.rss]) for who in ("server", "readers"))
    with capsys.disabled():
        print(
            f"\n{run.heap[-1][0]} cycles in {time.monotonic() - began:.0f} s; bytes a cycle: page {heap:.0f}, server "
            f"{server:.0f}, readers {readers:.0f}\n{json.dumps({'heap': run.heap, 'rss': run.rss})}"
        )
    return heap, server, readers


@pytest.mark.parametrize("switches", [FEW_SWITCHES, pytest.param(SWITCHES, marks=pytest.mark.slow)])
def test_switches_leave_nothing(run: Run, switches: int) -> None:
    run.switches(len(run.screens))
    run.home()
    before = run.parts()
    run.switches(switches)
    run.home()
    after = run.parts()
    assert (after["contexts"], after["sockets"]) == (1, 1)
    assert after.pop("nodes") <= before.pop("nodes") + FEW_NODES
    assert after == before


DRAWS: Final = """() => {
  const drawn = Plotly.react;
  window.draws = 0;
  Plotly.react = (...given) => (window.draws += 1, drawn(...given));
}"""
FIGURES: Final = "document.querySelectorAll('.screen-panel:not([hidden]) .plot:not([hidden])').length"


def test_a_switch_draws_each_figure_once(run: Run) -> None:
    """For the size that it has: not first for that of the panel before it, nor that one again before it goes."""
    screens = run.screens[:4]
    for screen in screens:  # its sizes are told
        run.one.show(screen, quiet=8)
    run.page.evaluate(DRAWS)
    for screen in screens:
        run.page.evaluate("window.draws = 0")
        run.one.show(screen, quiet=8)
        draws, figures = run.page.evaluate(f"[window.draws, {FIGURES}]")
        assert 0 < figures <= draws < 2 * figures, "one more at most, if something has just come in"


def test_cycles_of_screens_and_events_take_no_memory(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """What the server holds is printed only: a thousand times 100 bytes are less than an allocator takes at a time."""
    heap, _server, _readers = long_run(run, CYCLES, LOOKS, FEW_RESTS, capsys)
    assert heap <= LEAK_BYTES + UNEVEN_BYTES / (CYCLES / 3)
    assert run.one.said == []


@pytest.mark.slow
@pytest.mark.timeout(14_400)
def test_ten_thousand_cycles(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    heap, server, readers = long_run(run, 10_000, MANY_LOOKS, RESTS, capsys)
    assert max(heap, server, readers) <= LEAK_BYTES
