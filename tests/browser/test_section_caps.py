"""A section fills what it cuts: closed bodies in their own colour, on the plane, whatever stands inside or behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.conftest import View
from tests.browser.small_campus import Campus
from tests.browser.solid_scene import BLUE, CUT_Y_M, GREEN, OCHRE, RED, YELLOW, SolidScene, write_solids

pytestmark = pytest.mark.browser

BOX = {"min": [-12, CUT_Y_M, -10], "max": [95, 20, 40]}
SHADE = 0.92
"""What is left of a colour on a cut face between the lines of its hatch, in linear light."""


@pytest.fixture(scope="module")
def solids(campus: Campus) -> SolidScene:
    return write_solids(campus.folder / "solids", "/solids")


@pytest.fixture
def view(mount: Callable[..., View], solids: SolidScene) -> View:
    """The bodies seen from the front, cut half a metre behind their faces."""
    view = mount(sceneUrl=solids.url)
    view.look((38.0, -75.0, 12.0), (38.0, 0.0, 8.0))
    view.do("engine.section(a)", BOX)
    return view


def on_plane(x: float, z: float) -> tuple[float, float, float]:
    return x, CUT_Y_M, z


def filled(rgb: tuple[int, ...]) -> NDArray[np.float64]:
    """sRGB of a cut face of colour ``rgb``."""
    return np.asarray(np.array(rgb) * SHADE ** (1 / 2.2), float)


def cap(view: View, at: tuple[float, float, float]) -> NDArray[np.int16]:
    """The colour between the hatch lines around ``at``."""
    x, y = view.screen(at)
    around = view.pixels()[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5].reshape(-1, 3)
    brightest: NDArray[np.int16] = around[np.argsort(around.sum(axis=1))[-20:]].mean(axis=0).astype(np.int16)
    return brightest


def test_wall_and_pipe_are_filled_with_their_colour(view: View) -> None:
    np.testing.assert_allclose(cap(view, on_plane(8, 4.5)), filled(RED), atol=7)
    np.testing.assert_allclose(cap(view, on_plane(26, 3)), filled(BLUE), atol=7)
    np.testing.assert_allclose(cap(view, on_plane(40, 3)), filled(YELLOW), atol=7)
    np.testing.assert_allclose(cap(view, on_plane(73, 9)), filled(OCHRE), atol=7)


def test_what_stands_inside_a_cut_body_is_covered(view: View, solids: SolidScene) -> None:
    np.testing.assert_allclose(cap(view, on_plane(4.5, 2.5)), filled(RED), atol=7)
    assert view.pick(on_plane(4.5, 2.5))["idx"] == solids.idx["wall"]
    view.do("engine.setHidden([a], true)", solids.idx["wall"])
    seen = view.pixel_of((4.5, 0.8, 2.5))
    assert seen[1] > seen[0] + 30, f"without the wall the green thing inside it is seen: {GREEN}, {seen}"


def test_where_bodies_overlap_both_are_counted(view: View, solids: SolidScene) -> None:
    """Red and blue share 14 ≤ x ≤ 20: neither cancels the other."""
    red, both, blue = (cap(view, on_plane(x, 3)) for x in (10, 17, 26))
    assert red[0] > both[0] > blue[0]
    assert red[2] < both[2] < blue[2]
    assert view.pick(on_plane(17, 3))["idx"] in (solids.idx["wall"], solids.idx["crossing"])


def test_open_sheets_and_tubes_paint_nothing(view: View, solids: SolidScene) -> None:
    for at in ((55.0, 1.5, 3.0), (65.0, 2.0, 3.0)):
        x, y = view.screen(at)
        cut = view.pixels()[int(y), int(x)]
        hit = view.do("return engine.pick(a[0], a[1])", [x, y])
        assert hit["position"][1] > CUT_Y_M + 0.5, "the sheet itself, not the plane before it"
        assert hit["idx"] in (solids.idx["sheet"], solids.idx["tube"])
        view.do("engine.section({...a, min: [-12, 1, -10]})", BOX)  # another plane before the same surface
        np.testing.assert_allclose(view.pixels()[int(y), int(x)], cut, atol=3)
        view.do("engine.section(a)", BOX)


def test_cut_face_lies_on_the_plane_and_is_picked_there(view: View, solids: SolidScene) -> None:
    for name, x, z in (("wall", 8, 4.5), ("pipe", 40, 3.0), ("above", 73, 9)):
        hit = view.pick(on_plane(x, z))
        assert hit["idx"] == solids.idx[name]
        np.testing.assert_allclose(hit["position"], on_plane(x, z), atol=0.02)
        assert hit["normal"] == [0, -1, 0]
    x, y = view.screen(on_plane(8, 4.5))
    view.page.mouse.click(x, y)
    assert view.events("select")[-1]["idx"] == solids.idx["wall"]


def test_cut_face_follows_recolouring_and_the_exploded_storey(view: View, solids: SolidScene) -> None:
    view.do("engine.colourBy({idx: Uint32Array.of(a), rgba: Uint8Array.of(150, 40, 190, 255)})", solids.idx["wall"])
    np.testing.assert_allclose(cap(view, on_plane(8, 4.5)), filled((150, 40, 190)), atol=10)
    view.do("engine.explode(1)")
    lifted = on_plane(73, 9 + 6 * 1.4)
    np.testing.assert_allclose(cap(view, lifted), filled(OCHRE), atol=7)
    assert view.pick(lifted)["idx"] == solids.idx["above"]
    view.do("engine.isolateStorey([1])")
    assert view.pick(lifted) is None, "the sky"
    assert abs(cap(view, lifted) - filled(OCHRE)).max() > 30


def test_plan_view_shows_the_cut_from_above(view: View, solids: SolidScene) -> None:
    view.do("engine.section({min: [-12, -6, -10], max: [95, 14, 3]}); engine.plan(true)")
    view.do("engine.setView({bbox: [30, -10, 0, 50, 10, 5]})")
    at = (40.0, 0.0, 3.0)  # half of the pipe is above
    np.testing.assert_allclose(cap(view, at), filled(YELLOW), atol=7)
    hit = view.pick(at)
    assert (hit["idx"], hit["normal"]) == (solids.idx["pipe"], [0, 0, 1])


def test_every_pick_of_a_grid_agrees_with_the_colour(view: View, solids: SolidScene) -> None:
    """Wherever the mouse says "cut face", the picture has that body's colour, and the other way round."""
    own = {solids.idx["wall"]: RED, solids.idx["pipe"]: YELLOW, solids.idx["above"]: OCHRE}
    for x in np.arange(-3.05, 79, 4.1):
        hit = view.pick(on_plane(x, 3.5))
        on_cap = hit is not None and hit["normal"] == [0, -1, 0] and hit["position"][1] < CUT_Y_M + 0.01
        inside = 0 < x < 30 or abs(x - 40) < 1.4
        assert on_cap == inside, f"x = {x:.2f}"
        if on_cap and hit["idx"] in own and not 13 < x < 21:
            np.testing.assert_allclose(cap(view, on_plane(x, 3.5)), filled(own[hit["idx"]]), atol=8)


def test_nothing_is_counted_without_a_section(view: View) -> None:
    cut = view.do("return engine.stats().drawCalls")
    view.do("engine.section(null)")
    free = view.do("return engine.stats().drawCalls")
    assert cut >= free + 4, "three tiles counted and the box drawn"
    view.do("engine.section(a); engine.section(null)", BOX)
    assert view.do("return engine.stats().drawCalls") == free


def test_cut_faces_come_back_with_a_lost_context(view: View) -> None:
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
    np.testing.assert_allclose(cap(view, on_plane(8, 4.5)), filled(RED), atol=7)
    assert abs(view.pixels() - before).mean() < 2, "the same picture as before"
