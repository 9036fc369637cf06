"""Where a model says it stands: IfcMapConversion and its kin, in metres.

IFC4: IfcMapConversion (ISO 16739, 8.11.3.11) from the project's frame to an IfcProjectedCRS. IFC4X3 has
IfcMapConversionScaled and IfcRigidOperation beside it. IFC2X3: the property sets ePset_MapConversion and
ePset_ProjectedCRS (buildingSMART, "User Guide for Geo-referencing in IFC"). Latitude and longitude of IfcSite are never
used: they are one point without a rotation, and exporters fill them with the city of the template.

Units. Eastings are in the CRS' MapUnit, else in the project's length unit. ``Scale`` turns project numbers into map
numbers, so it carries the change of unit (0.001 from mm to m). Some exporters write 1 there although the units differ;
the true scale of a map is within 1 % of 1, which tells the two readings apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyproj
from pyproj.exceptions import CRSError

from twin.crs import Similarity, horizontal, vertical_name
from twin.errors import BadPlacementError, TwinError, UnknownCrsError
from twin.readers.ifc.project_units import ProjectUnits, unit_factor
from twin.readers.ifc.rules_structure import rigid_measures
from twin.units import METRES_PER_UNIT

_EPSG: Final = re.compile(r"\s*(?:urn:ogc:def:crs:)?EPSG:+(\d+)\s*\Z", re.IGNORECASE)
_SCALE_TOLERANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class MapPlacement:
    """One conversion to map coordinates. ``crs_fault``/``datum_fault``: why the named CRS or datum cannot be used.

    ``east_m, north_m, height_m`` and ``scale`` in metres; ``map_unit_stated``: the file says its map unit.
    """

    method: str
    crs: str | None
    vertical_datum: str | None
    east_m: float
    north_m: float
    height_m: float
    rotation_rad: float
    scale: float
    map_unit_stated: bool
    crs_fault: TwinError | None = None
    datum_fault: TwinError | None = None
    notes: tuple[str, ...] = ()

    def similarity(self, crs: str) -> Similarity:
        """Project metres -> the units of ``crs`` (a state plane counts feet); heights stay metres."""
        unit_m = axis_unit_m(crs)
        return Similarity(
            self.east_m / unit_m, self.north_m / unit_m, self.height_m, self.rotation_rad, self.scale / unit_m
        )


def axis_unit_m(crs: str) -> float:
    """Metres in one unit of a projected CRS' axes; 1 for ``local``."""
    if crs.strip().lower() == "local":
        return 1.0
    return float(horizontal(pyproj.CRS.from_user_input(crs)).axis_info[0].unit_conversion_factor)


def map_placement(model: Any, units: ProjectUnits, path: Path, map_unit: str | None = None) -> MapPlacement | None:
    """The map placement that a model states, or None.

    ``map_unit``: the unit of the map coordinates by campus.toml (``options.map_unit``). Raises ``BadPlacementError``
    for conversions that contradict each other or whose scale is no map's.
    """
    stated = [one for one in _conversions(model) if one is not None]
    if not stated:
        return None
    first = stated[0]
    if any(not _same(first, one) for one in stated[1:]):
        mixed = next(rigid_measures(model), None)
        also = "" if mixed is None else f"; rigid operation {mixed} mixes kinds of coordinate (rule GRF008)"
        raise BadPlacementError(
            path=path,
            detail="its contexts have map conversions that differ (buildingSMART rule GRF001); export one, "
            f"or give a placement in campus.toml{also}",
        )
    return _placement(first, units, path, map_unit)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the file says, in its own words and units."""

    method: str
    crs_name: str | None
    crs_wkt: str | None
    vertical: str | None
    map_unit_m: float | None
    east: float
    north: float
    height: float
    abscissa: float
    ordinate: float
    scale: float | None
    projected: bool = True


def _same(a: _Stated, b: _Stated) -> bool:
    numbers = ("east", "north", "height", "abscissa", "ordinate")
    return a.crs_name == b.crs_name and all(
        math.isclose(getattr(a, one), getattr(b, one), rel_tol=1e-12, abs_tol=1e-9) for one in numbers
    )


def _conversions(model: Any) -> list[_Stated | None]:
    if model.schema == "IFC2X3":
        return [_from_property_sets(model)]
    wkt = {}
    if model.schema.startswith("IFC4X3"):
        wkt = {one[1].id(): one[0] for one in model.by_type("IfcWellKnownText") if one[1] is not None}
    return [_from_operation(one, wkt) for one in model.by_type("IfcCoordinateOperation")]


def _from_operation(operation: Any, wkt: Mapping[int, str]) -> _Stated | None:
    crs = operation[1]
    if crs is None:
        return None
    projected = crs.is_a("IfcProjectedCRS")
    unit = crs[6] if projected else None
    common = (crs[0], wkt.get(crs.id()), crs[3] if projected else None, unit_factor(unit) if unit else None)
    if operation.is_a("IfcMapConversion"):
        factor = _number(operation[8], 1.0) if operation.is_a("IfcMapConversionScaled") else 1.0
        scale = operation[7]
        scale = None if scale is None and factor == 1.0 else _number(scale, 1.0) * factor
        x, y = _number(operation[5], 1.0), _number(operation[6], 0.0)
        east, north, height = (_number(operation[n], 0.0) for n in (2, 3, 4))
        return _Stated("map_conversion", *common, east, north, height, x, y, scale, projected)
    first, second = (_wrapped(operation[n]) for n in (2, 3))
    return _Stated("rigid_operation", *common, first, second, _number(operation[4], 0.0), 1.0, 0.0, None, projected)


def _wrapped(measure: Any) -> float:
    return _number(measure[0] if measure is not None else None, 0.0)


def _number(value: Any, otherwise: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return otherwise
    return number if math.isfinite(number) else otherwise


def _from_property_sets(model: Any) -> _Stated | None:
    """The IFC2X3 way: two property sets on the project or the site."""
    sets: dict[str, dict[str, Any]] = {}
    for one in model.by_type("IfcPropertySet"):
        name = (one[2] or "").lower()
        if name in ("epset_mapconversion", "epset_projectedcrs"):
            sets[name] = {
                (p[0] or "").lower(): p[2][0]
                for p in one[4] or ()
                if p.is_a("IfcPropertySingleValue") and p[2] is not None
            }
    conversion, crs = sets.get("epset_mapconversion"), sets.get("epset_projectedcrs", {})
    if conversion is None:
        return None
    east, north, height = (_number(conversion.get(one), 0.0) for one in ("eastings", "northings", "orthogonalheight"))
    x, y = _number(conversion.get("xaxisabscissa"), 1.0), _number(conversion.get("xaxisordinate"), 0.0)
    name = crs.get("name") or conversion.get("targetcrs")
    unit = METRES_PER_UNIT.get(str(crs.get("mapunit", "")).strip().lower())
    scale = conversion.get("scale")
    scale = None if scale is None else _number(scale, 1.0)
    return _Stated("map_conversion", name, None, crs.get("verticaldatum"), unit, east, north, height, x, y, scale)


def _placement(stated: _Stated, units: ProjectUnits, path: Path, map_unit: str | None) -> MapPlacement:
    notes: list[str] = []
    unit_m = _map_unit_m(stated, units, path, map_unit, notes)
    scale = _scale(stated, units.length_m, unit_m, path, notes)
    crs, crs_fault = _crs(stated, path, notes)
    vertical, datum_fault = _vertical(stated, crs, path)
    return MapPlacement(
        stated.method,
        crs,
        vertical,
        stated.east * unit_m,
        stated.north * unit_m,
        stated.height * unit_m,
        math.atan2(stated.ordinate, stated.abscissa),
        scale,
        stated.map_unit_m is not None or map_unit is not None,
        crs_fault,
        datum_fault,
        tuple(notes),
    )


def _map_unit_m(stated: _Stated, units: ProjectUnits, path: Path, map_unit: str | None, notes: list[str]) -> float:
    if map_unit is not None:
        known = METRES_PER_UNIT.get(map_unit.strip().lower())
        if known is None:
            raise BadPlacementError(path=path, detail=f"options.map_unit '{map_unit}' is no length unit")
        return known
    if stated.map_unit_m is not None:
        return stated.map_unit_m
    if units.length_m != 1.0 and _near(stated.scale or 1.0, units.length_m):
        notes.append(f"the map unit is not stated; Scale {stated.scale:g} says that it is the metre")
        return 1.0
    return units.length_m


def _scale(stated: _Stated, length_m: float, unit_m: float, path: Path, notes: list[str]) -> float:
    """The scale between metres and metres."""
    raw = 1.0 if stated.scale is None else stated.scale
    carried = raw * unit_m / length_m
    if abs(carried - 1.0) <= _SCALE_TOLERANCE:
        return carried
    if abs(raw - 1.0) <= _SCALE_TOLERANCE:
        notes.append(
            f"map and project units differ but Scale is {raw:g}; it was read as the map's scale alone (rule GRF005)"
        )
        return raw
    raise BadPlacementError(
        path=path, detail=f"Scale {raw:g} of its map conversion fits neither its units nor a map; give a placement"
    )


def _near(a: float, b: float) -> bool:
    return abs(a / b - 1.0) <= _SCALE_TOLERANCE


def _crs(stated: _Stated, path: Path, notes: list[str]) -> tuple[str | None, TwinError | None]:
    """The CRS as EPSG code or WKT, or the fault to raise if nobody else names one."""
    name = (stated.crs_name or "").strip()
    if found := _EPSG.match(name):
        return _checked(f"EPSG:{found.group(1)}", path, "GRF002/GRF004")
    if stated.crs_wkt:
        crs, fault = _checked(stated.crs_wkt, path, "GRF006")
        if crs is not None:
            notes.append(f"the CRS is named '{name}', not EPSG:…; its WKT was used (rule GRF006)")
        return crs, fault
    rule = "GRF002/GRF004: write it as EPSG:…" if name.isdigit() else "GRF006: neither an EPSG code nor a WKT"
    return None, UnknownCrsError(path=path, crs=name, detail=f"the map conversion breaks rule {rule}")


def _checked(text: str, path: Path, rule: str) -> tuple[str | None, TwinError | None]:
    try:
        crs = pyproj.CRS.from_user_input(text)
    except CRSError:
        detail = "there is no such EPSG code" if text.startswith("EPSG:") else "its WKT cannot be parsed"
        return None, UnknownCrsError(path=path, crs=text[:80], detail=f"{detail}; buildingSMART rule {rule}")
    if not horizontal(crs).is_projected:
        detail = f"an IfcProjectedCRS must be a projected one; buildingSMART rule {rule}"
        return None, UnknownCrsError(path=path, crs=text[:80], detail=detail)
    return text, None


def _vertical(stated: _Stated, crs: str | None, path: Path) -> tuple[str | None, TwinError | None]:
    """The vertical datum that is named, by itself or as part of a compound CRS."""
    name = (stated.vertical or "").strip()
    if not name:
        return (vertical_name(pyproj.CRS.from_user_input(crs)) if crs else None), None
    if found := _EPSG.match(name):
        code = f"EPSG:{found.group(1)}"
        try:
            parsed = pyproj.CRS.from_user_input(code)
        except CRSError:
            parsed = None
        if parsed is None or not parsed.is_vertical:
            known = "is no vertical CRS" if parsed is not None else "does not exist"
            detail = f"it stands as the vertical datum but {known}; buildingSMART rule GRF007"
            return None, UnknownCrsError(path=path, crs=code, detail=detail)
        return code, None
    return name, None
