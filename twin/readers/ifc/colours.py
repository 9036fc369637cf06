"""Colours that a file gives its bodies, read without the geometry engine.

IfcStyledItem says the colour of a representation item; where it says none, the material of the product may
(IfcMaterialDefinitionRepresentation), as in IfcOpenShell.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

_DEPTH: Final = 8  # of mapped items inside mapped items
_FACES_OF_PRISM: Final = 6


class Colours:
    """0xRRGGBBAA by representation item and by product; 0 where the file gives none."""

    def __init__(self, model: Any) -> None:
        self._known: dict[int, int] = {}
        self._of_item: dict[int, int] = {}
        self._mixed: dict[tuple[tuple[int, int], ...], int] = {}
        for styled in model.by_type("IfcStyledItem"):
            if styled[0] is not None:
                rgba = self._styled(styled)
                if rgba:
                    self._of_item.setdefault(styled[0].id(), rgba)
        self._of_product = self._materials(model)

    def of(self, product: Any, items: Any) -> int:
        """The colour that most faces of the items have, else that of the product's material."""
        found = [(rgba, item) for rgba, item in self._items(items, 0, 0) if rgba]
        if not found:
            return self._of_product.get(product.id(), 0)
        if len({rgba for rgba, _ in found}) == 1:
            return found[0][0]
        key = tuple((rgba, item.id()) for rgba, item in found)  # instances of one mapped representation share it
        if key not in self._mixed:
            faces: Counter[int] = Counter()
            for rgba, item in found:
                faces[rgba] += _faces(item)
            self._mixed[key] = faces.most_common(1)[0][0]
        return self._mixed[key]

    def _items(self, items: Any, outer: int, depth: int) -> Iterator[tuple[int, Any]]:
        for item in items or ():
            own = self._of_item.get(item.id(), 0)
            if item.is_a("IfcMappedItem") and depth < _DEPTH:
                yield from self._items(item[0][1][3], own or outer, depth + 1)
            else:
                yield own or self._of_operand(item) or outer, item

    def _of_operand(self, item: Any) -> int:
        """Booleans are often styled at their first operand."""
        for _ in range(_DEPTH):
            if item is None or not item.is_a("IfcBooleanResult"):
                return 0
            item = item[1]
            if item is not None and item.id() in self._of_item:
                return self._of_item[item.id()]
        return 0

    def _materials(self, model: Any) -> dict[int, int]:
        of_material: dict[int, int] = {}
        for definition in model.by_type("IfcMaterialDefinitionRepresentation"):
            for representation in (definition[2] or ()) if definition[3] is not None else ():
                for styled in representation[3] or ():
                    rgba = self._styled(styled) if styled.is_a("IfcStyledItem") else 0
                    if rgba:
                        of_material.setdefault(definition[3].id(), rgba)
        if not of_material:
            return {}
        found: dict[int, int] = {}
        for relation in model.by_type("IfcRelAssociatesMaterial"):
            if relation[5] is not None and relation[5].id() in of_material:
                for thing in filter(None, relation[4] or ()):
                    found.setdefault(thing.id(), of_material[relation[5].id()])
        return found

    def _styled(self, styled: Any) -> int:
        for style in styled[1] or ():
            for one in (style[0] or ()) if style.is_a("IfcPresentationStyleAssignment") else (style,):
                if one is not None and one.is_a("IfcSurfaceStyle"):
                    if one.id() not in self._known:
                        self._known[one.id()] = _surface(one)
                    return self._known[one.id()]
        return 0


def _faces(item: Any) -> int:
    """About how many faces an item has: enough to tell a door's leaf from its handle."""
    if item.is_a("IfcManifoldSolidBrep"):
        return str(item[0]).count("#") - 1  # the shell as STEP text: a fifth of the time of its list of faces
    if item.is_a("IfcTessellatedFaceSet"):
        return len(item.CoordIndex) if item.is_a("IfcTriangulatedFaceSet") else len(item.Faces)
    return _FACES_OF_PRISM


def _surface(style: Any) -> int:
    """The shading of one IfcSurfaceStyle, or the diffuse colour of its rendering (a colour, or a part of the first)."""
    for one in style[2] or ():
        if one.is_a("IfcSurfaceStyleShading"):
            diffuse = one[2] if one.is_a("IfcSurfaceStyleRendering") else None
            colour = diffuse if diffuse is not None and diffuse.is_a("IfcColourRgb") else one[0]
            if colour is None:
                continue
            part = float(diffuse[0]) if diffuse is not None and colour is not diffuse else 1.0
            transparency = one[1] if len(one) > 1 else None
            parts = [*(float(colour[n]) * part for n in (1, 2, 3)), 1.0 - float(transparency or 0.0)]
            if not all(math.isfinite(one) for one in parts):
                continue
            red, green, blue, alpha = (round(255 * min(max(one, 0.0), 1.0)) for one in parts)
            return red << 24 | green << 16 | blue << 8 | max(alpha, 1)
    return 0
