"""Columns of times as systems export them: ISO 8601 with and without offset, UNIX s, ms, µs or ns from 2000 to 2100."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.time import END_OF_TIME, FIRST_MOMENT, UNIX_BEFORE_S, UNIX_FROM_S, UNIX_UNITS_PER_S, unix_moment
from twin.readers.tables.times import moment

MOMENT: Final = pa.timestamp("us", "UTC")
_DIGITS: Final = r"^(\d{9,13}|\d{15,20})(\.\d+)?$"  # eight are a day, fourteen day and time
_TOGETHER: Final = re.compile(r"(\d{8})(\d{6})")
_ONE_DIGIT_HOUR: Final = re.compile(r"(?<=[T ])(?=\d:)")  # as spreadsheets write it
# 26.11.2026: with dots the day is first everywhere
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")


def moments(column: pa.ChunkedArray, timezone: ZoneInfo) -> pa.ChunkedArray:
    """UTC; null where a cell is no time that can be kept. What names no offset is in ``timezone``."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        column = column if pa.types.is_timestamp(kind) else column.cast(pa.timestamp("us"))
        zoned = column if column.type.tz else _zoned(column, timezone)
        return _keepable(zoned.cast(MOMENT, safe=False))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _unix(column)
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    digits = pc.fill_null(pc.match_substring_regex(text, _DIGITS), False)
    if pc.all(digits).as_py():
        return _unix(text)
    return _keepable(pa.chunked_array([pa.array([_written(one, timezone.key) for one in text.to_pylist()], MOMENT)]))


def _zoned(local: pa.ChunkedArray, timezone: ZoneInfo) -> pa.ChunkedArray:
    return pc.assume_timezone(local, timezone.key, ambiguous="earliest", nonexistent="earliest")


def _unix(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """By the range that a number lies in; beyond all of them it is none."""
    number = numbers.cast(pa.float64(), safe=False)  # of ns a float holds what microseconds need
    found = pa.chunked_array([pa.nulls(len(number), pa.float64())])
    for per_s in UNIX_UNITS_PER_S:
        inside = pc.and_(
            pc.greater_equal(number, float(UNIX_FROM_S * per_s)), pc.less(number, float(UNIX_BEFORE_S * per_s))
        )
        found = pc.if_else(pc.fill_null(inside, False), pc.multiply(number, 1e6 / per_s), found)
    return pc.round(found).cast(pa.int64()).cast(MOMENT)


def _keepable(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """The journal keeps moments that have a day in every time zone."""
    first, end = pa.scalar(FIRST_MOMENT, MOMENT), pa.scalar(END_OF_TIME, MOMENT)
    inside = pc.and_(pc.greater_equal(times, first), pc.less(times, end))
    return pc.if_else(inside, times, pa.scalar(None, MOMENT))


def _written(text: str | None, timezone: str) -> datetime | None:
    if text is None:
        return None
    if re.match(_DIGITS, text):
        return unix_moment(float(text))
    if dotted := _DAY_FIRST.fullmatch(text):
        text = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}{dotted[4]}"
    elif together := _TOGETHER.fullmatch(text):
        text = f"{together[1]}T{together[2]}"
    found = moment(_ONE_DIGIT_HOUR.sub("0", text), timezone)
    return found if isinstance(found, datetime) else None
