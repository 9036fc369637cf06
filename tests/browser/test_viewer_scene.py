"""The engine loads a campus, draws it within its budget, and gives everything back when it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import View

pytestmark = pytest.mark.browser


def test_is_ready_with_the_scene_and_draws_it(view: View) -> None:
    assert view.do("return engine.scene.features") == view.campus.scene["features"]
    assert [detail["campus"]["crs"] for detail in view.events("ready")] == ["EPSG:4549"]
    stats = view.do("return engine.stats()")
    # Every building far away is a shell of 12 triangles; the ground and the pipes are always whole.
    floor = 8_704 + 3_900 * 2 + 6 * 12
    assert floor <= stats["triangles"] < 60_000
    assert 5 < stats["drawCalls"] <= 100
    assert view.events("error") == []


def test_asks_only_its_own_server(view: View) -> None:
    assert view.requests
    foreign = [url for url in view.requests if not url.startswith((view.url, "data:", "blob:"))]
    assert foreign == []


def test_building_seen_near_has_its_elements(view: View) -> None:
    before = view.do("return engine.stats().triangles")
    view.look((-110, -40, 45), (-40, 40, 10))
    assert view.do("return engine.stats().triangles") > before + 2_000


def test_hidden_layer_shows_what_lies_behind(view: View) -> None:
    view.look((0, 0, 260), (0, 1, 0))
    middle_of_canteen = (-32.0, -33.0, 9.0)
    roof = view.pixel_of(middle_of_canteen)
    view.do("engine.setLayerVisible('elements', false); engine.setLayerVisible('buildings', false)")
    ground = view.pixel_of(middle_of_canteen)
    assert abs(roof - ground).max() > 20
    assert view.do("return engine.layerState().elements.visible") is False
    assert view.pick(middle_of_canteen)["layerId"] == "terrain"


def test_see_through_ground_shows_the_pipes(view: View) -> None:
    pipe = view.campus.pipe_at
    view.look((pipe[0], pipe[1] - 4, 40), pipe)
    covered = view.pixel_of(pipe)
    assert covered[2] < covered[1], "grass is greener than blue"
    view.do("engine.setTerrainOpacity(0.2)")
    seen = view.pixel_of(pipe)
    assert seen[2] > seen[0] + 30, "the water main is blue"
    assert view.pick(pipe)["layerId"] == "water_supply", "what shines through can be picked"


def test_theme_changes_the_sky(mount: Callable[..., View]) -> None:
    view = mount(theme="light")
    view.look((0, -300, 20), (0, 0, 40))
    light = view.pixels()[5, 5].sum()
    view.do("engine.setTheme('dark')")
    assert light > 500
    assert view.pixels()[5, 5].sum() < 300


def test_orthophoto_is_draped(mount: Callable[..., View]) -> None:
    view = mount()
    view.look((-100, -100, 80), (-100, -99, 0))
    before = view.pixels()
    view.do(
        "engine.scene.orthophotos.push({url: '/ortho.png', bbox: [-130, -130, 130, 130]}); engine.setOrthophoto(0);"
        "await new Promise(done => setTimeout(done, 300))"
    )
    after = view.pixels()
    assert after.std(axis=(0, 1)).max() > before.std(axis=(0, 1)).max() + 8, "grass and paving alternate"


def test_twenty_mounts_leave_one_canvas_and_no_warning(view: View) -> None:
    view.page.evaluate(
        """async () => {
          const { createEngine } = await import('/viewer/engine.js');
          for (let n = 0; n < 20; n++) {
            window.engine.dispose();
            window.engine = createEngine(document.getElementById('host'), { sceneUrl: '/scene.json' });
            await window.engine.ready;
            await new Promise((done) => window.engine.on('frame', done));
          }
          await window.engine.settled();
        }"""
    )
    assert view.page.evaluate("document.querySelectorAll('canvas').length") == 1
    assert view.page.evaluate("engine.stats().geometries") < 60
    assert not [line for line in view.console if "context" in line.lower() or line.startswith(("error", "pageerror"))]
    view.page.evaluate("engine.dispose()")
    assert view.page.evaluate("document.querySelectorAll('canvas').length") == 0


@pytest.mark.parametrize("shadows", [True, False])
def test_sun_throws_shadows_when_wanted(mount: Callable[..., View], shadows: bool) -> None:
    view = mount(shadows=shadows)
    view.look((0, -1, 260), (0, 0, 0))
    lit, shaded = view.pixel_of((-32.0, -52.0, 0.5)), view.pixel_of((-54.0, -24.0, 0.8))
    darker = int(lit.sum()) - int(shaded.sum())
    assert (darker > 40) == shadows, "north-west of the canteen, away from the sun"


def test_lost_context_comes_back(view: View) -> None:
    before = view.pixels()
    view.page.evaluate(
        """async () => {
          const gl = window.engine.canvas.getContext('webgl2');
          const lose = gl.getExtension('WEBGL_lose_context');
          lose.loseContext();
          await new Promise((done) => setTimeout(done, 200));
          lose.restoreContext();
          await new Promise((done) => setTimeout(done, 500));
        }"""
    )
    assert view.events("contextlost") == [None]
    assert view.events("contextrestored") == [None]
    assert abs(view.pixels() - before).mean() < 2, "the same picture as before"


def test_no_more_frames_are_asked_for_than_are_drawn(view: View) -> None:
    """A processor that draws slowly is not given a queue, behind which the mouse would wait; nor one that says nothing
    for three seconds left alone."""
    first, waiting, patient, after = view.do(
        """const gl = engine.canvas.getContext('webgl2'), wait = (ms) => new Promise((done) => setTimeout(done, ms));
        const frames = () => engine.stats().frames, told = [frames()];
        gl.getSyncParameter = () => gl.UNSIGNALED;
        const began = performance.now();
        for (let z = 90; performance.now() - began < 1000; z += 1) {
          engine.setView({position: [0, -120, z]});
          await wait(20);
        }
        told.push(frames());
        await wait(3000);
        told.push(frames());
        delete gl.getSyncParameter;
        await engine.settled();
        return [...told, frames()];"""
    )
    assert waiting - first <= 2
    assert 0 < patient - waiting <= 4
    assert after > patient


def test_missing_scene_is_an_error_event(view: View) -> None:
    said = view.page.evaluate(
        """async () => {
          const { createEngine } = await import('/viewer/engine.js');
          window.engine.dispose();
          const said = [];
          const onEvent = (type, detail) => type === 'error' && said.push(detail);
          window.engine = createEngine(document.getElementById('host'), { sceneUrl: '/nowhere.json', onEvent });
          await window.engine.ready.catch(() => {});
          await new Promise((done) => setTimeout(done, 50));
          return said;
        }"""
    )
    assert [one["code"] for one in said] == ["scene"]
    assert "404" in said[0]["message"]
