"""What layers and registers a campus has, for whoever asks from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyarrow as pa

from twin.model.feature import ARROW_TYPES
from twin.model.layer import Column, ColumnType, column_of
from twin.model.registers import REGISTERS
from twin.model.text import Title
from twin.store.campus import Campus

REGISTER: Final = "register"  # the kind of a layer that is one


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """A layer of the generation in use, or a register. ``provenance`` where somebody computed it and wrote it back."""

    layer_id: str
    title: Title
    kind: str
    features: int
    underground: bool
    columns: tuple[Column, ...]  # the layer's own that hold something
    provenance: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(said: Mapping[str, Any]) -> LayerFacts:
        columns = tuple(column_of(one) for one in said["columns"])
        return LayerFacts(**{**said, "title": Title(**said["title"]), "columns": columns})


def facts_of(campus: Campus) -> list[LayerFacts]:
    """Layers in drawing order, then registers that were delivered."""
    generation = campus.generation
    layers = [
        LayerFacts(
            one.id,
            one.title,
            one.kind.value,
            generation.manifest.layers[one.id].features,
            one.underground,
            one.columns,
            one.provenance,
        )
        for one in generation.definitions.values()
    ]
    found = ((name, campus.register(name)) for name in REGISTERS)
    registers = [
        LayerFacts(name, REGISTERS[name].title, REGISTER, len(table), False, _columns(table.schema))
        for name, table in found
        if table is not None
    ]
    return [*layers, *registers]


def _columns(schema: pa.Schema) -> tuple[Column, ...]:
    """Of a register: what its columns are called says what they mean."""
    kinds = {kind: one for one, kind in ARROW_TYPES.items()}
    return tuple(Column(one.name, Title(one.name, one.name), kinds.get(one.type, ColumnType.TEXT)) for one in schema)
