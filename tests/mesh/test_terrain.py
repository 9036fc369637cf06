"""The simplified ground keeps its promises: error, never above, no triangle over nodata, no gaps, sides all round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from twin.mesh.elevation import ElevationGrid
from twin.mesh.rtin import decimate, simplify
from twin.mesh.terrain import TerrainNode, terrain_pyramid

GREEN = np.array([91, 107, 90, 255], np.uint8)


def hills(size: int, seed: int, roughness: float = 3.0) -> NDArray[np.float64]:
    """A smooth random ground with a few bumps and a step."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    z = 0.05 * x - 0.02 * y + rng.normal(0, 0.02, (size, size))
    for cx, cy, r in rng.uniform(2, size, (4, 3)):
        z += roughness * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (r / 3) ** 2))
    z[:, size // 2 :] += 2.0 if seed % 2 else 0.0
    return z


def differences(
    vertices: NDArray[np.int64], heights: NDArray[np.float64], triangles: NDArray[np.int64], ground: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Surface minus ground at every grid point under a triangle, NaN elsewhere: triangle by triangle, barycentric."""
    out = np.full(ground.shape, np.nan)
    for triangle in triangles:
        (x0, y0), (x1, y1), (x2, y2) = vertices[triangle]
        columns = np.arange(min(x0, x1, x2), max(x0, x1, x2) + 1)
        rows = np.arange(min(y0, y1, y2), max(y0, y1, y2) + 1)
        x, y = np.meshgrid(columns, rows)
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        b = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
        c = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
        inside = (b >= -1e-9) & (c >= -1e-9) & (b + c <= 1 + 1e-9)
        z = heights[triangle] @ np.stack([(1 - b - c), b, c]).reshape(3, -1)
        out[y[inside], x[inside]] = (z.reshape(x.shape) - ground[y, x])[inside]
    return out


@given(st.integers(0, 10**6), st.sampled_from([0.05, 0.2, 1.0]))
@settings(max_examples=15, deadline=None)
def test_the_error_bound_holds_at_every_grid_point(seed: int, tolerance: float) -> None:
    ground = hills(33, seed)
    mesh = simplify(ground, tolerance)
    off = differences(mesh.vertices, mesh.heights, mesh.triangles, ground)
    assert np.isfinite(off).all()
    assert off.max() <= 1e-9
    assert -off.min() <= mesh.error_m + 1e-9 <= tolerance + 2e-9


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_no_triangle_touches_nodata_and_everything_else_is_covered(seed: int) -> None:
    ground = hills(33, seed)
    rng = np.random.default_rng(seed)
    for row, column, size in rng.integers(0, 30, (3, 3)):
        ground[row : row + size // 5 + 1, column : column + size // 3 + 1] = np.nan
    mesh = simplify(ground, 0.3)
    assert np.isfinite(mesh.heights).all()
    known = np.isfinite(ground)
    whole_cells = known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:] & known[1:, 1:]
    corner = mesh.vertices[mesh.triangles]
    u, v = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    areas = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    three = (known[:-1, :-1].astype(int) + known[1:, :-1] + known[:-1, 1:] + known[1:, 1:]) == 3
    assert whole_cells.sum() <= areas.sum() <= whole_cells.sum() + three.sum() / 2
    off = differences(mesh.vertices, mesh.heights, mesh.triangles, np.nan_to_num(ground, nan=-1e6))
    assert off[np.isfinite(off)].max() <= 1e-9  # a covered hole would stand a million metres too high


def test_the_network_is_conforming() -> None:
    mesh = simplify(hills(65, 3), 0.2)
    edges = np.sort(np.concatenate([mesh.triangles[:, p] for p in ([0, 1], [1, 2], [2, 0])]), axis=1)
    lone, uses = np.unique(edges, axis=0, return_counts=True)
    assert uses.max() == 2
    on_border = mesh.vertices[lone[uses == 1]]
    assert (((on_border == 0) | (on_border == 64)) & (on_border[:, :1] == on_border[:, 1:])).any(axis=2).all()


def test_flat_ground_is_two_triangles_and_a_slope_too() -> None:
    x, y = np.meshgrid(np.arange(257.0), np.arange(257.0))
    assert len(simplify(np.full((257, 257), 7.0), 0.05).triangles) == 2
    assert len(simplify(0.3 * x - 0.1 * y, 0.05).triangles) == 2


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_thinned_grid_stays_below_and_within_its_error(seed: int) -> None:
    ground = hills(33, seed)
    rng = np.random.default_rng(seed)
    ground[tuple(rng.integers(0, 33, (2, 25)))] = np.nan
    once, error = decimate(ground, np.zeros_like(ground))
    twice, total = decimate(once, error)
    for coarse, bound, step in ((once, error, 2), (twice, total, 4)):
        mesh = simplify(coarse, 1e-9)
        off = differences(mesh.vertices * step, mesh.heights, mesh.triangles, ground)
        assert np.nanmax(off) <= 1e-8
        assert -np.nanmin(off) <= bound.max() + 1e-8


def tops(node: TerrainNode) -> NDArray[np.bool_]:
    """Triangles that are ground, not skirt."""
    a, b, c = np.moveaxis(node.batch.positions[node.batch.triangles], 1, 0)
    return np.cross(b - a, c - a)[:, 2] > 1e-9


def plan_area(node: TerrainNode) -> float:
    a, b, c = np.moveaxis(node.batch.positions[node.batch.triangles], 1, 0)
    return float(np.cross(b - a, c - a)[:, 2].clip(0).sum() / 2)


def pyramid(values: NDArray[np.float64], cell: float = 2.0, **more: object) -> TerrainNode:
    rows = len(values)
    grid = ElevationGrid(values, (cell, 0.0, 500000.0, 0.0, -cell, 4000000.0 + rows * cell))
    return terrain_pyramid(grid, (500000.0, 4000000.0, 0.0), idx=42, rgba=GREEN, **more)


def test_leaves_cover_the_grid_from_middle_to_middle() -> None:
    root = pyramid(hills(150, 2), tile_cells=32)
    assert len(root.leaves()) == 25
    assert sum(plan_area(leaf) for leaf in root.leaves()) == pytest.approx((149 * 2.0) ** 2)
    low = np.min([leaf.batch.bounds()[0] for leaf in root.leaves()], axis=0)
    high = np.max([leaf.batch.bounds()[1] for leaf in root.leaves()], axis=0)
    assert low[:2] == pytest.approx([1.0, 1.0])
    assert high[:2] == pytest.approx([299.0, 299.0])


def test_errors_grow_towards_the_root_and_triangles_shrink() -> None:
    root = pyramid(hills(150, 2), tile_cells=32)

    def check(node: TerrainNode) -> None:
        for child in node.children:
            assert child.geometric_error_m <= node.geometric_error_m
            check(child)

    check(root)
    assert root.leaves()[0].geometric_error_m <= 0.2  # 10 % of the cell
    assert len(root.batch.triangles) < sum(len(leaf.batch.triangles) for leaf in root.leaves()) / 4


def test_ground_looks_up_and_skirts_look_out() -> None:
    node = pyramid(hills(33, 4), tile_cells=32)
    batch = node.batch
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    flat = np.cross(b - a, c - a)
    assert batch.normals is not None
    assert (np.einsum("ij,ij->i", flat, batch.normals[batch.triangles[:, 0]]) > 0).all()
    skirt = ~tops(node)
    middle = (a + b + c)[skirt] / 3 - batch.bounds().mean(axis=0)
    assert (np.einsum("ij,ij->i", flat[skirt][:, :2], middle[:, :2]) > 0).all()


def test_the_outer_side_hangs_as_deep_as_asked_everywhere() -> None:
    node = pyramid(np.full((20, 30), 10.0), tile_cells=32, side_m=5.0)
    assert node.batch.bounds()[0, 2] == pytest.approx(5.0)
    wall_m2 = np.linalg.norm(
        np.cross(*np.moveaxis(np.diff(node.batch.positions[node.batch.triangles], axis=1), 1, 0)), axis=1
    )
    assert wall_m2[~tops(node)].sum() / 2 == pytest.approx(2 * (19 + 29) * 2.0 * 5.0)


def test_colours_normals_and_the_feature() -> None:
    batch = pyramid(hills(40, 1)).batch
    assert batch.vertex_rgba is not None
    assert len(np.unique(batch.vertex_rgba, axis=0)) > 10
    assert batch.idx.tolist() == [42]
    assert batch.rgba.tolist() == [GREEN.tolist()]


def test_ground_without_heights_is_empty_not_an_error() -> None:
    node = pyramid(np.full((40, 40), np.nan), tile_cells=16)
    assert len(node.batch.triangles) == 0
    assert node.children == ()


def test_scattered_pinholes_do_not_empty_the_coarse_levels() -> None:
    values = hills(130, 5)
    values[np.random.default_rng(1).random(values.shape) < 0.08] = np.nan
    root = pyramid(values, tile_cells=32)
    assert plan_area(root) > 0.8 * (129 * 2.0) ** 2


def test_an_island_keeps_its_place_in_every_level() -> None:
    values = np.full((130, 130), np.nan)
    values[30:80, 40:90] = hills(50, 8)
    root = pyramid(values, tile_cells=32)
    assert sum(plan_area(leaf) for leaf in root.leaves()) == pytest.approx((49 * 2.0) ** 2)
    assert ((49 - 2 * 8) * 2.0) ** 2 <= plan_area(root) <= ((49 + 2 * 8) * 2.0) ** 2  # one cell of the root is 8


def test_the_real_swiss_dem_is_met_at_its_cells(shared_data: Path) -> None:
    """Ground points sampled from the leaves against rasterio's values of the same cells."""
    with rasterio.open(shared_data / "terrain" / "swiss_1km" / "dem_2056_2p5m.tif") as file:
        values = file.read(1, masked=True).astype(float).filled(np.nan)
        transform = tuple(file.transform)[:6]
        grid = ElevationGrid(values, transform)
        root = terrain_pyramid(grid, (transform[2], transform[5], 0.0), idx=0, rgba=GREEN)
        for leaf in root.leaves():
            vertices = leaf.batch.positions[np.unique(leaf.batch.triangles[tops(leaf)])]
            xy = vertices[:, :2] + [transform[2], transform[5]]
            witness = np.array([one[0] for one in file.sample(xy[::50].tolist())])
            assert (witness - vertices[::50, 2]).min() >= -1e-6
            assert (witness - vertices[::50, 2]).max() <= 0.25
    assert sum(len(leaf.batch.triangles) for leaf in root.leaves()) < 2 * values.size * 0.8
