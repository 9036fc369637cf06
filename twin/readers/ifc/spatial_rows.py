"""Rows of buildings, storeys and spaces."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from twin.readers.ifc.footprints import floor_polygon, outline
from twin.readers.ifc.products import Product
from twin.readers.ifc.reading import Reading
from twin.readers.writer import BatchWriter

_SHELL: Final = ("IfcWall", "IfcSlab", "IfcRoof", "IfcCurtainWall", "IfcPlate", "IfcColumn", "IfcFooting")
_FLAT_M: Final = 0.01  # storeys closer than this were all placed at one height
_DIGITS: Final = 6  # of levels: what rotations leave behind is no height

# in this order; quantities first, then what exporters write as plain properties
_AREA_QUANTITIES: Final = ("NetFloorArea", "GSA BIM Area", "GrossFloorArea", "NetArea", "Area", "GSA Space Areas")
_AREA_PROPERTIES: Final = ("NetFloorArea", "Net Area", "NetArea", "Area", "GrossFloorArea", "NetAreaPlanned", "面积")
_VOLUMES: Final = ("NetVolume", "GrossVolume", "Volume")
_HEIGHTS: Final = ("FinishCeilingHeight", "Height", "Unbounded Height")
_USES: Final = ("OccupancyType", "SpaceType", "Category Description", "Category", "用途")


# --- storeys -------------------------------------------------------------------------------------------


def storey_levels(reading: Reading) -> dict[int, dict[str, Any]]:
    """Per storey, by step id: ``z`` (project metres), ``relative_m``, ``height_m`` to the next one up, ``ordinal``.

    Levels come from placements, since geometry hangs on them; Elevation decides where all storeys of a building were
    placed at one height. Ordinal 0 is the storey nearest to relative level 0.
    """
    by_building: dict[int | None, list[Product]] = defaultdict(list)
    for one in reading.of_kind("storey"):
        by_building[reading.structure.place_of(one.step_id).building].append(one)
    out: dict[int, dict[str, Any]] = {}
    for building, storeys in by_building.items():
        base = _base_z(reading, building)
        levels = sorted((_levels(reading, storeys, base)), key=lambda one: (one["z"], one["step_id"]))
        ground = min(range(len(levels)), key=lambda n: (abs(levels[n]["relative_m"]), n))
        for n, level in enumerate(levels):
            above = next((other["z"] for other in levels[n + 1 :] if other["z"] - level["z"] > _FLAT_M), None)
            level["height_m"] = None if above is None else above - level["z"]
            level["ordinal"] = n - ground
            out[level["step_id"]] = level
    return out


def _base_z(reading: Reading, building: int | None) -> float:
    if building is None:
        return 0.0
    matrix = reading.placements.of(reading.model.by_id(building))
    return 0.0 if matrix is None else float(matrix[2, 3])


def _levels(reading: Reading, storeys: list[Product], base: float) -> list[dict[str, Any]]:
    length_m = reading.units.length_m
    stated = [None if one.entity[9] is None else float(one.entity[9]) * length_m for one in storeys]
    matrices = [reading.placements.of(one.entity) if one.entity[5] is not None else None for one in storeys]
    placed = [None if one is None else float(one[2, 3]) for one in matrices]
    heights = [one for one in placed if one is not None]
    known = [one for one in stated if one is not None]
    flat = len(heights) > 1 and np.ptp(heights) < _FLAT_M and len(known) > 1 and np.ptp(known) > _FLAT_M
    heaped = len(storeys) > 1 and not known and (not heights or np.ptp(heights) < _FLAT_M)
    levels = []
    for one, elevation, z in zip(storeys, stated, placed, strict=True):
        level = base + (elevation or 0.0) if z is None or (flat and elevation is not None) else z
        relative = elevation if elevation is not None else level - base
        # all at one height and none with an Elevation: the file does not know how high they are
        unknown = heaped or (z is None and elevation is None)
        levels.append(
            {"step_id": one.step_id, "z": level, "relative_m": round(relative, _DIGITS) + 0.0, "known": not unknown}
        )
    return levels


def write_storeys(reading: Reading, out: BatchWriter, levels: dict[int, dict[str, Any]]) -> None:
    """Storeys have no geometry; their level says where they are."""
    storeys = reading.of_kind("storey")
    if not storeys:
        return
    rows = [levels[one.step_id] for one in storeys]
    columns: dict[str, list[Any]] = {
        **reading.place_columns(storeys),
        "name": [one.name or one.long_name for one in storeys],
        "elevation_m": [_campus_level(reading, one["z"]) if one["known"] else None for one in rows],
        "relative_m": [one["relative_m"] if one["known"] else None for one in rows],
        "height_m": [one["height_m"] for one in rows],
        "ordinal": [one["ordinal"] for one in rows],
        "global_id": [one.global_id for one in storeys],
    }
    ids = out.features(
        "storeys",
        kind="storey",
        geometry=None,
        georeference=None,
        natural_keys=[one.global_id for one in storeys],
        columns=columns,
        attributes=[_spatial_attributes(one) for one in storeys],
        count=len(storeys),
    )
    reading.remember(storeys, ids)


def _campus_level(reading: Reading, z: float) -> float:
    return round(reading.campus_z(0.0, 0.0, z), _DIGITS) + 0.0


def _spatial_attributes(product: Product) -> dict[str, Any]:
    return {"long_name": product.long_name, "description": product.entity[3], "object_type": product.object_type}


# --- buildings -----------------------------------------------------------------------------------------


def write_buildings(reading: Reading, out: BatchWriter, levels: dict[int, dict[str, Any]]) -> None:
    """Buildings with their outline, ground level and height from what stands in them."""
    buildings = reading.of_kind("building")
    if not buildings:
        return
    rows = [_building(reading, one, levels) for one in buildings]
    columns: dict[str, list[Any]] = {
        "source_pos": [f"#{one.step_id}" for one in buildings],
        "name": [one.name or one.long_name for one in buildings],
        "global_id": [one.global_id for one in buildings],
        **{
            name: [row[name] for row in rows]
            for name in (
                "use",
                "storeys_above",
                "storeys_below",
                "height_m",
                "ground_level_m",
                "footprint_area_m2",
                "floor_area_m2",
                "built_year",
            )
        },
    }
    ids = out.features(
        "buildings",
        kind="building",
        geometry=np.array([row["plan"] for row in rows] + [None], dtype=object)[:-1],
        georeference=reading.georeference,
        natural_keys=[one.global_id for one in buildings],
        columns=columns,
        attributes=[_spatial_attributes(one) for one in buildings],
    )
    reading.remember(buildings, ids)


def _building(reading: Reading, building: Product, levels: dict[int, dict[str, Any]]) -> dict[str, Any]:
    place_of = reading.structure.place_of
    members = [
        one
        for one in reading.products
        if one.step_id in reading.bodies.instances
        and one.kind == "element"
        and place_of(one.step_id).building == building.step_id
    ]
    shell = [one.step_id for one in members if any(one.entity.is_a(name) for name in _SHELL)]
    plan = outline(reading.bodies, shell or [one.step_id for one in members])
    storeys = [one for key, one in levels.items() if place_of(key).building == building.step_id]
    ground = next((one["z"] for one in storeys if one["ordinal"] == 0), _base_z(reading, building.step_id))
    top = max((float(reading.bodies.placed(one.step_id)[:, 2].max()) for one in members), default=None)
    area = reading.properties.find(building.step_id, ("GrossFloorArea", "Gross Floor Area", "NetFloorArea"))
    year = reading.properties.find(building.step_id, ("YearOfConstruction", "建成年份"))
    use = reading.properties.find(building.step_id, _USES)
    return {
        "plan": plan,
        "use": use.text if use is not None else building.object_type,
        "storeys_above": sum(one["ordinal"] >= 0 for one in storeys) if storeys else None,
        "storeys_below": sum(one["ordinal"] < 0 for one in storeys) if storeys else None,
        "height_m": None if top is None else top - ground,
        "ground_level_m": _campus_level(reading, ground),
        "footprint_area_m2": None if plan is None else float(plan.area),
        "floor_area_m2": area.number if area is not None else None,
        "built_year": _year(year.text if year is not None else None),
    }


def _year(text: str | None) -> int | None:
    digits = (text or "")[:4]
    return int(digits) if len(digits) == 4 and digits.isdigit() else None


# --- spaces --------------------------------------------------------------------------------------------


def write_spaces(reading: Reading, out: BatchWriter) -> None:
    """Spaces with the polygon of their floor and an area that says where it came from."""
    spaces = reading.of_kind("space")
    if not spaces:
        return
    rows = [_space(reading, one) for one in spaces]
    columns: dict[str, list[Any]] = {
        **reading.place_columns(spaces),
        "name": [one.long_name or one.name for one in spaces],
        "number": [one.name for one in spaces],
        "long_name": [one.long_name for one in spaces],
        "global_id": [one.global_id for one in spaces],
        **{name: [row[name] for row in rows] for name in ("use", "area_m2", "area_source", "volume_m3", "height_m")},
    }
    columns.pop("space_id")
    ids = out.features(
        "spaces",
        kind="space",
        geometry=np.array([row["plan"] for row in rows] + [None], dtype=object)[:-1],
        georeference=reading.georeference,
        natural_keys=[one.global_id for one in spaces],
        columns=columns,
        attributes=[_spatial_attributes(one) for one in spaces],
    )
    reading.remember(spaces, ids)


def _space(reading: Reading, space: Product) -> dict[str, Any]:
    instance = reading.bodies.instances.get(space.step_id)
    plan = None if instance is None else floor_polygon(reading.bodies.meshes[instance.mesh_id], instance)
    area, area_source = _area(reading, space, plan)
    facts = reading.facts_of(space.step_id)
    volume = None if facts is None else facts.volume_m3
    use = reading.properties.find(space.step_id, _USES)
    if volume is None:
        stated = reading.properties.find(space.step_id, _VOLUMES)
        volume = stated.number if stated is not None else None
    return {
        "plan": plan,
        "use": use.text if use is not None else space.object_type,
        "area_m2": area,
        "area_source": area_source,
        "volume_m3": volume,
        "height_m": _height(reading, space),
    }


def _height(reading: Reading, space: Product) -> float | None:
    """The stated quantity, else the extent of the body: "Unbounded Height" of exporters ignores the ceiling."""
    quantity = reading.properties.find(space.step_id, _HEIGHTS, "quantity")
    if quantity is not None and quantity.number and quantity.unit == "m":
        return quantity.number
    if space.step_id in reading.bodies.instances:
        return float(np.ptp(reading.bodies.placed(space.step_id)[:, 2]))
    stated = reading.properties.find(space.step_id, _HEIGHTS)
    return stated.number if stated is not None and stated.unit == "m" else None


def _area(reading: Reading, space: Product, plan: BaseGeometry | None) -> tuple[float | None, str | None]:
    quantity = reading.properties.find(space.step_id, _AREA_QUANTITIES, "quantity")
    if quantity is not None and quantity.number and quantity.unit == "m2":
        return quantity.number, "ifc_quantity"
    stated = reading.properties.find(space.step_id, _AREA_PROPERTIES, "property")
    if stated is not None and stated.number and stated.unit == "m2":
        return stated.number, "ifc_property"
    return (float(plan.area), "computed") if plan is not None else (None, None)
