"""Columns of layer tables as arrays; a table without the column has nothing in it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


def texts_of(table: pa.Table, name: str) -> Texts:
    """A text column, None where it is missing or the table has no such column."""
    if name not in table.column_names:
        return np.full(len(table), None, object)
    out = np.empty(len(table), object)
    out[:] = table[name].to_pylist()
    return out


def numbers_of(table: pa.Table, name: str) -> Floats:
    """A number column, NaN where it is missing or the table has no such column."""
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    numbers: Floats = table[name].cast(pa.float64()).to_numpy().astype(float)
    return numbers


def shapes_of(table: pa.Table) -> Texts:
    """The geometry column as shapely objects."""
    blobs = np.empty(len(table), object)
    blobs[:] = table["geometry"].to_pylist()
    shapes: Texts = shapely.from_wkb(blobs)
    return shapes
