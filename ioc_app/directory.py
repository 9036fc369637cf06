"""Who is who in one generation: the short facts of every feature, by ``idx`` and by ``feature_id``.

Coordinates are turned from campus CRS into scene axes (grid east, north, height, minus the origin).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.model.source_path import shown_path
from twin.store.campus import Generation
from twin.store.spatial import box_numpy

# What people call a thing beside its name: the first of these that its layer has.
_LABEL_COLUMNS = ("number", "device_code", "point_no")
# Search answers and relations name at most this much of a thing.
_TEXT_COLUMNS = ("feature_id", "layer_id", "kind", "name", "building_id", "storey_id")

# What a link to a thing takes.
_LINKED = ("name", "layer_id", "position", "bbox")


class Directory:
    """Columns of all layers end to end; a row's position is its ``idx``."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        tables = [generation.table(layer_id) for layer_id in generation.layer_ids()]
        self._columns: dict[str, list[str | None]] = {
            name: [value for table in tables for value in table[name].to_pylist()] for name in _TEXT_COLUMNS
        }
        self._labels = [value for table in tables for value in _labels(table)]
        self.box = _scene_boxes(tables, generation.manifest.origin)
        buildings: list[dict[str, Any]] = generation.scene["buildings"]
        self.building_names = {one["building_id"]: one["name"] or one["code"] for one in buildings}
        self.building_names_en = {one["building_id"]: one.get("name_en") for one in buildings}
        self.storey_names = {
            storey["storey_id"]: storey["name"] for building in buildings for storey in building["storeys"]
        }

        self.source_files = {one.key: shown_path(one.path) for one in generation.manifest.sources}

    def __len__(self) -> int:
        return len(self._columns["feature_id"])

    @cached_property
    def idx_by_id(self) -> dict[str, int]:
        return {str(one): idx for idx, one in enumerate(self._columns["feature_id"])}

    def text(self, name: str) -> list[str | None]:
        """One of the shared text columns, a value a feature."""
        return self._columns[name]

    def name_of(self, feature_id: str) -> str | None:
        """What a thing is called; None for one that has no name or that this generation does not know."""
        idx = self.idx_by_id.get(feature_id)
        return self._columns["name"][idx] if idx is not None else None

    def building_name(self, idx: int) -> str | None:
        return self.building_names.get(self._columns["building_id"][idx] or "")

    def building_name_en(self, idx: int) -> str | None:
        return self.building_names_en.get(self._columns["building_id"][idx] or "")

    def storey_name(self, idx: int) -> str | None:
        return self.storey_names.get(self._columns["storey_id"][idx] or "")

    def scene_bbox(self, idx: int) -> list[float] | None:
        """xmin, ymin, zmin, xmax, ymax, zmax in scene axes, 1 mm; None for a thing without geometry."""
        box = self.box[idx]
        if np.isnan(box[[0, 1, 3, 4]]).any():
            return None
        return [round(float(one), 3) for one in np.nan_to_num(box)]

    def entry(self, idx: int) -> dict[str, Any]:
        """What a list shows of a feature and needs to fly to it."""
        bbox = self.scene_bbox(idx)
        return {
            **{name: self._columns[name][idx] for name in ("feature_id", "layer_id", "kind", "name")},
            "idx": idx,
            "label": self._labels[idx],
            "storey_id": self._columns["storey_id"][idx],
            "building_id": self._columns["building_id"][idx],
            "building": self.building_name(idx),
            "storey": self.storey_name(idx),
            "position": [round((bbox[axis] + bbox[axis + 3]) / 2, 3) for axis in range(3)] if bbox else None,
            "bbox": bbox,
        }

    def named(self, feature_id: str, *more: str) -> dict[str, Any]:
        """What a link to a thing needs, and ``more`` of ``entry``; None everywhere for what is not there."""
        names = (*_LINKED, *more)
        idx = self.idx_by_id.get(feature_id)
        entry = dict.fromkeys(names) if idx is None else self.entry(idx)
        return {"feature_id": feature_id, "idx": idx, **{name: entry[name] for name in names}}


def _labels(table: pa.Table) -> list[str | None]:
    column = next((name for name in _LABEL_COLUMNS if name in table.column_names), None)
    labels: list[str | None] = table[column].to_pylist() if column else [None] * table.num_rows
    return labels


def _scene_boxes(tables: list[pa.Table], origin: tuple[float, float, float]) -> NDArray[np.float64]:
    boxes = [box_numpy(one) for one in tables]
    whole = np.concatenate(boxes) if boxes else np.empty((0, 6))
    scene: NDArray[np.float64] = whole - np.array([*origin, *origin])
    return scene
