"""What a picture is, by its first bytes; what its sender says about it is not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
_BEGINS: Final[dict[str, Callable[[bytes], bool]]] = {
    JPEG: lambda data: data.startswith(b"\xff\xd8\xff"),
    PNG: lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    WEBP: lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}


def type_among(data: bytes, *among: str) -> str | None:
    """The one of ``among`` that the bytes are; None for everything else, SVG and HTML among it."""
    return next((one for one in among if _BEGINS[one](data)), None)
