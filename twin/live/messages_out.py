"""Events as screens and programs are given them, with names and plates masked for those who may not read them."""

from __future__ import annotations

from typing import Any, Final

from twin.live.rules.entries import body_of
from twin.model.entries import StoredEntry

# what people put a person or a vehicle in; a plate keeps its first and last signs, a name its first
PERSONAL: Final = frozenset(
    {"name", "person", "person_name", "visitor", "driver", "phone", "id_card", "card_no", "plate"}
)
MASK: Final = "*"
MOVE: Final = "position"  # the type of event by which a moving thing says where it is


def event_dict(stored: StoredEntry, *, cleared: bool) -> dict[str, Any]:
    """One entry that is no reading. Text stays text: whoever shows it must not take it for anything else."""
    entry = stored.entry
    rest = body_of(stored)
    attributes = rest.pop("attributes", None)
    if isinstance(attributes, dict):
        rest["attributes"] = attributes if cleared else masked(attributes)
    return {
        "event_id": entry.entry_id,
        "seq": stored.seq,
        "kind": entry.kind,
        "originator": entry.subject,
        "occurred_at": entry.occurred_at.isoformat(),
        "received_at": stored.received_at.isoformat(),
        "feed": entry.feed,
        **rest,
    }


def type_of(stored: StoredEntry) -> str | None:
    said = body_of(stored).get("type")
    return said if isinstance(said, str) else None


def masked(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes with what names a person made unreadable, at any depth."""
    return {name: _masked(name, value) for name, value in attributes.items()}


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return masked(value)
    if isinstance(value, list):
        return [_masked(name, one) for one in value]
    return mask(str(value)) if name.lower() in PERSONAL and value is not None else value


def mask(text: str) -> str:
    """Its first sign, of a longer one the first and last two; the rest hidden."""
    if len(text) <= 1:
        return MASK
    kept = 2 if len(text) > 5 else 1
    end = text[-2:] if len(text) > 5 else ""
    return text[:kept] + MASK * (len(text) - kept - len(end)) + end
