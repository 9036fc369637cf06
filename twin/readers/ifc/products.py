"""The things of a model: every IfcProduct but openings, what it is and what type it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OPENINGS = "IfcFeatureElementSubtraction"  # IfcOpeningElement, its standard case, IfcVoidingFeature
_GROUND_WORDS = ("terrain", "topo", "tin", "ground", "gelände", "maaiveld", "地形", "场地")


@dataclass(frozen=True, slots=True)
class TypeOf:
    """What the type object of a product says."""

    name: str | None
    global_id: str
    predefined: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """One IfcProduct. ``kind``: building, storey, space, site or element; ``counted``: it has a Representation."""

    entity: Any
    step_id: int
    ifc_class: str
    global_id: str
    kind: str
    counted: bool
    predefined: str | None
    type: TypeOf | None
    sizes: dict[str, float]  # what the class itself says: widths of doors in metres, numbers of risers

    @property
    def name(self) -> str | None:
        return self.entity[2] or None

    @property
    def object_type(self) -> str | None:
        return self.entity[4] or None

    @property
    def long_name(self) -> str | None:
        """LongName of spatial elements."""
        return self.entity[7] or None

    def is_ground(self) -> bool:
        """Whether its surface is terrain: a site, or a geographic element that says so."""
        if self.kind == "site":
            return True
        if self.ifc_class != "IfcGeographicElement":
            return False
        if self.predefined == "TERRAIN":
            return True
        said = f"{self.object_type or ''} {self.name or ''}".lower()
        return self.predefined in (None, "NOTDEFINED", "USERDEFINED") and any(word in said for word in _GROUND_WORDS)


# class -> attribute -> (name in ``sizes``, whether it is a length)
_SIZES = {
    "IfcDoor": {"OverallHeight": ("overall_height_m", True), "OverallWidth": ("overall_width_m", True)},
    "IfcWindow": {"OverallHeight": ("overall_height_m", True), "OverallWidth": ("overall_width_m", True)},
    "IfcStairFlight": {
        "NumberOfRiser": ("number_of_risers", False),
        "NumberOfRisers": ("number_of_risers", False),
        "NumberOfTreads": ("number_of_treads", False),
        "RiserHeight": ("riser_height_m", True),
        "TreadLength": ("tread_length_m", True),
    },
}
_KINDS = (
    ("IfcBuilding", "building"),
    ("IfcBuildingStorey", "storey"),
    ("IfcSpace", "space"),
    ("IfcSite", "site"),
)


def read_products(model: Any, length_m: float) -> list[Product]:
    """All products but openings and ports without a shape, in file order. ``length_m``: metres in a length unit."""
    types = _types(model)
    attributes = _Attributes(model)
    found = []
    for entity in model.by_type("IfcProduct"):
        counted = entity[6] is not None
        if entity.is_a(OPENINGS) or (entity.is_a("IfcPort") and not counted):
            continue
        step_id, ifc_class = entity.id(), entity.is_a()
        kind = next((kind for name, kind in _KINDS if entity.is_a(name)), "element")
        of_type = types.get(step_id)
        own = attributes.text(entity, ifc_class, "PredefinedType")
        if of_type is not None and own in (None, "NOTDEFINED"):
            own = of_type.predefined or own
        global_id = entity[0] or f"no-GlobalId-{step_id}"
        sizes = attributes.sizes(entity, ifc_class, length_m)
        found.append(Product(entity, step_id, ifc_class, global_id, kind, counted, own, of_type, sizes))
    return found


def _types(model: Any) -> dict[int, TypeOf]:
    """Type by the step id of the occurrence."""
    out: dict[int, TypeOf] = {}
    for relation in model.by_type("IfcRelDefinesByType"):
        kind = relation[5]
        if kind is None:
            continue
        seen = TypeOf(kind[2] or None, str(kind[0]), getattr(kind, "PredefinedType", None))
        for occurrence in relation[4] or ():
            out.setdefault(occurrence.id(), seen)
    return out


class _Attributes:
    """Attributes by name without the cost of asking each entity whether it has them."""

    def __init__(self, model: Any) -> None:
        from ifcopenshell import ifcopenshell_wrapper

        self._schema: Any = ifcopenshell_wrapper.schema_by_name(model.schema_identifier)
        self._known: dict[tuple[str, str], int | None] = {}

    def value(self, entity: Any, ifc_class: str, name: str) -> Any:
        key = (ifc_class, name)
        if key not in self._known:
            names = [one.name() for one in self._schema.declaration_by_name(ifc_class).all_attributes()]
            self._known[key] = names.index(name) if name in names else None
        index = self._known[key]
        return None if index is None else entity[index]

    def text(self, entity: Any, ifc_class: str, name: str) -> str | None:
        value = self.value(entity, ifc_class, name)
        return None if value is None else str(value)

    def sizes(self, entity: Any, ifc_class: str, length_m: float) -> dict[str, float]:
        """What ``_SIZES`` names for the class, in metres or as numbers."""
        wanted = _SIZES.get(ifc_class.removesuffix("StandardCase"))
        if wanted is None:
            return {}
        out: dict[str, float] = {}
        for attribute, (name, is_length) in wanted.items():
            value = self.value(entity, ifc_class, attribute)
            if value is not None:
                out[name] = float(value) * (length_m if is_length else 1.0)
        return out


def found(products: Iterable[Product]) -> int:
    """How many products have a Representation: what the report calls found."""
    return sum(one.counted for one in products)
