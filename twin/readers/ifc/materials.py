"""Materials of elements: one, a list, layers from outside to inside, constituents, profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from twin.readers.ifc.project_units import ProjectUnits


@dataclass(frozen=True, slots=True)
class Layer:
    """One material of an element; ``thickness_m`` for layers only."""

    material: str
    thickness_m: float | None = None
    category: str | None = None


def read_materials(model: Any, units: ProjectUnits) -> dict[int, list[Layer]]:
    """Materials by the step id of the object they are of; an object's own win over its type's."""
    own: dict[int, list[Layer]] = {}
    known: dict[int, list[Layer]] = {}
    for relation in model.by_type("IfcRelAssociatesMaterial"):
        select = relation[5]
        if select is None:
            continue
        if select.id() not in known:
            known[select.id()] = list(_layers(select, units.length_m))
        for thing in relation[4] or ():
            if thing is not None:
                own.setdefault(thing.id(), known[select.id()])
    for relation in model.by_type("IfcRelDefinesByType"):
        inherited = own.get(relation[5].id()) if relation[5] is not None else None
        if inherited is not None:
            for thing in relation[4] or ():
                if thing is not None:
                    own.setdefault(thing.id(), inherited)
    return own


def main_material(layers: list[Layer]) -> str | None:
    """The thickest layer's, or the first of those without thickness."""
    if not layers:
        return None
    return max(layers, key=lambda one: one.thickness_m or 0.0).material


def _layers(select: Any, length_m: float) -> Iterator[Layer]:
    if select is None:
        return
    kind = select.is_a()
    if kind == "IfcMaterial":
        yield Layer(_name(select), category=getattr(select, "Category", None))
    elif kind == "IfcMaterialList":
        for one in select[0] or ():
            yield from _layers(one, length_m)
    elif kind in ("IfcMaterialLayerSetUsage", "IfcMaterialProfileSetUsage", "IfcMaterialProfileSetUsageTapering"):
        yield from _layers(select[0], length_m)
    elif kind == "IfcMaterialLayerSet":
        yield from (_layer(one, length_m) for one in select[0] or () if one is not None)
    elif kind in ("IfcMaterialLayer", "IfcMaterialLayerWithOffsets"):
        yield _layer(select, length_m)
    elif kind in ("IfcMaterialProfileSet", "IfcMaterialConstituentSet"):
        parts = select.MaterialProfiles if kind == "IfcMaterialProfileSet" else select.MaterialConstituents
        yield from (_part(one) for one in parts or () if one is not None)
    elif kind in ("IfcMaterialProfile", "IfcMaterialConstituent"):
        yield _part(select)


def _layer(layer: Any, length_m: float) -> Layer:
    material = layer[0]
    name = _name(material) if material is not None else (getattr(layer, "Name", None) or "unnamed")
    category = getattr(layer, "Category", None) or getattr(material, "Category", None)
    return Layer(name, float(layer[1]) * length_m if layer[1] is not None else None, category)


def _part(part: Any) -> Layer:
    material = part.Material
    return Layer(
        _name(material) if material is not None else (part.Name or "unnamed"), None, part.Category or part.Name
    )


def _name(material: Any) -> str:
    return str(material[0] or "unnamed")


def material_rows(materials: dict[int, list[Layer]], feature_ids: dict[int, str]) -> dict[str, list[Any]]:
    """Columns of the ``materials`` table."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("feature_id", "position", "material", "thickness_m", "category")
    }
    for object_id, layers in materials.items():
        feature_id = feature_ids.get(object_id)
        if feature_id is None:
            continue
        for position, layer in enumerate(layers, start=1):
            row = (feature_id, position, layer.material, layer.thickness_m, layer.category)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    return columns
