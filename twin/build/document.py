"""scene.json: what the viewer starts from (docs/interfaces.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.build.origin import Origin
from twin.model.layer import LayerDefinition, LayerKind
from twin.settings import CampusSettings
from twin.store.spatial import box_numpy

Box = tuple[float, float, float, float, float, float]


def storey_numbers(storeys: pa.Table | None) -> dict[str, int]:
    """storey_id -> the number of the property table, from 1, by building and height."""
    if storeys is None:
        return {}
    rows = sorted(
        zip(
            storeys["building_id"].to_pylist(),
            storeys["elevation_m"].to_pylist(),
            storeys["feature_id"].to_pylist(),
            strict=True,
        ),
        key=lambda row: (row[0] or "", row[1] if row[1] is not None else -np.inf, row[2]),
    )
    return {row[2]: number for number, row in enumerate(rows, start=1)}


def extent(table: pa.Table, layer: LayerDefinition) -> Box | None:
    """xmin … zmax of a layer in campus coordinates; a terrain reaches from its lowest to its highest cell."""
    box = box_numpy(table)
    if layer.kind is LayerKind.TERRAIN:
        for axis, name in ((2, "lowest_m"), (5, "highest_m")):
            stated = table[name].to_numpy().astype(float)
            box[:, axis] = np.where(np.isnan(stated), box[:, axis], stated)
    box = box[~np.isnan(box[:, 0])]
    if not len(box):
        return None
    low, high = np.nanmin(box[:, :3], axis=0), np.nanmax(box[:, 3:], axis=0)
    return tuple(float(one) for one in (*low, *high))  # type: ignore[return-value]


def to_scene(box: Sequence[float] | None, origin: Origin) -> list[float] | None:
    """A campus box in scene axes, to the millimetre."""
    if box is None:
        return None
    return [round(float(value - shift), 3) for value, shift in zip(box, (*origin, *origin), strict=True)]


def union(boxes: Sequence[Sequence[float] | NDArray[np.float64]]) -> NDArray[np.float64]:
    """(6,): the box around boxes."""
    whole = np.array(boxes, dtype=float)
    return np.concatenate([whole[:, :3].min(axis=0), whole[:, 3:].max(axis=0)])


def scene_document(
    settings: CampusSettings,
    number: int,
    registry: Mapping[str, LayerDefinition],
    tables: Mapping[str, pa.Table],
    boxes: Mapping[str, Box | None],
    triangles: Mapping[str, int],
    markers: Mapping[str, str],
    orthophotos: Sequence[dict[str, Any]],
    origin: Origin,
    drawn_box: NDArray[np.float64],
) -> dict[str, Any]:
    """All but the attached tilesets. ``drawn_box`` (6,) is in scene axes."""
    return {
        "schema_version": 1,
        "campus": {
            "name": settings.name.model_dump(),
            "crs": settings.crs,
            "vertical_datum": settings.vertical_datum,
            "origin": list(origin),
            "notice": settings.notice.model_dump() if settings.notice else None,
        },
        "generation": number,
        "tileset": "tiles/tileset.json",
        "bbox": [round(float(one), 3) for one in drawn_box],
        "features": sum(len(table) for table in tables.values()),
        "layers": [
            {
                **_layer(registry[layer_id]),
                "features": len(table),
                "triangles": triangles.get(layer_id, 0),
                "bbox": to_scene(boxes[layer_id], origin),
                "columns": _columns(registry[layer_id], table),
                "markers": markers.get(layer_id),
            }
            for layer_id, table in tables.items()
        ],
        "buildings": _buildings(tables, origin),
        "orthophotos": list(orthophotos),
    }


def _layer(layer: LayerDefinition) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": layer.title.to_dict(),
        "kind": layer.kind.value,
        "colour": layer.colour,
        "colour_column": layer.colour_column,
        "colours": layer.colours,
        "class_titles": {key: title.to_dict() for key, title in layer.class_titles.items()},
        "underground": layer.underground,
        "visible": layer.visible,
        "opacity": layer.opacity,
        "provenance": layer.provenance,
    }


def _columns(layer: LayerDefinition, table: pa.Table) -> list[dict[str, Any]]:
    """The layer's own columns that have a value somewhere here."""
    return [
        {**asdict(column), "type": column.type.value}
        for column in layer.columns
        if table[column.name].null_count < len(table)
    ]


def _boxes_with_elements(buildings: pa.Table, elements: pa.Table | None) -> NDArray[np.float64]:
    """(n, 6): each building's own box, which is flat for a surveyed outline, with those of its elements."""
    box = box_numpy(buildings)
    if elements is None:
        return box
    row_of = {one: row for row, one in enumerate(buildings["feature_id"].to_pylist())}
    owner = np.array([row_of.get(one, -1) for one in elements["building_id"].to_pylist()], dtype=np.int64)
    own = box_numpy(elements)
    known = (owner >= 0) & ~np.isnan(own).any(axis=1)
    for axis in range(3):
        np.fmin.at(box[:, axis], owner[known], own[known, axis])
        np.fmax.at(box[:, axis + 3], owner[known], own[known, axis + 3])
    return box


def _buildings(tables: Mapping[str, pa.Table], origin: Origin) -> list[dict[str, Any]]:
    """Buildings that have storeys, each with its storeys from the lowest up."""
    if "buildings" not in tables or "storeys" not in tables:
        return []
    numbers = storey_numbers(tables["storeys"])
    by_building: dict[str, list[dict[str, Any]]] = {}
    for row in tables["storeys"].to_pylist():
        level = row["elevation_m"]
        by_building.setdefault(row["building_id"] or "", []).append(
            {
                "storey_id": row["feature_id"],
                "name": row["name"],
                "elevation_m": None if level is None else round(level - origin[2], 3),
                "height_m": row["height_m"],
                "ordinal": row["ordinal"],
                "number": numbers[row["feature_id"]],
            }
        )
    found: list[dict[str, Any]] = []
    table = tables["buildings"]
    box = _boxes_with_elements(table, tables.get("elements"))
    for position, row in enumerate(table.to_pylist()):
        storeys = by_building.get(row["feature_id"])
        if storeys:
            found.append(
                {
                    "building_id": row["feature_id"],
                    "idx": row["idx"],
                    "name": row["name"],
                    "name_en": row["name_en"],
                    "code": row["code"],
                    "bbox": None if np.isnan(box[position, 0]) else to_scene(box[position], origin),
                    "storeys": sorted(storeys, key=lambda one: one["number"]),
                }
            )
    return sorted(found, key=lambda one: one["code"] or one["name"] or "")
