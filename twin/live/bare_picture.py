"""A picture with nothing in it but the picture: no position, phone, time, thumbnail, comment or second picture.

No pixel is decoded: segments (JPEG, ITU-T T.81), chunks (PNG, WebP) that are needed to draw it are kept, by a list of
those, and all others left out, also whatever follows its end. Of Exif the orientation alone is written anew. Colour
profiles go, too: they name makers, and may hold anything.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from twin.live.pictures import JPEG, PNG, WEBP, type_among

# T.81 table B.1: frames, tables, restart intervals, lines, hierarchies, scans
_DRAWN: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xE0)}) - {0xC8}
_APP0, _APP1, _APP14 = 0xE0, 0xE1, 0xEE
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
_ALONE: Final = frozenset({_SOI, _EOI, _TEM, *range(0xD0, 0xD8)})
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_DRAWN: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"})
_WEBP_DRAWN: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_KEPT_FLAGS: Final = 0x12  # alpha, animation; not those of a profile, Exif, XMP
_WEBP_EXIF: Final = 0x08
_ORIENTATION: Final = 0x0112
_SHORT: Final = 3


class NotWholeError(ValueError):
    """It breaks off, or is built as no such picture can be."""


def bare(content: bytes) -> bytes:
    """The same picture, bare. Once bare it stays as it is. Raises NotWholeError."""
    made = _OF.get(type_among(content, *_OF) or "")
    if made is None:
        raise NotWholeError
    try:
        return made(content)
    except (struct.error, IndexError) as fault:
        raise NotWholeError from fault


# --- JPEG ---


def _jpeg(content: bytes) -> bytes:
    kept, turned = [b"\xff\xd8"], 1
    head: list[bytes] = []
    at = 2
    while True:
        marker, at = _marker(content, at)
        if marker == _EOI:
            break
        if marker in _ALONE:  # a restart between segments, or a second beginning
            raise NotWholeError
        size = struct.unpack_from(">H", content, at)[0]
        body = _part(content, at + 2, size - 2)
        at += size
        if marker == _APP0 and body[:5] == b"JFIF\0":
            head = [_segment(_APP0, body[:12].ljust(12, b"\0") + b"\0\0")]  # without its thumbnail
        elif marker == _APP14 and body[:5] == b"Adobe":
            kept.append(_segment(_APP14, body[:12]))  # says how the colours are meant
        elif marker == _APP1 and body[:6] == b"Exif\0\0":
            turned = _orientation(body[6:]) or turned
        elif marker in _DRAWN:
            kept.append(_segment(marker, body))
        if marker == _SOS:
            end = _NEXT_MARKER.search(content, at)
            if end is None:
                raise NotWholeError
            kept.append(content[at : end.start()])
            at = end.start()
    if turned != 1:
        head.append(_segment(_APP1, b"Exif\0\0" + _exif(turned)))
    return b"".join([kept[0], *head, *kept[1:], b"\xff\xd9"])


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The marker that stands here, after any filling, and where it ends."""
    if content[at] != 0xFF:
        raise NotWholeError
    while content[at] == 0xFF:
        at += 1
    return content[at], at + 1


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


# --- PNG ---


def _png(content: bytes) -> bytes:
    kept, turned, at = [], 1, 8
    while True:
        size, name = struct.unpack_from(">I4s", content, at)
        body = _part(content, at + 8, size)
        whole = _part(content, at, size + 12)
        at += size + 12
        if name == b"eXIf":
            turned = _orientation(body) or turned
        elif name == b"IEND":
            break
        elif name in _PNG_DRAWN:
            kept.append(whole)
    if turned != 1:
        kept.insert(1, _chunk(b"eXIf", _exif(turned)))  # before the picture: whoever draws as it comes needs it
    return b"".join([content[:8], *kept, _chunk(b"IEND", b"")])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# --- WebP ---


def _webp(content: bytes) -> bytes:
    turned, flags = 1, b""
    body = _part(content, 12, struct.unpack_from("<I", content, 4)[0] - 4)
    kept = []
    for name, data in _riff(body):
        if name == b"EXIF":
            turned = _orientation(data.removeprefix(b"Exif\0\0")) or turned
        elif name == b"VP8X":
            flags = data[:10]
        elif name == b"ANMF":
            frame = b"".join(_riff_chunk(one, said) for one, said in _riff(data[16:]) if one in _WEBP_DRAWN)
            kept.append(_riff_chunk(name, data[:16] + frame))
        elif name in _WEBP_DRAWN:
            kept.append(_riff_chunk(name, data))
    if flags:
        said = flags[0] & _WEBP_KEPT_FLAGS | (_WEBP_EXIF if turned != 1 else 0)
        kept.insert(0, _riff_chunk(b"VP8X", bytes([said]) + b"\0\0\0" + flags[4:].ljust(6, b"\0")))
        kept += [_riff_chunk(b"EXIF", _exif(turned))] if turned != 1 else []
    whole = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, _part(data, at + 8, size)
        at += 8 + size + size % 2


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


# --- Exif ---


def _orientation(tiff: bytes) -> int | None:
    """1 … 8 as Exif 2.3, 4.6.4 A says it; None where it says nothing that could be meant."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, start)[0]
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and values == 1 and 1 <= value <= 8 else None
    except struct.error:
        pass
    return None


def _exif(turned: int) -> bytes:
    """A TIFF of one directory with one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)


def _part(content: bytes, at: int, size: int) -> bytes:
    if size < 0 or at + size > len(content):
        raise NotWholeError
    return content[at : at + size]


_OF: Final[dict[str, Callable[[bytes], bytes]]] = {JPEG: _jpeg, PNG: _png, WEBP: _webp}
