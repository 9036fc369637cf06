"""Which products the fast pass may answer for, and what kind of geometry each is.

A kind is what the cross-check trusts or distrusts as a whole: the classes of the items, the profiles of the swept ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from twin.readers.ifc.openings import openings_of
from twin.readers.ifc.representations import NO_BODY, SURFACE_MODELS, Body

_SOLIDS: Final = frozenset(
    (
        "IfcExtrudedAreaSolid",
        "IfcFacetedBrep",
        "IfcBooleanClippingResult",
        "IfcBooleanResult",
        "IfcHalfSpaceSolid",
        "IfcPolygonalBoundedHalfSpace",
    )
)
_FACE_SETS: Final = frozenset(("IfcTriangulatedFaceSet", "IfcPolygonalFaceSet"))
TRUSTED: Final = _SOLIDS | _FACE_SETS | SURFACE_MODELS
_PLACED: Final = ("IfcLinearPlacement", "IfcGridPlacement")  # ifcfast places by what they fall back on, if at all
_DEPTH: Final = 8


class Kinds:
    """``openings``: the openings of each host, by its step id."""

    def __init__(self, model: Any) -> None:
        self.openings = openings_of(model)
        self._placed_otherwise = _placed_otherwise(model)
        self._parts_of_hosts = _parts_of_hosts(model, set(self.openings))
        self._known: dict[int, str] = {}
        self._straight: dict[int, bool] = {}

    def of(self, product: Any, body: Body) -> str | None:
        """The kind of a product's body, None where it must go to the exact engine."""
        if not body.item_classes <= TRUSTED or product.id() in self._parts_of_hosts:
            return None
        if self._placed_otherwise and not self._by_local_placements(product[5]):
            return None
        if sum((one[1] or "").strip().lower() not in NO_BODY for one in product[6][2] if one is not None) != 1:
            return None  # which one ifcfast takes is its own choice
        return self._kind(product, body)

    def may_be_open(self, body: Body) -> bool:
        """Whether a body without volume is what the file asks for."""
        return body.item_classes <= _FACE_SETS | SURFACE_MODELS

    def _kind(self, product: Any, body: Body) -> str:
        made_of = body.mapped_id or body.representation_id
        if made_of not in self._known:
            shape = next(one for one in product[6][2] if one is not None and one.id() == body.representation_id)
            names = {*body.item_classes, *_profiles(shape[3], 0)}
            self._known[made_of] = " + ".join(sorted(names))
        return self._known[made_of]

    def _by_local_placements(self, placement: Any) -> bool:
        seen: list[int] = []
        while placement is not None and placement.id() not in self._straight:
            if placement.id() in self._placed_otherwise or placement.id() in seen:
                break
            seen.append(placement.id())
            placement = placement[0]
        answer = placement is None or self._straight.get(placement.id(), False)
        self._straight.update(dict.fromkeys(seen, answer))
        return answer


def _placed_otherwise(model: Any) -> set[int]:
    """Step ids of placements that are not local ones."""
    found: set[int] = set()
    for name in _PLACED:
        try:
            found.update(one.id() for one in model.by_type(name))
        except RuntimeError:  # the schema has no such class
            continue
    return found


def _parts_of_hosts(model: Any, hosts: set[int]) -> set[int]:
    """Step ids of parts whose whole has openings: those go through the parts as well."""
    if not hosts:
        return set()
    parts: dict[int, list[int]] = {}
    for relation in model.by_type("IfcRelAggregates"):
        if relation[4] is not None:
            parts.setdefault(relation[4].id(), []).extend(one.id() for one in relation[5] or () if one is not None)
    found: set[int] = set()
    queue = list(hosts)
    while queue:
        for part in parts.get(queue.pop(), ()):
            if part not in found:
                found.add(part)
                queue.append(part)
    return found


def _profiles(items: Any, depth: int) -> Iterator[str]:
    """Classes of the profiles of swept items, mapped items and first operands looked through."""
    for item in items:
        if item.is_a("IfcMappedItem"):
            if depth < _DEPTH:
                yield from _profiles(item[0][1][3], depth + 1)
        elif item.is_a("IfcBooleanResult"):
            if depth < _DEPTH:
                yield from _profiles([one for one in (item[1], item[2]) if one is not None], depth + 1)
        elif item.is_a("IfcExtrudedAreaSolid") and item[0] is not None:
            yield str(item[0].is_a())
