"""What coordinates look like: every way in which two columns of numbers can be read.

Numbers tell the axes, degrees or metres, the prefix and, with a prefix, the zone. They do not tell the datum: CGCS2000,
Beijing 1954 and Xian 1980 lie within some 200 m of each other and WGS 84 within centimetres of CGCS2000. Without a
prefix they do not tell the zone either, except that a point beyond half a 3° zone must be of a 6° one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.crs.naming import Points
from twin.crs.transforming import Bounds
from twin.crs.zones import FALSE_EASTING_M, MILLION, Zone, zone_table

CHINA_DEG: Final[Bounds] = (72.0, 3.0, 138.0, 54.0)
MOST: Final = 0.9  # this share of the points must agree; stray ones do not decide
_SOME: Final = 0.05  # a zone with fewer of the points is not worth a reading
_EDGE_DEG: Final = 0.25  # surveys reach over the edge of their zone, and areas of use follow borders
# of spheres that serve to tell a latitude to 0.3° and half a zone to 1 %
_MERIDIAN_M_PER_DEG: Final = 111_000.0


class Order(StrEnum):
    """Which of two columns is which."""

    EAST_NORTH = "east_north"
    NORTH_EAST = "north_east"
    LON_LAT = "longitude_latitude"
    LAT_LON = "latitude_longitude"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read two columns. ``zones``: those it may be, of every datum; empty for degrees.

    ``share``: of the points that can be read so. ``number`` is None where no prefix tells the zone.
    """

    order: Order
    share: float
    width_deg: int | None = None
    prefixed: bool = False
    number: int | None = None
    zones: tuple[Zone, ...] = ()

    def codes(self, datum: str) -> tuple[str, ...]:
        """The CRS that it may be on one datum."""
        return tuple(one.crs for one in self.zones if one.datum == datum)


def readings(points: Points, near: tuple[float, float] | None = None) -> tuple[Reading, ...]:
    """Every way to read (n, 2) numbers, first column first, the likeliest first; empty when none is.

    ``near``: a longitude and latitude the points are known to be close to; without a prefix it settles the zone.
    """
    known = points[np.isfinite(points).all(axis=1), :2]
    if not len(known):
        return ()
    found: list[Reading] = []
    for columns, grid, degrees in (
        (known, Order.EAST_NORTH, Order.LON_LAT),
        (known[:, ::-1], Order.NORTH_EAST, Order.LAT_LON),
    ):
        share = share_inside(columns, CHINA_DEG)
        if share >= MOST:
            found.append(Reading(degrees, share))
        found += _prefixed(columns, grid)
        found += _bare(columns, grid, near)
    return tuple(sorted(found, key=lambda one: (-round(one.share, 2), one.width_deg or 0, one.number or 0)))


def _prefixed(columns: Points, order: Order) -> Iterator[Reading]:
    numbers = zone_numbers(columns[:, 0])
    for number in np.unique(numbers[numbers > 0]):
        mask = numbers == number
        width = 6 if number < 25 else 3
        zones = [one for one in zone_table() if one.prefixed and one.number == number and one.width_deg == width]
        kept = mask & _fits_zone(columns[:, 0] - number * MILLION, columns[:, 1], width)
        zones = [one for one in zones if _in_latitudes(columns[mask, 1], one)]
        if zones and kept.mean() >= _SOME:
            yield Reading(order, float(kept.mean()), width, True, int(number), tuple(zones))


def _bare(columns: Points, order: Order, near: tuple[float, float] | None) -> Iterator[Reading]:
    east = columns[:, 0]
    bare = (east >= 1e5) & (east < 1e6)
    for width in (3, 6):
        kept = bare & _fits_zone(east, columns[:, 1], width)
        if kept.mean() < MOST:
            continue
        zones = [
            one
            for one in zone_table()
            if not one.prefixed
            and one.width_deg == width
            and _in_latitudes(columns[kept, 1], one)
            and (near is None or abs(near[0] - one.meridian_deg) <= width / 2 + _EDGE_DEG)
        ]
        if zones:
            numbers = {one.number for one in zones}
            number = numbers.pop() if len(numbers) == 1 else None
            yield Reading(order, float(kept.mean()), width, False, number, tuple(zones))


def zone_numbers(east: NDArray[np.float64]) -> NDArray[np.int64]:
    """The zone number in front of each easting (13 to 23, 25 to 45), 0 where there is none."""
    number = np.floor(np.where(np.isfinite(east), east, 0.0) / MILLION)
    inside = ((number >= 13) & (number <= 23)) | ((number >= 25) & (number <= 45))
    return np.where(inside, number, 0).astype(np.int64)


def _fits_zone(east: NDArray[np.float64], north: NDArray[np.float64], width_deg: int) -> NDArray[np.bool_]:
    """Whether eastings without prefix lie within half a zone of the meridian, at their latitude in China."""
    latitude = north / _MERIDIAN_M_PER_DEG
    half_m = (width_deg / 2 + _EDGE_DEG) * 111_320.0 * np.cos(np.radians(np.clip(latitude, 0, 89)))
    out: NDArray[np.bool_] = (latitude > CHINA_DEG[1]) & (latitude < CHINA_DEG[3])
    return out & (np.abs(east - FALSE_EASTING_M) <= half_m)


def _in_latitudes(north: NDArray[np.float64], zone: Zone) -> bool:
    latitude = float(np.median(north)) / _MERIDIAN_M_PER_DEG
    return zone.south_deg - 2 * _EDGE_DEG <= latitude <= zone.north_deg + 2 * _EDGE_DEG


def share_inside(points: Points, bounds: Bounds) -> float:
    """Share of (n, ≥2) points within west, south, east, north; 0 of none."""
    west, south, east, north = bounds
    x, y = points[:, 0], points[:, 1]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return float(inside.mean()) if len(points) else 0.0
