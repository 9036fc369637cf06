"""Coordinates by the address of their system: longitude and latitude unless the campus CRS is asked (OGC 18-058r1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import is_north_first, parse_crs, transformer
from twin.errors import BadRequestError, NoGlobeError

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_LONLAT: Final = "OGC:CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Reference:
    """``uri`` names it; ``write`` takes shapes of the campus to it, ``read`` (n, 2) corners of it to the campus.

    Longitude and latitude have no heights: those of the campus are not above the ellipsoid. The campus CRS has them,
    in the campus datum, and its axes in the order in which its definition has them.
    """

    uri: str
    write: Callable[[Shapes], Shapes]
    read: Callable[[NDArray[np.float64]], NDArray[np.float64]]


def references(campus_crs: str) -> dict[str, Reference]:
    """By URI, the default first; the campus' own where it has a number of EPSG's. Raises NoGlobeError."""
    parsed = parse_crs(campus_crs)
    if parsed is None:
        raise NoGlobeError(crs=campus_crs)
    authority = parsed.to_authority()
    own = f"{_EPSG}{authority[1]}" if authority is not None and authority[0] == "EPSG" else None
    return {CRS84: _lonlat(campus_crs), **({own: _campus(campus_crs, own)} if own else {})}


def reference_of(uri: str | None, known: dict[str, Reference], parameter: str) -> Reference:
    """The one that a request names. Raises BadRequestError, which names those there are."""
    if uri is None:
        return next(iter(known.values()))
    if uri not in known:
        raise BadRequestError(detail=f"{parameter} is one of {', '.join(known)}")
    return known[uri]


def _lonlat(campus_crs: str) -> Reference:
    there, back = transformer(campus_crs, _LONLAT), transformer(_LONLAT, campus_crs)
    return Reference(CRS84, lambda shapes: shapely.transform(shapely.force_2d(shapes), there), back)


def _campus(campus_crs: str, uri: str) -> Reference:
    if not is_north_first(campus_crs):
        return Reference(uri, lambda shapes: shapes, lambda corners: corners)

    def swapped(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([corners[:, 1], corners[:, 0], *corners[:, 2:].T])

    return Reference(uri, lambda shapes: _swap(shapes, swapped), swapped)


def _swap(shapes: Shapes, swapped: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Shapes:
    out: Shapes = shapes.copy()
    has_z = shapely.has_z(shapes)
    for rows, with_z in ((has_z, True), (~has_z & ~shapely.is_missing(shapes), False)):
        if rows.any():
            out[rows] = shapely.transform(shapes[rows], swapped, include_z=with_z)
    return out
