"""A campus that lives: raised devices, events, trails and heat at once, and what they leave behind."""

from __future__ import annotations

import pytest

from tests.browser.conftest import View
from tests.browser.living import (
    ALIVE,
    PLAIN,
    around,
)

pytestmark = pytest.mark.browser


def test_everything_at_once_is_a_handful_of_draws_and_leaves_nothing_behind(view: View) -> None:
    view.look((0, -120, 90), PLAIN)
    calls = view.do("return engine.stats().drawCalls")
    view.do(ALIVE, [view.campus.devices_idx[0]])
    assert calls + 4 <= view.do("return engine.stats().drawCalls") <= calls + 7
    alive = view.do("return {...engine.surface.renderer.info.memory}")
    gone = view.do("return [engine.surface.renderer.info.memory, engine.dispose()][0]")
    assert alive["geometries"] > gone["geometries"]
    assert gone == bare_memory(view)


def bare_memory(view: View) -> dict[str, int]:
    """What three keeps after an engine that never lived."""
    result: dict[str, int] = view.page.evaluate(
        """async () => {
          const { createEngine } = await import('/viewer/engine.js');
          const engine = createEngine(document.getElementById('host'), { sceneUrl: '/scene.json' });
          await engine.ready;
          engine.setView({position: [0, -120, 90], target: [0, 0, 2]});
          await engine.settled();
          const { info } = engine.surface.renderer;
          engine.dispose();
          return { ...info.memory };
        }"""
    )
    return result


def test_what_is_taken_away_frees_its_memory(view: View) -> None:
    """Heat and trails make textures and buffers anew with every change of size: the old ones go."""
    view.look((0, -120, 90), PLAIN)
    read = "return {...engine.surface.renderer.info.memory}"
    view.do(ALIVE, [view.campus.devices_idx[0]])
    before = view.do(read)
    for n in range(4):
        view.do(ALIVE, [view.campus.devices_idx[0]])
        view.do("for (let n = 0; n < 40 * (a + 1); n++) engine.moveTo('m' + n, [n, 0, 3], a)", n)
        view.do("engine.setEvents([{id: 'x', position: [0, 0, 3], level: 2, text: 'n' + a}])", n)
    assert view.do(read) == before


def test_lost_context_brings_it_back(view: View) -> None:
    view.page.emulate_media(reduced_motion="reduce")
    try:
        view.look((0, -120, 90), PLAIN)
        view.do(ALIVE, [view.campus.devices_idx[0]])
        before = view.pixels()
        view.page.evaluate(
            """async () => {
              const lose = window.engine.canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
              lose.loseContext();
              await new Promise((done) => setTimeout(done, 200));
              lose.restoreContext();
              await new Promise((done) => setTimeout(done, 500));
            }"""
        )
        assert view.events("contextrestored") == [None]
        assert (abs(view.pixels() - before).max(axis=2) > 30).sum() < 40, "the same picture as before"
    finally:
        view.page.emulate_media(reduced_motion="no-preference")


def test_theme_reaches_the_signs(view: View) -> None:
    view.look((0, -60, 40), PLAIN)
    place = (25.0, -20.0, 2.0)
    view.do("engine.setEvents([a])", {"id": "e", "position": place, "text": "登记"})
    dark = around(view, place, 5).mean()
    view.do("engine.setTheme('light')")
    assert around(view, place, 5).mean() > dark + 40
