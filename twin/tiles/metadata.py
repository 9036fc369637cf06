"""The property table of a GLB: EXT_structural_metadata, one row a feature, strings as UTF-8.

A column that is empty in every row is left out (no property is required by the schema): a view without bytes is not
allowed. All other properties of a feature come from the API, by its ``idx``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MESH_FEATURES: Final = "EXT_mesh_features"
STRUCTURAL_METADATA: Final = "EXT_structural_metadata"
NO_CATEGORY: Final = "none"

TABLE: Final = pa.schema(
    [
        pa.field("idx", pa.uint32(), nullable=False),
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("storey", pa.uint16()),  # 0: none, else position in scene.json's storeys + 1
        pa.field("category", pa.string()),
        pa.field("global_id", pa.string()),
        pa.field("name", pa.string()),
    ]
)

Json = dict[str, Any]
AddView = Callable[[bytes], int]


def check_properties(properties: pa.Table, idx: NDArray[np.uint32]) -> pa.Table:
    """``properties`` cast to ``TABLE``; ValueError when its rows are not the features ``idx`` in order."""
    missing = [name for name in TABLE.names if name not in properties.column_names]
    if missing:
        raise ValueError(f"the property table lacks {', '.join(missing)}")
    table = properties.select(TABLE.names)
    if table.schema != TABLE:
        table = table.cast(TABLE)
    if not np.array_equal(table["idx"].to_numpy(), idx):
        raise ValueError("the property table and the mesh batch do not list the same features in the same order")
    return table


def structural_metadata(properties: pa.Table, add_view: AddView) -> Json:
    """The extension object: schema, enum of categories, and the table, whose columns go to ``add_view``."""
    columns: Json = {
        "idx": {"values": add_view(_numbers(properties["idx"], "<u4"))},
        "storey": {"values": add_view(_numbers(properties["storey"], "<u2"))},
    }
    for name in ("feature_id", "global_id", "name"):
        packed = _strings(properties[name], add_view)
        if packed:
            columns[name] = packed
    enum, codes = _categories(properties["category"])
    columns["category"] = {"values": add_view(codes)}
    declared: Json = {
        "idx": {"type": "SCALAR", "componentType": "UINT32"},
        "feature_id": {"type": "STRING"},
        "storey": {"type": "SCALAR", "componentType": "UINT16"},
        "category": {"type": "ENUM", "enumType": "category"},
        "global_id": {"type": "STRING"},
        "name": {"type": "STRING"},
    }
    return {
        "schema": {
            "id": "campus_twin",
            "classes": {"feature": {"properties": declared}},
            "enums": {"category": enum},
        },
        "propertyTables": [{"class": "feature", "count": len(properties), "properties": columns}],
    }


def feature_ids(features: int) -> Json:
    """The EXT_mesh_features object of a primitive whose ``_FEATURE_ID_0`` are rows of the first property table."""
    return {"featureIds": [{"featureCount": features, "attribute": 0, "propertyTable": 0}]}


def _numbers(column: pa.ChunkedArray, dtype: str) -> bytes:
    return np.asarray(_filled(column, 0).to_numpy()).astype(dtype).tobytes()


def _filled(column: pa.ChunkedArray, value: Any) -> pa.ChunkedArray:
    """``column`` with ``value`` where it says nothing; most columns say something everywhere."""
    return pc.fill_null(column, value) if column.null_count else column


def _strings(column: pa.ChunkedArray, add_view: AddView) -> Json | None:
    """Values and offsets of a text column, None if no row has text."""
    if column.null_count == len(column):
        return None
    array = _filled(column, "").combine_chunks()
    lengths = np.asarray(pc.binary_length(array).to_numpy(zero_copy_only=False), np.int64)
    total = int(lengths.sum())
    if not total:
        return None
    values = "".join(array.to_pylist()).encode()
    offset_type, dtype = ("UINT16", "<u2") if total < 1 << 16 else ("UINT32", "<u4")
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(dtype)
    return {
        "values": add_view(values),
        "stringOffsets": add_view(offsets.tobytes()),
        "stringOffsetType": offset_type,
    }


def _categories(column: pa.ChunkedArray) -> tuple[Json, bytes]:
    """The enum (names in alphabetical order, so that the same rows give the same bytes) and each row's code."""
    filled = _filled(column, NO_CATEGORY).combine_chunks()
    filled = pc.if_else(pc.equal(filled, ""), NO_CATEGORY, filled)
    names = sorted(set(filled.to_pylist()))
    codes = pc.index_in(filled, value_set=pa.array(names, pa.string())).to_numpy(zero_copy_only=False)
    small = len(names) <= 1 << 8
    enum = {
        "valueType": "UINT8" if small else "UINT16",
        "values": [{"name": name, "value": value} for value, name in enumerate(names)],
    }
    return enum, np.asarray(codes).astype("<u1" if small else "<u2").tobytes()
