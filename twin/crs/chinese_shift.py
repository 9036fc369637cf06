"""GCJ-02 and BD-09: the shifted longitude and latitude of Chinese maps, phones and Baidu, from and to WGS 84.

Neither is a datum: both are WGS 84 (for us CGCS2000) moved by a function of the place, GCJ-02 by up to 700 m, BD-09 by
up to 1.5 km. The function of GCJ-02 is not published; what everybody uses is the one that became known as
EvilTransform.cs (on4wp7; Krasovsky 1940, constants in ../shared/domain.md). The official one is said to add a noise of
its own, so that **what comes back is true to 1-2 m at best** [unverified], however exact the inverse is: map dressing,
not survey. BD-09 of GCJ-02 is the polar formula that circulates since 2013 (xcoder.cn) and is printed in
wandergis/coordtransform (Wang Ming, 2015).

Both inverses are iterated until the forward function gives the input back to 1e-11 degrees (a micrometre).
Outside the rectangle in which the shift is in force points stay as they are; Hong Kong, Macao and Taiwan lie in the
rectangle though services differ there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.crs.naming import BD_09, GCJ_02, Points

_A_M: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_STEP_DEG: Final = 1e-11
_ROUNDS: Final = 30
_BD_TURNS: Final = np.pi * 3000.0 / 180.0
_BD_SHIFT: Final = (0.0065, 0.006)

Column = NDArray[np.float64]


def in_force(lonlat: Points) -> NDArray[np.bool_]:
    """Where the shift acts: (n, 2) longitude, latitude in degrees -> (n,)."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    out: NDArray[np.bool_] = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return out


def gcj02_from_wgs84(lonlat: Points) -> Points:
    """WGS 84 -> GCJ-02, (n, 2) longitude, latitude in degrees. NaN stays NaN."""
    inside = in_force(lonlat)
    out = np.array(lonlat, dtype=float)
    out[inside] += _shift(out[inside])
    return out


def wgs84_from_gcj02(lonlat: Points) -> Points:
    """GCJ-02 -> WGS 84, (n, 2) degrees; the inverse of ``gcj02_from_wgs84``."""
    return _inverse(gcj02_from_wgs84, np.array(lonlat, dtype=float), in_force(lonlat))


def bd09_from_gcj02(lonlat: Points) -> Points:
    """GCJ-02 -> BD-09, (n, 2) degrees. Where no shift is in force there is none here either."""
    inside = in_force(lonlat)
    out = np.array(lonlat, dtype=float)
    x, y = out[inside, 0], out[inside, 1]
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_TURNS)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_TURNS)
    out[inside] = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + _BD_SHIFT
    return out


def gcj02_from_bd09(lonlat: Points) -> Points:
    """BD-09 -> GCJ-02, (n, 2) degrees; the inverse of ``bd09_from_gcj02``, not the usual one-step formula."""
    return _inverse(bd09_from_gcj02, np.array(lonlat, dtype=float), in_force(lonlat))


def bd09_from_wgs84(lonlat: Points) -> Points:
    """WGS 84 -> BD-09 by way of GCJ-02."""
    return bd09_from_gcj02(gcj02_from_wgs84(lonlat))


def wgs84_from_bd09(lonlat: Points) -> Points:
    """BD-09 -> WGS 84 by way of GCJ-02."""
    return wgs84_from_gcj02(gcj02_from_bd09(lonlat))


# name -> (to WGS 84, from WGS 84)
SHIFTED: Final[dict[str, tuple[Callable[[Points], Points], Callable[[Points], Points]]]] = {
    GCJ_02: (wgs84_from_gcj02, gcj02_from_wgs84),
    BD_09: (wgs84_from_bd09, bd09_from_wgs84),
}


def _shift(lonlat: Points) -> Points:
    """What GCJ-02 adds to WGS 84, degrees: metres along the meridian and the parallel of Krasovsky's ellipsoid."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    ripple = _waves(x, (6.0, 20.0), (2.0, 20.0))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east_m += _waves(x, (1.0, 20.0), (1 / 3, 40.0), (1 / 12, 150.0), (1 / 30, 300.0))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north_m += _waves(y, (1.0, 20.0), (1 / 3, 40.0), (1 / 12, 160.0), (1 / 30, 320.0))
    latitude = np.radians(lonlat[:, 1])
    w2 = 1.0 - _EE * np.sin(latitude) ** 2
    meridian_m = _A_M * (1.0 - _EE) / (w2 * np.sqrt(w2))
    parallel_m = _A_M / np.sqrt(w2) * np.cos(latitude)
    return np.degrees(np.column_stack([east_m / parallel_m, north_m / meridian_m]))


def _waves(along: Column, *terms: tuple[float, float]) -> Column:
    """Two thirds of a sum of sines: (half-waves per degree, amplitude in m)."""
    total: Column = np.zeros_like(along)
    for rate, amplitude_m in terms:
        total += amplitude_m * np.sin(rate * along * np.pi)
    return total * (2.0 / 3.0)


def _inverse(forward: Callable[[Points], Points], wanted: Points, inside: NDArray[np.bool_]) -> Points:
    """Fixed point of x -> x + wanted - forward(x); the shift changes by less than 1 part in 100 of the way."""
    out = wanted.copy()
    for _ in range(_ROUNDS):
        step = wanted[inside] - forward(out[inside])
        out[inside] += step
        if not step.size or np.nanmax(np.abs(step), initial=0.0) < _STEP_DEG:
            break
    return out
