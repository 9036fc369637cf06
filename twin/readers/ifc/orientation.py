"""Triangles turned so that they are counter-clockwise from outside.

Surface models (IfcFaceBasedSurfaceModel, IfcShellBasedSurfaceModel) promise no orientation, and IfcOpenShell's kernels
pass on what they find, each in its own way: one Duplex room had volumes of -18.1 and +0.7 m³ by kernel. Solids come out
right from both. Here a mesh whose triangles disagree is made to agree with itself, then turned outside out if closed.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from twin.readers.ifc.geometry import Mesh

_WELD_M = 1e-6
_MAX_REPAIR = 500_000  # triangles; a larger open surface keeps the orientation it was delivered with


def outward(positions: NDArray[np.float64], triangles: NDArray[np.uint32], *, has_sides: bool = True) -> Mesh:
    """A mesh of ``positions`` (n, 3) metres and ``triangles`` (m, 3), oriented; degenerate triangles are dropped.

    ``has_sides``: its faces know which side is out, so that a piece turned inwards is a hollow. Those of surface models
    do not, and every closed piece of one is turned outside out.
    """
    welded = _welded(positions)
    corners = welded[triangles]
    proper = (corners[:, 0] != corners[:, 1]) & (corners[:, 1] != corners[:, 2]) & (corners[:, 2] != corners[:, 0])
    if not proper.all():
        triangles, corners = triangles[proper], corners[proper]
    counts, balance, edge_of = _edges(corners)
    may_repair = len(triangles) <= _MAX_REPAIR
    if not has_sides and may_repair and len(triangles):
        return _repaired(positions, triangles, corners, counts, edge_of)
    if not balance.any():
        turned = triangles if _volume(positions, triangles) >= 0 else triangles[:, ::-1]
        return Mesh(positions, np.ascontiguousarray(turned), closed=bool(len(triangles)))
    consistent = bool((np.abs(balance)[counts <= 2] <= (counts[counts <= 2] == 1)).all())
    if consistent or not may_repair:
        return Mesh(positions, triangles, closed=False)
    return _repaired(positions, triangles, corners, counts, edge_of)


def _welded(positions: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,): a number for each place, equal for positions that agree within a micrometre."""
    grid = np.round(positions / _WELD_M).astype(np.int64)
    order = np.lexsort(grid.T)
    new = np.any(np.diff(grid[order], axis=0) != 0, axis=1)
    numbers = np.empty(len(grid), np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(new)]) if len(grid) else 0
    return numbers


def _edges(corners: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Undirected edges: how often each is used, forward minus backward uses, and (m, 3) its number by triangle side."""
    start, end = corners.ravel(), corners[:, [1, 2, 0]].ravel()
    size = int(corners.max(initial=0)) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, number = np.unique(low * size + high, return_inverse=True)
    counts = np.bincount(number)
    balance = np.bincount(number, weights=np.where(start < end, 1.0, -1.0)).astype(np.int64)
    return counts, balance, number.reshape(-1, 3)


def _volume(positions: NDArray[np.float64], triangles: NDArray[np.uint32]) -> float:
    p = positions - positions.mean(axis=0)
    a, b, c = p[triangles[:, 0]], p[triangles[:, 1]], p[triangles[:, 2]]
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def _repaired(
    positions: NDArray[np.float64],
    triangles: NDArray[np.uint32],
    corners: NDArray[np.int64],
    counts: NDArray[np.int64],
    edge_of: NDArray[np.int64],
) -> Mesh:
    """Make neighbours agree, one connected piece after the other; turn closed pieces outside out."""
    flip, piece = _agree(corners, counts, edge_of)
    turned = np.where(flip[:, None], triangles[:, ::-1], triangles)
    flipped = np.where(flip[:, None], corners[:, ::-1], corners)
    closed = True
    for number in range(int(piece.max()) + 1):
        rows = np.flatnonzero(piece == number)
        _, balance, _ = _edges(flipped[rows])
        if balance.any():
            closed = False
            inside_out = flip[rows].mean() > 0.5  # keep what most of its triangles said
        else:
            inside_out = _volume(positions, turned[rows]) < 0
        if inside_out:
            turned[rows] = turned[rows][:, ::-1]
    return Mesh(positions, np.ascontiguousarray(turned), closed)


def _agree(
    corners: NDArray[np.int64], counts: NDArray[np.int64], edge_of: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which triangles to flip so that across every edge of two they run opposite ways; and each one's piece."""
    forward = (corners < corners[:, [1, 2, 0]]).tolist()
    edges = edge_of.tolist()
    sides: list[list[tuple[int, int]]] = [[] for _ in range(len(counts))]
    for row, three in enumerate(edges):
        for side, edge in enumerate(three):
            sides[edge].append((row, side))
    flip = np.zeros(len(corners), np.bool_)
    piece = np.full(len(corners), -1, np.int64)
    pieces = 0
    for seed in range(len(corners)):
        if piece[seed] >= 0:
            continue
        piece[seed] = pieces
        queue = deque([seed])
        while queue:
            row = queue.popleft()
            for side, edge in enumerate(edges[row]):
                if len(sides[edge]) != 2:
                    continue
                for other, other_side in sides[edge]:
                    if other != row and piece[other] < 0:
                        piece[other] = pieces
                        flip[other] = flip[row] ^ (forward[row][side] == forward[other][other_side])
                        queue.append(other)
        pieces += 1
    return flip, piece
