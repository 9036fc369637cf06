"""Tables of what lies underground, and of what tells of it, as whoever has not asked exactly may have them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from twin.model.secrecy import secrecy
from twin.store.geoparquet import box_array, boxes

_BLURRED: Final = ("geometry", "bbox", "plan_sd_m", "depth_sd_m")
_TELLING: Final = ("fix_zh", "fix_en", "said", "changes", "geometry", "bbox")  # of a finding


def untold() -> frozenset[str]:
    """Columns whose values a masked table does not tell."""
    return frozenset((*_BLURRED, *secrecy().hidden))


def masked(table: pa.Table) -> pa.Table:
    """The same rows and columns: positions to a grid without heights, levels and what the source said beside null."""
    rule = secrecy()
    shapes = rule.blurred(shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object)))
    told = {
        "geometry": pa.array(shapely.to_wkb(shapes), pa.binary()),
        "bbox": box_array(boxes(shapes)),
        "plan_sd_m": pa.array(np.full(len(table), rule.grid_m)),
        "depth_sd_m": pa.nulls(len(table), pa.float64()),
        **{
            name: pa.nulls(len(table), table.schema.field(name).type)
            for name in rule.hidden
            if name in table.schema.names
        },
    }
    columns = [told.get(field.name, table[field.name]) for field in table.schema]
    return pa.table(columns, names=table.schema.names)


def masked_findings(table: pa.Table) -> pa.Table:
    """The same rows and columns (``twin.model.tables.FINDINGS``): of those that tell of what lies underground the title
    of the rule in place of the sentence, no values, no fix, no evidence.
    """
    hidden = table["underground"]
    told = {
        "message_zh": pc.if_else(hidden, table["title_zh"], table["message_zh"]),
        "message_en": pc.if_else(hidden, table["title_en"], table["message_en"]),
        "safe": pc.and_not(table["safe"], hidden),
        **{name: _without(table[name], hidden) for name in _TELLING},
    }
    return pa.table([told.get(name, table[name]) for name in table.column_names], schema=table.schema)


def _without(column: pa.ChunkedArray, hidden: pa.ChunkedArray) -> pa.ChunkedArray:
    """Null where ``hidden``; ``if_else`` takes no structs."""
    rows = pc.if_else(hidden, None, pa.array(np.arange(len(column))))
    return column.take(rows)
