"""One GLB of many features: quantised, welded, compressed, with feature ids and a property table.

Axes. A scene is x east, y north, z up. glTF is y up, and every 3D Tiles runtime turns glTF content from y up to z up,
(X, Y, Z) -> (X, -Z, Y) (3D Tiles 1.1, "glTF transforms"). So a scene point is written as X = x, Y = z, Z = -y, straight
into the quantised integers: the node holds a translation and one scale, no rotation, and the file also stands upright
in any plain glTF viewer.

Colours of a batch are sRGB, as on screen; ``COLOR_0`` is linear by the glTF specification and is written so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.errors import TooManyFeaturesError
from twin.model.colour import to_linear
from twin.model.mesh import MeshBatch
from twin.tiles.container import MESHOPT, GlbBuffers
from twin.tiles.metadata import MESH_FEATURES, STRUCTURAL_METADATA, check_properties, feature_ids, structural_metadata
from twin.tiles.quantise import FINEST_STEP_M, Lattice, quantise
from twin.tiles.weld import Welded, corners_of, weld

MAX_FEATURES: Final = 60_000
QUANTISATION: Final = "KHR_mesh_quantization"
_BYTE, _UNSIGNED_BYTE, _UNSIGNED_SHORT, _UNSIGNED_INT = 5120, 5121, 5123, 5125
# 65,535 would restart a primitive, so u16 indices end one below it
_MAX_SHORT_VERTICES = 65_535

_MATERIAL: Final = {
    "pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.9},
    # surveyed and BIM surfaces are often open or inside out, and a section shows their backs
    "doubleSided": True,
}
_MATERIALS: Final = ({"name": "opaque", **_MATERIAL}, {"name": "translucent", **_MATERIAL, "alphaMode": "BLEND"})

# sRGB levels in linear light
_LINEAR: Final = np.rint(to_linear(np.arange(256, dtype=np.uint8)) * 255).astype(np.uint8)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EncodedGlb:
    """A GLB and what became of its batch.

    ``bounds`` (2, 3) metres in scene axes are those of the written positions. ``collapsed`` triangles were smaller
    than the lattice step; ``vanished`` are the ``idx`` of features that had triangles and have none left.
    ``data`` is empty if nothing is left to draw.
    """

    data: bytes
    triangles: int
    features: int
    bounds: NDArray[np.float64]
    step_m: float
    collapsed: int
    vanished: tuple[int, ...]


def encode_glb(
    batch: MeshBatch, properties: pa.Table, *, layer_id: str, normals: bool = False, compress: bool = True
) -> bytes:
    """``encode`` for those who only want the bytes. Raises ValueError if nothing is left to draw."""
    glb = encode(batch, properties, layer_id=layer_id, normals=normals, compress=compress)
    if not glb.triangles:
        raise ValueError(f"the batch of layer {layer_id} has no triangles larger than {glb.step_m * 1000:g} mm")
    return glb.data


def encode(
    batch: MeshBatch,
    properties: pa.Table,
    *,
    layer_id: str,
    normals: bool = False,
    compress: bool = True,
    finest_m: float = FINEST_STEP_M,
) -> EncodedGlb:
    """Encode ``batch`` with its ``properties`` (schema ``twin.tiles.metadata.TABLE``, one row a feature, in order).

    ``normals``: write the batch's normals, or those of the faces where it has none. ``compress``: meshopt; without it
    the file needs only KHR_mesh_quantization. Raises TooManyFeaturesError above 60,000 features (ids are u16).
    """
    if batch.features > MAX_FEATURES:
        raise TooManyFeaturesError(layer=layer_id, features=batch.features, most=MAX_FEATURES)
    table = check_properties(properties, batch.idx)
    used = np.zeros(len(batch.positions), np.bool_)
    used[batch.triangles] = True
    if not used.any():
        return EncodedGlb(b"", 0, batch.features, np.zeros((2, 3)), finest_m, 0, ())
    place = np.zeros((len(batch.positions), 3), np.uint16)
    place[used], lattice = quantise(batch.positions[used], finest_m)
    parts = _parts(batch, place, normals)
    triangles = sum(len(part.triangles) for _, part in parts)
    return EncodedGlb(
        _document(batch, table, parts, lattice, layer_id, compress) if triangles else b"",
        triangles,
        batch.features,
        lattice.bounds(),
        lattice.step_m,
        len(batch.triangles) - triangles,
        _vanished(batch, [part for _, part in parts]),
    )


def _parts(batch: MeshBatch, place: NDArray[np.uint16], normals: bool) -> list[tuple[int, Welded]]:
    """(material, welded mesh): what is opaque, then what is translucent, which a runtime draws last and sorted."""
    translucent = batch.vertex_colours()[batch.triangles[:, 0], 3] < 255
    parts = []
    for material, chosen in enumerate((~translucent, translucent)):
        if chosen.any():
            part = replace(batch, triangles=batch.triangles[chosen])
            parts.append((material, weld(corners_of(part, place, normals=normals))))
    return [(material, part) for material, part in parts if len(part.triangles)]


def _vanished(batch: MeshBatch, parts: list[Welded]) -> tuple[int, ...]:
    """The ``idx`` of features whose every triangle collapsed."""
    left = np.zeros(batch.features, np.bool_)
    for part in parts:
        left[part.feature] = True
    had = batch.triangle_counts() > 0
    return tuple(int(one) for one in batch.idx[had & ~left])


def _document(
    batch: MeshBatch, table: pa.Table, parts: list[tuple[int, Welded]], lattice: Lattice, layer_id: str, compress: bool
) -> bytes:
    buffers = GlbBuffers(compress=compress)
    used = sorted({material for material, _ in parts})
    primitives = [
        _primitive(buffers, part, lattice, batch.features) | {"material": used.index(material)}
        for material, part in parts
    ]
    required = [QUANTISATION, *([MESHOPT] if compress else [])]
    document: Json = {
        "asset": {"version": "2.0", "generator": "campus-twin", "extras": {"layer_id": layer_id}},
        "extensionsUsed": [*required, MESH_FEATURES, STRUCTURAL_METADATA],
        "extensionsRequired": required,
        "extensions": {STRUCTURAL_METADATA: structural_metadata(table, buffers.plain_view)},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [_node(lattice)],
        "meshes": [{"primitives": primitives}],
        "materials": [_MATERIALS[material] for material in used],
    }
    return buffers.to_glb(document)


def _node(lattice: Lattice) -> Json:
    """The node that turns lattice places into y-up metres; its z counts down from the northern edge."""
    step = lattice.step_m
    corner = (lattice.low[0], lattice.low[2], -lattice.high[1])
    return {"mesh": 0, "translation": [round(one * step, 6) for one in corner], "scale": [step, step, step]}


def _primitive(buffers: GlbBuffers, part: Welded, lattice: Lattice, features: int) -> Json:
    count = len(part.place)
    north = lattice.high[1] - lattice.low[1]
    place = np.zeros((count, 4), np.uint16)
    place[:, 0], place[:, 1], place[:, 2] = part.place[:, 0], part.place[:, 2], north - part.place[:, 1]
    row = np.zeros((count, 2), np.uint16)
    row[:, 0] = part.feature
    attributes = {
        "POSITION": buffers.accessor(
            buffers.vertex_view(_as_bytes(place)),
            _UNSIGNED_SHORT,
            count,
            "VEC3",
            min=[int(one) for one in place[:, :3].min(axis=0)],
            max=[int(one) for one in place[:, :3].max(axis=0)],
        ),
        "COLOR_0": buffers.accessor(
            buffers.vertex_view(_linear(part.colour)), _UNSIGNED_BYTE, count, "VEC4", normalized=True
        ),
        "_FEATURE_ID_0": buffers.accessor(buffers.vertex_view(_as_bytes(row)), _UNSIGNED_SHORT, count, "SCALAR"),
    }
    if part.normal is not None:
        normal = np.zeros((count, 4), np.int8)
        normal[:, 0], normal[:, 1], normal[:, 2] = part.normal[:, 0], part.normal[:, 2], -part.normal[:, 1]
        view = buffers.vertex_view(_as_bytes(normal))
        attributes["NORMAL"] = buffers.accessor(view, _BYTE, count, "VEC3", normalized=True)
    width, component = (2, _UNSIGNED_SHORT) if count <= _MAX_SHORT_VERTICES else (4, _UNSIGNED_INT)
    indices = buffers.accessor(
        buffers.index_view(part.triangles, width, first_use=part.first_use), component, part.triangles.size, "SCALAR"
    )
    return {"attributes": attributes, "indices": indices, "extensions": {MESH_FEATURES: feature_ids(features)}}


def _as_bytes(elements: NDArray[Any]) -> NDArray[np.uint8]:
    """(V, n) little-endian numbers -> (V, stride) bytes."""
    little = np.ascontiguousarray(elements, elements.dtype.newbyteorder("<"))
    return little.view(np.uint8).reshape(len(elements), -1)


def _linear(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """sRGB -> linear light, alpha as it is."""
    return np.concatenate([_LINEAR[rgba[:, :3]], rgba[:, 3:]], axis=1)
