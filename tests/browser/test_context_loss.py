"""A lost WebGL context is back within five seconds with all that was drawn, given back by the browser or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.conftest import View
from tests.browser.living import ALIVE, PLAIN

pytestmark = pytest.mark.browser

WITHIN_MS = 5000
LOSE = """async (givesBack) => {
  const { engine } = window;
  const { canvas } = engine;
  const began = performance.now();
  const back = new Promise((done) => {
    const stop = engine.on('contextrestored', () => done(performance.now() - began, stop()));
  });
  const lose = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
  lose.loseContext();
  if (givesBack) setTimeout(() => lose.restoreContext(), 200);
  const took = await Promise.race([back, new Promise((done) => setTimeout(() => done(null), 8000))]);
  await engine.settled();
  return { took, replaced: canvas !== engine.canvas, canvases: document.querySelectorAll('canvas').length };
}"""
COLOURS = """const idx = Uint32Array.from({length: 40}, (_, n) => n);
engine.colourBy({idx, rgba: Uint8Array.from({length: 160}, (_, n) => [230, 90, 10, 255][n % 4])});"""
STANDS = """return {
  selected: engine.selected, live: engine.liveOf(a), clusters: engine.clusters().length, layers: engine.layerState(),
  position: engine.getView().position.map((one) => Math.round(one * 1000) / 1000),
  lost: engine.canvas.getContext('webgl2').isContextLost(),
}"""
TRAIL = {"id": "t", "points": [[0, 0, 3, 0], [10, 0, 3, 1000], [20, 5, 3, 2000]]}
MEMORY = "return {...engine.surface.renderer.info.memory}"


@pytest.fixture
def alive(view: View) -> Iterator[View]:
    """Everything at once: states, events, trails, heat, clusters, colours, labels, a selection."""
    view.page.emulate_media(reduced_motion="reduce")
    view.look((0, -120, 90), PLAIN)
    view.do(ALIVE, [view.campus.devices_idx[0]])
    view.do(COLOURS)
    view.do("engine.select(a)", view.campus.devices_idx[0])
    yield view
    view.page.emulate_media(reduced_motion="no-preference")


def drawn(view: View) -> NDArray[np.int16]:
    """The picture, with what moves come anew: after a minute unheard of it is drawn otherwise, and by intent."""
    view.do("engine.setTrails([]); engine.setTrails([a])", TRAIL)
    return view.pixels()


def loses(view: View, times: int) -> list[dict[str, Any]]:
    device = view.campus.devices_idx[0]
    before, stood = drawn(view), view.do(STANDS, device)
    memory = view.do(MEMORY)
    found = []
    for n in range(times):
        said = view.page.evaluate(LOSE, n % 2 == 0)
        assert said["took"] is not None, f"loss {n}: it did not come back"
        assert said["took"] <= WITHIN_MS, f"loss {n}"
        assert said["replaced"] == (n % 2 == 1), "a canvas is replaced only when its context is not given back"
        assert said["canvases"] == 1
        differs = int((abs(drawn(view) - before).max(axis=2) > 30).sum())
        assert differs < 40, f"loss {n}: {differs} pixels are otherwise"
        assert view.do(STANDS, device) == stood, f"loss {n}"
        assert all(view.do(MEMORY)[what] <= most for what, most in memory.items()), "nothing is left of the one before"
        found.append({**said, "differs": differs})
    return found


def test_all_is_as_before_after_each_loss(alive: View) -> None:
    assert len(loses(alive, 3)) == 3
    alive.look((0, -60, 40), PLAIN)
    x, y = alive.screen((25.0, -20.0, 0.0))
    alive.page.mouse.click(x, y)
    alive.page.mouse.move(300, 200)
    alive.page.mouse.wheel(0, 300)
    alive.page.wait_for_function("window.engine.getView().position[2] !== 40")


def test_a_driver_that_is_gone_is_said_and_one_that_comes_late_is_taken(alive: View) -> None:
    """Without a context to be had the engine tries again, then says so: the page may be loaded anew."""
    said = alive.page.evaluate(
        """async () => {
          const { engine } = window;
          const { getContext } = HTMLCanvasElement.prototype;
          const gone = new Promise((done) => engine.on('contextgone', done));
          HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            return kind.startsWith('webgl') && this !== engine.canvas ? null : getContext.call(this, kind, ...more);
          };
          engine.canvas.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext();
          const said = await Promise.race([gone, new Promise((done) => setTimeout(() => done(null), 9000))]);
          HTMLCanvasElement.prototype.getContext = getContext;
          return said;
        }"""
    )
    assert isinstance(said, str)
    assert "context" in said.lower()


@pytest.mark.slow
def test_twenty_losses(alive: View, capsys: pytest.CaptureFixture[str]) -> None:
    found = loses(alive, 20)
    assert len(found) == 20
    took = sorted(one["took"] for one in found)
    pixels, most = max(one["differs"] for one in found), took[-1]
    with capsys.disabled():
        print(f"\n20 losses: {took[10]:.0f} ms median, {most:.0f} ms at most; {pixels} pixels otherwise")
