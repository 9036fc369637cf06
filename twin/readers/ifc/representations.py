"""Which representation of a product is its body, and what kinds of geometry it is made of.

IfcOpenShell's iterator picks representations by geometric context; real files put bodies into contexts it does not
expect and then lose them without a word. Here every product is looked at by itself: the Body of any context, else a
surface or tessellation; axes, boxes, footprints and drawings are never a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

NO_BODY: Final = frozenset(
    [
        "axis",
        "box",
        "footprint",
        "plan",
        "annotation",
        "profile",
        "reference",
        "clearance",
        "lighting",
        "cog",
        "walkingline",
        "boundary",
        "elevation",
        "section",
        "sketch",
        "curveset",
    ]
)
_IDENTIFIERS: Final = ("body", "body-fallback", "facetation", "tessellation", "surface", "mesh", "brep", "")
SURFACE_MODELS: Final = frozenset(("IfcFaceBasedSurfaceModel", "IfcShellBasedSurfaceModel"))
_DEPTH: Final = 8  # of mapped items inside mapped items
_OPERANDS: Final = 64  # of booleans inside booleans
_FLAT_TYPES: Final = ("curve", "point", "annotation2d", "geometriccurveset", "segment", "boundingbox", "axis2d")


@dataclass(frozen=True, slots=True)
class Body:
    """The representation to mesh: its step id, its context and the item classes in it (mapped ones looked through)."""

    representation_id: int
    context_id: int
    item_classes: frozenset[str]
    mapped_id: int | None  # the shared representation behind a single mapped item

    @property
    def has_sides(self) -> bool:
        """Whether its faces say which side is out; those of surface models do not."""
        return not self.item_classes & SURFACE_MODELS


def body_of(product: Any) -> tuple[Body | None, str | None]:
    """The body of a product with a Representation, or None and why there is none to mesh."""
    shapes = [one for one in product[6][2] or () if one is not None and one.is_a("IfcShapeModel")]
    ranked = sorted(
        (rank, -_dimension(one), number, one) for number, one in enumerate(shapes) if (rank := _rank(one)) is not None
    )
    if not ranked:
        names = ", ".join(sorted({str(one[1] or "unnamed") for one in shapes})) or "none"
        return None, f"it has no body, only {names}"
    for *_, shape in ranked:
        if _solid(shape):
            if not _sound(shape[3], 0):
                return None, f"its body #{shape.id()} refers to something that is not in the file"
            return _body(shape), None
    kinds = ", ".join(sorted({str(one[2]) for *_, one in ranked}))
    return None, f"its body is {kinds}, which has no surface"


def _rank(shape: Any) -> int | None:
    name = (shape[1] or "").strip().lower()
    if name in NO_BODY or not shape.is_a("IfcShapeRepresentation"):
        return None
    return _IDENTIFIERS.index(name) if name in _IDENTIFIERS else len(_IDENTIFIERS)


def _dimension(shape: Any) -> int:
    """1 for a context meant for models, 0 for plans."""
    context = shape[0]
    return int(context is None or (context[1] or "").lower() != "plan")


def _solid(shape: Any) -> bool:
    kind = (shape[2] or "").lower()
    return not kind.startswith(_FLAT_TYPES) and bool(shape[3])


def _sound(items: Any, depth: int) -> bool:
    """Whether every mapped item leads to a representation."""
    for item in items:
        if item is None:
            return False
        if item.is_a("IfcMappedItem"):
            source = item[0]
            if source is None or source[1] is None or not source[1][3]:
                return False
            if depth < _DEPTH and not _sound(source[1][3], depth + 1):
                return False
    return True


def _body(shape: Any) -> Body:
    items = shape[3]
    mapped = items[0][0][1].id() if len(items) == 1 and items[0].is_a("IfcMappedItem") else None
    context = shape[0]
    return Body(shape.id(), context.id() if context is not None else 0, frozenset(_classes(items, 0)), mapped)


def _classes(items: Any, depth: int) -> Iterator[str]:
    for item in items:
        if item.is_a("IfcMappedItem"):
            if depth < _DEPTH:
                yield from _classes(item[0][1][3], depth + 1)
        else:
            yield from _item_classes(item, depth)


def _item_classes(item: Any, depth: int) -> Iterator[str]:
    """The class of an item and, for booleans, of its operands."""
    yield item.is_a()
    while item.is_a("IfcBooleanResult") and depth < _OPERANDS:
        second, first = item[2], item[1]
        if second is not None:
            yield from _item_classes(second, depth + 1)
        if first is None:
            return
        item, depth = first, depth + 1
        yield item.is_a()
