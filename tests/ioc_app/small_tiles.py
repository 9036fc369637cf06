"""Real tiles for the small campus: a ground, its building element by element, a drain. So that a browser can pick."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from twin.model.mesh import MeshBatch
from twin.tiles.glb import encode

Mesh = tuple[np.ndarray, np.ndarray]


def batch_of(meshes: list[Mesh], idx: list[int], rgba: tuple[int, int, int, int]) -> MeshBatch:
    """One feature a mesh."""
    starts = np.cumsum([0, *(len(one[0]) for one in meshes[:-1])])
    return MeshBatch(
        positions=np.concatenate([one[0] for one in meshes]).astype(np.float64),
        triangles=np.concatenate([one[1] + np.uint32(s) for one, s in zip(meshes, starts, strict=True)]).astype(
            np.uint32
        ),
        feature=np.repeat(np.arange(len(meshes), dtype=np.uint32), [len(one[0]) for one in meshes]),
        rgba=np.tile(np.array(rgba, np.uint8), (len(meshes), 1)),
        idx=np.array(idx, np.uint32),
    )


def write_tile(
    folder: Path, layer_id: str, meshes: list[Mesh], table: pa.Table, storeys: list[int], rgba: Any
) -> dict[str, Any]:
    """One GLB with its short property table; returns its tile."""
    idx = table["idx"].to_pylist()
    batch = batch_of(meshes, idx, rgba)
    properties = pa.table(
        {
            "idx": pa.array(idx, pa.uint32()),
            "feature_id": table["feature_id"],
            "storey": pa.array(storeys, pa.uint16()),
            "category": pa.array([layer_id] * len(idx)),
            "global_id": pa.array([None] * len(idx), pa.string()),
            "name": table["name"],
        }
    )
    glb = encode(batch, properties, layer_id=layer_id, normals=False)
    (folder / f"{layer_id}.glb").write_bytes(glb.data)
    low, high = glb.bounds
    centre, half = (low + high) / 2, (high - low) / 2 + 0.01
    box = [*centre, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]
    return {"boundingVolume": {"box": box}, "geometricError": 0, "refine": "ADD", "content": {"uri": f"{layer_id}.glb"}}


def write_tileset(folder: Path, tiles: list[dict[str, Any]]) -> None:
    root = {
        "boundingVolume": {"box": [20, 20, 0, 60, 0, 0, 0, 60, 0, 0, 0, 20]},
        "geometricError": 200.0,
        "refine": "ADD",
        "children": tiles,
    }
    tileset = {"asset": {"version": "1.1"}, "geometricError": 400.0, "root": root}
    (folder / "tileset.json").write_text(json.dumps(tileset))


def write_markers(path: Path, table: pa.Table, origin: tuple[float, ...], storeys: list[int]) -> None:
    """The marker file of the devices."""
    boxes = table["bbox"].to_pylist()
    position = np.array([[one["xmin"], one["ymin"], one["zmin"]] for one in boxes]) - origin
    types = table["device_type"].to_pylist()
    categories = sorted(set(types))
    arrays = {
        "idx": table["idx"].to_numpy().astype("<u4"),
        "position": position.astype("<f4"),
        "category": np.array([categories.index(one) for one in types], np.uint8),
        "heading_deg": np.zeros(len(types), "<f4"),
        "storey": np.array(storeys, "<u2"),
    }
    packed = {name: base64.b64encode(array.tobytes()).decode() for name, array in arrays.items()}
    path.write_text(json.dumps({"layer_id": "devices", "count": len(types), "categories": categories, **packed}))
