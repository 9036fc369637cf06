"""Delivered faces keep their points, cover their planes, and end right side out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
import trimesh

from tests.mesh.closing import closed
from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.solids import solids
from twin.model.mesh import MeshBatch

HOUSE = [  # a gabled house, 10 × 8, eaves at 5, ridge at 8; faces counter-clockwise from outside
    [(0, 0, 0), (0, 8, 0), (10, 8, 0), (10, 0, 0)],
    [(0, 0, 0), (10, 0, 0), (10, 0, 5), (0, 0, 5)],
    [(10, 8, 0), (0, 8, 0), (0, 8, 5), (10, 8, 5)],
    [(10, 0, 0), (10, 8, 0), (10, 8, 5), (10, 4, 8), (10, 0, 5)],
    [(0, 8, 0), (0, 0, 0), (0, 0, 5), (0, 4, 8), (0, 8, 5)],
    [(0, 0, 5), (10, 0, 5), (10, 4, 8), (0, 4, 8)],
    [(10, 8, 5), (0, 8, 5), (0, 4, 8), (10, 4, 8)],
]
VOLUME = 10 * 8 * 5 + 10 * 8 * 3 / 2


def multi(faces: list[list[tuple[float, float, float]]]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.Polygon(one) for one in faces])


def meshed(surfaces: list[object], **more: object) -> MeshBatch:
    n = len(surfaces)
    return solids(
        np.array(surfaces, object), rgba=np.full((n, 4), 9, np.uint8), idx=np.arange(n, dtype=np.uint32), **more
    )


def turned(faces: list[list[tuple[float, float, float]]], seed: int) -> list[list[tuple[float, float, float]]]:
    matrix = trimesh.transformations.random_rotation_matrix(np.random.default_rng(seed).random(3))[:3, :3]
    return [[tuple(matrix @ np.array(p)) for p in face] for face in faces]


@pytest.mark.parametrize("seed", range(6))
def test_a_house_at_any_angle_is_closed_and_right_side_out(seed: int) -> None:
    inside_out = [face[::-1] for face in HOUSE]
    batch = meshed([multi(turned(HOUSE, seed)), multi(turned(inside_out, seed))])
    assert signed_volumes(batch) == pytest.approx([VOLUME, VOLUME])
    assert closed(batch)


def test_a_window_stays_a_hole_in_a_leaning_wall() -> None:
    wall = np.array([(0, 0, 0), (10, 0, 0), (10, 2, 6), (0, 2, 6)])
    window = np.array([(4, 0.5, 1.5), (4, 1, 3), (6, 1, 3), (6, 0.5, 1.5)])
    face = shapely.MultiPolygon([shapely.Polygon(wall, [window])])
    batch = meshed([face])
    a, b, c = np.moveaxis(batch.positions[batch.triangles], 1, 0)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    assert area == pytest.approx(10 * np.hypot(2, 6) - 2 * np.hypot(0.5, 1.5))


def test_bad_faces_fall_away_and_empty_features_are_named() -> None:
    spike = [(0, 0, 0), (1, 1, 1), (2, 2, 2)]
    batch = meshed(
        [
            multi([spike]),
            multi([*HOUSE, spike]),
            None,
            shapely.MultiPolygon(),
            shapely.Polygon([(0, 0), (1, 0), (0, 1)]),
        ]
    )
    assert rows_without_triangles(batch).tolist() == [0, 2, 3, 4]
    assert signed_volumes(batch)[1] == pytest.approx(VOLUME)


def test_real_lod2_buildings_have_the_volume_trimesh_finds(shared_data: Path) -> None:
    """Every closed LOD 2 solid of a CityJSON file, against trimesh's own triangulation-free volume."""
    files = sorted((shared_data / "campus" / "cityjson").glob("*.json"))
    checked = 0
    for file in files:
        city = json.loads(file.read_text())
        if "transform" not in city:
            continue
        scale, move = np.array(city["transform"]["scale"]), np.array(city["transform"]["translate"])
        vertices = np.array(city["vertices"]) * scale + move
        for thing in list(city["CityObjects"].values())[:60]:
            for geometry in thing.get("geometry", []):
                if geometry["type"] != "Solid" or str(geometry["lod"])[0] != "2":
                    continue
                faces = geometry["boundaries"][0]
                shape = shapely.MultiPolygon(
                    [shapely.Polygon(vertices[f[0]], [vertices[h] for h in f[1:]]) for f in faces]
                )
                batch = meshed([shape], origin=tuple(vertices.mean(axis=0)))
                mesh = trimesh.Trimesh(batch.positions, batch.triangles)
                if mesh.is_watertight and mesh.is_winding_consistent:
                    assert signed_volumes(batch)[0] == pytest.approx(mesh.volume, rel=1e-6)
                    assert mesh.volume > 0
                    checked += 1
    assert checked > 5
