"""Which of two survey columns is north, and which Gauss-Krüger zone an easting belongs to.

Chinese survey tables write X = north (7 digits) and Y = east: 6 digits, or 8 with the zone number in front. The CRS is
declared with or without that prefix (CGCS2000: EPSG 4513-4533 with, 4534-4554 without). Here the numbers are brought to
the declared form; a zone that does not fit the CRS is an error, never a shift.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyproj
from numpy.typing import NDArray

from twin.crs import OFF_EARTH_M, parse_crs, short_name
from twin.errors import AxesUnclearError, ZoneMismatchError

MILLION: Final = 1_000_000.0
AXES: Final = ("north_east", "east_north")

Column = NDArray[np.float64]


def is_northing(values: Column) -> NDArray[np.bool_]:
    """Seven digits before the point: a northing on the Chinese mainland (18° to 54° N)."""
    out: NDArray[np.bool_] = (values >= 1e6) & (values < 1e7)
    return out


def is_easting(values: Column) -> NDArray[np.bool_]:
    """Six digits, or eight with a zone number."""
    out: NDArray[np.bool_] = ((values >= 1e5) & (values < 1e6)) | ((values >= 1.3e7) & (values < 4.6e7))
    return out


def first_is_north(path: Path, where: str, first: Column, second: Column, stated: str | None) -> bool | None:
    """Whether the column called X is north. ``stated`` (options.axes) wins; None: the numbers do not tell.

    Raises ``AxesUnclearError`` when rows of one table contradict each other by the half.
    """
    if stated is not None:
        return stated == "north_east"
    chinese = int((is_northing(first) & is_easting(second)).sum())
    western = int((is_easting(first) & is_northing(second)).sum())
    if chinese == western == 0:
        return None
    if min(chinese, western) > 0.2 * (chinese + western):
        raise AxesUnclearError(
            path=path, where=where, detail=f"{chinese} rows have a northing in X, {western} rows have it in Y"
        )
    return chinese >= western


def to_declared_zone(path: Path, east: Column, crs: str) -> tuple[Column, str | None]:
    """``east`` in the form of ``crs``: prefix added or taken off. Returns a note when that was done."""
    grid = _grid(crs, path)
    with_prefix = (east >= 1e7) & (east < OFF_EARTH_M)  # beyond, the unit is wrong, not the zone
    if grid is None or not np.isfinite(east).any():
        return east, None
    zones, prefixed, name = grid
    found = np.unique(np.floor(east[with_prefix] / MILLION)).astype(int)
    strangers = [int(one) for one in found if one not in zones]
    if strangers:
        raise ZoneMismatchError(
            path=path, found=", ".join(map(str, strangers)), crs=name, expected=" or ".join(map(str, zones))
        )
    out = east.copy()
    if not prefixed and with_prefix.any():
        out[with_prefix] -= np.floor(east[with_prefix] / MILLION) * MILLION
        return (
            out,
            f"zone number {', '.join(map(str, found))} taken off {int(with_prefix.sum())} eastings: {name} has none",
        )
    without = np.isfinite(east) & ~with_prefix
    if prefixed and without.any():
        out[without] += zones[0] * MILLION
        return out, f"zone number {zones[0]} put before {int(without.sum())} eastings: {name} has it"
    return out, None


def _grid(crs: str, path: Path) -> tuple[tuple[int, ...], bool, str] | None:
    """Zone numbers that fit, whether the CRS carries the prefix, its name; None when it is no Gauss-Krüger grid.

    With a prefix the zone stands in the false easting. Without one the central meridian tells it: 3° zones count
    CM/3 (25 to 45 in China), 6° zones (CM+3)/6 (13 to 23); the two ranges do not meet.
    """
    parsed = parse_crs(crs, path)
    if parsed is None or parsed.coordinate_operation is None:
        return None
    if parsed.coordinate_operation.method_name != "Transverse Mercator":
        return None
    terms = {one.name: float(one.value) for one in parsed.coordinate_operation.params}
    meridian, shift = terms["Longitude of natural origin"], terms["False easting"]
    if shift >= MILLION:
        return (int(shift // MILLION),), True, _label(parsed)
    if not 72 <= meridian <= 138:
        return None
    zones = [meridian / 3, (meridian + 3) / 6]
    return tuple(int(one) for one in zones if float(one).is_integer()), False, _label(parsed)


def _label(crs: pyproj.CRS) -> str:
    return f"{short_name(crs)} ({crs.name})"
