"""What the rules take from the journal and what they give back to it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, Protocol

READING: Final = "reading"
EVENT: Final = "event"
RAISED: Final = "alarm.raised"
REFRESHED: Final = "alarm.refreshed"
CLEARED: Final = "alarm.cleared"
CORRECTED: Final = "alarm.corrected"
DECISIONS: Final = frozenset({RAISED, REFRESHED, CLEARED, CORRECTED})


class StoredEntry(Protocol):
    """One line of the journal. Times are microseconds since 1970, UTC."""

    @property
    def seq(self) -> int: ...
    @property
    def entry_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def occurred_us(self) -> int: ...
    @property
    def received_us(self) -> int: ...
    @property
    def feed(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def quality(self) -> str | None: ...
    @property
    def body(self) -> str | None: ...


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


def entry_id(*facts: object) -> str:
    """A name that follows from facts alone, so that writing them twice writes them once."""
    told = json.dumps([str(one) for one in facts], ensure_ascii=True)
    return "d-" + hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def body_of(entry: StoredEntry) -> dict[str, Any]:
    """The body as a table; what is not one counts as empty, for others wrote it."""
    if not entry.body:
        return {}
    try:
        body = json.loads(entry.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
