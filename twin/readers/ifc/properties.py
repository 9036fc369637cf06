"""Property sets and quantities as rows, read by relationship instead of by element.

``number`` is SI where the measure is a length, area, volume, angle or mass; ``unit`` then says so in UCUM. Other
measures keep the number that the file has and no unit, since their project units are rarely stated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from twin.readers.ifc.project_units import ProjectUnits


class Value(NamedTuple):
    """One property or quantity of one set; a tuple because there are many."""

    set_name: str
    name: str
    text: str | None
    number: float | None
    unit: str | None
    origin: str  # property | quantity | type_property


@dataclass(slots=True)
class Properties:
    """Values by the step id of the object; a set that many objects share is one list."""

    sets_of: dict[int, list[list[Value]]] = field(default_factory=lambda: defaultdict(list))

    def of(self, object_id: int) -> Iterator[Value]:
        for values in self.sets_of.get(object_id, ()):
            yield from values

    def find(self, object_id: int, names: Iterable[str], origin: str | None = None) -> Value | None:
        """The first value called one of ``names`` (in that order, case ignored) that is not empty."""
        values: dict[str, Value] = {}
        for one in self.of(object_id):
            if one.text not in (None, "") and (origin is None or one.origin == origin):
                values.setdefault(one.name.strip().lower(), one)
        return next((values[name.lower()] for name in names if name.lower() in values), None)


def read_properties(model: Any, units: ProjectUnits) -> Properties:
    """All sets of all objects: their own, then those of their type."""
    out = Properties()
    reader = _SetReader(model, units)
    for relation in model.by_type("IfcRelDefinesByProperties"):
        for definition in _definitions(relation[5]):
            values = reader.values(definition, "property")
            if values:
                for thing in relation[4] or ():
                    if thing is not None:
                        out.sets_of[thing.id()].append(values)
    for relation in model.by_type("IfcRelDefinesByType"):
        sets = getattr(relation[5], "HasPropertySets", None) or ()
        lists = [values for one in sets if one is not None and (values := reader.values(one, "type_property"))]
        if lists:
            for thing in relation[4] or ():
                if thing is not None:
                    out.sets_of[thing.id()].extend(lists)
    return out


def _definitions(definition: Any) -> Iterable[Any]:
    if definition is None:
        return ()
    if definition.is_a("IfcPropertySetDefinitionSet"):
        found: Iterable[Any] = definition[0]
        return found
    return (definition,)


class _SetReader:
    """Turns set definitions into values, each definition once.

    A small model has 80,000 values, so a set is fetched in one call where that is safe, and ``get_argument`` is used
    instead of attribute names elsewhere: a quarter of a microsecond against two.
    """

    def __init__(self, model: Any, units: ProjectUnits) -> None:
        self._model = model
        self._units = units
        # a complex property may, wrongly, hold itself, and a reference may lead anywhere: the call would follow them
        self._at_once = not any(_has(model, name) for name in _LEADING_ON)
        self._known: dict[tuple[int, str], list[Value]] = {}
        self._factors: dict[str, tuple[float, str | None]] = {}  # by measure, in project units

    def values(self, definition: Any, origin: str) -> list[Value]:
        key = (definition.id(), origin)
        if key not in self._known:
            self._known[key] = self._read(definition, origin)
        return self._known[key]

    def _read(self, definition: Any, origin: str) -> list[Value]:
        name = str(definition.get_argument(2) or definition.is_a())
        out: list[Value] = []
        if self._at_once and definition.is_a() in _PARTS:
            self._read_at_once(out, name, definition, origin)
        elif definition.is_a("IfcPropertySet"):
            for one in definition.get_argument(4) or ():
                self._property(out, name, one, origin, "")
        elif definition.is_a("IfcElementQuantity"):
            for one in definition.get_argument(5) or ():
                self._quantity(out, name, one, "quantity" if origin == "property" else origin, "")
        return out

    def _read_at_once(self, out: list[Value], set_name: str, definition: Any, origin: str) -> None:
        """The parts of a set from one call into IfcOpenShell; those of rarer kinds one by one."""
        from ifcopenshell import ifcopenshell_wrapper

        kind = definition.is_a()
        told = ifcopenshell_wrapper.get_info_cpp(definition, True, True)
        own = "quantity" if origin == "property" else origin
        for one in filter(None, told[_PARTS[kind]] or ()):
            if one["type"] == "IfcPropertySingleValue":
                value = one["NominalValue"]
                plain = None if value is None else value["wrappedValue"]
                if plain is None or type(plain) is str:  # most are: no need to ask for units
                    out.append(Value(set_name, one["Name"] or "", plain, None, None, origin))
                    continue
                unit = None if one["Unit"] is None else self._model.by_id(one["Unit"]["id"])
                out.append(self._valued(set_name, one["Name"] or "", value["type"], plain, unit, origin))
            elif one["type"] in _QUANTITIES:
                plain = one[_QUANTITIES[one["type"]]]
                unit = None if one["Unit"] is None else self._model.by_id(one["Unit"]["id"])
                if isinstance(plain, int | float):
                    factor, ucum = self._to_si(one["type"], unit)
                    out.append(Value(set_name, one["Name"] or "", str(plain), plain * factor, ucum, own))
            elif kind == "IfcPropertySet":
                self._property(out, set_name, self._model.by_id(one["id"]), origin, "")
            else:
                self._quantity(out, set_name, self._model.by_id(one["id"]), own, "")

    def _property(self, out: list[Value], set_name: str, entity: Any, origin: str, prefix: str) -> None:
        kind = entity.is_a()
        name = f"{prefix}{entity.get_argument(0) or ''}"
        if kind == "IfcPropertySingleValue":
            out.append(self._single(set_name, name, entity.get_argument(2), entity.get_argument(3), origin))
        elif kind == "IfcComplexProperty":
            if prefix.count(".") < _DEPTH:  # a complex property may, wrongly, hold itself
                for part in entity.get_argument(3) or ():
                    self._property(out, set_name, part, origin, f"{name}.")
        elif kind in _LISTED:
            text = "; ".join(_text(one) or "" for one in entity.get_argument(_LISTED[kind]) or ())
            out.append(Value(set_name, name, text or None, None, None, origin))
        elif kind == "IfcPropertyBoundedValue":
            out.append(self._bounded(set_name, name, entity, origin))

    def _single(self, set_name: str, name: str, value: Any, unit: Any, origin: str) -> Value:
        if value is None:
            return Value(set_name, name, None, None, None, origin)
        return self._valued(set_name, name, value.is_a(), value.get_argument(0), unit, origin)

    def _valued(self, set_name: str, name: str, measure: str, plain: Any, unit: Any, origin: str) -> Value:
        if isinstance(plain, bool) or not isinstance(plain, int | float):
            return Value(set_name, name, _plain_text(plain), None, None, origin)
        factor, ucum = self._to_si(measure, unit)
        return Value(set_name, name, str(plain), plain * factor, ucum, origin)

    def _to_si(self, measure: str, unit: Any) -> tuple[float, str | None]:
        if unit is not None:
            return self._units.to_si(measure, unit)
        if measure not in self._factors:
            self._factors[measure] = self._units.to_si(measure)
        return self._factors[measure]

    def _bounded(self, set_name: str, name: str, entity: Any, origin: str) -> Value:
        upper, lower = entity[2], entity[3]
        set_point = entity[5] if len(entity) > 5 else None
        text = f"{_text(lower) or ''}..{_text(upper) or ''}"
        if set_point is None:
            return Value(set_name, name, text, None, None, origin)
        whole = self._single(set_name, name, set_point, entity[4], origin)
        return Value(set_name, name, f"{whole.text} ({text})", whole.number, whole.unit, origin)

    def _quantity(self, out: list[Value], set_name: str, entity: Any, origin: str, prefix: str) -> None:
        name = f"{prefix}{entity.get_argument(0) or ''}"
        kind = entity.is_a()
        if kind == "IfcPhysicalComplexQuantity":
            if prefix.count(".") < _DEPTH:
                for part in entity.get_argument(2) or ():
                    self._quantity(out, set_name, part, origin, f"{name}.")
            return
        plain = entity.get_argument(3)
        if isinstance(plain, int | float):
            factor, ucum = self._to_si(kind, entity.get_argument(2))
            out.append(Value(set_name, name, str(plain), plain * factor, ucum, origin))


_DEPTH: Final = 8
# class -> attribute that holds its parts
_PARTS: Final = {"IfcPropertySet": "HasProperties", "IfcElementQuantity": "Quantities"}
_QUANTITIES: Final = {
    "IfcQuantityLength": "LengthValue",
    "IfcQuantityArea": "AreaValue",
    "IfcQuantityVolume": "VolumeValue",
    "IfcQuantityCount": "CountValue",
    "IfcQuantityWeight": "WeightValue",
    "IfcQuantityTime": "TimeValue",
}
_LEADING_ON: Final = ("IfcComplexProperty", "IfcPhysicalComplexQuantity", "IfcPropertyReferenceValue")
# attribute that holds the list of values
_LISTED: Final = {"IfcPropertyEnumeratedValue": 2, "IfcPropertyListValue": 2, "IfcPropertyTableValue": 3}


def _has(model: Any, name: str) -> bool:
    try:
        return bool(model.by_type(name))
    except RuntimeError:  # its schema lacks the class
        return False


def _text(value: Any) -> str | None:
    return None if value is None else _plain_text(value[0])


def _plain_text(plain: Any) -> str | None:
    if plain is None:
        return None
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain)


def property_rows(properties: Properties, feature_ids: dict[int, str]) -> dict[str, list[Any]]:
    """Columns of the ``properties`` table for the objects that became features."""
    ids: list[str] = []
    values: list[Value] = []
    for object_id, lists in properties.sets_of.items():
        feature_id = feature_ids.get(object_id)
        if feature_id is not None:
            for one in lists:
                ids.extend([feature_id] * len(one))
                values.extend(one)
    names = ("set_name", "name", "value", "number", "unit", "origin")
    columns = zip(*values, strict=True) if values else [()] * len(names)
    return {"feature_id": ids, **{name: list(column) for name, column in zip(names, columns, strict=True)}}
