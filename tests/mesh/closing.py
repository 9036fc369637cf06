"""What "closed" means in these tests."""

from __future__ import annotations

import numpy as np

from twin.model.mesh import MeshBatch


def closed(batch: MeshBatch) -> bool:
    """Every edge is walked as often one way as the other, within one feature, equal positions being one vertex.

    Unlike trimesh's ``is_watertight`` this holds for surfaces that touch or cross themselves.
    """
    places = np.column_stack([batch.positions, batch.feature])
    _, vertex = np.unique(places, axis=0, return_inverse=True)
    corners = vertex.reshape(-1)[batch.triangles].astype(np.int64)
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edges = edges[edges[:, 0] != edges[:, 1]]
    forward = edges[:, 0] < edges[:, 1]
    keys = np.where(
        forward, edges[:, 0] * (vertex.max() + 1) + edges[:, 1], edges[:, 1] * (vertex.max() + 1) + edges[:, 0]
    )
    _, inverse = np.unique(keys, return_inverse=True)
    return bool((np.bincount(inverse.reshape(-1), np.where(forward, 1, -1)) == 0).all())
