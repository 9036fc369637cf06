"""Answers as JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from twin.model.text import visible
from twin.screens.question import Answer


def table_of(answer: Answer) -> dict[str, Any]:
    """Columns, and rows in their order."""
    return {
        "columns": list(answer.columns),
        "rows": [[plain(value) for value in row.values()] for row in answer.rows],
        "more": answer.more,
    }


def plain(value: Any) -> Any:
    """Moments as ISO text, no NaN, no bytes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, bytes) else visible(str(value))


def moment_text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
