"""Geometry as files deliver it -> geometry the twin can use: checked, repaired, placed; every loss has a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import OFF_EARTH_M, Georeference
from twin.errors import SourceUnreadableError
from twin.readers.base import SkipReason
from twin.readers.zone_and_axes import require_zone_and_axes

Geometries = NDArray[np.object_]


@dataclass(slots=True)
class Shapes:
    """``geometry`` in campus coordinates (None where skipped), one ``reasons`` entry a row, ``repaired`` rows."""

    geometry: Geometries
    reasons: list[SkipReason | None]
    repaired: list[int]


def check_shapes(geometry: Geometries, accepted: frozenset[str], georeference: Georeference) -> Shapes:
    """Repair, place and sort out. ``accepted`` are the geometry types the layer takes (shapely names)."""
    whole, repaired = repair(geometry)
    if "MultiPoint" not in accepted:
        whole = _unwrapped(whole)
    reasons = _faults(geometry, whole, accepted)
    good = np.array([reason is None for reason in reasons], dtype=bool)
    placed: Geometries = np.full(len(whole), None, dtype=object)
    if good.any():
        require_zone_and_axes(georeference, whole[good])
        placed[good] = georeference.geometry(whole[good])
        reach = np.abs(shapely.bounds(placed)).max(axis=1)
        _require_on_earth(reach[good], georeference)
        for row in np.flatnonzero(good & ~(reach < OFF_EARTH_M)).tolist():
            reasons[row], placed[row] = SkipReason.BAD_COORDINATES, None
    done = [row for row in repaired if reasons[row] is None]
    return Shapes(placed, reasons, done)


def _require_on_earth(reach: NDArray[np.float64], georeference: Georeference) -> None:
    """Some stray rows are skipped; where most are off the earth, the CRS or the unit is wrong."""
    off = reach[np.isfinite(reach) & (reach >= OFF_EARTH_M)]
    if len(off) > len(reach) / 2:
        raise SourceUnreadableError(
            path=georeference.path,
            detail=f"its coordinates reach {np.median(off):.4g} in {georeference.campus.crs}: nothing on earth does",
            cure="Check its CRS and the unit of its coordinates: are they millimetres?",
        )


def _unwrapped(geometry: Geometries) -> Geometries:
    """Multipoints of one point as that point."""
    out = geometry.copy()
    single = (shapely.get_type_id(geometry) == 4) & (shapely.get_num_geometries(geometry) == 1)
    out[single] = shapely.get_geometry(geometry[single], 0)
    return out


def repair(geometry: Geometries) -> tuple[Geometries, list[int]]:
    """Invalid areas made valid by their own structure (shapely ``make_valid``); None where nothing areal is left.

    Areas with heights whose outline is degenerate seen from above (walls) are left alone: they are surfaces in
    space, not footprints.
    """
    out = geometry.copy()
    areal = np.isin(shapely.get_type_id(geometry), (3, 6))
    wrong = np.flatnonzero(areal & ~shapely.is_valid(geometry) & np.isfinite(shapely.bounds(geometry)).all(axis=1))
    repaired = []
    for row in wrong:
        fixed = _areal_part(shapely.make_valid(geometry[row], method="structure", keep_collapsed=False))
        out[row] = fixed
        if fixed is not None:
            repaired.append(int(row))
    return out, repaired


def _areal_part(shape: Any) -> Any:
    parts = [one for one in shapely.get_parts([shape]) if one.geom_type == "GeometryCollection"]
    flat = [*shapely.get_parts(parts), *shapely.get_parts([shape])] if parts else shapely.get_parts([shape])
    areas = [one for one in flat if one.geom_type in ("Polygon", "MultiPolygon") and not one.is_empty]
    if not areas:
        return None
    return areas[0] if len(areas) == 1 else shapely.multipolygons(shapely.get_parts(areas))


def _faults(before: Geometries, shapes: Geometries, accepted: frozenset[str]) -> list[SkipReason | None]:
    """Why each of ``shapes`` cannot be taken, None where it can; ``before`` they were repaired."""
    taken = [shapely.GeometryType[name.upper()] for name in accepted]
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.bincount(owner, ~np.isfinite(points).all(axis=1), minlength=len(shapes)) > 0
    missing = shapely.is_missing(shapes)
    # the first that is true is the reason
    faults = {
        SkipReason.INVALID_GEOMETRY: missing & ~shapely.is_missing(before) & ~shapely.is_empty(before),
        SkipReason.NO_GEOMETRY: missing,
        SkipReason.EMPTY_GEOMETRY: shapely.is_empty(shapes),
        SkipReason.UNSUPPORTED_GEOMETRY: ~np.isin(shapely.get_type_id(shapes), taken),
        SkipReason.BAD_COORDINATES: broken,
    }
    reasons: list[SkipReason | None] = [None] * len(shapes)
    for reason, rows in reversed(faults.items()):
        for row in np.flatnonzero(rows).tolist():
            reasons[row] = reason
    return reasons
