"""A field: one value a feature, addressed by where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.text import Title

# A text that is nearly as good as a name colours nothing: beyond this many values, half of them must repeat.
FEW_VALUES = 24


class FieldSource(StrEnum):
    """Where a field is kept."""

    COLUMN = "column"
    PROPERTY = "property"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class FieldRef:
    """The address of a field inside its layer; ``set_name`` only for a property."""

    source: FieldSource
    name: str
    set_name: str = ""

    def to_dict(self) -> dict[str, str]:
        """As it travels: ``{"column"}``, ``{"attribute"}`` or ``{"set", "property"}``."""
        of_set = {"set": self.set_name} if self.source is FieldSource.PROPERTY else {}
        return {**of_set, self.source.value: self.name}

    def __str__(self) -> str:
        return f"{self.set_name}.{self.name}" if self.set_name else self.name


@dataclass(frozen=True, slots=True)
class FieldValues:
    """The known values of a field with the ``idx`` of their features: numbers, or texts."""

    title: Title
    unit: str
    idx: pa.Array
    values: pa.Array

    @property
    def is_number(self) -> bool:
        return is_number(self.values.type)


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the list of choices names it: how many features have a value, and how many different ones."""

    ref: FieldRef
    title: Title
    unit: str
    is_number: bool
    features: int
    distinct: int

    @property
    def is_worth_a_colour(self) -> bool:
        """Numbers always; texts unless they are names."""
        return self.features > 0 and (self.is_number or self.distinct <= max(FEW_VALUES, self.features // 2))

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.ref.to_dict(),
            "title": self.title.to_dict(),
            "unit": self.unit,
            "type": "number" if self.is_number else "category",
            "features": self.features,
            "distinct": self.distinct,
        }


def summary(ref: FieldRef, found: FieldValues) -> Field:
    """The list's line for values that were read."""
    distinct = pc.count_distinct(found.values).as_py()
    return Field(ref, found.title, found.unit, found.is_number, len(found.values), distinct)


def is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def known(idx: pa.Array, values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Without what says nothing: null, an empty text, a number that is none."""
    if is_number(values.type):
        rows = pc.is_finite(values)
    else:
        values = pc.cast(values, pa.string())
        rows = pc.not_equal(values, "")
    return idx.filter(rows), values.filter(rows)
