"""What stands on the ground: trees, lamps, benches, hedges, lawns. Plan metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.demo import site_plan
from geodata.demo.frame import Array

# species: height m, crown m
SPECIES: Final[dict[str, tuple[float, float]]] = {
    "榕树": (11.0, 9.5),
    "香樟": (10.5, 7.5),
    "银杏": (12.0, 5.5),
    "桂花": (4.8, 3.8),
    "紫荆": (6.0, 4.4),
    "垂柳": (8.5, 7.0),
    "水杉": (16.0, 4.2),
    "马尾松": (13.0, 5.0),
    "相思树": (9.0, 6.0),
    "枫香": (13.5, 6.5),
    "凤凰木": (9.0, 8.0),
    "罗汉松": (3.6, 2.4),
}
ALLEY_SPACING_M: Final = 8.0
LAMP_SPACING_M: Final = 25.0


# from the gate one sees the portico: nothing grows here
AXIS_VIEW: Final = (box(-13, -330, 13, 20), box(-24, -246, 24, -196))


@dataclass(frozen=True)
class Tree:
    """One tree."""

    species: str
    u: float
    v: float
    height_m: float
    crown_m: float


@dataclass(frozen=True)
class Lamp:
    """A lamp post; ``along`` is the direction of its road."""

    u: float
    v: float
    height_m: float
    along: tuple[float, float]


@dataclass(frozen=True)
class Bench:
    """A bench, and which way one looks from it."""

    u: float
    v: float
    facing: tuple[float, float]


def occupied(footprints: dict[str, Polygon], *, margin_m: float) -> BaseGeometry:
    """Everything no tree may stand on: carriageways, hardscape, buildings with a margin."""
    hard = [area.polygon for area in site_plan.hardscape()]
    blocks = [one.polygon.buffer(2.0) for one in site_plan.small_blocks()]
    walls = [one.buffer(margin_m) for one in footprints.values()]
    return shapely.union_all([site_plan.paved().buffer(0.8), *hard, *blocks, *walls, *AXIS_VIEW])


def make_trees(footprints: dict[str, Polygon], rng: np.random.Generator) -> list[Tree]:
    """Alleys first, then the forum, the lake, the car parks, the belt along the fence and the wood on the hill."""
    spots = [*_alleys(), *_forum(), *_lake(rng), *_car_parks(), *_gardens(rng), *_belt(rng), *_wood(rng)]
    points = np.array([[u, v] for _, u, v in spots])
    taken = occupied(footprints, margin_m=4.5)
    shapely.prepare(taken)
    free = ~shapely.contains_xy(taken, points[:, 0], points[:, 1])
    bays = shapely.union_all([area.polygon for area in site_plan.hardscape() if area.surface_class == "parking"])
    free |= shapely.contains_xy(bays.buffer(-2), points[:, 0], points[:, 1])
    trees: list[Tree] = []
    grid: set[tuple[int, int]] = set()
    for (species, u, v), good in zip(spots, free, strict=True):
        cell = (round(u / 2.6), round(v / 2.6))
        if not good or cell in grid:
            continue
        grid.add(cell)
        tall, wide = SPECIES[species]
        grown = float(rng.uniform(0.8, 1.18))
        size = (round(tall * grown, 1), round(wide * grown, 1))
        trees.append(Tree(species, round(float(u), 2), round(float(v), 2), *size))
    return trees


Spot = tuple[str, float, float]


def _alleys() -> list[Spot]:
    """Rows on both sides of the roads that have them."""
    spots: list[Spot] = []
    for road in site_plan.roads():
        if road.trees is None:
            continue
        city = road.width_m > 12
        for side in (-1, 1):
            if city and side * _centre(road.line) < 0:
                continue  # towns plant the campus side here
            row = road.line.offset_curve(side * (road.width_m / 2 + (4.0 if city else 6.2)))
            step = 14.0 if city else ALLEY_SPACING_M
            spots += [(road.trees, p.x, p.y) for p in (row.interpolate(s) for s in np.arange(4.0, row.length, step))]
    return [one for one in spots if abs(one[1]) < 330 and -372 < one[2] < 372]


def _centre(line: LineString) -> float:
    """On which side of a city street the campus lies: positive when on its right."""
    (u0, v0), (u1, v1) = line.coords[0], line.coords[-1]
    return float((u1 - u0) * (0 - v0) - (v1 - v0) * (0 - u0))


def _forum() -> list[Spot]:
    """Double rows of ginkgo along the pool, clipped pines on the forecourt, coral trees behind the lawns."""
    spots: list[Spot] = []
    for side in (-1, 1):
        for v in np.arange(-206, -36, 7.5):
            spots += [("银杏", side * 28.0, v), ("银杏", side * 35.0, v)]
        spots += [("凤凰木", side * 68.0, v) for v in np.arange(-204, -36, 13.0)]
        spots += [("罗汉松", side * u, v) for u in (64.0, 70.0) for v in (23.0, 30.0)]
        spots += [("罗汉松", side * 22.0, v) for v in np.arange(-300, -230, 9.0)]
    return spots


def _lake(rng: np.random.Generator) -> list[Spot]:
    """Willows and dawn redwoods around the water."""
    shore = LineString(site_plan.lake().buffer(11.5).exterior.coords)
    far = LineString(site_plan.lake().buffer(4.0).exterior.coords)
    spots: list[Spot] = []
    for line, species, step in ((far, "垂柳", 11.0), (shore, "水杉", 6.0)):
        for s in np.arange(0, line.length, step):
            point = line.interpolate(float(s + rng.uniform(-1.5, 1.5)))
            spots.append((species, point.x, point.y))
    return spots


def _car_parks() -> list[Spot]:
    """Shade trees on the islands between the bays."""
    spots = [("香樟", u, v) for v in (-191.0, -170.0, -149.0) for u in np.arange(110, 192, 9.0)]
    return [*spots, *(("香樟", u, v) for v in (248.0, 272.0) for u in np.arange(178, 238, 10.0))]


def _gardens(rng: np.random.Generator) -> list[Spot]:
    """Groves on the lawns between the buildings."""
    spots: list[Spot] = []
    groves = (
        (box(-70, 116, 70, 146), "枫香", 34),
        (box(-94, 40, -62, 120), "桂花", 26),
        (box(62, 40, 94, 120), "桂花", 26),
        (box(-205, -30, -112, 4), "凤凰木", 22),
        (box(112, -30, 205, 4), "凤凰木", 22),
        (box(-106, -106, -92, -44), "桂花", 10),
        (box(92, -106, 106, -44), "桂花", 10),
        (box(-204, -128, -94, -116), "枫香", 16),
        (box(94, -130, 204, -118), "枫香", 16),
        (box(-205, 80, -120, 96), "桂花", 16),
        (box(112, 92, 205, 97), "桂花", 10),
        (box(38, -214, 84, -36), "紫荆", 30),
        (box(-84, -214, -38, -36), "紫荆", 30),
        (box(176, 154, 240, 180), "枫香", 18),
        (box(176, 216, 240, 234), "香樟", 14),
        (box(-136, -70, -112, -46), "桂花", 6),
        (box(112, -70, 136, -46), "桂花", 6),
    )
    for area, species, count in groves:
        u0, v0, u1, v1 = area.bounds
        spots += [(species, float(u), float(v)) for u, v in rng.uniform((u0, v0), (u1, v1), (count, 2))]
    return spots


def _belt(rng: np.random.Generator) -> list[Spot]:
    """The green belt between ring road and fence."""
    belt = site_plan.FENCE.buffer(-3).difference(site_plan.ring().buffer(13)).difference(box(-40, -320, 40, -200))
    belt = (
        belt.difference(box(-262, 0, 262, 28)).difference(_hill_outline(0.98)).difference(site_plan.track().buffer(5))
    )
    belt = belt.difference(box(168, 176, 246, 290))
    points = _scatter(belt, 430, rng)
    names = np.array(["香樟", "榕树", "枫香", "相思树", "水杉"])
    return [
        (str(name), float(u), float(v)) for name, (u, v) in zip(rng.choice(names, len(points)), points, strict=True)
    ]


def _wood(rng: np.random.Generator) -> list[Spot]:
    """The wood on the hill: pines towards the top, acacias and sweet gums below."""
    top = shapely.Point(*site_plan.HILL_TOP)
    points = _scatter(_hill_outline(0.97).difference(top.buffer(9)).difference(site_plan.ring().buffer(9)), 980, rng)
    high = np.hypot(points[:, 0] - top.x, (points[:, 1] - top.y) * 1.5) + rng.uniform(-18, 18, len(points))
    species = np.where(high < 45, "马尾松", np.where(rng.random(len(points)) < 0.55, "相思树", "枫香"))
    return [(str(name), float(u), float(v)) for name, (u, v) in zip(species, points, strict=True)]


def _hill_outline(share: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    reach = np.asarray(site_plan.HILL_REACH) * share
    return Polygon(np.asarray(site_plan.HILL_TOP) + np.column_stack([np.cos(angle), np.sin(angle)]) * reach)


def _scatter(area: BaseGeometry, count: int, rng: np.random.Generator) -> Array:
    """About ``count`` points in ``area``, on a jittered grid so that no two crowd each other."""
    u0, v0, u1, v1 = area.bounds
    step = float(np.sqrt(area.area / count))
    u, v = (a.ravel() for a in np.meshgrid(np.arange(u0, u1, step), np.arange(v0, v1, step)))
    points = np.column_stack([u, v]) + rng.uniform(-0.42 * step, 0.42 * step, (len(u), 2))
    return points[shapely.contains_xy(area, points[:, 0], points[:, 1])]


def make_lamps() -> list[Lamp]:
    """One lamp every 25 m: alternating sides on roads, one side on paths, both edges of the plaza."""
    lamps: list[Lamp] = []
    for road in site_plan.roads():
        if not road.lamps:
            continue
        tall = 9.0 if road.width_m > 12 else 7.0 if road.surface_class == "road" else 3.6
        for n, s in enumerate(np.arange(8.0, road.line.length, LAMP_SPACING_M)):
            a, b = road.line.interpolate(float(s)), road.line.interpolate(float(s) + 0.5)
            du, dv = (b.x - a.x) * 2, (b.y - a.y) * 2
            aside = (road.width_m / 2 + 1.2) * (1 if n % 2 or road.width_m < 4 else -1)
            lamps.append(Lamp(round(a.x - dv * aside, 2), round(a.y + du * aside, 2), tall, (du, dv)))
    lamps += [
        Lamp(side * 22.5, float(v), 4.5, (0.0, 1.0)) for side in (-1, 1) for v in np.arange(-208, -30, LAMP_SPACING_M)
    ]
    inside = [one for one in lamps if abs(one.u) < 330 and abs(one.v) < 372]
    paved = site_plan.paved()
    shapely.prepare(paved)
    on_road = shapely.contains_xy(paved, [one.u for one in inside], [one.v for one in inside])
    return [one for one, bad in zip(inside, on_road, strict=True) if not bad]


def make_benches() -> list[Bench]:
    """Benches under the ginkgos, looking at the pool, and around the lake, looking at the water."""
    benches = [
        Bench(side * 24.6, float(v), (-float(side), 0.0)) for side in (-1, 1) for v in np.arange(-198, -40, 15.0)
    ]
    walk = site_plan.lake().buffer(8.9).exterior
    middle = site_plan.lake().centroid
    for s in np.arange(0, walk.length, 24.0):
        p = walk.interpolate(float(s))
        benches.append(Bench(round(p.x, 2), round(p.y, 2), (middle.x - p.x, middle.y - p.y)))
    return benches


def hedges() -> list[LineString]:
    """Clipped hedges that frame the forum lawns."""
    lines = []
    for side in (-1, 1):
        for low, high in ((-206, -128), (-118, -38)):
            lines.append(
                LineString([(side * 40, low), (side * 64, low), (side * 64, high), (side * 40, high), (side * 40, low)])
            )
    return lines


def lawns(footprints: dict[str, Polygon]) -> list[Polygon]:
    """What is left of the campus between roads, hardscape and walls, without the wooded hill."""
    hard = shapely.union_all([area.polygon.buffer(0.3) for area in site_plan.hardscape()])
    walls = shapely.union_all([one.buffer(1.5, join_style="mitre") for one in footprints.values()])
    left = site_plan.FENCE.buffer(-1.5).difference(site_plan.paved().buffer(1.2)).difference(hard).difference(walls)
    left = left.difference(_hill_outline(0.93))
    parts = [part for part in shapely.get_parts(shapely.set_precision(left, 0.01)) if part.area > 60]
    return sorted(parts, key=lambda one: (one.bounds[1], one.bounds[0]))
