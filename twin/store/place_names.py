"""How people call rooms and grids in lists: ``301``, ``B01-301``, a GlobalId, an id; only what means one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from twin.store.campus import Generation

Names = Mapping[str, str]  # what is written, folded -> feature id


def folded(text: str) -> str:
    """Written names as they are compared: no blanks, no joints, no case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def place_names(generation: Generation) -> dict[str, Names]:
    """Register column -> names of the places it may hold."""
    return {"space_id": _unique(_rooms(generation)), "zone_id": _unique(_zones(generation))}


def resolved(table: pa.Table, names: Mapping[str, Names]) -> pa.Table:
    """``table`` with places named by their feature ids; what is no place here stays as it is written."""
    for column, known in names.items():
        position = table.schema.get_field_index(column)
        if position >= 0:
            written = table[column].to_pylist()
            values = [None if one is None else known.get(one) or known.get(folded(one), one) for one in written]
            table = table.set_column(position, table.schema.field(position), pa.array(values, pa.string()))
    return table


def _rooms(generation: Generation) -> Iterator[tuple[str, str]]:
    if "spaces" not in generation.layer_ids():
        return
    code_of: dict[str, str] = {}
    if "buildings" in generation.layer_ids():
        buildings = generation.table("buildings")
        code_of = dict(zip(buildings["feature_id"].to_pylist(), buildings["code"].to_pylist(), strict=True))
    columns = ("feature_id", "building_id", "number", "global_id")
    spaces = generation.table("spaces")
    for feature, building, number, global_id in zip(*(spaces[one].to_pylist() for one in columns), strict=True):
        if global_id is not None:
            yield global_id, feature
        if number is not None:
            yield folded(number), feature
            yield folded(f"{code_of.get(building) or ''}{number}"), feature


def _zones(generation: Generation) -> Iterator[tuple[str, str]]:
    if "zones" not in generation.layer_ids():
        return
    zones = generation.table("zones")
    for column in ("code", "name"):
        if column in zones.column_names:
            for feature, name in zip(zones["feature_id"].to_pylist(), zones[column].to_pylist(), strict=True):
                if name is not None:
                    yield folded(name), feature


def _unique(pairs: Iterator[tuple[str, str]]) -> Names:
    found: dict[str, set[str]] = defaultdict(set)
    for name, feature in pairs:
        found[name].add(feature)
    return {name: next(iter(features)) for name, features in found.items() if name and len(features) == 1}
