"""Readings summed up by hour and by day, so that no screen scans raw readings over weeks.

``readings`` counts all readings of a point in that time and ``newest_at`` is the newest of them; everything else is
about those with a value, because a stale or missing value is no value.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import pyarrow as pa

from twin.model.entries import READING
from twin.store.days import LocalDays
from twin.store.history_manifest import Part

_MOMENT: Final = pa.timestamp("us", "UTC")
ROLLUP_SCHEMA: Final = pa.schema(
    [
        ("point_id", pa.string()),
        ("from_at", _MOMENT),
        ("readings", pa.int64()),
        ("count", pa.int64()),
        ("min", pa.float64()),
        ("max", pa.float64()),
        ("mean", pa.float64()),
        ("last", pa.float64()),
        ("first_at", _MOMENT),
        ("last_at", _MOMENT),
        ("newest_at", _MOMENT),
    ]
)
_HOUR_US: Final = 3_600_000_000


class Step(StrEnum):
    """How much time one row sums up. Hours and days are those of the campus."""

    HOUR = "hour"
    DAY = "day"


PART_OF: Final = {Step.HOUR: Part.HOURLY, Step.DAY: Part.DAILY}


def rollup_sql(source: str, days: LocalDays, day: date, step: Step, condition: str = "true") -> str:
    """The rollup of one day of ``source``, which has the columns of the journal."""
    start_us, end_us = days.bounds_us(day)
    length_us = _HOUR_US if step is Step.HOUR else end_us - start_us
    from_us = f"{start_us} + (epoch_us(occurred_at) - {start_us}) // {length_us} * {length_us}"
    return f"""
        SELECT subject AS point_id, make_timestamptz({from_us}) AS from_at,
               count(*) AS readings, count(value) AS count, min(value) AS min, max(value) AS max, avg(value) AS mean,
               arg_max(value, (occurred_at, seq)) FILTER (WHERE value IS NOT NULL) AS last,
               min(occurred_at) FILTER (WHERE value IS NOT NULL) AS first_at,
               max(occurred_at) FILTER (WHERE value IS NOT NULL) AS last_at,
               max(occurred_at) AS newest_at
        FROM {source}
        WHERE kind = '{READING}' AND {condition}
              AND occurred_at >= make_timestamptz({start_us}) AND occurred_at < make_timestamptz({end_us})
        GROUP BY 1, 2 ORDER BY 1, 2
    """
