"""Instances land where their matrices say, in exact metres, with the right side out and their own colours."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.mesh.assemble import rows_without_triangles, signed_volumes
from twin.mesh.elements import instances_batch, mesh_measures, table_measures
from twin.model.tables import INSTANCES, MESHES

FAR = (40429563.0, 2885887.0, 12.0)


def meshes_table(**meshes: trimesh.Trimesh) -> pa.Table:
    return pa.table(
        {
            "mesh_id": list(meshes),
            "positions": [np.asarray(m.vertices, float).ravel() for m in meshes.values()],
            "indices": [np.asarray(m.faces, np.uint32).ravel() for m in meshes.values()],
        },
        schema=MESHES,
    )


def instances_table(rows: list[tuple[str, str, np.ndarray, int]]) -> pa.Table:
    return pa.table(
        {
            "feature_id": [r[0] for r in rows],
            "mesh_id": [r[1] for r in rows],
            "matrix": [np.asarray(r[2], float).ravel().tolist() for r in rows],
            "rgba": pa.array([r[3] for r in rows], pa.uint32()),
        },
        schema=INSTANCES,
    )


def at(x: float, y: float, z: float, scale: tuple[float, float, float] = (1, 1, 1)) -> np.ndarray:
    return np.column_stack([np.diag(scale), [x, y, z]])


BOX, BALL = trimesh.creation.box((2, 3, 4)), trimesh.creation.icosphere(2, 1.5)
GREY = np.array([128, 128, 128, 255], np.uint8)


def test_places_scales_and_mirrors() -> None:
    instances = instances_table(
        [
            ("b", "box", at(*FAR), 0),
            ("a", "ball", at(FAR[0] + 5, FAR[1], FAR[2], (1, 1, -2)), 0),
            ("b", "ball", at(*FAR), 0),
        ]
    )
    batch = instances_batch(
        meshes_table(box=BOX, ball=BALL),
        instances,
        feature_ids=["a", "b", "c"],
        idx=np.array([7, 8, 9], np.uint32),
        rgba=np.tile(GREY, (3, 1)),
        origin=FAR,
    )
    volumes = signed_volumes(batch)
    assert volumes[0] == pytest.approx(2 * BALL.volume, abs=1e-6)  # mirrored, and still right side out
    assert volumes[1] == pytest.approx(24 + BALL.volume, abs=1e-6)
    assert rows_without_triangles(batch).tolist() == [2]
    assert batch.idx.tolist() == [7, 8, 9]
    own = batch.positions[batch.feature == 0]
    assert own[:, 0].min() == pytest.approx(3.5)
    assert np.ptp(own[:, 2]) == pytest.approx(6.0)
    assert batch.vertex_rgba is None


def test_other_features_are_left_out() -> None:
    instances = instances_table([("a", "box", at(0, 0, 0), 0), ("z", "box", at(9, 0, 0), 0)])
    batch = instances_batch(
        meshes_table(box=BOX), instances, feature_ids=["a"], idx=np.zeros(1, np.uint32), rgba=GREY[None]
    )
    assert len(batch.triangles) == 12


def test_colours_of_materials() -> None:
    red, blue = 0xFF0000FF, 0x0000FF80
    instances = instances_table(
        [("a", "box", at(0, 0, 0), red), ("a", "box", at(9, 0, 0), blue), ("b", "box", at(0, 9, 0), 0)]
    )
    same = {"feature_ids": ["a", "b"], "idx": np.arange(2, dtype=np.uint32), "rgba": np.tile(GREY, (2, 1))}
    batch = instances_batch(meshes_table(box=BOX), instances, **same)
    assert batch.vertex_rgba is not None
    assert np.unique(batch.vertex_rgba, axis=0).tolist() == [[0, 0, 255, 128], [128, 128, 128, 255], [255, 0, 0, 255]]
    assert batch.rgba[0].tolist() == [255, 0, 0, 255]
    plain = instances_batch(meshes_table(box=BOX), instances, material_colours=False, **same)
    assert plain.vertex_rgba is None
    assert (plain.rgba == GREY).all()


def test_a_missing_mesh_is_named() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        instances_batch(
            meshes_table(box=BOX),
            instances_table([("a", "nowhere", at(0, 0, 0), 0)]),
            feature_ids=["a"],
            idx=np.zeros(1, np.uint32),
            rgba=GREY[None],
        )


def test_many_instances_pass_the_chunk_border() -> None:
    count = 3000
    instances = instances_table([(f"f{i}", "ball", at(i, 0, 0), 0) for i in range(count)])
    batch = instances_batch(
        meshes_table(ball=BALL),
        instances,
        feature_ids=[f"f{i}" for i in range(count)],
        idx=np.arange(count, dtype=np.uint32),
        rgba=np.tile(GREY, (count, 1)),
    )
    assert len(batch.positions) == count * len(BALL.vertices) > 400_000
    centres = np.bincount(batch.feature, batch.positions[:, 0]) / len(BALL.vertices)
    assert np.allclose(centres, np.arange(count))


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_measures_agree_with_trimesh(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [trimesh.convex.convex_hull(rng.uniform(-5, 5, (12, 3))) for _ in range(3)]
    volume, surface = table_measures(meshes_table(**{f"m{i}": one for i, one in enumerate(shapes)}))
    assert np.allclose(volume, [one.volume for one in shapes])
    assert np.allclose(surface, [one.area for one in shapes])


def test_measures_hold_at_map_coordinates() -> None:
    volume, surface = mesh_measures(np.asarray(BOX.vertices) + FAR, np.asarray(BOX.faces))
    assert volume[0] == pytest.approx(24, rel=1e-6)
    assert surface[0] == pytest.approx(52, rel=1e-6)
    inside_out, _ = mesh_measures(np.asarray(BOX.vertices), np.asarray(BOX.faces)[:, ::-1])
    assert inside_out[0] == pytest.approx(-24)
    assert mesh_measures(np.empty((0, 3)), np.empty((0, 3), int))[0].tolist() == [0.0]
