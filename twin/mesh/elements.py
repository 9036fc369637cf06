"""Canonical meshes and their instances as scene triangles; volume and surface of meshes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces, ragged_arange
from twin.model.mesh import MeshBatch

_CHUNK_VERTICES = 400_000  # bounds the memory for per-vertex matrices to about 40 MB


@dataclass(frozen=True, slots=True)
class _Meshes:
    """The meshes table as flat arrays: mesh m owns vertices vertex_start[m]… and triangles triangle_start[m]…"""

    positions: Floats
    triangles: Ints
    vertex_start: Ints
    vertex_count: Ints
    triangle_start: Ints
    triangle_count: Ints

    @staticmethod
    def of(table: pa.Table) -> _Meshes:
        positions, vertex_offsets = _flat(table.column("positions"))
        indices, index_offsets = _flat(table.column("indices"))
        vertex_offsets, index_offsets = vertex_offsets // 3, index_offsets // 3
        return _Meshes(
            positions.reshape(-1, 3),
            indices.reshape(-1, 3).astype(np.int64),
            vertex_offsets[:-1],
            np.diff(vertex_offsets),
            index_offsets[:-1],
            np.diff(index_offsets),
        )


def _flat(column: pa.ChunkedArray) -> tuple[NDArray[Any], Ints]:
    """All values of a list column and where each list starts and ends."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    values = pc.list_flatten(column).to_numpy()
    return values, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def instances_batch(
    meshes: pa.Table,
    instances: pa.Table,
    *,
    feature_ids: pa.Array | pa.ChunkedArray | list[str],
    idx: NDArray[np.uint32],
    rgba: NDArray[np.uint8],
    origin: Origin = (0.0, 0.0, 0.0),
    material_colours: bool = True,
) -> MeshBatch:
    """Scene triangles of the features named, in their order; one feature row each.

    ``meshes`` and ``instances`` follow ``twin.model.tables``; instances of other features are left out, so the whole
    table may be given for one building. Instances with a colour of their own keep it while ``material_colours``;
    ``rgba`` (F, 4) is for the rest. The origin is subtracted from the matrices in float64 before any vertex is
    placed; mirroring matrices turn the triangles round. A mesh that is not in the table raises ``KeyError``.
    """
    wanted = pa.array(feature_ids, pa.string()) if isinstance(feature_ids, list) else feature_ids
    rows = pc.index_in(instances.column("feature_id"), value_set=_array(wanted))
    chosen = instances.filter(pc.is_valid(rows))
    feature = rows.drop_null().to_numpy().astype(np.int64)
    mesh = _mesh_rows(meshes, chosen)
    matrix = _flat(chosen.column("matrix"))[0].reshape(-1, 3, 4).copy()
    matrix[:, :, 3] -= np.asarray(origin, float)
    colours, varied = _colours(chosen, feature, np.asarray(rgba, np.uint8), material_colours)
    flat = _Meshes.of(meshes)
    pieces = Pieces()
    for some in _chunks(flat.vertex_count[mesh]):
        own = np.repeat(colours[some], flat.vertex_count[mesh[some]], axis=0) if varied else None
        _place(pieces, flat, mesh[some], matrix[some], feature[some], own)
    first = np.asarray(rgba, np.uint8).copy()
    first[feature[::-1]] = colours[::-1]
    return pieces.batch(first, idx)


def _array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _mesh_rows(meshes: pa.Table, instances: pa.Table) -> Ints:
    """The row of each instance's mesh."""
    rows = pc.index_in(instances.column("mesh_id"), value_set=_array(meshes.column("mesh_id")))
    if rows.null_count:
        missing = instances.filter(pc.is_null(rows)).column("mesh_id")[0].as_py()
        raise KeyError(f"mesh {missing} is not in the table ({rows.null_count} instances name such meshes)")
    found: Ints = rows.to_numpy().astype(np.int64)
    return found


def _colours(
    instances: pa.Table, feature: Ints, rgba: NDArray[np.uint8], material_colours: bool
) -> tuple[NDArray[np.uint8], bool]:
    """(instances, 4), and whether some feature has instances of different colours."""
    colours = rgba[feature]
    if material_colours and len(feature):
        packed = instances.column("rgba").to_numpy().astype(">u4")
        own = np.ascontiguousarray(packed).view(np.uint8).reshape(-1, 4)
        colours = np.where((packed != 0)[:, None], own, colours)
    leader = np.zeros((len(rgba), 4), np.uint8)
    leader[feature[::-1]] = colours[::-1]
    return colours, bool((colours != leader[feature]).any())


def _chunks(vertex_counts: Ints) -> Iterator[slice]:
    """Slices of instances that stay below the vertex bound, or hold one instance."""
    ends = np.cumsum(vertex_counts)
    low, done = 0, 0
    while low < len(ends):
        high = max(int(np.searchsorted(ends, done + _CHUNK_VERTICES, side="right")), low + 1)
        yield slice(low, high)
        low, done = high, int(ends[high - 1])


def _place(
    pieces: Pieces, flat: _Meshes, mesh: Ints, matrix: Floats, feature: Ints, colours: NDArray[np.uint8] | None
) -> None:
    """Add these instances: every vertex through its matrix, every triangle with its vertices' new numbers."""
    vertices, triangles = flat.vertex_count[mesh], flat.triangle_count[mesh]
    owner = np.repeat(np.arange(len(mesh)), vertices)
    local = flat.positions[np.repeat(flat.vertex_start[mesh], vertices) + ragged_arange(vertices)]
    positions = np.einsum("vij,vj->vi", matrix[owner, :, :3], local) + matrix[owner, :, 3]
    corners = flat.triangles[np.repeat(flat.triangle_start[mesh], triangles) + ragged_arange(triangles)]
    corners = corners + np.repeat(np.cumsum(vertices) - vertices, triangles)[:, None]
    mirrored = np.repeat(np.linalg.det(matrix[:, :, :3]) < 0, triangles)
    corners[mirrored] = corners[mirrored][:, ::-1]
    pieces.add(positions, corners, feature[owner], colours=colours)


def mesh_measures(
    positions: Floats, triangles: NDArray[np.integer], mesh: NDArray[np.integer] | None = None, count: int = 1
) -> tuple[Floats, Floats]:
    """Volume in m³ and surface in m² of ``count`` meshes; ``mesh`` (T,) names each triangle's mesh (None: one mesh).

    The volume is signed: positive when triangles are counter-clockwise seen from outside; it means something for
    closed meshes only. Each mesh is measured about its own first vertex, so map coordinates cost no digits.
    """
    triangles = np.asarray(triangles, np.int64).reshape(-1, 3)
    owner = np.zeros(len(triangles), np.int64) if mesh is None else np.asarray(mesh, np.int64)
    if not len(triangles):
        return np.zeros(count), np.zeros(count)
    reference = np.zeros((count, 3))
    reference[owner[::-1]] = positions[triangles[::-1, 0]]
    a, b, c = np.moveaxis(positions[triangles] - reference[owner][:, None], 1, 0)
    across = np.cross(b - a, c - a)
    volume = np.bincount(owner, np.einsum("ij,ij->i", a, across), minlength=count) / 6.0
    return volume, np.bincount(owner, np.linalg.norm(across, axis=1), minlength=count) / 2.0


def table_measures(meshes: pa.Table) -> tuple[Floats, Floats]:
    """``mesh_measures`` of every row of a meshes table."""
    flat = _Meshes.of(meshes)
    owner = np.repeat(np.arange(len(flat.vertex_start)), flat.triangle_count)
    return mesh_measures(flat.positions, flat.triangles + flat.vertex_start[owner][:, None], owner, len(meshes))
