"""What bytes are, by how they begin; what a camera says about them is not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from twin.live.pictures import JPEG, PNG, type_among

PLAYLIST: Final = "application/vnd.apple.mpegurl"
_BOXES: Final = frozenset({b"ftyp", b"styp", b"moof", b"moov", b"sidx", b"emsg", b"prft", b"mdat"})


def is_transport_stream(data: bytes) -> bool:
    """MPEG-TS (ISO 13818-1): a sync byte every 188."""
    return data[:1] == b"\x47" and (len(data) <= 188 or data[188:189] == b"\x47")


# file ending -> media type, and whether bytes can be that; nothing else of a camera is ever asked for
PARTS: Final[dict[str, tuple[str, Callable[[bytes], bool]]]] = {
    "m3u8": (PLAYLIST, lambda data: data.removeprefix(b"\xef\xbb\xbf").startswith(b"#EXTM3U")),
    "ts": ("video/mp2t", is_transport_stream),
    "m4s": ("video/iso.segment", lambda data: data[4:8] in _BOXES),
    "mp4": ("video/mp4", lambda data: data[4:8] in _BOXES),
    "m4v": ("video/mp4", lambda data: data[4:8] in _BOXES),
    "m4a": ("audio/mp4", lambda data: data[4:8] in _BOXES),
    "aac": ("audio/aac", lambda data: data.startswith((b"ID3", b"\xff\xf0", b"\xff\xf1", b"\xff\xf8", b"\xff\xf9"))),
    "vtt": ("text/vtt", lambda data: data.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")),
    "key": ("application/octet-stream", lambda data: len(data) == 16),  # AES-128
}


def picture_type(data: bytes) -> str | None:
    """``image/jpeg``, ``image/png``, or None where it is neither."""
    return type_among(data, JPEG, PNG)


def part_type(name: str, data: bytes) -> str | None:
    """The media type of a part of a video by its name, or None where its bytes are something else."""
    media_type, holds = PARTS[ending(name)]
    return media_type if holds(data) else None


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
