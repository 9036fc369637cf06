"""Gauss-Krüger zones of China: which there are, which one a CRS is, and eastings with and without the zone number.

3° zones have their central meridian (CM) at 3° · n, n = 25 to 45; 6° zones at 6° · n - 3°, n = 13 to 23: the two counts
do not meet. With a prefix the zone number stands in the false easting (n · 1,000,000 + 500,000 m). The codes come from
the EPSG database that pyproj brings, by name, never from memory: CGCS2000 4491-4554, Xian 1980 2327-2390, Beijing 1954
2401-2442, 21413-21423, 21453-21463. WGS 84 has no codes for them; what plotters call WGS84-TM is written as PROJ text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from twin.crs.naming import OFF_EARTH_M, horizontal, own_code, parse_crs
from twin.errors import ZoneMismatchError

MILLION: Final = 1_000_000.0
FALSE_EASTING_M: Final = 500_000.0
CGCS2000: Final = "CGCS2000"
WGS84: Final = "WGS 84"
DATUMS: Final = (CGCS2000, "Beijing 1954", "Xian 1980", WGS84)
_NAME: Final = re.compile(r"(.+) / (3-degree )?Gauss-Kruger (?:zone (\d+)|CM (\d+)E)")

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone on one datum. ``crs``: ``EPSG:…``, or PROJ text on WGS 84; latitudes are of its area of use."""

    datum: str
    width_deg: int
    number: int
    prefixed: bool
    crs: str
    south_deg: float
    north_deg: float

    @property
    def meridian_deg(self) -> int:
        return meridian_deg(self.width_deg, self.number)

    @property
    def false_easting_m(self) -> float:
        return FALSE_EASTING_M + (self.number * MILLION if self.prefixed else 0.0)


def meridian_deg(width_deg: int, number: int) -> int:
    """The central meridian of a zone by its number."""
    return 3 * number if width_deg == 3 else 6 * number - 3


@lru_cache(maxsize=1)
def zone_table() -> tuple[Zone, ...]:
    """Every zone of every datum of ``DATUMS``, with and without prefix, 3° and 6°: 4 · 2 · (21 + 11)."""
    known = list(_from_database())
    own = [
        Zone(WGS84, one.width_deg, one.number, one.prefixed, _proj_text(one), one.south_deg, one.north_deg)
        for one in known
        if one.datum == CGCS2000
    ]
    return (*known, *own)


def _from_database() -> Iterator[Zone]:
    for info in query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS]):
        found = _NAME.fullmatch(info.name)
        if found is None or found[1] not in DATUMS or info.area_of_use is None:
            continue
        width = 3 if found[2] else 6
        number = int(found[3]) if found[3] else (int(found[4]) + (0 if width == 3 else 3)) // width
        area = info.area_of_use
        yield Zone(found[1], width, number, found[3] is not None, f"EPSG:{info.code}", area.south, area.north)


def _proj_text(zone: Zone) -> str:
    place = f"+lon_0={zone.meridian_deg} +k=1 +x_0={zone.false_easting_m:.0f}"
    return f"+proj=tmerc +lat_0=0 {place} +y_0=0 +datum=WGS84 +units=m +no_defs"


@dataclass(frozen=True, slots=True)
class Grid:
    """The Gauss-Krüger grid that a CRS is: zone numbers that fit it, whether it carries the prefix, what to call it.

    Without a prefix a meridian such as 123E has two numbers (41 of 3°, 21 of 6°); ``width_deg`` is None where the
    definition does not say which. ``datum`` is one of ``DATUMS``, else the name of the datum.
    """

    numbers: tuple[int, ...]
    prefixed: bool
    meridian_deg: float
    width_deg: int | None
    datum: str
    label: str


def grid_of(crs: str, path: Path | str = "campus.toml") -> Grid | None:
    """What ``crs`` is as a Gauss-Krüger grid of China; None for every other CRS and for ``local``."""
    parsed = parse_crs(crs, path)
    return None if parsed is None else _grid(horizontal(parsed))


@lru_cache(maxsize=256)
def _grid(flat: pyproj.CRS) -> Grid | None:
    operation = flat.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    terms = {one.name: float(one.value) for one in operation.params}
    meridian, shift = terms["Longitude of natural origin"], terms["False easting"]
    if terms["Scale factor at natural origin"] != 1.0 or not 72 <= meridian <= 138:  # UTM; other countries
        return None
    code = own_code(flat)  # to look it up would take seconds
    width = next((one.width_deg for one in zone_table() if one.crs == code), None)
    label = f"{code} ({flat.name})" if code else flat.name
    datum = _datum_name(flat)
    if shift >= MILLION:
        return Grid((int(shift // MILLION),), True, meridian, width, datum, label)
    zones = [meridian / 3, (meridian + 3) / 6]
    numbers = tuple(int(one) for one in zones if float(one).is_integer())
    return Grid(numbers, False, meridian, width, datum, label)


_DATUM_NAMES: Final = {"China 2000": CGCS2000, "World Geodetic System 1984": WGS84}


def _datum_name(crs: pyproj.CRS) -> str:
    name = crs.datum.name if crs.datum is not None else ""
    said = next((ours for theirs, ours in _DATUM_NAMES.items() if name.startswith(theirs)), name)
    return next((one for one in DATUMS if said.startswith(one)), said)


def to_declared_zone(path: Path, east: Column, crs: str) -> tuple[Column, str | None]:
    """``east`` in the form of ``crs``: prefix added or taken off. Returns a note when that was done.

    A zone that does not fit the CRS is a ``ZoneMismatchError``, never a shift.
    """
    grid = grid_of(crs, path)
    with_prefix = (east >= 1e7) & (east < OFF_EARTH_M)  # beyond, the unit is wrong, not the zone
    if grid is None or not np.isfinite(east).any():
        return east, None
    found = np.unique(np.floor(east[with_prefix] / MILLION)).astype(int)
    strangers = [int(one) for one in found if one not in grid.numbers]
    if strangers:
        raise ZoneMismatchError(
            path=path,
            found=", ".join(map(str, strangers)),
            crs=grid.label,
            expected=" or ".join(map(str, grid.numbers)),
        )
    out = east.copy()
    if not grid.prefixed and with_prefix.any():
        out[with_prefix] -= np.floor(east[with_prefix] / MILLION) * MILLION
        numbers, count = ", ".join(map(str, found)), int(with_prefix.sum())
        return out, f"zone number {numbers} taken off {count} eastings: {grid.label} has none"
    without = np.isfinite(east) & ~with_prefix
    if grid.prefixed and without.any():
        out[without] += grid.numbers[0] * MILLION
        return out, f"zone number {grid.numbers[0]} put before {int(without.sum())} eastings: {grid.label} has it"
    return out, None
