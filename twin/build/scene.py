"""The drawn part of a generation: tiles, markers, scene.json, and the counts that the manifest reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.build.assemble import Assembled
from twin.build.document import Box, extent, scene_document, storey_numbers, to_scene, union
from twin.build.globe import place_on_globe
from twin.build.meshing import Meshing
from twin.build.paint import categories
from twin.build.tilesets import place_tilesets, scene_tilesets
from twin.mesh.markers import marker_document
from twin.model.layer import LayerDefinition, LayerKind
from twin.model.scene import EcefPlacement, TilesetSummary
from twin.settings import CampusSettings
from twin.store.spatial import box_numpy
from twin.tiles.plan import TileContent, write_tiles


@dataclass(frozen=True, slots=True)
class SceneResult:
    """Per layer: rows, triangles on disk, box in campus coordinates; per source: things with triangles."""

    features: dict[str, int]
    triangles: dict[str, int]
    bbox: dict[str, Box | None]
    meshed: dict[str, int]
    ecef: EcefPlacement | None
    tilesets: dict[str, TilesetSummary]


def write_scene(
    building: Path,
    number: int,
    settings: CampusSettings,
    registry: Mapping[str, LayerDefinition],
    assembled: Assembled,
    tables: Mapping[str, pa.Table],
    orthophotos: Sequence[dict[str, Any]],
) -> SceneResult:
    """Mesh every layer and write ``tiles/``, ``markers/`` and ``scene.json`` into ``building``."""
    numbers = storey_numbers(tables.get("storeys"))
    work = Meshing(
        registry=registry,
        tables=tables,
        meshes=assembled.auxiliary["meshes"],
        instances=assembled.auxiliary["instances"],
        rasters=assembled.rasters,
        ground=assembled.ground,
        origin=assembled.origin,
        storey_numbers=numbers,
    )
    contents = work.contents()
    boxes = {layer_id: extent(table, registry[layer_id]) for layer_id, table in tables.items()}
    drawn = _drawn_box(contents, boxes, assembled)
    ecef = place_on_globe(settings, assembled.origin, drawn)
    # what lies underground leaves the house only by ``twin export tiles --underground``
    masked = [one.id for one in registry.values() if one.underground]
    report = write_tiles(building / "tiles", contents, ecef=ecef.matrix if ecef else None, masked=masked)
    markers = _write_markers(building, registry, tables, assembled, numbers)
    attached = place_tilesets(building, assembled.batches, settings, assembled.origin, drawn)
    document = scene_document(
        settings, number, registry, tables, boxes, report.triangles, markers, orthophotos, assembled.origin, drawn
    )
    document["tilesets"] = scene_tilesets(settings, attached, assembled.origin)
    (building / "scene.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return SceneResult(
        features={layer_id: len(table) for layer_id, table in tables.items()},
        triangles=dict(report.triangles),
        bbox=boxes,
        meshed=_meshed(contents, tables),
        ecef=ecef,
        tilesets=attached,
    )


def _drawn_box(
    contents: Sequence[TileContent], boxes: Mapping[str, Box | None], assembled: Assembled
) -> NDArray[np.float64]:
    """The box of all that is drawn, in scene axes."""
    found = [np.concatenate(one.batch.bounds()) for one in contents if len(one.batch.triangles)]
    tables = [to_scene(box, assembled.origin) for box in boxes.values() if box is not None and not np.isnan(box).any()]
    found += [np.array(box) for box in tables if box is not None]
    return union(found) if found else np.array([-1.0, -1, -1, 1, 1, 1])


def _write_markers(
    building: Path,
    registry: Mapping[str, LayerDefinition],
    tables: Mapping[str, pa.Table],
    assembled: Assembled,
    numbers: Mapping[str, int],
) -> dict[str, str]:
    """One document a marker layer; returns layer id -> path within the generation."""
    written: dict[str, str] = {}
    for layer_id, table in tables.items():
        if registry[layer_id].kind is LayerKind.MARKER:
            path = f"markers/{layer_id}.json"
            (building / "markers").mkdir(exist_ok=True)
            document = _markers(registry[layer_id], table, assembled, numbers)
            (building / path).write_text(json.dumps(document), encoding="utf-8")
            written[layer_id] = path
    return written


def _markers(
    layer: LayerDefinition, table: pa.Table, assembled: Assembled, numbers: Mapping[str, int]
) -> dict[str, Any]:
    box = box_numpy(table)
    names = [column.name for column in layer.columns]
    return marker_document(
        layer.id,
        idx=table["idx"].to_numpy(),
        points=(box[:, :3] + box[:, 3:]) / 2,
        categories=categories(layer, table).to_pylist(),
        heading_deg=table["heading_deg"].to_numpy() if "heading_deg" in names else None,
        storey=[numbers.get(one or "", 0) for one in table["storey_id"].to_pylist()],
        origin=assembled.origin,
    )


def _meshed(contents: Sequence[TileContent], tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """How many features of each source have triangles."""
    drawn: set[int] = set()
    queue = list(contents)
    while queue:
        one = queue.pop()
        counts = one.batch.triangle_counts() if len(one.batch.triangles) else np.zeros(one.batch.features, int)
        drawn.update(one.batch.idx[counts > 0].tolist())
        queue.extend(one.children)
    meshed: dict[str, int] = {}
    for table in tables.values():
        for idx, key in zip(table["idx"].to_pylist(), table["source_key"].to_pylist(), strict=True):
            meshed[key] = meshed.get(key, 0) + (idx in drawn)
    return meshed
