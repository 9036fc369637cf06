"""Independent witnesses of what the tile encoder writes: the Khronos validator, the reference decoder, a GLB reader.

The reader below is written for the tests and shares nothing with ``twin.tiles``; compressed streams are decoded by the
JavaScript package meshoptimizer, one node process for many streams.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

TOOLS = Path(__file__).resolve().parent.parent / "js"
MODES = {"ATTRIBUTES": 0, "TRIANGLES": 1, "INDICES": 2}
COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
NUMBERS = {"UINT8": "<u1", "UINT16": "<u2", "UINT32": "<u4"}


@dataclass(frozen=True)
class Stream:
    """A compressed view and the shape it must come out in."""

    mode: str
    count: int
    stride: int
    data: bytes


def _node(script: str, *arguments: str, stdin: bytes = b"") -> bytes:
    if not shutil.which("node") or not (TOOLS / "node_modules" / "meshoptimizer").is_dir():
        pytest.fail(f"node or {TOOLS / 'node_modules'} is missing; ./run test installs both", pytrace=False)
    done = subprocess.run(
        ["node", str(TOOLS / script), *arguments], input=stdin, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout


def decode(streams: Sequence[Stream]) -> list[bytes]:
    """Each stream decompressed by the reference decoder; a refused one fails the test."""
    packed = b"".join(
        struct.pack("<4I", MODES[one.mode], one.count, one.stride, len(one.data)) + one.data for one in streams
    )
    answer = _node("decode_meshopt.mjs", stdin=packed)
    out, at = [], 0
    for one in streams:
        status, length = struct.unpack_from("<2I", answer, at)
        body = answer[at + 8 : at + 8 + length]
        assert status == 0, f"{one.mode} of {one.count} x {one.stride}: {body.decode()}"
        out.append(body)
        at += 8 + length
    assert at == len(answer)
    return out


def complaints(folder: Path, severity: int = 1) -> list[dict[str, Any]]:
    """What the Khronos glTF validator says about every GLB under ``folder``: errors, warnings, from 2 on infos too."""
    report = json.loads(_node("validate_glb.mjs", str(folder)))
    assert report["files"] == len(list(folder.rglob("*.glb"))) > 0
    return [one for one in report["issues"] if one["severity"] <= severity]


def rows_up_to_rotation(triangles: np.ndarray) -> np.ndarray:
    """(T, 3): each triangle turned so that its smallest corner is first; winding stays."""
    start = triangles.argmin(axis=1)
    return np.take_along_axis(triangles, (start[:, None] + np.arange(3)) % 3, axis=1)


class Glb:
    """A GLB opened without any code of the encoder: JSON, decoded views, metres in scene axes."""

    def __init__(self, data: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        json_bytes, kind = struct.unpack_from("<I4s", data, 12)
        assert kind == b"JSON"
        assert json_bytes % 4 == 0
        self.json: dict[str, Any] = json.loads(data[20 : 20 + json_bytes])
        binary_bytes, kind = struct.unpack_from("<I4s", data, 20 + json_bytes)
        assert kind == b"BIN\0"
        self.binary = data[28 + json_bytes :]
        assert len(self.binary) == binary_bytes

    def packed(self) -> dict[int, Stream]:
        """The compressed views by number."""
        streams = {}
        for number, view in enumerate(self.json["bufferViews"]):
            how = view.get("extensions", {}).get("EXT_meshopt_compression")
            if how:
                assert view["byteLength"] == how["count"] * how["byteStride"]
                body = self.binary[how["byteOffset"] : how["byteOffset"] + how["byteLength"]]
                streams[number] = Stream(how["mode"], how["count"], how["byteStride"], body)
        return streams

    @cached_property
    def views(self) -> list[bytes]:
        """The bytes of every view, decompressed."""
        return read_views([self])[0]

    @property
    def primitives(self) -> list[dict[str, Any]]:
        return self.json["meshes"][0]["primitives"]

    def accessor(self, number: int) -> np.ndarray:
        one = self.json["accessors"][number]
        dtype, width = np.dtype(COMPONENTS[one["componentType"]]), WIDTHS[one["type"]]
        stride = self.json["bufferViews"][one["bufferView"]].get("byteStride", dtype.itemsize * width)
        body = np.frombuffer(self.views[one["bufferView"]], np.uint8).reshape(-1, stride)
        assert len(body) == one["count"]
        assert stride % 4 == 0 or one["type"] == "SCALAR"
        return np.ascontiguousarray(body[:, : dtype.itemsize * width]).view(dtype).reshape(one["count"], width)

    def attribute(self, name: str, primitive: int = 0) -> np.ndarray:
        return self.accessor(self.primitives[primitive]["attributes"][name])

    def triangles(self, primitive: int = 0) -> np.ndarray:
        return self.accessor(self.primitives[primitive]["indices"]).reshape(-1, 3).astype(np.int64)

    def feature(self, primitive: int = 0) -> np.ndarray:
        return self.attribute("_FEATURE_ID_0", primitive)[:, 0].astype(np.int64)

    def positions(self, primitive: int = 0) -> np.ndarray:
        """(V, 3) metres as a 3D Tiles runtime places them: the node, then glTF's y up turned to z up."""
        node = self.json["nodes"][self.json["scenes"][0]["nodes"][0]]
        assert "rotation" not in node
        assert "matrix" not in node
        upright = self.attribute("POSITION", primitive) * np.array(node["scale"]) + np.array(node["translation"])
        return _z_up(upright)

    def normals(self, primitive: int = 0) -> np.ndarray:
        return _z_up(self.attribute("NORMAL", primitive) / 127)

    def column(self, name: str) -> list[Any] | None:
        """A column of the property table, None where the table leaves it out."""
        metadata = self.json["extensions"]["EXT_structural_metadata"]
        (table,) = metadata["propertyTables"]
        declared = metadata["schema"]["classes"][table["class"]]["properties"][name]
        if name not in table["properties"]:
            return None
        stored = table["properties"][name]
        values = self.views[stored["values"]]
        assert self.json["bufferViews"][stored["values"]]["byteOffset"] % 8 == 0
        if declared["type"] == "STRING":
            offsets = np.frombuffer(self.views[stored["stringOffsets"]], NUMBERS[stored["stringOffsetType"]])
            assert len(offsets) == table["count"] + 1
            assert offsets[-1] == len(values)
            return [values[a:b].decode() for a, b in pairwise(offsets.tolist())]
        if declared["type"] == "ENUM":
            enum = metadata["schema"]["enums"][declared["enumType"]]
            names = {one["value"]: one["name"] for one in enum["values"]}
            return [names[int(code)] for code in np.frombuffer(values, NUMBERS[enum["valueType"]])]
        return np.frombuffer(values, NUMBERS[declared["componentType"]]).tolist()


def read_views(glbs: Sequence[Glb]) -> list[list[bytes]]:
    """The decompressed views of many GLBs, through one process."""
    streams = [(glb, number, stream) for glb in glbs for number, stream in glb.packed().items()]
    decoded = decode([stream for *_, stream in streams]) if streams else []
    unpacked = {(id(glb), number): body for (glb, number, _), body in zip(streams, decoded, strict=True)}
    return [
        [
            unpacked.get((id(glb), number), glb.binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]])
            for number, view in enumerate(glb.json["bufferViews"])
        ]
        for glb in glbs
    ]


def open_all(paths: Iterable[Path]) -> dict[Path, Glb]:
    """Many files at once, decoded by one process."""
    glbs = {path: Glb(path.read_bytes()) for path in paths}
    for glb, views in zip(glbs.values(), read_views(list(glbs.values())), strict=True):
        glb.views = views
    return glbs


def _z_up(upright: np.ndarray) -> np.ndarray:
    """3D Tiles 1.1, glTF transforms: x stays, y becomes z, z becomes -y."""
    return np.stack([upright[:, 0], -upright[:, 2], upright[:, 1]], axis=1)
