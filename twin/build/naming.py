"""What relations talk of: names that other files use become feature ids where the thing is in the campus.

An end of a relation may be a feature id, an alias that a source stated, ``KEY#STEP`` (a place in a model), an IRI that
ends in a GlobalId (as 22 characters, as a UUID, or as Revit's UniqueId), or a code that only one thing has. What is
none of these keeps its name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final

import pyarrow as pa

from twin.build.batches import SourceBatch
from twin.build.rows import LayerRows
from twin.model.tables import ALIASES

_CODES: Final = {"devices": "device_code", "buildings": "code", "spaces": "code", "zones": "code"}
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
_GLOBAL_ID: Final = re.compile(r"(?<![0-9A-Za-z$])[0-3][0-9A-Za-z_$]{21}\Z")
_HEX: Final = r"(?P<uuid>[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})"
_UUID: Final = re.compile(_HEX + r"(?:-(?P<element>[0-9a-f]{8}))?\Z", re.IGNORECASE)
_SHOWN: Final = 3

Names = dict[str, str]  # name -> feature id


def name_ends(
    layers: Mapping[str, LayerRows], auxiliary: Mapping[str, pa.Table], batches: Sequence[SourceBatch]
) -> tuple[dict[str, pa.Table], list[SourceBatch]]:
    """Auxiliary tables whose relations and aliases name features, and batches whose report says how many do.

    Models name their own things already; only sources that make none talk of others'.
    """
    linking = {one.key for one in batches if {"relations", "aliases"} & set(one.tables) and not one.layers}
    if not linking:
        return dict(auxiliary), list(batches)
    known = {str(one) for rows in layers.values() for one in rows.strings("feature_id")}
    names = _stated(layers, known)
    pairs = list(_pairs(auxiliary["aliases"]))
    clashes = _join(pairs, names, known)
    relations = auxiliary["relations"]
    for column in ("from_id", "to_id"):
        ends = [
            (_feature(one, names, known) or one) if source in linking else one
            for one, source in zip(relations[column].to_pylist(), relations["source"].to_pylist(), strict=True)
        ]
        relations = relations.set_column(
            relations.schema.get_field_index(column), relations.schema.field(column), pa.array(ends, pa.string())
        )
    said = {alias: source for alias, _, source in pairs} | {other: source for _, other, source in pairs}
    rows = [(one, names[one], source) for one, source in said.items() if one in names and one not in known]
    aliases = pa.table([[row[n] for row in rows] for n in range(3)], schema=ALIASES)
    reported = [_reported(one, relations, rows, known, clashes) if one.key in linking else one for one in batches]
    return {**auxiliary, "relations": relations, "aliases": aliases}, reported


def global_id_of(name: str) -> str | None:
    """The GlobalId that ``name`` ends in, however it is written."""
    found = _UUID.search(name)
    if found is None:
        plain = _GLOBAL_ID.search(name)
        return plain.group() if plain is not None else None
    number = int(found["uuid"].replace("-", ""), 16)
    if found["element"] is not None:  # Revit's UniqueId: the exporter folds the element's number into the last digits
        number ^= int(found["element"], 16)
    digits = [_DIGITS[number >> shift & 63] for shift in range(126, -1, -6)]
    return "".join(digits)


def _stated(layers: Mapping[str, LayerRows], known: set[str]) -> Names:
    """Places in models, GlobalIds and codes that belong to one thing only."""
    found: dict[str, set[str]] = defaultdict(set)
    for layer_id, rows in layers.items():
        ids = [str(one) for one in rows.strings("feature_id")]
        for one, key, position in zip(ids, rows.strings("source_key"), rows.strings("source_pos"), strict=True):
            if position is not None and position.startswith("#"):
                found[f"{key}{position}"].add(one)
        for name in ("global_id", _CODES.get(layer_id)):
            if name in rows.table.column_names:
                for one, value in zip(ids, rows.strings(str(name)), strict=True):
                    if value is not None:
                        found[value].add(one)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1 and name not in known}


def _pairs(aliases: pa.Table) -> Iterator[tuple[str, str, str]]:
    yield from zip(*(aliases[name].to_pylist() for name in ALIASES.names), strict=True)


def _join(pairs: Iterable[tuple[str, str, str]], names: Names, known: set[str]) -> dict[str, list[str]]:
    """Let every name in a chain of aliases mean the one feature among them; several are a clash, by source."""
    beside: dict[str, set[str]] = defaultdict(set)
    source_of: dict[str, str] = {}
    for alias, other, source in pairs:
        beside[alias].add(other)
        beside[other].add(alias)
        source_of.update({alias: source, other: source})
    seen: set[str] = set()
    clashes: dict[str, list[str]] = defaultdict(list)
    for first in beside:
        if first in seen:
            continue
        group, todo = {first}, [first]
        while todo:
            fresh = beside[todo.pop()] - group
            group |= fresh
            todo += fresh
        seen |= group
        features = {found for one in group if (found := _feature(one, names, known)) is not None}
        if len(features) == 1:
            names.update(dict.fromkeys(group, features.pop()))
        elif features:
            clashes[source_of[first]].append(f"{first} stands for {' and '.join(sorted(features))}")
    return clashes


def _feature(name: str, names: Names, known: set[str]) -> str | None:
    if name in known:
        return name
    return names.get(name) or names.get(global_id_of(name) or "")


def _reported(
    batch: SourceBatch,
    relations: pa.Table,
    aliases: Sequence[tuple[str, str, str]],
    known: set[str],
    clashes: Mapping[str, Sequence[str]],
) -> SourceBatch:
    """How many of the things that a source's relations name are in the campus, and what its aliases are worth."""
    file = PurePath(batch.path).name
    triples = zip(*(relations[name].to_pylist() for name in ("source", "from_id", "to_id")), strict=True)
    ends = {end for source, *pair in triples if source == batch.key for end in pair}
    lines = list(batch.report["notes"])
    if ends:
        strange = sorted(ends - known)
        line = f"{file}: {len(ends) - len(strange)} of {len(ends)} things that its relations name are in the campus"
        if strange:
            line += f"; the others, such as people: {', '.join(strange[:_SHOWN])}" + (" …" if strange[_SHOWN:] else "")
        lines.append(line)
    own = [feature for _, feature, source in aliases if source == batch.key]
    if own:
        lines.append(f"{file}: {len(own)} names for {len(set(own))} things of the campus")
    lines += [f"{file}: {one}; not joined" for one in clashes.get(batch.key, ())]
    return replace(batch, report={**batch.report, "notes": lines})
