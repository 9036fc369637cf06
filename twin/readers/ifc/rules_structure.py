"""Checks of placement chains, spatial structure, contexts and GlobalIds. Each yields the places that break its rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

_GLOBAL_ID: Final = re.compile(r"[0-3][0-9A-Za-z_$]{21}\Z")
_ON_PROJECT: Final = (
    "IfcSite",
    "IfcBuilding",
    "IfcFacility",
    "IfcSpatialZone",
    "IfcAlignment",
    "IfcLinearElement",
    "IfcProject",
    "IfcProjectLibrary",
    "IfcSpace",
    "IfcBuildingStorey",
    "IfcFacilityPart",
    "IfcExternalSpatialElement",
    "IfcPositioningElement",
    "IfcGrid",
)


def named(entity: Any) -> str:
    """Class and GlobalId, or the step number of things without one."""
    return f"{entity.is_a()} {entity[0]}" if entity.is_a("IfcRoot") else f"{entity.is_a()} #{entity.id()}"


def is_any(entity: Any, names: tuple[str, ...]) -> bool:
    """Whether ``entity`` is one of ``names``; names that its schema lacks count as no."""
    return any(_is(entity, name) for name in names)


def _is(entity: Any, name: str) -> bool:
    try:
        return bool(entity.is_a(name))
    except RuntimeError:
        return False


def of(model: Any, name: str) -> list[Any]:
    """Instances of a class; none where the schema lacks it."""
    try:
        return list(model.by_type(name))
    except RuntimeError:
        return []


def part_placement(model: Any) -> Iterator[str]:
    for relation in of(model, "IfcRelAggregates"):
        whole = relation[4]
        above = whole[5] if whole is not None and whole.is_a("IfcProduct") else None
        for part in relation[5] or ():
            if above is None or not part.is_a("IfcElement") or part[5] is None or not part[5].is_a("IfcLocalPlacement"):
                continue
            on = part[5][0]
            if on is None or on.id() != above.id():
                yield named(part)


def project_parts(model: Any) -> Iterator[str]:
    """Where a project has sites, they and only they are its direct parts; without buildings one site is enough."""
    for relation in of(model, "IfcRelAggregates"):
        if relation[4] is None or not relation[4].is_a("IfcProject"):
            continue
        sites = [one for other in of(model, "IfcRelAggregates") if other[4] == relation[4] for one in other[5]]
        sites = [one for one in sites if one.is_a("IfcSite")]
        if not sites:
            continue
        yield from (named(one) for one in relation[5] if one.is_a("IfcBuilding"))
        if relation[5][0] == sites[0]:
            childless = [one for one in sites if len(sites) > 1 and not one.IsDecomposedBy and not _holds(one)]
            yield from (f"{named(one)} is empty" for one in childless)


def _holds(site: Any) -> bool:
    return bool(getattr(site, "ContainsElements", ())) or site[6] is not None


def odd_aggregation(model: Any) -> Iterator[str]:
    for relation in of(model, "IfcRelAggregates"):
        whole = relation[4]
        if whole is None or not whole.is_a("IfcObjectDefinition"):
            yield f"{named(relation)} hangs on {'nothing' if whole is None else whole.is_a()}"
            continue
        if whole.is_a("IfcProject"):
            yield from (named(one) for one in relation[5] or () if not is_any(one, _ON_PROJECT))


def contained_parts(model: Any) -> Iterator[str]:
    parts = {
        part.id()
        for relation in of(model, "IfcRelAggregates")
        if relation[4] is not None and relation[4].is_a("IfcElement")
        for part in relation[5] or ()
    }
    for relation in of(model, "IfcRelContainedInSpatialStructure"):
        yield from (named(one) for one in relation[4] or () if one.id() in parts)


def _positioned(model: Any) -> dict[int, Any]:
    return {one.id(): one for relation in of(model, "IfcRelPositions") for one in relation[5] or ()}


def positioned_contained(model: Any) -> Iterator[str]:
    positioned = _positioned(model)
    if not positioned:
        return
    for relation in of(model, "IfcRelContainedInSpatialStructure"):
        yield from (named(one) for one in relation[4] or () if one.id() in positioned and one.is_a("IfcReferent"))


def positioned_alone(model: Any) -> Iterator[str]:
    positioned = _positioned(model)
    if not positioned:
        return
    placed = {
        one.id()
        for name in ("IfcRelContainedInSpatialStructure", "IfcRelReferencedInSpatialStructure", "IfcRelAggregates")
        for relation in of(model, name)
        for one in (relation[5] if name == "IfcRelAggregates" else relation[4]) or ()
    }
    yield from (named(one) for key, one in positioned.items() if key not in placed and not one.is_a("IfcReferent"))


def spatial_shape(model: Any) -> Iterator[str]:
    for name in ("IfcBuildingStorey", "IfcSite"):
        for one in of(model, name):
            if one[6] is not None:
                shapes = sorted({str(shape[1]) for shape in one[6][2] or ()})
                yield f"{named(one)}: {', '.join(shapes)}"


def partial_conversion(model: Any) -> Iterator[str]:
    sources = {one[0].id() for one in of(model, "IfcCoordinateOperation") if one[0] is not None}
    if not sources:
        return
    for one in of(model, "IfcGeometricRepresentationContext"):
        if not one.is_a("IfcGeometricRepresentationSubContext") and one[1] == "Model" and one.id() not in sources:
            yield f"context #{one.id()}"


def rigid_measures(model: Any) -> Iterator[str]:
    for one in of(model, "IfcRigidOperation"):
        kinds = {one[n].is_a() for n in (2, 3) if one[n] is not None}
        if len(kinds) > 1:
            yield f"#{one.id()}: {' and '.join(sorted(kinds))}"


def bad_global_id(model: Any) -> Iterator[str]:
    for name in ("IfcProject", "IfcProduct"):
        yield from (named(one) for one in of(model, name) if not _GLOBAL_ID.match(one[0] or ""))


def repeated_global_id(model: Any) -> Iterator[str]:
    times = Counter(one[0] for one in of(model, "IfcProduct"))
    yield from (f"{key} {count} times" for key, count in times.items() if key and count > 1)
