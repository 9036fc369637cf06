"""One MQTT message -> what the intake reads: the topic says the point, the payload the value, or all of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from twin.errors import BodyRefusedError
from twin.live.messages import EVENTS, READINGS, Kind, no_json
from twin.live.mqtt.settings import BrokerSettings, MessageKind, TopicSettings
from twin.mistakes import Mistake
from twin.model.time import is_number, unix_moment


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as the intake takes it."""

    kind: Kind[Any]
    body: bytes


def incoming(broker: BrokerSettings, topic: TopicSettings, name: str, payload: bytes, now: datetime) -> Incoming:
    """Raises BodyRefusedError."""
    kind = EVENTS if topic.kind is MessageKind.EVENT else READINGS
    if topic.point_id is None or topic.kind is MessageKind.EVENT:
        return Incoming(kind, payload)
    said = _object(payload, topic)
    value = _value(said[topic.value]) if topic.value is not None else _bare(payload)
    observed_at = _moment(said[topic.observed_at]) if topic.observed_at is not None else now
    reading = {
        "point_id": point_of(broker, topic.point_id, name),
        "observed_at": observed_at.isoformat(),
        "value": value,
    }
    if topic.message_id is not None:
        reading["message_id"] = str(said[topic.message_id])
    return Incoming(kind, json.dumps(reading).encode())


def point_of(broker: BrokerSettings, pattern: str, topic: str) -> str:
    """``{1}`` of the pattern is level 1 of the topic, under the code that the campus has for it."""
    levels = [broker.devices.get(level, level) for level in topic.split("/")]
    try:
        return pattern.format(*levels)
    except (IndexError, KeyError, ValueError) as fault:
        raise _refused("topic_lacks_level", topic=topic, pattern=pattern) from fault


def matching(topics: Sequence[TopicSettings], name: str) -> TopicSettings | None:
    """The first whose filter takes the topic (MQTT 5, section 4.7)."""
    return next((one for one in topics if _takes(one.filter.split("/"), name.split("/"))), None)


def _takes(wanted: list[str], levels: list[str]) -> bool:
    for place, one in enumerate(wanted):
        if one == "#":
            return True
        if place >= len(levels) or one not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)


def _object(payload: bytes, topic: TopicSettings) -> dict[str, Any]:
    """The JSON object that the settings say is there, with every key they name."""
    named = [one for one in (topic.value, topic.observed_at, topic.message_id) if one is not None]
    if not named:
        return {}
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError) as fault:
        raise BodyRefusedError(detail=no_json(fault)) from fault
    missing = [one for one in named if not isinstance(said, dict) or one not in said]
    if missing:
        raise _refused("payload_lacks", names=", ".join(missing))
    found: dict[str, Any] = said
    return found


def _bare(payload: bytes) -> float | None:
    text = payload.decode("utf-8", "replace").strip()
    return _value(text or None)


_WORDS: Final = {"on": 1.0, "true": 1.0, "open": 1.0, "off": 0.0, "false": 0.0, "closed": 0.0}


def _value(said: Any) -> float | None:
    """Numbers however they come, and the words that switches send."""
    if said is None or isinstance(said, bool | int | float):
        return None if said is None else float(said)
    text = str(said).strip().lower()
    try:
        return _WORDS[text] if text in _WORDS else float(text)
    except ValueError as fault:
        raise _refused("payload_no_number", said=text[:40]) from fault


def _moment(said: Any) -> datetime:
    """ISO 8601 with an offset, or a UNIX time from 2000 to 2100."""
    try:
        if is_number(said):
            found = unix_moment(said if isinstance(said, int) else float(said))
        else:
            found = datetime.fromisoformat(said)
    except (ValueError, TypeError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise _refused("payload_no_time", said=str(said)[:40])
    return found


def _refused(kind: str, **params: str) -> BodyRefusedError:
    return BodyRefusedError(detail=Mistake("", None, "", kind, params))
