"""Delivered 3D surfaces (CityGML, CityJSON LOD 2) triangulated face by face in their own plane."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces, signed_volumes
from twin.mesh.polygons import Rings, earcut, rings_of
from twin.model.mesh import MeshBatch

SMALLEST_FACE_M2 = 1e-6


def solids(
    surfaces: NDArray[np.object_],
    *,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    origin: Origin = (0.0, 0.0, 0.0),
) -> MeshBatch:
    """(Multi)PolygonZ rows, campus metres, each polygon a planar face with holes that may stand at any angle.

    Faces keep the side they were delivered with; where all faces of a feature enclose a negative volume, they were
    delivered inside out and are turned round together. Faces below 1 mm² or with a coordinate that is not a number
    fall away. A face is triangulated on the coordinate plane it leans least from, so 3D points stay as delivered.
    """
    faces, row = shapely.get_parts(np.asarray(surfaces, object), return_index=True)
    fits = (shapely.get_type_id(faces) == 3) & ~shapely.is_empty(faces)
    faces, row = faces[fits], row[fits].astype(np.int64)
    rings = rings_of(faces, row, include_z=True)
    normals = _normals(rings)
    sound = np.linalg.norm(normals, axis=1) > SMALLEST_FACE_M2  # False for NaN
    if not sound.all():
        rings, normals = rings_of(faces[sound], row[sound], include_z=True), normals[sound]
    if not rings.polygons:
        return Pieces().batch(rgba, idx)
    plane, mirrored = _plane(rings, normals)
    triangles = earcut(rings, plane)
    flip = mirrored[rings.polygon[triangles[:, 0]]]
    triangles[flip] = triangles[flip][:, ::-1]
    pieces = Pieces()
    pieces.add(rings.points - np.asarray(origin), triangles, rings.row[rings.polygon])
    return _outside_out(pieces.batch(rgba, idx))


def _normals(rings: Rings) -> Floats:
    """(polygons, 3): area vectors of the shells (Newell's method), length = area."""
    points = rings.points - rings.points[_first_points(rings)][rings.polygon]
    shell = _in_shell(rings)
    vectors = np.cross(points, points[rings.after])[shell]
    owner = rings.polygon[shell]
    return np.column_stack([np.bincount(owner, vectors[:, i], minlength=rings.polygons) for i in range(3)]) / 2.0


def _first_points(rings: Rings) -> Ints:
    sizes = np.bincount(rings.polygon, minlength=rings.polygons)
    firsts: Ints = np.cumsum(sizes) - sizes
    return firsts


def _in_shell(rings: Rings) -> NDArray[np.bool_]:
    """Which points belong to outer rings."""
    place = np.arange(len(rings.points)) - _first_points(rings)[rings.polygon]
    inside: NDArray[np.bool_] = place < rings.ends[rings.ring_from[:-1]][rings.polygon]
    return inside


def _plane(rings: Rings, normals: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(p, 2) coordinates of every point on its face's best coordinate plane, and whether the face looks away."""
    steepest = np.abs(normals).argmax(axis=1)
    axes = np.array([[1, 2], [2, 0], [0, 1]])[steepest]  # right-handed pairs: seen from +x, +y, +z
    away = normals[np.arange(len(normals)), steepest] < 0
    points = np.arange(len(rings.points))
    pairs = axes[rings.polygon]
    first = _first_points(rings)
    local = rings.points - rings.points[first][rings.polygon]
    return np.column_stack([local[points, pairs[:, 0]], local[points, pairs[:, 1]]]), away


def _outside_out(batch: MeshBatch) -> MeshBatch:
    """Turn features whose triangles enclose a negative volume."""
    inverted = signed_volumes(batch) < 0
    if inverted.any():
        turned = inverted[batch.feature[batch.triangles[:, 0]]]
        batch.triangles[turned] = batch.triangles[turned][:, ::-1]
    return batch
