"""Several files of one building are one building.

campus.toml registers a building with its code, footprint and models. Rows that any of them delivered become one row
``building:campus:CODE``; its storeys merge by name and elevation (±0.3 m); what the sources called them stays as
aliases, and every reference to them anywhere is re-written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from twin.build.rows import LayerRows
from twin.model.identity import feature_id
from twin.settings import BuildingSettings

CAMPUS_KEY: Final = "campus"
STOREY_TOLERANCE_M: Final = 0.3
_REFERENCES: Final = ("building_id", "storey_id", "space_id")


def building_id(code: str) -> str:
    """The feature id of a registered building."""
    return feature_id("building", CAMPUS_KEY, code)


def merge_buildings(rows: LayerRows, registered: Sequence[BuildingSettings]) -> tuple[LayerRows, dict[str, str]]:
    """One row per registered building, and ``{source id: registered id}``."""
    owner: dict[int, BuildingSettings] = {}
    keys, ids = rows.strings("source_key"), rows.strings("feature_id")
    by_footprint = {one.footprint: one for one in registered if one.footprint}
    by_model = {model: one for one in registered for model in one.models}
    for row, (key, one) in enumerate(zip(keys, ids, strict=True)):
        found = by_footprint.get(one or "") or by_model.get(key or "")
        if found is not None:
            owner[row] = found
    aliases = {str(ids[row]): building_id(one.code) for row, one in owner.items()}
    groups = {one.code: [row for row, own in owner.items() if own is one] for one in registered}
    merged = _fuse(rows, groups)
    names = {building_id(one.code): one.name.zh for one in registered if one.name is not None}
    fused = merged.strings("feature_id")
    titled = [names.get(str(one), name) for one, name in zip(fused, merged.strings("name"), strict=True)]
    codes = {building_id(one.code): one.code for one in registered}
    coded = [codes.get(str(one), code) for one, code in zip(fused, merged.strings("code"), strict=True)]
    return merged.with_column("name", titled).with_column("code", coded), aliases


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


def merge_storeys(rows: LayerRows, buildings: Mapping[str, str]) -> tuple[LayerRows, dict[str, str]]:
    """Storeys of a registered building that share name and elevation become one; returns ``{source id: id}``."""
    rows = rename(rows, buildings)
    registered = set(buildings.values())
    groups: dict[tuple[str, str], list[list[int]]] = {}
    names, owners, elevation = rows.strings("name"), rows.strings("building_id"), rows.numbers("elevation_m")
    for row, (name, owner) in enumerate(zip(names, owners, strict=True)):
        if owner in registered:
            clusters = groups.setdefault((owner, _plain_name(name)), [])
            for cluster in clusters:
                if abs(elevation[row] - elevation[cluster[0]]) <= STOREY_TOLERANCE_M:
                    cluster.append(row)
                    break
            else:
                clusters.append([row])
    return _fuse_storeys(rows, groups)


def _fuse_storeys(
    rows: LayerRows, groups: Mapping[tuple[str, str], list[list[int]]]
) -> tuple[LayerRows, dict[str, str]]:
    ids, names = rows.strings("feature_id"), rows.strings("name")
    aliases: dict[str, str] = {}
    drop: set[int] = set()
    new_ids, listed = list(ids), rows.strings("aliases")
    for (owner, _), clusters in groups.items():
        code = owner.rpartition(":")[2]
        for n, cluster in enumerate(clusters, start=1):
            first, *rest = cluster
            key = f"{code}.{names[first] or '?'}" + (f"~{n}" if len(clusters) > 1 else "")
            new = feature_id("storey", CAMPUS_KEY, key)
            aliases.update({str(ids[row]): new for row in cluster})
            new_ids[first], listed[first] = new, json.dumps([ids[row] for row in cluster])
            drop.update(rest)
    merged = rows.with_column("feature_id", new_ids).with_column("aliases", listed)
    keep = np.array([row for row in range(len(rows)) if row not in drop], dtype=np.int64)
    return merged.take(keep), aliases


def _plain_name(name: str | None) -> str:
    return "".join((name or "").split()).casefold()


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
