"""Rollups of one point: read from the files of closed days, computed for days that are still open."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.time import microseconds
from twin.store.entry_table import as_moment
from twin.store.history_manifest import RAW
from twin.store.history_view import HistoryView, ask
from twin.store.rollups import PART_OF, ROLLUP_SCHEMA, Step, rollup_sql


def rollup_of(view: HistoryView, point_id: str, start: datetime, end: datetime, step: Step) -> pa.Table:
    """Hours or days that begin in ``[start, end)``, each whole."""
    # closed days to which nothing came since, not even into the tail
    settled = view.manifest.complete_days() - view.tail_days()
    begun_us = (microseconds(start), microseconds(end))
    files = [
        one
        for one in view.manifest.of(PART_OF[step])
        if one.day in settled and one.max_us >= begun_us[0] and one.min_us < begun_us[1]
    ]
    days = view.days()
    known = {one.day for one in view.manifest.of(*RAW)} | view.tail_days()
    open_days = {one for one in known - settled if days.day_at(start) <= one <= days.day_at(end)}
    raw = [one for one in view.manifest.of(*RAW) if one.day in open_days]
    tables = [ROLLUP_SCHEMA.empty_table()]
    with closing(view.open_sql(raw, files)) as connection:
        if files:
            sql = "SELECT * FROM read_parquet(?) WHERE point_id = ?"
            tables.append(ask(connection, sql, [view.paths(files), point_id]))
        for day in sorted(open_days):
            tables.append(ask(connection, rollup_sql("entries", days, day, step, "subject = ?"), [point_id]))
    table = pa.concat_tables([one.cast(ROLLUP_SCHEMA) for one in tables])
    begun = pc.and_(pc.greater_equal(table["from_at"], as_moment(start)), pc.less(table["from_at"], as_moment(end)))
    return table.filter(begun).sort_by("from_at")
