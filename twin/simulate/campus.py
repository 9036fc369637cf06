"""The things that send, as the generation in use has them: devices, rooms, ways, the fence, the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import shapely

from twin.simulate.chance import generator
from twin.store.campus import Campus, Generation

Position = tuple[float, float, float]
# the registers that name what tells something; a campus without one tells nothing of it
REGISTERS: Final = ("outlets", "dishes", "stock_items", "contractors", "exits", "checkpoints", "perimeter", "fleet")

# drawn sign by sign where the register of staff names nobody; any likeness is chance
_SURNAMES = "林陈黄郑吴叶许施蔡杨洪庄邱苏曾游江柯沈卢"
_GIVEN = (
    "榕安",
    "溪明",
    "远山",
    "若川",
    "文澜",
    "静宜",
    "志诚",
    "雨桐",
    "嘉禾",
    "思齐",
    "景行",
    "云帆",
    "海宁",
    "清和",
)


@dataclass(frozen=True, slots=True)
class Device:
    """``building`` is its code; ``ground_m`` the level of the ground or floor below it."""

    code: str
    type: str
    name: str
    position: Position
    ground_m: float
    building: str | None = None
    use: str | None = None  # of the building
    storey: str | None = None
    space_id: str | None = None
    room_use: str | None = None
    zone: str | None = None
    in_stated_room: bool = False  # and not only by where it stands

    @property
    def is_main(self) -> bool:
        """Of a building's meters, the one before all others."""
        return "总" in self.name


@dataclass(frozen=True, slots=True)
class Room:
    space_id: str
    building: str
    storey: str
    number: str
    use: str
    position: Position


@dataclass(frozen=True, slots=True)
class Way:
    """A centreline to walk or drive along."""

    name: str
    line: shapely.LineString
    is_path: bool


@dataclass(frozen=True, slots=True)
class Building:
    code: str
    name: str
    use: str
    floor_area_m2: float


@dataclass(frozen=True)
class SimulatedCampus:
    """What a campus is made of, in the campus CRS."""

    timezone: str
    devices: tuple[Device, ...]
    buildings: dict[str, Building]
    rooms: tuple[Room, ...] = ()
    ways: tuple[Way, ...] = ()
    fence: tuple[shapely.LineString, ...] = ()
    staff: tuple[tuple[str, str, str], ...] = field(default=())  # staff_id, name, unit
    registers: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # those of REGISTERS below

    @cached_property
    def by_type(self) -> dict[str, list[Device]]:
        found: dict[str, list[Device]] = {}
        for one in self.devices:
            found.setdefault(one.type, []).append(one)
        return found

    @cached_property
    def by_code(self) -> dict[str, Device]:
        return {one.code: one for one in self.devices}

    @cached_property
    def room(self) -> dict[str, Room]:
        """By its space_id."""
        return {one.space_id: one for one in self.rooms}

    def of(self, device_type: str) -> list[Device]:
        return self.by_type.get(device_type, [])

    def register(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Its rows, by their own ids."""
        return self.registers.get(name, ())


def read_campus(folder: Path, timezone: str) -> SimulatedCampus:
    """The generation in use of a campus folder. Raises NotACampusError, NeverBuiltError."""
    campus = Campus.open(folder)
    generation = campus.generation
    buildings = _buildings(generation)
    codes = {one["building_id"]: one["code"] for one in _rows(generation, "buildings", "building_id", "code")}
    storeys = {one["feature_id"]: one["name"] for one in _rows(generation, "storeys", "feature_id", "name")}
    rooms = _rooms(generation, codes, storeys)
    staff = campus.register("staff")
    people = [] if staff is None else staff.select(["staff_id", "name", "unit_id"]).to_pylist()
    return SimulatedCampus(
        timezone,
        _devices(generation, codes, buildings, storeys, {one.space_id: one.use for one in rooms}),
        buildings,
        rooms,
        *_ways(generation),
        tuple((one["staff_id"], one["name"], one["unit_id"] or "") for one in people),
        {name: _register(campus, name) for name in REGISTERS},
    )


def staff_of(campus: SimulatedCampus, count: int, seed: int) -> list[tuple[str, str, str]]:
    """So many people: those of the register first, then invented ones."""
    people = list(campus.staff[:count])
    chance = generator(seed, "names")
    for number in range(len(people) + 1, count + 1):
        name = _SURNAMES[chance.integers(len(_SURNAMES))] + _GIVEN[chance.integers(len(_GIVEN))]
        people.append((f"P{number:04d}", name, f"U{chance.integers(24) + 1:02d}"))
    return people


def _register(campus: Campus, name: str) -> tuple[Mapping[str, Any], ...]:
    table = campus.register(name)
    rows = [] if table is None else table.to_pylist()
    return tuple(sorted(rows, key=lambda one: tuple(str(value) for value in one.values())))


def _rows(generation: Generation, layer_id: str, *columns: str) -> list[dict[str, Any]]:
    if layer_id not in generation.layer_ids():
        return []
    rows: list[dict[str, Any]] = generation.table(layer_id).select(list(columns)).to_pylist()
    return rows


def _buildings(generation: Generation) -> dict[str, Building]:
    rows = _rows(generation, "buildings", "code", "name", "use", "floor_area_m2")
    return {
        one["code"]: Building(one["code"], one["name"] or one["code"], one["use"] or "office", one["floor_area_m2"])
        for one in rows
        if one["code"] and one["floor_area_m2"]
    }


def _rooms(generation: Generation, codes: dict[str, str], storeys: dict[str, str]) -> tuple[Room, ...]:
    columns = ("feature_id", "building_id", "storey_id", "number", "use", "geometry")
    found = []
    for one in _rows(generation, "spaces", *columns):
        if one["geometry"] and one["building_id"] in codes:
            where = _position(shapely.from_wkb(one["geometry"]))
            storey = storeys.get(one["storey_id"], "")
            number, use = one["number"] or "", one["use"] or ""
            found.append(Room(one["feature_id"], codes[one["building_id"]], storey, number, use, where))
    return tuple(sorted(found, key=lambda one: one.space_id))


def _devices(
    generation: Generation,
    codes: dict[str, str],
    buildings: dict[str, Building],
    storeys: dict[str, str],
    room_uses: dict[str, str],
) -> tuple[Device, ...]:
    columns = ("device_code", "device_type", "name", "building_id", "storey_id", "space_id", "zone_id", "geometry",
               "mounting_height_m", "space_origin")  # fmt: skip
    found = []
    for one in _rows(generation, "devices", *columns):
        if not one["device_code"] or not one["geometry"]:
            continue
        x, y, z = _position(shapely.from_wkb(one["geometry"]))
        building = codes.get(one["building_id"])
        found.append(
            Device(
                one["device_code"],
                one["device_type"] or "",
                one["name"] or one["device_code"],
                (x, y, z),
                z - (one["mounting_height_m"] or 0.0),
                building,
                buildings[building].use if building in buildings else None,
                storeys.get(one["storey_id"]),
                one["space_id"],
                room_uses.get(one["space_id"]),
                one["zone_id"],
                one["space_origin"] == "stated",
            )
        )
    return tuple(sorted(found, key=lambda one: one.code))


def _ways(generation: Generation) -> tuple[tuple[Way, ...], tuple[shapely.LineString, ...]]:
    """The ways inside the fence, and the fence."""
    ways: list[Way] = []
    fence: list[shapely.LineString] = []
    for one in _rows(generation, "surface", "feature_id", "name", "surface_class", "geometry"):
        shape = shapely.from_wkb(one["geometry"]) if one["geometry"] else None
        if not isinstance(shape, shapely.LineString):
            continue
        if one["surface_class"] == "fence":
            fence.append(shape)
        elif one["surface_class"] in ("road", "path"):
            ways.append(Way(one["name"] or one["feature_id"], shape, one["surface_class"] == "path"))
    inside = shapely.union_all(fence).convex_hull if fence else None
    kept = [one for one in ways if inside is None or inside.contains(one.line)]
    return tuple(sorted(kept, key=lambda one: (-one.line.length, one.name))), tuple(fence)


def _position(shape: Any) -> Position:
    spot = shape if isinstance(shape, shapely.Point) else shape.representative_point()
    z = spot.z if spot.has_z else 0.0
    if not spot.has_z and shape.has_z:
        z = float(shapely.get_coordinates(shape, include_z=True)[:, 2].min())
    return float(spot.x), float(spot.y), float(z)
