"""Moments and days as offices write them; what names no offset is campus-local."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

# 2026/7/1, 2026.7.1, 2026年7月1日, 20260701, each with an optional time
_WRITTEN: Final = re.compile(
    r"(?P<y>\d{4})(?P<s>[/.年-]?)(?P<m>\d{1,2})(?:(?P=s)|月)(?P<d>\d{1,2})日?(?P<rest>(?:[T ].*)?)\Z"
)


def moment(text: str | None, timezone: str) -> datetime | bool | None:
    """UTC; None where nothing stands, False where it is no time. A day is its first moment in ``timezone``."""
    if text is None:
        return None
    written = _WRITTEN.match(text)
    if written:
        text = f"{written['y']}-{written['m']:0>2}-{written['d']:0>2}{written['rest']}"
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return False


def day(text: str | None) -> date | bool | None:
    """The day that is written; None where nothing stands, False where it is no day."""
    found = moment(text, "UTC")
    return found.date() if isinstance(found, datetime) else found
