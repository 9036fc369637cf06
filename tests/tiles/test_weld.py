"""Welding: fewer vertices, the same surface, features apart."""

from __future__ import annotations

import numpy as np
import trimesh

from tests.tiles.scenes import boxes, grid_of_boxes
from twin.model.mesh import MeshBatch
from twin.tiles.quantise import quantise
from twin.tiles.weld import Welded, corners_of, weld


def welded(batch: MeshBatch, *, normals: bool = False) -> Welded:
    return weld(corners_of(batch, quantise(batch.positions)[0], normals=normals))


def test_a_box_of_36_corners_becomes_8_vertices() -> None:
    result = welded(grid_of_boxes(5))
    assert len(result.place) == 5 * 8
    assert len(result.triangles) == 5 * 12
    assert result.collapsed == 0


def test_touching_features_share_no_vertex() -> None:
    result = welded(boxes(np.array([[0, 0, 0], [1, 0, 0]]), np.ones((2, 3))))
    assert len(result.place) == 16
    owners = result.feature[result.triangles]
    assert (owners == owners[:, :1]).all()


def test_the_surface_stays_closed_and_keeps_its_volume() -> None:
    """trimesh as witness: watertight, outward, 1 x 2 x 3 m a box."""
    result = welded(grid_of_boxes(9))
    mesh = trimesh.Trimesh(result.place * 0.001, result.triangles, process=False)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    np.testing.assert_allclose(mesh.volume, 9 * 6.0, rtol=1e-9)


def test_vertices_come_in_the_order_of_first_use() -> None:
    flat = welded(grid_of_boxes(4)).triangles.ravel()
    highest = np.maximum.accumulate(flat)
    assert flat[0] == 0
    assert np.diff(highest.astype(int)).max() == 1


def test_a_swept_pipe_keeps_its_rings_and_a_box_does_not_care() -> None:
    turn = np.arange(12) / 12 * 2 * np.pi
    ring = np.stack([np.zeros(12), np.cos(turn), np.sin(turn)], axis=1) * 0.2
    one, after = np.arange(12), (np.arange(12) + 1) % 12
    quad = np.concatenate([np.stack([one, one + 12, after], axis=1), np.stack([after, one + 12, after + 12], axis=1)])
    pipe = MeshBatch(
        np.concatenate([ring, ring + np.array([37.0, 11.0, 0.4])]),
        quad.astype(np.uint32),
        np.zeros(24, np.uint32),
        np.full((1, 4), 255, np.uint8),
        np.zeros(1, np.uint32),
    )
    result = welded(pipe)
    assert not result.first_use
    np.testing.assert_array_equal(result.triangles, pipe.triangles)
    assert welded(grid_of_boxes(4)).first_use


def test_triangles_below_the_step_are_dropped_and_counted() -> None:
    batch = MeshBatch(
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.0002, 0, 0], [0, 0.0002, 0]]),
        np.array([[0, 1, 2], [0, 3, 4]], np.uint32),
        np.zeros(5, np.uint32),
        np.full((1, 4), 255, np.uint8),
        np.zeros(1, np.uint32),
    )
    for normals in (False, True):
        result = welded(batch, normals=normals)
        assert (len(result.triangles), result.collapsed) == (1, 1)


def test_face_normals_keep_edges_sharp() -> None:
    result = welded(grid_of_boxes(1), normals=True)
    assert len(result.place) == 24
    assert result.normal is not None
    assert {tuple(one) for one in result.normal.tolist()} == {
        (127, 0, 0), (-127, 0, 0), (0, 127, 0), (0, -127, 0), (0, 0, 127), (0, 0, -127)
    }  # fmt: skip


def test_own_normals_are_kept_as_given() -> None:
    batch = grid_of_boxes(1)
    radial = batch.positions - batch.positions.mean(axis=0)
    radial /= np.linalg.norm(radial, axis=1, keepdims=True)
    smooth = MeshBatch(
        batch.positions, batch.triangles, batch.feature, batch.rgba, batch.idx, radial.astype(np.float32)
    )
    result = welded(smooth, normals=True)
    assert len(result.place) == 8  # one smooth normal a corner, so corners still weld
    assert result.normal is not None
    np.testing.assert_allclose(np.linalg.norm(result.normal / 127.0, axis=1), 1, atol=0.01)
