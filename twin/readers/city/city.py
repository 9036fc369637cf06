"""City objects, whichever encoding they came in, into layers: buildings, terrain meshes, things on the ground.

A building is one feature with the surfaces of all its parts at the highest level of detail each has; its geometry
is a MultiPolygon Z, one polygon a surface. OGC 12-019 (CityGML 2.0), OGC 20-010 (3.0), OGC 20-072r5 (CityJSON).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import Georeference
from twin.errors import UnknownLayerError
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.gis.fields import is_blank, parse_number
from twin.readers.writer import BatchWriter

Ring = NDArray[np.float64]  # (n, 2 or 3), x first

BUILDINGS, SURFACE, TERRAIN = "buildings", "surface", "terrain"

# Class of a city object -> layer and surface class. What is not here is counted as unsupported.
CLASSES: Final[dict[str, tuple[str, str]]] = {
    "Building": (BUILDINGS, ""),
    "ReliefFeature": (TERRAIN, ""),
    "TINRelief": (TERRAIN, ""),
    "Road": (SURFACE, "road"),
    "Track": (SURFACE, "path"),
    "Square": (SURFACE, "plaza"),
    "Railway": (SURFACE, "other"),
    "Waterway": (SURFACE, "water"),
    "TransportSquare": (SURFACE, "plaza"),
    "TransportationComplex": (SURFACE, "road"),
    "SolitaryVegetationObject": (SURFACE, "tree"),
    "PlantCover": (SURFACE, "green"),
    "WaterBody": (SURFACE, "water"),
    "LandUse": (SURFACE, "other"),
    "CityFurniture": (SURFACE, "other"),
    "GenericCityObject": (SURFACE, "other"),
    "Bridge": (SURFACE, "other"),
    "Tunnel": (SURFACE, "other"),
    "OtherConstruction": (SURFACE, "other"),
}
# Inside a building: IFC is the source for that, and its surfaces would hide behind the walls.
INTERIOR: Final = frozenset(
    {"Room", "BuildingRoom", "BuildingFurniture", "BuildingStorey", "BuildingUnit", "IntBuildingInstallation"}
)
_KINDS: Final = {BUILDINGS: "building", SURFACE: "surface", TERRAIN: "terrain_mesh"}

# Building column -> attribute names in CityGML and CityJSON
_BUILDING_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "use": ("usage", "function", "class"),
    "storeys_above": ("storeysAboveGround",),
    "storeys_below": ("storeysBelowGround",),
    "height_m": ("measuredHeight",),
    "built_year": ("yearOfConstruction",),
    "floor_area_m2": ("totalFloorArea",),
}
_UNKNOWN: Final = 9999  # PLATEAU writes 9999 storeys and -9999 m for "not known"
_WHOLE: Final = frozenset({"storeys_above", "storeys_below", "built_year"})


@dataclass(slots=True)
class Surface:
    """One polygon: outer ring, then holes; ``semantic`` is RoofSurface, WallSurface, … or empty."""

    rings: list[Ring]
    semantic: str = ""


@dataclass(slots=True)
class CityObject:
    """One object with its parts. ``lod`` is the level of ``surfaces``; ``point`` stands in when there are none."""

    type: str
    key: str | None
    position: str
    attributes: dict[str, Any]
    surfaces: list[Surface] = field(default_factory=list)
    lod: float = -1.0
    point: Ring | None = None
    parts: list[CityObject] = field(default_factory=list)

    def count(self) -> int:
        return 1 + sum(part.count() for part in self.parts)

    def all_surfaces(self) -> list[Surface]:
        """Its own surfaces unless its parts show it in more detail, and those of its parts."""
        deeper = [part.all_surfaces() for part in self.parts]
        best = max((part.best_lod() for part in self.parts), default=-1.0)
        own = self.surfaces if self.lod >= best else []
        return [*own, *(one for surfaces in deeper for one in surfaces)]

    def best_lod(self) -> float:
        return max([self.lod if self.surfaces else -1.0, *(part.best_lod() for part in self.parts)])


def wanted_layer(source: Source, out: BatchWriter) -> str | None:
    """The one layer campus.toml restricts this source to, or None for all."""
    known = [name for name in _KINDS if name in out.layers]
    if source.layer is not None and source.layer not in known:
        raise UnknownLayerError(layer=source.layer, known=", ".join(known))
    return source.layer


def write_city(
    things: Sequence[CityObject], georeference: Georeference, source: Source, out: BatchWriter, report: ReadReport
) -> None:
    """Write every object to its layer; each object and each of its parts is counted."""
    only = wanted_layer(source, out)
    out.placed_by(georeference)
    chosen: dict[tuple[str, bool], list[tuple[CityObject, Any]]] = {}
    for thing in things:
        report.found += thing.count()
        layer, shape = _sorted(thing, only, georeference, source, report)
        if layer is not None:
            chosen.setdefault((layer, _key(thing, source) is not None), []).append((thing, shape))
    for (layer, keyed), pairs in sorted(chosen.items()):
        if layer == TERRAIN:
            _write_tins(pairs, keyed, source, out, report)
        else:
            _write_features(layer, pairs, keyed, source, out)
        report.kept += sum(thing.count() for thing, _ in pairs)


def _sorted(
    thing: CityObject, only: str | None, georeference: Georeference, source: Source, report: ReadReport
) -> tuple[str | None, Any]:
    """Layer and placed geometry, or (None, None) with the loss counted."""
    size, where = thing.count(), f"{source.path.name}: {thing.position}"
    if thing.type not in CLASSES:
        report.skip(SkipReason.UNSUPPORTED_OBJECT, size, f"{where}: {thing.type} has no place in the twin")
        return None, None
    layer, _ = CLASSES[thing.type]
    if only is not None and layer != only:
        report.skip(SkipReason.NOT_SELECTED, size)
        return None, None
    if source.key_column is not None and _key(thing, source) is None:
        report.skip(SkipReason.NO_KEY, size, f"{where}: no value in '{source.key_column}'")
        return None, None
    shape = build_shape(thing)
    if shape is None:
        report.skip(SkipReason.NO_GEOMETRY, size, f"{where}: no surface that could be used")
        return None, None
    if layer == TERRAIN and not _is_triangles(shape):
        report.skip(SkipReason.UNSUPPORTED_GEOMETRY, size, f"{where}: relief that is not triangles with heights")
        return None, None
    placed = georeference.geometry(np.array([shape], dtype=object))[0]
    if not np.isfinite(shapely.get_coordinates(placed, include_z=bool(shapely.has_z(placed)))).all():
        report.skip(SkipReason.BAD_COORDINATES, size, where)
        return None, None
    return layer, placed


def build_shape(thing: CityObject) -> Any:
    """MultiPolygon (Z) of its surfaces, or its point, or None. Rings of fewer than three corners are left out."""
    polygons = []
    for surface in thing.all_surfaces():
        rings = [ring for ring in surface.rings if len(ring) >= 3]
        if rings and len(surface.rings[0]) >= 3:
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
    if polygons:
        return shapely.MultiPolygon(polygons)
    return None if thing.point is None else shapely.Point(thing.point)


def _is_triangles(shape: Any) -> bool:
    return bool(shapely.has_z(shape)) and bool((shapely.get_num_coordinates(shapely.get_parts(shape)) == 4).all())


def _key(thing: CityObject, source: Source) -> str | None:
    if source.key_column is None:
        return thing.key
    value = thing.attributes.get(source.key_column)
    return None if is_blank(value) else str(value)


def _attributes(thing: CityObject) -> dict[str, Any]:
    said = {**thing.attributes, "lod": thing.best_lod()}
    semantics = [one.semantic for one in thing.all_surfaces()]
    if any(semantics):
        said["surface_types"] = semantics
    if thing.parts:
        said["parts"] = {part.key or part.position: part.attributes for part in thing.parts}
    return said


def _write_features(
    layer: str, pairs: Sequence[tuple[CityObject, Any]], keyed: bool, source: Source, out: BatchWriter
) -> None:
    things = [thing for thing, _ in pairs]
    shapes = np.array([shape for _, shape in pairs], dtype=object)
    columns: dict[str, list[Any]] = {
        "name": [_text(thing.attributes.get("name")) for thing in things],
        "source_pos": [thing.position for thing in things],
    }
    if layer == SURFACE:
        columns["surface_class"] = [CLASSES[thing.type][1] for thing in things]
        columns["height_m"] = [parse_number(thing.attributes.get("height")) for thing in things]
        columns["species"] = [_text(thing.attributes.get("species")) for thing in things]
    else:
        rows = [_building_row(thing, shape) for thing, shape in pairs]
        columns |= {name: [row[name] for row in rows] for name in rows[0]}
    out.features(
        layer,
        kind=_KINDS[layer],
        geometry=shapes,
        georeference=None,
        natural_keys=[str(_key(thing, source)) for thing in things] if keyed else None,
        columns=columns,
        attributes=[_attributes(thing) for thing in things],
    )


def _building_row(thing: CityObject, shape: Any) -> dict[str, Any]:
    """Columns of one building: said values first, then measured on the placed surfaces."""
    row = {column: _first(thing, names) for column, names in _BUILDING_FIELDS.items()}
    out: dict[str, Any] = {name: value if name == "use" else parse_number(value) for name, value in row.items()}
    out["use"] = _text(out["use"])
    for name in _WHOLE:
        out[name] = None if out[name] is None or abs(out[name]) >= _UNKNOWN else round(out[name])
    if out["height_m"] is not None and out["height_m"] <= 0:
        out["height_m"] = None
    z = shapely.get_coordinates(shape, include_z=True)[:, 2]
    lowest, highest = (float(z.min()), float(z.max())) if np.isfinite(z).all() else (None, None)
    out["ground_level_m"] = lowest
    if out["height_m"] is None and lowest is not None and highest is not None and highest > lowest:
        out["height_m"] = highest - lowest
    floors = [s.semantic == "GroundSurface" for s in thing.all_surfaces() if s.rings and len(s.rings[0]) >= 3]
    if shape.geom_type == "MultiPolygon" and any(floors):
        areas = shapely.area(shapely.get_parts(shape))
        out["footprint_area_m2"] = float(areas[np.array(floors)].sum())
    else:
        out["footprint_area_m2"] = None
    return out


def _first(thing: CityObject, names: Sequence[str]) -> Any:
    """The first value of ``names`` in the object, else in its parts."""
    for holder in (thing, *thing.parts):
        for name in names:
            value = holder.attributes.get(name)
            if not is_blank(value):
                return value[0] if isinstance(value, list) else value
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return None if is_blank(value) else str(value)


# --- terrain as triangles ------------------------------------------------------------------------------


def _write_tins(
    pairs: Sequence[tuple[CityObject, Any]], keyed: bool, source: Source, out: BatchWriter, report: ReadReport
) -> None:
    """Triangulated ground: a feature for its box, its mesh in local metres, an instance that puts it in place."""
    boxes, lows, highs = [], [], []
    for _, shape in pairs:
        z = shapely.get_coordinates(shape, include_z=True)[:, 2]
        lows.append(float(z.min()))
        highs.append(float(z.max()))
        boxes.append(shapely.force_3d(shapely.box(*shape.bounds), lows[-1]))
    ids = out.features(
        TERRAIN,
        kind=_KINDS[TERRAIN],
        geometry=np.array(boxes, dtype=object),
        georeference=None,
        natural_keys=[str(_key(thing, source)) for thing, _ in pairs] if keyed else None,
        columns={
            "name": [_text(thing.attributes.get("name")) for thing, _ in pairs],
            "source_pos": [thing.position for thing, _ in pairs],
            "lowest_m": lows,
            "highest_m": highs,
        },
        attributes=[thing.attributes for thing, _ in pairs],
    )
    for one, (_, shape) in zip(ids, pairs, strict=True):
        origin, positions, triangles = triangle_mesh(shape)
        matrix = np.hstack([np.eye(3), origin[:, None]])[None]
        out.mesh(one, positions, triangles)
        out.instances([one], [one], matrix, [0])
        report.meshed += 1


def triangle_mesh(shape: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint32]]:
    """Origin (3,), positions (n, 3) relative to it and triangles (m, 3) facing up, corners shared at 1 mm."""
    parts = shapely.get_parts(shape)
    corners = shapely.get_coordinates(parts, include_z=True).reshape(len(parts), 4, 3)[:, :3]
    origin = np.floor(corners.reshape(-1, 3).min(axis=0))
    local = np.round(corners.reshape(-1, 3) - origin, 3)
    positions, index = np.unique(local, axis=0, return_inverse=True)
    triangles = index.reshape(-1, 3).astype(np.uint32)
    a, b, c = (positions[triangles[:, n], :2] for n in range(3))
    down = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0] < 0
    triangles[down] = triangles[down][:, ::-1]
    return origin, positions, triangles
