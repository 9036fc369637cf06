"""The newest reading of every point, without reading every day.

The daily rollups of closed days say when each point was read last; only the days they name are opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twin.model.time import microseconds
from twin.store.history_manifest import HistoryFile, Part
from twin.store.history_view import HistoryView, ask

_NEWEST: Final = "QUALIFY row_number() OVER (PARTITION BY point_id ORDER BY observed_at DESC, seq DESC) = 1"
_OF_THESE: Final = "($points IS NULL OR list_contains($points, point_id))"


def latest_readings(view: HistoryView, points: Sequence[str] | None, until: datetime) -> pa.Table:
    """The newest reading up to ``until`` of these points, or of all; of two at one time the one that came later."""
    until_us = microseconds(until)
    asked = {"points": None if points is None else list(points)}
    settled = [one for one in view.manifest.of(Part.DAY) if one.max_us <= until_us]
    scanned = [one for one in view.raw_files(end_us=until_us + 1) if one not in settled]
    with closing(view.open_sql(scanned)) as connection:
        sql = f"SELECT * FROM readings WHERE observed_at <= $until AND {_OF_THESE} {_NEWEST}"
        found = ask(connection, sql, {**asked, "until": until})
    newer = _newer(_last_known(view, settled, asked), found)
    if newer.num_rows:
        found = _with_looked_up(view, settled, newer, found)
    return found.sort_by("point_id")


def _last_known(view: HistoryView, settled: list[HistoryFile], asked: dict[str, Any]) -> pa.Table:
    """When each point was read last in closed days, from their rollups."""
    days = {one.day for one in settled}
    daily = [one for one in view.manifest.of(Part.DAILY) if one.day in days]
    if not daily:
        return pa.table({"point_id": pa.array([], pa.string()), "newest_at": pa.array([], pa.timestamp("us", "UTC"))})
    with closing(view.open_sql([], daily)) as connection:
        sql = (
            "SELECT point_id, max(newest_at) AS newest_at FROM read_parquet($files)"
            f" WHERE {_OF_THESE} GROUP BY point_id"
        )
        return ask(connection, sql, {**asked, "files": view.paths(daily)})


def _newer(known: pa.Table, found: pa.Table) -> pa.Table:
    """Points that closed days know a newer reading of than was found, or one of the same time."""
    have = dict(zip(*(found[one].to_pylist() for one in ("point_id", "observed_at")), strict=True))
    rows = zip(*(known[one].to_pylist() for one in ("point_id", "newest_at")), strict=True)
    return known.filter(pa.array([point not in have or have[point] <= at for point, at in rows], pa.bool_()))


def _with_looked_up(view: HistoryView, settled: list[HistoryFile], newer: pa.Table, found: pa.Table) -> pa.Table:
    """What was found, and the readings that the rollups point to, the newest of each point."""
    times = np.unique(newer["newest_at"].cast(pa.int64()).to_numpy())
    files = [one for one in settled if _holds_one(one, times)]
    with closing(view.open_sql(files)) as connection:
        connection.register("newer", newer)
        connection.register("found", found)
        sql = (
            "SELECT * FROM (SELECT readings.* FROM readings JOIN newer"
            " ON readings.point_id = newer.point_id AND readings.observed_at = newer.newest_at"
            f" UNION SELECT * FROM found) {_NEWEST}"
        )
        return ask(connection, sql)


def _holds_one(file: HistoryFile, times: npt.NDArray[np.int64]) -> bool:
    first, end = np.searchsorted(times, [file.min_us, file.max_us + 1])
    return bool(first < end)
