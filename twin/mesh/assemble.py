"""Put pieces of many features together into one batch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.model.mesh import MeshBatch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Origin = tuple[float, float, float]


@dataclass(slots=True)
class Pieces:
    """Triangles on their way into a batch. Each piece has its own vertices and names the feature row of each."""

    positions: list[Floats] = field(default_factory=list)
    triangles: list[NDArray[np.uint32]] = field(default_factory=list)
    feature: list[NDArray[np.uint32]] = field(default_factory=list)
    normals: list[NDArray[np.float32]] = field(default_factory=list)
    colours: list[NDArray[np.uint8]] = field(default_factory=list)
    vertices: int = 0

    def add(
        self,
        positions: Floats,
        triangles: NDArray[np.integer],
        feature: NDArray[np.integer] | int,
        *,
        normals: Floats | None = None,
        colours: NDArray[np.uint8] | None = None,
    ) -> None:
        """``positions`` (v, 3) scene metres, ``triangles`` (t, 3) into them, ``feature`` (v,) rows or one row.

        Normals (v, 3) and colours (v, 4) must come with every piece of a batch or with none.
        """
        if not len(positions):
            return
        self.positions.append(positions)
        self.triangles.append(np.asarray(triangles).astype(np.uint32) + np.uint32(self.vertices))
        self.feature.append(np.broadcast_to(np.asarray(feature).astype(np.uint32), len(positions)))
        self.vertices += len(positions)
        if normals is not None:
            self.normals.append(normals.astype(np.float32))
        if colours is not None:
            self.colours.append(colours)

    def batch(self, rgba: NDArray[np.uint8], idx: NDArray[np.uint32]) -> MeshBatch:
        """The batch of all pieces; ``rgba`` (F, 4) and ``idx`` (F,) for every feature row, drawn or not."""
        rgba, idx = np.asarray(rgba, np.uint8), np.asarray(idx, np.uint32)
        if rgba.shape != (len(idx), 4):
            raise ValueError(f"rgba has shape {rgba.shape}, wanted ({len(idx)}, 4)")
        if not self.positions:
            nothing = MeshBatch.empty()
            return MeshBatch(nothing.positions, nothing.triangles, nothing.feature, rgba, idx)
        return MeshBatch(
            positions=np.concatenate(self.positions),
            triangles=np.concatenate(self.triangles),
            feature=np.concatenate(self.feature),
            rgba=rgba,
            idx=idx,
            normals=np.concatenate(self.normals) if self.normals else None,
            vertex_rgba=np.concatenate(self.colours) if self.colours else None,
        )


def rows_without_triangles(batch: MeshBatch) -> Ints:
    """The feature rows that could not be drawn: no usable geometry, no size, no ground below."""
    return np.flatnonzero(batch.triangle_counts() == 0)


def signed_volumes(batch: MeshBatch) -> Floats:
    """(F,) m³ enclosed by each feature; positive where triangles are counter-clockwise seen from outside.

    Divergence theorem over tetrahedra to each feature's mean vertex: exact for closed features, and of the right
    sign for open ones whose faces all look away from their middle.
    """
    if not len(batch.triangles):
        return np.zeros(batch.features)
    share = np.maximum(np.bincount(batch.feature, minlength=batch.features), 1)
    middle = [np.bincount(batch.feature, batch.positions[:, i], minlength=batch.features) / share for i in range(3)]
    local = batch.positions - np.column_stack(middle)[batch.feature]
    a, b, c = np.moveaxis(local[batch.triangles], 1, 0)
    six = np.einsum("ij,ij->i", a, np.cross(b, c))
    return np.bincount(batch.feature[batch.triangles[:, 0]], six, minlength=batch.features) / 6.0


def ragged_arange(counts: NDArray[np.integer]) -> Ints:
    """0..n-1 for every n of ``counts``, one after the other."""
    counts = np.asarray(counts, np.int64)
    starts = np.cumsum(counts) - counts
    places: Ints = np.arange(counts.sum(), dtype=np.int64) - np.repeat(starts, counts)
    return places
