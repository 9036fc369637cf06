"""Hollows: bowls by hand; the whole level against repeated relaxation, which knows no order and no queue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.analysis.views.grids import grid_of, read_grid
from tests.examples import examples
from twin.analysis.rain.fill import fill_hollows, hollows_of
from twin.mesh.elevation import ElevationGrid


def relaxed(values: NDArray) -> NDArray:
    """Planchon and Darboux (2001): under a flood, every cell sinks to the lowest neighbour until nothing moves."""
    z = np.pad(values, 1, constant_values=np.nan)
    ground = np.isfinite(z)
    steps = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if r or c]
    edge = ground & ~np.all([np.roll(ground, s, (0, 1)) for s in steps], axis=0)
    water = np.where(edge, z, np.where(ground, np.inf, np.nan))
    while True:
        lowest = np.fmin.reduce([np.roll(water, s, (0, 1)) for s in steps])
        lower = np.where(edge | ~ground, water, np.minimum(water, np.maximum(z, lowest)))
        if np.array_equal(lower, water, equal_nan=True):
            return water[1:-1, 1:-1]
        water = lower


@pytest.mark.parametrize("place", ["helsinki", "swiss", "random"])
def test_levels_are_those_of_relaxation(place: str, shared_data: Path) -> None:
    if place == "helsinki":
        grid = read_grid(shared_data / "terrain_pipes" / "helsinki_block" / "raster_dem.tif")
    elif place == "swiss":
        grid = read_grid(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif")
    else:
        grid = grid_of(np.random.default_rng(2).normal(0, 1, (150, 170)).cumsum(0))
    filled = fill_hollows(grid)
    worst = np.nanmax(np.abs(filled.level - relaxed(grid.values)))
    hollows = hollows_of(filled)
    print(f"{place}: largest difference {worst:g} m; {len(hollows.rows)} hollows, {np.nansum(filled.depth_m):.1f} m")
    assert worst <= 1e-9
    assert np.array_equal(np.isnan(filled.level), np.isnan(grid.values))
    cell = float(np.prod(grid.cell_m))
    assert sum(one.volume_m3 for one in hollows.rows) == pytest.approx(np.nansum(filled.depth_m) * cell, rel=1e-12)
    assert sum(one.cells for one in hollows.rows) == (filled.depth_m > 0).sum() == (hollows.number_of >= 0).sum()


def test_a_bowl_by_hand() -> None:
    ground = np.full((7, 7), 5.0)
    ground[2:5, 2:5] = 3.0
    ground[3, 3] = 2.0
    ground[3, 5] = 4.5  # the way out
    ground[3, 6] = 4.0
    found = hollows_of(fill_hollows(grid_of(ground, 2.0)))
    assert len(found.rows) == 1
    bowl = found.rows[0]
    assert (bowl.level_m, bowl.most_depth_m, bowl.cells) == (4.5, 2.5, 9)
    assert bowl.volume_m3 == (8 * 1.5 + 2.5) * 4
    assert (bowl.spill_x, bowl.spill_y) == (11.0, 7.0)
    assert found.number_of[3, 3] == 0
    assert found.number_of[0, 0] == -1
    assert found.to_arrow().num_rows == 1


def test_nodata_is_an_edge_and_a_plane_has_no_hollow() -> None:
    ground = np.full((9, 9), 5.0)
    ground[3:6, 3:6] = 1.0
    assert np.nansum(fill_hollows(grid_of(ground)).depth_m) == 9 * 4
    ground[4, 4] = np.nan
    assert np.nansum(fill_hollows(grid_of(ground)).depth_m) == 0
    assert not hollows_of(fill_hollows(grid_of(np.add.outer(np.arange(9.0), np.arange(9.0))))).rows


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 9), columns=st.integers(1, 9), levels=st.integers(1, 6))
def test_small_terraces_with_gaps(seed: int, rows: int, columns: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, levels, (rows, columns)).astype(float)
    ground[rng.random(ground.shape) < 0.1] = np.nan
    filled = fill_hollows(ElevationGrid(ground, (1.0, 0.0, 0.0, 0.0, -1.0, float(rows))))
    np.testing.assert_array_equal(filled.level, relaxed(ground))
