"""Storms: bowls by hand, the balance of water, full hollows, and drops that find their own way as witness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.analysis.views.grids import grid_of, read_grid
from tests.examples import examples
from twin.analysis.rain.basins import basins_of
from twin.analysis.rain.fill import fill_hollows
from twin.analysis.rain.rain_result import Drain, Entrance
from twin.analysis.rain.storm import rain_on_terrain
from twin.errors import ImpossibleAmountError, NotOneGridError

# a trough along x, cells of 1 m: the bowl on the left spills to the one on the right, and that one over the edge
BOWLS = np.full((3, 12), 20.0)
BOWLS[1] = [20, 10, 8, 10, 11, 12, 9, 6, 6, 9, 9.5, 9.2]


def close(result: float, wanted: float) -> None:
    assert result == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def only_on_the_trough() -> NDArray:
    share = np.zeros(BOWLS.shape)
    share[1, 1:11] = 1.0
    return share


def test_one_bowl_fills_to_the_height_of_its_water() -> None:
    ground = np.full((5, 5), 10.0)
    ground[1:4, 1:4] = 4.0
    found = rain_on_terrain(grid_of(ground, 2.0), 90.0, step_min=60)
    pond = found.ponds[0]
    close(found.balance.stored_m3, 25 * 4 * 0.09)  # the rim slopes inwards all around
    close(pond.peak_level_m, 4.25)
    close(float(np.nansum(found.final_depth_m)) * 4, 9.0)
    assert (pond.brim_m, pond.capacity_m3, pond.spilled) == (10.0, 6 * 9 * 4, False)


def test_two_bowls_in_a_row() -> None:
    """Rain on ten cells of the trough: four run to the left bowl, six (the ridge among them) to the right."""
    grid = grid_of(BOWLS)
    little = rain_on_terrain(grid, 400.0, step_min=10, runoff=only_on_the_trough())
    left, right = (next(one for one in little.ponds if round(one.x, 1) == x) for x in (2.5, 7.5))
    close(left.arrived_m3, 4 * 0.4)
    close(left.peak_level_m, 8 + 1.6)
    close(right.arrived_m3, 6 * 0.4)
    close(right.peak_level_m, 6 + 2.4 / 2)
    close(left.capacity_m3, 2 + 4 + 2 + 1)
    close(right.capacity_m3, 0.5 + 3.5 + 3.5 + 0.5)
    assert not left.spilled
    assert not right.spilled
    much = rain_on_terrain(grid, 3000.0, step_min=10, runoff=only_on_the_trough())
    left, right = (next(one for one in much.ponds if round(one.x, 1) == x) for x in (2.5, 7.5))
    close(left.stored_m3, 9.0)
    close(left.spilled_m3, 12.0 - 9.0)
    close(right.arrived_m3, 18.0 + 3.0)
    close(right.stored_m3, 8.0)
    close(right.spilled_m3, 13.0)
    close(much.balance.left_m3, 13.0)
    assert (left.spills_to, right.spills_to) == ((right.pond,), (-1,))


def test_a_drain_takes_its_capacity_first_and_what_stands_later() -> None:
    grid = grid_of(BOWLS)
    drain = Drain("gully", 7.2, 1.5, 3.0)
    found = rain_on_terrain(grid, 400.0, step_min=60, runoff=only_on_the_trough(), drains=[drain])
    dry = rain_on_terrain(grid, 400.0, step_min=60, runoff=only_on_the_trough())
    arriving = next(one for one in dry.ponds if round(one.x, 1) == 7.5).arrived_m3
    assert arriving < 3.0
    close(found.drains[0].taken_m3, arriving)
    close(found.drains[0].busy, arriving / 3.0)
    small = Drain("gully", 7.2, 1.5, 0.5)
    later = rain_on_terrain(grid, 400.0, step_min=60, runoff=only_on_the_trough(), drains=[small], dry_steps_after=2)
    close(later.drains[0].taken_m3, 1.5)
    close(later.balance.stored_m3 + 1.5, dry.balance.stored_m3)
    assert later.peak_depth_m[1, 7] > later.final_depth_m[1, 7] > 0
    two = rain_on_terrain(
        grid, 400.0, step_min=60, runoff=only_on_the_trough(), drains=[small, Drain("other", 7.4, 1.6, 1.5)]
    )
    close(two.drains[1].taken_m3, 3 * two.drains[0].taken_m3)


def test_a_drain_above_the_bottom_leaves_what_lies_below_it() -> None:
    grid = grid_of(BOWLS)
    found = rain_on_terrain(
        grid, 1000.0, step_min=60, runoff=only_on_the_trough(), drains=[Drain("high", 1.5, 1.5, 100.0)]
    )
    left = next(one for one in found.ponds if round(one.x, 1) == 2.5)
    # at 10 m only the middle cell is wet: 2 m³ stay below the drain
    close(left.stored_m3, 2.0)
    assert found.drains[0].taken_m3 > 0


def test_hollows_within_a_hollow_join_and_full_ones_look_as_filled(shared_data: Path) -> None:
    for grid in (
        read_grid(shared_data / "terrain_pipes" / "helsinki_block" / "raster_dem.tif"),
        grid_of(np.random.default_rng(4).normal(0, 1, (60, 70)).cumsum(0)),
    ):
        filled = fill_hollows(grid)
        basins = basins_of(grid)
        tops = basins.parent < 0
        whole = float(np.nansum(filled.depth_m)) * basins.cell_m2
        assert basins.capacity_m3[tops].sum() == pytest.approx(whole, rel=1e-9)
        found = rain_on_terrain(grid, 500_000.0, step_min=60, basins=basins)
        np.testing.assert_allclose(found.final_depth_m, filled.depth_m, atol=1e-9)
        assert abs(found.balance.missing_m3) <= 1e-9 * found.balance.rain_m3


@settings(max_examples=examples(80))
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 10), columns=st.integers(1, 10), levels=st.integers(2, 9))
def test_no_water_is_lost(seed: int, rows: int, columns: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, levels, (rows, columns)) * 0.5
    ground[rng.random(ground.shape) < 0.1] = np.nan
    drains = [
        Drain(f"d{n}", x, y, capacity)
        for n, (x, y, capacity) in enumerate(rng.uniform(-1, 1, (4, 3)) * [columns, rows, 1] + [0, 0, 1.0])
    ]
    found = rain_on_terrain(
        grid_of(ground),
        rng.uniform(0, 400, 5),
        step_min=20,
        runoff=rng.random(ground.shape),
        initial_loss_mm=rng.uniform(0, 30, ground.shape),
        drains=drains,
        straight_to_drains=rng.random(ground.shape) < 0.2,
        dry_steps_after=1,
    )
    balance = found.balance
    assert abs(balance.missing_m3) <= 1e-9 * max(balance.rain_m3, 1.0)
    assert float(np.nansum(found.final_depth_m)) == pytest.approx(balance.stored_m3, rel=1e-9, abs=1e-9)
    assert sum(one.taken_m3 for one in found.drains) == pytest.approx(balance.drained_m3, abs=1e-9)
    assert (np.nan_to_num(found.peak_depth_m) >= np.nan_to_num(found.final_depth_m) - 1e-12).all()
    for one in found.ponds:
        assert one.arrived_m3 == pytest.approx(one.drained_m3 + one.stored_m3 + one.spilled_m3, abs=1e-9)
        assert one.stored_m3 <= one.capacity_m3 + 1e-9


def drops(ground: NDArray, share: NDArray, volume: float) -> NDArray:
    """Water as small drops; each runs on while the surface beside it lies lower, there where the ground falls most."""
    rows, columns = ground.shape
    surface = ground.copy()
    size = 0.001
    sources = np.flatnonzero(share)
    for place in np.tile(sources, int(volume / size / len(sources))).tolist():
        row, column = divmod(place, columns)
        while True:
            lower = [
                ((ground[r, c] - ground[row, column]) / np.hypot(r - row, c - column), r, c)
                for r in range(max(row - 1, 0), min(row + 2, rows))
                for c in range(max(column - 1, 0), min(column + 2, columns))
                if surface[r, c] < surface[row, column]
            ]
            if lower:
                _, row, column = min(lower)
                continue
            if row not in (0, rows - 1) and column not in (0, columns - 1):  # over the edge it is gone
                surface[row, column] += size
            break
    return surface - ground


@pytest.mark.parametrize(("seed", "part"), [(1, 0.05), (2, 0.1), (3, 0.15), (4, 0.2), (5, 0.3), (6, 0.5)])
def test_drops_come_to_rest_where_the_storm_stands(seed: int, part: float) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.uniform(0, 1, (12, 12))
    ground[[0, -1]] += 0.8  # most hollows lie in one large hollow
    ground[:, [0, -1]] += 0.8
    grid = grid_of(ground)
    basins = basins_of(grid)
    share = np.zeros(ground.shape)
    share[basins.pits // basins.rim.width - 1, basins.pits % basins.rim.width - 1] = 1.0
    volume = part * float(fill_hollows(grid).depth_m.sum())
    found = rain_on_terrain(grid, volume / len(basins.pits) * 1000.0, step_min=60, runoff=share)
    witness = drops(ground, share, volume)
    worst = np.abs(found.final_depth_m - witness).max()
    print(f"drops, seed {seed}: {len(basins.pits)} pits, {volume:.2f} m³, largest difference {worst * 1000:.1f} mm")
    assert witness.max() > 0.15
    assert worst < 0.01


def test_water_before_doors() -> None:
    doors = [
        Entrance("wet", 2.5, 1.5, 0.15),
        Entrance("high", 2.5, 1.5, 9.0),
        Entrance("dry", 11.5, 1.5),
        Entrance("nowhere", 99.0, 99.0),
        Entrance("known", 2.5, 1.5, 0.15, ground_m=8.2),
    ]
    found = rain_on_terrain(
        grid_of(BOWLS), 400.0, step_min=60, runoff=only_on_the_trough(), entrances=doors, entrance_reach_m=0.0
    )
    wet, high, dry, nowhere, known = found.entrances
    level = next(one for one in found.ponds if round(one.x, 1) == 2.5).peak_level_m
    assert level is not None
    close(wet.depth_m, level - 8)
    close(wet.over_threshold_m, level - 8.15)
    assert (wet.flooded, high.flooded, dry.flooded, nowhere.flooded) == (True, False, False, False)
    assert (dry.depth_m, dry.over_threshold_m, nowhere.depth_m) == (0.0, None, None)
    close(known.over_threshold_m, level - 8.35)
    tables = found.to_arrow(), found.entrances_to_arrow(), found.drains_to_arrow()
    assert [one.num_rows for one in tables] == [len(found.ponds), 5, 0]


def test_what_cannot_be_is_refused() -> None:
    grid = grid_of(BOWLS)
    for wrong in ({"runoff": 1.5}, {"rain_mm": -1.0}, {"step_min": 0.0}, {"initial_loss_mm": -0.1}):
        with pytest.raises(ImpossibleAmountError):
            rain_on_terrain(grid, **{"rain_mm": 10.0, "step_min": 60.0, **wrong})
    with pytest.raises(ImpossibleAmountError):
        rain_on_terrain(grid, 10.0, step_min=60.0, drains=[Drain("d", 2.5, 1.5, -1.0)])
    with pytest.raises(NotOneGridError):
        rain_on_terrain(grid, 10.0, step_min=60.0, runoff=np.ones((2, 2)))
