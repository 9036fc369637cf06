"""The binary glTF container: buffer views, plain or compressed, and the two chunks of a GLB (glTF 2.0, chapter 4)."""

from __future__ import annotations

import json
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.tiles.meshopt import encode_attributes
from twin.tiles.meshopt_indices import encode_indices
from twin.tiles.meshopt_triangles import encode_triangles

MESHOPT: Final = "EXT_meshopt_compression"
ARRAY_BUFFER: Final = 34962
ELEMENT_ARRAY_BUFFER: Final = 34963
_MAGIC: Final = 0x46546C67
_JSON_CHUNK: Final = 0x4E4F534A
_BIN_CHUNK: Final = 0x004E4942
# the strictest that any view asks for: property tables (EXT_structural_metadata)
_ALIGNMENT: Final = 8

Json = dict[str, Any]


class GlbBuffers:
    """Collects buffer views and accessors of one GLB.

    With ``compress``, vertex and index views live decompressed in a second buffer that has no bytes (a placeholder as
    EXT_meshopt_compression describes it) and compressed in the first; property tables are always plain.
    """

    def __init__(self, *, compress: bool) -> None:
        self.compress = compress
        self.views: list[Json] = []
        self.accessors: list[Json] = []
        self._binary = bytearray()
        self._placeholder_bytes = 0

    def plain_view(self, data: bytes) -> int:
        """A view of ``data`` as it is; data must not be empty."""
        self.views.append({"buffer": 0, "byteOffset": self._append(data), "byteLength": len(data)})
        return len(self.views) - 1

    def vertex_view(self, elements: NDArray[np.uint8]) -> int:
        """A view of (V, stride) vertex bytes."""
        count, stride = elements.shape
        if not self.compress:
            view = self.plain_view(elements.tobytes())
            self.views[view] |= {"byteStride": stride, "target": ARRAY_BUFFER}
            return view
        packed = encode_attributes(elements)
        view = self._compressed_view(packed, count, stride, "ATTRIBUTES")
        self.views[view] |= {"byteStride": stride, "target": ARRAY_BUFFER}
        return view

    def index_view(self, triangles: NDArray[np.uint32], stride: int, *, first_use: bool) -> int:
        """A view of (T, 3) indices of ``stride`` 2 or 4 bytes; ``first_use``: vertices are numbered in that order."""
        if self.compress:
            packed, mode = (
                (encode_triangles(triangles), "TRIANGLES") if first_use else (encode_indices(triangles), "INDICES")
            )
            view = self._compressed_view(packed, triangles.size, stride, mode)
        else:
            view = self.plain_view(triangles.astype(f"<u{stride}").tobytes())
        self.views[view]["target"] = ELEMENT_ARRAY_BUFFER
        return view

    def accessor(self, view: int, component: int, count: int, shape: str, **more: Any) -> int:
        """An accessor over the whole of ``view``."""
        self.accessors.append({"bufferView": view, "componentType": component, "count": count, "type": shape, **more})
        return len(self.accessors) - 1

    def to_glb(self, document: Json) -> bytes:
        """``document`` with this object's buffers, views and accessors, as one GLB."""
        binary = bytes(self._binary) + bytes(-len(self._binary) % 4)
        buffers: list[Json] = [{"byteLength": len(binary)}]
        if self._placeholder_bytes:
            buffers.append({"byteLength": self._placeholder_bytes, "extensions": {MESHOPT: {"fallback": True}}})
        whole = document | {"accessors": self.accessors, "bufferViews": self.views, "buffers": buffers}
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), _JSON_CHUNK) + text + struct.pack("<II", len(binary), _BIN_CHUNK)
        return struct.pack("<III", _MAGIC, 2, 12 + len(chunks) + len(binary)) + chunks + binary

    def _append(self, data: bytes) -> int:
        self._binary += bytes(-len(self._binary) % _ALIGNMENT)
        start = len(self._binary)
        self._binary += data
        return start

    def _compressed_view(self, packed: bytes, count: int, stride: int, mode: str) -> int:
        place = {"buffer": 0, "byteOffset": self._append(packed), "byteLength": len(packed)}
        packing = place | {"byteStride": stride, "count": count, "mode": mode}
        self._placeholder_bytes += -self._placeholder_bytes % _ALIGNMENT
        self.views.append(
            {
                "buffer": 1,
                "byteOffset": self._placeholder_bytes,
                "byteLength": count * stride,
                "extensions": {MESHOPT: packing},
            }
        )
        self._placeholder_bytes += count * stride
        return len(self.views) - 1
