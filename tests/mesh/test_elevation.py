"""Heights of the ground against rasterio, a hand-made bilinear, and the rule of the first grid that knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.mesh.elevation import ElevationGrid, TerrainSurface

TRANSFORM = (2.0, 0.0, 100.0, 0.0, -2.0, 220.0)  # 10 x 10 cells over 100..120, 200..220


def grid(values: np.ndarray, transform: tuple[float, ...] = TRANSFORM) -> ElevationGrid:
    return ElevationGrid(np.asarray(values, float), transform)  # type: ignore[arg-type]


RAMP = grid(np.add.outer(np.arange(10) * 3.0, np.arange(10) * 1.0))


def test_cell_middles_have_their_own_height() -> None:
    column, row = np.meshgrid(np.arange(10), np.arange(10))
    xy = RAMP.middles(column.ravel(), row.ravel())
    assert np.allclose(RAMP.heights(xy), RAMP.values.ravel())
    assert RAMP.bounds == (100.0, 200.0, 120.0, 220.0)


@given(st.floats(101.001, 118.999), st.floats(201.001, 218.999))
@settings(max_examples=50, deadline=None)
def test_a_plane_is_met_exactly_between_the_middles(x: float, y: float) -> None:
    column, row = (x - 100) / 2 - 0.5, (220 - y) / 2 - 0.5
    assert RAMP.heights(np.array([[x, y]]))[0] == pytest.approx(3 * row + column)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_against_a_loop_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rough = grid(rng.uniform(0, 9, (10, 10)))
    for x, y in rng.uniform([101.5, 201.5], [118.5, 218.5], (20, 2)):
        u, v = (x - 100) / 2 - 0.5, (220 - y) / 2 - 0.5
        i, j = int(u), int(v)
        z = rough.values[j : j + 2, i : i + 2]
        above = z[0, 0] * (1 - u + i) + z[0, 1] * (u - i)
        below = z[1, 0] * (1 - u + i) + z[1, 1] * (u - i)
        assert rough.heights(np.array([[x, y]]))[0] == pytest.approx(above * (1 - v + j) + below * (v - j))


def test_nodata_and_outside_are_unknown_and_do_not_spread() -> None:
    values = RAMP.values.copy()
    values[4, 4] = np.nan
    holed = grid(values)
    at = holed.middles(np.array([4, 5]), np.array([4, 4]))
    assert np.isnan(holed.heights(at[:1])[0])
    assert holed.heights(at[1:])[0] == pytest.approx(17.0)
    assert np.isfinite(holed.heights(at[:1] * 0.45 + at[1:] * 0.55))[0]  # just inside the known cell
    off = np.array([[99.9, 210], [120.1, 210], [110, 199.9], [np.nan, 210]])
    assert np.isnan(holed.heights(off)).all()
    assert np.isfinite(holed.heights(np.array([[100.1, 219.9], [119.9, 200.1]]))).all()


def test_the_first_grid_that_knows_wins() -> None:
    fine = np.full((10, 10), 50.0)
    fine[:, 5:] = np.nan
    both = TerrainSurface((grid(fine), RAMP))
    z = both.heights(np.array([[103.0, 211.0], [117.0, 211.0], [300.0, 211.0]]))
    assert z[0] == 50.0
    assert z[1] == pytest.approx(RAMP.heights(np.array([[117.0, 211.0]]))[0])
    assert np.isnan(z[2])


def test_a_grid_cut_by_another_meets_it_in_a_fringe_of_one_cell() -> None:
    fine = np.full((10, 10), 50.0)
    fine[:, 5:] = np.nan
    left = RAMP.without([grid(fine)])
    assert left.bounds == (98.0, 198.0, 122.0, 222.0)
    inner = left.values[1:-1, 1:-1]
    assert np.array_equal(inner[:, 5:], RAMP.values[:, 5:])
    assert (inner[:, 4] == 50.0).all()
    assert np.isnan(inner[:, :4]).all()
    assert np.isnan(left.values[:, -1]).all()
    assert RAMP.without([]) is RAMP


def test_neighbouring_sheets_meet_without_a_gap() -> None:
    east = grid(RAMP.values + 10.0, (2.0, 0.0, 120.0, 0.0, -2.0, 220.0))
    joined = east.without([RAMP])
    west_edge = joined.values[1:-1, 0]
    assert np.array_equal(west_edge, RAMP.values[:, -1])
    assert np.array_equal(joined.values[1:-1, 1:-1], east.values)


def test_the_lowest_ground_along_an_outline() -> None:
    surface = TerrainSurface((RAMP,))
    footprints = np.array([shapely.box(103, 203, 109, 209), shapely.box(500, 500, 501, 501)], object)
    low, high = surface.lowest_along(footprints), surface.highest_along(footprints)
    corner = RAMP.heights(np.array([[103.0, 209.0], [109.0, 203.0]]))
    assert low[0] == pytest.approx(corner[0])
    assert high[0] == pytest.approx(corner[1])
    assert np.isnan(low[1])
    assert np.isnan(high[1])


def test_draping_replaces_heights() -> None:
    line = shapely.LineString([(103, 203, 99), (109, 209, 99)])
    draped = TerrainSurface((RAMP,)).drape(np.array([line], object), 0.5)
    z = shapely.get_coordinates(draped, include_z=True)[:, 2]
    assert z == pytest.approx(RAMP.heights(np.array([[103.0, 203.0], [109.0, 209.0]])) + 0.5)


def test_turned_grids_are_refused() -> None:
    with pytest.raises(ValueError, match="north up"):
        grid(np.zeros((3, 3)), (1.0, 0.2, 0.0, 0.2, -1.0, 0.0))
    with pytest.raises(ValueError, match="north up"):
        grid(np.zeros((3, 3)), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def test_real_swiss_dem_against_rasterio(shared_data: Path) -> None:
    with rasterio.open(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif") as file:
        values = file.read(1, masked=True).astype(float).filled(np.nan)
        swiss = ElevationGrid(values, tuple(file.transform)[:6])
        rng = np.random.default_rng(5)
        column, row = rng.integers(0, file.width, 500), rng.integers(0, file.height, 500)
        xy = swiss.middles(column, row)
        witness = np.array([one[0] for one in file.sample(xy.tolist())])
    assert np.allclose(swiss.heights(xy), witness, atol=1e-6)
