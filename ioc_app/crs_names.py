"""What a coordinate system or vertical datum is called, for people who do not know EPSG codes by heart."""

from __future__ import annotations

from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError


@lru_cache(maxsize=64)
def crs_name(code: str) -> str:
    """The name of ``code`` in PROJ's database; a code it does not know (``local``) is its own name."""
    try:
        name: str = CRS.from_user_input(code).name
    except CRSError:
        return code
    return name
