"""What a file says of its own place, as text for ``Source`` and for people."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.crs import horizontal, parse_crs, short_name, vertical_name

_LARGEST_DEGREES: Final = 360.0


def declared_name(crs: str, path: Path) -> str:
    """``EPSG:…`` where the CRS has a code, else the text that defines it."""
    name = short_name(parse_crs(crs, path))
    return name if ":" in name else crs


def datum_of(crs: str, path: Path) -> str | None:
    """The vertical part of a compound CRS."""
    parsed = parse_crs(crs, path)
    return None if parsed is None else vertical_name(parsed)


def beyond_degrees(bounds: NDArray[np.float64], crs: str, path: Path) -> float | None:
    """How far most coordinates reach that a CRS of degrees cannot hold; None where they may be what ``crs`` says.

    ``bounds`` (n, 4), NaN where there is nothing; stray features do not decide.
    Grid coordinates in a GeoJSON file without ``crs`` count as degrees by RFC 7946, and so do exports whose CRS was
    set without a transformation.
    """
    parsed = parse_crs(crs, path)
    reaches = np.abs(bounds).max(axis=1, initial=0.0)
    known = reaches[np.isfinite(reaches)]
    if parsed is None or not horizontal(parsed).is_geographic or not len(known):
        return None
    reach = float(np.median(known))
    return reach if reach > _LARGEST_DEGREES else None
