"""The columns of every feature table, in order, as Arrow types.

Geometry is WKB with Z in the campus CRS, metres, x = east, y = north, z = height in the campus datum.
``attributes`` is a JSON object of whatever the source said that has no column of its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa

from twin.model.layer import ColumnType, LayerDefinition

BBOX: Final = pa.struct([(name, pa.float64()) for name in ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")])

COMMON: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("layer_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("building_id", pa.string()),
        pa.field("storey_id", pa.string()),
        pa.field("space_id", pa.string()),
        pa.field("geometry", pa.binary()),
        pa.field("bbox", BBOX),
        pa.field("source_key", pa.string(), nullable=False),
        pa.field("source_pos", pa.string()),  # sheet!row, feature number, #id: where a person finds it
        pa.field("reader", pa.string(), nullable=False),
        pa.field("accuracy_class", pa.string()),
        pa.field("plan_sd_m", pa.float64()),
        pa.field("depth_sd_m", pa.float64()),
        pa.field("valid_from", pa.timestamp("us", tz="UTC")),
        pa.field("valid_to", pa.timestamp("us", tz="UTC")),
        pa.field("attributes", pa.string()),
        pa.field("id_stable", pa.bool_(), nullable=False),
        pa.field("idx", pa.uint32()),  # the number that tiles and streams use, unique in one generation
    ]
)

ARROW_TYPES: Final = {
    ColumnType.TEXT: pa.string(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.TIME: pa.timestamp("us", tz="UTC"),
}


class Accuracy(StrEnum):
    """How a position became known (CJJ 61-2017): measured on the bare thing, detected from above, or inferred."""

    MEASURED = "measured"
    DETECTED = "detected"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


def table_schema(layer: LayerDefinition) -> pa.Schema:
    """The full schema of one layer's table: the common columns, then its own."""
    own = [pa.field(column.name, ARROW_TYPES[column.type]) for column in layer.columns]
    return pa.schema([*COMMON, *own])
