"""Rows of a file of readings under the ids that the same readings would have over HTTP."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from twin.live.messages import OWN
from twin.live.point_book import PointBook
from twin.model.live import Quality


def with_ids(rows: pa.Table) -> pa.Table:
    """The columns of the journal. Without an id of its own a reading is known by its point and time."""
    at_us = rows["observed_at"].cast(pa.int64()).cast(pa.string())
    said = pc.coalesce(rows["message_id"], at_us)
    entry_id = pc.binary_join_element_wise(OWN, rows["point_id"], "@", said, "")
    quality = pc.if_else(pc.is_valid(rows["value"]), Quality.GOOD.value, Quality.OFFLINE.value)
    return pa.table(
        {
            "entry_id": entry_id,
            "subject": rows["point_id"],
            "occurred_at": rows["observed_at"],
            "value": rows["value"],
            "quality": pc.coalesce(rows["quality"], quality),
        }
    )


def judged(rows: pa.Table, points: PointBook) -> pa.Table:
    """With the quality that the limits of known points give each value."""
    said = zip(*(rows[name].to_pylist() for name in ("subject", "value", "quality")), strict=True)
    qualities = [
        known.quality_of(value, quality) if (known := points.get(subject)) is not None else quality
        for subject, value, quality in said
    ]
    return rows.set_column(rows.column_names.index("quality"), "quality", pa.array(qualities, pa.string()))
