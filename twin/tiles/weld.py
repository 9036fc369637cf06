"""Weld the vertices of each feature, drop what collapses, and number the vertices that are left.

Quantised corners of one feature that fall on the same place (with the same colour, and the same normal where normals
are wanted) become one vertex; features never share one, because a vertex carries its feature id. Welding is what makes
flat-shaded building elements small.

Numbering decides what compresses. In the order of first use an index costs next to nothing (EXT_meshopt_compression,
mode TRIANGLES), which is right for most meshes. A swept pipe walks to and fro between two rings in that order, so that
its positions leap; left in the order of the mesher, ring by ring, they are a quarter smaller and the indices repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model.mesh import MeshBatch

# bytes a triangle that the order of the batch must save on positions to be kept: about what its indices cost more
WORTH: Final = 0.3


@dataclass(frozen=True, slots=True)
class Corners:
    """Vertices as they come: quantised place, feature row, sRGB colour, normal as three signed bytes or None.

    ``mixed``: vertices of one feature may differ in colour. ``welded``: as ``MeshBatch`` says it.
    """

    place: NDArray[np.uint16]
    feature: NDArray[np.uint16]
    colour: NDArray[np.uint8]
    normal: NDArray[np.int8] | None
    triangles: NDArray[np.uint32]
    mixed: bool = False
    welded: bool = False


@dataclass(frozen=True, slots=True)
class Welded:
    """What is drawn. ``collapsed`` triangles had two corners on one lattice place; they cover no pixel.

    ``first_use``: vertices are numbered in the order in which triangles use them, else in that of the batch.
    """

    place: NDArray[np.uint16]
    feature: NDArray[np.uint16]
    colour: NDArray[np.uint8]
    normal: NDArray[np.int8] | None
    triangles: NDArray[np.uint32]
    collapsed: int
    first_use: bool


def corners_of(batch: MeshBatch, place: NDArray[np.uint16], *, normals: bool) -> Corners:
    """The corners of ``batch``; with ``normals``, its own or else those of the faces (edges stay sharp)."""
    feature, colour = batch.feature.astype(np.uint16), batch.vertex_colours()
    mixed = batch.vertex_rgba is not None
    if not normals:
        return Corners(place, feature, colour, None, batch.triangles, mixed, batch.welded)
    if batch.normals is not None:
        own = _signed_bytes(batch.normals)
        return Corners(place, feature, colour, own, batch.triangles, mixed, batch.welded)
    flat = batch.triangles.ravel()
    faces = np.repeat(_signed_bytes(face_directions(batch)), 3, axis=0)
    apart = np.arange(len(flat), dtype=np.uint32).reshape(-1, 3)
    return Corners(place[flat], feature[flat], colour[flat], faces, apart, mixed)


def face_directions(batch: MeshBatch) -> NDArray[np.float64]:
    """(T, 3) outward, as long as twice the area of the triangle."""
    a, b, c = (batch.positions[batch.triangles[:, corner]] for corner in range(3))
    return np.cross(b - a, c - a)


def _signed_bytes(vectors: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    """Directions as normalised i8; a vector without length points up."""
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    nowhere = length == 0
    scaled = vectors * (127.0 / np.where(nowhere, 1.0, length))[:, None]
    scaled[nowhere] = (0.0, 0.0, 127.0)
    rounded: NDArray[np.int8] = np.rint(scaled).astype(np.int8)
    return rounded


def weld(corners: Corners) -> Welded:
    """One vertex a feature, place and normal; vertices that no triangle uses are gone."""
    if corners.welded:
        return _as_it_is(corners)
    _, keep, vertex = np.unique(_keys(corners), return_index=True, return_inverse=True)
    triangles = vertex[corners.triangles]
    sound = (
        (triangles[:, 0] != triangles[:, 1])
        & (triangles[:, 1] != triangles[:, 2])
        & (triangles[:, 2] != triangles[:, 0])
    )
    if corners.normal is not None or corners.mixed:
        sound &= _spread(corners)
    triangles = triangles[sound]
    by_use = _by_first_use(triangles, len(keep))
    by_batch = by_use[np.argsort(keep[by_use])]
    first_use = _leaps(corners.place[keep[by_use]]) - _leaps(corners.place[keep[by_batch]]) < WORTH * len(triangles)
    order = by_use if first_use else by_batch
    number = np.empty(len(keep), np.uint32)
    number[order] = np.arange(len(order), dtype=np.uint32)
    return _chosen(corners, keep[order], number[triangles], first_use=first_use)


def _as_it_is(corners: Corners) -> Welded:
    """Nothing to join: only what collapsed on the lattice goes, and vertices that are then unused."""
    sound = _spread(corners)
    triangles = corners.triangles[sound]
    used = np.zeros(len(corners.place), np.bool_)
    used[triangles] = True
    number = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
    return _chosen(corners, np.flatnonzero(used), number[triangles], first_use=False)


def _chosen(corners: Corners, rows: NDArray[np.int64], triangles: NDArray[np.uint32], *, first_use: bool) -> Welded:
    """The vertices of ``rows`` and what is left of the triangles between them."""
    return Welded(
        corners.place[rows],
        corners.feature[rows],
        corners.colour[rows],
        None if corners.normal is None else corners.normal[rows],
        triangles,
        len(corners.triangles) - len(triangles),
        first_use,
    )


def _leaps(place: NDArray[np.uint16]) -> float:
    """How many bytes the steps from vertex to vertex hold, about."""
    steps = np.abs(np.diff(place.astype(np.int32), axis=0))
    return float(np.log2(steps + 1.0).sum() / 8)


def _keys(corners: Corners) -> NDArray[np.uint64]:
    """One number a distinct vertex."""
    keys = _joined(corners.feature, *corners.place.T, bits=16)
    # 64 bits are full: number what is there, then add the next thing that may differ
    if corners.normal is not None:
        keys = _joined(np.unique(keys, return_inverse=True)[1], *corners.normal.view(np.uint8).T, bits=8)
    if corners.mixed:
        keys = _joined(np.unique(keys, return_inverse=True)[1], *corners.colour.T, bits=8)
    return keys


def _joined(*columns: NDArray[Any], bits: int) -> NDArray[np.uint64]:
    """The columns side by side in one number, each but the first ``bits`` wide."""
    keys: NDArray[np.uint64] = columns[0].astype(np.uint64)
    for column in columns[1:]:
        keys = np.bitwise_or(np.left_shift(keys, np.uint64(bits)), column.astype(np.uint64))
    return keys


def _spread(corners: Corners) -> NDArray[np.bool_]:
    """(T,): the three corners stand on three places (vertices that differ otherwise may share one)."""
    x, y, z = corners.place.T.astype(np.uint64)
    a, b, c = (x << np.uint64(32) | y << np.uint64(16) | z)[corners.triangles].T
    spread: NDArray[np.bool_] = (a != b) & (b != c) & (c != a)
    return spread


def _by_first_use(triangles: NDArray[np.int64], vertices: int) -> NDArray[np.int64]:
    """The used ones of ``vertices`` in the order in which ``triangles`` name them."""
    flat = triangles.ravel()
    first = np.full(vertices, len(flat), np.int64)
    # of several assignments to one place the last stays: written backwards, that is the first use
    first[flat[::-1]] = np.arange(len(flat) - 1, -1, -1)
    order = np.argsort(first, kind="stable")
    return order[: int(np.count_nonzero(first < len(flat)))]
