"""Pipe networks of the demo campus traced along the roads: nodes every 30-40 m, services, levels."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from geodata.demo import site_plan
from geodata.demo.network_plan import (
    CITY_U,
    CITY_V,
    GULLY_DEPTH_M,
    MIN_SLOPE,
    NETWORKS,
    SERVICE_PITCH_M,
    SERVICES,
    TUNNEL,
    Network,
)
from geodata.demo.terrain import Ground

SERVICE_SPACING_M: Final = 10.0  # services climb to their platform: close points keep their depth true
MERGE_M: Final = 2.5  # stations nearer than this become one


@dataclass
class PipeNode:
    """A survey point in plan metres. ``role``: trunk, service, city, gully or hydrant; ``building`` it serves."""

    number: str
    u: float
    v: float
    role: str = "trunk"
    building: str | None = None
    ground_m: float = 0.0
    level_m: float = 0.0  # crown or invert
    degree: int = 0
    turn_deg: float = 0.0


@dataclass
class PipeLink:
    """From one node to another, downstream for drains."""

    start: PipeNode
    end: PipeNode
    section: str
    road: str
    start_level_m: float = 0.0
    end_level_m: float = 0.0


@dataclass
class PipeNetwork:
    """One traced network."""

    plan: Network
    nodes: list[PipeNode] = field(default_factory=list)
    links: list[PipeLink] = field(default_factory=list)
    _by_place: dict[tuple[int, int], PipeNode] = field(default_factory=dict)

    def node(self, u: float, v: float, role: str = "trunk", building: str | None = None) -> PipeNode:
        key = (round(u * 20), round(v * 20))
        if key not in self._by_place:
            number = f"{self.plan.prefix}{len(self.nodes) + 1:03d}"
            self._by_place[key] = PipeNode(number, round(u, 3), round(v, 3), role, building)
            self.nodes.append(self._by_place[key])
        return self._by_place[key]

    def trace(self, line: LineString, section: str, road: str, stops: list[Point], spacing_m: float) -> None:
        """Nodes and links along ``line``: at its corners, at ``stops`` on it, and in between at most ``spacing_m``."""
        fixed = [line.project(stop) for stop in stops if line.distance(stop) < 0.01]
        corners = [line.project(Point(p)) for p in line.coords[1:-1]] if line.length > 8 else []
        stations = _merge([0.0, line.length, *fixed], corners)
        placed: list[float] = []
        for a, b in itertools.pairwise(stations):
            pieces = max(1, math.ceil((b - a) / spacing_m))
            placed += [a + (b - a) * k / pieces for k in range(pieces)]
        points = [line.interpolate(at) for at in [*placed, line.length]]
        nodes = [self.node(one.x, one.y) for one in points]
        for start, end in itertools.pairwise(nodes):
            if start is not end:
                self.links.append(PipeLink(start, end, section, road))


def _merge(fixed: list[float], loose: list[float]) -> list[float]:
    """All fixed stations, and the loose ones that keep their distance from them and from each other."""
    kept = sorted(set(fixed))
    for one in sorted(loose):
        if all(abs(one - other) > MERGE_M for other in kept):
            kept.append(one)
    return sorted(kept)


def make_networks(ground: Ground) -> list[PipeNetwork]:
    """All networks, levelled."""
    return [_make(one, ground) for one in NETWORKS]


def _make(plan: Network, ground: Ground) -> PipeNetwork:
    network = PipeNetwork(plan)
    trunks = _tunnel() if plan.prefix == "QT" else _trunks(plan)
    services = _services(plan, [line for _, line in trunks])
    stops = [Point(line.coords[0]) for _, line in services] + [
        Point(p) for _, line in trunks for p in (line.coords[0], line.coords[-1])
    ]
    for road, line in trunks:
        network.trace(line, plan.section, road, stops, plan.spacing_m)
    if plan.prefix in ("YS", "JS"):
        _laterals(network)
    for building, line in services:
        network.trace(line, plan.service_section, "楼前支线", [], SERVICE_SPACING_M)
        face = Point(line.coords[-1])
        end = network.node(face.x, face.y)
        end.role, end.building = "service", building
    _mark_ends(network)
    levels = ground.plan_levels(np.array([[one.u, one.v] for one in network.nodes]))
    for node, level in zip(network.nodes, levels, strict=True):
        node.ground_m = round(float(level), 3)
    _degrees(network)
    if plan.gravity:
        _fall(network)
    else:
        _cover(network)
    return network


# --- where they run ------------------------------------------------------------------------------------


def _trunks(plan: Network) -> list[tuple[str, LineString]]:
    """Ring, street, energy road and the way to the city; drains get the ring and the street cut at their heads."""
    d = plan.offset_m
    ring = shapely.box(-182, -192, 182, 122).buffer(30 + d, quad_segs=3)
    north = _meeting(LineString([(0, 0), (0, 400)]), ring.exterior)
    city_u = CITY_U.get(plan.prefix, 0.0)
    south = _meeting(LineString([(city_u, 0), (city_u, -400)]), ring.exterior)
    halves = _halves(ring.exterior, north, south)
    street_v = site_plan.STREET_V + d
    street = LineString([(-300, street_v), (300, street_v)]).intersection(ring)
    gap = 6.0 if plan.gravity else 0.0
    trunks: list[tuple[str, LineString]] = []
    for sign, half in zip((-1, 1), halves, strict=True):
        cut = shapely.ops.substring(half, gap, half.length)
        assert isinstance(cut, LineString)
        trunks.append(("环园路", cut))
        inner = LineString([(sign * gap, street_v), street.coords[0 if sign < 0 else -1]])
        trunks.append(("府前路", inner))
    branch_u = 163 + (d if plan.gravity else -d)
    foot = _meeting(LineString([(branch_u, 100), (branch_u, 240)]), ring.exterior)
    trunks.append(("能源路", LineString([(branch_u, 226), (foot.x, foot.y)])))
    if plan.prefix in CITY_U:
        trunks.append(("迎宾路", LineString([(south.x, south.y), (south.x, CITY_V)])))
    return trunks


def _meeting(line: LineString, other: BaseGeometry) -> Point:
    """The one point where two lines of the plan cross."""
    point = line.intersection(other)
    if not isinstance(point, Point):
        raise TypeError(f"the plan's lines meet in a {point.geom_type}, not in a point")
    return point


def _halves(ring: LineString, north: Point, south: Point) -> tuple[LineString, LineString]:
    """West and east half of a closed ring, both from ``north`` to ``south``."""
    points = [(float(p[0]), float(p[1])) for p in ring.coords][:-1]
    points += [(north.x, north.y), (south.x, south.y)]
    ordered = sorted(points, key=lambda p: float(ring.project(Point(p))))
    k = ordered.index((north.x, north.y))
    turned = ordered[k:] + ordered[:k] + [ordered[k]]
    cut = turned.index((south.x, south.y))
    one, other = LineString(turned[: cut + 1]), LineString(turned[cut:][::-1])
    west_first = one.interpolate(one.length / 2).x < 0
    return (one, other) if west_first else (other, one)


def _tunnel() -> list[tuple[str, LineString]]:
    return [("能源路", LineString(TUNNEL))]


def _services(plan: Network, trunks: list[LineString]) -> list[tuple[str, LineString]]:
    """From the trunk straight to the building's face, one lane a network."""
    lane = [one.prefix for one in NETWORKS].index(plan.prefix)
    made = []
    for code in plan.serves:
        (u, v), along, out = SERVICES[code]
        face = Point(u + along[0] * lane * SERVICE_PITCH_M, v + along[1] * lane * SERVICE_PITCH_M)
        ray = LineString([(face.x, face.y), (face.x + out[0] * 80, face.y + out[1] * 80)])
        hits: list[Point] = [
            part for line in trunks for part in shapely.get_parts(ray.intersection(line)) if isinstance(part, Point)
        ]
        hit: Point = min(hits, key=face.distance)
        made.append((code, LineString([(hit.x, hit.y), (face.x, face.y)])))
    return made


def _mark_ends(network: PipeNetwork) -> None:
    for node in network.nodes:
        if node.v <= CITY_V + 0.1:
            node.role = "city"
        elif network.plan.prefix == "QT" and (node.u, node.v) in (TUNNEL[0], TUNNEL[-1]):
            node.role, node.building = "service", "B07" if node.u > 100 else "B01"


def _laterals(network: PipeNetwork) -> None:
    """Road gullies on storm drains, hydrants on water mains, at every second or third trunk node."""
    hydrants = network.plan.prefix == "JS"
    ring = site_plan.ring().exterior
    step, aside = (3, 2.0) if hydrants else (1, 2.7)
    for node in [one for one in network.nodes if one.role == "trunk"][::step]:
        near = ring.interpolate(ring.project(Point(node.u, node.v)))
        away = (node.u - near.x, node.v - near.y)
        size = math.hypot(*away)
        if not 1.0 < size < 8.0:
            continue  # only along the ring
        u, v = node.u + away[0] / size * aside, node.v + away[1] / size * aside
        other = network.node(u, v, "hydrant" if hydrants else "gully")
        network.links.append(PipeLink(other, node, "100" if hydrants else "200", "环园路"))


# --- how deep ------------------------------------------------------------------------------------------


def _cover(network: PipeNetwork) -> None:
    """Pressure pipes and cables follow the ground at their crown depth."""
    for node in network.nodes:
        node.level_m = round(node.ground_m - network.plan.depth_m, 3)
    for link in network.links:
        link.start_level_m, link.end_level_m = link.start.level_m, link.end.level_m


def _fall(network: PipeNetwork) -> None:
    """Gravity: every link turned towards the outfall, inverts falling at least ``MIN_SLOPE`` on the way."""
    around: dict[str, list[PipeLink]] = defaultdict(list)
    for link in network.links:
        around[link.start.number].append(link)
        around[link.end.number].append(link)
    outfall = next(one for one in network.nodes if one.role == "city")
    order, seen, queue = [], {outfall.number}, deque([outfall])
    while queue:
        node = queue.popleft()
        for link in around[node.number]:
            other = link.start if link.end is node else link.end
            if other.number in seen:
                continue
            seen.add(other.number)
            link.start, link.end = other, node
            order.append(link)
            queue.append(other)
    for node in network.nodes:
        depth = GULLY_DEPTH_M if node.role == "gully" else network.plan.depth_m
        node.level_m = round(node.ground_m - depth, 3)
    for link in reversed(order):  # from the heads down
        length = math.hypot(link.start.u - link.end.u, link.start.v - link.end.v)
        link.start_level_m = link.start.level_m
        link.end.level_m = min(link.end.level_m, round(link.start.level_m - MIN_SLOPE * length - 0.0005, 3))
    for link in order:
        link.end_level_m = link.end.level_m
    for link in order:
        if link.start.role == "gully":
            # a gully drops into the manhole well above its bottom
            link.end_level_m = max(link.end_level_m, round(link.start_level_m - 0.4, 3))


def _degrees(network: PipeNetwork) -> None:
    ways: dict[str, list[float]] = defaultdict(list)
    for link in network.links:
        angle = math.atan2(link.end.v - link.start.v, link.end.u - link.start.u)
        ways[link.start.number].append(angle)
        ways[link.end.number].append(angle + math.pi)
    for node in network.nodes:
        angles = ways[node.number]
        node.degree = len(angles)
        if len(angles) == 2:
            turn = abs((angles[0] - angles[1] + math.pi) % (2 * math.pi) - math.pi)
            node.turn_deg = round(180 - math.degrees(turn), 1)
