"""3D Tiles sets as others would deliver them, written byte by byte and placed by pyproj: a witness that shares nothing
with ours. Each holds a square pillar of 4 m × 4 m × 10 m around the ``middle`` it is told.
"""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

HALF_M, HEIGHT_M = 2.0, 10.0
# the pillar below, y up, by draco3dgltf 1.5.7 (edgebreaker, 14 bits): POSITION is Draco attribute 0
DRACO = base64.b64decode(
    "RFJBQ08CAgEBAAAACAwACwAAA19LFQEBEAH/AAABAAkDAAACAQEBAA8DARAvATADACSXAEAAIDPLzABAzBwzAwAAQMwsAAAAiJkFAJkZAIAA"
    "EDMDAAAAAP8/AAAAAADAAAAAAAAAAMAAACBBDg=="
)


def pillar() -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """Corners (x east, y north, z up, foot at 0) and triangles of the pillar, seen from outside."""
    corners = np.array([[x, y, z] for z in (0, HEIGHT_M) for y in (-HALF_M, HALF_M) for x in (-HALF_M, HALF_M)])
    faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    triangles = [(a, b, c) for a, b, c, _ in faces] + [(a, c, d) for a, _, c, d in faces]
    return corners.astype("<f4"), np.array(triangles, "<u2")


def glb(
    rgb: tuple[float, float, float], *, image: str | None = None, required: tuple[str, ...] = (), draco: bool = False
) -> bytes:
    """The pillar as glTF 2.0: y up, as glTF wants it, unlit."""
    corners, triangles = pillar()
    y_up = np.ascontiguousarray(np.column_stack([corners[:, 0], corners[:, 2], -corners[:, 1]]), "<f4")
    data = y_up.tobytes() + triangles.tobytes()
    gltf: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "extensionsUsed": ["KHR_materials_unlit", *required],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [
            {"pbrMetallicRoughness": {"baseColorFactor": [*rgb, 1]}, "extensions": {"KHR_materials_unlit": {}}}
        ],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 8,
                "type": "VEC3",
                "min": y_up.min(axis=0).tolist(),
                "max": y_up.max(axis=0).tolist(),
            },
            {"bufferView": 1, "componentType": 5123, "count": triangles.size, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": y_up.nbytes},
            {"buffer": 0, "byteOffset": y_up.nbytes, "byteLength": triangles.nbytes},
        ],
        "buffers": [{"byteLength": len(data)}],
    }
    if draco:
        _compress(gltf)
        data, required = DRACO, ("KHR_draco_mesh_compression", *required)
    if required:
        gltf["extensionsRequired"] = list(required)
    if image:
        gltf["images"] = [{"uri": image}]
    text = json.dumps(gltf).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    size = 12 + 8 + len(text) + 8 + len(data)
    head = struct.pack("<4sII", b"glTF", 2, size) + struct.pack("<I4s", len(text), b"JSON")
    return head + text + struct.pack("<I4s", len(data), b"BIN\0") + data


def _compress(gltf: dict[str, Any]) -> None:
    """Let the primitive come from ``DRACO`` alone."""
    [primitive] = gltf["meshes"][0]["primitives"]
    primitive["extensions"] = {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    for accessor in gltf["accessors"]:
        del accessor["bufferView"]
    gltf["bufferViews"] = [{"buffer": 0, "byteOffset": 0, "byteLength": len(DRACO)}]
    gltf["buffers"] = [{"byteLength": len(DRACO)}]
    gltf["extensionsUsed"].append("KHR_draco_mesh_compression")


def b3dm(model: bytes) -> bytes:
    """3D Tiles 1.0: a feature table that says nothing, then the model."""
    table = b'{"BATCH_LENGTH":0}'
    table += b" " * (-(28 + len(table)) % 8)
    return struct.pack("<4s6I", b"b3dm", 1, 28 + len(table) + len(model), len(table), 0, 0, 0) + table + model


def to_globe(east: float, north: float, ellipsoid_m: float) -> NDArray[np.float64]:
    """4×4 grid axes at a point of EPSG:4549 -> geocentric: true points ten metres apart, by PROJ's own words."""
    engine = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +inv +proj=tmerc +lon_0=120 +k=1 +x_0=500000 +ellps=GRS80 +step +proj=cart +ellps=WGS84"
    )

    def at(dx: float, dy: float, dz: float) -> NDArray[np.float64]:
        return np.array(engine.transform(east + dx, north + dy, ellipsoid_m + dz))

    matrix = np.eye(4)
    for axis, step in enumerate(np.eye(3)):
        matrix[:3, axis] = at(*(step * 10)) / 10 - at(0, 0, 0) / 10
    matrix[:3, 3] = at(0, 0, 0)
    return matrix


def write_set(
    folder: Path, matrix: NDArray[np.float64], *, version: str = "1.1", uri: str = "content/pillar.glb", **model: Any
) -> Path:
    """A root, an external tileset below it, one content; returns tileset.json."""
    content = glb(**{"rgb": (1.0, 0.0, 1.0), **model})
    box = {"box": [0, 0, HEIGHT_M / 2, HALF_M, 0, 0, 0, HALF_M, 0, 0, 0, HEIGHT_M / 2]}
    (folder / "content").mkdir(parents=True)
    inner = {"boundingVolume": box, "geometricError": 0, "content": {"uri": uri.removeprefix("content/")}}
    outer = {
        "boundingVolume": box,
        "geometricError": 100,
        "refine": "REPLACE",
        "transform": matrix.T.ravel().tolist(),
        "content": {"uri": "content/inner.json"},
    }
    for name, root in (("tileset.json", outer), ("content/inner.json", inner)):
        document = {"asset": {"version": version}, "geometricError": 200, "root": root}
        (folder / name).write_text(json.dumps(document))
    if uri.startswith("content/pillar"):
        (folder / uri).write_bytes(b3dm(content) if uri.endswith("b3dm") else content)
    return folder / "tileset.json"
