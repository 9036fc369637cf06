"""A ``Building`` as an IFC4 file: spatial structure, products, openings, types, materials, properties, place."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geodata.demo import frame
from geodata.demo.building_plan import Building, Instance, Mass, Opening, Room, Slab, Storey, Wall
from geodata.demo.catalogue import TypeSpec, spec
from geodata.demo.ifc_model import Entity, IfcModel
from geodata.demo.ifc_properties import Properties

PLACED_BY_CONTROL_POINTS: Final = ("B07",)


@dataclass(frozen=True)
class WallType:
    """Layers from outside in, with thickness in metres; the first gives the colour."""

    layers: tuple[tuple[str, float], ...]
    predefined: str
    external: bool
    fire_rating: str


WALL_TYPES: Final[dict[str, WallType]] = {
    "石材外墙": WallType((("石材幕墙", 0.05), ("混凝土", 0.23), ("内墙涂料", 0.02)), "SOLIDWALL", True, "3h"),
    "涂料外墙": WallType((("涂料墙面", 0.02), ("混凝土", 0.26), ("内墙涂料", 0.02)), "SOLIDWALL", True, "3h"),
    "红砂岩外墙": WallType((("红砂岩", 0.06), ("混凝土", 0.22), ("内墙涂料", 0.02)), "SOLIDWALL", True, "3h"),
    "走廊墙": WallType((("内墙涂料", 0.02), ("混凝土", 0.16), ("内墙涂料", 0.02)), "STANDARD", False, "2h"),
    "隔墙": WallType((("内墙涂料", 0.12),), "PARTITIONING", False, "1h"),
}


@dataclass
class _Writer:
    model: IfcModel
    contained: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    of_type: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    of_material: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    systems: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))


def write_ifc(building: Building, place: tuple[float, float, float], path: Path, *, seed: int) -> None:
    """Write ``building``; ``place``: east, north of its origin and level of its ground floor."""
    model = IfcModel(building.code, millimetres=building.millimetres, seed=seed)
    writer = _Writer(model)
    properties = Properties(model)
    project = _project(model, building, place)
    site_place = model.place(None)
    site = model.e(
        "IfcSite", model.guid("site"), None, "示范政务园区（虚构）", None, None, site_place, None, None, "ELEMENT"
    )
    house_place = model.place(site_place)
    house = model.e(
        "IfcBuilding", model.guid("building"), None, building.name_zh, building.name_en, None, house_place, None,
        building.name_zh, "ELEMENT",
    )  # fmt: skip
    _aggregate(model, "project", project, [site])
    _aggregate(model, "site", site, [house])
    storeys = []
    for storey in building.storeys:
        storey_place = model.place(house_place, z=storey.elevation_m)
        level = round(storey.elevation_m * model.scale, 3)
        one = model.e(
            "IfcBuildingStorey", model.guid(f"storey/{storey.name}"), None, storey.name, None, None, storey_place,
            None, f"{storey.ordinal}层" if storey.rooms else "屋面", "ELEMENT", level,
        )  # fmt: skip
        storeys.append(one)
        _write_storey(writer, properties, storey, one, storey_place)
    _aggregate(model, "building", house, storeys)
    _write_types(writer)
    _write_systems(writer, house)
    properties.write()
    path.write_text(model.text(), encoding="utf-8", newline="\n")


def _project(model: IfcModel, building: Building, place: tuple[float, float, float]) -> Entity:
    """Units, context and, but for one building, the map conversion."""
    prefix = "MILLI" if building.millimetres else None
    units = model.e(
        "IfcUnitAssignment",
        [
            model.e("IfcSIUnit", None, "LENGTHUNIT", prefix, "METRE"),
            model.e("IfcSIUnit", None, "AREAUNIT", None, "SQUARE_METRE"),
            model.e("IfcSIUnit", None, "VOLUMEUNIT", None, "CUBIC_METRE"),
            model.e("IfcSIUnit", None, "PLANEANGLEUNIT", None, "RADIAN"),
        ],
    )
    north = model.e(
        "IfcDirection", (math.sin(math.radians(frame.ROTATION_DEG)), math.cos(math.radians(frame.ROTATION_DEG)))
    )
    model.model = model.e("IfcGeometricRepresentationContext", None, "Model", 3, 1e-5, model.axes(0, 0, 0), north)
    model.body = model.e(
        "IfcGeometricRepresentationSubContext",
        "Body",
        "Model",
        None,
        None,
        None,
        None,
        model.model,
        None,
        "MODEL_VIEW",
        None,
    )
    if building.code not in PLACED_BY_CONTROL_POINTS:
        metre = model.e("IfcSIUnit", None, "LENGTHUNIT", None, "METRE")
        crs = model.e(
            "IfcProjectedCRS",
            frame.CRS,
            "CGCS2000 / 3-degree Gauss-Kruger CM 120E",
            "CGCS2000",
            frame.VERTICAL_DATUM,
            "Gauss-Kruger",
            "CM 120E",
            metre,
        )
        angle = math.radians(frame.ROTATION_DEG)
        model.e("IfcMapConversion", model.model, crs, *(round(one, 4) for one in place),
                round(math.cos(angle), 10), round(math.sin(angle), 10), 1 / model.scale)  # fmt: skip
    return model.e("IfcProject", model.guid("project"), None, f"{building.code} {building.name_zh}",
                   "虚构的示范数据 / invented demonstration data", None, None, None, [model.model], units)  # fmt: skip


def _aggregate(model: IfcModel, key: str, whole: Entity, parts: list[Entity]) -> None:
    if parts:
        model.e("IfcRelAggregates", model.guid(f"aggregates/{key}"), None, None, None, whole, parts)


def _write_storey(writer: _Writer, properties: Properties, storey: Storey, entity: Entity, place: Entity) -> None:
    model, prefix = writer.model, storey.name
    spaces = [_space(model, properties, room, prefix, place) for room in storey.rooms]
    _aggregate(model, f"storey/{prefix}", entity, spaces)
    found: list[Entity] = []
    for wall in storey.walls:
        found += _wall(writer, properties, wall, prefix, place)
    found += [_slab(writer, slab, prefix, place, k) for slab in storey.slabs for k in [slab.key]]
    for instance in storey.instances:
        found.append(_instance(writer, properties, instance, prefix, place))
    found += [_mass(writer, mass, prefix, place) for mass in storey.masses]
    if found:
        model.e("IfcRelContainedInSpatialStructure", model.guid(f"contains/{prefix}"), None, None, None, found, entity)


def _space(model: IfcModel, properties: Properties, room: Room, prefix: str, place: Entity) -> Entity:
    body = model.extrude(model.polygon_profile(room.polygon), room.height_m)
    space = model.e(
        "IfcSpace", model.guid(f"{prefix}/room/{room.key}"), None, room.number, None, room.use, model.place(place),
        model.shape([body]), room.name, "ELEMENT", "SPACE", None,
    )  # fmt: skip
    properties.space(space, room)
    return space


def _wall(writer: _Writer, properties: Properties, wall: Wall, prefix: str, storey_place: Entity) -> list[Entity]:
    model = writer.model
    place = model.place(storey_place, *wall.start, wall.base_m, wall.angle_rad)
    body = model.styled(
        model.extrude(model.profile(wall.footprint), wall.height_m), WALL_TYPES[wall.type_key].layers[0][0]
    )
    predefined = "PARAPET" if wall.key.startswith("parapet") else WALL_TYPES[wall.type_key].predefined
    key = f"{prefix}/wall/{wall.key}"
    entity = model.e(
        "IfcWall",
        model.guid(key),
        None,
        f"{wall.type_key} {wall.key}",
        None,
        None,
        place,
        model.shape([body]),
        wall.key,
        predefined,
    )
    writer.of_type[wall.type_key].append(entity)
    properties.wall(entity, WALL_TYPES[wall.type_key].external, WALL_TYPES[wall.type_key].fire_rating)
    thickness = max(p[1] for p in wall.footprint)
    fills = [
        _opening(writer, properties, entity, one, f"{key}/{k}", place, thickness) for k, one in enumerate(wall.openings)
    ]
    return [entity, *fills]


def _opening(
    writer: _Writer,
    properties: Properties,
    wall: Entity,
    opening: Opening,
    key: str,
    wall_place: Entity,
    thickness: float,
) -> Entity:
    """The hole, and what fills it."""
    model, kind = writer.model, spec(opening.type_key)
    place = model.place(wall_place, opening.along_m, thickness / 2, opening.sill_m)
    box = model.once(
        ("hole", opening.type_key, thickness),
        lambda: model.extrude(model.rectangle(kind.width_m, thickness + 0.2), kind.height_m),
    )
    hole = model.e(
        "IfcOpeningElement",
        model.guid(f"{key}/hole"),
        None,
        None,
        None,
        None,
        place,
        model.shape([box]),
        None,
        "OPENING",
    )
    model.e("IfcRelVoidsElement", model.guid(f"{key}/voids"), None, None, None, wall, hole)
    size = (round(kind.height_m * model.scale, 3), round(kind.width_m * model.scale, 3))
    fill = model.e(
        kind.ifc_class, model.guid(f"{key}/fill"), None, kind.key, None, None, model.place(place), model.mapped(kind),
        None, *size, kind.predefined,
    )  # fmt: skip
    model.e("IfcRelFillsElement", model.guid(f"{key}/fills"), None, None, None, hole, fill)
    writer.of_type[kind.key].append(fill)
    properties.fill(fill, external=thickness > 0.25)
    return fill


def _slab(writer: _Writer, slab: Slab, prefix: str, place: Entity, key: str) -> Entity:
    model = writer.model
    body = model.styled(
        model.extrude(model.polygon_profile(slab.polygon), slab.thickness_m, slab.top_m - slab.thickness_m),
        slab.material,
    )
    entity = model.e(
        "IfcSlab",
        model.guid(f"{prefix}/slab/{key}"),
        None,
        f"楼板 {prefix} {key}",
        None,
        None,
        model.place(place),
        model.shape([body]),
        None,
        slab.predefined,
    )
    writer.of_material[slab.material].append(entity)
    return entity


def _instance(writer: _Writer, properties: Properties, one: Instance, prefix: str, place: Entity) -> Entity:
    model, kind = writer.model, spec(one.type_key)
    name = one.name or kind.key
    # a transport element carries no more attributes than any element
    entity = model.e(
        kind.ifc_class, model.guid(f"{prefix}/item/{one.key}"), None, name, None, None,
        model.place(place, *one.position, one.angle_rad), model.mapped(kind), one.key, kind.predefined,
    )  # fmt: skip
    writer.of_type[kind.key].append(entity)
    if one.system:
        writer.systems[one.system].append(entity)
    if kind.ifc_class == "IfcColumn":
        properties.column(entity)
    return entity


def _mass(writer: _Writer, mass: Mass, prefix: str, place: Entity) -> Entity:
    model = writer.model
    shape = model.shape([model.styled(model.face_set(mass), mass.material)], "Tessellation")
    entity = model.e(
        mass.ifc_class,
        model.guid(f"{prefix}/mass/{mass.key}"),
        None,
        mass.name,
        None,
        None,
        model.place(place),
        shape,
        None,
        mass.predefined,
    )
    writer.of_material[mass.material].append(entity)
    return entity


# what a type entity needs beyond its predefined type
_TYPE_TAIL: Final[dict[str, tuple[object, ...]]] = {
    "IfcWindow": ("WINDOW", "NOTDEFINED", None, None),
    "IfcDoor": ("DOOR", "SINGLE_SWING_LEFT", None, None),
    "IfcFurniture": ("NOTDEFINED",),
}


def _write_types(writer: _Writer) -> None:
    """One type object for every kind in use, with its material, and the materials of untyped things."""
    model = writer.model
    for key, products in writer.of_type.items():
        made = _wall_type(model, key) if key in WALL_TYPES else _product_type(model, spec(key))
        model.e("IfcRelDefinesByType", model.guid(f"typed/{key}"), None, None, None, products, made)
    for name, products in writer.of_material.items():
        model.e(
            "IfcRelAssociatesMaterial", model.guid(f"material/{name}"), None, None, None, products, model.material(name)
        )


def _wall_type(model: IfcModel, key: str) -> Entity:
    kind = WALL_TYPES[key]
    layers = [
        model.e("IfcMaterialLayer", model.material(name), round(thick * model.scale, 3), None, None, None, None, None)
        for name, thick in kind.layers
    ]
    layer_set = model.e("IfcMaterialLayerSet", layers, key, None)
    made = model.e(
        "IfcWallType", model.guid(f"type/{key}"), None, key, None, None, None, None, None, None, kind.predefined
    )
    model.e("IfcRelAssociatesMaterial", model.guid(f"typematerial/{key}"), None, None, None, [made], layer_set)
    return made


def _product_type(model: IfcModel, kind: TypeSpec) -> Entity:
    tail = _TYPE_TAIL.get(kind.ifc_class, (kind.predefined,))
    made = model.e(
        f"{kind.ifc_class}Type",
        model.guid(f"type/{kind.key}"),
        None,
        kind.key,
        None,
        None,
        None,
        [model.map_of(kind)],
        None,
        None,
        *tail,
    )
    names = list(dict.fromkeys(one.material for one in kind.solids))
    materials = [model.material(name) for name in names]
    target = materials[0] if len(materials) == 1 else model.e("IfcMaterialList", materials)
    model.e("IfcRelAssociatesMaterial", model.guid(f"typematerial/{kind.key}"), None, None, None, [made], target)
    return made


def _write_systems(writer: _Writer, house: Entity) -> None:
    model = writer.model
    for name, products in writer.systems.items():
        kind = "CHILLEDWATER" if "水" in name else "VENTILATION"
        system = model.e("IfcDistributionSystem", model.guid(f"system/{name}"), None, name, None, None, name, kind)
        model.e("IfcRelAssignsToGroup", model.guid(f"grouped/{name}"), None, None, None, products, None, system)
        model.e("IfcRelServicesBuildings", model.guid(f"serves/{name}"), None, None, None, system, [house])
