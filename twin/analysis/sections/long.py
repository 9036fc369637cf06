"""A long section: the ground and the pipes along a chain of links, as profile drawings of drains show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.cross import PipeCut, cross_section
from twin.analysis.sections.cross_cuts import CROSSES
from twin.analysis.sections.path import Step, way
from twin.analysis.sections.pipes import Nodes, Pipes
from twin.analysis.sections.profile import SectionLine, TerrainProfile, terrain_profile
from twin.analysis.sections.rows import arrow_rows
from twin.mesh.elevation import TerrainSurface

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LongStation:
    """A node on the way. Levels in the campus datum, m, None where not known.

    ``ground_m``: the cover as surveyed, else the terrain. ``in_invert_m``, ``out_invert_m``: inside bottom of the link
    that comes and of the one that goes; ``drop_m``: how far the first lies above the second. ``depth_m`` (埋深): ground
    minus the lower of the two inverts. ``diameter_assumed``: nothing is surveyed, and the shaft counts as 1 m wide.
    """

    node_id: str
    name: str | None
    kind: str | None
    chainage_m: float
    ground_m: float | None
    terrain_m: float | None
    cover_level_m: float | None
    bottom_level_m: float | None
    shaft_diameter_m: float | None
    diameter_assumed: bool
    in_invert_m: float | None
    out_invert_m: float | None
    in_crown_m: float | None
    out_crown_m: float | None
    drop_m: float | None
    depth_m: float | None


@dataclass(frozen=True, slots=True)
class LongLink:
    """A link on the way. ``slope_permille``: fall in walking direction per plan length, rising is negative.

    ``axis_chainage_m``, ``axis_m``: its bends. ``reversed``: walked from its ``to_id`` to its ``from_id``. ``size``:
    DN400 or 600×300 in mm, None where unknown.
    """

    feature_id: str
    from_chainage_m: float
    to_chainage_m: float
    length_m: float
    slope_permille: float | None
    size: str | None
    width_m: float | None
    height_m: float | None
    material: str | None
    reversed: bool
    axis_chainage_m: tuple[float, ...]
    axis_m: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LongSection:
    """The chain in walking order: n links, n + 1 stations; ``crossings``: pipes of other networks on the way."""

    layer_id: str
    line: SectionLine
    terrain: TerrainProfile
    stations: tuple[LongStation, ...]
    links: tuple[LongLink, ...]
    crossings: tuple[PipeCut, ...]

    def to_arrow(self) -> pa.Table:
        """One row a station, and what leaves it: the rows under a profile drawing.

        里程, 地面高程, 管内底高程, 埋深, 坡度, 管径 are chainage_m, ground_m, out_invert_m (at the last station
        in_invert_m), depth_m, slope_permille and size.
        """
        table = arrow_rows(LongStation, self.stations)
        for name, kind in (("feature_id", pa.string()), ("length_m", pa.float64()), ("slope_permille", pa.float64())):
            table = table.append_column(name, pa.array([*(getattr(one, name) for one in self.links), None], kind))
        for name in ("size", "material"):
            table = table.append_column(name, pa.array([*(getattr(one, name) for one in self.links), None]))
        return table

    def links_arrow(self) -> pa.Table:
        return arrow_rows(LongLink, self.links)


def long_section(
    layer_id: str,
    network: pa.Table,
    ground: TerrainSurface,
    *,
    link_ids: Sequence[str] | None = None,
    from_node: str | None = None,
    to_node: str | None = None,
    others: Mapping[str, pa.Table] | None = None,
) -> LongSection:
    """The profile along ``link_ids`` in order, or along the shortest way from ``from_node`` to ``to_node`` (either may
    be a link, which is then drawn whole).

    Chainage is measured in plan along the axes. ``others``: networks whose pipes are shown where they cross. The errors
    are those of ``path.way``.
    """
    networks = {layer_id: network}
    pipes, nodes = Pipes.of(networks), Nodes.of(networks)
    steps = way(pipes, nodes, link_ids, from_node, to_node)
    ends = np.concatenate([[0.0], np.cumsum([one.plan_m for one in steps])])
    line = SectionLine.of(shapely.LineString(np.vstack([one.points[:, :2] for one in steps])))
    stations = _stations(steps, ends, pipes, nodes, ground)
    links = tuple(_link(one, float(low), pipes) for one, low in zip(steps, ends[:-1], strict=True))
    crossings: tuple[PipeCut, ...] = ()
    if others:
        whole = cross_section(shapely.LineString(line.xy), others, ground)
        crossings = tuple(one for one in whole.pipes if one.relation == CROSSES)
    extra = np.concatenate([ends, [one.chainage_m for one in crossings]])
    return LongSection(layer_id, line, terrain_profile(line, ground, extra), stations, links, crossings)


def _link(step: Step, low: float, pipes: Pipes) -> LongLink:
    plan = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(step.points[:, :2], axis=0).T))])
    wide, tall = float(pipes.wide_m[step.link]), float(pipes.tall_m[step.link])
    fall = float(step.points[0, 2] - step.points[-1, 2])
    return LongLink(
        feature_id=pipes.feature_id[step.link],
        from_chainage_m=low,
        to_chainage_m=low + float(plan[-1]),
        length_m=float(plan[-1]),
        slope_permille=fall / float(plan[-1]) * 1000.0 if plan[-1] > 0 else None,
        size=size_text(wide, tall, bool(pipes.is_box[step.link])),
        width_m=wide or None,
        height_m=tall or None,
        material=pipes.text("material", step.link),
        reversed=not np.array_equal(step.points[0], pipes.start[np.searchsorted(pipes.link, step.link)]),
        axis_chainage_m=tuple(float(one) for one in low + plan),
        axis_m=tuple(float(one) for one in step.points[:, 2]),
    )


def size_text(wide_m: float, tall_m: float, is_box: bool) -> str | None:
    """``DN400`` or ``600×300``, mm; None where the size is not known."""
    if not wide_m:
        return None
    return f"{wide_m * 1000:.0f}×{tall_m * 1000:.0f}" if is_box else f"DN{wide_m * 1000:.0f}"


def _stations(
    steps: Sequence[Step], ends: Floats, pipes: Pipes, nodes: Nodes, ground: TerrainSurface
) -> tuple[LongStation, ...]:
    names = [steps[0].start, *(one.end for one in steps)]
    places = np.vstack([steps[0].points[:1, :2], *(one.points[-1:, :2] for one in steps)])
    terrain = ground.heights(places)
    row_of = {one: row for row, one in enumerate(nodes.feature_id)}
    found = []
    for number, (name, at, surface) in enumerate(zip(names, ends, terrain, strict=True)):
        arriving = steps[number - 1] if number else None
        leaving = steps[number] if number < len(steps) else None
        into = None if arriving is None else (float(arriving.points[-1, 2]), float(pipes.tall_m[arriving.link]) / 2)
        out = None if leaving is None else (float(leaving.points[0, 2]), float(pipes.tall_m[leaving.link]) / 2)
        found.append(_station(name, row_of.get(name), nodes, float(at), float(surface), into, out))
    return tuple(found)


def _station(
    node_id: str,
    row: int | None,
    nodes: Nodes,
    chainage_m: float,
    terrain_m: float,
    into: tuple[float, float] | None,
    out: tuple[float, float] | None,
) -> LongStation:
    """``into``, ``out``: level of the axis and half the height of the link that comes and of the one that goes."""
    cover = np.nan if row is None else float(nodes.numbers["cover_level_m"][row])
    bottom = np.nan if row is None else float(nodes.bottom_m[row])
    ground = cover if not np.isnan(cover) else terrain_m
    inverts = [axis - half for axis, half in (one for one in (into, out) if one is not None)]
    return LongStation(
        node_id=node_id,
        name=None if row is None else nodes.texts["point_no"][row] or nodes.texts["name"][row],
        kind=None if row is None else nodes.texts["appurtenance"][row] or nodes.texts["feature"][row],
        chainage_m=chainage_m,
        ground_m=_known(ground),
        terrain_m=_known(terrain_m),
        cover_level_m=_known(cover),
        bottom_level_m=_known(bottom),
        shaft_diameter_m=float(nodes.radius_m[row]) * 2 if row is not None and nodes.is_shaft[row] else None,
        diameter_assumed=row is not None and bool(nodes.assumed[row]),
        in_invert_m=None if into is None else into[0] - into[1],
        out_invert_m=None if out is None else out[0] - out[1],
        in_crown_m=None if into is None else into[0] + into[1],
        out_crown_m=None if out is None else out[0] + out[1],
        drop_m=inverts[0] - inverts[1] if len(inverts) == 2 else None,
        depth_m=_known(ground - min(inverts)),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
