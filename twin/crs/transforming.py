"""From one CRS to another by PROJ, which is never allowed its silent "ballpark" operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyproj
from pyproj.exceptions import ProjError

from twin.crs.chinese_shift import SHIFTED
from twin.crs.naming import Points, horizontal, parse_crs, shifted_name, short_name
from twin.errors import NoTransformError

# CGCS2000 and WGS 84 agree within centimetres of plate motion; surveying practice in China and EPSG treat them
# as equal (EPSG:15918 remarks). PROJ has no published operation, so the equality is stated here.
_WGS84_DATUM: Final = "World Geodetic System 1984"
_CGCS2000_NAMES: Final = ("China 2000", "China Geodetic Coordinate System 2000", "CGCS2000")


Bounds = tuple[float, float, float, float]  # west, south, east, north

WGS_84: Final = "EPSG:4326"
# how far beyond the area of a datum shift it may still be used: the polygons of EPSG follow coasts and borders
_MARGIN_DEG: Final = 1.0
_SAMPLE: Final = 1000  # points of which the middle is taken


@lru_cache(maxsize=64)
def transformer(source: str, target: str, path: str = "campus") -> Callable[[Points], Points]:
    """A function (n, 2) -> (n, 2), x = east or longitude first. Refuses ballpark operations.

    Raises ``NoTransformError`` where PROJ has no operation, where it has one but for another region (PROJ would take
    the first of them), and for ``local``. GCJ-02 and BD-09 go by WGS 84.
    """
    a, b = parse_crs(source, path), parse_crs(target, path)
    if a is None or b is None:
        if a is b:
            return lambda points: points
        raise NoTransformError(path=path, source=short_name(a), target=short_name(b))
    a, b = horizontal(a), horizontal(b)
    if a.equals(b, ignore_axis_order=True):
        return lambda points: points
    if shifted_name(a) or shifted_name(b):
        return _by_wgs84(source, target, path)
    names = {"path": path, "source": short_name(a), "target": short_name(b)}
    a, b = _state_cgcs2000(a, b)
    engine = _engine(a, b, names)
    shift = None if a.geodetic_crs == b.geodetic_crs else _Shift(engine, degrees_in(source, path), _areas(a, b))

    def apply(points: Points) -> Points:
        if not len(points):
            return points
        x, y = engine.transform(points[:, 0], points[:, 1])
        out = np.column_stack([x, y])
        if np.isinf(out).all() or (shift is not None and shift.is_foreign(points)):
            raise NoTransformError(**names)
        return out

    return apply


def _engine(a: pyproj.CRS, b: pyproj.CRS, names: dict[str, str]) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(a, b, always_xy=True, allow_ballpark=False)
    except ProjError as fault:
        raise NoTransformError(**names) from fault


def _by_wgs84(source: str, target: str, path: str) -> Callable[[Points], Points]:
    """Out of or into a shifted CRS: each step is one that has a definition."""
    leave, enter = (one and shifted_name(one) for one in (parse_crs(source, path), parse_crs(target, path)))
    to_wgs84 = SHIFTED[leave][0] if leave else transformer(source, WGS_84, path)
    onward = SHIFTED[enter][1] if enter else transformer(WGS_84, target, path)
    return lambda points: onward(to_wgs84(points))


def _areas(*several: pyproj.CRS) -> tuple[Bounds, ...]:
    return tuple(one.area_of_use.bounds for one in several if one.area_of_use is not None)


@dataclass(frozen=True, slots=True)
class _Shift:
    """A change of datum: its engine, the way to longitude and latitude, the areas of use of the two CRS."""

    engine: pyproj.Transformer
    degrees: Callable[[Points], Points]
    areas: tuple[Bounds, ...]

    def is_foreign(self, points: Points) -> bool:
        """Whether PROJ takes the shift of another region for the middle of ``points``.

        Where none of its operations covers a point PROJ takes the first (Beijing 1954 to WGS 84 at Fuzhou would be
        that of the Tarim basin) and says nothing, ballpark or not. Points outside the area of use of their CRS or of
        the target are wrong in another way (axes, zone), which is for others to say.
        """
        sample = points[:: max(1, len(points) // _SAMPLE), :2]
        known = sample[np.isfinite(sample).all(axis=1)]
        if not len(known):
            return False
        middle = np.median(known, axis=0)
        try:
            self.engine.transform(*middle)
            used = self.engine.get_last_used_operation().area_of_use
        except ProjError:  # no operation takes the point: it came out as infinity
            return False
        place = self.degrees(middle[None, :])[0]
        if used is None or not all(within(one, float(place[0]), float(place[1]), 0.0) for one in self.areas):
            return False
        return not within(used.bounds, float(place[0]), float(place[1]), _MARGIN_DEG)


def within(bounds: Bounds, longitude: float, latitude: float, margin_deg: float) -> bool:
    """Whether a place lies in ``bounds`` (degrees; west > east over the date line)."""
    west, south, east, north = bounds
    if not south - margin_deg <= latitude <= north + margin_deg:
        return False
    west, east = west - margin_deg, east + margin_deg
    return bool(west <= longitude <= east) if west <= east else bool(longitude >= west or longitude <= east)


@dataclass(frozen=True, slots=True)
class Operation:
    """What PROJ uses between two CRS at a place, and the accuracy it states (None: not stated)."""

    description: str
    accuracy_m: float | None


def operation_at(source: str, target: str, sample: tuple[float, float], path: str = "campus") -> Operation | None:
    """PROJ's operation for ``sample`` (x, y in ``source``); None without one, for ``local`` and the shifted names."""
    start, end = parse_crs(source, path), parse_crs(target, path)
    if start is None or end is None or shifted_name(start) or shifted_name(end):
        return None
    try:
        engine = pyproj.Transformer.from_crs(horizontal(start), horizontal(end), always_xy=True, allow_ballpark=False)
        engine.transform(*sample)
        used = engine.get_last_used_operation()
    except ProjError:
        return None
    return Operation(used.description, None if used.accuracy < 0 else used.accuracy)


@lru_cache(maxsize=64)
def area_bounds(crs: str, path: str = "campus") -> Bounds | None:
    """The area of use in the CRS's own coordinates: west, south, east, north; None where none is stated."""
    parsed = parse_crs(crs, path)
    if parsed is None:
        return None
    flat = horizontal(parsed)
    area, base = flat.area_of_use, flat.geodetic_crs
    if area is None or base is None:
        return None
    if flat.is_geographic:
        return (area.west, area.south, area.east, area.north)
    engine = pyproj.Transformer.from_crs(base, flat, always_xy=True, allow_ballpark=False)
    west, south, east, north = engine.transform_bounds(*area.bounds)
    return (west, south, east, north)


def degrees_in(crs: str, path: str = "campus") -> Callable[[Points], Points]:
    """A function from the coordinates of ``crs`` to longitude, latitude **on its own datum**: no shift is made."""
    parsed = parse_crs(crs, path)
    base = None if parsed is None else horizontal(parsed).geodetic_crs
    if parsed is None or base is None:
        raise NoTransformError(path=path, source=crs, target="longitude, latitude")
    if horizontal(parsed).is_geographic:
        return lambda points: points
    engine = pyproj.Transformer.from_crs(horizontal(parsed), horizontal(base), always_xy=True, allow_ballpark=False)
    return lambda points: np.column_stack(engine.transform(points[:, 0], points[:, 1]))


def _state_cgcs2000(a: pyproj.CRS, b: pyproj.CRS) -> tuple[pyproj.CRS, pyproj.CRS]:
    """Read CGCS2000 as WGS 84 where exactly one side is WGS 84 (see ``_CGCS2000_NAMES``)."""
    chinese = [_is_cgcs2000(one) for one in (a, b)]
    if sum(chinese) != 1:
        return a, b
    other = b if chinese[0] else a
    if other.geodetic_crs is None or not _is_wgs84(other):
        return a, b
    return (_as_wgs84(a), b) if chinese[0] else (a, _as_wgs84(b))


def _is_wgs84(crs: pyproj.CRS) -> bool:
    base, datum = crs.geodetic_crs, crs.datum
    return "WGS 84" in (base.name if base else "") or (datum is not None and datum.name.startswith(_WGS84_DATUM))


def _is_cgcs2000(crs: pyproj.CRS) -> bool:
    return crs.datum is not None and any(name in crs.datum.name for name in _CGCS2000_NAMES)


def _as_wgs84(crs: pyproj.CRS) -> pyproj.CRS:
    if crs.is_geographic:
        return pyproj.CRS("EPSG:4326")
    definition = crs.to_json_dict()
    definition["base_crs"] = pyproj.CRS("EPSG:4326").to_json_dict()
    definition.pop("id", None)
    definition["name"] += " on WGS 84"
    return pyproj.CRS.from_json_dict(definition)
