"""Coordinates in another zone than their CRS, without its prefix, or with exchanged axes: errors, not far places."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import Georeference, parse_crs, short_name
from twin.crs.checking import Check, Fit, check_declared
from twin.crs.zones import zone_table
from twin.errors import AxesExchangedError, ZoneMismatchError, ZonePrefixError

_HOW: Final = {
    Fit.PREFIX_EXTRA: ("带有带号", "begin with the zone number"),
    Fit.PREFIX_MISSING: ("没有带号", "lack the zone number"),
}


_BY_CRS: Final = ("crs", "datum_shift")
_LOOK_AT: Final = 1000  # geometries: those of a source are all delivered alike


def require_zone_and_axes(georeference: Georeference, geometry: NDArray[np.object_]) -> None:
    """Hold source coordinates, x = east, against their Gauss-Krüger grid of China where they come by it alone.

    Other grids are left alone: areas that reach to the equator let too many numbers fit both ways round.

    Raises ``AxesExchangedError``, ``ZoneMismatchError`` or ``ZonePrefixError`` when nine of ten points say so.
    """
    if georeference.method not in _BY_CRS or georeference.unit_m != 1.0:
        return
    bounds = shapely.bounds(geometry[:_LOOK_AT])
    points = (bounds[:, :2] + bounds[:, 2:]) / 2
    check = check_declared(points, georeference.crs, georeference.path)
    if check.agrees or check.declared is None:
        return
    name = short_name(parse_crs(georeference.crs, georeference.path))
    if Fit.AXES_SWAPPED in check.fits:
        x, y = points[np.isfinite(points).all(axis=1)][0]
        raise AxesExchangedError(path=georeference.path, crs=name, x=f"{x:.3f}", y=f"{y:.3f}")
    if Fit.OTHER_ZONE in check.fits:
        raise ZoneMismatchError(
            path=georeference.path,
            found=", ".join(map(str, check.found)),
            crs=check.declared.label,
            expected=" or ".join(map(str, check.declared.numbers)),
        )
    for fit in check.fits:
        if fit in _HOW:
            zh, en = _HOW[fit]
            raise ZonePrefixError(path=georeference.path, crs=name, how_zh=zh, how_en=en, other=_other_form(check))


def _other_form(check: Check) -> str:
    """The CRS of the same zone and datum in the other form."""
    grid = check.declared
    found = [
        f'"{one.crs}"'
        for one in zone_table()
        if grid is not None
        and one.datum == grid.datum
        and one.width_deg == (grid.width_deg or one.width_deg)
        and one.number in grid.numbers
        and one.prefixed is not grid.prefixed
    ]
    return found[0] if found else "…"
