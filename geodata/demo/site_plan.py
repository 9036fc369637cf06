"""The plan of the demo campus as data: masses, roads, areas, gates, the city around. Plan metres (u, v).

The composition: hill in the north, main building before it, forum with a reflecting pool on the axis, two office
wings that frame it, a lake in the south-west, everything inside one ring road with camphor alleys.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

FENCE: Final = Polygon(
    [(-250, -302), (250, -302), (262, -290), (262, 292), (236, 322), (-60, 330), (-240, 318), (-262, 296), (-262, -290)]
)
GATES: Final = {  # name: (u, v, clear width m, direction inwards)
    "南大门": (0.0, -302.0, 32.0, (0.0, 1.0)),
    "东门": (262.0, 14.0, 14.0, (-1.0, 0.0)),
    "西门": (-262.0, 14.0, 14.0, (1.0, 0.0)),
}

BASE_LEVEL_M: Final = 12.0  # at v = -300
BASE_SLOPE: Final = 0.008  # the campus rises to the north


@dataclass(frozen=True)
class Site:
    """Where a building stands: the origin of its own axes (u, v) and its names."""

    code: str
    zh: str
    en: str
    u: float
    v: float
    use: str


SITES: Final = (
    Site("B01", "主楼", "Main Building", 0.0, 62.0, "office"),
    Site("B02", "西配楼", "West Wing", -140.0, -75.0, "office"),
    Site("B03", "东配楼", "East Wing", 140.0, -75.0, "office"),
    Site("B04", "食堂", "Canteen", -155.0, 57.0, "canteen"),
    Site("B05", "会议中心", "Conference Centre", 155.0, 60.0, "conference"),
    Site("B06", "档案馆", "Archive", 152.0, 117.0, "archive"),
    Site("B07", "能源站", "Energy Station", 200.0, 197.0, "energy"),
    Site("B08", "体育馆", "Gymnasium", -155.0, 118.0, "sport"),
)


@dataclass(frozen=True)
class Road:
    """A centreline with its width; ``trees`` puts an alley on both sides, ``lamps`` a row of lamps."""

    name: str
    line: LineString
    width_m: float
    surface_class: str = "road"
    trees: str | None = None
    lamps: bool = True


RING_HALF_U_M: Final = 212.0
RING_SOUTH_V: Final = -222.0
RING_NORTH_V: Final = 152.0
STREET_V: Final = 14.0


@cache
def ring() -> Polygon:
    """The area inside the centreline of the ring road; corners of 30 m radius."""
    core = box(-RING_HALF_U_M + 30, RING_SOUTH_V + 30, RING_HALF_U_M - 30, RING_NORTH_V - 30)
    return core.buffer(30, quad_segs=8)


def hill_path() -> LineString:
    """A spiral from the foot of the hill to the pavilion on its top."""
    turns = np.linspace(0.0, 1.0, 70)
    angle = math.radians(-95) + turns * math.radians(520)
    reach = 1.0 - turns**0.9
    u = HILL_TOP[0] + reach * HILL_REACH[0] * 0.82 * np.cos(angle)
    v = HILL_TOP[1] + reach * HILL_REACH[1] * 0.86 * np.sin(angle)
    first = np.array([[0.0, RING_NORTH_V]])
    return LineString(np.vstack([first, np.column_stack([u, v])]))


def jogging_path() -> LineString:
    """A loop through the green belt, open towards the hill."""
    loop = LineString(ring().buffer(25, quad_segs=8).exterior.coords)
    part = shapely.line_merge(loop.intersection(box(-300, -300, 300, 120)))
    assert isinstance(part, LineString)
    return part


HILL_TOP: Final = (12.0, 242.0)
HILL_REACH: Final = (118.0, 76.0)
HILL_HEIGHT_M: Final = 43.0


@cache
def roads() -> tuple[Road, ...]:
    """Every centreline, campus and city."""
    ring_line = LineString(ring().exterior.coords)
    return (
        Road("环园路", ring_line, 9.0, trees="香樟"),
        Road("府前路", LineString([(-262, STREET_V), (262, STREET_V)]), 9.0, trees="榕树"),
        Road("迎宾路西幅", LineString([(-9, -326), (-9, RING_SOUTH_V)]), 7.0, trees="银杏"),
        Road("迎宾路东幅", LineString([(9, -326), (9, RING_SOUTH_V)]), 7.0, trees="银杏"),
        Road("西翼路", LineString([(-86, RING_SOUTH_V), (-86, STREET_V)]), 6.0, trees="紫荆"),
        Road("东翼路", LineString([(86, RING_SOUTH_V), (86, STREET_V)]), 6.0, trees="紫荆"),
        Road("竹影路", LineString([(-100, STREET_V), (-100, RING_NORTH_V)]), 6.0, trees="桂花"),
        Road("书香路", LineString([(100, STREET_V), (100, RING_NORTH_V)]), 6.0, trees="桂花"),
        Road("能源路", LineString([(163, RING_NORTH_V), (163, 290)]), 6.0, trees="香樟"),
        Road("登山道", hill_path(), 2.6, "path", lamps=True),
        Road("湖滨步道", LineString(lake().buffer(7, quad_segs=6).exterior.coords), 2.4, "path", lamps=True),
        Road("运动场步道", LineString([(-100, RING_NORTH_V), (-118, 180), (-118, 292)]), 3.0, "path"),
        Road("同心西径", LineString([(-83, -123), (-24, -123)]), 3.0, "path", lamps=False),
        Road("同心东径", LineString([(24, -123), (83, -123)]), 3.0, "path", lamps=False),
        Road("枫林径", LineString([(-97, 118), (-40, 114), (0, 122), (40, 114), (97, 118)]), 2.4, "path", lamps=False),
        Road("西配楼径", LineString([(-132, -75), (-89, -75)]), 3.0, "path", lamps=False),
        Road("东配楼径", LineString([(89, -75), (132, -75)]), 3.0, "path", lamps=False),
        Road("健身步道", jogging_path(), 2.4, "path", lamps=True),
        Road("城南大道", LineString([(-430, -338), (430, -338)]), 24.0, trees="榕树"),
        Road("西河街", LineString([(-292, -430), (-292, 430)]), 16.0, trees="榕树"),
        Road("东溪街", LineString([(292, -430), (292, 430)]), 16.0, trees="榕树"),
        Road("北山街", LineString([(-430, 362), (430, 362)]), 14.0, trees="榕树"),
    )


@cache
def lake() -> Polygon:
    """Ying Lake: a free shape with two bays, in the south-west."""
    angle = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    reach = 1 + 0.14 * np.sin(2 * angle + 0.6) + 0.09 * np.sin(3 * angle - 0.8) + 0.04 * np.sin(5 * angle)
    points = np.column_stack([-150 + 43 * reach * np.cos(angle), -168 + 31 * reach * np.sin(angle)])
    return Polygon(np.round(points, 2))


LAKE_DROP_M: Final = 0.9  # water below the lawns
POOL: Final = box(-8, -170, 8, -62)  # the reflecting pool on the axis


@cache
def track() -> Polygon:
    """The running track of the sports ground."""
    return LineString([(-178, 210), (-178, 258)]).buffer(36, quad_segs=12)


@dataclass(frozen=True)
class Area:
    """A ground area by class; ``name`` is shown."""

    name: str
    surface_class: str
    polygon: BaseGeometry


@cache
def hardscape() -> tuple[Area, ...]:
    """Plazas, water, parking and sports; what is green is what is left over."""
    pitch = LineString([(-178, 210), (-178, 258)]).buffer(27, quad_segs=12)
    bed = shapely.union_all([Point(0, -194).buffer(10, quad_segs=8), Point(0, -38).buffer(8, quad_segs=8)])
    plaza = (
        box(-24, RING_SOUTH_V + 7, 24, -30)
        .union(box(-72, -30, 72, STREET_V - 6))
        .difference(POOL.buffer(0.4))
        .difference(bed)
    )
    return (
        Area("同心广场", "plaza", plaza),
        Area("主楼前庭", "plaza", box(-60, STREET_V + 6, 60, 37)),
        Area("主楼内庭西", "plaza", box(-40, 54, -12, 86)),
        Area("主楼内庭东", "plaza", box(12, 54, 40, 86)),
        Area("湖心平台", "plaza", Point(-104, -158).buffer(9, quad_segs=8).difference(lake().buffer(0.2))),
        Area("映月池", "water", POOL),
        Area("映湖", "water", lake()),
        Area("访客停车场", "parking", box(104, -206, 194, -134)),
        Area("职工停车场", "parking", box(172, 236, 240, 284)),
        Area("北侧停车场", "parking", box(-84, 124, -20, 142)),
        Area("跑道", "sport", track().difference(pitch)),
        Area("足球场", "green", pitch),
        Area("篮球场", "sport", box(-206, 134 - 34, -188, 134)),
        Area("会议中心前广场", "plaza", box(122, 20, 188, 32)),
        Area("食堂前广场", "plaza", box(-184, 20, -126, 35)),
    )


@dataclass(frozen=True)
class Block:
    """A plain mass: gatehouse, pavilion or city building."""

    code: str
    name: str
    polygon: Polygon
    height_m: float
    storeys: int
    use: str


def _turned_box(u: float, v: float, length: float, depth: float) -> Polygon:
    return box(u - length / 2, v - depth / 2, u + length / 2, v + depth / 2)


@cache
def small_blocks() -> tuple[Block, ...]:
    """Gatehouses, pavilions, pump house."""
    hexagon = Point(*HILL_TOP).buffer(5.0, quad_segs=2)
    return (
        Block("G01", "南大门西岗亭", box(-28, -306, -20, -300), 4.5, 1, "gatehouse"),
        Block("G02", "南大门东岗亭", box(20, -306, 28, -300), 4.5, 1, "gatehouse"),
        Block("G03", "东门岗亭", box(254, 23, 260, 28), 3.6, 1, "gatehouse"),
        Block("G04", "西门岗亭", box(-260, 23, -254, 28), 3.6, 1, "gatehouse"),
        Block("P01", "望榕亭", hexagon, 9.0, 1, "pavilion"),
        Block("P02", "映月榭", Point(-96, -158).buffer(4.2, quad_segs=2), 5.5, 1, "pavilion"),
        Block("P03", "雨水泵房", box(-100, -206, -93, -199), 4.2, 1, "pump_house"),
    )


def city_blocks(rng: np.random.Generator) -> list[Block]:
    """The town around: slabs and point blocks along the four streets, lower beside the hill."""
    spots: list[tuple[float, float, float, float]] = []
    for u in np.arange(-405, 410, 54.0):
        spots += [(u, -384, 38, 15), (u, -414, 34, 13), (u, 396, 36, 14)]
    for v in np.arange(-300, 330, 46.0):
        for side in (-1, 1):
            spots += [(side * 322, v, 15, 34), (side * 360, v, 16, 32), (side * 402, v, 22, 24)]
    blocks: list[Block] = []
    for u, v, length, depth in spots:
        if abs(abs(u) - 292) < 28 or rng.random() < 0.07:
            continue
        tower = rng.random() < 0.16 and v < 120
        size = (min(length, 24.0), min(depth, 24.0)) if tower else (length, depth)
        storeys = int(rng.integers(16, 26)) if tower else int(rng.integers(4, 9))
        shift = rng.uniform(-3, 3, 2)
        polygon = _turned_box(u + shift[0], v + shift[1], size[0] * rng.uniform(0.85, 1.0), size[1])
        use = "residential" if rng.random() < 0.7 else "commercial"
        number = len(blocks) + 1
        blocks.append(Block(f"C{number:03d}", f"周边建筑{number:03d}", polygon, round(storeys * 3.1, 1), storeys, use))
    return blocks


@cache
def paved() -> BaseGeometry:
    """Union of all carriageways and paths as areas."""
    return shapely.union_all([road.line.buffer(road.width_m / 2, cap_style="flat") for road in roads()])


def base_level_m(v: float) -> float:
    """The graded ground without hill, pads and noise."""
    return BASE_LEVEL_M + BASE_SLOPE * (v + 300.0)
