"""Repeats of what the journal has forgotten: it knows ids for seven days, the closed days know them for ever."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from twin.errors import HistoryDamagedError
from twin.model.time import moment
from twin.store.entry_table import as_moment
from twin.store.history_manifest import HistoryFile, HistoryManifest, Part, history_folder

_log = logging.getLogger(__name__)


def without_repeats(campus: Path, manifest: HistoryManifest, table: pa.Table, pruned_seq: int) -> pa.Table:
    """``table`` without entries that a closed day already holds.

    A repeat has the id, the subject and the time of the first, so only days around its time are asked, and only
    those that hold something the journal no longer does: pruned rows, or imported ones (``seq`` 0).
    """
    if not table.num_rows:
        return table
    occurred_us = table["occurred_at"].cast(pa.int64())
    first_us, last_us = pc.min(occurred_us).as_py(), pc.max(occurred_us).as_py()
    for file in manifest.of(Part.DAY):
        if file.min_seq <= pruned_seq and file.max_us >= first_us and file.min_us <= last_us:
            table = _without(history_folder(campus) / file.name, file, table)
    return table


def _without(path: Path, file: HistoryFile, table: pa.Table) -> pa.Table:
    first, last = as_moment(moment(file.min_us)), as_moment(moment(file.max_us))
    near = pc.and_(pc.greater_equal(table["occurred_at"], first), pc.less_equal(table["occurred_at"], last))
    try:
        return without_known([path], table, table.filter(near))
    except HistoryDamagedError as fault:
        # questions to that day fail by themselves; everything else goes on, and its next closing tells repeats apart
        _log.warning("repeats cannot be told apart: %s", fault)
        return table


def without_known(paths: Sequence[Path], table: pa.Table, asked: pa.Table) -> pa.Table:
    """``table`` without those entries of ``asked``, a part of it, that stand in the files."""
    if not asked.num_rows or not paths:
        return table
    same = ds.field("subject").isin(pc.unique(asked["subject"])) & ds.field("entry_id").isin(asked["entry_id"])
    try:
        known = ds.dataset(paths).to_table(columns=["entry_id"], filter=same)["entry_id"]
    except (OSError, pa.ArrowException) as fault:
        raise HistoryDamagedError(path=paths[0], detail=str(fault).partition(". ")[0]) from fault
    return table.filter(pc.invert(pc.is_in(table["entry_id"], value_set=known))) if len(known) else table
