"""Small batches with known answers, made for the tile tests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twin.model.mesh import MeshBatch
from twin.tiles.metadata import TABLE

CUBE_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float64)
CUBE_FACES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
     [1, 5, 7], [1, 7, 3]],
    np.uint32,
)  # fmt: skip


def boxes(low: np.ndarray, size: np.ndarray, *, rgba: np.ndarray | None = None, first_idx: int = 0) -> MeshBatch:
    """One axis-aligned box a row of ``low`` (F, 3) and ``size`` (F, 3); no triangles share a vertex, as in raw BIM."""
    count = len(low)
    soup = CUBE_CORNERS[CUBE_FACES].reshape(-1, 3)
    positions = (low[:, None] + soup[None] * size[:, None]).reshape(-1, 3)
    if rgba is None:
        rgba = np.tile(np.array([[200, 120, 40, 255]], np.uint8), (count, 1))
    return MeshBatch(
        positions,
        np.arange(len(positions), dtype=np.uint32).reshape(-1, 3),
        np.repeat(np.arange(count, dtype=np.uint32), len(soup)),
        rgba,
        np.arange(first_idx, first_idx + count, dtype=np.uint32),
    )


def grid_of_boxes(count: int, spacing_m: float = 5.0, first_idx: int = 0) -> MeshBatch:
    """``count`` boxes of 1 x 2 x 3 m on a square grid."""
    side = int(np.ceil(np.sqrt(count)))
    row = np.arange(count)
    low = np.stack([row % side * spacing_m, row // side * spacing_m, np.zeros(count)], axis=1)
    return boxes(low, np.tile([1.0, 2.0, 3.0], (count, 1)), first_idx=first_idx)


def table(batch: MeshBatch, **columns: list[object]) -> pa.Table:
    """A property table for ``batch``, with a sensible value in every column that is not given."""
    given = {
        "idx": batch.idx.tolist(),
        "feature_id": [f"element:model:{idx}" for idx in batch.idx],
        "storey": [int(idx) % 4 for idx in batch.idx],
        "category": ["IfcWall"] * batch.features,
        "global_id": [f"2O2Fr$t4X7Zf8NOew3F{idx:03d}" for idx in batch.idx],
        "name": [f"Wall {idx}" for idx in batch.idx],
    } | columns
    return pa.table({name: pa.array(given[name], TABLE.field(name).type) for name in TABLE.names}, schema=TABLE)
