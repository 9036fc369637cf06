"""Validity checks over a finished generation: a table of small functions, each a rule.

A rule yields findings; it never changes anything. More rules come as rows of ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.building_checks import off_footprint, stands_twice
from twin.model.network import LINK, NODE
from twin.store.campus import Generation
from twin.store.spatial import box_numpy

# 3D length beyond which a surveyed pipe is implausible, and below which it is a double point (CJJ 61-2017 practice)
LONGEST_LINK_M: Final = 75.0
SHORTEST_LINK_M: Final = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. ``row`` counts as a spreadsheet does (heading = row 1)."""

    rule: str
    severity: str  # error | warning | info
    layer: str
    message: str
    fix: str
    feature_ids: tuple[str, ...] = ()
    source: str | None = None
    sheet: str | None = None
    row: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "feature_ids": list(self.feature_ids)}


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    meaning: str
    severity: str
    fix: str
    check: Callable[[Generation], Iterator[tuple[str, int, str]]] = field(repr=False)  # layer, row, what


def run_checks(generation: Generation) -> list[Finding]:
    """Every finding of every rule, worst first."""
    found = [
        _finding(generation, rule, layer_id, row, message)
        for rule in RULES
        for layer_id, row, message in rule.check(generation)
    ]
    weight = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda one: weight[one.severity])


def _finding(generation: Generation, rule: Rule, layer_id: str, row: int, message: str) -> Finding:
    table = generation.table(layer_id)
    position = table["source_pos"][row].as_py() or ""
    sheet, _, number = position.rpartition("!")
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        layer=layer_id,
        message=message,
        fix=rule.fix,
        feature_ids=(table["feature_id"][row].as_py(),),
        source=table["source_key"][row].as_py(),
        sheet=sheet or None,
        row=int(number) if number.isdigit() else None,
    )


# --- rules ---------------------------------------------------------------------------------------------


def _shapes(table: pa.Table) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    return shapes


def _invalid_geometry(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id in generation.layer_ids():
        shapes = _shapes(generation.table(layer_id))
        plane = np.array([one is not None and "Polygon" in one.geom_type for one in shapes], dtype=bool)
        for row in np.flatnonzero(plane & ~shapely.is_valid(shapes)):
            if not _is_solid(shapes[row]):
                yield layer_id, int(row), f"polygon is not valid: {shapely.is_valid_reason(shapes[row])}"


def _is_solid(shape: Any) -> bool:
    """Faces of a solid overlap in plan by nature; validity in plan means nothing for them."""
    if shape.geom_type != "MultiPolygon":
        return False
    z = shapely.get_coordinates(shape, include_z=True)[:, 2]
    return bool(np.ptp(z) > 1.0)


def _no_height(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id in generation.layer_ids():
        box = box_numpy(generation.table(layer_id))
        for row in np.flatnonzero(~np.isnan(box[:, 0]) & np.isnan(box[:, 2])):
            yield layer_id, int(row), "has a position but no height"


def _dangling_link(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        known = set(table["feature_id"].to_pylist())
        ends = zip(table["kind"].to_pylist(), table["from_id"].to_pylist(), table["to_id"].to_pylist(), strict=True)
        for row, (kind, start, end) in enumerate(ends):
            for one in (start, end):
                if kind == LINK and one is not None and one not in known:
                    yield layer_id, row, f"ends at {one}, which is not in the layer"


def _same_ends(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        ends = zip(table["from_id"].to_pylist(), table["to_id"].to_pylist(), strict=True)
        for row, (start, end) in enumerate(ends):
            if start is not None and start == end:
                yield layer_id, row, "starts and ends at the same point"


def _doubled_link(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        seen: dict[frozenset[str], str] = {}
        rows = zip(
            table["from_id"].to_pylist(), table["to_id"].to_pylist(), table["feature_id"].to_pylist(), strict=True
        )
        for row, (start, end, one) in enumerate(rows):
            if start is None or end is None or start == end:
                continue
            pair = frozenset((start, end))
            if pair in seen:
                yield layer_id, row, f"joins the same two points as {seen[pair]}"
            else:
                seen[pair] = one


def _lonely_node(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        used = set(table["from_id"].to_pylist()) | set(table["to_id"].to_pylist())
        rows = zip(table["kind"].to_pylist(), table["feature_id"].to_pylist(), strict=True)
        for row, (kind, one) in enumerate(rows):
            if kind == NODE and one not in used:
                yield layer_id, row, "no pipe reaches this point"


def _odd_length(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        length = table["length_m"].to_numpy().astype(float)
        stated = np.array([one is not None for one in table["from_id"].to_pylist()], dtype=bool)
        for row in np.flatnonzero(stated & (length > LONGEST_LINK_M)):
            yield (
                layer_id,
                int(row),
                f"{length[row]:.1f} m long; survey points stand at most {LONGEST_LINK_M:g} m apart",
            )
        for row in np.flatnonzero(stated & (length < SHORTEST_LINK_M)):
            yield layer_id, int(row), f"only {length[row]:.3f} m long"


def _above_cover(generation: Generation) -> Iterator[tuple[str, int, str]]:
    for layer_id, table in _networks(generation):
        cover, bottom = (table[name].to_numpy().astype(float) for name in ("cover_level_m", "bottom_level_m"))
        for row in np.flatnonzero(bottom > cover + 0.001):
            yield layer_id, int(row), f"bottom {bottom[row]:.3f} m lies above the cover {cover[row]:.3f} m"


def _storey_order(generation: Generation) -> Iterator[tuple[str, int, str]]:
    if "storeys" not in generation.layer_ids():
        return
    table = generation.table("storeys")
    rows = sorted(
        (owner, ordinal, level, row)
        for row, (owner, ordinal, level) in enumerate(
            zip(
                table["building_id"].to_pylist(),
                table["ordinal"].to_pylist(),
                table["elevation_m"].to_pylist(),
                strict=True,
            )
        )
        if owner is not None and ordinal is not None and level is not None
    )
    for below, above in pairwise(rows):
        if below[0] == above[0] and above[1] > below[1] and above[2] < below[2]:
            yield (
                "storeys",
                above[3],
                f"storey {above[1]} at {above[2]:.2f} m lies below storey {below[1]} at {below[2]:.2f} m",
            )


def _no_zone(generation: Generation) -> Iterator[tuple[str, int, str]]:
    if not {"devices", "zones"} <= set(generation.layer_ids()):
        return
    zones = shapely.union_all(shapely.force_2d(_shapes(generation.table("zones"))))
    shapely.prepare(zones)
    points = shapely.force_2d(_shapes(generation.table("devices")))
    for row in np.flatnonzero(~shapely.intersects(zones, points)):
        yield "devices", int(row), "stands in no zone"


def _networks(generation: Generation) -> Iterator[tuple[str, pa.Table]]:
    for layer_id in generation.layer_ids():
        table = generation.table(layer_id)
        if "from_id" in table.column_names:
            yield layer_id, table


RULES: Final = (
    Rule("geometry_invalid", "A polygon crosses itself.", "warning", "Repair it in the source.", _invalid_geometry),
    Rule("height_missing", "A thing has no height.", "error", "Give the source heights, or a terrain.", _no_height),
    Rule(
        "link_dangling",
        "A pipe ends at no known point.",
        "error",
        "Add the point or correct its number.",
        _dangling_link,
    ),
    Rule(
        "link_same_ends", "A pipe starts where it ends.", "error", "Correct one of the two point numbers.", _same_ends
    ),
    Rule(
        "link_doubled", "Two pipes join the same points.", "warning", "Remove one, or survey the second.", _doubled_link
    ),
    Rule("node_lonely", "A point without a pipe.", "warning", "Add its pipe or remove the point.", _lonely_node),
    Rule(
        "link_length",
        "A pipe is implausibly long or short.",
        "info",
        "Look for a missing or doubled point.",
        _odd_length,
    ),
    Rule(
        "cover_below_bottom",
        "A shaft's bottom lies above its cover.",
        "error",
        "Correct depth or levels.",
        _above_cover,
    ),
    Rule("storey_order", "Storeys out of order.", "error", "Correct the elevations in the model.", _storey_order),
    Rule(
        "building_twice",
        "A building was delivered twice.",
        "warning",
        "Register both as one under [[buildings]] in campus.toml.",
        stands_twice,
    ),
    Rule(
        "building_off_footprint",
        "A model stands beside its footprint.",
        "error",
        "Correct the footprint, or the placement of the model, in campus.toml.",
        off_footprint,
    ),
    Rule("device_without_zone", "A device in no zone.", "warning", "Extend a zone or move the device.", _no_zone),
)
