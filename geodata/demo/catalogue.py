"""Types of the demo buildings: windows, doors, columns, furniture as boxes and cylinders, with materials.

Axes of a type: x along its wall, y inwards from the middle of the wall, z up from its sill or floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

# name: red, green, blue, transparency
MATERIALS: Final[dict[str, tuple[float, float, float, float]]] = {
    "石材幕墙": (0.86, 0.81, 0.72, 0.0),
    "涂料墙面": (0.90, 0.88, 0.83, 0.0),
    "红砂岩": (0.66, 0.38, 0.29, 0.0),
    "内墙涂料": (0.94, 0.94, 0.92, 0.0),
    "混凝土": (0.70, 0.70, 0.69, 0.0),
    "青瓦": (0.27, 0.31, 0.34, 0.0),
    "屋面防水": (0.55, 0.56, 0.56, 0.0),
    "玻璃": (0.47, 0.63, 0.72, 0.55),
    "深色铝材": (0.25, 0.27, 0.30, 0.0),
    "铝材": (0.72, 0.74, 0.76, 0.0),
    "木": (0.60, 0.42, 0.26, 0.0),
    "织物": (0.30, 0.38, 0.50, 0.0),
    "镀锌钢": (0.66, 0.70, 0.73, 0.0),
    "朱漆": (0.58, 0.18, 0.14, 0.0),
}


@dataclass(frozen=True)
class Box:
    """Lower corner and size."""

    at: tuple[float, float, float]
    size: tuple[float, float, float]
    material: str


@dataclass(frozen=True)
class Cylinder:
    """Centre of the foot, radius and height."""

    at: tuple[float, float, float]
    radius_m: float
    height_m: float
    material: str


Solid = Box | Cylinder


@dataclass(frozen=True)
class TypeSpec:
    """One type: the IFC class of its instances, its solids, and the size of the hole it needs (0: none)."""

    key: str
    ifc_class: str
    predefined: str | None
    solids: tuple[Solid, ...]
    width_m: float = 0.0
    height_m: float = 0.0


def _framed(width: float, height: float, bars: tuple[float, ...], *, depth: float = 0.08) -> tuple[Solid, ...]:
    """A frame with vertical bars at shares of the width, and one pane of glass."""
    f, half, y = 0.07, width / 2, -depth / 2
    frame = [
        Box((-half, y, 0.0), (width, depth, f), "深色铝材"),
        Box((-half, y, height - f), (width, depth, f), "深色铝材"),
        Box((-half, y, f), (f, depth, height - 2 * f), "深色铝材"),
        Box((half - f, y, f), (f, depth, height - 2 * f), "深色铝材"),
    ]
    frame += [Box((-half + width * s - f / 2, y, f), (f, depth, height - 2 * f), "深色铝材") for s in bars]
    pane = Box((-half + f, -0.012, f), (width - 2 * f, 0.024, height - 2 * f), "玻璃")
    return (*frame, pane)


def window(width: float, height: float, bars: int = 1) -> TypeSpec:
    shares = tuple((k + 1) / (bars + 1) for k in range(bars))
    return TypeSpec(f"窗-{width:g}x{height:g}", "IfcWindow", "WINDOW", _framed(width, height, shares), width, height)


def glass_door(width: float, height: float) -> TypeSpec:
    spec = _framed(width, height, (0.25, 0.5, 0.75), depth=0.12)
    return TypeSpec(f"玻璃门-{width:g}x{height:g}", "IfcDoor", "DOOR", spec, width, height)


def room_door(width: float = 1.0, height: float = 2.1) -> TypeSpec:
    half = width / 2
    solids = (
        Box((-half, -0.1, 0), (0.05, 0.2, height), "木"),
        Box((half - 0.05, -0.1, 0), (0.05, 0.2, height), "木"),
        Box((-half, -0.1, height - 0.05), (width, 0.2, 0.05), "木"),
        Box((-half + 0.05, -0.025, 0), (width - 0.1, 0.05, height - 0.05), "木"),
        Box((half - 0.2, -0.06, 1.0), (0.1, 0.12, 0.03), "铝材"),
    )
    return TypeSpec(f"木门-{width:g}x{height:g}", "IfcDoor", "DOOR", solids, width, height)


def glazing_unit(width: float, height: float) -> TypeSpec:
    """A curtain wall bay with a stone fin at its left edge; its y axis points inwards."""
    half = width / 2
    solids = (
        Box((-half, -0.02, 0), (width, 0.04, height), "玻璃"),
        Box((-half, -0.06, height * 0.62), (width, 0.12, 0.06), "深色铝材"),
        Box((-0.04, -0.06, 0), (0.08, 0.12, height), "深色铝材"),
        Box((-half - 0.18, -0.55, 0), (0.36, 0.62, height), "石材幕墙"),
    )
    return TypeSpec(f"幕墙单元-{width:g}x{height:g}", "IfcPlate", "CURTAIN_PANEL", solids, width, height)


def column(side: float, height: float, *, material: str = "混凝土", round_: bool = False) -> TypeSpec:
    shape: tuple[Solid, ...] = (
        (
            Cylinder((0, 0, 0), side / 2, height, material),
            Box((-side * 0.7, -side * 0.7, 0), (side * 1.4, side * 1.4, 0.4), "石材幕墙"),
            Box((-side * 0.65, -side * 0.65, height - 0.4), (side * 1.3, side * 1.3, 0.4), "石材幕墙"),
        )
        if round_
        else (Box((-side / 2, -side / 2, 0), (side, side, height), material),)
    )
    return TypeSpec(f"{'圆' if round_ else '方'}柱-{side:g}x{height:g}-{material}", "IfcColumn", "COLUMN", shape)


def stair(height: float, width: float = 1.3) -> TypeSpec:
    """Two flights of stepped blocks with a landing; 2.8 m wide, 4.6 m long."""
    steps, going = 8, 0.28
    rise = height / (2 * steps)
    up = [Box((1.1 + k * going, 0.05, max(k * rise - 0.12, 0)), (going, width, rise + min(k * rise, 0.12)), "混凝土")
          for k in range(steps)]  # fmt: skip
    back = [
        Box(
            (1.1 + (steps - 1 - k) * going, 0.15 + width, (steps + k) * rise - 0.12),
            (going, width, rise + 0.12),
            "混凝土",
        )
        for k in range(steps)
    ]
    landing = Box((1.1 + steps * going, 0.05, height / 2 - 0.15), (1.2, 2 * width + 0.1, 0.15), "混凝土")
    return TypeSpec(f"双跑楼梯-{height:g}", "IfcStair", "HALF_TURN_STAIR", (*up, landing, *back))


@cache
def fixed_types() -> dict[str, TypeSpec]:
    """Types whose size does not depend on a building."""
    desk = (
        Box((-0.8, -0.4, 0.70), (1.6, 0.8, 0.04), "木"),
        Box((-0.78, -0.35, 0), (0.05, 0.7, 0.70), "铝材"),
        Box((0.73, -0.35, 0), (0.05, 0.7, 0.70), "铝材"),
        Box((-0.25, 0.6, 0.42), (0.5, 0.5, 0.08), "织物"),
        Box((-0.25, 1.05, 0.5), (0.5, 0.06, 0.5), "织物"),
        Box((-0.3, -0.25, 0.74), (0.6, 0.04, 0.36), "深色铝材"),
    )
    table = (
        Box((-1.8, -0.6, 0.70), (3.6, 1.2, 0.06), "木"),
        Box((-1.4, -0.3, 0), (0.1, 0.6, 0.7), "铝材"),
        Box((1.3, -0.3, 0), (0.1, 0.6, 0.7), "铝材"),
        *(Box((x, y, 0.42), (0.5, 0.5, 0.08), "织物") for x in (-1.5, -0.25, 1.0) for y in (-1.25, 0.75)),
    )
    seats = tuple(Box((-2.2 + 0.75 * k, 0, 0.35), (0.6, 0.55, 0.5), "织物") for k in range(6))
    rack = (Box((-0.5, -0.5, 0), (1.0, 1.0, 2.0), "深色铝材"),)
    shelf = (Box((-2.0, -0.3, 0), (4.0, 0.6, 2.2), "铝材"),)
    chiller = (
        Box((-2.4, -1.0, 0.2), (4.8, 2.0, 0.3), "深色铝材"),
        Cylinder((-1.2, 0.0, 0.5), 0.75, 1.3, "镀锌钢"),
        Cylinder((1.2, 0.0, 0.5), 0.75, 1.3, "镀锌钢"),
    )
    tower = (Box((-1.6, -1.6, 0), (3.2, 3.2, 2.6), "铝材"), Cylinder((0, 0, 2.6), 1.2, 0.5, "镀锌钢"))
    lift = (Box((-0.9, -0.9, 0.05), (1.8, 1.8, 2.4), "铝材"),)
    duct = (Box((-4.0, -0.3, 0), (8.0, 0.6, 0.35), "镀锌钢"),)
    grille = (Box((-0.3, -0.3, 0), (0.6, 0.6, 0.08), "铝材"),)
    ahu = (Box((-1.5, -0.8, 0), (3.0, 1.6, 1.8), "镀锌钢"),)
    chimney = (Cylinder((0, 0, 0), 0.9, 14.0, "镀锌钢"), Cylinder((0, 0, 14.0), 1.05, 0.6, "红砂岩"))
    rows: tuple[tuple[str, str, str | None, tuple[Solid, ...]], ...] = (
        ("办公桌", "IfcFurniture", "DESK", desk),
        ("会议桌", "IfcFurniture", "TABLE", table),
        ("座席", "IfcFurniture", "CHAIR", seats),
        ("机柜", "IfcElectricDistributionBoard", "SWITCHBOARD", rack),
        ("密集架", "IfcFurniture", "SHELF", shelf),
        ("冷水机组", "IfcChiller", "WATERCOOLED", chiller),
        ("冷却塔", "IfcCoolingTower", "MECHANICALINDUCEDDRAFT", tower),
        ("客梯", "IfcTransportElement", "ELEVATOR", lift),
        ("风管-800x350", "IfcDuctSegment", "RIGIDSEGMENT", duct),
        ("散流器", "IfcAirTerminal", "DIFFUSER", grille),
        ("空调机组", "IfcUnitaryEquipment", "AIRHANDLER", ahu),
        ("烟囱", "IfcChimney", "NOTDEFINED", chimney),
    )
    return {key: TypeSpec(key, cls, predefined, solids) for key, cls, predefined, solids in rows}


@cache
def spec(key: str) -> TypeSpec:
    """The type that ``key`` names: a fixed one, or a sized one such as 窗-3x1.9."""
    if key in fixed_types():
        return fixed_types()[key]
    family, size, *rest = key.split("-")
    numbers = [float(one) for one in size.split("x")]
    if family == "窗":
        made = window(numbers[0], numbers[1], bars=max(1, round(numbers[0]) - 1) if numbers[0] > 1.2 else 0)
    elif family in ("方柱", "圆柱"):
        made = column(numbers[0], numbers[1], material=rest[0], round_=family == "圆柱")
    elif family == "双跑楼梯":
        made = stair(numbers[0])
    else:
        made = {"玻璃门": glass_door, "木门": room_door, "幕墙单元": glazing_unit}[family](numbers[0], numbers[1])
    if made.key != key:
        raise ValueError(f"type {key} is written {made.key}")
    return made
