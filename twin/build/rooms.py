"""Which room a point is in: inside the room's closed body, or, without one, above its floor polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.build.rows import LayerRows

# how far above the ceiling or below the floor a sensor may be drawn and still be in the room
SLACK_M: Final = 0.5
_DEFAULT_HEIGHT_M: Final = 3.0
# rays go up through the body at odd places, so that none hits an edge that stands on round numbers
_ODD_M: Final = (1.37e-5, 0.83e-5)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rooms:
    """Spaces with a floor polygon. ``bodies``: (m, 3, 3) corners of the triangles of those with a closed body."""

    ids: list[str | None]
    storeys: list[str | None]
    buildings: list[str | None]
    floor_m: Floats
    ceiling_m: Floats
    tree: shapely.STRtree
    bodies: list[Floats | None]

    @staticmethod
    def of(spaces: LayerRows, meshes: pa.Table, instances: pa.Table) -> Rooms:
        shaped = np.array(
            [one is not None and one.geom_type.endswith("Polygon") for one in spaces.geometry], dtype=bool
        )
        spaces = spaces.take(np.flatnonzero(shaped))
        height = spaces.numbers("height_m")
        z = np.array([shapely.get_coordinates(one, include_z=True)[:, 2].min() for one in spaces.geometry])
        ids = spaces.strings("feature_id")
        bodies = _bodies(ids, meshes, instances)
        ceiling = z + np.where(np.isnan(height), _DEFAULT_HEIGHT_M, height)
        for row, body in enumerate(bodies):
            if body is not None:
                z[row], ceiling[row] = body[:, :, 2].min(), body[:, :, 2].max()
        return Rooms(
            ids,
            spaces.strings("storey_id"),
            spaces.strings("building_id"),
            z,
            ceiling,
            shapely.STRtree(spaces.geometry),
            bodies,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def below(self, points: Floats, slack_m: float = 0.0) -> tuple[Ints, Ints]:
        """(point, room) pairs: over the floor polygon, between floor and ceiling give or take ``slack_m``."""
        which, room = self.tree.query(shapely.points(points[:, :2]), predicate="within")
        fits = (points[which, 2] >= self.floor_m[room] - slack_m) & (points[which, 2] <= self.ceiling_m[room] + slack_m)
        return which[fits], room[fits]

    def holding(self, points: Floats) -> tuple[Ints, Ints]:
        """(point, room) pairs: inside the body."""
        which, room = self.below(points)
        inside = np.ones(len(which), dtype=bool)
        for one in np.unique(room):
            body = self.bodies[one]
            if body is not None:
                pairs = room == one
                inside[pairs] = _inside(points[which[pairs]], body)
        return which[inside], room[inside]


def _inside(points: Floats, triangles: Floats) -> NDArray[np.bool_]:
    """By how many triangles a ray upwards goes through."""
    x, y = (points[:, axis, None] + _ODD_M[axis] for axis in (0, 1))
    a, b, c = (triangles[None, :, corner] for corner in range(3))
    doubled = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    with np.errstate(divide="ignore", invalid="ignore"):  # upright triangles are hit by no ray
        u = ((x - a[..., 0]) * (c[..., 1] - a[..., 1]) - (y - a[..., 1]) * (c[..., 0] - a[..., 0])) / doubled
        v = ((b[..., 0] - a[..., 0]) * (y - a[..., 1]) - (b[..., 1] - a[..., 1]) * (x - a[..., 0])) / doubled
        height = a[..., 2] + u * (b[..., 2] - a[..., 2]) + v * (c[..., 2] - a[..., 2])
        hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (height > points[:, 2, None])
    odd: NDArray[np.bool_] = hit.sum(axis=1) % 2 == 1
    return odd


def _bodies(ids: list[str | None], meshes: pa.Table, instances: pa.Table) -> list[Floats | None]:
    """Placed triangles of the spaces that have a closed body."""
    row_of = {one: row for row, one in enumerate(meshes["mesh_id"].to_pylist())} if len(instances) else {}
    wanted = set(ids)
    found: dict[str, Floats] = {}
    keys = instances["feature_id"].to_pylist()
    for row in (n for n, key in enumerate(keys) if key in wanted):
        mesh = row_of[instances["mesh_id"][row].as_py()]
        positions = np.asarray(meshes["positions"][mesh].values).reshape(-1, 3)
        indices = np.asarray(meshes["indices"][mesh].values).reshape(-1, 3)
        matrix = np.asarray(instances["matrix"][row].values).reshape(3, 4)
        if _closed(positions, indices):
            found[keys[row]] = (positions @ matrix[:, :3].T + matrix[:, 3])[indices]
    return [found.get(str(one)) for one in ids]


def _closed(positions: Floats, triangles: NDArray[Any]) -> bool:
    """Whether every edge is used as often one way as the other; equal corners are one."""
    _, welded = np.unique(np.round(positions, 6), axis=0, return_inverse=True)
    corner = welded.reshape(-1)[triangles]
    edges = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]]).astype(np.int64)
    size = len(positions)
    return bool(np.array_equal(np.sort(edges @ (size, 1)), np.sort(edges @ (1, size))))


def oriented_boxes(feature_ids: pa.Array, meshes: pa.Table, instances: pa.Table) -> tuple[Floats, Floats]:
    """Centres (n, 3) and half axes (n, 3 axes, 3) of bodies' boxes in the axes of their placements; NaN without one."""
    centre, half = np.full((len(feature_ids), 3), np.nan), np.full((len(feature_ids), 3, 3), np.nan)
    row = pc.index_in(instances["feature_id"], value_set=feature_ids)
    chosen = instances.filter(pc.is_valid(row))
    if not len(chosen):
        return centre, half
    feature = row.drop_null().to_numpy()
    low, high = _extents(meshes["positions"])
    mesh = pc.index_in(chosen["mesh_id"], value_set=meshes["mesh_id"].combine_chunks()).to_numpy()
    matrix = pc.list_flatten(chosen["matrix"]).to_numpy().reshape(-1, 3, 4)
    turn, shift = matrix[:, :, :3], matrix[:, :, 3]
    middle, reach = (low[mesh] + high[mesh]) / 2, (high[mesh] - low[mesh]) / 2
    centre[feature] = np.einsum("nij,nj->ni", turn, middle) + shift
    half[feature] = np.swapaxes(turn, 1, 2) * reach[:, :, None]
    return centre, half


def _extents(positions: pa.ChunkedArray) -> tuple[Floats, Floats]:
    """Lowest and highest corner of every mesh, in its own axes."""
    count = pc.list_value_length(positions).to_numpy() // 3
    corners = pc.list_flatten(positions).to_numpy().reshape(-1, 3)
    low, high = np.full((len(count), 3), np.nan), np.full((len(count), 3), np.nan)
    filled = np.flatnonzero(count)
    starts = (np.cumsum(count) - count)[filled]
    low[filled], high[filled] = np.minimum.reduceat(corners, starts), np.maximum.reduceat(corners, starts)
    return low, high
