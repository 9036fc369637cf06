"""A section across the ground along a line in plan: terrain, pipes, shafts and buildings that it cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.accuracy import uncertainty
from twin.analysis.sections.cross_cuts import BESIDE, UPRIGHT, Cut, cuts
from twin.analysis.sections.pipes import Nodes, Pipes
from twin.analysis.sections.profile import SectionLine, TerrainProfile, terrain_profile
from twin.analysis.sections.rows import arrow_rows
from twin.analysis.sections.stops import BuildingCut, NodeCut, building_cuts, node_cuts
from twin.mesh.elevation import TerrainSurface

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PipeCut:
    """One pipe in the section. Levels in the campus datum, chainages from the start of the line, metres.

    ``relation``: crosses | along | upright | beside (``cross_cuts``). ``axis_m``, ``crown_m``, ``invert_m`` hold at
    ``chainage_m``; an upright pipe reaches from invert to crown. ``from_axis_m``, ``to_axis_m``: at the two ends of the
    stretch that an ``along`` pipe stays in the section. ``width_m``, ``height_m``: the size, None where unknown (then
    crown and invert are the axis). ``cut_width_m``: width over the sine of the angle. ``cover_m``: ground minus crown,
    None without ground. ``plan_sd_m``, ``depth_sd_m``: as surveyed, or by accuracy class where ``sd_by_class``.
    """

    layer_id: str
    feature_id: str
    name: str | None
    relation: str
    chainage_m: float
    from_chainage_m: float
    to_chainage_m: float
    offset_m: float
    angle_deg: float | None
    axis_m: float
    crown_m: float
    invert_m: float
    from_axis_m: float
    to_axis_m: float
    ground_m: float | None
    cover_m: float | None
    width_m: float | None
    height_m: float | None
    is_box: bool
    cut_width_m: float
    material: str | None
    burial: str | None
    owner: str | None
    plan_sd_m: float
    depth_sd_m: float
    sd_by_class: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CrossSection:
    """What a vertical plane along ``line`` shows; things in order of their chainage.

    ``found``: links looked at; ``skipped``: those without an axis in space, by reason.
    """

    line: SectionLine
    half_width_m: float
    terrain: TerrainProfile
    pipes: tuple[PipeCut, ...]
    nodes: tuple[NodeCut, ...]
    buildings: tuple[BuildingCut, ...]
    found: int
    skipped: dict[str, int]

    def to_arrow(self) -> pa.Table:
        """One row a pipe, the fields of ``PipeCut``."""
        return arrow_rows(PipeCut, self.pipes)

    def nodes_arrow(self) -> pa.Table:
        return arrow_rows(NodeCut, self.nodes)

    def buildings_arrow(self) -> pa.Table:
        return arrow_rows(BuildingCut, self.buildings)


def cross_section(
    line: shapely.LineString,
    networks: Mapping[str, pa.Table],
    ground: TerrainSurface,
    *,
    buildings: pa.Table | None = None,
    half_width_m: float = 0.0,
) -> CrossSection:
    """Cut the ground along ``line`` (plan, campus CRS) and say what lies in the plane.

    ``networks``: layer id -> table as a generation has it. Levels run linearly along each straight part of an axis;
    crown and invert are half a section above and below it, as survey tables mean them. Things beside the line are shown
    when they lie within ``half_width_m``; a shaft or a thick pipe is when the plane cuts it. Raises SectionLineError.
    """
    path = SectionLine.of(line)
    pipes = Pipes.of(networks)
    found = _fewest(sorted(cuts(path, pipes, half_width_m), key=lambda one: one.chainage_m))
    rows = _rows(path, pipes, found, ground)
    nodes = node_cuts(path, Nodes.of(networks), ground, half_width_m)
    houses = building_cuts(path, buildings, ground) if buildings is not None else ()
    extra = [one.chainage_m for one in rows] + [one.chainage_m for one in nodes]
    extra += [end for one in houses for end in (one.from_chainage_m, one.to_chainage_m)]
    terrain = terrain_profile(path, ground, np.array(extra, float))
    return CrossSection(path, half_width_m, terrain, rows, nodes, houses, pipes.found, pipes.skipped)


def _fewest(found: Sequence[Cut]) -> list[Cut]:
    """A pipe beside the line once, where it is nearest, and not at all when the line cuts it."""
    cut = {one.link for one in found if one.relation != BESIDE}
    nearest: dict[int, Cut] = {}
    for one in found:
        if one.relation == BESIDE and one.link not in cut:
            best = nearest.get(one.link)
            if best is None or abs(one.offset_m) < abs(best.offset_m):
                nearest[one.link] = one
    return [one for one in found if one.relation != BESIDE or nearest.get(one.link) is one]


def _rows(path: SectionLine, pipes: Pipes, found: Sequence[Cut], ground: TerrainSurface) -> tuple[PipeCut, ...]:
    if not found:
        return ()
    link = np.array([one.link for one in found])
    xy = path.points(np.array([one.chainage_m for one in found]))
    surface = ground.heights(xy)
    axis = np.array([one.axis_m for one in found])
    sd = uncertainty(
        pipes.texts["accuracy_class"][link],
        pipes.numbers["plan_sd_m"][link],
        pipes.numbers["depth_sd_m"][link],
        surface - axis,
    )
    return tuple(
        _row(
            pipes,
            cut,
            xy[row],
            None if np.isnan(surface[row]) else float(surface[row]),
            (float(sd.plan_sd_m[row]), float(sd.depth_sd_m[row]), bool(sd.by_class[row])),
        )
        for row, cut in enumerate(found)
    )


def _row(pipes: Pipes, cut: Cut, xy: Floats, ground_m: float | None, sd: tuple[float, float, bool]) -> PipeCut:
    link = cut.link
    wide, tall = float(pipes.wide_m[link]), float(pipes.tall_m[link])
    upright = cut.relation == UPRIGHT
    crown = cut.to_axis_m if upright else cut.axis_m + tall / 2.0
    invert = cut.from_axis_m if upright else cut.axis_m - tall / 2.0
    return PipeCut(
        layer_id=pipes.layer_id[link],
        feature_id=pipes.feature_id[link],
        name=pipes.text("name", link),
        relation=cut.relation,
        chainage_m=cut.chainage_m,
        from_chainage_m=cut.from_chainage_m,
        to_chainage_m=cut.to_chainage_m,
        offset_m=cut.offset_m,
        angle_deg=cut.angle_deg,
        axis_m=cut.axis_m,
        crown_m=crown,
        invert_m=invert,
        from_axis_m=cut.from_axis_m,
        to_axis_m=cut.to_axis_m,
        ground_m=ground_m,
        cover_m=None if ground_m is None else ground_m - crown,
        width_m=wide or None,
        height_m=tall or None,
        is_box=bool(pipes.is_box[link]),
        cut_width_m=cut.to_chainage_m - cut.from_chainage_m,
        material=pipes.text("material", link),
        burial=pipes.text("burial", link),
        owner=pipes.text("owner", link),
        plan_sd_m=sd[0],
        depth_sd_m=sd[1],
        sd_by_class=sd[2],
        x=float(xy[0]),
        y=float(xy[1]),
    )
