"""Triangles of many features at once: what meshers make and the tile encoder takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MeshBatch:
    """F features with V vertices and T triangles in scene axes (grid east, north, height, minus the origin).

    positions (V, 3) float64 metres · triangles (T, 3) uint32, counter-clockwise from outside ·
    feature (V,) uint32 row of the feature, 0..F-1 · rgba (F, 4) uint8 ·
    idx (F,) uint32, the generation-wide number of each feature · normals (V, 3) float32 or None for flat shading ·
    vertex_rgba (V, 4) uint8, where a feature has several colours, or None: every vertex has its feature's ·
    welded: no vertex of a feature stands twice, and their order is worth keeping (the rings of a swept pipe).
    """

    positions: NDArray[np.float64]
    triangles: NDArray[np.uint32]
    feature: NDArray[np.uint32]
    rgba: NDArray[np.uint8]
    idx: NDArray[np.uint32]
    normals: NDArray[np.float32] | None = None
    vertex_rgba: NDArray[np.uint8] | None = None
    welded: bool = False

    @property
    def features(self) -> int:
        return len(self.idx)

    def vertex_colours(self) -> NDArray[np.uint8]:
        """(V, 4): the colour of every vertex, its own or its feature's."""
        return self.rgba[self.feature] if self.vertex_rgba is None else self.vertex_rgba

    def bounds(self) -> NDArray[np.float64]:
        """(2, 3): lowest and highest corner."""
        return np.stack([self.positions.min(axis=0), self.positions.max(axis=0)])

    def triangle_counts(self) -> NDArray[np.int64]:
        """(F,): how many triangles each feature has."""
        return np.bincount(self.feature[self.triangles[:, 0]], minlength=self.features)

    @staticmethod
    def empty() -> MeshBatch:
        return MeshBatch(
            np.empty((0, 3)),
            np.empty((0, 3), np.uint32),
            np.empty(0, np.uint32),
            np.empty((0, 4), np.uint8),
            np.empty(0, np.uint32),
        )

    @staticmethod
    def concatenate(batches: Sequence[MeshBatch]) -> MeshBatch:
        """One batch of all; features stay apart. Normals survive if all have them, vertex colours if any."""
        batches = [one for one in batches if len(one.triangles)]
        if not batches:
            return MeshBatch.empty()
        vertex_starts = np.cumsum([0, *(len(one.positions) for one in batches[:-1])])
        feature_starts = np.cumsum([0, *(one.features for one in batches[:-1])])
        normals = [one.normals for one in batches]
        return MeshBatch(
            positions=np.concatenate([one.positions for one in batches]),
            triangles=np.concatenate(
                [one.triangles + np.uint32(start) for one, start in zip(batches, vertex_starts, strict=True)]
            ),
            feature=np.concatenate(
                [one.feature + np.uint32(start) for one, start in zip(batches, feature_starts, strict=True)]
            ),
            rgba=np.concatenate([one.rgba for one in batches]),
            idx=np.concatenate([one.idx for one in batches]),
            normals=None
            if any(one is None for one in normals)
            else np.concatenate([one for one in normals if one is not None]),
            vertex_rgba=np.concatenate([one.vertex_colours() for one in batches])
            if any(one.vertex_rgba is not None for one in batches)
            else None,
        )
