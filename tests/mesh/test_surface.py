"""Areas cover exactly themselves on the ground, ribbons have their width, things stand where they should."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.mesh.closing import closed
from twin.mesh.assemble import rows_without_triangles
from twin.mesh.drape import drape_areas
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.surface import LIFT_M, surface_batch
from twin.mesh.surface_symbols import POINTS, TREES, tree_shape
from twin.model.mesh import MeshBatch

x, y = np.meshgrid(np.arange(300.0), np.arange(300.0))
HILL = TerrainSurface(
    (ElevationGrid(10 + 12 * np.exp(-((x - 140) ** 2 + (y - 160) ** 2) / 1800), (1.0, 0.0, 0.0, 0.0, -1.0, 300.0)),)
)
FLAT = TerrainSurface((ElevationGrid(np.full((300, 300), 5.0), (1.0, 0.0, 0.0, 0.0, -1.0, 300.0)),))
NOWHERE = TerrainSurface(())


def surface(
    geometry: list[object], kinds: list[str | None], ground: TerrainSurface = HILL, **more: object
) -> MeshBatch:
    n = len(geometry)
    rgba = np.tile(np.array([90, 120, 70, 255], np.uint8), (n, 1))
    return surface_batch(
        np.array(geometry, object), kinds, ground=ground, rgba=rgba, idx=np.arange(n, dtype=np.uint32), **more
    )


def plan_area(batch: MeshBatch, row: int) -> float:
    own = batch.triangles[batch.feature[batch.triangles[:, 0]] == row]
    a, b, c = np.moveaxis(batch.positions[own], 1, 0)
    return float(np.cross(b - a, c - a)[:, 2].sum() / 2)


@given(st.integers(0, 10**6))
@example(45989)
@settings(max_examples=15, deadline=None)
def test_an_area_covers_exactly_itself_and_hugs_the_ground(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discs = shapely.buffer(shapely.points(rng.uniform(90, 210, (4, 2))), rng.uniform(5, 60, 4))
    area = shapely.difference(shapely.union_all(discs[:3]), discs[3])
    batch = surface([area], ["green"])
    assert plan_area(batch, 0) == pytest.approx(area.area, rel=1e-9, abs=1e-6)
    if area.is_empty:  # the fourth disc may lie over all others
        assert not len(batch.triangles)
        return
    vertex = batch.positions[np.unique(batch.triangles)]
    above = vertex[:, 2] - HILL.heights(vertex[:, :2]) - LIFT_M["green"]
    assert above.min() >= -1e-9
    assert above.max() <= 0.03
    inside = batch.positions[batch.triangles].mean(axis=1)
    off = inside[:, 2] - LIFT_M["green"] - HILL.heights(inside[:, :2])
    assert np.abs(off).max() < LIFT_M["green"]  # so the ground never shows through


def test_flat_ground_needs_few_triangles_and_hills_more() -> None:
    square = shapely.box(96, 96, 192, 192)
    assert len(surface([square], ["plaza"], FLAT).triangles) == 18
    assert 50 < len(surface([square], ["plaza"], HILL).triangles) < 96 * 96 / 4 * 2


def test_a_road_is_as_wide_as_said_or_as_usual() -> None:
    line = shapely.LineString([(20, 20), (20, 220)])
    batch = surface([line, line, line], ["road", "road", "path"], FLAT, width_m=np.array([9.0, np.nan, np.nan]))
    ends = [plan_area(batch, row) - 200 * width for row, width in enumerate((9.0, 6.0, 2.0))]
    assert [batch.positions[batch.feature == row, 0].max() - 20 for row in range(3)] == pytest.approx([4.5, 3.0, 1.0])
    assert all(0 < end < np.pi * (width / 2) ** 2 for end, width in zip(ends, (9.0, 6.0, 2.0), strict=True))


def test_classes_lie_on_one_another_in_order() -> None:
    area = shapely.box(0, 0, 20, 20)
    kinds = ["green", "water", "sport", "plaza", "parking", "path", "road"]
    batch = surface([area] * 7, kinds, FLAT)
    heights = [batch.positions[batch.feature == row, 2].max() for row in range(7)]
    assert (np.diff(heights) >= 0.0099).all()
    assert heights[0] >= 5.05
    assert heights[-1] <= 5.15 + 1e-9


def test_a_wall_follows_the_ground_at_its_height() -> None:
    line = shapely.LineString([(60, 100), (220, 200)])
    batch = surface([line], ["wall"], height_m=np.array([3.0]))
    ground = HILL.heights(batch.positions[:, :2])
    assert (batch.positions[:, 2] - ground).max() == pytest.approx(2.85, abs=0.15)
    assert (batch.positions[:, 2] - ground).min() == pytest.approx(-0.15, abs=0.15)
    assert closed(batch)


@pytest.mark.parametrize("shape", TREES)
def test_trees_are_small_and_fill_their_crown(shape: str) -> None:
    species = {"broadleaf": "Ficus microcarpa", "conifer": "Pinus massoniana", "palm": "Livistona chinensis"}[shape]
    batch = surface(
        [shapely.Point(50, 60)], ["tree"], species=[species], height_m=np.array([12.0]), crown_m=np.array([6.0])
    )
    assert batch.triangle_counts()[0] <= 24
    low, high = batch.bounds()
    assert high[2] - low[2] == pytest.approx(12.0, rel=0.05)
    assert low[2] == pytest.approx(HILL.heights(np.array([[50.0, 60.0]]))[0])
    reach = np.linalg.norm(batch.positions[:, :2] - [50, 60], axis=1).max()
    assert reach == pytest.approx(3.0, rel=0.01)


def test_species_names_choose_the_shape_by_whole_words() -> None:
    assert [tree_shape(s) for s in ("雪松", "棕榈", "樟树", None)] == ["conifer", "palm", "broadleaf", "broadleaf"]
    assert tree_shape("Firmiana simplex") == "broadleaf"  # not a fir
    assert tree_shape("Thuja plicata 'Excelsa'") == "conifer"


def test_trees_vary_but_never_change() -> None:
    points = [shapely.Point(i * 5, 50) for i in range(20)]
    first, again = surface(points, ["tree"] * 20, FLAT), surface(points, ["tree"] * 20, FLAT)
    assert np.array_equal(first.positions, again.positions)
    heights = [np.ptp(first.positions[first.feature == row, 2]) for row in range(20)]
    assert len({round(h, 3) for h in heights}) > 15
    assert 5.9 < min(heights) <= max(heights) < 8.1


@pytest.mark.parametrize("kind", [*POINTS, "something new"])
def test_every_point_class_stands_on_the_ground(kind: str) -> None:
    batch = surface([shapely.Point(50, 60)], [kind], FLAT)
    assert 4 < batch.triangle_counts()[0] <= 60
    assert batch.positions[:, 2].min() == pytest.approx(5.0, abs=0.01)
    assert batch.positions[:, 2].max() == pytest.approx(5.0 + POINTS.get(kind, POINTS["other"]).height_m, rel=0.01)


def test_without_ground_the_own_height_serves_and_without_both_a_row_is_named() -> None:
    rows = [
        shapely.Point(0, 0, 7),
        shapely.Point(0, 0),
        shapely.force_3d(shapely.box(0, 0, 9, 9), 3.0),
        shapely.box(0, 0, 9, 9),
        None,
    ]
    batch = surface(rows, ["tree", "tree", "green", "green", "green"], NOWHERE)
    assert rows_without_triangles(batch).tolist() == [1, 3, 4]
    assert batch.positions[batch.feature == 2, 2].max() == pytest.approx(3.05)
    assert np.isfinite(batch.positions).all()


def test_an_area_half_off_the_ground_keeps_the_half_that_lies_on_it() -> None:
    draped = drape_areas(np.array([shapely.box(250, 100, 350, 140)], object), FLAT, np.array([np.nan]))
    covered = draped.points[draped.triangles]
    assert covered[..., 0].min() >= 250
    assert 280 < covered[..., 0].max() <= 300.0


def test_everything_looks_up_or_out() -> None:
    batch = surface([shapely.box(50, 50, 150, 150), shapely.LineString([(0, 0), (90, 90)])], ["green", "road"])
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


def test_real_roads_keep_the_area_of_their_ribbons(shared_data: Path) -> None:
    """UBC: every road line of the delivery becomes triangles; shapely's buffer says how much area they cover."""
    roads = geopandas.read_file(shared_data / "campus" / "ubc" / "ubcv_roads_simple.geojson").to_crs(26910)
    lines = roads.geometry.to_numpy()[:150]
    batch = surface(list(lines), ["road"] * len(lines), TerrainSurface(()))
    assert len(rows_without_triangles(batch)) == len(lines)  # two-dimensional, and no ground: named, not guessed
    placed = shapely.force_3d(lines, 80.0)
    batch = surface(list(placed), ["road"] * len(lines), TerrainSurface(()), origin=(480000.0, 5450000.0, 0.0))
    witness = shapely.area(shapely.buffer(lines, 3.0, quad_segs=3))
    assert [plan_area(batch, row) for row in range(len(lines))] == pytest.approx(witness, rel=1e-6)
