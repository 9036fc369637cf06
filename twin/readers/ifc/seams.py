"""Seams where one face ends at a corner in the middle of another's edge.

Ear cutting drops corners on a straight edge, and the neighbours that keep them no longer share an edge with it. The
surface has no gap, but does not close by its indices. Triangles without area, laid along such an edge, close it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.geometry import Mesh

_ON_EDGE_M: Final = 2e-5
_MAX_BORDER: Final = 400  # edges; a longer border is no seam but an open surface


def sewn(mesh: Mesh) -> Mesh:
    """``mesh``, closed if its border is nothing but such seams; otherwise as it was."""
    if mesh.closed:
        return mesh
    border = _border(mesh.triangles.astype(np.int64))
    if not len(border) or len(border) > _MAX_BORDER:
        return mesh
    patches = [_patch(mesh.positions, edge, np.unique(border)) for edge in border]
    added = np.array([one for patch in patches for one in patch], np.uint32).reshape(-1, 3)
    triangles = np.concatenate([mesh.triangles, added])
    if len(_border(triangles.astype(np.int64))):
        return mesh
    return Mesh(mesh.positions, triangles, closed=True)


def _border(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n, 2): directed edges that run one way more often than the other, as often as they do."""
    start, end = triangles.ravel(), triangles[:, [1, 2, 0]].ravel()
    size = int(triangles.max(initial=0)) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    keys, number = np.unique(low * size + high, return_inverse=True)
    balance = np.bincount(number, weights=np.where(start < end, 1.0, -1.0)).astype(np.int64)
    forward = np.repeat(keys, np.maximum(balance, 0))
    backward = np.repeat(keys, np.maximum(-balance, 0))
    edges = np.concatenate([forward, backward])
    pairs = np.column_stack([edges // size, edges % size])
    pairs[len(forward) :] = pairs[len(forward) :, ::-1]
    return pairs


def _patch(
    positions: NDArray[np.float64], edge: NDArray[np.int64], corners: NDArray[np.int64]
) -> list[tuple[int, int, int]]:
    """Triangles without area from an edge to the corners that lie on it, in the order they have along it."""
    start, end = positions[edge[0]], positions[edge[1]]
    along = end - start
    length = float(np.linalg.norm(along))
    offset = positions[corners] - start
    part = offset @ along / max(length, 1e-12)
    apart = np.linalg.norm(offset - np.outer(part / max(length, 1e-12), along), axis=1)
    inside = (apart < _ON_EDGE_M) & (part > _ON_EDGE_M) & (part < length - _ON_EDGE_M)
    on_it = corners[inside][np.argsort(part[inside])]
    chain = [int(edge[0]), *(int(one) for one in on_it), int(edge[1])]
    return [(chain[-1], chain[n], chain[n + 1]) for n in range(len(chain) - 2)]
