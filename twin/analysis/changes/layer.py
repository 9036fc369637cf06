"""One layer, then and now: two tables with the columns of ``twin.model.feature``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.analysis.changes.columns import column_of, compared, differs, texts
from twin.analysis.changes.moved import SAME_M, moved
from twin.analysis.changes.places import Rows, pairs_by_place, renamed
from twin.analysis.changes.result import SCHEMA, VALUES, Change, LayerChanges


def changes_of_layer(layer_id: str, old: pa.Table, new: pa.Table) -> LayerChanges:
    """Compare by ``feature_id``; features whose id comes from their geometry are then paired by place.

    Moved is what is over 1 mm from where it was in plan or height (``moved``), or has a place on one side only; changed
    is what has another value in a column (floats by 1e-6 relative).
    """
    old_rows, new_rows, by_place = _pairs(old, new)
    old_both, new_both = old.take(pa.array(old_rows)), new.take(pa.array(new_rows))
    if by_place.any():
        old_both = renamed(old_both, by_place, new_both)
    plan, height, is_moved = _moved(old_both, new_both)
    columns = compared(old, new)
    other = {name: differs(name, column_of(old_both, name), column_of(new_both, name)) for name in columns}
    is_changed = np.logical_or.reduce(list(other.values())) if other else np.zeros(len(old_rows), bool)
    listed = np.flatnonzero(is_moved | is_changed)
    gone = np.setdiff1d(np.arange(len(old)), old_rows)
    came = np.setdiff1d(np.arange(len(new)), new_rows)
    kinds = np.where(is_moved[listed], Change.MOVED.value, Change.CHANGED.value).tolist()
    both = _rows(new_both.take(pa.array(listed)), kinds)
    both = _put(both, "moved_plan_m", pa.array(plan[listed], from_pandas=True))
    both = _put(both, "moved_height_m", pa.array(height[listed], from_pandas=True))
    both = _put(both, "columns", _values(old_both, new_both, listed, other))
    former = pc.if_else(pa.array(by_place[listed]), old["feature_id"].take(pa.array(old_rows[listed])), None)
    both = _put(both, "former_id", former)
    added = _rows(new.take(pa.array(came)), [Change.ADDED.value] * len(came))
    removed = _rows(old.take(pa.array(gone)), [Change.REMOVED.value] * len(gone))
    removed = _put(removed, "idx", pa.nulls(len(gone), pa.uint32()))
    table = pa.concat_tables([both, added, removed]).combine_chunks()
    return LayerChanges(
        layer_id=layer_id,
        old=len(old),
        new=len(new),
        added=len(came),
        removed=len(gone),
        moved=int(is_moved.sum()),
        changed=int((is_changed & ~is_moved).sum()),
        unchanged=int((~is_changed & ~is_moved).sum()),
        moved_and_changed=int((is_changed & is_moved).sum()),
        matched_by_place=int(by_place.sum()),
        unmatched=_unstable(added) + _unstable(removed),
        largest_plan_m=_largest(plan),
        largest_height_m=_largest(height),
        columns={name: int(one.sum()) for name, one in other.items() if one.any()},
        table=table,
    )


def _pairs(old: pa.Table, new: pa.Table) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """Rows that are the same thing, in the order of the newer table, and which of them were found by place."""
    there = pc.index_in(new["feature_id"].combine_chunks(), value_set=old["feature_id"].combine_chunks())
    found = pc.fill_null(there, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    new_rows = np.flatnonzero(found >= 0)
    old_rows = found[new_rows]
    old_left = np.setdiff1d(_unstable_rows(old), old_rows)
    new_left = np.setdiff1d(_unstable_rows(new), new_rows)
    more_old, more_new = pairs_by_place(old, new, old_left, new_left)
    by_place = np.concatenate([np.zeros(len(new_rows), bool), np.ones(len(more_new), bool)])
    new_rows, old_rows = np.concatenate([new_rows, more_new]), np.concatenate([old_rows, more_old])
    order = np.argsort(new_rows, kind="stable")
    return old_rows[order], new_rows[order], by_place[order]


def _unstable_rows(table: pa.Table) -> Rows:
    return np.flatnonzero(~table["id_stable"].to_numpy())


def _unstable(table: pa.Table) -> int:
    return len(table) - int(pc.sum(table["id_stable"]).as_py() or 0)


def _moved(old: pa.Table, new: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Plan and height in m, and whether that counts. Shapes with the same bytes are not looked at."""
    plan, height = np.zeros(len(old)), np.zeros(len(old))
    before, after = column_of(old, "geometry"), column_of(new, "geometry")
    looked = np.flatnonzero(differs("geometry", before, after))
    rows = pa.array(looked)
    plan[looked], height[looked] = moved(_shapes(before.take(rows)), _shapes(after.take(rows)))
    counts = (np.abs(plan) > SAME_M) | (np.abs(height) > SAME_M)
    counts[looked] |= np.isnan(plan[looked])
    # a height on one side only: the thing was raised from the map, or lost its height
    flat = shapely.has_z(_shapes(before.take(rows))) != shapely.has_z(_shapes(after.take(rows)))
    counts[looked] |= flat
    return plan, height, counts


def _shapes(wkb: pa.Array) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(wkb.to_pylist(), dtype=object))
    return shapes


def _rows(table: pa.Table, kinds: Sequence[str]) -> pa.Table:
    """Rows of a layer's table in the columns of the answer."""
    said = {"change": pa.array(kinds, pa.string())}
    columns = [
        said[field.name]
        if field.name in said
        else table[field.name]
        if field.name in table.column_names and field.name != "columns"
        else pa.nulls(len(table), field.type)
        for field in SCHEMA
    ]
    return pa.table(columns, schema=SCHEMA)


def _put(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), values)


def _values(old: pa.Table, new: pa.Table, listed: Rows, other: dict[str, NDArray[np.bool_]]) -> pa.Array:
    """For each listed row its columns with the old and the new value, in the order of the table's columns."""
    names = [name for name, one in other.items() if one.any()]
    rows = {name: np.flatnonzero(other[name]) for name in names}
    row = np.concatenate([np.searchsorted(listed, rows[name]) for name in names] or [np.empty(0, np.int64)])
    order = pa.array(np.argsort(row, kind="stable"))
    parts = {
        "column": [pa.array([name] * len(rows[name]), pa.string()) for name in names],
        "old": [texts(column_of(old, name), rows[name]) for name in names],
        "new": [texts(column_of(new, name), rows[name]) for name in names],
    }
    flat = [pa.concat_arrays(one).take(order) if one else pa.array([], pa.string()) for one in parts.values()]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(listed)))]).astype(np.int32)
    structs = pa.StructArray.from_arrays(flat, fields=list(VALUES.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=VALUES)


def _largest(metres: NDArray[np.float64]) -> float:
    known = np.abs(metres[~np.isnan(metres)])
    return float(known.max()) if len(known) else 0.0
