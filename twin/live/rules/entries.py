"""What the rules conclude from entries of the journal, and give back to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from twin.live.messages import OWN
from twin.model.entries import Entry, StoredEntry
from twin.model.time import moment

RAISED: Final = "alarm.raised"
REFRESHED: Final = "alarm.refreshed"
CLEARED: Final = "alarm.cleared"
CORRECTED: Final = "alarm.corrected"
_FARTHEST_M: Final = 1e9
DECISIONS: Final = frozenset({RAISED, REFRESHED, CLEARED, CORRECTED})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written into the journal: a conclusion of a rule, or an act of a person."""

    kind: str
    entry_id: str
    subject: str
    occurred_us: int
    body: dict[str, Any]

    def json(self) -> str:
        """The body as the journal keeps it. ASCII, so that no text of others can break a line or an encoding."""
        return json.dumps(self.body, ensure_ascii=True, separators=(",", ":"))

    def entry(self, feed: str = "rules") -> Entry:
        """As it goes into the journal; ``feed`` says who concluded it."""
        return Entry(self.entry_id, self.kind, self.subject, moment(self.occurred_us), feed, body=self.json())


def entry_id(*facts: object) -> str:
    """A name that follows from facts alone, so that writing them twice writes them once; no sender can take it."""
    told = json.dumps([str(one) for one in facts], ensure_ascii=True)
    return OWN + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def position_in(body: Mapping[str, Any], numbers: int) -> tuple[float, ...] | None:
    """The first two or three of x, y, z, as an event says where its originator is; None where it does not."""
    said = body.get("position")
    if not isinstance(said, list) or len(said) < numbers:
        return None
    # compared, not asked whether finite: JSON has whole numbers that no float can hold
    if not all(isinstance(one, int | float) and abs(one) <= _FARTHEST_M for one in said[:numbers]):
        return None
    return tuple(said[:numbers])


def _no_number(_word: str) -> None:
    """NaN and infinity are no JSON; a journal of before they were refused may hold them."""


_JSON: Final = json.JSONDecoder(parse_constant=_no_number)  # made once: a year has fifty thousand bodies


def body_of(stored: StoredEntry) -> dict[str, Any]:
    """The body as a table; what is not one counts as empty, for others wrote it."""
    if not stored.entry.body:
        return {}
    try:
        body = _JSON.decode(stored.entry.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
