"""Checks of representations and curves. Each yields the places that break its rule.

Curves are looked at in full up to ``_MOST`` of a class: beyond that a check would cost more than the reading.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice
from typing import Any, Final

from twin.readers.ifc.rules_structure import named, of

_MOST: Final = 500
_PAIRS: Final = 40  # points of a curve that are compared each with each; beyond, on a grid of the precision
_TYPES: Final = frozenset(
    [
        "Point",
        "PointCloud",
        "Curve",
        "Curve2D",
        "Curve3D",
        "Segment",
        "Surface",
        "Surface2D",
        "Surface3D",
        "SectionedSurface",
        "FillArea",
        "Text",
        "AdvancedSurface",
        "GeometricSet",
        "GeometricCurveSet",
        "Annotation2D",
        "SurfaceModel",
        "Tessellation",
        "SolidModel",
        "SweptSolid",
        "AdvancedSweptSolid",
        "Brep",
        "AdvancedBrep",
        "CSG",
        "Clipping",
        "BoundingBox",
        "SectionedSpine",
        "LightSource",
        "MappedRepresentation",
        "Vertex",
        "Edge",
        "Path",
        "Face",
        "Shell",
        "Undefined",
        "Axis2D",
    ]
)
_TOPOLOGY: Final = frozenset(("Vertex", "Edge", "Path", "Face", "Shell", "Undefined"))
_CONTENT: Final = {
    "SweptSolid": ("IfcSweptAreaSolid",),
    "Brep": ("IfcManifoldSolidBrep",),
    "AdvancedBrep": ("IfcManifoldSolidBrep",),
    "CSG": ("IfcBooleanResult", "IfcCsgSolid", "IfcCsgPrimitive3D"),
    "MappedRepresentation": ("IfcMappedItem",),
    "Tessellation": ("IfcTessellatedItem",),
}
_SPACE_BODIES: Final = frozenset(
    ("SweptSolid", "Clipping", "Brep", "SurfaceModel", "Tessellation", "MappedRepresentation")
)


def _shapes(product: Any) -> list[Any]:
    return [] if product[6] is None else [one for one in product[6][2] or () if one is not None]


def repeated_face_point(model: Any) -> Iterator[str]:
    for face in islice(of(model, "IfcIndexedPolygonalFace"), _MOST):
        points = face[0]
        if len(set(points)) != len(points):
            yield named(face)


def space_shape(model: Any) -> Iterator[str]:
    for space in of(model, "IfcSpace"):
        for shape in _shapes(space):
            if shape[1] == "Body" and (shape[2] not in _SPACE_BODIES or not _fits(shape)):
                yield f"{named(space)}: {shape[2]}"


def repeated_identifier(model: Any) -> Iterator[str]:
    for product in of(model, "IfcProduct"):
        if product[6] is None:
            continue
        times = Counter(shape[1] for shape in _shapes(product))
        yield from (f"{named(product)}: {count} × {name}" for name, count in times.items() if count > 1 and name)


def representation_type(model: Any) -> Iterator[str]:
    for product in of(model, "IfcProduct"):
        for shape in _shapes(product):
            topology = shape.is_a("IfcTopologyRepresentation")
            if shape[2] and (shape[2] not in _TYPES or topology != (shape[2] in _TOPOLOGY)):
                yield f"{named(product)}: {shape[2]}"


def _fits(shape: Any) -> bool:
    wanted = _CONTENT.get(shape[2])
    return wanted is None or all(
        any(item.is_a(name) for name in wanted if _known(item, name)) for item in shape[3] or ()
    )


def _known(item: Any, name: str) -> bool:
    try:
        item.is_a(name)
    except RuntimeError:
        return False
    return True


def building_shape(model: Any) -> Iterator[str]:
    """A building needs a shape of its own unless elements in it give it one."""
    if of(model, "IfcElement"):
        return
    for building in of(model, "IfcBuilding"):
        shapes = _shapes(building)
        drawn = [one for one in shapes if one[1] == "Body" or (one[1] == "FootPrint" and one[2] != "Axis2D")]
        if not drawn and not building.IsDecomposedBy:
            yield named(building)


def mixed_segments(model: Any) -> Iterator[str]:
    for curve in islice(of(model, "IfcCompositeCurve"), _MOST):
        kinds = {one.is_a("IfcCurveSegment") if model.schema == "IFC4X3" else False for one in curve[0] or ()}
        if len(kinds) > 1:
            yield named(curve)


def no_subcontext(model: Any) -> Iterator[str]:
    """Only told for models that say they are IFC4X3, where the reference view asks for it."""
    if model.schema != "IFC4X3" or of(model, "IfcGeometricRepresentationSubContext"):
        return
    yield from (f"context #{one.id()}" for one in of(model, "IfcGeometricRepresentationContext"))


def _tolerance(model: Any) -> float:
    precisions = [one[3] for one in of(model, "IfcGeometricRepresentationContext") if isinstance(one[3], float)]
    return max(min(precisions, default=1e-5), 1e-12)


def _near(a: Any, b: Any, tolerance: float) -> bool:
    return len(a) == len(b) and math.dist(a, b) < tolerance


def repeated_point(model: Any) -> Iterator[str]:
    tolerance = _tolerance(model)
    for name, closes in (("IfcPolyLoop", False), ("IfcPolyline", True)):
        for curve in islice(of(model, name), _MOST):
            entities = curve.get_argument(0)
            points = [one.get_argument(0) for one in entities]  # a third of the time of ``one[0]``, and there are many
            if closes and len(points) > 2 and (entities[0].id() == entities[-1].id() or points[0] == points[-1]):
                points = points[:-1]
            if _repeats(points, tolerance):
                yield named(curve)


def _repeats(points: list[Any], tolerance: float) -> bool:
    if len(points) > _PAIRS:
        return len({tuple(round(one / tolerance) for one in point) for point in points}) < len(points)
    return any(_near(a, b, tolerance) for a, b in combinations(points, 2))


def _arcs(model: Any) -> Iterator[tuple[Any, list[Any]]]:
    for curve in islice(of(model, "IfcIndexedPolyCurve"), _MOST):
        points = curve[0][0]
        for segment in curve[1] or ():
            if segment.is_a("IfcArcIndex"):
                indices = segment[0]
                if all(1 <= n <= len(points) for n in indices):
                    yield curve, [points[n - 1] for n in indices]


def arc_points(model: Any) -> Iterator[str]:
    tolerance = _tolerance(model)
    for curve, (a, b, c) in _arcs(model):
        if any(_near(p, q, tolerance) for p, q in ((a, b), (b, c), (a, c))):
            yield named(curve)


def straight_arc(model: Any) -> Iterator[str]:
    """The middle point lies on the chord within the precision."""
    tolerance = _tolerance(model)
    for curve, (a, b, c) in _arcs(model):
        chord = math.dist(a, c)
        if chord < tolerance or any(_near(p, q, tolerance) for p, q in ((a, b), (b, c))):
            continue
        half = (math.dist(a, b) + math.dist(b, c) + chord) / 2
        area2 = max(half * (half - math.dist(a, b)) * (half - math.dist(b, c)) * (half - chord), 0.0)
        if 2 * math.sqrt(area2) / chord < tolerance:
            yield named(curve)
