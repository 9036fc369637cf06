"""The earth of a pit against hand-computed bodies and against sums over fine grids."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.analysis.sections.making import terrain_of
from tests.examples import examples
from twin.analysis.sections.pit import Pit
from twin.analysis.sections.volume import excavation
from twin.errors import DigAreaError, DigDepthError
from twin.mesh.elevation import ElevationGrid, TerrainSurface

PLANE = terrain_of(lambda x, y: 20 + 0.1 * x - 0.05 * y, (-60.0, -60.0, 60.0, 60.0), 1.5)
ROUGH = terrain_of(lambda x, y: 20 + np.sin(x) + np.cos(y * 1.3) + 0.02 * x * y, (-30.0, -30.0, 30.0, 30.0), 1.25)

place = st.tuples(st.floats(-25, 25), st.floats(-25, 25))


def summed(area: shapely.Geometry, bottom_m: float, ground: TerrainSurface, size: int = 1200) -> float:
    west, south, east, north = area.bounds
    x, y = ((np.arange(size) + 0.5) / size * (high - low) + low for low, high in ((west, east), (south, north)))
    xy = np.column_stack([one.ravel() for one in np.meshgrid(x, y)])
    xy = xy[shapely.contains_xy(area, xy)]
    # the mean over the squares, times the true area: of a sliver they count too many or too few
    return float(np.maximum(np.nan_to_num(ground.heights(xy) - bottom_m), 0).mean() * area.area)


@given(st.lists(place, min_size=3, max_size=9, unique=True))
@example([(0.0, 2.0), (5e-324, 1.0), (-1.0, 0.0)])
def test_under_a_tilted_plane_it_is_area_times_the_height_at_the_centroid(points: list[tuple[float, float]]) -> None:
    area = shapely.MultiPoint(points).convex_hull
    if area.geom_type != "Polygon" or area.area < 0.01:
        return
    found = excavation(area, 5.0, PLANE)
    x, y = area.centroid.coords[0]
    assert found.volume_m3 == pytest.approx(area.area * (20 + 0.1 * x - 0.05 * y - 5.0), rel=1e-9)
    assert (found.area_m2, found.unknown_m2) == (pytest.approx(area.area), pytest.approx(0.0, abs=1e-6))


@given(st.lists(place, min_size=4, max_size=9, unique=True), st.floats(5, 15))
@settings(max_examples=examples(12))
def test_any_shape_under_a_rough_ground(points: list[tuple[float, float]], bottom: float) -> None:
    """Concave outlines and holes: the ring of points by their angle, less a disc."""
    middle = np.mean(points, axis=0)
    order = np.argsort([np.arctan2(*(np.array(one) - middle)) for one in points])
    area = shapely.Polygon([points[n] for n in order]).buffer(0).difference(shapely.Point(middle).buffer(1.0))
    if area.area < 20:
        return
    found = excavation(area, bottom - 15, ROUGH)
    assert found.volume_m3 == pytest.approx(summed(area, bottom - 15, ROUGH), rel=2e-3)


def test_of_a_box_that_ends_on_cells_it_is_exact() -> None:
    grid = ROUGH.grids[0]
    found = excavation(shapely.box(-10, -10, 10, 10), 0.0, ROUGH)
    padded = grid.values[15:33, 15:33]
    weights = np.array([1, 6, 1]) / 8  # over a cell: a quarter of what lies half a cell away is a neighbour's
    cells = sum(
        w * v * padded[1 + i : 17 + i, 1 + j : 17 + j]
        for i, w in zip((-1, 0, 1), weights, strict=True)
        for j, v in zip((-1, 0, 1), weights, strict=True)
    )
    assert found.volume_m3 == pytest.approx(float(np.sum(cells)) * 1.25**2, rel=1e-12)


def test_where_the_ground_is_below_the_bottom_nothing_is_dug() -> None:
    slope = terrain_of(lambda x, _: x, (-10.0, -5.0, 10.0, 5.0), 0.5)
    found = excavation(shapely.box(-8, -3, 8, 3), 0.0, slope)
    assert found.volume_m3 == pytest.approx(8 * 8 / 2 * 6, rel=1e-3)


def test_gaps_are_filled_by_the_next_grid_and_else_said() -> None:
    values = np.full((20, 20), 8.0)
    values[:, 10:] = np.nan
    left = ElevationGrid(values, (1.0, 0.0, 0.0, 0.0, -1.0, 20.0))
    under = ElevationGrid(np.full((4, 3), 6.0), (5.0, 0.0, 0.0, 0.0, -5.0, 20.0))
    found = excavation(shapely.box(5, 5, 20, 15), 2.0, TerrainSurface((left, under)))
    assert found.volume_m3 == pytest.approx(50 * 6 + 50 * 4)
    assert found.unknown_m2 == pytest.approx(50.0)


def test_sloped_sides_of_a_rectangle() -> None:
    flat = terrain_of(lambda *_: 10.0, (-60.0, -60.0, 60.0, 60.0))
    earth = Pit.of(shapely.box(0, 0, 20, 10), flat, None, 6.0, 0.75).earth()
    deep, lean = 4.0, 3.0  # a prism, wedges along the sides, quarters of a cone at the corners
    assert earth.volume_m3 == pytest.approx(200 * deep + 60 * deep * lean / 2 + np.pi * lean**2 * deep / 3, rel=0.005)
    assert earth.area_m2 == pytest.approx(200 + 60 * lean + np.pi * lean**2, rel=0.005)
    by_depth = Pit.of(shapely.box(0, 0, 20, 10), flat, 4.0, None, 0.75).earth()
    assert by_depth.volume_m3 == pytest.approx(earth.volume_m3, rel=0.005)


def test_a_pit_that_follows_the_ground_is_as_deep_everywhere() -> None:
    earth = Pit.of(shapely.box(0, 0, 20, 10), ROUGH, 1.5, None, 0.0).earth()
    assert earth.volume_m3 == pytest.approx(300.0)


@pytest.mark.parametrize(
    ("area", "options", "error"),
    [
        (shapely.LineString([(0, 0), (1, 1)]), {"depth_m": 1.0}, DigAreaError),
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), {"depth_m": 1.0}, DigAreaError),
        (shapely.Polygon(), {"depth_m": 1.0}, DigAreaError),
        (shapely.box(0, 0, 1, 1), {}, DigDepthError),
        (shapely.box(0, 0, 1, 1), {"depth_m": 1.0, "bottom_level_m": 1.0}, DigDepthError),
        (shapely.box(0, 0, 1, 1), {"depth_m": -1.0}, DigDepthError),
        (shapely.box(0, 0, 1, 1), {"depth_m": float("nan")}, DigDepthError),
        (shapely.box(0, 0, 1, 1), {"bottom_level_m": 25.0}, DigDepthError),
        (shapely.box(0, 0, 1, 1), {"depth_m": 1.0, "side_slope": -1.0}, DigDepthError),
    ],
)
def test_what_cannot_be_dug_is_refused(
    area: shapely.Geometry, options: dict[str, float], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Pit.of(area, PLANE, options.get("depth_m"), options.get("bottom_level_m"), options.get("side_slope", 0.0))
