"""Columns of times as systems export them: ISO 8601 with and without offset, UNIX seconds or milliseconds."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from twin.readers.tables.times import moment

MOMENT: Final = pa.timestamp("us", "UTC")
_MILLISECONDS_FROM: Final = 10**11  # as seconds that is the year 5138


def moments(column: pa.ChunkedArray, timezone: ZoneInfo) -> pa.ChunkedArray:
    """UTC; null where a cell is no time. What names no offset is in ``timezone``."""
    if pa.types.is_timestamp(column.type):
        local = column if column.type.tz else pc.assume_timezone(column, timezone.key, ambiguous="earliest")
        return local.cast(MOMENT)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _unix(column.cast(pa.float64()))
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    if pc.all(pc.match_substring_regex(text, r"^\d{9,13}(\.\d+)?$"), skip_nulls=True).as_py():
        return _unix(text.cast(pa.float64()))
    return pa.chunked_array([pa.array([_written(one, timezone.key) for one in text.to_pylist()], MOMENT)])


def _unix(seconds: pa.ChunkedArray) -> pa.ChunkedArray:
    seconds = pc.if_else(pc.greater(seconds, _MILLISECONDS_FROM), pc.divide(seconds, 1000.0), seconds)
    return pc.round(pc.multiply(seconds, 1e6)).cast(pa.int64()).cast(MOMENT)


def _written(text: str | None, timezone: str) -> datetime | None:
    found = moment(text, timezone)
    return found if isinstance(found, datetime) else None
