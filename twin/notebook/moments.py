"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from twin.errors import BadMomentError

Moment = datetime | date | str
"""A datetime, a date or ISO text. What names no offset is campus-local; a date is its midnight."""


def moment_of(said: Moment, timezone: str) -> datetime:
    """The moment, UTC. Raises BadMomentError."""
    found: date
    if isinstance(said, str):
        try:
            found = datetime.fromisoformat(said)
        except ValueError as fault:
            raise BadMomentError(said=said) from fault
    elif isinstance(said, date):
        found = said
    else:
        raise BadMomentError(said=repr(said))
    whole = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)
    if whole != whole:  # pandas' NaT is a datetime
        raise BadMomentError(said=repr(said))
    return (whole if whole.tzinfo else whole.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
