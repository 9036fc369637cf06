"""Taking only a window of a source: ``clip`` in campus.toml.

Lines and areas on the ground are cut at the window; everything else is in or out by its middle, and a network keeps the
nodes its links end at. What falls outside is counted as ``not_selected``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.build.batches import SourceBatch
from twin.model.layer import LayerDefinition, LayerKind
from twin.readers.base import SkipReason

_CUT = frozenset({LayerKind.SURFACE, LayerKind.ZONE})


def clip_batch(batch: SourceBatch, window: Sequence[float], registry: Mapping[str, LayerDefinition]) -> SourceBatch:
    """``batch`` without what lies outside ``window`` (west, south, east, north), its report corrected."""
    west, south, east, north = window
    inside = shapely.box(west, south, east, north)
    layers: dict[str, pa.Table] = {}
    dropped = 0
    for layer_id, table in batch.layers.items():
        shapes: NDArray[np.object_] = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
        keep = _kept(table, shapes, inside)
        if registry[layer_id].kind in _CUT:
            cut = shapely.intersection(shapes, inside)
            keep = ~shapely.is_empty(cut) & ~shapely.is_missing(cut)
            position = table.schema.get_field_index("geometry")
            table = table.set_column(position, "geometry", pa.array(shapely.to_wkb(cut), pa.binary()))
        dropped += int((~keep).sum())
        layers[layer_id] = table.filter(pa.array(keep))
    skipped = dict(batch.report["skipped"])
    if dropped:
        reason = SkipReason.NOT_SELECTED.value
        skipped[reason] = skipped.get(reason, 0) + dropped
    report = {**batch.report, "kept": batch.report["kept"] - dropped, "skipped": skipped}
    return replace(batch, layers={key: one for key, one in layers.items() if len(one)}, report=report)


def _kept(table: pa.Table, shapes: NDArray[np.object_], inside: shapely.Geometry) -> NDArray[np.bool_]:
    """In by the middle, or because a kept link ends there. Things without a shape stay."""
    keep: NDArray[np.bool_] = shapely.contains(inside, shapely.centroid(shapes)) | shapely.is_missing(shapes)
    if "from_id" not in table.column_names:
        return keep
    ends = {
        one
        for name in ("from_id", "to_id")
        for one, kept in zip(table[name].to_pylist(), keep, strict=True)
        if kept and one is not None
    }
    return np.logical_or(keep, [one in ends for one in table["feature_id"].to_pylist()])
