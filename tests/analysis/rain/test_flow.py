"""Where water runs: nothing is lost on the way, and every way is downhill."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.views.grids import grid_of, read_grid
from tests.examples import examples
from twin.analysis.rain.fill import fill_hollows
from twin.analysis.rain.flow import down_to_pits, ends, flow_over
from twin.analysis.rain.neighbours import rimmed
from twin.errors import NotOneGridError


def test_a_roof_sheds_to_both_eaves_and_a_valley_gathers() -> None:
    valley = np.abs(np.arange(7) - 3.0)[None, :] * 2 + np.arange(5)[:, None] * 0.1
    total = flow_over(fill_hollows(grid_of(valley))).accumulation()
    assert total[0, 3] == 35
    assert total[:, 3].tolist() == [35, 28, 21, 14, 7]
    roof = -np.abs(np.arange(6) - 2.5)[None, :] + np.zeros((4, 1))
    eaves = flow_over(fill_hollows(grid_of(roof))).accumulation()
    assert eaves[:, 0].tolist() == [3, 3, 3, 3]
    assert eaves[:, 5].tolist() == [3, 3, 3, 3]


def test_what_falls_on_the_swiss_square_leaves_it(shared_data: Path) -> None:
    grid = read_grid(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif")
    flow = flow_over(fill_hollows(grid))
    total = flow.accumulation()
    leaving = flow.rim.inner(flow.to < 0) & np.isfinite(grid.values)
    assert total[leaving].sum() == grid.values.size
    weight = np.random.default_rng(0).random(grid.values.shape)
    assert flow.accumulation(weight)[leaving].sum() == pytest.approx(weight.sum(), rel=1e-12)
    ground = np.flatnonzero(flow.to >= 0)
    level = np.pad(flow.filled.level, 1).ravel()
    assert (level[flow.to[ground]] <= level[ground]).all()
    row, column = np.unravel_index(np.argsort(np.where(leaving, total, 0), axis=None)[-3:], total.shape)
    areas = flow.catchments(row, column)
    for number in range(3):
        assert (areas == number).sum() == total[row[number], column[number]]


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 9), columns=st.integers(1, 9), levels=st.integers(1, 6))
def test_every_way_ends_in_a_pit_or_outside(seed: int, rows: int, columns: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, levels, (rows, columns)).astype(float)
    ground[rng.random(ground.shape) < 0.1] = np.nan
    rim = rimmed(grid_of(ground))
    to, pits = down_to_pits(rim)
    stops = np.zeros(len(to), bool)
    stops[pits] = True
    end = ends(to, stops)
    for place in np.flatnonzero(rim.ground):
        at, steps = int(place), 0
        while at >= 0 and at not in pits:
            assert to[at] < 0 or rim.z[to[at]] <= rim.z[at]
            at, steps = int(to[at]), steps + 1
            assert steps <= len(to)
        assert end[place] == at
    for pit in pits:  # nothing around a pit, nor around the plateau that it is, lies lower
        plateau, queue = {int(pit)}, [int(pit)]
        while queue:
            place = queue.pop()
            for offset in rim.offsets:
                other = place + offset
                assert rim.ground[other]
                assert rim.z[other] >= rim.z[pit]
                if rim.z[other] == rim.z[pit] and other not in plateau:
                    plateau.add(other)
                    queue.append(other)


def test_a_weight_of_another_grid_is_refused() -> None:
    with pytest.raises(NotOneGridError):
        flow_over(fill_hollows(grid_of(np.zeros((4, 4))))).accumulation(np.zeros((3, 3)))


def test_a_wide_plateau_drains_by_the_shortest_way() -> None:
    """An airfield with one gap in its kerb, and one without: every cell finds the gap; without it, it is one pit."""
    ground = np.full((201, 201), 5.0)
    ground[[0, -1]] = ground[:, [0, -1]] = 5.2
    rim = rimmed(grid_of(ground))
    to, pits = down_to_pits(rim)
    assert len(pits) == 1
    assert (to[rim.ground & (rim.z == 5.0)] == pits[0]).all()
    ground[100, 0] = 4.0
    rim = rimmed(grid_of(ground))
    to, pits = down_to_pits(rim)
    assert len(pits) == 0
    at, steps = int(rim.places(np.array(100), np.array(199))), 0
    while at >= 0:
        at, steps = int(to[at]), steps + 1
    assert steps == 200
