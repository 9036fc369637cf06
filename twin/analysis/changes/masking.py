"""What became of things underground, as whoever may not know it exactly is told: the state of everything, no values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twin.analysis.changes.result import SCHEMA, VALUES, LayerChanges
from twin.store.secrecy import masked, untold


def as_told(found: LayerChanges) -> LayerChanges:
    """The same rows, states and counts. How far a thing moved is null, as are values that masked tables do not tell;
    places are those of masked tables.
    """
    table = masked(found.table)
    nowhere = pa.nulls(len(table), pa.float64())
    for name, values in (("moved_plan_m", nowhere), ("moved_height_m", nowhere), ("columns", _values(table))):
        table = table.set_column(SCHEMA.get_field_index(name), name, values)
    return replace(found, masked=True, largest_plan_m=None, largest_height_m=None, table=table.cast(SCHEMA))


def _values(table: pa.Table) -> pa.Array:
    """``columns`` of every row: each that differs is named, with its values where these are told."""
    lists = table["columns"].combine_chunks()
    offsets = np.concatenate([[0], np.cumsum(pc.fill_null(pc.list_value_length(lists), 0).to_numpy())])
    said = pc.list_flatten(lists)
    secret = pc.is_in(said.field("column"), value_set=pa.array(sorted(untold())))
    parts = [said.field("column"), *(pc.if_else(secret, None, said.field(side)) for side in ("old", "new"))]
    told = pa.StructArray.from_arrays(parts, fields=list(VALUES.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), told, type=VALUES, mask=pc.is_null(lists))
