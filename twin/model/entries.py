"""What the journal holds: readings, events, alarms and acts of people, all in one order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin.model.live import Event, Reading

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


def entry_of_reading(reading: Reading, feed: str) -> Entry:
    """A reading as it goes into the journal; ``feed`` says where it came in."""
    return Entry(
        reading.message_id,
        READING,
        reading.point_id,
        reading.observed_at,
        feed,
        reading.value,
        reading.quality.value,
    )


def entry_of_event(event: Event, feed: str) -> Entry:
    """An event as it goes into the journal; what has no column of its own is in the body."""
    rest = {
        "type": event.type,
        "text": event.text,
        "level": event.level.value if event.level else None,
        "position": event.position,
        "attributes": event.attributes or None,
    }
    body = json.dumps({key: one for key, one in rest.items() if one is not None}, ensure_ascii=False)
    return Entry(event.event_id, EVENT, event.originator, event.occurred_at, feed, body=body)
