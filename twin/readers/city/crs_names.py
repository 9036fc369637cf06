"""CRS names of OGC formats: URNs, URLs, compound ones; and which axis comes first in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from twin.crs import horizontal, parse_crs

_URL: Final = re.compile(r"def/crs/([A-Za-z]+)/[\w.]+/(\w+)/?$")
_URN: Final = re.compile(r"(?:urn:(?:x-)?ogc:def:crs|crs):([A-Za-z]+):[\w.]*:(\w+)", re.IGNORECASE)
_OLD: Final = re.compile(r"epsg\.xml#(\d+)$", re.IGNORECASE)


def ogc_crs(name: str) -> tuple[str, bool]:
    """``EPSG:…`` (compound: ``EPSG:a+b``) and whether coordinates follow the axis order of the authority.

    A bare ``EPSG:4326`` and the old ``epsg.xml#4326`` mean x first by long practice (OGC 11-135r2, clause 8).
    """
    text = name.strip()
    parts = [(a.upper(), code) for a, code in _URN.findall(text)]
    if not parts and (found := _URL.search(text)):
        parts = [(found.group(1).upper(), found.group(2))]
    if parts:
        return f"{parts[0][0]}:" + "+".join(code for _, code in parts), True
    if old := _OLD.search(text):
        return f"EPSG:{old.group(1)}", False
    return text, False


def north_first(crs: str, path: Path) -> bool:
    """Whether the authority counts north (latitude) before east."""
    parsed = parse_crs(crs, path)
    return parsed is not None and horizontal(parsed).axis_info[0].direction.lower() == "north"
