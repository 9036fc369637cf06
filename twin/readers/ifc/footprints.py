"""Plan shapes from triangles: floor of a space, outline of a building, base of an element's box. Project metres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from twin.readers.ifc.geometry import Bodies, Instance, Mesh

_GRID_M = 0.001
_DOWN = -0.5  # normals that point below this are floors
_GAP_M = 0.15  # slits between walls and slabs that an outline bridges
_MAX_TRIANGLES = 20_000  # of one building's outline; above it every element counts as its hull
_UPRIGHT = 0.999


def base_polygons(bodies: Bodies, product_ids: Sequence[int]) -> NDArray[np.object_]:
    """Base of each body's box in the axes of its placement (in the grid's where that leans), Polygon Z."""
    extents = {key: (mesh.positions.min(axis=0), mesh.positions.max(axis=0)) for key, mesh in bodies.meshes.items()}
    rings = [_base(bodies, key, extents[bodies.instances[key].mesh_id]) for key in product_ids]
    found: NDArray[np.object_] = np.empty(len(rings), dtype=object)
    if rings:
        found[:] = shapely.polygons(np.stack(rings))
    return found


def _base(bodies: Bodies, key: int, extent: tuple[NDArray[np.float64], NDArray[np.float64]]) -> NDArray[np.float64]:
    matrix = bodies.instances[key].matrix
    low, high = extent
    upright = abs(matrix[2, 2]) > _UPRIGHT
    if not upright:
        placed = bodies.placed(key)
        low, high = placed.min(axis=0), placed.max(axis=0)
    z = low[2] if not upright or matrix[2, 2] > 0 else high[2]
    ring = np.array([[low[0], low[1], z], [high[0], low[1], z], [high[0], high[1], z], [low[0], high[1], z]])
    if upright:
        ring = ring @ matrix[:, :3].T + matrix[:, 3]
    return np.concatenate([ring, ring[:1]])


def floor_polygon(mesh: Mesh, instance: Instance) -> BaseGeometry | None:
    """The plan of a space: its downward faces united, at its lowest level. None when it has no extent in plan."""
    placed = mesh.positions @ instance.matrix[:, :3].T + instance.matrix[:, 3]
    corners = placed[mesh.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    slope = normal[:, 2] / np.where(length > 0, length, 1.0)
    floors = slope < _DOWN if mesh.closed else np.abs(slope) > -_DOWN
    plan = _united(corners[floors][:, :, :2])
    if plan is None:
        return None
    return shapely.force_3d(plan, float(placed[:, 2].min()))


def outline(bodies: Bodies, product_ids: Sequence[int]) -> BaseGeometry | None:
    """The plan of a building: the projections of its elements united, slits closed, holes filled; Z = lowest point."""
    placed = [_seen_from_above(bodies, key) for key in product_ids]
    if not placed:
        return None
    if sum(len(one) for one in placed) > _MAX_TRIANGLES:
        hulls = [shapely.convex_hull(shapely.multipoints(one.reshape(-1, 3)[:, :2])) for one in placed]
        plan: BaseGeometry | None = shapely.union_all(np.array(hulls, dtype=object), grid_size=_GRID_M)
    else:
        plan = _united(np.concatenate(placed)[:, :, :2])
    if plan is None or plan.is_empty:
        return None
    closed = shapely.buffer(plan, _GAP_M, join_style="mitre", quad_segs=1)
    closed = shapely.buffer(closed, -_GAP_M, join_style="mitre", quad_segs=1)
    polygons = [one for one in shapely.get_parts(closed) if one.geom_type == "Polygon" and one.area > 0.01]
    if not polygons:
        return None
    filled = shapely.union_all([shapely.Polygon(one.exterior) for one in polygons])
    return shapely.force_3d(filled, min(float(bodies.placed(key)[:, 2].min()) for key in product_ids))


def _seen_from_above(bodies: Bodies, key: int) -> NDArray[np.float64]:
    """(n, 3, 3) corners of the triangles that make a body's outline: of a closed one those that face up do."""
    mesh = bodies.meshes[bodies.instances[key].mesh_id]
    corners = bodies.placed(key)[mesh.triangles]
    if not mesh.closed:
        return corners
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return corners[a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] > 0]


def _united(triangles: NDArray[np.float64]) -> BaseGeometry | None:
    """Union of (n, 3, 2) triangles as polygon or multipolygon; slivers below the grid vanish."""
    if not len(triangles):
        return None
    a, b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    wide = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) > 1e-6
    rings = triangles[wide]
    if not len(rings):
        return None
    plan = shapely.union_all(shapely.polygons(rings), grid_size=_GRID_M)
    parts = [one for one in shapely.get_parts(plan) if one.geom_type == "Polygon"]
    if not parts:
        return None
    whole: BaseGeometry = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return whole
