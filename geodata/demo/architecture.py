"""Buildings from their specs: storeys stacked, faces put up, rooms laid out, roofs closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
import shapely.affinity
from shapely import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.demo import roofs, site_plan
from geodata.demo.building_plan import Building, Instance, Mass, Room, Slab, Storey, Wall
from geodata.demo.building_specs import STYLES, BuildingSpec, building_specs
from geodata.demo.facade import THICKNESS_M, Edge, Style, add_faces, add_parapet, edges
from geodata.demo.floor_plan import SLAB_M, Numbering, furnish_bar

PLINTH_M: Final = 0.6
DRUM_SIDES: Final = 28


def make_buildings() -> list[Building]:
    """All eight campus buildings, in their own axes."""
    return [_make(one) for one in building_specs()]


def _make(spec: BuildingSpec) -> Building:
    site = next(one for one in site_plan.SITES if one.code == spec.code)
    building = Building(spec.code, site.zh, site.en, millimetres=spec.millimetres)
    top = max([bar.storeys for bar in spec.bars] + ([spec.drum[3]] if spec.drum else []))
    ground_m, other_m = spec.heights_m
    elevation = 0.0
    holes: list[Polygon] = []
    for ordinal in range(1, top + 1):
        height = ground_m if ordinal == 1 else other_m
        storey = Storey(f"{ordinal}F", ordinal, round(elevation, 3), height, _outline(spec, ordinal))
        numbers = Numbering(ordinal)
        _floor(storey, holes)
        holes = _rooms(storey, spec, numbers)
        add_faces(storey, [(edge, _style(spec, edge)) for edge in edges(storey.outline)], list(spec.entrances))
        building.storeys.append(storey)
        elevation += height
    building.storeys.append(Storey("屋面", top + 1, round(elevation, 3), 0.0, building.storeys[-1].outline))
    _roofs(building, spec)
    if spec.code in EXTRAS:
        EXTRAS[spec.code](building)
    return building


def _drum(spec: BuildingSpec) -> Polygon:
    assert spec.drum is not None
    x, y, radius, _ = spec.drum
    angle = (np.arange(DRUM_SIDES) + 0.5) * 2 * np.pi / DRUM_SIDES
    return Polygon(np.round(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]), 4))


def _outline(spec: BuildingSpec, ordinal: int) -> Polygon:
    parts = [bar.polygon for bar in spec.bars if bar.storeys >= ordinal]
    if spec.drum and spec.drum[3] >= ordinal:
        parts.append(_drum(spec))
    return one_polygon(shapely.simplify(shapely.union_all(parts, grid_size=0.0001), 0.0005))


def one_polygon(shape: BaseGeometry) -> Polygon:
    """``shape``, which the plan makes in one piece; anything else is a mistake in the specs."""
    if not isinstance(shape, Polygon):
        raise TypeError(f"a {shape.geom_type} where the plan needs one polygon")
    return shape


def _style(spec: BuildingSpec, edge: Edge) -> Style:
    inside = Point(edge.point(edge.length_m / 2, 0.2))
    owner = next((bar for bar in spec.bars if bar.polygon.contains(inside)), None)
    return STYLES[owner.style] if owner else STYLES["glass"]


def _floor(storey: Storey, holes: list[Polygon]) -> None:
    """The floor plate: within the outer walls, with holes where the stairs below come up."""
    plate = storey.outline.buffer(-0.1, join_style="mitre")
    thickness = PLINTH_M if storey.ordinal == 1 else SLAB_M
    if holes:
        plate = one_polygon(plate.difference(shapely.union_all(holes)))
    storey.slabs.append(Slab("floor", plate, 0.0, thickness, "BASESLAB" if storey.ordinal == 1 else "FLOOR"))


def _rooms(storey: Storey, spec: BuildingSpec, numbers: Numbering) -> list[Polygon]:
    holes: list[Polygon] = []
    stair = f"双跑楼梯-{storey.height_m:g}"
    for bar in spec.bars:
        if bar.storeys >= storey.ordinal:
            holes += furnish_bar(storey, bar, numbers, stair if bar.storeys > storey.ordinal else None)
    if spec.drum and spec.drum[3] >= storey.ordinal:
        _drum_hall(storey, spec, numbers)
    return holes


def _drum_hall(storey: Storey, spec: BuildingSpec, numbers: Numbering) -> None:
    """The round hall, less what the bars take, with rows of seats."""
    assert spec.drum is not None
    x, y, radius, _ = spec.drum
    taken = shapely.union_all(
        [bar.polygon.buffer(0.15, join_style="mitre") for bar in spec.bars if bar.storeys >= storey.ordinal]
    )
    net = one_polygon(_drum(spec).buffer(-THICKNESS_M, join_style="mitre").difference(taken))
    use = spec.drum_uses[storey.ordinal - 1]
    height = round(storey.height_m - SLAB_M, 3)
    storey.rooms.append(Room("drum", numbers.take(), use, use, net, height, round(net.buffer(0.1).area, 3)))
    for row in range(6):
        for seat in range(-2, 3):
            at = (x + seat * 5.2, y - 8 + row * 3.2)
            if net.contains(Point(at).buffer(3)):
                storey.instances.append(Instance(f"drum.s{row}.{seat}", "座席", (*at, 0.0)))
    for k in range(12):
        angle = k * np.pi / 6
        at = (round(x + (radius - 3) * float(np.cos(angle)), 4), round(y + (radius - 3) * float(np.sin(angle)), 4))
        if net.contains(Point(at).buffer(0.6)):
            storey.instances.append(Instance(f"drum.c{k}", f"方柱-0.6x{height:g}-混凝土", (*at, 0.0)))


def _roofs(building: Building, spec: BuildingSpec) -> None:
    """Plates and parapets over everything that ends below the top, then the pitched roofs."""
    wall_type = STYLES[spec.bars[0].style].wall_type
    pitched = {storey: rect for _, storey, rect, _, _ in spec.roofs}
    for storey, above in zip(building.storeys[:-1], building.storeys[1:], strict=True):
        last = above.name == "屋面"
        open_part = storey.outline if last else shapely.difference(storey.outline, above.outline, grid_size=0.001)
        for n, part in enumerate(shapely.get_parts(open_part)):
            if part.area < 4:
                continue
            plate = part.buffer(-0.1, join_style="mitre")
            above.slabs.append(Slab(f"roof{n}", plate, 0.0, SLAB_M, "ROOF", "屋面防水"))
            if storey.ordinal not in pitched or not part.equals(box(*pitched[storey.ordinal])):
                add_parapet(above, part, None if last else above.outline, wall_type)
    for kind, ordinal, rect, rise_m, eaves_m in spec.roofs:
        storey = next(one for one in building.storeys if one.ordinal == ordinal + 1)
        maker: Callable[..., Mass] = {"hipped": roofs.hipped, "vault": roofs.vault}[kind]
        storey.masses.append(maker(f"roof.{kind}", rect, 0.02, rise_m, eaves_m))
        storey.walls = [one for one in storey.walls if not one.key.startswith("parapet") or not _under(one, rect)]
    if spec.drum:
        ring = np.asarray(_drum(spec).exterior.coords)[:-1]
        building.storeys[-1].masses.append(roofs.cone("roof.cone", ring, 0.02, 4.5, 2.0))
        building.storeys[-1].walls.clear()


def _under(wall: Wall, rect: tuple[float, float, float, float]) -> bool:
    return bool(box(*rect).buffer(0.2).contains(Point(wall.start)))


# --- what makes each building itself ------------------------------------------------------------------


def _main_building(building: Building) -> None:
    """Portico, steps, lifts and the ventilation of the tower."""
    ground, roof4 = building.storeys[0], building.storeys[3]
    height = round(roof4.elevation_m - 0.02, 3)
    for k, x in enumerate(np.linspace(-25, 25, 8)):
        key = f"圆柱-1.3x{height:g}-石材幕墙"
        ground.instances.append(Instance(f"portico.c{k}", key, (round(float(x), 3), -29.0, 0.0), name="门廊柱"))
    roof4.slabs.append(Slab("portico", box(-28, -31.5, 28, -24.05), 0.9, 0.9, "ROOF", "石材幕墙"))
    roof4.masses.append(roofs.hipped("roof.portico", (-27, -31, 27, -24.3), 0.9, 2.4, 1.2))
    ground.slabs.append(Slab("terrace", box(-30, -33, 30, -24.05), 0.0, PLINTH_M, "LANDING", "石材幕墙"))
    for k in range(3):
        ground.slabs.append(
            Slab(
                f"step{k}",
                box(-30, -33.5 - 0.5 * k, 30, -33 - 0.5 * k),
                -0.15 * (k + 1),
                0.45 - 0.15 * k,
                "LANDING",
                "石材幕墙",
            )
        )
    for k, x in enumerate((-6.0, -3.2, 3.2, 6.0)):
        ground.instances.append(Instance(f"lift{k}", "客梯", (x, 43.5, 0.0), name=f"{k + 1}号客梯"))
    for storey in building.storeys[:12]:
        z = round(storey.height_m - 0.75, 3)
        for k in range(9):
            x = -36.0 + k * 9.0
            name = f"送风系统{storey.ordinal:02d}"
            storey.instances.append(Instance(f"duct{k}", "风管-800x350", (x, 36.0, z), system=name))
            storey.instances.append(Instance(f"grille{k}", "散流器", (x, 36.0, round(z - 0.1, 3)), system=name))
    top = building.storeys[-1]
    unit = [Instance(f"ahu{k}", "空调机组", (-49.0, -12.0 + 12 * k, 0.0), system="新风系统") for k in range(4)]
    building.storeys[6].instances += unit
    assert top.name == "屋面"


def _energy(building: Building) -> None:
    """Chillers in the hall, cooling towers on its roof, the chimney beside it."""
    ground, roof = building.storeys[0], building.storeys[1]
    for k in range(4):
        ground.instances.append(
            Instance(
                f"chiller{k}", "冷水机组", (-13.0 + 4.8 * (k % 2) * 2, -5.0 + 10.0 * (k // 2), 0.0), system="冷水系统"
            )
        )
        roof.instances.append(Instance(f"tower{k}", "冷却塔", (-14.5 + 5.4 * k, 6.0, 0.0), system="冷水系统"))
    ground.instances.append(Instance("chimney", "烟囱", (-21.5, 8.0, -0.3), name="锅炉烟囱"))


def _archive(building: Building) -> None:
    """Mobile shelving in the vaults."""
    for storey in building.storeys[:4]:
        for row in range(5):
            for k in range(8):
                at = (-20.0 + 5.3 * k, 2.0 + 3.1 * row, 0.0)
                storey.instances.append(Instance(f"shelf{row}.{k}", "密集架", at))


def _canteen(building: Building) -> None:
    """Tables in the dining halls."""
    for storey in building.storeys[:3]:
        for row in range(4):
            for k in range(9):
                at = (-21.5 + 5.2 * k, -17.0 + 5.6 * row, 0.0)
                storey.instances.append(Instance(f"table{row}.{k}", "会议桌", at))


EXTRAS: Final[dict[str, Callable[[Building], None]]] = {
    "B01": _main_building,
    "B04": _canteen,
    "B06": _archive,
    "B07": _energy,
}


def footprints(buildings: list[Building]) -> dict[str, Polygon]:
    """Ground floor outlines in plan metres by code."""
    places = {one.code: (one.u, one.v) for one in site_plan.SITES}
    return {one.code: shapely.affinity.translate(one.outline, *places[one.code]) for one in buildings}
