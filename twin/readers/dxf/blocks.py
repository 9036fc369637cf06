"""Lines that are drawn inside of blocks: GDAL leaves blocks points, and tells no layers of what is in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from twin.readers.dxf.entities import plain

_SECTION: Final = re.compile(
    r"^[ \t]*2[ \t]*\r?\nBLOCKS[ \t]*\r?\n(.*?)^[ \t]*0[ \t]*\r?\nENDSEC", re.DOTALL | re.MULTILINE
)
_LINES: Final = frozenset({"LINE", "LWPOLYLINE", "POLYLINE", "ARC"})


def lines_inside(utf8: bytes, names: Collection[str]) -> list[str]:
    """The layer of every line, polyline and arc inside of the blocks of these ``names``."""
    if not names:
        return []
    section = _SECTION.search(utf8.decode("utf-8", errors="replace"))
    return [layer for block, layer in _drawn(section.group(1)) if block in names] if section else []


def _drawn(section: str) -> Iterator[tuple[str, str]]:
    """Block and layer of each line: groups are a code and a value, a line each; 0 begins an entity, 8 is its layer."""
    lines = iter(section.splitlines())
    kind, block, awaited = "", "", False
    for code, value in zip(lines, lines, strict=False):
        group = code.strip()
        if group == "0":
            kind, awaited = value.strip(), value.strip() in _LINES
        elif group == "2" and kind == "BLOCK":
            block = plain(value)
        elif group == "8" and awaited:
            awaited = False
            yield block, plain(value)
