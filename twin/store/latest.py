"""The newest reading of every point, without reading every day.

The daily rollups of closed days say when each point was read last; only the days they name are opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from twin.model.time import microseconds
from twin.store.history_manifest import HistoryFile, Part
from twin.store.history_sql import readings_of
from twin.store.history_view import HistoryView, ask
from twin.store.query import sql_literal

_NEWEST: Final = "QUALIFY row_number() OVER (PARTITION BY point_id ORDER BY observed_at DESC, seq DESC) = 1"
_OF_THESE: Final = "($points IS NULL OR list_contains($points, point_id))"
# when each point was read last in closed days
_LAST_KNOWN: Final = f"""
SELECT point_id, max(newest_at) AS newest_at FROM read_parquet($files) WHERE {_OF_THESE} GROUP BY point_id
"""


def latest_readings(view: HistoryView, points: Sequence[str] | None, until: datetime) -> pa.Table:
    """The newest reading up to ``until`` of these points, or of all; of two at one time the one that came later."""
    until_us = microseconds(until)
    asked = {"points": None if points is None else list(points)}
    settled = [one for one in view.manifest.of(Part.DAY) if one.max_us <= until_us]
    scanned = [one for one in view.raw_files(end_us=until_us + 1) if one not in settled]
    days = {one.day for one in settled}
    daily = [one for one in view.manifest.of(Part.DAILY) if one.day in days]
    with closing(view.open_sql(scanned, [*daily, *settled])) as connection:
        sql = f"SELECT * FROM readings WHERE observed_at <= $until AND {_OF_THESE} {_NEWEST}"
        found = ask(connection, sql, {**asked, "until": until})
        if daily:
            newer = _newer(ask(connection, _LAST_KNOWN, {**asked, "files": view.paths(daily)}), found)
            if newer.num_rows:
                files = view.paths(_holding(settled, newer))
                found = _with_looked_up(connection, files, newer, found)
    return found.sort_by("point_id")


def _newer(known: pa.Table, found: pa.Table) -> pa.Table:
    """Points that closed days know a newer reading of than was found, or one of the same time."""
    have = dict(zip(*(found[one].to_pylist() for one in ("point_id", "observed_at")), strict=True))
    rows = zip(*(known[one].to_pylist() for one in ("point_id", "newest_at")), strict=True)
    return known.filter(pa.array([point not in have or have[point] <= at for point, at in rows], pa.bool_()))


def _with_looked_up(
    connection: duckdb.DuckDBPyConnection, files: list[str], newer: pa.Table, found: pa.Table
) -> pa.Table:
    """What was found, and the readings that the rollups point to, the newest of each point."""
    connection.register("newer", newer)
    connection.register("found", found)
    source = f"read_parquet({sql_literal(files)})"
    sql = f"""
        WITH closed AS ({readings_of(source)})
        SELECT * FROM (
            SELECT closed.* FROM closed
            JOIN newer ON closed.point_id = newer.point_id AND closed.observed_at = newer.newest_at
            UNION SELECT * FROM found
        ) {_NEWEST}
    """
    return ask(connection, sql)


def _holding(settled: list[HistoryFile], newer: pa.Table) -> list[HistoryFile]:
    """The files in which these times are."""
    times = np.unique(newer["newest_at"].cast(pa.int64()).to_numpy())
    bounds = np.array([(one.min_us, one.max_us + 1) for one in settled])
    first, end = np.searchsorted(times, bounds).T
    return [one for one, here in zip(settled, first < end, strict=True) if here]
