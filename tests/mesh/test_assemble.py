"""Pieces keep their features apart, colours survive joining, volumes have the right sign."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from twin.mesh.assemble import Pieces, ragged_arange, rows_without_triangles, signed_volumes
from twin.model.mesh import MeshBatch

BOX = trimesh.creation.box((1, 2, 3))


def boxes(rows: int, *, colours: bool = False) -> MeshBatch:
    pieces = Pieces()
    for row in range(rows):
        own = np.full((8, 4), row + 1, np.uint8) if colours else None
        pieces.add(BOX.vertices + np.array([row * 5.0, 0, 0]), BOX.faces, row, colours=own)
    return pieces.batch(np.full((rows + 1, 4), 9, np.uint8), np.arange(rows + 1, dtype=np.uint32))


def test_features_stay_apart_and_the_undrawn_one_is_named() -> None:
    batch = boxes(3)
    assert batch.triangle_counts().tolist() == [12, 12, 12, 0]
    assert rows_without_triangles(batch).tolist() == [3]
    assert signed_volumes(batch) == pytest.approx([6, 6, 6, 0])


def test_joined_batches_keep_every_colour() -> None:
    plain, coloured = boxes(1), boxes(2, colours=True)
    joined = MeshBatch.concatenate([plain, coloured])
    assert joined.features == 5
    colours = joined.vertex_colours()
    assert [colours[joined.feature == row, 0].max() for row in (0, 2, 3)] == [9, 1, 2]
    assert MeshBatch.concatenate([plain, plain]).vertex_rgba is None
    assert (plain.vertex_colours() == 9).all()


def test_inside_out_is_negative_even_far_from_the_origin() -> None:
    pieces = Pieces()
    pieces.add(BOX.vertices + np.array([4e5, 3e6, 50.0]), BOX.faces[:, ::-1], 0)
    batch = pieces.batch(np.zeros((1, 4), np.uint8), np.zeros(1, np.uint32))
    assert signed_volumes(batch) == pytest.approx([-6.0], rel=1e-6)


def test_colours_of_the_wrong_number_are_refused() -> None:
    with pytest.raises(ValueError, match=r"wanted \(2, 4\)"):
        Pieces().batch(np.zeros((1, 4), np.uint8), np.zeros(2, np.uint32))


def test_ragged_counting() -> None:
    assert ragged_arange(np.array([3, 0, 2])).tolist() == [0, 1, 2, 0, 1]
