"""What the journal holds: readings, events, alarms and acts of people, all in one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

READING: Final = "reading"
EVENT: Final = "event"


@dataclass(slots=True, unsafe_hash=True)  # nobody changes one; but "frozen" takes three times as long to make
class Entry:
    """One thing that happened or was measured, before it is stored.

    ``entry_id`` comes from the sender, so a repeat is harmless. ``subject`` is the point of a reading and the
    originator of an event. The set of kinds is open. ``body`` is the rest as JSON.
    """

    entry_id: str
    kind: str
    subject: str
    occurred_at: datetime
    feed: str
    value: float | None = None
    quality: str | None = None
    body: str | None = None


@dataclass(slots=True, unsafe_hash=True)
class StoredEntry:
    """An entry on disk: ``seq`` orders everything that was ever received, and never goes back."""

    seq: int
    received_at: datetime
    entry: Entry
