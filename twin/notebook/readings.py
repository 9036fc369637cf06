"""The columns in which readings and their sums come, whoever answers."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_MOMENT: Final = pa.timestamp("us", "UTC")
RAW: Final = pa.schema(
    [
        ("observed_at", _MOMENT),
        ("value", pa.float64()),
        ("quality", pa.string()),
        ("feed", pa.string()),
        ("received_at", _MOMENT),
    ]
)
ROLLED: Final = pa.schema(
    [
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
