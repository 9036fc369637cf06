"""Storeys of one building that several files tell of are one storey.

They merge by name and floor level (±0.3 m). A file that knows the name but not the level joins the one storey of that
name. Heights and ordinals are counted anew, for a file that holds two of five storeys knows neither.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.build.buildings import CAMPUS_KEY, rename
from twin.build.rows import LayerRows
from twin.model.identity import feature_id

TOLERANCE_M: Final = 0.3
_FLAT_M: Final = 0.01  # storeys closer than this lie beside each other

Cluster = list[int]  # rows that are one storey


def merge_storeys(rows: LayerRows, buildings: Mapping[str, str]) -> tuple[LayerRows, dict[str, str]]:
    """Storeys of registered buildings, each once; returns ``{source id: id}`` too. ``buildings``: source id -> id."""
    rows = rename(rows, buildings)
    registered = set(buildings.values())
    level = rows.numbers("elevation_m")
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, (name, owner) in enumerate(zip(rows.strings("name"), rows.strings("building_id"), strict=True)):
        if owner in registered:
            groups[(owner, _plain(name))].append(row)
    clusters = {key: _clusters(members, level) for key, members in groups.items()}
    merged, aliases = _fuse(rows, clusters)
    several = {owner for owner in registered if _sources(rows, groups, owner) > 1}
    return _counted_anew(merged, several), aliases


def _clusters(members: Sequence[int], level: NDArray[np.float64]) -> list[Cluster]:
    """Rows of one name by level, lowest first. Those without a level join the only cluster there is, or stay apart."""
    found: list[Cluster] = []
    for row in sorted((one for one in members if not np.isnan(level[one])), key=lambda one: level[one]):
        if found and level[row] - level[found[-1][0]] <= TOLERANCE_M:
            found[-1].append(row)
        else:
            found.append([row])
    unknown = [one for one in members if np.isnan(level[one])]
    if unknown and len(found) == 1:
        found[0] += unknown
    elif unknown:
        found.append(unknown)
    return found


def _fuse(rows: LayerRows, groups: Mapping[tuple[str, str], list[Cluster]]) -> tuple[LayerRows, dict[str, str]]:
    columns = {name: rows.table[name].to_pylist() for name in rows.table.column_names}
    ids = list(columns["feature_id"])
    aliases: dict[str, str] = {}
    drop: set[int] = set()
    for (owner, _), clusters in groups.items():
        code = owner.rpartition(":")[2]
        for n, cluster in enumerate(clusters, start=1):
            members = sorted(cluster)  # the first source that tells of it names it
            first = members[0]
            for values in columns.values():
                values[first] = next((values[row] for row in members if values[row] is not None), None)
            key = f"{code}.{columns['name'][first] or '?'}" + (f"~{n}" if len(clusters) > 1 else "")
            new = feature_id("storey", CAMPUS_KEY, key)
            aliases.update({ids[row]: new for row in members})
            columns["feature_id"][first] = new
            columns["aliases"][first] = json.dumps([ids[row] for row in members])
            drop.update(members[1:])
    table = pa.table([pa.array(columns[f.name], f.type) for f in rows.table.schema], schema=rows.table.schema)
    keep = np.array([row for row in range(len(rows)) if row not in drop], dtype=np.int64)
    return LayerRows(rows.layer, table, rows.geometry).take(keep), aliases


def _sources(rows: LayerRows, groups: Mapping[tuple[str, str], Sequence[int]], owner: str) -> int:
    keys = rows.strings("source_key")
    return len({keys[row] for (one, _), members in groups.items() if one == owner for row in members})


def _counted_anew(rows: LayerRows, buildings: Collection[str]) -> LayerRows:
    """Heights to the next storey and ordinals (0 = nearest to relative level 0) of ``buildings``."""
    level, relative = rows.numbers("elevation_m"), rows.numbers("relative_m")
    height: list[Any] = rows.table["height_m"].to_pylist()
    ordinal: list[Any] = rows.table["ordinal"].to_pylist()
    by_building: dict[str, list[int]] = defaultdict(list)
    for row, owner in enumerate(rows.strings("building_id")):
        if owner in buildings and not np.isnan(level[row]):
            by_building[str(owner)].append(row)
    for members in by_building.values():
        order = sorted(members, key=lambda row: level[row])
        ground = min(range(len(order)), key=lambda n: (np.nan_to_num(abs(relative[order[n]]), nan=np.inf), n))
        for n, row in enumerate(order):
            above = next((level[one] for one in order[n + 1 :] if level[one] - level[row] > _FLAT_M), None)
            if above is not None:  # the topmost keeps what its file said
                height[row] = float(above - level[row])
            ordinal[row] = n - ground
    return rows.with_column("height_m", height).with_column("ordinal", ordinal)


def count_storeys(buildings: LayerRows, storeys: LayerRows) -> LayerRows:
    """Fill in how many storeys are above and below ground where no source says it."""
    ordinals: dict[str, list[int]] = defaultdict(list)
    for owner, ordinal in zip(storeys.strings("building_id"), storeys.table["ordinal"].to_pylist(), strict=True):
        if ordinal is not None:
            ordinals[str(owner)].append(ordinal)
    ids = buildings.strings("feature_id")
    for name, above in (("storeys_above", True), ("storeys_below", False)):
        stated = buildings.table[name].to_pylist()
        counted = [
            said if said is not None or one not in ordinals else sum((n >= 0) is above for n in ordinals[str(one)])
            for said, one in zip(stated, ids, strict=True)
        ]
        buildings = buildings.with_column(name, counted)
    return buildings


def _plain(name: str | None) -> str:
    return "".join((name or "").split()).casefold()
