"""The terrain along a line, against scipy's interpolation of the same cells."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from tests.analysis.sections.making import terrain_of
from twin.analysis.sections.profile import SectionLine, terrain_profile
from twin.errors import SectionLineError
from twin.mesh.elevation import ElevationGrid, TerrainSurface

RUGGED = terrain_of(lambda x, y: 20 + np.sin(x * 1.7) * 2 + np.cos(y * 0.9 + x) * 3, (100.0, 200.0, 160.0, 240.0), 1.25)
place = st.tuples(st.floats(103, 157), st.floats(203, 237))


@given(st.lists(place, min_size=2, max_size=5, unique=True))
def test_heights_are_bilinear_between_cell_middles(points: list[tuple[float, float]]) -> None:
    try:
        line = SectionLine.of(shapely.LineString(points))
    except SectionLineError:
        return
    profile = terrain_profile(line, RUGGED, np.empty(0))
    grid = RUGGED.grids[0]
    xy = line.points(profile.chainage_m)
    rows, columns = (240.0 - xy[:, 1]) / 1.25 - 0.5, (xy[:, 0] - 100.0) / 1.25 - 0.5
    witness = map_coordinates(grid.values, [rows, columns], order=1)
    np.testing.assert_allclose(profile.elevation_m, witness, atol=1e-9)
    assert np.diff(profile.chainage_m).max() <= 0.5 + 1e-9
    assert profile.chainage_m[[0, -1]] == pytest.approx([0.0, shapely.LineString(line.xy).length])


@given(place, place)
def test_between_stations_the_ground_is_a_parabola(a: tuple[float, float], b: tuple[float, float]) -> None:
    """So no edge between two cells is stepped over: three points of each stretch tell the fourth."""
    try:
        line = SectionLine.of(shapely.LineString([a, b]))
    except SectionLineError:
        return
    at = terrain_profile(line, RUGGED, np.empty(0)).chainage_m
    low, high = at[:-1], at[1:]

    def height(share: float) -> np.ndarray:  # type: ignore[type-arg]
        return RUGGED.heights(line.points(low + (high - low) * share))

    h0, h1, h2 = height(0.1), height(0.5), height(0.9)
    told = h0 * 0.375 + h1 * 0.75 - h2 * 0.125  # Lagrange
    np.testing.assert_allclose(told, height(0.3), atol=1e-7)


def test_where_no_grid_knows_the_ground_there_is_none() -> None:
    values = np.full((10, 10), 5.0)
    values[:, 4:6] = np.nan
    ground = TerrainSurface((ElevationGrid(values, (1.0, 0.0, 0.0, 0.0, -1.0, 10.0)),))
    profile = terrain_profile(SectionLine.of(shapely.LineString([(-2, 5), (12, 5)])), ground, np.array([7.0]))
    known = np.isfinite(profile.elevation_m)
    assert 7.0 in profile.chainage_m
    assert not known[(profile.chainage_m > 6.01) & (profile.chainage_m < 7.99)].any()
    assert not known[profile.chainage_m < 1.99].any()
    assert known[(profile.chainage_m > 2.01) & (profile.chainage_m < 5.99)].all()
    assert profile.to_arrow().column("elevation_m").null_count == int((~known).sum())


@pytest.mark.parametrize("line", ["LINESTRING EMPTY", "LINESTRING (1 1, 1 1)", "POINT (1 2)"])
def test_a_line_without_two_points_is_refused(line: str) -> None:
    with pytest.raises(SectionLineError, match="two different points"):
        SectionLine.of(shapely.from_wkt(line))


def test_a_coordinate_that_is_no_number_is_said() -> None:
    with np.errstate(invalid="ignore"):
        line = shapely.LineString(np.array([[0.0, 0.0], [np.nan, 1.0]]))
    with pytest.raises(SectionLineError, match="not a number"):
        SectionLine.of(line)
