"""Blocks enclose footprint area times height, walls look out, courtyards stay open."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mesh.closing import closed
from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.buildings import extrude
from twin.model.mesh import MeshBatch

COURTYARD = shapely.Polygon([(0, 0), (30, 0), (30, 20), (0, 20)], [[(10, 5), (20, 5), (20, 15), (10, 15)]])


def block(polygons: list[object], base: object, top: object, **more: object) -> MeshBatch:
    n = len(polygons)
    return extrude(
        np.array(polygons, object),
        np.asarray(base, float),
        np.asarray(top, float),
        rgba=np.full((n, 4), 200, np.uint8),
        idx=np.arange(n, dtype=np.uint32),
        **more,
    )


def test_volume_is_area_times_height_with_a_courtyard() -> None:
    batch = block([COURTYARD, shapely.reverse(COURTYARD)], 3.0, 15.0, floor=True)
    assert signed_volumes(batch) == pytest.approx([COURTYARD.area * 12] * 2)
    assert closed(batch)


def test_without_a_floor_only_the_floor_is_missing() -> None:
    whole, open_below = block([COURTYARD], 0, 10, floor=True), block([COURTYARD], 0, 10)
    assert len(whole.triangles) - len(open_below.triangles) == 8
    a, b, c = np.moveaxis(open_below.positions[open_below.triangles], 1, 0)
    normal = np.cross(b - a, c - a)
    assert normal[:, 2].min() >= 0  # nothing looks down
    roof = normal[:, 2] > 0
    assert normal[roof, 2].sum() / 2 == pytest.approx(COURTYARD.area)


@given(st.integers(0, 10**6), st.floats(0.5, 60))
@settings(max_examples=40, deadline=None)
def test_any_shape_is_closed_and_has_its_volume(seed: int, height: float) -> None:
    rng = np.random.default_rng(seed)
    discs = shapely.buffer(shapely.points(rng.uniform(0, 40, (5, 2))), rng.uniform(2, 12, 5), quad_segs=3)
    shape = shapely.difference(shapely.union_all(discs[:4]), discs[4])
    batch = block([shape], 5.0, 5.0 + height, floor=True)
    if not shape.is_empty:
        assert signed_volumes(batch)[0] == pytest.approx(shape.area * height, rel=1e-3)
        assert closed(batch)


def test_points_on_a_straight_wall_do_not_open_it() -> None:
    square = shapely.segmentize(shapely.box(0, 0, 10, 10), 1.0)
    batch = block([square], 0, 3, floor=True)
    assert closed(batch)
    assert len(batch.triangles) == 12


def test_a_bow_tie_keeps_its_area() -> None:
    tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    batch = block([tie], 0, 1, floor=True)
    assert signed_volumes(batch)[0] == pytest.approx(50.0)


def test_multipolygons_are_one_feature_and_the_undrawable_are_named() -> None:
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 7, 1)])
    batch = block([two, None, shapely.box(0, 0, 1, 1), shapely.Point(0, 0), two], [0, 0, 0, 0, 2], [1, 1, np.nan, 1, 2])
    assert signed_volumes(block([two], 0, 1, floor=True))[0] == pytest.approx(3.0)
    assert rows_without_triangles(batch).tolist() == [1, 2, 3, 4]


def test_map_coordinates_keep_their_millimetres() -> None:
    far = (40429563.842, 2885887.906, 8.0)
    moved = shapely.transform(COURTYARD, lambda xy: xy + np.array(far[:2]))
    near, there = block([COURTYARD], 0, 9), block([moved], 8, 17, origin=far)
    assert signed_volumes(there) == pytest.approx(signed_volumes(near), rel=1e-6)
    assert np.allclose(there.bounds(), near.bounds(), atol=1e-6)
