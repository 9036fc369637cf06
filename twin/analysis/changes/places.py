"""Pairs of features that have no id of their own: found by where they are."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.store.spatial import box_numpy

REACH_M: Final = 1.0  # a side of the box that is farther off than this is another thing's

Rows = NDArray[np.int64]


def pairs_by_place(old: pa.Table, new: pa.Table, old_rows: Rows, new_rows: Rows) -> tuple[Rows, Rows]:
    """Rows of both that are each other's nearest (centres of their boxes in plan) and of one kind.

    Every side of the two boxes, heights too, agrees within ``REACH_M``; what is not so stays added and removed.
    """
    before, after = box_numpy(old)[old_rows], box_numpy(new)[new_rows]
    old_rows, before = old_rows[~np.isnan(before[:, 0])], before[~np.isnan(before[:, 0])]
    new_rows, after = new_rows[~np.isnan(after[:, 0])], after[~np.isnan(after[:, 0])]
    if not len(old_rows) or not len(new_rows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    here, there = _nearest(after, before), _nearest(before, after)
    row = np.flatnonzero(here >= 0)
    row = row[there[here[row]] == row]
    apart = np.nan_to_num(np.abs(before[here[row]] - after[row])).max(axis=1)
    row = row[apart <= REACH_M]
    kinds_old = np.array(old["kind"].take(pa.array(old_rows[here[row]])).to_pylist(), dtype=object)
    kinds_new = np.array(new["kind"].take(pa.array(new_rows[row])).to_pylist(), dtype=object)
    row = row[kinds_old == kinds_new]
    return old_rows[here[row]], new_rows[row]


def renamed(old: pa.Table, by_place: NDArray[np.bool_], new: pa.Table) -> pa.Table:
    """The older rows, with what was found by place called as in the newer ones wherever a column refers to it."""
    was, now = old["feature_id"].filter(pa.array(by_place)), new["feature_id"].filter(pa.array(by_place))
    for number, field in enumerate(old.schema):
        if field.name.endswith("_id") and pa.types.is_string(field.type):
            column = old[field.name].combine_chunks()
            where = pc.index_in(column, value_set=was.combine_chunks())
            told = pc.if_else(pc.is_valid(where), now.combine_chunks().take(where), column)
            old = old.set_column(number, field, told)
    return old


def _nearest(asking: NDArray[np.float64], asked: NDArray[np.float64]) -> Rows:
    """For each box the number of the one whose centre is nearest, -1 beyond reach; of several the first."""
    tree = shapely.STRtree(_centres(asked))
    found = tree.query_nearest(_centres(asking), max_distance=REACH_M * 1.5, all_matches=False)
    nearest = np.full(len(asking), -1, np.int64)
    nearest[found[0]] = found[1]
    return nearest


def _centres(box: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.points((box[:, 0] + box[:, 3]) / 2, (box[:, 1] + box[:, 4]) / 2), dtype=object)
