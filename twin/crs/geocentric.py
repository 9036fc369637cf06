"""Geocentric coordinates on the datum of a CRS itself: no shift to another datum is made here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.enums import TransformDirection

from twin.crs.naming import Points, horizontal, parse_crs
from twin.errors import NoTransformError

_AXES: Final[list[dict[str, str]]] = [
    {"name": f"Geocentric {one}", "abbreviation": one, "direction": f"geocentric{one}", "unit": "metre"}
    for one in "XYZ"
]

Way = Callable[[Points], Points]


@lru_cache(maxsize=64)
def geocentric_of(crs: str, path: str = "campus") -> tuple[Way, Way]:
    """There and back between (n, 3) of ``crs`` (east or longitude first, metres above its ellipsoid) and X, Y, Z.

    Raises ``NoTransformError`` for ``local``.
    """
    parsed = parse_crs(crs, path)
    base = None if parsed is None else horizontal(parsed).geodetic_crs
    if parsed is None or base is None:
        raise NoTransformError(path=path, source=crs, target="geocentric")
    said = base.to_json_dict()
    datum = {name: said[name] for name in ("datum", "datum_ensemble") if name in said}
    cartesian: dict[str, Any] = {"subtype": "Cartesian", "axis": _AXES}
    target = pyproj.CRS.from_json_dict(
        {"type": "GeodeticCRS", "name": f"{base.name}, geocentric", **datum, "coordinate_system": cartesian}
    )
    engine = pyproj.Transformer.from_crs(horizontal(parsed).to_3d(), target, always_xy=True, allow_ballpark=False)

    def there(points: Points) -> Points:
        return np.column_stack(engine.transform(points[:, 0], points[:, 1], points[:, 2]))

    def back(points: Points) -> Points:
        x, y, z = points.T
        return np.column_stack(engine.transform(x, y, z, direction=TransformDirection.INVERSE))

    return there, back


def level_axes(longitude_deg: NDArray[np.float64], latitude_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3, 3): rows east, north, up at places of an ellipsoid, as geocentric directions."""
    lon, lat = np.radians(longitude_deg), np.radians(latitude_deg)
    none = np.zeros_like(lon)
    east = [-np.sin(lon), np.cos(lon), none]
    north = [-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)]
    up = [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    out: NDArray[np.float64] = np.array([east, north, up]).transpose(2, 0, 1)
    return out
