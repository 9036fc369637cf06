"""What tiles say of every feature beside its triangles: colour, storey number, category, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.model.layer import LayerDefinition

# columns that name what a feature is, most telling first, for layers that colour by none
_CATEGORY_COLUMNS = ("ifc_class", "use", "zone_type", "kind")


def colours(layer: LayerDefinition, table: pa.Table) -> NDArray[np.uint8]:
    """(n, 4): each row's colour by the layer's colour column, else the layer's own."""
    own = np.array(rgba_of(layer.colour), np.uint8)
    out = np.tile(own, (len(table), 1))
    if layer.colour_column is not None:
        values = np.array(table[layer.colour_column].to_pylist(), dtype=object)
        for value, colour in layer.colours.items():
            out[[_matches(one, value) for one in values]] = rgba_of(colour)
    return out


def _matches(value: object, wanted: str) -> bool:
    """A colour is given for a value or for the class it starts with (``YS`` for ``YS01``)."""
    return isinstance(value, str) and value.startswith(wanted)


def rgba_of(colour: str) -> tuple[int, int, int, int]:
    """``#rrggbb`` as four bytes, opaque."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), 255


def categories(layer: LayerDefinition, table: pa.Table) -> pa.Array:
    """One word a feature for the property table: the colour column, or what the layer calls its kinds."""
    names = (layer.colour_column, *_CATEGORY_COLUMNS) if layer.colour_column else _CATEGORY_COLUMNS
    for name in names:
        if name in table.column_names:
            return table[name].combine_chunks()
    return pa.nulls(len(table), pa.string())


def properties(layer: LayerDefinition, table: pa.Table, storey_numbers: Mapping[str, int]) -> pa.Table:
    """The short property table of ``twin.tiles``, one row a feature of ``table``, in its order."""
    storeys: Sequence[str | None] = table["storey_id"].to_pylist()
    return pa.table(
        {
            "idx": table["idx"],
            "feature_id": table["feature_id"],
            "storey": pa.array([storey_numbers.get(one or "", 0) for one in storeys], pa.uint16()),
            "category": categories(layer, table),
            "global_id": table["global_id"] if "global_id" in table.column_names else pa.nulls(len(table), pa.string()),
            "name": table["name"],
        }
    )
