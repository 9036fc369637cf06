"""Tables of what lies underground, as whoever has not asked exactly may have them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from twin.model.secrecy import secrecy
from twin.store.geoparquet import box_array, boxes

_BLURRED: Final = ("geometry", "bbox", "plan_sd_m", "depth_sd_m")


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
