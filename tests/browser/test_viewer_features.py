"""Picking, colouring, hiding, storeys and cuts: what the shader does to a feature, picking and pixels agree on."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser.conftest import View
from tests.browser.small_campus import BUILDINGS, Campus, base_height

pytestmark = pytest.mark.browser
LIBRARY = "图书馆"


def element(
    campus: Campus, building: str, ending: str, storey_of: str | None = None
) -> tuple[int, tuple[float, float, float]]:
    """idx and top centre of the first element whose name ends so."""
    first, bodies = campus.elements[building]
    row = next(
        n for n, name in enumerate(bodies.name) if name.endswith(ending) and (storey_of is None or storey_of in name)
    )
    corners = bodies.corners[row]
    x, y = corners[:, :2].mean(axis=0)
    return first + row, (float(x), float(y), float(corners[:, 2].max()))


def look_at_library(view: View) -> None:
    """From the south-west, near enough for its elements."""
    view.look((-105, -25, 55), (-40, 43, 8))


def test_pick_gives_the_element_its_place_and_its_normal(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    hit = view.pick(at)
    assert (hit["idx"], hit["layerId"]) == (roof, "elements")
    np.testing.assert_allclose(hit["position"], at, atol=0.2)
    np.testing.assert_allclose(hit["normal"], (0, 0, 1), atol=1e-3)


def test_pick_of_the_sky_is_nothing(view: View) -> None:
    view.look((0, -300, 20), (0, 0, 60))
    assert view.do("return engine.pick(400, 4)") is None


def test_every_pick_of_a_grid_agrees_with_the_id_buffer(view: View) -> None:
    """The two ways to pick are independent of each other: a ray on the CPU and a render of numbers on the GPU."""
    look_at_library(view)
    points = [[x, y] for x in range(60, 760, 50) for y in range(120, 560, 40)]
    read = "return a.map(([x, y]) => engine.pick(x, y, false)).map((hit) => hit && [hit.idx, hit.layerId])"
    by_ray = view.do(read, points)
    view.do("engine.setHidden([engine.scene.features - 1], true)")  # a marker: now the id buffer is asked
    by_id = view.do(read, points)
    assert len({tuple(one) for one in by_ray if one}) > 12
    # Edges may fall to either side: half a pixel.
    assert sum(a != b for a, b in zip(by_ray, by_id, strict=True)) <= 0.03 * len(points)


def test_colour_reaches_the_pixels_and_goes(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    own = view.pixel_of(at)
    view.do("engine.colourBy({idx: Uint32Array.of(a), rgba: Uint8Array.of(255, 0, 0, 255)})", roof)
    red = view.pixel_of(at)
    assert red[0] > 120
    assert red[1:].max() < 60
    view.do("engine.clearColours()")
    assert abs(view.pixel_of(at) - own).max() < 3


def test_selected_feature_is_highlighted(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    own = view.pixel_of(at)
    view.do("engine.select(a)", roof)
    marked = view.pixel_of(at)
    assert marked[2] - marked[0] > own[2] - own[0] + 40
    assert view.do("return engine.selected") == roof


def test_selected_pipe_shines_through_the_ground(view: View) -> None:
    pipe = view.campus.pipe_at
    view.look((pipe[0], pipe[1] - 4, 60), pipe)
    covered = view.pixel_of(pipe)
    view.do("engine.select(a)", view.campus.water_idx[0])
    seen = view.pixel_of(pipe)
    assert seen[2] > covered[2] + 30
    view.do("engine.select(null)")
    assert abs(view.pixel_of(pipe) - covered).max() < 3


def test_feature_selected_before_its_tile_arrives_is_the_only_one_marked(view: View) -> None:
    roof, at = element(view.campus, LIBRARY, "屋面")
    view.look((0, -330, 250), (0, 0, 0))
    view.do("engine.select(a)", roof)
    look_at_library(view)
    wall = view.pixel_of((-60.0, 43.0, at[2] - 3.75))
    assert view.pick(at)["idx"] == roof
    assert wall[2] < wall[0] + 40, "the wall keeps its own colour"


def test_section_shows_the_soil(view: View) -> None:
    """Below the terrain line of the cut there is earth instead of sky."""
    view.look((0, -180, 12), (0, -100, 0))
    view.do("engine.section({min: [-130, -100, -20], max: [130, 130, 60]})")
    with_soil = view.pixel_of((-25.0, -100.0, -1.5))
    assert with_soil[0] > with_soil[2] + 10, "brown, not the blue of the sky"


def test_click_selects_and_a_click_on_the_ground_lets_go(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    view.page.mouse.click(*view.screen(at))
    view.page.mouse.click(*view.screen((-72.0, 14.0, 1.0)))
    chosen, let_go = view.events("select")
    assert (chosen["idx"], chosen["layerId"]) == (roof, "elements")
    assert let_go is None


def test_hidden_feature_is_neither_seen_nor_picked(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    view.do("engine.setHidden([a], true)", roof)
    hit = view.pick(at)
    assert hit["idx"] != roof
    assert hit["position"][2] < at[2] - 1
    view.do("engine.setHidden([a], false)", roof)
    assert view.pick(at)["idx"] == roof


def test_isolated_storey_alone_is_left(view: View) -> None:
    look_at_library(view)
    slab, at = element(view.campus, LIBRARY, "楼板", f"{LIBRARY} 2 ")
    number = next(s["number"] for s in view.campus.scene["buildings"][0]["storeys"] if s["ordinal"] == 2)
    view.do("engine.isolateStorey([a])", number)
    assert view.pick((at[0] + 3, at[1] - 3, at[2]))["idx"] == slab
    _, other = element(view.campus, "食堂", "屋面")
    assert view.pick(other)["layerId"] == "terrain"
    view.do("engine.isolateStorey(null)")
    assert view.pick(at)["idx"] != slab


def test_exploded_storeys_are_picked_where_they_are_drawn(view: View) -> None:
    view.look((-75, -20, 130), (-40, 43, 20))
    number = 4  # the top one: nothing above covers its slab
    building = view.campus.scene["buildings"][0]
    slab, at = element(view.campus, LIBRARY, "楼板", f"{LIBRARY} {number} ")
    view.do("engine.explode(1, a)", building["building_id"])
    lifted = (at[0] - 6, at[1] - 5, at[2] + number * 4.0 * 1.4)
    hit = view.pick(lifted)
    assert hit["idx"] == slab
    np.testing.assert_allclose(hit["position"], lifted, atol=0.3)
    view.do("engine.explode(0)")
    assert view.pick(lifted)["idx"] != slab


def test_section_cuts_pixels_and_picks(view: View) -> None:
    look_at_library(view)
    roof, at = element(view.campus, LIBRARY, "屋面")
    before = view.pixel_of(at)
    height = base_height(BUILDINGS[0]) + 9.0
    view.do("engine.section({min: [-130, -130, -20], max: [130, 130, a]})", height)
    assert abs(view.pixel_of(at) - before).max() > 12
    hit = view.pick(at)
    assert hit["idx"] != roof
    assert hit["position"][2] <= height
    view.do("engine.section(null)")
    assert view.pick(at)["idx"] == roof


@pytest.mark.parametrize(
    "window", [{"x": -97, "y": -90, "radius": 14}, {"polygon": [[-112, -102], [-84, -102], [-84, -78], [-112, -78]]}]
)
def test_dig_window_opens_the_ground_above_the_pipes(view: View, window: dict[str, object]) -> None:
    pipe = view.campus.pipe_at
    view.look((pipe[0], pipe[1] - 4, 60), pipe)
    assert view.pick(pipe)["layerId"] == "terrain"
    view.do("engine.digWindow(a)", window)
    hit = view.pick(pipe)
    assert (hit["layerId"], hit["idx"] in view.campus.water_idx) == ("water_supply", True)
    colour = view.pixel_of(pipe)
    assert colour[2] > colour[0] + 40
    view.do("engine.digWindow(null)")
    assert view.pick(pipe)["layerId"] == "terrain"


def test_camera_below_the_ground_sees_the_pipes(view: View) -> None:
    pipe = view.campus.pipe_at
    view.look((pipe[0], pipe[1] - 25, -9), pipe)
    assert view.pick((pipe[0], pipe[1], pipe[2] - 0.45))["layerId"] == "water_supply"


def test_markers_grow_with_a_wall(view: View) -> None:
    """16 px beside its middle a marker is missed on a desk (12 px) and hit on a wall (21 px), and so it is drawn."""
    at = tuple(float(one) for one in view.campus.devices_at[-1])  # on open ground
    hits, widths = {}, {}
    for name, width, height in (("desk", 1400, 750), ("wall", 2800, 1500)):
        view.page.set_viewport_size({"width": width, "height": height})
        view.look((at[0], at[1] - 14, at[2] + 5), at)
        x, y = view.screen(at)
        hit = view.do("return engine.pick(a[0], a[1])", [x + 16, y])
        hits[name] = None if hit is None else hit["idx"]
        picture = view.pixels()
        row = picture[round(y * picture.shape[1] / width)]
        beside = np.arange(-40, 41) + round(x * picture.shape[1] / width)
        ground = np.median(row[beside], axis=0)
        widths[name] = int((np.abs(row[beside] - ground).max(axis=1) > 40).sum()) * width / picture.shape[1]
    assert hits["wall"] == view.campus.devices_idx[-1]
    assert hits["desk"] != view.campus.devices_idx[-1]
    assert widths["wall"] == pytest.approx(1.75 * widths["desk"], rel=0.25)


def test_a_chosen_marker_is_not_lost_behind_a_building(view: View) -> None:
    x, y, z = (float(one) for one in view.campus.devices_at[0])  # above a corner of the roof
    view.look((x - 60, y + 4, 3), (x, y, z))
    faint = view.pixel_of((x, y, z))
    view.do("engine.setLayerVisible('devices', false)")
    wall = view.pixel_of((x, y, z))
    view.do("engine.setLayerVisible('devices', true)")
    view.do("engine.select(a)", view.campus.devices_idx[0])
    chosen = view.pixel_of((x, y, z))
    assert 0 < abs(faint - wall).max() < 0.5 * abs(chosen - wall).max()
