"""Layers that were written back, as sources of a build: the newest version of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from twin.build.batches import SourceBatch
from twin.errors import DerivedRefusedError, TwinError
from twin.model.derived import READER, DerivedLayer, source_key
from twin.model.layer import LayerDefinition
from twin.store.derived import FOLDER, DerivedLayers


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """Their definitions by id, and a batch of each; the batch of one that cannot be used carries the fault."""

    layers: dict[str, LayerDefinition]
    batches: tuple[SourceBatch, ...]


def written_back(folder: Path, taken: Collection[str]) -> WrittenBack:
    """What lies in ``derived/``; ``taken`` are ids that others have. Raises DerivedDamagedError where a description
    cannot be read.
    """
    kept = DerivedLayers(folder)
    layers = kept.all()
    batches = tuple(_batch(kept, one, taken) for one in layers)
    usable = {one.layer_id: one.definition() for one in layers if one.layer_id not in taken}
    return WrittenBack(usable, batches)


def _batch(kept: DerivedLayers, layer: DerivedLayer, taken: Collection[str]) -> SourceBatch:
    path = f"{FOLDER}/{layer.layer_id}/{layer.version:04d}.parquet"
    key = source_key(layer.layer_id)
    try:
        if layer.layer_id in taken:
            raise DerivedRefusedError(layer=layer.layer_id, detail="a layer that is surveyed has this id now")
        table = kept.table(layer)
    except TwinError as fault:
        return SourceBatch(key, path, READER, layer.sha256, _report(0, layer), fault=fault)
    return SourceBatch(key, path, READER, layer.sha256, _report(len(table), layer), layers={layer.layer_id: table})


def _report(rows: int, layer: DerivedLayer) -> dict[str, object]:
    return {"found": rows, "kept": rows, "meshed": 0, "skipped": {}, "notes": [layer.method]}
