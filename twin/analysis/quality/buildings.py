"""Checks of buildings: delivered twice, beside their footprint, off the terrain; storeys and spaces out of order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.model.finding import limit
from twin.store.spatial import box_numpy

_SHARE: Final = 0.5  # of the smaller plan: more than neighbours that touch or lean over ever share
_WITH_GLOBAL_ID: Final = ("buildings", "storeys", "spaces", "elements")


def stands_twice(subject: Subject) -> Iterator[Found]:
    """A footprint under a model, or a second model of one house, that campus.toml does not register as one building."""
    if not subject.has("buildings"):
        return
    table = subject.table("buildings")
    plans = _plans(table["geometry"].to_pylist())
    modelled = _modelled(subject)
    ids, names = table["feature_id"].to_pylist(), table["name"].to_pylist()
    tree = shapely.STRtree(plans)
    with np.errstate(invalid="ignore"):
        left, right = tree.query(plans, predicate="intersects")
    for one, other in zip(left, right, strict=True):
        if one == other or ids[other] not in modelled or (ids[one] in modelled and one < other):
            continue
        shared = shapely.area(shapely.intersection(plans[one], plans[other]))
        if shared > _SHARE * min(shapely.area(plans[one]), shapely.area(plans[other])):
            values = {"name": names[other] or ids[other], "other": ids[other]}
            yield Found("buildings", (int(one), int(other)), values)


def off_footprint(subject: Subject) -> Iterator[Found]:
    """A building whose model lies beside its plan."""
    if not subject.has("buildings", "elements"):
        return
    table = subject.table("buildings")
    plans, boxes = _plans(table["geometry"].to_pylist()), _element_boxes(subject)
    for row, building in enumerate(table["feature_id"].to_pylist()):
        if plans[row] is None or building not in boxes:
            continue
        west, south, _, east, north, _ = boxes[building]
        around = shapely.box(west, south, east, north)
        if not shapely.intersects(around, plans[row]):
            off_m = round(float(shapely.distance(around, plans[row])), 1)
            yield Found("buildings", (row,), {"off_m": off_m}, shapely.union(around, plans[row]))


def _modelled(subject: Subject) -> set[str]:
    """Buildings that have elements."""
    if not subject.has("elements"):
        return set()
    return {one for one in subject.table("elements")["building_id"].unique().to_pylist() if one is not None}


def _plans(wkb: list[Any]) -> NDArray[np.object_]:
    """Plan areas; solids as the hull of what they cover, since their faces overlap in plan."""
    shapes: NDArray[np.object_] = shapely.force_2d(shapely.from_wkb(np.array(wkb, dtype=object)))
    odd = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[odd] = shapely.convex_hull(shapes[odd])
    return shapes


def off_terrain(subject: Subject) -> Iterator[Found]:
    """A building that hangs over the terrain or is wholly in it. Basements lie lower by nature."""
    if not subject.has("buildings"):
        return
    table = subject.table("buildings")
    off = limit("building_off_terrain", "off_m")
    box = _boxes(subject)
    for row, plan in enumerate(_plans(table["geometry"].to_pylist())):
        if plan is None or shapely.is_empty(plan) or np.isnan(box[row]).any():
            continue
        ground = subject.ground.heights(_stations(plan))
        ground = ground[np.isfinite(ground)]
        base, top = float(box[row, 2]), float(box[row, 5])
        if len(ground) and (base > ground.max() + off or (top > base and top < ground.min() - off)):
            values = {"base_m": base, "top_m": top, "low_m": float(ground.min()), "high_m": float(ground.max())}
            yield Found("buildings", (row,), values)


def _boxes(subject: Subject) -> NDArray[np.float64]:
    """(n, 6) of every building: of its elements where it has any, else of its own shape."""
    table = subject.table("buildings")
    box: NDArray[np.float64] = box_numpy(table).copy()
    modelled = _element_boxes(subject)
    for row, building in enumerate(table["feature_id"].to_pylist()):
        if building in modelled:
            box[row] = modelled[building]
    return box


def _element_boxes(subject: Subject) -> dict[str, NDArray[np.float64]]:
    """Building -> (6,) around its elements, those that have a box; of half a million elements in one pass."""
    if not subject.has("elements"):
        return {}
    elements = subject.table("elements")
    own = box_numpy(elements)
    owners = elements["building_id"].combine_chunks().dictionary_encode()
    code = owners.indices.fill_null(-1).to_numpy()
    known = (code >= 0) & np.isfinite(own).all(axis=1)
    low, high = np.full((len(owners.dictionary), 3), np.inf), np.full((len(owners.dictionary), 3), -np.inf)
    np.minimum.at(low, code[known], own[known, :3])
    np.maximum.at(high, code[known], own[known, 3:])
    boxes = np.hstack([low, high])
    return {one: boxes[row] for row, one in enumerate(owners.dictionary.to_pylist()) if np.isfinite(boxes[row]).all()}


def _stations(plan: shapely.Geometry) -> NDArray[np.float64]:
    """(n, 2) the corners of a plan and a point inside."""
    inside = shapely.get_coordinates(shapely.point_on_surface(plan))
    return np.vstack([shapely.get_coordinates(plan), inside])


def storey_order(subject: Subject) -> Iterator[Found]:
    """A storey that lies below one with a lower number."""
    if not subject.has("storeys"):
        return
    table = subject.table("storeys")
    columns = (table[one].to_pylist() for one in ("building_id", "ordinal", "elevation_m"))
    rows = sorted(
        (owner, ordinal, level, row)
        for row, (owner, ordinal, level) in enumerate(zip(*columns, strict=True))
        if owner is not None and ordinal is not None and level is not None
    )
    for below, above in pairwise(rows):
        if below[0] == above[0] and above[1] > below[1] and above[2] < below[2]:
            values = {"above": above[1], "above_m": above[2], "below": below[1], "below_m": below[2]}
            yield Found("storeys", (above[3], below[3]), values)


def space_outside_storey(subject: Subject) -> Iterator[Found]:
    """A space whose middle is not between the floor of its storey and the floor above."""
    if not subject.has("storeys", "spaces"):
        return
    off = limit("space_outside_storey", "off_m")
    spans, spaces = storey_spans(subject), subject.table("spaces")
    box = box_numpy(spaces)
    for row, storey in enumerate(spaces["storey_id"].to_pylist()):
        if storey not in spans or np.isnan(box[row, [2, 5]]).any():
            continue
        name, low, high = spans[storey]
        middle = (box[row, 2] + box[row, 5]) / 2.0
        if not low - off <= middle <= high + off:
            values = {"low_m": float(box[row, 2]), "high_m": float(box[row, 5])}
            yield Found("spaces", (row,), {**values, "storey": name, "from_m": low, "to_m": high})


def storey_spans(subject: Subject) -> dict[str, tuple[str, float, float]]:
    """Storey id -> name, floor level, and the level of the next floor above it, or floor plus height; without either
    the storey has no upper end and is not judged.
    """
    table = subject.table("storeys")
    names = ("feature_id", "name", "building_id", "elevation_m", "height_m")
    rows = list(zip(*(table[one].to_pylist() for one in names), strict=True))
    floors: dict[str | None, list[float]] = {}
    for _, _, building, level, _ in rows:
        if level is not None:
            floors.setdefault(building, []).append(level)
    spans: dict[str, tuple[str, float, float]] = {}
    for storey, name, building, level, height in rows:
        if level is None:
            continue
        above = min((one for one in floors[building] if one > level + 0.5), default=None)
        top = max((one for one in (above, None if height is None else level + height) if one is not None), default=None)
        if top is not None:
            spans[storey] = (name or storey, float(level), float(top))
    return spans


def global_id_twice(subject: Subject) -> Iterator[Found]:
    """A GlobalId that several things of one kind have: a model that was copied, or delivered twice."""
    for layer_id in _WITH_GLOBAL_ID:
        if not subject.has(layer_id):
            continue
        rows: dict[str, list[int]] = {}
        for row, one in enumerate(subject.table(layer_id)["global_id"].to_pylist()):
            if one:
                rows.setdefault(one, []).append(row)
        for one, those in rows.items():
            if len(those) > 1:
                yield Found(layer_id, tuple(those), {"global_id": one, "count": len(those)})
