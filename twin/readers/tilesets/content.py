"""The head of a tile content: which files it refers to and what is needed to draw it. Only heads are read.

b3dm, i3dm, pnts, cmpt: 3D Tiles 1.0 (OGC 18-053r2); glb, gltf: glTF 2.0, also inside the former two.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from twin.errors import TilesetDamagedError, TilesetUnsupportedError

CONTENT_SUFFIXES: Final = frozenset({".b3dm", ".i3dm", ".pnts", ".cmpt", ".glb", ".gltf"})
# required glTF extensions that the viewer's loader has no decoder for or does not know
GLTF_EXTENSIONS: Final = frozenset(
    {
        "CESIUM_RTC",
        "EXT_mesh_features",
        "EXT_meshopt_compression",
        "EXT_mesh_gpu_instancing",
        "EXT_structural_metadata",
        "EXT_texture_avif",
        "EXT_texture_webp",
        "KHR_draco_mesh_compression",
        "KHR_lights_punctual",
        "KHR_materials_unlit",
        "KHR_mesh_quantization",
        "KHR_texture_transform",
    }
)
JSON_BYTES: Final = 64 * 2**20
_HEADS: Final = {b"b3dm": 28, b"i3dm": 32, b"pnts": 28}


def needs_of(path: Path) -> list[str]:
    """Addresses of the files that ``path`` refers to, as written; raises for what cannot be drawn."""
    with path.open("rb") as file:
        if path.suffix.lower() == ".gltf":
            return _gltf_needs(path, file.read(JSON_BYTES))
        return list(_tile_needs(path, file, 0, 0))


def _tile_needs(path: Path, file: BinaryIO, at: int, depth: int) -> Iterator[str]:
    head = _read(path, file, at, 32 if depth == 0 else 28, short=True)
    magic = head[:4]
    if magic == b"glTF":
        yield from _glb_needs(path, file, at)
    elif magic == b"cmpt" and depth < 4:
        (count,) = struct.unpack_from("<I", head, 12)
        inner = at + 16
        for _ in range(count):
            (length,) = struct.unpack_from("<I", _read(path, file, inner, 12), 8)
            if length < 12:
                raise TilesetDamagedError(path=path, detail="an inner tile without length")
            yield from _tile_needs(path, file, inner, depth + 1)
            inner += length
    elif magic in _HEADS:
        yield from _featured_needs(path, file, at, magic)
    else:
        raise TilesetDamagedError(path=path, detail=f"starts with {magic!r}")


def _featured_needs(path: Path, file: BinaryIO, at: int, magic: bytes) -> Iterator[str]:
    """b3dm, i3dm, pnts: a feature table, a batch table, then the model."""
    size = _HEADS[magic]
    head = _read(path, file, at, size)
    whole, *tables = struct.unpack_from("<5I", head, 8)
    body = at + size + sum(tables)
    if magic == b"pnts":
        table = _read(path, file, at + size, tables[0])
        if b"3DTILES_draco_point_compression" in table:
            raise TilesetUnsupportedError(path=path, what="3DTILES_draco_point_compression")
    elif magic == b"i3dm" and struct.unpack_from("<I", head, 28)[0] == 0:
        length = at + whole - body
        yield _read(path, file, body, max(0, min(length, 4096))).rstrip(b" \0").decode("utf-8", "replace")
    else:
        yield from _glb_needs(path, file, body)


def _glb_needs(path: Path, file: BinaryIO, at: int) -> list[str]:
    magic, version, _, length, kind = struct.unpack("<4s4I", _read(path, file, at, 20))
    if magic != b"glTF":
        raise TilesetDamagedError(path=path, detail="no glTF where one should start")
    if version != 2:
        raise TilesetUnsupportedError(path=path, what=f"glTF {version}")
    if kind != 0x4E4F534A or length > JSON_BYTES:
        raise TilesetDamagedError(path=path, detail="the first chunk of the glTF is no JSON")
    return _gltf_needs(path, _read(path, file, at + 20, length))


def _gltf_needs(path: Path, text: bytes) -> list[str]:
    try:
        gltf: dict[str, Any] = json.loads(text)
        required = gltf.get("extensionsRequired") or []
        named = [*(gltf.get("buffers") or []), *(gltf.get("images") or [])]
        addresses = [one["uri"] for one in named if isinstance(one.get("uri"), str)]
    except (ValueError, AttributeError, TypeError, RecursionError) as fault:
        raise TilesetDamagedError(
            path=path, detail=f"its glTF is no JSON of the right form: {str(fault)[:80]}"
        ) from fault
    foreign = [str(one) for one in required if one not in GLTF_EXTENSIONS and not str(one).startswith("KHR_materials_")]
    if foreign:
        raise TilesetUnsupportedError(path=path, what=", ".join(foreign))
    return [one for one in addresses if not one.startswith("data:")]


def _read(path: Path, file: BinaryIO, at: int, size: int, *, short: bool = False) -> bytes:
    file.seek(at)
    data = file.read(size)
    if len(data) < (12 if short else size):
        raise TilesetDamagedError(path=path, detail="it ends too early")
    return data
