"""Grids through points: planes come back exactly, gaps stay gaps, covers of manholes make a ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import LinearNDInterpolator

from twin.mesh.gridding import SPARSE_GAP_M, grid_from_points


def plane(xy: np.ndarray) -> np.ndarray:
    return 3.0 + 0.2 * xy[:, 0] - 0.1 * xy[:, 1]


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_plane_comes_back_wherever_the_triangles_reach(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.uniform([500000, 4000000], [500050, 4000040], (300, 2))
    grid = grid_from_points(np.column_stack([xy, plane(xy)]), 1.0, gap_m=100.0)
    column, row = np.meshgrid(np.arange(grid.values.shape[1]), np.arange(grid.values.shape[0]))
    middles = grid.middles(column.ravel(), row.ravel())
    inside = shapely.contains_xy(shapely.buffer(shapely.convex_hull(shapely.multipoints(xy)), -2.0), middles)
    values = grid.values.ravel()
    assert np.allclose(values[inside], plane(middles[inside]), atol=1e-6)
    assert inside.sum() > 1000


def test_rough_ground_against_scipy() -> None:
    rng = np.random.default_rng(7)
    points = np.column_stack([rng.uniform(0, 40, (200, 2)), rng.uniform(0, 5, 200)])
    _, first = np.unique(points[:, :2].astype(int), axis=0, return_index=True)  # one a cell: nothing is averaged
    points = points[first]
    grid = grid_from_points(points, 1.0, gap_m=1000.0)
    column, row = np.meshgrid(np.arange(grid.values.shape[1]), np.arange(grid.values.shape[0]))
    middles = grid.middles(column.ravel(), row.ravel())
    witness = LinearNDInterpolator(points[:, :2], points[:, 2])(middles)
    both = np.isfinite(witness)
    assert both.sum() > 1000
    # Delaunay is not unique for points on a circle only; these are not
    assert np.allclose(grid.values.ravel()[both], witness[both], atol=1e-6)


def test_a_gap_stays_a_gap() -> None:
    x, y = np.meshgrid(np.arange(0.5, 60), np.arange(0.5, 20))
    xyz = np.column_stack([x.ravel(), y.ravel(), np.ones(x.size)])
    xyz = xyz[(xyz[:, 0] < 20) | (xyz[:, 0] > 40)]
    grid = grid_from_points(xyz, 1.0)
    assert np.isnan(grid.values[:, 21:39]).all()
    assert (grid.values[:, :20] == 1.0).all()
    assert (grid.values[:, 41:] == 1.0).all()


def test_many_points_in_a_cell_are_one_mean() -> None:
    rng = np.random.default_rng(1)
    xyz = np.column_stack([rng.uniform(0, 10, (5000, 2)), np.tile([1.0, 3.0], 2500)])
    grid = grid_from_points(xyz, 2.0)
    assert grid.values.shape == (5, 5)
    assert np.nanmean(grid.values) == pytest.approx(2.0, abs=0.1)


def test_sparse_covers_make_a_ground() -> None:
    x, y = np.meshgrid(np.arange(0, 200, 40.0), np.arange(0, 200, 40.0))
    xy = np.column_stack([x.ravel(), y.ravel()])
    grid = grid_from_points(np.column_stack([xy, plane(xy)]), 5.0, gap_m=SPARSE_GAP_M)
    at = np.array([[73.0, 118.0], [20.0, 20.0]])
    assert grid.heights(at) == pytest.approx(plane(at), abs=0.3)


def test_few_points_and_none() -> None:
    one = grid_from_points(np.array([[3.0, 4.0, 5.0]]), 1.0)
    assert one.heights(np.array([[3.2, 4.2]])).tolist() == [5.0]
    line = grid_from_points(np.array([[0.0, 0, 1], [5, 0, 2], [9, 0, 3]]), 1.0)
    assert np.isfinite(line.values).sum() == 3
    nothing = grid_from_points(np.array([[np.nan, 0, 0]]), 1.0)
    assert np.isnan(nothing.values).all()
