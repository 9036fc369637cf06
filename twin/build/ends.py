"""Ends of pipes whose points another source delivers: conduits in one shapefile, junctions and outfalls in others.

A reader names an end after its own source, since it sees no other. Where the layer has no such point, and exactly one
point of other sources has the same key, that is the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from twin.build.rows import LayerRows
from twin.model.network import LINK, NODE

_ENDS = ("from_id", "to_id")


def join_ends(layers: Mapping[str, LayerRows]) -> dict[str, LayerRows]:
    """Layers whose links end at points of their layer wherever a point has the key that they name."""
    return {key: _joined(rows) if _ENDS[0] in rows.table.column_names else rows for key, rows in layers.items()}


def _joined(rows: LayerRows) -> LayerRows:
    pairs = list(zip(rows.strings("kind"), rows.strings("feature_id"), strict=True))
    points = {one for kind, one in pairs if kind == NODE}
    named = {end: rows.strings(end) for end in _ENDS}
    lost = {
        one
        for ends in named.values()
        for (kind, _), one in zip(pairs, ends, strict=True)
        if kind == LINK and one is not None and one not in points
    }
    if not lost:
        return rows
    by_key: dict[str, list[str]] = defaultdict(list)
    for one in points:
        by_key[_key(str(one))].append(str(one))
    meant = {one: found[0] for one in lost if len(found := by_key.get(_key(one), [])) == 1}
    for end, values in named.items():
        rows = rows.with_column(end, [meant.get(one, one) if one is not None else None for one in values])
    return rows


def _key(feature_id: str) -> str:
    """The natural key of ``kind:source:key``."""
    return feature_id.split(":", 2)[-1]
