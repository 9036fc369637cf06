"""The rows of a layer while a generation is assembled: Arrow columns beside live geometry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.build.batches import SourceBatch
from twin.model.feature import table_schema
from twin.model.layer import LayerDefinition
from twin.store.geoparquet import box_array, boxes, morton_order


@dataclass(frozen=True, slots=True)
class LayerRows:
    """``table`` holds every column of the schema but geometry, bbox and idx; ``geometry`` the shapely objects."""

    layer: LayerDefinition
    table: pa.Table
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.geometry)

    def strings(self, name: str) -> list[str | None]:
        values: list[str | None] = self.table[name].to_pylist()
        return values

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A numeric column with NaN for missing."""
        values: NDArray[np.float64] = self.table[name].to_numpy().astype(float)
        return values

    def with_column(self, name: str, values: Sequence[Any] | NDArray[Any]) -> LayerRows:
        position = self.table.schema.get_field_index(name)
        field = self.table.schema.field(position)
        return replace(
            self, table=self.table.set_column(position, field, pa.array(values, field.type, from_pandas=True))
        )

    def take(self, rows: NDArray[np.int64]) -> LayerRows:
        return replace(self, table=self.table.take(pa.array(rows)), geometry=self.geometry[rows])


_LATER = ("geometry", "bbox", "idx")


def collect(layer: LayerDefinition, batches: Sequence[SourceBatch]) -> LayerRows:
    """All rows that any source has for ``layer``, in source order."""
    whole = table_schema(layer)
    schema = pa.schema([field for field in whole if field.name not in _LATER])
    tables = [batch.layers[layer.id] for batch in batches if layer.id in batch.layers]
    parts = [pa.table([_column(one, field) for field in schema], schema=schema) for one in tables]
    geometry = [shapely.from_wkb(np.array(one["geometry"].to_pylist(), dtype=object)) for one in tables]
    empty = np.empty(0, dtype=object)
    return LayerRows(
        layer,
        pa.concat_tables(parts) if parts else schema.empty_table(),
        np.concatenate([empty, *geometry]),
    )


def _column(table: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    if field.name in table.column_names:
        return table[field.name]
    return pa.chunked_array([pa.nulls(len(table), field.type)])


def finish(rows: LayerRows, first_idx: int, bodies: NDArray[np.float64] | None = None) -> pa.Table:
    """The table as it is written: Morton order, boxes, numbers from ``first_idx`` on.

    ``bodies`` (n, 6): boxes of things with a body of their own, NaN rows for the rest. A box holds both: readers prune
    by it whether they want the body or the geometry.
    """
    box = boxes(rows.geometry)
    if bodies is not None:
        box = np.column_stack([np.fmin(box[:, :3], bodies[:, :3]), np.fmax(box[:, 3:], bodies[:, 3:])])
    order = morton_order(box)
    ordered = rows.take(order)
    extra: Mapping[str, pa.Array] = {
        "geometry": pa.array(shapely.to_wkb(ordered.geometry), pa.binary()),
        "bbox": box_array(box[order]),
        "idx": pa.array(np.arange(first_idx, first_idx + len(rows), dtype=np.uint32)),
    }
    schema = table_schema(rows.layer)
    columns = [extra[f.name] if f.name in extra else ordered.table[f.name] for f in schema]
    return pa.table(columns, schema=schema)
