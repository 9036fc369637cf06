"""What a file says of its own place, as text for ``Source`` and for people."""

from __future__ import annotations

from pathlib import Path

from twin.crs import parse_crs, short_name, vertical_name


def declared_name(crs: str, path: Path) -> str:
    """``EPSG:…`` where the CRS has a code, else the text that defines it."""
    name = short_name(parse_crs(crs, path))
    return name if ":" in name else crs


def datum_of(crs: str, path: Path) -> str | None:
    """The vertical part of a compound CRS."""
    parsed = parse_crs(crs, path)
    return None if parsed is None else vertical_name(parsed)
