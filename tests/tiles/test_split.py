"""Splitting: nothing is lost, both limits hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.scenes import boxes, table
from twin.model.mesh import MeshBatch
from twin.tiles.split import CELL_M, split_batch

batches = st.builds(
    lambda count, side, length, seed: _scattered(count, side, length, seed),
    st.integers(1, 60),
    st.sampled_from([0.0, 100.0, 900.0]),
    st.sampled_from([1.0, 40.0, 300.0, 1500.0]),
    st.integers(0, 2**32 - 1),
)


def _scattered(count: int, side_m: float, length_m: float, seed: int) -> MeshBatch:
    random = np.random.default_rng(seed)
    low = random.uniform(-side_m, side_m, (count, 3)) * [1, 1, 0.02]
    return boxes(low, random.uniform(0.1, length_m, (count, 3)) * [1, 1, 0.01], first_idx=7)


def extents(batch: MeshBatch) -> np.ndarray:
    return np.ptp(batch.bounds(), axis=0)


@settings(deadline=None)
@given(batches, st.integers(1, 30))
def test_parts_keep_their_limits_and_every_triangle(batch: MeshBatch, most: int) -> None:
    rows = table(batch)
    parts = split_batch(batch, rows, max_features=most, max_extent_m=256)
    assert sorted(idx for part, _ in parts for idx in part.idx.tolist()) == batch.idx.tolist()
    longest = {int(idx): extents(part).max() for idx, part in zip(batch.idx, _each(batch), strict=True)}
    for part, kept in parts:
        assert kept["idx"].to_pylist() == part.idx.tolist()
        assert part.features <= most
        own = max(longest[int(idx)] for idx in part.idx)
        assert extents(part).max() <= (256 if own <= 256 else 4 * own)
    corners = [part.positions[part.triangles] for part, _ in parts]
    owners = [part.idx[part.feature[part.triangles[:, 0]]] for part, _ in parts]
    order = np.argsort(np.concatenate(owners), kind="stable")
    np.testing.assert_array_equal(np.concatenate(corners)[order], batch.positions[batch.triangles])


def _each(batch: MeshBatch) -> list[MeshBatch]:
    return [part for part, _ in sorted(split_batch(batch, table(batch), 1), key=lambda one: int(one[0].idx[0]))]


def test_features_without_triangles_are_not_lost() -> None:
    drawn = _scattered(3, 100, 1, 1)
    batch = MeshBatch(
        drawn.positions,
        drawn.triangles,
        drawn.feature * 2,  # rows 1 and 3 have nothing to draw
        np.full((6, 4), 255, np.uint8),
        np.arange(6, dtype=np.uint32),
    )
    parts = split_batch(batch, table(batch), max_features=2)
    assert sorted(idx for part, _ in parts for idx in part.idx.tolist()) == [0, 1, 2, 3, 4, 5]
    empty = MeshBatch.empty()
    assert split_batch(empty, table(empty)) == []


def test_a_square_kilometre_of_short_pipes_needs_few_chunks() -> None:
    """Five by five cells of 200 m and their overhang are the least that 256 m allow."""
    random = np.random.default_rng(2)
    low = random.uniform(0, 1000, (3000, 3)) * [1, 1, 0.003]
    batch = boxes(low, np.tile([30.0, 0.3, 0.3], (3000, 1)))
    parts = split_batch(batch, table(batch), max_extent_m=CELL_M)
    assert len(parts) <= 36
    assert max(extents(part).max() for part, _ in parts) <= 256


def test_normals_and_colours_follow_their_vertices() -> None:
    drawn = _scattered(20, 900, 5, 3)
    colours = drawn.positions.astype(np.float32).view(np.uint8).reshape(-1, 12)[:, :4]
    marked = replace(drawn, normals=drawn.positions.astype(np.float32), vertex_rgba=colours)
    parts = split_batch(marked, table(marked), max_extent_m=CELL_M)
    assert len(parts) > 4
    for part, _ in parts:
        there = part.positions.astype(np.float32)
        assert part.normals is not None
        assert part.vertex_rgba is not None
        np.testing.assert_array_equal(part.normals, there)
        np.testing.assert_array_equal(part.vertex_rgba, there.view(np.uint8).reshape(-1, 12)[:, :4])
