"""Outer walls around a storey outline: mitred at the corners, with windows, entrances or curtain wall bays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.geometry.polygon import orient

from geodata.demo.building_plan import Instance, Opening, Storey, Wall

THICKNESS_M: Final = 0.3


@dataclass(frozen=True)
class Style:
    """How one face is made: ``window_key`` for holes in a wall, ``glass`` for a curtain wall above a spandrel."""

    wall_type: str
    bay_m: float
    window_key: str | None = None
    sill_m: float = 0.9
    glass: bool = False


@dataclass(frozen=True)
class Entrance:
    """A glass door near ``at`` on the ground floor."""

    at: tuple[float, float]
    type_key: str
    width_m: float


@dataclass(frozen=True)
class Edge:
    """One straight piece of an outline; inside lies on its left."""

    start: tuple[float, float]
    angle_rad: float
    length_m: float
    footprint: tuple[tuple[float, float], ...]

    def point(self, along_m: float, inwards_m: float = 0.0) -> tuple[float, float]:
        c, s = math.cos(self.angle_rad), math.sin(self.angle_rad)
        return self.start[0] + along_m * c - inwards_m * s, self.start[1] + along_m * s + inwards_m * c

    @property
    def middle(self) -> tuple[float, float]:
        return self.point(self.length_m / 2)


def edges(outline: Polygon, thickness_m: float = THICKNESS_M) -> list[Edge]:
    """The walls of an outline, courtyards included, each with its mitred footprint in its own axes."""
    clean = orient(shapely.simplify(shapely.normalize(outline), 0.001))
    found: list[Edge] = []
    for ring in (clean.exterior, *clean.interiors):
        points = np.asarray(ring.coords)[:-1, :2]
        ahead = np.roll(points, -1, axis=0) - points
        length = np.hypot(ahead[:, 0], ahead[:, 1])
        ahead = ahead / length[:, None]
        inward = np.column_stack([-ahead[:, 1], ahead[:, 0]])
        before = np.roll(inward, 1, axis=0)
        bisector = before + inward
        mitre = bisector / (1 + np.sum(before * inward, axis=1))[:, None] * thickness_m
        for k in range(len(points)):
            n = (k + 1) % len(points)
            first, last = float(mitre[k] @ ahead[k]), float(length[k] + mitre[n] @ ahead[k])
            shape = ((0.0, 0.0), (float(length[k]), 0.0), (last, thickness_m), (first, thickness_m))
            angle = math.atan2(ahead[k, 1], ahead[k, 0])
            found.append(Edge((float(points[k, 0]), float(points[k, 1])), angle, float(length[k]), shape))
    return found


def bays(length_m: float, bay_m: float) -> list[float]:
    """Middles of equal bays of about ``bay_m``; none on a face too short for one."""
    if length_m < bay_m * 0.8:
        return []
    count = max(1, round(length_m / bay_m))
    return [(k + 0.5) * length_m / count for k in range(count)]


def add_faces(storey: Storey, edge_style: list[tuple[Edge, Style]], entrances: list[Entrance]) -> set[str]:
    """Put the outer walls of a storey up; returns the glazing sizes used, as ``width x height`` keys."""
    used: set[str] = set()
    for number, (edge, style) in enumerate(edge_style):
        key = f"facade{number}"
        doors = [] if storey.ordinal != 1 else _doors(edge, entrances)
        if style.glass:
            used |= _curtain(storey, key, edge, style, doors)
        else:
            _punched(storey, key, edge, style, doors)
    return used


def _doors(edge: Edge, entrances: list[Entrance]) -> list[tuple[float, Entrance]]:
    c, s = math.cos(edge.angle_rad), math.sin(edge.angle_rad)
    found = []
    for one in entrances:
        dx, dy = one.at[0] - edge.start[0], one.at[1] - edge.start[1]
        along, off = dx * c + dy * s, abs(-dx * s + dy * c)
        if off < 0.5 and one.width_m / 2 + 0.5 < along < edge.length_m - one.width_m / 2 - 0.5:
            found.append((along, one))
    return found


def _punched(storey: Storey, key: str, edge: Edge, style: Style, doors: list[tuple[float, Entrance]]) -> None:
    openings = [Opening(one.type_key, along, 0.0) for along, one in doors]
    if style.window_key is not None:
        for along in bays(edge.length_m, style.bay_m):
            if all(abs(along - d) > one.width_m / 2 + style.bay_m / 2 for d, one in doors):
                openings.append(Opening(style.window_key, along, style.sill_m))
    storey.walls.append(
        Wall(key, style.wall_type, edge.start, edge.angle_rad, edge.footprint, 0.0, storey.height_m, tuple(openings))
    )


def _curtain(storey: Storey, key: str, edge: Edge, style: Style, doors: list[tuple[float, Entrance]]) -> set[str]:
    """A spandrel wall with glazing units above it; at an entrance the wall is full height and carries the door."""
    full = bool(doors)
    height = storey.height_m if full else style.sill_m
    openings = tuple(Opening(one.type_key, along, 0.0) for along, one in doors)
    storey.walls.append(Wall(key, style.wall_type, edge.start, edge.angle_rad, edge.footprint, 0.0, height, openings))
    places = bays(edge.length_m, style.bay_m)
    if full or not places:
        return set()
    width = round(edge.length_m / len(places), 3)
    glass = round(storey.height_m - style.sill_m, 3)
    type_key = f"幕墙单元-{width:g}x{glass:g}"
    for k, along in enumerate(places):
        x, y = edge.point(along, 0.1)
        storey.instances.append(Instance(f"{key}.g{k}", type_key, (x, y, style.sill_m), edge.angle_rad))
    return {f"{width:g}x{glass:g}"}


def add_parapet(storey: Storey, roof: Polygon, above: Polygon | None, wall_type: str, height_m: float = 1.1) -> None:
    """A parapet around an open roof, except where a higher part of the building rises."""
    for number, edge in enumerate(edges(roof, 0.25)):
        if above is not None and above.boundary.distance(Point(edge.middle)) < 0.05:
            continue
        storey.walls.append(
            Wall(
                f"parapet{number}.{len(storey.walls)}",
                wall_type,
                edge.start,
                edge.angle_rad,
                edge.footprint,
                0.0,
                height_m,
            )
        )
