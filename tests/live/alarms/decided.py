"""Decisions written by hand, as an engine would write them."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from tests.live.campus import START, S, line
from twin.live.rules.entries import CLEARED, CORRECTED, RAISED, Decision
from twin.model.entries import StoredEntry
from twin.model.live import Level
from twin.model.time import moment

_SEQ = count(1)
PLACE = {
    "device": "T1",
    "device_type": "temperature",
    "space_id": "r101",
    "storey_id": "s1",
    "building_id": "b1",
    "zone_ids": ["z1"],
}


def _us(at_s: float | None) -> int | None:
    return None if at_s is None else START + round(at_s * S)


def decided(
    kind: str,
    raised_s: float,
    cleared_s: float | None = None,
    *,
    rule: str = "hot",
    level: Level = Level.B,
    subject: str = "T1:temperature",
    alarm_type: str = "hot",
    received_s: float | None = None,
    place: dict[str, Any] | None = None,
    **more: Any,
) -> StoredEntry:
    body = {
        "alarm_type": alarm_type,
        "level": level.value,
        "rule_id": rule,
        "rule_version": 1,
        "title": {"zh": "热", "en": "hot"},
        "text": {"zh": f"热 {rule}", "en": f"hot {rule}"},
        "raised_us": _us(raised_s),
        "cleared_us": _us(cleared_s),
        "value": 31.0,
        "cleared_value": None,
        "count": 1,
        "last_us": _us(raised_s),
        "told": "",
        "place": place or PLACE,
        "device": (place or PLACE)["device"],
        "revision": 0,
    } | more
    occurred_s = raised_s if cleared_s is None else cleared_s
    received_us = _us(occurred_s if received_s is None else received_s) or 0
    seq = next(_SEQ)
    at_us = _us(occurred_s) or 0
    return line(f"~d{seq}", kind, subject, at_us, received_us, seq=seq, feed="rules", body=json.dumps(body))


def raised(at_s: float, **said: Any) -> StoredEntry:
    return decided(RAISED, at_s, **said)


def cleared(raised_s: float, at_s: float, **said: Any) -> StoredEntry:
    return decided(CLEARED, raised_s, at_s, **said)


def withdrawn(at_s: float, **said: Any) -> StoredEntry:
    return decided(CORRECTED, at_s, correction="withdrawn", replaces=_us(at_s), **said)


def journaled(decision: Decision) -> StoredEntry:
    """A decision or an act as the journal gives it back."""
    return StoredEntry(next(_SEQ), moment(decision.occurred_us), decision.entry("people"))
