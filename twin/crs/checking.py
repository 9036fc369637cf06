"""Whether coordinates fit the CRS that was declared for them, and in which way they do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import pyproj

from twin.crs.naming import Points, horizontal, parse_crs
from twin.crs.readings import CHINA_DEG, MOST, share_inside, zone_numbers
from twin.crs.transforming import Bounds, area_bounds
from twin.crs.zones import CGCS2000, MILLION, Grid, grid_of, zone_table

_EDGE: Final = 0.1  # of the width of an area of use
_MM_PER_M: Final = 1000.0


class Fit(StrEnum):
    """How coordinates stand to the CRS declared for them."""

    AGREES = "agrees"
    OTHER_ZONE = "other_zone"
    PREFIX_MISSING = "prefix_missing"  # the CRS has it, the numbers have not
    PREFIX_EXTRA = "prefix_extra"  # the numbers have it, the CRS has not
    AXES_SWAPPED = "axes_swapped"
    DEGREES = "degrees"
    METRES = "metres"  # in a CRS of degrees
    MILLIMETRES = "millimetres"
    OTHER_DATUM = "other_datum"  # the same zone, another datum than the campus
    OUTSIDE_AREA = "outside_area"
    UNTOLD = "untold"  # local, nothing declared, no points, or a CRS without an area of use


@dataclass(frozen=True, slots=True)
class Check:
    """``share``: of the points that lie in the area of use as they are.

    ``found``: the zone numbers in front of the eastings.
    """

    fits: tuple[Fit, ...]
    share: float = 0.0
    found: tuple[int, ...] = ()
    declared: Grid | None = None

    @property
    def agrees(self) -> bool:
        return self.fits == (Fit.AGREES,)


def check_declared(points: Points, crs: str | None, path: Path | str, *, campus: str | None = None) -> Check:
    """How (n, 2) numbers, x = east or longitude first, stand to the CRS declared for them.

    ``campus``: the CRS of the campus; the same zone on another datum needs control points, which numbers cannot tell.
    """
    parsed = None if crs is None else parse_crs(crs, path)
    known = points[np.isfinite(points).all(axis=1), :2]
    grid = None if crs is None else grid_of(crs, path)
    bounds = None if crs is None else wider(area_bounds(crs, str(path)) or _area_of(grid))
    if parsed is None or crs is None or bounds is None or not len(known):
        return Check((Fit.UNTOLD,))
    share = share_inside(known, bounds)
    if horizontal(parsed).is_geographic:
        return Check(_of_degrees(known, bounds, share), share)
    other = _other_datum(grid, grid_of(campus, path) if campus is not None else None)
    if share >= MOST:
        return Check(other or (Fit.AGREES,), share, declared=grid)
    if _is_degrees(known, parsed):
        return Check((Fit.DEGREES, *other), share, declared=grid)
    fits, found = _of_metres(known, bounds, grid)
    return Check((*fits, *other), share, found, grid)


def _area_of(grid: Grid | None) -> Bounds | None:
    """The area of a grid that has no code, from the CGCS2000 zone of its number."""
    same = [
        one.crs
        for one in zone_table()
        if grid is not None and one.datum == CGCS2000 and one.number in grid.numbers and one.prefixed == grid.prefixed
    ]
    return area_bounds(same[0]) if same else None


def _is_degrees(known: Points, parsed: pyproj.CRS) -> bool:
    """Whether the numbers are longitude and latitude, in either order, where the CRS is used."""
    area = CHINA_DEG if parsed.area_of_use is None else parsed.area_of_use.bounds
    return any(
        share_inside(one, (area[0] - 1, area[1] - 1, area[2] + 1, area[3] + 1)) >= MOST
        for one in (known, known[:, ::-1])
    )


def wider(bounds: Bounds | None) -> Bounds | None:
    """A tenth of its width more on every side: what surveyors and PROJ still use a grid for."""
    if bounds is None:
        return None
    margin = _EDGE * (bounds[2] - bounds[0])
    return (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)


def _of_degrees(known: Points, bounds: Bounds, share: float) -> tuple[Fit, ...]:
    if share >= MOST:
        return (Fit.AGREES,)
    if share_inside(known[:, ::-1], bounds) >= MOST:
        return (Fit.AXES_SWAPPED,)
    return (Fit.METRES,) if float(np.median(np.abs(known).max(axis=1))) > 360 else (Fit.OUTSIDE_AREA,)


def _of_metres(known: Points, bounds: Bounds, grid: Grid | None) -> tuple[tuple[Fit, ...], tuple[int, ...]]:
    """Each cure by itself, then swapped axes with a cure; a place outside when nothing helps."""
    for columns, first in ((known, ()), (known[:, ::-1], (Fit.AXES_SWAPPED,))):
        if first and share_inside(columns, bounds) >= MOST:
            return first, ()
        found = tuple(int(one) for one in np.unique(zone_numbers(columns[:, 0])) if one)
        if grid is not None and (cure := _of_zone(columns, bounds, grid, found)) is not None:
            return (*first, cure), found
        if share_inside(columns / _MM_PER_M, bounds) >= MOST:
            return (*first, Fit.MILLIMETRES), ()
    return (Fit.OUTSIDE_AREA,), ()


def _of_zone(columns: Points, bounds: Bounds, grid: Grid, found: tuple[int, ...]) -> Fit | None:
    north = (-np.inf, bounds[1], np.inf, bounds[3])
    if share_inside(columns, north) < MOST:
        return None
    if found and not set(found) <= set(grid.numbers):
        return Fit.OTHER_ZONE
    shift = grid.numbers[0] * MILLION
    if found and not grid.prefixed:
        bare = np.column_stack([columns[:, 0] % MILLION, columns[:, 1]])
        return Fit.PREFIX_EXTRA if share_inside(bare, bounds) >= MOST else None
    if not found and grid.prefixed and share_inside(columns + np.array([shift, 0.0]), bounds) >= MOST:
        return Fit.PREFIX_MISSING
    return None


def _other_datum(grid: Grid | None, campus: Grid | None) -> tuple[Fit, ...]:
    same = grid is not None and campus is not None and grid.meridian_deg == campus.meridian_deg
    return (Fit.OTHER_DATUM,) if same and grid is not None and campus is not None and grid.datum != campus.datum else ()
