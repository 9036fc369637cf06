"""Bands follow the whole outline on the ground, from both sides, and stay see-through."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from twin.mesh.assemble import rows_without_triangles
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.zones import ALPHA, zone_bands
from twin.model.mesh import MeshBatch

x, y = np.meshgrid(np.arange(100.0), np.arange(100.0))
SLOPE = TerrainSurface((ElevationGrid(0.1 * x, (1.0, 0.0, 0.0, 0.0, -1.0, 100.0)),))
RING = shapely.Polygon([(10, 10), (90, 10), (90, 90), (10, 90)], [[(40, 40), (60, 40), (60, 60), (40, 60)]])


def bands(zones: list[object], ground: TerrainSurface = SLOPE, **more: object) -> MeshBatch:
    n = len(zones)
    rgba = np.tile(np.array([138, 180, 248, 255], np.uint8), (n, 1))
    return zone_bands(np.array(zones, object), ground=ground, rgba=rgba, idx=np.arange(n, dtype=np.uint32), **more)


def test_the_band_runs_along_every_ring_on_both_sides() -> None:
    batch = bands([RING], height_m=4.0)
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    facing = np.cross(b - a, c - a)
    assert np.linalg.norm(facing, axis=1).sum() / 2 == pytest.approx(2 * RING.length * 4.3)
    assert np.abs(facing.sum(axis=0)).max() < 1e-9
    assert np.abs(facing[:, 2]).max() < 1e-9  # upright


def test_it_stands_on_the_ground() -> None:
    batch = bands([RING])
    above = batch.positions[:, 2] - SLOPE.heights(batch.positions[:, :2])
    assert np.unique(above.round(6)).tolist() == [-0.3, 3.0]


def test_it_is_see_through_and_never_more_solid_than_asked() -> None:
    assert bands([RING]).rgba[0, 3] == ALPHA
    faint = zone_bands(
        np.array([RING], object), ground=SLOPE, rgba=np.array([[1, 2, 3, 40]], np.uint8), idx=np.zeros(1, np.uint32)
    )
    assert faint.rgba[0, 3] == 40


def test_no_ground_own_height_and_neither() -> None:
    line = shapely.LineString([(0, 0, 7), (5, 0, 9)])
    multi = shapely.MultiPolygon([shapely.box(10, 10, 20, 20), shapely.box(30, 30, 40, 40)])
    batch = bands([line, RING, None, shapely.Point(1, 1, 1)], TerrainSurface(()))
    assert rows_without_triangles(batch).tolist() == [1, 2, 3]
    assert batch.positions[:, 2].max() == pytest.approx(8 + 3.0)
    assert bands([multi]).triangle_counts()[0] == 2 * 4 * 2 * 4  # two squares of four sides of 10 m, two steps each
