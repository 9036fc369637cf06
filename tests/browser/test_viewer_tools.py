"""Measuring, markers, views, keyboard and labels."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tests.browser.conftest import View
from tests.browser.small_campus import ORIGIN

pytestmark = pytest.mark.browser


def click(view: View, position: tuple[float, ...]) -> None:
    view.page.mouse.click(*view.screen(position))


def test_distance_between_two_clicks(view: View) -> None:
    """Roof corner to roof corner of the canteen: 36.8 m, its eaves stand out 0.4 m on each side."""
    view.look((-32, -34, 120), (-32, -33, 8))
    roof = max(float(body[:, 2].max()) for body in view.campus.elements["食堂"][1].corners)
    view.do("engine.measure('distance')")
    click(view, (-50.0, -33.0, roof))
    click(view, (-14.0, -33.0, roof))
    latest = view.events("measure")[-1]
    assert latest["value"] == pytest.approx(36.0, abs=0.5)
    assert latest["value"] == pytest.approx(math.dist(*latest["points"]), abs=1e-9)
    assert abs(latest["rise_m"]) < 0.05
    view.page.keyboard.press("Enter")
    assert view.events("measure")[-1]["done"] is True
    view.page.keyboard.press("Escape")
    assert view.events("measure")[-1] is None


def test_area_of_a_roof(view: View) -> None:
    view.look((-32, -34, 120), (-32, -33, 8))
    roof = max(float(body[:, 2].max()) for body in view.campus.elements["食堂"][1].corners)
    view.do("engine.measure('area')")
    for corner in ((-45.0, -40.0), (-20.0, -40.0), (-20.0, -26.0), (-45.0, -26.0)):
        click(view, (*corner, roof))
    assert view.events("measure")[-1]["value"] == pytest.approx(25 * 14, rel=0.05)


def test_measuring_draws_a_line_and_a_label(view: View) -> None:
    view.look((0, -90, 60), (0, -60, 0))
    before = view.pixels()
    view.do("engine.measure('distance')")
    click(view, (-20.0, -75.0, 1.0))
    click(view, (15.0, -75.0, 1.0))
    view.do("engine.invalidate()")
    changed = (abs(view.pixels() - before).max(axis=2) > 40).sum()
    assert 300 < changed < 20_000


def test_marker_is_picked_and_found_behind_a_building(view: View) -> None:
    view.look((0, -40, 60), (0, 0, 0))
    idx, at = view.campus.devices_idx[7], tuple(float(v) for v in view.campus.devices_at[7])
    hit = view.pick(at)
    assert (hit["idx"], hit["layerId"]) == (idx, "devices")
    np.testing.assert_allclose(hit["position"], at, atol=1e-4)
    view.do("engine.setMarkersVisible('devices', false)")
    assert view.pick(at)["layerId"] != "devices"


def test_live_state_recolours_a_marker_and_keeps_drawing_its_pulse(view: View) -> None:
    view.look((0, -40, 60), (0, 0, 0))
    idx, at = view.campus.devices_idx[7], tuple(float(v) for v in view.campus.devices_at[7])
    x, y = (round(v) for v in view.screen(at))
    window = np.s_[y - 8 : y + 9, x - 8 : x + 9]

    def reds() -> int:
        seen = view.pixels()[window]
        return int(((seen[..., 0] > 150) & (seen[..., 1] < 90)).sum())

    assert reds() == 0
    view.do("engine.updateMarkers(Uint32Array.of(a), Uint8Array.of(4))", idx)
    assert reds() > 60
    first = view.page.evaluate("engine.stats().frames")
    view.page.wait_for_function("first => engine.stats().frames > first + 2", arg=first)  # it pulses
    view.do("engine.updateMarkers(Uint32Array.of(a), Uint8Array.of(0))", idx)
    assert reds() == 0


def test_nothing_is_drawn_while_nothing_happens(view: View) -> None:
    view.do("await engine.settled()")
    view.page.wait_for_timeout(600)
    before = view.page.evaluate("engine.stats().frames")
    view.page.wait_for_timeout(500)
    assert view.page.evaluate("engine.stats().frames") == before


def test_marker_styles_tell_categories_apart(view: View) -> None:
    styles = view.do("return engine.markerStyles('devices')")
    assert set(styles) == {"camera", "smoke", "water_meter", "gate"}
    assert len({(one["shape"], one["colour"]) for one in styles.values()}) == 4
    assert len({one["shape"] for one in styles.values()}) == 4, "shape alone tells them apart, without colour"


def test_view_is_what_was_set(view: View) -> None:
    view.do("engine.setView({position: [10, -50, 30], target: [10, 20, 5]})")
    seen = view.do("return engine.getView()")
    np.testing.assert_allclose(seen["position"], (10, -50, 30), atol=1e-6)
    np.testing.assert_allclose(seen["target"], (10, 20, 5), atol=1e-6)
    assert view.do("return engine.heading()") == pytest.approx(0, abs=1e-6)
    view.do("engine.setView({position: [-50, 0, 30], target: [0, 0, 5]})")
    assert view.do("return engine.heading()") == pytest.approx(math.pi / 2, abs=1e-6), "it looks east"


def test_plan_is_orthographic_and_north_up(view: View) -> None:
    view.do("engine.setView({position: [-80, -80, 120], target: [0, 0, 0]}); engine.plan(true)")
    west, east = view.screen((-20.0, 0.0, 0.0)), view.screen((20.0, 0.0, 0.0))
    low, high = view.screen((0.0, 20.0, 0.0)), view.screen((0.0, 20.0, 30.0))
    assert east[0] > west[0] + 20
    assert abs(east[1] - west[1]) < 0.5
    assert math.dist(low, high) < 0.5, "height does not shift a point"
    assert view.do("return engine.metresPerPixel()") == pytest.approx(40 / (east[0] - west[0]), rel=1e-3)
    view.do("engine.plan(false)")
    assert view.do("return engine.getView().plan ?? false") is False


def test_box_is_framed(view: View) -> None:
    box = view.campus.scene["buildings"][2]["bbox"]
    view.do("engine.setView({bbox: a})", box)
    corners = [view.screen((x, y, z)) for x in box[0::3] for y in box[1::3] for z in box[2::3]]
    xs, ys = zip(*corners, strict=True)
    assert min(xs) > 0
    assert max(xs) < 560
    assert min(ys) > 0
    assert max(ys) < 420
    assert max(ys) - min(ys) > 420 * 0.4 or max(xs) - min(xs) > 560 * 0.4


def test_keyboard_moves_the_camera(view: View) -> None:
    view.do("engine.setView({position: [0, -100, 60], target: [0, 0, 0]})")
    view.page.evaluate("engine.canvas.focus()")
    for key, moved in (("ArrowRight", (1, 0)), ("ArrowUp", (0, 1))):
        before = view.do("return engine.getView().target")
        view.page.keyboard.press(key)
        after = view.do("return engine.getView().target")
        step = (after[0] - before[0], after[1] - before[1])
        assert step[0] * moved[0] + step[1] * moved[1] > 1
        assert abs(step[0] * moved[1] + step[1] * moved[0]) < 1e-6
    near = view.do("const v = engine.getView(); return Math.hypot(...v.position.map((p, i) => p - v.target[i]))")
    view.page.keyboard.press("+")
    assert (
        view.do("const v = engine.getView(); return 0 + Math.hypot(...v.position.map((p, i) => p - v.target[i]))")
        < near
    )
    view.page.keyboard.press("p")
    assert view.do("return engine.getView().plan") is True


def test_pointer_gives_campus_coordinates(view: View) -> None:
    view.look((0, -20, 60), (0, 0, 0))
    at = (0.0, -15.0, 0.6)
    x, y = view.screen(at)
    view.page.mouse.move(x - 5, y)
    view.page.mouse.move(x, y)
    view.page.wait_for_timeout(400)
    told = view.events("coordinates")[-1]
    assert told["x"] == pytest.approx(ORIGIN[0] + at[0], abs=1.0)
    assert told["y"] == pytest.approx(ORIGIN[1] + at[1], abs=1.5)


def test_names_of_buildings_are_drawn_and_can_be_put_away(view: View) -> None:
    view.look((0, -150, 120), (0, 0, 0))
    named = view.pixels()
    view.do("engine.setLabelsVisible(false)")
    assert (abs(named - view.pixels()).max(axis=2) > 60).sum() > 200


def test_attached_tileset_is_drawn_and_detached(mount: Callable[..., View]) -> None:
    """The campus' own tiles serve as a foreign set: without our materials, twice the geometry."""
    view = mount()
    before = view.do("return engine.stats().drawCalls")
    view.do("window.attached = engine.loadTileset('/tiles/tileset.json')")
    assert view.do("return engine.stats().drawCalls") > before + 5
    view.do("window.attached.dispose()")
    assert view.do("return engine.stats().drawCalls") == before
    assert view.events("error") == []
