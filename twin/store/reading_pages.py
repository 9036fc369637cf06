"""The first so many readings of groups of points by their time, one question for all groups; counts; a single one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb
import pyarrow as pa

from twin.errors import HistoryDamagedError, QueryFailedError
from twin.model.time import microseconds
from twin.store.history import History
from twin.store.query import answer_select

Groups = Mapping[str, Sequence[str]]
"""Name of a group -> its points."""

_ASKED: Final = "WITH asked AS (SELECT unnest($points) AS point_id, unnest($groups) AS part)"
_COLUMNS: Final = "part, point_id, observed_at, value, quality, received_at, seq, message_id"
_WITHIN: Final = "FROM readings JOIN asked USING (point_id) WHERE observed_at >= $since AND observed_at < $until"
_KEY: Final = "CASE WHEN message_id = concat('~', point_id, '@', $us) THEN point_id ELSE message_id END"


@dataclass(frozen=True, slots=True)
class Span:
    """``since <= observed_at < until``."""

    since: datetime
    until: datetime

    def within(self, other: Span) -> Span:
        return Span(max(self.since, other.since), min(self.until, other.until))


def first_readings(history: History, groups: Groups, span: Span, most: int, *, newest: bool) -> pa.Table:
    """Up to ``most`` readings of each group, the newest first or the oldest.

    Columns ``part`` (the group), ``point_id, observed_at, value, quality, received_at, seq, message_id``. One group is
    sorted as it is read, in bounded memory. All raise HistoryDamagedError and QueryTimeoutError (ten seconds).
    """
    way = "DESC" if newest else "ASC"
    order = f"observed_at {way}, seq {way}, point_id, message_id"
    one = len(groups) == 1
    ranked = f"QUALIFY row_number() OVER (PARTITION BY part ORDER BY {order}) <= $most"
    tail = f"ORDER BY {order} LIMIT $most" if one else f"{ranked} ORDER BY part, {order}"
    return _asked(history, groups, span, f"{_ASKED} SELECT {_COLUMNS} {_WITHIN} {tail}", {"most": most})


def count_readings(history: History, groups: Groups, span: Span) -> dict[str, int]:
    """How many readings each group has."""
    table = _asked(history, groups, span, f"{_ASKED} SELECT part, count(*) AS n {_WITHIN} GROUP BY part", {})
    return dict.fromkeys(groups, 0) | dict(zip(table["part"].to_pylist(), table["n"].to_pylist(), strict=True))


def one_reading(history: History, at: datetime, key: str) -> pa.Table:
    """The reading of a moment by its key (``reading_key``): one row or none, columns as ``first_readings``."""
    span = Span(at, at + timedelta(microseconds=1))
    with closing(history.connection(span.since, span.until)) as connection:
        sql = f"SELECT {_COLUMNS.replace('part', 'point_id AS part', 1)} FROM readings"
        where = f"WHERE observed_at = $at AND {_KEY} = $key ORDER BY seq LIMIT 1"
        return _answered(connection, f"{sql} {where}", {"at": at, "us": str(microseconds(at)), "key": key})


def reading_key(point_id: str, at: datetime, message_id: str) -> str:
    """What tells a reading from all others of its moment: its point, or its own id where the sender gave one."""
    return point_id if message_id == f"~{point_id}@{microseconds(at)}" else message_id


def _asked(history: History, groups: Groups, span: Span, sql: str, more: dict[str, int]) -> pa.Table:
    pairs = [(point, name) for name, points in groups.items() for point in points]
    parameters = {"points": [one for one, _ in pairs], "groups": [one for _, one in pairs]}
    with closing(history.connection(span.since, span.until)) as connection:
        return _answered(connection, sql, {**parameters, "since": span.since, "until": span.until, **more})


def _answered(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> pa.Table:
    """In ten seconds or not at all: a count of years would keep a thread for minutes."""
    try:
        return answer_select(connection, sql, parameters)
    except QueryFailedError as fault:
        raise HistoryDamagedError(path="history", detail=fault.params["detail"]) from fault
