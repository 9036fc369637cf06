"""The one module that owns coordinate systems, axis order, frames and placement.

Everything else in the twin is x = east, y = north, z = height, in metres of the campus CRS. PROJ is never
allowed its silent "ballpark" operation: a transformation that needs a missing grid or unknown parameters is an
error here, not a no-op. Heights are not transformed: two vertical datums meet only through a stated offset.

Axis order: EPSG declares 4534-4554 and many others north, east; ``always_xy`` everywhere settles it once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from twin.errors import (
    BadPlacementError,
    CrsConflictError,
    DatumMismatchError,
    MissingCrsError,
    MissingVerticalDatumError,
    NoTransformError,
    UnknownCrsError,
)
from twin.units import metres_per

# no plane system has such numbers: eastings with a zone number before them reach 6e7
OFF_EARTH_M: Final = 1e8
LOCAL: Final = "local"  # an engineering CRS: legal, metric, has no place on the globe

Points = NDArray[np.float64]


# --- naming a CRS --------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _crs(text: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(text)


def parse_crs(text: str, path: Path | str = "campus.toml") -> pyproj.CRS | None:
    """The CRS that ``text`` names (EPSG code, WKT, PROJJSON), or None for ``local``."""
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
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


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


# --- transforming --------------------------------------------------------------------------------------


# CGCS2000 and WGS 84 agree within centimetres of plate motion; surveying practice in China and EPSG treat them
# as equal (EPSG:15918 remarks). PROJ has no published operation, so the equality is stated here.
_CGCS2000_NAMES: Final = ("China 2000", "China Geodetic Coordinate System 2000", "CGCS2000")


@lru_cache(maxsize=64)
def transformer(source: str, target: str, path: str = "campus") -> Callable[[Points], Points]:
    """A function (n, 2) -> (n, 2), x = east or longitude first. Refuses ballpark operations."""
    a, b = parse_crs(source, path), parse_crs(target, path)
    if a is None or b is None:
        if a is b:
            return lambda points: points
        raise NoTransformError(path=path, source=short_name(a), target=short_name(b))
    a, b = horizontal(a), horizontal(b)
    if a.equals(b, ignore_axis_order=True):
        return lambda points: points
    a, b = _state_cgcs2000(a, b)
    try:
        engine = pyproj.Transformer.from_crs(a, b, always_xy=True, allow_ballpark=False)
    except ProjError as fault:
        raise NoTransformError(path=path, source=short_name(a), target=short_name(b)) from fault

    def apply(points: Points) -> Points:
        if not len(points):
            return points
        x, y = engine.transform(points[:, 0], points[:, 1])
        out = np.column_stack([x, y])
        if np.isinf(out).all():
            raise NoTransformError(path=path, source=short_name(a), target=short_name(b))
        return out

    return apply


def _state_cgcs2000(a: pyproj.CRS, b: pyproj.CRS) -> tuple[pyproj.CRS, pyproj.CRS]:
    """Read CGCS2000 as WGS 84 where exactly one side is WGS 84 (see ``_CGCS2000_NAMES``)."""
    chinese = [_is_cgcs2000(one) for one in (a, b)]
    if sum(chinese) != 1:
        return a, b
    other = b if chinese[0] else a
    if other.geodetic_crs is None or "WGS 84" not in (other.geodetic_crs.name or ""):
        return a, b
    return (_as_wgs84(a), b) if chinese[0] else (a, _as_wgs84(b))


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


# --- plane similarity ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Similarity:
    """Plane similarity with a height shift: the four parameters of Chinese practice plus dz.

    ``residuals_m`` and ``height_residuals_m`` are those of the control points it was fitted to, in the plane (lengths)
    and in height (with their signs: fitted minus given); empty when it was stated.
    """

    dx_m: float = 0.0
    dy_m: float = 0.0
    dz_m: float = 0.0
    rotation_rad: float = 0.0
    scale: float = 1.0
    residuals_m: tuple[float, ...] = ()
    height_residuals_m: tuple[float, ...] = ()

    def worst_m(self) -> float:
        """The largest residual, in the plane or in height; 0 without control points."""
        return max((abs(one) for one in (*self.residuals_m, *self.height_residuals_m)), default=0.0)

    def matrix(self) -> NDArray[np.float64]:
        """4×4, column vectors. Heights are shifted, never scaled."""
        c, s = self.scale * math.cos(self.rotation_rad), self.scale * math.sin(self.rotation_rad)
        return np.array([[c, -s, 0, self.dx_m], [s, c, 0, self.dy_m], [0, 0, 1, self.dz_m], [0, 0, 0, 1]])

    def apply(self, points: Points) -> Points:
        """(n, 2) or (n, 3) points."""
        size = points.shape[1]
        matrix = self.matrix()
        return points @ matrix[:size, :size].T + matrix[:size, 3]

    @staticmethod
    def between(start: Sequence[float], end: Sequence[float], rotation_deg: float, scale: float = 1.0) -> Similarity:
        """The similarity that turns by ``rotation_deg`` (counter-clockwise) and takes ``start`` to ``end``."""
        turn = Similarity(rotation_rad=math.radians(rotation_deg), scale=scale)
        x, y = turn.apply(np.array([[start[0], start[1]]], dtype=float))[0]
        z = (start[2] if len(start) > 2 else 0.0, end[2] if len(end) > 2 else 0.0)
        return Similarity(end[0] - x, end[1] - y, z[1] - z[0], turn.rotation_rad, scale)

    @staticmethod
    def fit(start: Points, end: Points, *, free_scale: bool, path: Path | str = "placement") -> Similarity:
        """Least squares over ≥2 control points (Umeyama 1991 in the plane); heights by their mean difference."""
        if len(start) != len(end) or len(start) < 2:
            raise BadPlacementError(path=path, detail="at least two control points are needed")
        a, b = start[:, :2] - start[:, :2].mean(axis=0), end[:, :2] - end[:, :2].mean(axis=0)
        za, zb = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
        spread = float(np.sum(np.abs(za) ** 2))
        if spread < 1e-6:
            raise BadPlacementError(path=path, detail="the control points coincide")
        turn = np.sum(np.conj(za) * zb)
        scale = float(abs(turn) / spread) if free_scale else 1.0
        rotation = float(np.angle(turn))
        bare = Similarity(rotation_rad=rotation, scale=scale)
        shift = end[:, :2].mean(axis=0) - bare.apply(start[:, :2]).mean(axis=0)
        rise = end[:, 2] - start[:, 2] if start.shape[1] > 2 and end.shape[1] > 2 else np.empty(0)
        dz = float(rise.mean()) if len(rise) else 0.0
        fitted = Similarity(float(shift[0]), float(shift[1]), dz, rotation, scale)
        misfit = np.linalg.norm(fitted.apply(start[:, :2]) - end[:, :2], axis=1)
        residuals = tuple(float(one) for one in misfit)
        return replace(fitted, residuals_m=residuals, height_residuals_m=tuple(float(one) for one in dz - rise))


# --- from a source to the campus -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CampusFrame:
    """Where the campus counts its metres: a projected CRS (or ``local``) and a vertical datum."""

    crs: str
    vertical_datum: str


@dataclass(frozen=True)
class Georeference:
    """Source coordinates -> campus coordinates: unit, CRS change, similarity, height offset, in this order.

    ``method`` is what the report says: ``crs``, ``map_conversion``, ``control_points``, ``placement``,
    ``unplaced``.
    """

    method: str
    crs: str
    campus: CampusFrame
    path: str
    unit_m: float = 1.0
    similarity: Similarity = field(default_factory=Similarity)
    height_offset_m: float = 0.0
    similarity_first: bool = False  # a map conversion acts in the file's own metres, before the CRS change
    vertical_unit_m: float | None = None
    plane_crs: str | None = None  # the CRS that the similarity starts from, when it is not ``crs`` itself

    def points(self, points: Points) -> Points:
        """(n, 2) or (n, 3), x first. NaN stays NaN."""
        out = np.array(points, dtype=float)
        if not self._geographic():
            out[:, :2] *= self.unit_m
        if out.shape[1] > 2:
            out[:, 2] *= self.vertical_unit_m or self.unit_m
        if self.similarity_first:
            out = self.similarity.apply(out)
        out[:, :2] = transformer(self.crs, self._target(), self.path)(out[:, :2])
        if not self.similarity_first:
            out = self.similarity.apply(out)
        if out.shape[1] > 2:
            out[:, 2] += self.height_offset_m
        return out

    def geometry(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapely objects; 2D stays 2D, 3D stays 3D."""
        flat = ~shapely.has_z(geometry)
        out = geometry.copy()
        for mask, dimensions in ((flat, False), (~flat, True)):
            if mask.any():
                out[mask] = shapely.transform(geometry[mask], self.points, include_z=dimensions)
        return out

    def affine(self, around: Points) -> tuple[NDArray[np.float64], float]:
        """The 4×4 that best stands in for ``points`` over the box of ``around`` (n, 3), and its worst error in m.

        Meshes are placed with it: over one building the curvature of a map projection stays far below 1 mm.
        """
        low, high = around.min(axis=0), around.max(axis=0)
        high = np.where(high - low < 1e-6, low + 1.0, high)
        corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        centre = corners.mean(axis=0)
        local = np.column_stack([corners - centre, np.ones(len(corners))])
        target = self.points(corners)
        shift = target.mean(axis=0)
        solution, *_ = np.linalg.lstsq(local, target - shift, rcond=None)
        matrix = np.eye(4)
        matrix[:3, :3] = solution[:3].T
        matrix[:3, 3] = solution[3] + shift - matrix[:3, :3] @ centre
        worst = np.abs(corners @ matrix[:3, :3].T + matrix[:3, 3] - target).max()
        return matrix, float(worst)

    def describe(self) -> dict[str, Any]:
        """JSON-ready account for the report."""
        residuals = self.similarity.residuals_m
        said: dict[str, Any] = {"method": self.method, "crs": short_name(parse_crs(self.crs, self.path))}
        if residuals:
            said["residuals_m"] = [round(one, 4) for one in residuals]
        if self.similarity.height_residuals_m:
            said["height_residuals_m"] = [round(one, 4) for one in self.similarity.height_residuals_m]
        if self.similarity != Similarity():
            said["rotation_deg"] = round(math.degrees(self.similarity.rotation_rad), 6)
            said["scale"] = self.similarity.scale
        return said

    def _geographic(self) -> bool:
        parsed = parse_crs(self.crs, self.path)
        return parsed is not None and horizontal(parsed).is_geographic

    def _target(self) -> str:
        # Placed by a similarity from a frame PROJ cannot relate: the numbers are already metres.
        if self.similarity_first or self.similarity == Similarity():
            return self.campus.crs
        return self.plane_crs or (self.campus.crs if self._geographic() else self.crs)


def check_datum(
    path: Path, declared: str | None, campus: str, height_offset_m: float | None, *, has_heights: bool
) -> float:
    """The height offset to add, or the error that says which answer is missing."""
    if not has_heights:
        return 0.0
    if height_offset_m is not None:
        return height_offset_m
    if declared is None:
        raise MissingVerticalDatumError(path=path)
    if declared != campus:
        raise DatumMismatchError(path=path, source=declared, target=campus)
    return 0.0


# --- to the globe --------------------------------------------------------------------------------------


def geocentric(lonlat_h: Points) -> Points:
    """(n, 3) WGS 84 longitude, latitude, ellipsoid height -> geocentric."""
    engine = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True, allow_ballpark=False)
    return np.column_stack(engine.transform(lonlat_h[:, 0], lonlat_h[:, 1], lonlat_h[:, 2]))


def enu(longitude_deg: float, latitude_deg: float, height_m: float) -> NDArray[np.float64]:
    """4×4 geocentric -> east, north, up at a point of the WGS 84 ellipsoid."""
    lon, lat = math.radians(longitude_deg), math.radians(latitude_deg)
    east = [-math.sin(lon), math.cos(lon), 0.0]
    north = [-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)]
    up = [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]
    matrix = np.eye(4)
    matrix[:3, :3] = [east, north, up]
    matrix[:3, 3] = -matrix[:3, :3] @ geocentric(np.array([[longitude_deg, latitude_deg, height_m]]))[0]
    return matrix


def to_ecef(points: Points, frame: CampusFrame, geoid_separation_m: float) -> Points:
    """Campus coordinates (n, 3) -> WGS 84 geocentric (n, 3), heights lifted by the geoid separation."""
    lonlat = transformer(frame.crs, "EPSG:4326")(points[:, :2])
    return geocentric(np.column_stack([lonlat, points[:, 2] + geoid_separation_m]))


def fit_similarity(start: Points, end: Points) -> tuple[NDArray[np.float64], float]:
    """Least-squares 3D similarity (Umeyama 1991) start -> end: 4×4 and the worst residual in metres."""
    a, b = start - start.mean(axis=0), end - end.mean(axis=0)
    u, singular, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(u @ vt)))])
    rotation = u @ sign @ vt
    scale = float(np.sum(singular * np.diag(sign)) / np.sum(a * a))
    matrix = np.eye(4)
    matrix[:3, :3] = scale * rotation
    matrix[:3, 3] = end.mean(axis=0) - matrix[:3, :3] @ start.mean(axis=0)
    residual = np.linalg.norm(start @ matrix[:3, :3].T + matrix[:3, 3] - end, axis=1).max()
    return matrix, float(residual)


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
