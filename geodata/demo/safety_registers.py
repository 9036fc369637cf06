"""Invented registers of fire protection and of the guards: equipment, exits, drills, checkpoints, the perimeter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo import site_plan
from geodata.demo.building_specs import building_specs
from geodata.demo.devices import Device
from geodata.demo.networks import PipeNetwork
from geodata.demo.placing import Place
from geodata.demo.register_rows import (
    Rows,
    building_id,
    days_from,
    rooms_of,
    space_id,
    storey_id,
    write_register,
    zone_id,
)
from geodata.demo.surveys import zone_of, zone_polygons

YEAR: Final = 365
PERSONS_A_METRE: Final = 100  # of exit width, the order of GB 50016 5.5.21
STAIR_WIDTH_M: Final = 1.3
CHECKPOINTS: Final = 5  # a grid
ROUNDS_A_DAY: Final = 12
FAR: Final = ("B04", "B06", "B07", "B08")  # gather on the sports ground, all others on the forum
EQUIPMENT: Final = (
    ("extinguisher", "手提式灭火器", 4),
    ("hydrant", "室内消火栓", 2),
    ("emergency_light", "应急照明", 3),
)
# kind, name, building, planned and held so many days from the delivery, persons, s, target s, result
DRILLS: Final = (
    ("evacuation", "主楼上半年疏散演练", "B01", -205, -204, 1460, 412, 420, "合格"),
    ("fire", "微型消防站出动", "B04", -160, -160, 26, 178, 180, "合格"),
    ("gas", "食堂燃气泄漏处置", "B04", -121, -119, 64, 205, 240, "合格"),
    ("evacuation", "西配楼疏散演练", "B02", -95, -95, 540, 288, 270, "超时，已复盘"),
    ("evacuation", "档案馆疏散演练", "B06", -62, -60, 120, 150, 180, "合格"),
    ("fire", "能源站电气火灾", "B07", -28, -27, 18, 240, 240, "合格"),
    ("evacuation", "会议中心疏散演练", "B05", -9, None, None, None, 300, None),
    ("evacuation", "东配楼疏散演练", "B03", 12, None, None, None, 270, None),
    ("evacuation", "主楼下半年疏散演练", "B01", 26, None, None, None, 420, None),
)  # fmt: skip


def write_safety(
    folder: Path,
    places: dict[str, Place],
    devices: list[Device],
    networks: list[PipeNetwork],
    rng: np.random.Generator,
    *,
    seed: int,
) -> None:
    """fire_equipment, exits, drills, checkpoints, perimeter."""
    write_register(folder, "fire_equipment", _equipment(places, devices, networks, rng, seed))
    write_register(folder, "exits", _exits(places))
    write_register(folder, "drills", _drills())
    write_register(folder, "checkpoints", _checkpoints(devices))
    write_register(folder, "perimeter", _perimeter())


def _equipment(
    places: dict[str, Place], devices: list[Device], networks: list[PipeNetwork], rng: np.random.Generator, seed: int
) -> Rows:
    """Each inspected once a year; some are late."""
    for n, (kind, name, code, storey, space, feature, points) in enumerate(
        [*_indoors(places, devices, seed), *_outdoors(networks)], 1
    ):
        since = YEAR * (rng.uniform(1.01, 1.15) if rng.random() < 0.03 else rng.uniform(0.01, 1.0))
        yield (f"XF-{n:04d}", kind, name, building_id(code) if code else None, storey, space, feature, points,
               days_from(-rng.uniform(800, 4000)), days_from(-since), days_from(YEAR - since))  # fmt: skip


_Thing = tuple[str, str, str | None, str | None, str | None, str | None, int | None]


def _indoors(places: dict[str, Place], devices: list[Device], seed: int) -> Iterator[_Thing]:
    """By storey, a loop of its smoke detectors among it; a panel and a sprinkler valve for a building."""
    smoke = Counter((one.building, one.storey) for one in devices if one.device_type == "smoke")
    for code, place in places.items():
        for storey in place.building.storeys:
            at = storey_id(code, storey)
            if not storey.rooms:
                continue
            for kind, name, count in EQUIPMENT:
                for k in range(count):
                    yield kind, f"{code}-{storey.name} {name}{k + 1}", code, at, None, None, None
            yield "loop", f"{code}-{storey.name} 报警回路", code, at, None, None, smoke[code, storey.name]
        first = storey_id(code, place.building.storeys[0])
        yield "panel", f"{code} 火灾报警控制器", code, first, None, None, None
        yield "sprinkler_valve", f"{code} 湿式报警阀", code, first, None, None, None
    for code, storey, room in rooms_of(places, "水泵房"):
        for word in ("消火栓泵", "喷淋泵"):
            yield (
                "pump",
                f"{code} {word}",
                code,
                storey_id(code, storey),
                space_id(seed, code, storey, room),
                None,
                None,
            )


def _outdoors(networks: list[PipeNetwork]) -> Iterator[_Thing]:
    water = next(one for one in networks if one.plan.prefix == "JS")
    for node in water.nodes:
        if node.role == "hydrant":
            yield "hydrant", f"室外消火栓{node.number}", None, None, None, f"node:JS:{node.number}", None


def _exits(places: dict[str, Place]) -> Rows:
    """Doors on the ground, stairs on the storeys above."""
    for spec in building_specs():
        gather = zone_id("JH-02" if spec.code in FAR else "JH-01")
        first = places[spec.code].building.storeys[0]
        for n, one in enumerate(spec.entrances, 1):
            yield (f"CK-{spec.code}-{n}", f"{spec.code} {n}号门", building_id(spec.code), storey_id(spec.code, first),
                   one.width_m, round(one.width_m * PERSONS_A_METRE), gather)  # fmt: skip
    for code, storey, room in rooms_of(places, "楼梯间"):
        if storey.ordinal > 1:
            yield (f"CK-{code}-{room.number}", f"{code}-{storey.name} {room.number}楼梯", building_id(code),
                   storey_id(code, storey), STAIR_WIDTH_M, round(STAIR_WIDTH_M * PERSONS_A_METRE),
                   zone_id("JH-02" if code in FAR else "JH-01"))  # fmt: skip


def _drills() -> Rows:
    for n, (kind, name, code, planned, held, persons, took, target, result) in enumerate(DRILLS, 1):
        held_on = None if held is None else days_from(held)
        yield (f"YL-{n:03d}", kind, name, building_id(code), days_from(planned), held_on, persons, took, target, result)


def _checkpoints(devices: list[Device]) -> Rows:
    """At devices outdoors, spread over every grid."""
    zones, found = zone_polygons(), defaultdict(list)
    for one in devices:
        if one.building is None and one.device_type in ("camera", "level", "hydrant", "cover", "gate"):
            found[zone_of(one.u, one.v, zones)].append(one)
    for zone in zones:
        near = sorted(found[zone], key=lambda one: one.code)
        chosen = near[:: max(len(near) // CHECKPOINTS, 1)][:CHECKPOINTS]
        for k, one in enumerate(chosen, 1):
            yield (f"XG-{zone[-2:]}-{k}", f"{one.name}旁", zone_id(zone), f"device:devices:{one.code}", k,
                   ROUNDS_A_DAY)  # fmt: skip


def _perimeter() -> Rows:
    for code, polygon in zone_polygons().items():
        along = site_plan.FENCE.exterior.intersection(polygon.buffer(0.01))
        if along.length > 1.0:
            yield f"ZJ-{code[-2:]}", f"周界{code[-2:]}段", zone_id(code), round(along.length, 1), "振动光纤"
