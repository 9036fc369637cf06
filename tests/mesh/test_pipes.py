"""Pipes have their true size, stay closed at every bend, and none gets lost."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.examples import examples
from tests.mesh.closing import closed
from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.pipes import sweep
from twin.model.mesh import MeshBatch

NAN = np.nan


def swept(
    lines: list[object], diameter: object = NAN, width: object = NAN, height: object = NAN, **more: object
) -> MeshBatch:
    n = len(lines)
    values = [np.broadcast_to(np.asarray(v, float), n) for v in (diameter, width, height)]
    return sweep(
        np.array(lines, object), *values, rgba=np.full((n, 4), 255, np.uint8), idx=np.arange(n, dtype=np.uint32), **more
    )


def solid(batch: MeshBatch, row: int = 0) -> trimesh.Trimesh:
    """One feature as trimesh sees it, equal positions merged."""
    own = batch.triangles[batch.feature[batch.triangles[:, 0]] == row]
    mesh = trimesh.Trimesh(batch.positions, own, process=False)
    mesh.remove_unreferenced_vertices()
    mesh.merge_vertices(merge_norm=True, merge_tex=True)
    return mesh


def line(*points: tuple[float, float, float]) -> shapely.LineString:
    return shapely.LineString(points)


coordinate = st.floats(-50, 50, allow_nan=False).map(lambda v: round(v, 3))
axis = st.lists(st.tuples(coordinate, coordinate, st.floats(-5, 5).map(lambda v: round(v, 3))), min_size=2, max_size=9)


@pytest.mark.parametrize(("diameter", "sides"), [(0.1, 8), (0.5, 10), (1.2, 12)])
def test_straight_pipe_has_the_volume_of_its_inscribed_polygon(diameter: float, sides: int) -> None:
    batch = swept([line((1, 2, 3), (11, 5, 4))], diameter)
    r, length = diameter / 2, np.linalg.norm([10, 3, 1])
    assert signed_volumes(batch)[0] == pytest.approx(sides / 2 * np.sin(2 * np.pi / sides) * r**2 * length)
    assert 0.9 < signed_volumes(batch)[0] / (np.pi * r**2 * length) < 1.0


def test_box_has_width_height_and_stands_upright() -> None:
    batch = swept([line((0, 0, -2), (10, 0, -2), (10, 8, -2))], width=0.6, height=0.3)
    assert signed_volumes(batch)[0] == pytest.approx(0.6 * 0.3 * 18)
    assert np.allclose(np.unique(batch.positions[:, 2].round(9)), [-2.15, -1.85])
    assert batch.positions[:, 1].min() == pytest.approx(-0.3)
    assert solid(batch).is_watertight


def test_a_sloping_box_that_turns_keeps_its_width_level() -> None:
    batch = swept([line((0, 0, 0), (20, 0, 1), (20, 20, 2), (0, 20, 3))], width=1.0, height=0.5)
    assert solid(batch).is_watertight
    first = batch.positions[:8]
    assert np.ptp(first[:, 1]) == pytest.approx(1.0)  # measured level, across the first part
    # Level at every part means a twist of 2° between bends, and twisted faces do not split evenly.
    assert signed_volumes(batch)[0] == pytest.approx(0.5 * np.hypot(60, 3), rel=0.03)


@given(axis, st.sampled_from([0.05, 0.4, 1.5]))
@settings(max_examples=examples(60), deadline=None)
def test_any_round_axis_gives_a_closed_tube_on_its_radius(
    points: list[tuple[float, float, float]], diameter: float
) -> None:
    batch = swept([shapely.LineString(points)], diameter)
    distinct = 1 + sum(np.linalg.norm(np.subtract(a, b)) >= 0.001 for a, b in pairwise(points))
    if distinct < 2:
        assert rows_without_triangles(batch).tolist() == [0]
        return
    assert np.isfinite(batch.positions).all()
    assert batch.normals is not None
    assert np.allclose(np.linalg.norm(batch.normals, axis=1), 1, atol=1e-5)
    assert closed(batch)
    away = distance_to_axis(batch.positions, np.array(points))
    assert away.max() <= diameter / 2 * 2.0 + 1e-6  # the mitre limit


def distance_to_axis(positions: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least distance of every position to the polyline, by hand."""
    best = np.full(len(positions), np.inf)
    for a, b in pairwise(points):
        d = b - a
        t = np.clip((positions - a) @ d / max(float(d @ d), 1e-18), 0, 1)
        best = np.minimum(best, np.linalg.norm(positions - a - t[:, None] * d, axis=1))
    return best


def test_gentle_bends_stay_on_the_radius_around_every_part() -> None:
    points = [(0, 0, 0), (10, 0, -0.1), (20, 6, -0.3), (28, 16, 0.5)]
    batch = swept([line(*points)], 0.8)
    for row, (a, b) in enumerate(pairwise(points)):
        tube = batch.positions[row * 20 : row * 20 + 20]  # ten sides, two rings
        d = np.subtract(b, a) / np.linalg.norm(np.subtract(b, a))
        off = tube - np.array(a)
        radial = off - (off @ d)[:, None] * d
        assert np.allclose(np.linalg.norm(radial, axis=1), 0.4)


def test_a_sharp_bend_is_bevelled_not_spiked() -> None:
    batch = swept([line((0, 0, 0), (10, 0, 0), (0, 0.5, 0))], 0.5)
    assert batch.positions[:, 0].max() < 10.26
    assert solid(batch).is_watertight


def test_straight_back_on_itself_is_closed_too() -> None:
    batch = swept([line((0, 0, 0), (10, 0, 0), (4, 0, 0))], 0.5)
    assert np.isfinite(batch.positions).all()
    assert closed(batch)


def test_a_vertical_riser_that_turns_keeps_its_round_section() -> None:
    batch = swept([line((0, 0, 0), (5, 0, 0), (5, 0, 4), (5, 7, 4))], 0.4)
    assert solid(batch).is_watertight
    area = 10 / 2 * np.sin(2 * np.pi / 10) * 0.2**2
    assert signed_volumes(batch)[0] == pytest.approx(area * 16, rel=0.01)


def test_what_cannot_be_drawn_is_named() -> None:
    lines = [
        line((0, 0, 0), (1, 0, 0)),
        line((0, 0, 0), (0, 0, 0.0004)),
        shapely.LineString([(0, 0), (1, 1)]),  # no heights
        shapely.LineString(),
        None,
        shapely.Point(0, 0, 0),
        line((0, 0, 0), (1, 0, 0)),
    ]
    batch = swept(lines, [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, NAN])
    assert rows_without_triangles(batch).tolist() == [1, 2, 3, 4, 5, 6]
    assert batch.features == len(lines)


def test_unknown_and_thin_diameters_follow_the_caller_only() -> None:
    pipe = line((0, 0, 0), (0, 10, 0))
    assert np.ptp(swept([pipe], 0.02).positions[:, 2]) == pytest.approx(0.02)
    assert np.ptp(swept([pipe], NAN, default_diameter_m=0.1).positions[:, 2]) == pytest.approx(0.1)
    assert np.ptp(swept([pipe], 0.02, min_diameter_m=0.08).positions[:, 2]) == pytest.approx(0.08)
    assert np.ptp(swept([pipe], 0.0, default_diameter_m=0.1).positions[:, 2]) == pytest.approx(0.1)


def test_repeated_points_change_nothing() -> None:
    once = swept([line((0, 0, 0), (5, 0, 0), (5, 5, 0))], 0.3)
    twice = swept([line((0, 0, 0), (0, 0, 0), (5, 0, 0), (5, 0, 0), (5, 5, 0), (5, 5, 0))], 0.3)
    assert np.array_equal(once.positions, twice.positions)


def test_multi_lines_are_one_feature_of_several_tubes() -> None:
    multi = shapely.MultiLineString([[(0, 0, 0), (1, 0, 0)], [(5, 0, 0), (7, 0, 0)]])
    batch = swept([multi, line((0, 9, 0), (1, 9, 0))], 0.2)
    single = swept([line((0, 0, 0), (1, 0, 0))], 0.2)
    assert signed_volumes(batch) == pytest.approx(signed_volumes(single)[0] * np.array([3.0, 1.0]))


def test_eight_digit_eastings_lose_nothing() -> None:
    far = np.array([40429563.842, 2885887.906, 12.5])
    near = swept([line((0, 0, 0), (10, 3, -0.1))], 0.3)
    moved = swept([shapely.LineString(far + np.array([(0, 0, 0), (10, 3, -0.1)]))], 0.3, origin=tuple(far))
    assert np.allclose(near.positions, moved.positions, atol=1e-7)
    assert np.allclose(signed_volumes(near), signed_volumes(moved))


def test_normals_look_outwards() -> None:
    batch = swept([line((0, 0, 0), (10, 0, 0), (15, 6, 1))], 0.5)
    assert batch.normals is not None
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    flat = np.cross(b - a, c - a)
    assert (np.einsum("ij,ij->i", flat, batch.normals[batch.triangles[:, 0]]) > 0).all()


def test_real_conduits_have_section_times_length(shared_data: Path) -> None:
    """Helsinki block: every conduit is drawn, its volume is the inscribed polygon's area times shapely's length."""
    conduits = geopandas.read_file(shared_data / "terrain_pipes" / "helsinki_block" / "conduits.shp").geometry
    lines = shapely.force_3d(conduits.to_numpy(), -2.0)
    batch = swept(list(lines), 0.4, origin=(*shapely.get_coordinates(lines)[0], 0.0))
    area = 10 / 2 * np.sin(2 * np.pi / 10) * 0.2**2
    assert len(rows_without_triangles(batch)) == 0
    assert signed_volumes(batch) == pytest.approx(area * shapely.length(lines), rel=1e-3)
