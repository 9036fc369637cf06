"""What colour a coarse shell has: face by face the mean of what the building shows there.

Points are strewn over the elements, evenly by area. A plane face of the shell takes those near it that look the same
way: roofs from roofs, walls from walls, windows counted by their share. The mean is taken in linear light, as an eye
far away takes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from twin.mesh.assemble import Floats, Ints
from twin.model.colour import from_linear, to_linear
from twin.model.mesh import MeshBatch

POINTS: Final = 10_000
REACH_M: Final = 1.2
"""How far from a face its elements may lie: the shell closes gaps and cuts corners by about that much."""
SAME_WAY: Final = 0.7  # cosine between a face and what it stands for
_SEED: Final = 20261126


def like_its_elements(shell: MeshBatch, elements: MeshBatch) -> MeshBatch:
    """``shell`` (one feature) with vertex colours as ``elements`` have them at each of its faces, opaque.

    A face without elements near it has the mean colour of all that look the same way, or else its feature's own.
    Vertices between faces are doubled.
    """
    points, normals, light = _strewn(elements)
    corners = shell.positions[shell.triangles]
    normal, face = _faces(corners)
    upright = np.abs(normals[:, 2]) < SAME_WAY
    own = to_linear(shell.rgba[:1, :3])[0]
    general = [_mean(light[upright == stands], own) for stands in (False, True)]
    colour = np.empty((len(corners), 3))
    for one in range(face.max(initial=-1) + 1):
        rows = np.flatnonzero(face == one)
        n, on_face = normal[rows[0]], corners[rows].reshape(-1, 3)
        near = np.abs((points - on_face[0]) @ n) <= REACH_M
        near &= ((points >= on_face.min(axis=0) - REACH_M) & (points <= on_face.max(axis=0) + REACH_M)).all(axis=1)
        near &= np.abs(normals @ n) >= SAME_WAY
        colour[rows] = _mean(light[near], general[int(abs(n[2]) < SAME_WAY)])
    rgba = np.full((len(corners), 4), 255, np.uint8)
    rgba[:, :3] = from_linear(colour)
    return replace(
        shell,
        positions=corners.reshape(-1, 3),
        triangles=np.arange(corners.shape[0] * 3, dtype=np.uint32).reshape(-1, 3),
        feature=np.zeros(corners.shape[0] * 3, np.uint32),
        vertex_rgba=np.repeat(rgba, 3, axis=0),
        normals=None,
    )


def _strewn(elements: MeshBatch) -> tuple[Floats, Floats, Floats]:
    """Points (n, 3) on the elements, the unit normals of their triangles and their colours in linear light."""
    corners = elements.positions[elements.triangles]
    normal, size = _normals(corners)
    random = np.random.default_rng(_SEED)
    chosen = np.searchsorted(np.cumsum(size), random.uniform(0, size.sum(), POINTS)).clip(max=len(size) - 1)
    u, v = random.uniform(size=(2, POINTS, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    a, b, c = np.moveaxis(corners[chosen], 1, 0)
    rgba = elements.vertex_colours()[elements.triangles[chosen, 0]]
    return a + u * (b - a) + v * (c - a), normal[chosen], to_linear(rgba[:, :3])


def _normals(corners: Floats) -> tuple[Floats, Floats]:
    """The unit normal of every triangle (t, 3, 3), and twice its area (t,)."""
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    size = np.linalg.norm(across, axis=1)
    return across / np.maximum(size, 1e-12)[:, None], size


def _faces(corners: Floats) -> tuple[Floats, Ints]:
    """The unit normal of every triangle (t, 3, 3), and which plane face it belongs to."""
    normal, _ = _normals(corners)
    offset = np.einsum("ij,ij->i", normal, corners[:, 0])
    _, face = np.unique(np.round(np.column_stack([normal * 100, offset * 10])), axis=0, return_inverse=True)
    return normal, face.reshape(-1)


def _mean(light: Floats, otherwise: Floats) -> Floats:
    mean: Floats = light.mean(axis=0) if len(light) else otherwise
    return mean
