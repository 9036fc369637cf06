"""Shafts beside a section line and buildings that it passes through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.columns import numbers_of, shapes_of, texts_of
from twin.analysis.sections.pipes import Nodes
from twin.analysis.sections.profile import STEP_M, SectionLine
from twin.mesh.elevation import TerrainSurface

Floats = NDArray[np.float64]

_JOINED_M = 0.001


@dataclass(frozen=True, slots=True)
class NodeCut:
    """A node whose shaft the plane cuts, or that stands within the strip. Left of the line is a positive offset.

    ``diameter_assumed``: the survey has none, and the shaft counts as 1 m wide.
    """

    layer_id: str
    feature_id: str
    name: str | None
    kind: str | None  # appurtenance, else feature
    chainage_m: float
    offset_m: float
    ground_m: float | None
    cover_level_m: float | None
    bottom_level_m: float | None
    diameter_m: float | None
    diameter_assumed: bool


@dataclass(frozen=True, slots=True)
class BuildingCut:
    """A footprint that the line passes through, from chainage to chainage, and the ground in between."""

    feature_id: str
    name: str | None
    from_chainage_m: float
    to_chainage_m: float
    lowest_ground_m: float | None
    highest_ground_m: float | None
    height_m: float | None


def node_cuts(line: SectionLine, nodes: Nodes, ground: TerrainSurface, half_width_m: float) -> tuple[NodeCut, ...]:
    """Nodes whose shaft the line cuts, or nearer than ``half_width_m``, by chainage."""
    if not len(nodes):
        return ()
    plan = shapely.LineString(line.xy)
    points = np.asarray(shapely.points(nodes.xyz[:, :2]), object)
    reach = np.maximum(np.where(nodes.is_shaft, nodes.radius_m, 0.0), half_width_m)
    near = np.flatnonzero(shapely.distance(points, plan) <= reach)
    station = shapely.line_locate_point(plan, points[near])
    surface = ground.heights(line.points(station))
    foot = line.points(station)
    found = []
    for row, at, level, beside in zip(near, station, surface, foot, strict=True):
        off = nodes.xyz[row, :2] - beside
        ahead = line.points(np.array([min(at + _JOINED_M, line.length_m), max(at - _JOINED_M, 0.0)]))
        along = ahead[0] - ahead[1]
        side = np.sign(along[0] * off[1] - along[1] * off[0])
        shaft = bool(nodes.is_shaft[row])
        found.append(
            NodeCut(
                nodes.layer_id[row],
                nodes.feature_id[row],
                nodes.texts["point_no"][row] or nodes.texts["name"][row],
                nodes.texts["appurtenance"][row] or nodes.texts["feature"][row],
                float(at),
                float(side * np.hypot(*off)),
                _known(level),
                _known(nodes.cover_m[row]),
                _known(nodes.bottom_m[row]),
                float(nodes.radius_m[row]) * 2.0 if shaft else None,
                bool(nodes.assumed[row]),
            )
        )
    return tuple(sorted(found, key=lambda one: one.chainage_m))


def building_cuts(line: SectionLine, buildings: pa.Table, ground: TerrainSurface) -> tuple[BuildingCut, ...]:
    """Footprints that the line passes through, one row for each time it does, by chainage."""
    shapes = shapely.force_2d(shapes_of(buildings))
    polygons = np.isin(shapely.get_type_id(shapes), (3, 6))  # Polygon, MultiPolygon
    near = np.flatnonzero(polygons & shapely.intersects(shapes, shapely.LineString(line.xy)))
    ids, names = texts_of(buildings, "feature_id"), texts_of(buildings, "name")
    heights = numbers_of(buildings, "height_m")
    found = []
    for row in near:
        outline = shapely.union_all(shapely.make_valid(shapely.get_parts(shapes[row])))
        for first, last in inside(line, outline):
            stations = np.linspace(first, last, max(2, int(np.ceil((last - first) / STEP_M)) + 1))
            levels = ground.heights(line.points(stations))
            known = levels[~np.isnan(levels)]
            lowest, highest = (float(known.min()), float(known.max())) if len(known) else (None, None)
            found.append(BuildingCut(ids[row], names[row], first, last, lowest, highest, _known(heights[row])))
    return tuple(sorted(found, key=lambda one: one.from_chainage_m))


def inside(line: SectionLine, polygon: shapely.Geometry) -> list[tuple[float, float]]:
    """Where the line runs inside, from chainage to chainage; each straight part for itself, so loops do no harm."""
    found: list[tuple[float, float]] = []
    for number in range(len(line.xy) - 1):
        start = line.xy[number]
        pieces = shapely.get_parts(shapely.intersection(shapely.LineString(line.xy[number : number + 2]), polygon))
        spans = []
        for piece in pieces[(shapely.get_type_id(pieces) == 1) & ~shapely.is_empty(pieces)]:
            far = np.hypot(*(shapely.get_coordinates(piece)[[0, -1]] - start).T) + line.chainage_m[number]
            spans.append((float(far.min()), float(far.max())))
        for first, last in sorted(spans):
            if found and first - found[-1][1] < _JOINED_M:
                found[-1] = (found[-1][0], last)
            elif last - first >= _JOINED_M:
                found.append((first, last))
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
