"""What a dig would meet: pipes with the uncertainty of their survey, shafts, devices, footprints; whom to ask first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np
import pyarrow as pa
import shapely

from twin.analysis.sections.accuracy import Uncertainty, coverage_factor
from twin.analysis.sections.contacts import Contact, contacts_of
from twin.analysis.sections.dig_bodies import (
    HIT,
    NEAR,
    POSSIBLE,
    VERDICTS,
    Meeting,
    pipe_meetings,
)
from twin.analysis.sections.dig_nodes import node_bottoms, node_meetings
from twin.analysis.sections.dig_places import Beside, beside
from twin.analysis.sections.long import size_text
from twin.analysis.sections.pipes import Nodes, Pipes
from twin.analysis.sections.pit import Pit
from twin.analysis.sections.rows import arrow_rows
from twin.analysis.sections.volume import Excavation
from twin.mesh.elevation import TerrainSurface

FIRST: Final = ("gas", "power")  # what kills first stands first
HAND_DIG_M: Final = 1.0  # within this of a pipe no machine digs; a parameter of the check


@dataclass(frozen=True, slots=True)
class DigThing:
    """A link or node that the pit meets.

    ``verdict``: hit (its surveyed body), possible (only the body widened by k standard deviations), near (within the
    hand-dig buffer beyond that). ``depth_m``: ground to its top. ``distance_m``: in plan from its outside to the pit.
    ``above_bottom_m``: its top over the bottom, negative when it stays below. ``length_inside_m``: of the axis in the
    pit. ``above_ground``: it hangs or stands over the ground; such a thing is near at most. ``sd_by_class``: the
    uncertainty is that of the accuracy class.
    """

    verdict: str
    layer_id: str
    feature_id: str
    kind: str
    name: str | None
    owner: str | None
    depth_m: float | None
    distance_m: float
    above_bottom_m: float | None
    length_inside_m: float
    size: str | None
    material: str | None
    burial: str | None
    pressure_kpa: float | None
    voltage_kv: float | None
    state: str | None
    above_ground: bool
    plan_sd_m: float
    depth_sd_m: float
    sd_by_class: bool
    x: float
    y: float
    top_m: float


class _Common(TypedDict):
    verdict: str
    depth_m: float | None
    distance_m: float
    above_bottom_m: float | None
    length_inside_m: float
    above_ground: bool
    plan_sd_m: float
    depth_sd_m: float
    x: float
    y: float
    top_m: float


@dataclass(frozen=True, slots=True)
class DigCheck:
    """Everything met, hits first and gas and power first among them; the earth; whom to ask.

    ``k``: how many standard deviations count as possible. ``found``: links and nodes looked at, ``skipped`` those
    without a place, by reason. ``unsized``: links whose size is not known; their body is their axis.
    """

    things: tuple[DigThing, ...]
    buildings: tuple[Beside, ...]
    devices: tuple[Beside, ...]
    contacts: tuple[Contact, ...]
    earth: Excavation
    k: float
    near_m: float
    found: int
    skipped: dict[str, int]
    unsized: int

    def to_arrow(self) -> pa.Table:
        """One row a thing, the fields of ``DigThing``."""
        return arrow_rows(DigThing, self.things)

    def contacts_arrow(self) -> pa.Table:
        return arrow_rows(Contact, self.contacts)

    def beside_arrow(self) -> pa.Table:
        return arrow_rows(Beside, (*self.buildings, *self.devices))

    def counts(self) -> dict[str, int]:
        """verdict -> how many things."""
        found = Counter(one.verdict for one in self.things)
        return {one: found.get(one, 0) for one in VERDICTS}


def check_dig(
    area: shapely.Polygon | shapely.MultiPolygon,
    networks: Mapping[str, pa.Table],
    ground: TerrainSurface,
    *,
    depth_m: float | None = None,
    bottom_level_m: float | None = None,
    side_slope: float = 0.0,
    near_m: float = HAND_DIG_M,
    k: float | None = None,
    buildings: pa.Table | None = None,
    devices: pa.Table | None = None,
    zones: pa.Table | None = None,
    relations: pa.Table | None = None,
    staff: pa.Table | None = None,
    phones: Mapping[str, str] | None = None,
) -> DigCheck:
    """What digging ``area`` (plan, campus CRS; the outline of the bottom) meets.

    The pit is everything above its bottom: ``depth_m`` below the ground everywhere, or level at ``bottom_level_m``.
    ``side_slope``: metres that the sides lean out per metre of height. A body is a box around the section: as wide and
    as high, so it errs to the safe side at corners. ``zones``, ``relations`` (responsible_for) and ``staff`` find who
    answers for the place, ``phones`` (owner or staff id -> number) adds what the caller may show. Where no ground is
    known nothing is ruled out by depth. Raises DigAreaError, DigDepthError.
    """
    pit = Pit.of(area, ground, depth_m, bottom_level_m, side_slope)
    factor = coverage_factor() if k is None else k
    pipes, nodes = Pipes.of(networks), Nodes.of(networks)
    links, link_sd = pipe_meetings(pipes, pit, factor, near_m)
    points, node_sd = node_meetings(nodes, node_bottoms(nodes, pipes), pit, factor, near_m)
    things = [_link(pipes, one, link_sd, pit, factor) for one in links]
    things += [_node(nodes, one, node_sd, pit, factor) for one in points]
    outline = pit.outline()
    houses = tuple(beside(buildings, outline, near_m))
    instruments = tuple(beside(devices, outline, near_m))
    met = [one for one in things if one.verdict in (HIT, POSSIBLE)]
    places = [one.feature_id for one in (*houses, *instruments) if one.distance_m <= 0]
    places += [one.feature_id for one in beside(zones, outline, 0.0)]
    owners = {one.feature_id: one.owner for one in met}
    return DigCheck(
        tuple(sorted(things, key=_weight)),
        houses,
        instruments,
        contacts_of(owners, places, relations, staff, phones or {}),
        pit.earth(),
        factor,
        near_m,
        pipes.found + nodes.found,
        dict(Counter(pipes.skipped) + Counter(nodes.skipped)),
        int((pipes.wide_m == 0).sum()),
    )


def _weight(one: DigThing) -> tuple[int, bool, float, float, str]:
    return (
        VERDICTS.index(one.verdict),
        one.layer_id not in FIRST,
        -one.length_inside_m,
        one.distance_m,
        one.feature_id,
    )


def _link(pipes: Pipes, one: Meeting, sd: Uncertainty, pit: Pit, k: float) -> DigThing:
    row = one.row
    return DigThing(
        **_common(one, float(sd.plan_sd_m[row]), float(sd.depth_sd_m[row]), pit, k),
        layer_id=pipes.layer_id[row],
        feature_id=pipes.feature_id[row],
        kind="link",
        name=pipes.text("name", row),
        owner=pipes.text("owner", row),
        size=size_text(float(pipes.wide_m[row]), float(pipes.tall_m[row]), bool(pipes.is_box[row])),
        material=pipes.text("material", row),
        burial=pipes.text("burial", row),
        pressure_kpa=pipes.number("pressure_kpa", row),
        voltage_kv=pipes.number("voltage_kv", row),
        state=pipes.text("state", row),
        sd_by_class=bool(sd.by_class[row]),
    )


def _node(nodes: Nodes, one: Meeting, sd: Uncertainty, pit: Pit, k: float) -> DigThing:
    row = one.row
    what = nodes.texts["appurtenance"][row] or nodes.texts["feature"][row]
    return DigThing(
        **_common(one, float(sd.plan_sd_m[row]), float(sd.depth_sd_m[row]), pit, k),
        layer_id=nodes.layer_id[row],
        feature_id=nodes.feature_id[row],
        kind="node",
        name=" ".join(str(word) for word in (nodes.texts["point_no"][row] or nodes.texts["name"][row], what) if word),
        owner=nodes.texts["owner"][row],
        size=None,
        material=None,
        burial=None,
        pressure_kpa=None,
        voltage_kv=None,
        state=None,
        sd_by_class=bool(sd.by_class[row]),
    )


def _common(one: Meeting, plan_sd_m: float, depth_sd_m: float, pit: Pit, k: float) -> _Common:
    """What links and nodes have alike. A thing that is surely over the ground is not dug into."""
    surface = float(pit.ground.heights(np.array([one.xy]))[0])
    over = bool(one.over_ground_m - k * depth_sd_m > 0)  # False where it is not known
    return {
        "verdict": NEAR if over else one.verdict,
        "depth_m": None if np.isnan(surface) else surface - one.top_m,
        "distance_m": one.distance_m,
        "above_bottom_m": one.above_bottom_m if np.isfinite(one.above_bottom_m) else None,
        "length_inside_m": 0.0 if over else one.length_inside_m,
        "above_ground": over,
        "plan_sd_m": plan_sd_m,
        "depth_sd_m": depth_sd_m,
        "x": one.xy[0],
        "y": one.xy[1],
        "top_m": one.top_m,
    }
