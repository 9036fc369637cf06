"""Manholes reach from bottom to cover; every other node is a small closed body on its pipe."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.mesh.closing import closed
from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.shafts import FITTINGS, fitting_kind, node_symbols
from twin.model.mesh import MeshBatch

NAN = np.nan
RED = np.array([200, 30, 30, 255], np.uint8)


def nodes(points: list[object], names: list[str | None] | None = None, **values: object) -> MeshBatch:
    n = len(points)
    columns = ("cover_level_m", "bottom_level_m", "shaft_diameter_m", "pipe_level_m", "pipe_size_m")
    given = {name: np.broadcast_to(np.asarray(values.get(name, NAN), float), n) for name in columns}
    return node_symbols(
        np.array(points, object),
        names=names or [None] * n,
        rgba=np.tile(RED, (n, 1)),
        idx=np.arange(n, dtype=np.uint32),
        **given,
    )


def test_a_manhole_reaches_from_bottom_to_cover_and_is_closed() -> None:
    batch = nodes([shapely.Point(10, 20, 5)], cover_level_m=5.0, bottom_level_m=2.0, shaft_diameter_m=1.2)
    low, high = batch.bounds()
    assert low == pytest.approx([9.4, 19.4, 2.0])
    assert high == pytest.approx([10.6, 20.6, 5.0])
    area = 8 / 2 * np.sin(2 * np.pi / 8) * 0.6**2
    assert area * 2.25 < signed_volumes(batch)[0] < area * 3
    assert batch.triangle_counts()[0] <= 60
    assert closed(batch)


def test_the_cover_is_grey_and_at_most_its_own_size() -> None:
    batch = nodes([shapely.Point(0, 0, 5)], bottom_level_m=1.0, shaft_diameter_m=2.0)
    assert batch.vertex_rgba is not None
    grey = batch.positions[(batch.vertex_rgba != RED).any(axis=1)]
    assert np.ptp(grey[:, 0]) == pytest.approx(0.8)  # 0.35 of 2 m rounds to 0.4
    assert np.unique(grey[:, 2]).tolist() == [5.0]


@pytest.mark.parametrize("kind", FITTINGS)
def test_every_fitting_is_small_closed_and_right_side_out(kind: str) -> None:
    name = {"joint": "三通", "valve": "阀门", "hydrant": "消防栓", "box": "水表", "grate": "雨水篦", "post": "电杆"}[
        kind
    ]
    assert fitting_kind(name) == kind
    batch = nodes([shapely.Point(0, 0, 5)], [name], pipe_level_m=3.0, pipe_size_m=0.5)
    assert batch.triangle_counts()[0] <= 60
    assert closed(batch)
    assert signed_volumes(batch)[0] > 0
    assert batch.bounds()[:, 2].mean() == pytest.approx(3.0, abs=0.35)
    assert np.ptp(batch.positions[:, 0]) <= 0.65 + 1e-9


def test_names_in_english_and_without_meaning() -> None:
    assert fitting_kind("Gate Valve") == "valve"
    assert fitting_kind("Hydrant") == "hydrant"
    assert fitting_kind("直线点") == "joint"
    assert fitting_kind(None) == "joint"


def test_unknown_heights_fall_back_and_then_are_named() -> None:
    points = [
        shapely.Point(0, 0, 4),
        shapely.Point(0, 0),
        None,
        shapely.Point(0, 0),
        shapely.LineString([(0, 0, 0), (1, 1, 1)]),
    ]
    batch = nodes(points, pipe_level_m=[NAN, NAN, 1.0, 1.5, 1.0])
    assert rows_without_triangles(batch).tolist() == [1, 2, 4]
    at = [batch.positions[batch.feature == row, 2].mean() for row in (0, 3)]
    assert at == pytest.approx([4.0, 1.5], abs=0.05)


def test_a_bottom_at_or_above_the_cover_is_no_shaft() -> None:
    batch = nodes([shapely.Point(0, 0, 5)] * 2, cover_level_m=5.0, bottom_level_m=[4.95, 6.0])
    assert np.ptp(batch.positions[:, 2]) < 0.5


def test_thousands_at_once_equal_one_by_one() -> None:
    rng = np.random.default_rng(3)
    points = [shapely.Point(*xyz) for xyz in rng.uniform(0, 50, (40, 3))]
    bottom = np.where(rng.random(40) < 0.5, rng.uniform(-9, -1, 40), NAN)
    together = nodes(points, bottom_level_m=bottom)
    alone = [nodes([point], bottom_level_m=low) for point, low in zip(points, bottom, strict=True)]
    assert together.triangle_counts().tolist() == [one.triangle_counts()[0] for one in alone]
    assert np.allclose(signed_volumes(together), [signed_volumes(one)[0] for one in alone])


def test_normals_look_outwards() -> None:
    batch = nodes([shapely.Point(0, 0, 5), shapely.Point(9, 0, 5)], ["x", "阀门"], bottom_level_m=[1.0, NAN])
    assert batch.normals is not None
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    flat = np.cross(b - a, c - a)
    assert (np.einsum("ij,ij->i", flat, batch.normals[batch.triangles[:, 0]]) > 0).all()
