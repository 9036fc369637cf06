"""The inspection: every rule asked of a finished generation, every remark of its readers, worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import shapely

from twin.analysis.quality import buildings, devices, drains, links, places, points, shapes, spacing, terrain
from twin.analysis.quality.found import Found
from twin.analysis.quality.naming import names_of, place_of
from twin.analysis.quality.rows import row_findings
from twin.analysis.quality.subject import Subject
from twin.analysis.quality_report import QualityReport
from twin.errors import InspectionFailedError, TwinError
from twin.model.finding import SEVERITIES, Finding, finding_rules
from twin.store.campus import Generation

Check = Callable[[Subject], Iterator[Found]]

CHECKS: Final[dict[str, Check]] = {
    "height_missing": shapes.without_height,
    "geometry_invalid": shapes.invalid,
    "link_dangling": links.dangling,
    "link_same_ends": links.same_ends,
    "link_doubled": links.doubled,
    "link_off_its_ends": links.off_its_ends,
    "link_too_long": links.too_long,
    "link_too_short": links.too_short,
    "link_steep": links.steep,
    "sizes_missing": links.sizes_missing,
    "accuracy_missing": links.accuracy_missing,
    "reference_of_another_class": links.reference_of_another_class,
    "node_lonely": points.lonely,
    "points_at_one_place": points.at_one_place,
    "degree_disagrees": points.degree_disagrees,
    "network_in_pieces": points.in_pieces,
    "sharp_angle": points.sharp_angles,
    "levels_differ_at_point": points.levels_differ,
    "cover_below_bottom": points.bottom_above_cover,
    "pipe_below_shaft": points.pipe_below_bottom,
    "cover_off_terrain": points.cover_off_terrain,
    "drain_rises": drains.rises,
    "outlet_above_inlet": drains.outlet_above_inlet,
    "narrows_downstream": drains.narrows,
    "no_way_out": drains.no_way_out,
    "crossing_without_node": spacing.crossing_without_node,
    "pipes_clash": spacing.clash,
    "clearance_short": spacing.clearance_short,
    "cover_shallow": spacing.shallow,
    "pipe_above_ground": spacing.above_ground,
    "terrain_hole": terrain.holes,
    "terrain_spike": terrain.spikes,
    "building_off_terrain": buildings.off_terrain,
    "building_twice": buildings.stands_twice,
    "building_off_footprint": buildings.off_footprint,
    "storey_order": buildings.storey_order,
    "space_outside_storey": buildings.space_outside_storey,
    "global_id_twice": buildings.global_id_twice,
    "device_without_zone": devices.without_zone,
    "device_floating": devices.floating,
    "device_outside_storey": devices.outside_storey,
    "crs_implausible": places.crs_implausible,
    "source_far_away": places.far_away,
    "source_unplaced": places.unplaced,
}


def inspect(generation: Generation) -> QualityReport:
    """Ask every rule. Nothing is changed; a clean campus gives an empty report.

    Raises InspectionFailedError, which names the rule that stumbled over what it was asked about.
    """
    subject = Subject(generation)
    with _named("row_findings"):
        found = [*row_findings(subject)]
    for rule, check in CHECKS.items():
        with _named(rule):
            found += [_finding(subject, rule, one) for one in check(subject)]
    order = {rule: place for place, rule in enumerate(finding_rules())}
    found.sort(key=lambda one: (SEVERITIES.index(one.severity), order[one.rule]))
    return QualityReport(generation.number, generation.manifest.inputs_hash, tuple(found))


@contextmanager
def _named(rule: str) -> Iterator[None]:
    """A fault of the program in here is one of ``rule``."""
    try:
        yield
    except TwinError:
        raise
    except Exception as fault:
        first = (str(fault).splitlines() or [""])[0][:200]
        raise InspectionFailedError(rule=rule, detail=f"{type(fault).__name__}: {first}") from fault


def _finding(subject: Subject, rule_id: str, one: Found) -> Finding:
    rule = finding_rules()[rule_id]
    if one.layer is None or not one.rows:
        return Finding(rule.id, rule.severity, one.layer, source=one.source, values=one.values, shape=_wkb(one.shape))
    things = [*((one.layer, row) for row in one.rows), *one.others]
    first, *also = (place_of(subject, thing) for thing in things)
    shape = one.shape if one.shape is not None else subject.shapes(one.layer)[one.rows[0]]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        layer=one.layer,
        feature_ids=tuple(subject.column(layer, "feature_id")[row] for layer, row in things),
        source=first.source,
        sheet=first.sheet,
        row=first.row,
        values=one.values,
        shape=_wkb(shape),
        also=tuple(also),
        names=names_of(subject, things),
    )


def _wkb(shape: shapely.Geometry | None) -> bytes | None:
    if shape is None or not np.isfinite(shapely.bounds(shape)).all():
        return None
    wkb: bytes = shapely.to_wkb(shape)
    return wkb
