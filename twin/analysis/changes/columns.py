"""Which columns of two aligned tables have other values, whole columns at a time."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

RELATIVE: Final = 1e-6  # floats that are nearer than this are the same
# place and identity are compared otherwise; ``source_pos`` and ``idx`` are of the file and of the build
NOT_COMPARED: Final = frozenset({"feature_id", "layer_id", "geometry", "bbox", "idx", "source_pos", "id_stable"})


def compared(old: pa.Table, new: pa.Table) -> list[str]:
    """Names of the columns that are compared: of either table, those of the newer one first."""
    names = [*new.column_names, *(one for one in old.column_names if one not in new.column_names)]
    return [one for one in names if one not in NOT_COMPARED]


def column_of(table: pa.Table, name: str) -> pa.Array:
    """A column in one piece; nulls where the table has none."""
    return table[name].combine_chunks() if name in table.column_names else pa.nulls(len(table))


def differs(name: str, old: pa.Array, new: pa.Array) -> NDArray[np.bool_]:
    """Where two columns differ. Null and NaN are the same value, ``attributes`` are compared as JSON."""
    if pa.types.is_null(old.type) or pa.types.is_null(new.type):
        only: NDArray[np.bool_] = _valid(old) != _valid(new)
        return only
    if pa.types.is_floating(old.type) and pa.types.is_floating(new.type):
        return _floats_differ(_floats(old), _floats(new))
    if old.type != new.type:
        old, new = _text(old), _text(new)
    valid = _valid(old) & _valid(new)
    equal = pc.fill_null(pc.equal(old, new), False).to_numpy(zero_copy_only=False)
    other: NDArray[np.bool_] = (_valid(old) != _valid(new)) | (valid & ~equal)
    if name == "attributes":
        for row in np.flatnonzero(other & valid):
            other[row] = json.loads(old[row].as_py()) != json.loads(new[row].as_py())
    return other


def texts(column: pa.Array, rows: NDArray[np.int64]) -> pa.Array:
    """The values in some rows as a person reads them; times as ISO, UTC."""
    return _text(column.take(pa.array(rows)))


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_floating(column.type):  # as Python writes it: the shortest text that is read back the same
        return pa.array([None if one is None else repr(one) for one in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


def _valid(column: pa.Array) -> NDArray[np.bool_]:
    valid: NDArray[np.bool_] = pc.invert(pc.is_null(column, nan_is_null=True)).to_numpy(zero_copy_only=False)
    return valid


def _floats(column: pa.Array) -> NDArray[np.float64]:
    return column.cast(pa.float64()).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _floats_differ(old: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.bool_]:
    known = ~np.isnan(old) & ~np.isnan(new)
    with np.errstate(invalid="ignore"):
        far = (np.abs(old - new) > RELATIVE * np.maximum(np.abs(old), np.abs(new))) & (old != new)
    other: NDArray[np.bool_] = (np.isnan(old) != np.isnan(new)) | (known & far)
    return other
