"""Names of coordinate systems: what campus.toml and files call them, and which one a source is in."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from twin.errors import BadPlacementError, CrsConflictError, MissingCrsError, UnknownCrsError
from twin.units import metres_per

# no plane system has such numbers: eastings with a zone number before them reach 6e7
OFF_EARTH_M: Final = 1e8
LOCAL: Final = "local"  # an engineering CRS: legal, metric, has no place on the globe
# longitude and latitude of Chinese maps: no datum, but a source may be in them (``chinese_shift``)
GCJ_02: Final = "GCJ-02"
BD_09: Final = "BD-09"
_SHIFTED: Final = {"gcj-02": GCJ_02, "gcj02": GCJ_02, "bd-09": BD_09, "bd09": BD_09}

Points = NDArray[np.float64]


@lru_cache(maxsize=256)
def _crs(text: str) -> pyproj.CRS:
    shifted = _SHIFTED.get(text.strip().lower())
    return pyproj.CRS.from_user_input(text) if shifted is None else _shifted_crs(shifted)


def _shifted_crs(name: str) -> pyproj.CRS:
    """Longitude, latitude with a datum of its own name, so that PROJ by itself finds no way out of it."""
    definition = pyproj.CRS("OGC:CRS84").to_json_dict()
    for key in ("id", "datum_ensemble", "scope", "area", "bbox", "usages"):
        definition.pop(key, None)
    ellipsoid = {"name": "WGS 84", "semi_major_axis": 6378137, "inverse_flattening": 298.257223563}
    definition["datum"] = {"type": "GeodeticReferenceFrame", "name": f"{name} (shifted)", "ellipsoid": ellipsoid}
    return pyproj.CRS.from_json_dict({**definition, "name": name})


def shifted_name(crs: pyproj.CRS) -> str | None:
    """``GCJ-02`` or ``BD-09`` where ``crs`` is one of the two, else None."""
    return crs.name if crs.name in _SHIFTED.values() else None


def parse_crs(text: str, path: Path | str = "campus.toml") -> pyproj.CRS | None:
    """The CRS that ``text`` names (EPSG code, WKT, PROJJSON, ``GCJ-02``, ``BD-09``), or None for ``local``."""
    if text.strip().lower() == LOCAL:
        return None
    try:
        return _crs(text)
    except CRSError as fault:
        raise UnknownCrsError(path=path, crs=text[:80], detail=str(fault).split(":")[0]) from fault


def horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """The horizontal part of a compound or 3D CRS."""
    if crs.is_compound:
        return pyproj.CRS(crs.sub_crs_list[0].to_2d())
    return pyproj.CRS(crs.to_2d())


def vertical_name(crs: pyproj.CRS) -> str | None:
    """``EPSG:…`` or the name of the vertical part of a compound CRS."""
    if not crs.is_compound:
        return None
    part = crs.sub_crs_list[1]
    authority = part.to_authority()
    return ":".join(authority) if authority else part.name


def short_name(crs: pyproj.CRS | None) -> str:
    """``EPSG:4549`` where there is a code, else the name; ``local`` for None."""
    if crs is None:
        return LOCAL
    return _code(crs) or crs.name


def own_code(crs: pyproj.CRS) -> str | None:
    """The code that the definition itself carries."""
    said = crs.to_json_dict().get("id")
    return f"{said['authority']}:{said['code']}" if said else None


@lru_cache(maxsize=256)
def _code(crs: pyproj.CRS) -> str | None:
    """Its own code, else the one that PROJ finds for the definition: a search of up to seconds, made once a CRS."""
    authority = None if (own := own_code(crs)) is not None else crs.to_authority()
    return own or (":".join(authority) if authority else None)


def projjson(crs: str) -> dict[str, Any] | None:
    """Full PROJJSON as GeoParquet wants it; a named engineering CRS for ``local``."""
    parsed = parse_crs(crs)
    if parsed is not None:
        return parsed.to_json_dict()
    axes = [
        {"name": "Easting", "abbreviation": "E", "direction": "east", "unit": "metre"},
        {"name": "Northing", "abbreviation": "N", "direction": "north", "unit": "metre"},
    ]
    return {
        "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
        "type": "EngineeringCRS",
        "name": "Campus local grid",
        "datum": {"type": "EngineeringDatum", "name": "Campus local datum"},
        "coordinate_system": {"subtype": "Cartesian", "axis": axes},
    }


def is_north_first(crs: str) -> bool:
    """Whether the definition has its axes as north, east: files and services that keep to it write y before x."""
    parsed = parse_crs(crs)
    return parsed is not None and horizontal(parsed).axis_info[0].direction == "north"


def require_projected_metres(crs: str, path: Path | str) -> None:
    """A campus CRS is a metric grid; degrees and feet are refused with a cure."""
    parsed = parse_crs(crs, path)
    if parsed is None:
        return
    flat = horizontal(parsed)
    if not flat.is_projected or any(abs(axis.unit_conversion_factor - 1.0) > 1e-9 for axis in flat.axis_info):
        raise UnknownCrsError(
            path=path, crs=crs, detail="a campus needs a projected CRS in metres, for example a CGCS2000 3-degree zone"
        )
    # EPSG method 1024: its metre is cos(latitude) of a metre on the ground, 0.90 at Fuzhou
    operation = flat.coordinate_operation
    if operation is not None and operation.method_code == "1024":
        raise UnknownCrsError(
            path=path,
            crs=crs,
            detail="the metres of Web Mercator are none on the ground; take a grid such as a CGCS2000 3-degree zone",
        )


def decide_crs(path: Path, declared: str | None, given: str | None, *, override: bool) -> str:
    """Which CRS a source is in: said by the file or not, given by campus.toml or not.

    ========  =====  ==========================================
    declared  given  outcome
    ========  =====  ==========================================
    no        no     MissingCrsError
    no        yes    given
    yes       no     declared
    same      same   declared
    other     other  CrsConflictError, unless ``override``
    ========  =====  ==========================================
    """
    if given is None and declared is None:
        raise MissingCrsError(path=path)
    if declared is None or given is None or override:
        chosen = given if given is not None else declared
        assert chosen is not None
        parse_crs(chosen, path)
        return chosen
    ours, theirs = parse_crs(given, path), parse_crs(declared, path)
    if ours is None or theirs is None or not _same_horizontal(ours, theirs):
        raise CrsConflictError(path=path, declared=short_name(theirs), given=short_name(ours))
    return declared


def _same_horizontal(a: pyproj.CRS, b: pyproj.CRS) -> bool:
    return horizontal(a).equals(horizontal(b), ignore_axis_order=True)


def unit_metres(name: str, path: Path) -> float:
    """Metres in a unit as a file names it, or a clear error."""
    try:
        return metres_per(name)
    except KeyError:
        raise BadPlacementError(path=path, detail=f"length unit '{name}' is unknown") from None


def crs_text(value: Any) -> str | None:
    """A CRS as any library hands it over (pyproj, rasterio, WKT, dict), as text; None stays None."""
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        return json.dumps(value)
    if hasattr(value, "to_wkt"):
        parsed = pyproj.CRS.from_user_input(value)
        authority = parsed.to_authority()
        return ":".join(authority) if authority else parsed.to_wkt()
    return str(value)
