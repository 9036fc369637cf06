"""Writing one generation: assemble, number, mesh, describe, switch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from twin.analysis.inspected import inspect_built
from twin.build.assemble import Assembled, assemble, drop_empty
from twin.build.batches import SourceBatch
from twin.build.extents import body_boxes
from twin.build.rasters import write_rasters
from twin.build.rows import finish
from twin.build.scene import SceneResult, write_scene
from twin.build.sources import Progress
from twin.model.layer import LayerDefinition, LayerKind
from twin.model.scene import SCHEMA_VERSION, InspectionSummary, LayerSummary, Manifest
from twin.settings import CampusSettings
from twin.store import geoparquet
from twin.store.campus import Generation
from twin.store.generations import MANIFEST, begin, switch
from twin.store.patches import Patch


def write_generation(
    folder: Path,
    settings: CampusSettings,
    registry: Mapping[str, LayerDefinition],
    batches: Sequence[SourceBatch],
    fixes: Sequence[Patch],
    errors: Sequence[str],
    inputs: str,
    previous: Manifest | None,
    progress: Progress,
) -> Manifest:
    good = [batch for batch in batches if batch.fault is None]
    progress("campus", "assembling")
    assembled = assemble(good, settings, registry, previous.origin if previous else None)
    number, building = begin(folder)
    tables = _write_tables(building, settings, assembled)
    orthophotos = write_rasters(building / "rasters", assembled.rasters, settings.crs, assembled.origin)
    progress("campus", "meshing")
    scene = write_scene(building, number, settings, registry, assembled, tables, orthophotos)
    at = datetime.now(UTC)
    failed = [batch for batch in batches if batch.fault is not None]
    patches = tuple(one.number for one in fixes)
    manifest = _manifest(number, at, settings, assembled, failed, scene, inputs, errors, patches)
    progress("campus", "inspecting")
    manifest = replace(manifest, inspection=_inspect(building, manifest))
    (building / MANIFEST).write_text(json.dumps(manifest.to_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    progress("campus", "switching")
    switch(folder, number, building, at)
    return manifest


def _write_tables(building: Path, settings: CampusSettings, assembled: Assembled) -> dict[str, pa.Table]:
    """Number and write every table; returns the layer tables as written."""
    tables: dict[str, pa.Table] = {}
    for name in ("layers", "tables"):
        (building / name).mkdir()
    next_idx = 0
    for layer_id, rows in drop_empty(assembled.layers).items():
        auxiliary = assembled.auxiliary
        has_bodies = rows.layer.kind in (LayerKind.ELEMENT, LayerKind.TERRAIN) and len(auxiliary["instances"])
        bodies = (
            body_boxes(rows.table["feature_id"], auxiliary["meshes"], auxiliary["instances"]) if has_bodies else None
        )
        table = finish(rows, next_idx, bodies)
        next_idx += len(table)
        tables[layer_id] = table
        geoparquet.write(building / "layers" / f"{layer_id}.parquet", table, settings.crs)
    for name, table in assembled.auxiliary.items():
        pq.write_table(table, building / "tables" / f"{name}.parquet", compression="zstd")
    return tables


def _inspect(building: Path, manifest: Manifest) -> InspectionSummary:
    """Ask the rules of the quality inspection and write what they find beside the other tables."""
    summary, findings = inspect_built(Generation.unfinished(building, manifest))
    if findings is not None:
        geoparquet.write(building / "tables" / "findings.parquet", findings, manifest.crs)
    return summary


def _manifest(
    number: int,
    at: datetime,
    settings: CampusSettings,
    assembled: Assembled,
    failed: Sequence[SourceBatch],
    scene: SceneResult,
    inputs: str,
    errors: Sequence[str],
    patches: tuple[int, ...],
) -> Manifest:
    return Manifest(
        schema_version=SCHEMA_VERSION,
        generation=number,
        created_at=at.isoformat(),
        campus=settings.name.zh,
        crs=settings.crs,
        vertical_datum=settings.vertical_datum,
        origin=assembled.origin,
        notice=settings.notice.model_dump() if settings.notice else {},
        layers={
            layer_id: LayerSummary(scene.features[layer_id], scene.triangles.get(layer_id, 0), scene.bbox[layer_id])
            for layer_id in scene.features
        },
        sources=tuple(batch.summary(scene.meshed.get(batch.key, 0)) for batch in (*assembled.batches, *failed)),
        inputs_hash=inputs,
        ecef=scene.ecef,
        errors=tuple(errors),
        tilesets=scene.tilesets,
        patches=patches,
    )
