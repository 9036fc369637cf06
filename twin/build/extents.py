"""Boxes of features that have a body: from the body, since the geometry column holds only its base."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from twin.mesh.elements import instances_batch


def body_boxes(feature_ids: pa.ChunkedArray, meshes: pa.Table, instances: pa.Table) -> NDArray[np.float64]:
    """(n, 6) campus coordinates; NaN where a feature has no body."""
    out = np.full((len(feature_ids), 6), np.nan)
    with_body = pc.is_in(feature_ids, value_set=pc.unique(instances["feature_id"]))
    rows = np.flatnonzero(with_body.to_numpy(zero_copy_only=False))
    for start in range(0, len(rows), _CHUNK_FEATURES):
        some = rows[start : start + _CHUNK_FEATURES]
        out[some] = _boxes(feature_ids.take(pa.array(some)), meshes, instances)
    return out


_CHUNK_FEATURES: Final = 5000


def _boxes(feature_ids: pa.ChunkedArray, meshes: pa.Table, instances: pa.Table) -> NDArray[np.float64]:
    count = len(feature_ids)
    idx = np.arange(count, dtype=np.uint32)
    batch = instances_batch(meshes, instances, feature_ids=feature_ids, idx=idx, rgba=np.zeros((count, 4), np.uint8))
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    for axis in range(3):
        np.minimum.at(low[:, axis], batch.feature, batch.positions[:, axis])
        np.maximum.at(high[:, axis], batch.feature, batch.positions[:, axis])
    box = np.column_stack([low, high])
    box[~np.isfinite(box).all(axis=1)] = np.nan
    return box
