"""Several files of one building are one building.

campus.toml registers a building with its code, footprint and models. Rows that any of them delivered become one row
``building:campus:CODE``; what the sources called them stays as aliases, and every reference to them anywhere is
re-written. ``storeys`` does the same for its storeys.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from twin.build.rows import LayerRows
from twin.errors import CampusTomlError
from twin.model.identity import feature_id, slug
from twin.settings import FILE_NAME, BuildingSettings

CAMPUS_KEY: Final = "campus"
_SHOWN: Final = 6
_REFERENCES: Final = ("building_id", "storey_id", "space_id")


def building_id(code: str) -> str:
    """The feature id of a registered building."""
    return feature_id("building", CAMPUS_KEY, code)


def merge_buildings(
    rows: LayerRows, registered: Sequence[BuildingSettings], read: Collection[str]
) -> tuple[LayerRows, dict[str, str]]:
    """One row per registered building, and ``{source id: registered id}``. ``read``: keys of the sources that could be.

    Raises CampusTomlError when an entry names nothing that is there, or more than one building.
    """
    groups = _members(rows, registered, read)
    ids = rows.strings("feature_id")
    aliases = {str(ids[row]): building_id(code) for code, members in groups.items() for row in members}
    merged = _fuse(rows, groups)
    named = {building_id(one.code): one.name for one in registered if one.name is not None}
    said = {
        "code": {building_id(one.code): one.code for one in registered},
        "name": {one: name.zh for one, name in named.items()},
        "name_en": {one: name.en for one, name in named.items()},
    }
    fused = merged.strings("feature_id")
    for column, values in said.items():
        own = merged.strings(column)
        merged = merged.with_column(
            column, [values.get(str(one), value) for one, value in zip(fused, own, strict=True)]
        )
    return merged, aliases


def _members(rows: LayerRows, registered: Sequence[BuildingSettings], read: Collection[str]) -> dict[str, list[int]]:
    """Rows of each registered building by its code; what campus.toml names wrongly is one error."""
    by_id = {one: row for row, one in enumerate(rows.strings("feature_id"))}
    by_source: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(rows.strings("source_key")):
        by_source[str(key)].append(row)
    found: dict[str, list[int]] = {}
    mistakes = []
    for one in registered:
        members: list[int] = []
        for model in one.models:
            key, _, which = model.partition(":")
            here = _named(rows, by_source[key], which) if which else by_source[key]
            if len(here) == 1 or not (here or which):
                members += here
            elif key in read:
                mistakes.append(f"buildings[{one.code}].models: {_unclear(rows, by_source[key], model, len(here))}")
        if one.footprint in by_id:
            members.append(by_id[one.footprint])
        elif one.footprint and one.footprint.split(":")[1:2] and one.footprint.split(":")[1] in read:
            mistakes.append(f"buildings[{one.code}].footprint: {one.footprint} is no feature of the buildings layer")
        found[one.code] = list(dict.fromkeys(members))
    if mistakes:
        raise CampusTomlError(path=FILE_NAME, mistakes="; ".join(mistakes))
    return found


def _named(rows: LayerRows, among: Sequence[int], which: str) -> list[int]:
    """The rows that go by ``which``: GlobalId or key in the source before code before name."""
    keys = [str(one).split(":", 2)[2] for one in rows.strings("feature_id")]
    for values in (rows.strings("global_id"), keys, rows.strings("code"), rows.strings("name")):
        found = [row for row in among if values[row] in (which, slug(which))]
        if found:
            return found
    return []


def _unclear(rows: LayerRows, among: Sequence[int], model: str, fits: int) -> str:
    key = model.partition(":")[0]
    names, ids = rows.strings("name"), rows.strings("global_id")
    shown = ", ".join(f"{key}:{ids[row] or names[row]} ({names[row]})" for row in among[:_SHOWN])
    more = f" and {len(among) - _SHOWN} more" if len(among) > _SHOWN else ""
    return f"{model} fits {fits} buildings; write which: {shown}{more}"


def adopted(
    rows: LayerRows, registered: Sequence[BuildingSettings], buildings: LayerRows, whole: Collection[str]
) -> LayerRows:
    """``rows`` of models that hold no building at all (``whole`` are the others) belong to the one that names them."""
    owner = {
        model: building_id(one.code)
        for one in registered
        for model in one.models
        if model not in whole and building_id(one.code) in set(buildings.strings("feature_id"))
    }
    keys, said = rows.strings("source_key"), rows.strings("building_id")
    return rows.with_column("building_id", [have or owner.get(str(key)) for key, have in zip(keys, said, strict=True)])


def _fuse(rows: LayerRows, groups: Mapping[str, list[int]]) -> LayerRows:
    """Replace each group of rows by one: the first value that is not null, column by column; footprints go first."""
    drop: set[int] = set()
    table, geometry = rows.table, rows.geometry.copy()
    columns = {name: table[name].to_pylist() for name in table.column_names}
    for code, members in groups.items():
        if not members:
            continue
        # a surveyed footprint is truer than the union of a model's slabs
        ordered = sorted(members, key=lambda row: (columns["global_id"][row] is not None, row))
        first, *rest = ordered
        surveyed = columns["global_id"][first] is None and geometry[first] is not None
        modelled = [row for row in ordered if columns["global_id"][row] is not None]
        for row in modelled if len(modelled) > 1 else ():  # each knows its own storeys only
            columns["storeys_above"][row] = columns["storeys_below"][row] = None
        for values in columns.values():
            values[first] = next((values[row] for row in ordered if values[row] is not None), None)
        geometry[first] = next((geometry[row] for row in ordered if geometry[row] is not None), None)
        if surveyed:
            columns["footprint_area_m2"][first] = float(shapely.area(geometry[first]))  # of the surveyed outline
        aliases = [columns["feature_id"][row] for row in ordered]
        attributes = json.loads(columns["attributes"][first] or "{}")
        columns["attributes"][first] = json.dumps({**attributes, "aliases": aliases}, ensure_ascii=False)
        columns["feature_id"][first] = building_id(code)
        drop.update(rest)
    fused = pa.table([pa.array(columns[f.name], f.type) for f in table.schema], schema=table.schema)
    keep = np.array([row for row in range(len(rows)) if row not in drop], dtype=np.int64)
    return LayerRows(rows.layer, fused, geometry).take(keep)


def rename(rows: LayerRows, aliases: Mapping[str, str]) -> LayerRows:
    """Rewrite references to merged things."""
    table = rows.table
    for name in _REFERENCES:
        position = table.schema.get_field_index(name)
        table = table.set_column(position, table.schema.field(position), rename_column(table[name], aliases))
    return replace(rows, table=table)


def rename_column(column: pa.ChunkedArray, aliases: Mapping[str, str]) -> pa.ChunkedArray:
    """``column`` with every id that is an alias replaced."""
    if not aliases:
        return column
    old, new = pa.array(list(aliases), pa.string()), pa.array(list(aliases.values()), pa.string())
    position = pc.index_in(column, value_set=old)
    return pc.if_else(pc.is_valid(position), pc.take(new, position), column)
