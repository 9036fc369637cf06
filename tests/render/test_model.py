"""The GLB of a scene, read by trimesh and byte by byte: the same triangles, places, colours and features."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
import trimesh
from numpy.typing import NDArray

from tests.render.scenes import BLUE, RED, block, scene
from tests.tiles.witness import complaints
from twin.model.mesh import MeshBatch
from twin.render.geometry import Drawn
from twin.render.model import render_glb
from twin.render.scene import PictureScene, Wanted, scene_of
from twin.store.campus import Generation

KINDS = {5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTH = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


class Read:
    """A GLB as the specification lays it out."""

    def __init__(self, glb: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", glb)
        assert (magic, version, length) == (b"glTF", 2, len(glb))
        size = struct.unpack_from("<I", glb, 12)[0]
        self.said: dict[str, Any] = json.loads(glb[20 : 20 + size])
        self.binary = glb[28 + size :]

    def array(self, number: int) -> NDArray[Any]:
        accessor = self.said["accessors"][number]
        view = self.said["bufferViews"][accessor["bufferView"]]
        kind, wide = np.dtype(KINDS[accessor["componentType"]]), WIDTH[accessor["type"]]
        flat = np.frombuffer(self.binary, kind, accessor["count"] * wide, view["byteOffset"])
        return flat.reshape(-1, wide)

    def node(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.said["nodes"] if one["name"] == name)
        return found

    def primitives(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.said["meshes"][self.node(name)["mesh"]]["primitives"]
        return found


@pytest.fixture(scope="module")
def shown(generation: Generation, meshed: Mapping[str, Sequence[Drawn]]) -> PictureScene:
    return scene_of(generation, meshed, Wanted(exactly=True, ground=1.0))


@pytest.fixture(scope="module")
def glb(shown: PictureScene) -> bytes:
    return render_glb(shown)


def srgb(linear: NDArray[np.float64]) -> NDArray[np.int64]:
    """IEC 61966-2-1, here written out."""
    low = linear <= 0.0031308
    return np.rint(255 * np.where(low, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)).astype(
        int
    )


def test_trimesh_finds_the_triangles_and_boxes_of_the_layers(
    glb: bytes, batches: Mapping[str, Sequence[MeshBatch]], shown: PictureScene
) -> None:
    loaded = trimesh.load(io.BytesIO(glb), file_type="glb", process=False)
    drawn = {one.layer for one in shown.strokes}
    found: dict[str, int] = dict.fromkeys(drawn, 0)
    boxes: dict[str, list[NDArray[np.float64]]] = {one: [] for one in drawn}
    for node in loaded.graph.nodes_geometry:
        matrix, name = loaded.graph[node]
        mesh = loaded.geometry[name]
        layer = next(one for one in sorted(drawn | {"devices"}, key=len, reverse=True) if name.startswith(one))
        assert (matrix == np.eye(4)).all()
        if layer in found:
            found[layer] += len(mesh.faces)
            boxes[layer].append(mesh.bounds)
    for layer in drawn:
        assert found[layer] == sum(len(one.triangles) for one in batches[layer]), layer
        used = np.concatenate([one.positions[np.unique(one.triangles)] for one in batches[layer]])
        low, high = np.min([one[0] for one in boxes[layer]], axis=0), np.max([one[1] for one in boxes[layer]], axis=0)
        assert [low[0], -high[2], low[1]] == pytest.approx(used.min(axis=0), abs=1e-4)  # y up
        assert [high[0], -low[2], high[1]] == pytest.approx(used.max(axis=0), abs=1e-4)


def test_colours_and_features_are_those_of_the_batches(glb: bytes, batches: Mapping[str, Sequence[MeshBatch]]) -> None:
    """Vertex by vertex, as a set: place, colour on screen, number of the feature."""
    read = Read(glb)
    for layer in ("buildings", "gas", "terrain", "elements"):
        expected = set()
        for one in batches[layer]:
            used = np.unique(one.triangles)
            rows = np.column_stack([one.vertex_colours()[used], one.idx[one.feature[used]]])
            expected |= set(map(tuple, rows.tolist()))
        found = set()
        for primitive in read.primitives(layer):
            colour = read.array(primitive["attributes"]["COLOR_0"]) / 65535
            idx = read.array(primitive["attributes"]["_FEATURE_ID_0"])
            rows = np.column_stack([srgb(colour[:, :3]), np.rint(255 * colour[:, 3]), idx]).astype(int)
            found |= set(map(tuple, rows.tolist()))
        assert found == expected, layer


def test_every_element_is_found_again(glb: bytes, generation: Generation) -> None:
    """The numbers at the vertices of a node are rows of its layer, and each that has triangles is there."""
    read, start = Read(glb), 0
    for layer in generation.layer_ids():
        rows = generation.manifest.layers[layer].features
        if layer in {one["name"] for one in read.said["nodes"]}:
            idx = np.concatenate([read.array(one["attributes"]["_FEATURE_ID_0"]) for one in read.primitives(layer)])
            assert start <= idx.min()
            assert idx.max() < start + rows
            ids = [one["extensions"]["EXT_mesh_features"]["featureIds"][0] for one in read.primitives(layer)]
            assert all(one["attribute"] == 0 for one in ids)
        start += rows


def test_a_node_says_where_it_is(glb: bytes, generation: Generation) -> None:
    read = Read(glb)
    manifest = generation.manifest
    for node in read.said["nodes"]:
        said = node["extras"]
        assert said["layer_id"] == node["name"]
        title = generation.definitions[node["name"]].title
        assert said["title"] == {"zh": title.zh, "en": title.en}
        assert (said["crs"], said["generation"]) == (manifest.crs, manifest.generation)
        assert tuple(said["origin"]) == tuple(manifest.origin)
    assert read.said["scenes"][0]["extras"]["exact_underground_layers"]
    assert len(read.said["nodes"]) == len({one["name"] for one in read.said["nodes"]})


def test_devices_are_points_where_they_stand(glb: bytes, generation: Generation) -> None:
    read = Read(glb)
    (primitive,) = read.primitives("devices")
    assert primitive["mode"] == 0
    place = read.array(primitive["attributes"]["POSITION"]).astype(float)
    idx = read.array(primitive["attributes"]["_FEATURE_ID_0"])[:, 0].astype(int)
    devices = generation.table("devices")
    wanted = shapely.get_coordinates(shapely.from_wkb(devices["geometry"].to_pylist()), include_z=True)
    row_of = {one: row for row, one in enumerate(devices["idx"].to_pylist())}
    campus = np.column_stack([place[:, 0], -place[:, 2], place[:, 1]]) + generation.manifest.origin
    rows = [row_of[int(one)] for one in idx]
    assert len(set(rows)) == len(rows) == 1300
    assert campus[:, :2] == pytest.approx(wanted[rows, :2], abs=0.01)


def test_what_is_seen_through_blends() -> None:
    read = Read(render_glb(scene([block((0, 0, 0, 5, 5, 5), (*BLUE, 90), 7), block((9, 9, 0, 12, 12, 5), RED, 8)])))
    glass, wall = read.primitives("buildings")
    modes = [read.said["materials"][one["material"]].get("alphaMode", "OPAQUE") for one in (glass, wall)]
    assert modes == ["BLEND", "OPAQUE"]
    colour = read.array(glass["attributes"]["COLOR_0"])
    assert set(np.rint(colour[:, 3] / 257).astype(int)) == {90}
    assert "NORMAL" in read.primitives("terrain")[0]["attributes"]
    assert "NORMAL" not in wall["attributes"]


def test_the_same_scene_is_the_same_file() -> None:
    one = scene([block((0, 0, 0, 5, 5, 5), RED)])
    assert render_glb(one) == render_glb(one)


def test_the_khronos_validator_finds_nothing(glb: bytes, tmp_path: Path) -> None:
    """But that it does not know the extension for features."""
    (tmp_path / "campus.glb").write_bytes(glb)
    (tmp_path / "boxes.glb").write_bytes(render_glb(scene([block((0, 0, 0, 5, 5, 5), (*BLUE, 90))])))
    found = {(one["code"], one["pointer"]) for one in complaints(tmp_path, severity=2)}
    assert found <= {("UNSUPPORTED_EXTENSION", "/extensionsUsed/0")}
