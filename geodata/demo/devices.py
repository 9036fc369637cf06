"""The 1,300 devices: outdoor ones on lamps, gates and wells, indoor ones in rooms; exactly ``COUNT``."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from shapely import Point, Polygon

from geodata.demo import frame, site_plan
from geodata.demo.building_plan import Room, Storey
from geodata.demo.building_specs import building_specs
from geodata.demo.networks import PipeNetwork
from geodata.demo.placing import Place
from geodata.demo.planting import Lamp
from geodata.demo.surveys import zone_of, zone_polygons
from geodata.demo.tables import write_csv
from geodata.demo.terrain import Ground

COUNT: Final = 1300
HEADINGS: Final = (
    "device_code",
    "device_type",
    "name",
    "X",
    "Y",
    "Z",
    "building_id",
    "storey_id",
    "space_id",
    "heading_deg",
    "pitch_deg",
    "field_of_view_deg",
    "range_m",
    "mounting_height_m",
    "model",
    "zone_id",
    "installed_on",
)

# device_type: code prefix, invented model
MODELS: Final[dict[str, tuple[str, str]]] = {
    "camera": ("SXJ", "示范-球机4M"),
    "smoke": ("YG", "示范-烟感S1"),
    "temperature": ("WD", "示范-温感T2"),
    "gas": ("KR", "示范-可燃气G1"),
    "level": ("YW", "示范-液位L3"),
    "pressure": ("YL", "示范-压力P1"),
    "electricity_meter": ("DB", "示范-三相电表"),
    "water_meter": ("SB", "示范-远传水表"),
    "gas_meter": ("RB", "示范-燃气表"),
    "heat_meter": ("RLB", "示范-热量表"),
    "parking": ("CW", "示范-地磁"),
    "door": ("MJ", "示范-门禁"),
    "gate": ("DZ", "示范-道闸"),
    "hydrant": ("XHS", "示范-智能消火栓"),
    "tank": ("SX", "示范-水箱液位T1"),
    "queue": ("PD", "示范-排队计数C1"),
    "charger": ("CDZ", "示范-交流桩7kW"),
    "pv": ("GF", "示范-光伏逆变器"),
    "cover": ("JG", "示范-井盖传感"),
}
HOT_ROOMS: Final = ("机房", "配电室", "冷库", "档案库房", "档案室", "制冷机房", "水泵房", "控制室", "数字化室")
LOCKED_ROOMS: Final = ("机房", "配电室", "档案库房", "制冷机房", "控制室", "水泵房")
GAS_ROOMS: Final = ("厨房", "备餐间", "风味餐厅")
DINING_ROOMS: Final = ("第一食堂大厅", "第二食堂大厅", "风味餐厅")
# one each: device type, building, use of the room, name
PLANT: Final = (
    ("tank", "B01", "机房", "消防高位水箱"),
    ("tank", "B07", "水泵房", "消防水池"),
    ("pv", "B07", "控制室", "能源站屋面光伏"),
    ("pv", "B08", "器材室", "体育馆屋面光伏"),
)
HYDRANTS: Final = 8
COVERS: Final = 12  # of each kind of drain
CHARGERS: Final = 12


@dataclass(frozen=True)
class View:
    """Where a camera looks, clockwise from grid north; pitch below the horizon is negative."""

    heading_deg: float
    pitch_deg: float
    field_of_view_deg: float
    range_m: float


@dataclass(frozen=True)
class Device:
    """One device in plan metres, with its level above datum."""

    device_type: str
    name: str
    u: float
    v: float
    z: float
    mounting_m: float
    building: str | None = None
    storey: str | None = None
    room: str | None = None
    view: View | None = None
    code: str = ""


@dataclass(frozen=True)
class Scene:
    """What the devices are put on."""

    places: dict[str, Place]
    ground: Ground
    networks: list[PipeNetwork]
    lamps: list[Lamp]

    def level(self, u: float, v: float) -> float:
        return float(self.ground.plan_levels(np.array([[u, v]]))[0])


def make_devices(scene: Scene, rng: np.random.Generator) -> list[Device]:
    """Everything that has a fixed place, then smoke detectors until there are ``COUNT``."""
    fixed = [*_gates(scene), *_street_cameras(scene), *_corner_cameras(scene), *_wells(scene), *_parking(scene)]
    fixed += [*_gate_queues(scene), *_hydrants(scene), *_covers(scene), *_chargers(scene)]
    for place in scene.places.values():
        fixed += [*_entrances(place), *_meters(place), *_room_devices(place), *_plant(place)]
    smoke = [one for place in scene.places.values() for one in _smoke(place)]
    missing = COUNT - len(fixed)
    if not 0 < missing <= len(smoke):
        raise ValueError(f"{len(fixed)} fixed devices and {len(smoke)} rooms do not make {COUNT}")
    chosen = sorted(rng.choice(len(smoke), missing, replace=False)) if missing < len(smoke) else range(len(smoke))
    return _numbered([*fixed, *(smoke[int(k)] for k in chosen)])


def _numbered(devices: list[Device]) -> list[Device]:
    counts: Counter[str] = Counter()
    found = []
    for one in devices:
        counts[one.device_type] += 1
        found.append(replace(one, code=f"{MODELS[one.device_type][0]}-{counts[one.device_type]:04d}"))
    return found


# --- outdoors ------------------------------------------------------------------------------------------


def _gates(scene: Scene) -> Iterator[Device]:
    """Barriers in every lane of a gate and one camera that looks out and one that looks in."""
    for name, (u, v, width, (du, dv)) in site_plan.GATES.items():
        lanes = 4 if width > 20 else 2
        for k in range(lanes):
            aside = (k - (lanes - 1) / 2) * (width / (lanes + 1))
            x, y = u - dv * aside + du * 2, v + du * aside + dv * 2
            yield Device("gate", f"{name}{k + 1}号道闸", x, y, scene.level(x, y) + 1.0, 1.0)
        for word, turn in (("进", -1.0), ("出", 1.0)):
            x, y = u + du * 4 - dv * width / 2 * turn, v + dv * 4 + du * width / 2 * turn
            view = View(frame.heading_deg(du * turn, dv * turn), -12.0, 70.0, 60.0)
            yield Device("camera", f"{name}{word}口摄像机", x, y, scene.level(x, y) + 5.0, 5.0, view=view)


def _street_cameras(scene: Scene) -> Iterator[Device]:
    """On every second campus lamp along roads, looking along the road; on every third path lamp."""
    inside = [one for one in scene.lamps if site_plan.FENCE.contains(Point(one.u, one.v))]
    for n, lamp in enumerate(inside):
        if n % (2 if lamp.height_m > 4 else 3):
            continue
        mounting = round(lamp.height_m * 0.75, 1)
        sign = 1.0 if n % 4 == 0 else -1.0
        view = View(frame.heading_deg(sign * lamp.along[0], sign * lamp.along[1]), -15.0, 62.0, 55.0)
        yield Device(
            "camera", f"路灯摄像机{n:03d}", lamp.u, lamp.v, scene.level(lamp.u, lamp.v) + mounting, mounting, view=view
        )


def _corner_cameras(scene: Scene) -> Iterator[Device]:
    """Two dome cameras at opposite corners of every building, just outside its walls."""
    for code, place in scene.places.items():
        x0, y0, x1, y1 = place.building.outline.bounds
        for word, x, y, dx, dy in (("西南角", x0, y0, -1.0, -1.0), ("东北角", x1, y1, 1.0, 1.0)):
            u, v = place.u + x + 0.3 * dx, place.v + y + 0.3 * dy
            view = View(frame.heading_deg(dx, dy), -20.0, 90.0, 45.0)
            yield Device("camera", f"{code}{word}摄像机", u, v, place.floor_level_m + 4.2, 4.2, view=view)


def _wells(scene: Scene) -> Iterator[Device]:
    """Levels in drain manholes and both waters, pressures on mains, gas at valve wells."""
    by_prefix = {one.plan.prefix: one for one in scene.networks}
    for prefix, kind, word, step in (
        ("YS", "level", "雨水井液位", 5),
        ("WS", "level", "污水井液位", 6),
        ("JS", "pressure", "给水压力", 6),
        ("RQ", "gas", "燃气阀井", 9),
    ):
        trunk = [
            one
            for one in by_prefix[prefix].nodes
            if one.role == "trunk" and site_plan.FENCE.contains(Point(one.u, one.v))
        ]
        for n, node in enumerate(trunk[::step], start=1):
            yield Device(
                kind,
                f"{word}{n:02d}",
                node.u,
                node.v,
                round(node.level_m + 0.2, 3),
                round(node.level_m + 0.2 - node.ground_m, 2),
            )
    for word, spot in (("映湖液位", site_plan.lake().centroid), ("映月池液位", site_plan.POOL.centroid)):
        yield Device("level", word, spot.x, spot.y, scene.level(spot.x, spot.y), 0.0)


def _parking(scene: Scene) -> Iterator[Device]:
    """Bays of 2.5 m along the aisles of the visitor and staff car parks."""
    rows = [
        (105.5, -203.0, 33),
        (105.5, -186.0, 33),
        (105.5, -180.0, 33),
        (105.5, -160.0, 33),
        (174.0, 240.0, 24),
        (174.0, 260.0, 24),
    ]
    for row, (u0, v, count) in enumerate(rows, start=1):
        for k in range(count):
            u = u0 + k * 2.6
            yield Device(
                "parking", f"{'访客' if row < 5 else '职工'}{row}排{k + 1:02d}号车位", u, v, scene.level(u, v), 0.0
            )


def _gate_queues(scene: Scene) -> Iterator[Device]:
    """How many vehicles wait before each gate."""
    for name, (u, v, _, (du, dv)) in site_plan.GATES.items():
        x, y = u + du * 6 - dv * 3, v + dv * 6 + du * 3  # beside the axis of the road, on which grids meet
        yield Device("queue", f"{name}排队", x, y, scene.level(x, y) + 4.0, 4.0)


def _hydrants(scene: Scene) -> Iterator[Device]:
    """Pressure at hydrants outdoors, spread over the ring."""
    found = [one for one in _network(scene, "JS").nodes if one.role == "hydrant"]
    for node in found[:: max(len(found) // HYDRANTS, 1)][:HYDRANTS]:
        yield Device("hydrant", f"室外消火栓{node.number}", node.u, node.v, scene.level(node.u, node.v) + 0.6, 0.6)


def _covers(scene: Scene) -> Iterator[Device]:
    """Some of the manhole covers of both kinds of drain tell when they are lifted; named after their manhole."""
    for prefix in ("YS", "WS"):
        trunk = [
            one
            for one in _network(scene, prefix).nodes
            if one.role == "trunk" and site_plan.FENCE.contains(Point(one.u, one.v))
        ]
        for node in trunk[2 :: max(len(trunk) // COVERS, 1)][:COVERS]:
            yield Device("cover", f"井盖{node.number}", node.u, node.v, scene.level(node.u, node.v), 0.0)


def _chargers(scene: Scene) -> Iterator[Device]:
    """A pile at the head of each of the first bays of the staff car park."""
    for k in range(CHARGERS):
        u, v = 174.0 + k * 2.6, 237.2
        yield Device("charger", f"{k + 1:02d}号充电桩", u, v, scene.level(u, v) + 1.2, 1.2)


def _network(scene: Scene, prefix: str) -> PipeNetwork:
    return next(one for one in scene.networks if one.plan.prefix == prefix)


# --- indoors -------------------------------------------------------------------------------------------


def _inside(
    place: Place, storey: Storey, room: Room, kind: str, name: str, share: float, view: View | None = None
) -> Device:
    """A device in a room, at ``share`` of its height, at a point that lies inside for any shape."""
    spot = room.polygon.centroid
    if not room.polygon.buffer(-0.3).contains(spot):
        spot = room.polygon.representative_point()
    mounting = round(room.height_m * share, 2)
    z = round(place.floor_level_m + storey.elevation_m + mounting, 3)
    return Device(
        kind, name, place.u + spot.x, place.v + spot.y, z, mounting, place.building.code, storey.name, room.number, view
    )


def _entrances(place: Place) -> Iterator[Device]:
    """Access control at every entrance, and a camera inside that looks at it."""
    spec = next(one for one in building_specs() if one.code == place.building.code)
    outline = place.building.outline
    inner = outline.buffer(-1.2)
    for n, entrance in enumerate(spec.entrances, start=1):
        spot = inner.exterior.interpolate(inner.exterior.project(Point(entrance.at)))
        du, dv = entrance.at[0] - spot.x, entrance.at[1] - spot.y
        u, v = place.u + spot.x, place.v + spot.y
        z = place.floor_level_m
        code = place.building.code
        yield Device("door", f"{code}{n}号门门禁", u, v, round(z + 1.4, 3), 1.4, code, "1F")
        view = View(frame.heading_deg(du, dv), -18.0, 80.0, 25.0)
        yield Device("camera", f"{code}{n}号门摄像机", u, v, round(z + 3.2, 3), 3.2, code, "1F", None, view)


def _meters(place: Place) -> Iterator[Device]:
    """Electricity and water a storey in its first corridor or hall; heat and, where there is gas, gas at the inlet."""
    code = place.building.code
    for storey in place.building.storeys:
        room = next((one for one in storey.rooms if one.use == "走廊"), storey.rooms[0] if storey.rooms else None)
        if room is None:
            continue
        yield _inside(place, storey, room, "electricity_meter", f"{code}-{storey.name}电表", 0.4)
        yield _inside(place, storey, room, "water_meter", f"{code}-{storey.name}水表", 0.25)
        along = shapely.get_coordinates(room.polygon.minimum_rotated_rectangle)
        long = max(itertools.pairwise(along), key=lambda p: np.hypot(p[1][0] - p[0][0], p[1][1] - p[0][1]))
        view = View(frame.heading_deg(long[1][0] - long[0][0], long[1][1] - long[0][1]), -10.0, 75.0, 30.0)
        yield _inside(place, storey, room, "camera", f"{code}-{storey.name}走廊摄像机", 0.9, view)
        if storey.ordinal == 1:
            yield _inside(place, storey, room, "electricity_meter", f"{code}总电表", 0.5)
            yield _inside(place, storey, room, "water_meter", f"{code}总水表", 0.2)
            yield _inside(place, storey, room, "heat_meter", f"{code}热量表", 0.3)
            if code in ("B04", "B07"):
                yield _inside(place, storey, room, "gas_meter", f"{code}燃气表", 0.3)


def _room_devices(place: Place) -> Iterator[Device]:
    """Temperature where heat or damp does harm, gas in kitchens, access control on locked rooms."""
    for storey, room in _rooms(place):
        label = f"{place.building.code}-{room.number}{room.name}"
        if room.use in HOT_ROOMS:
            yield _inside(place, storey, room, "temperature", f"{label}温度", 0.6)
        if room.use in LOCKED_ROOMS:
            yield _inside(place, storey, room, "door", f"{label}门禁", 0.35)
        if room.use in GAS_ROOMS:
            yield _inside(place, storey, room, "gas", f"{label}燃气报警", 0.9)
        if room.use in DINING_ROOMS:
            yield _inside(place, storey, room, "queue", f"{room.use}排队", 0.9)


def _plant(place: Place) -> Iterator[Device]:
    """Fire water and photovoltaics, in the topmost room of the use that they are put into."""
    for kind, code, use, name in PLANT:
        rooms = [one for one in _rooms(place) if one[1].use == use] if code == place.building.code else []
        if rooms:
            yield _inside(place, *rooms[-1], kind, name, 0.5)


def _smoke(place: Place) -> Iterator[Device]:
    """Candidates: every room but stairs and washrooms."""
    for storey, room in _rooms(place):
        if room.use not in ("楼梯间", "卫生间"):
            yield _inside(place, storey, room, "smoke", f"{place.building.code}-{room.number}烟感", 0.97)


def _rooms(place: Place) -> Iterator[tuple[Storey, Room]]:
    for storey in place.building.storeys:
        for room in storey.rooms:
            yield storey, room


# --- out -----------------------------------------------------------------------------------------------


def write_devices(path: Path, devices: list[Device]) -> None:
    """devices.csv: X = north, Y = east."""
    zones: dict[str, Polygon] = zone_polygons()
    places = frame.to_map(np.array([[one.u, one.v] for one in devices]))
    rows = []
    for one, (e, n) in zip(devices, places, strict=True):
        view = one.view
        seen = (
            (None,) * 4
            if view is None
            else (round(view.heading_deg, 1), view.pitch_deg, view.field_of_view_deg, view.range_m)
        )
        rows.append(
            (
                one.code,
                one.device_type,
                one.name,
                f"{n:.3f}",
                f"{e:.3f}",
                f"{one.z:.3f}",
                one.building,
                one.storey,
                one.room,
                *seen,
                one.mounting_m,
                MODELS[one.device_type][1],
                zone_of(one.u, one.v, zones),
                "2025-06-30",
            )
        )
    write_csv(path, HEADINGS, rows)
