"""What people say with an act: one table of fields and what is allowed in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from twin.errors import ActIncompleteError
from twin.live.incidents.transitions import DISMISSALS
from twin.model.live import Level
from twin.model.text import Title, storable

LONGEST_TEXT: Final = 2_000
_LONGEST_NAME: Final = 200
_MOST_PHOTOS: Final = 20
_MOST_LINES: Final = 200
SCORES: Final = range(1, 6)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT


def _name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= _LONGEST_NAME


def _moment(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_PHOTOS and all(map(_name, value))


def _kind(value: Any) -> bool:
    """As ``IncidentSetup.of_kind`` says it: the kind with what an incident of it carries."""
    return isinstance(value, dict) and {"kind", "kind_title", "sla", "plan"} <= value.keys()


def _lines(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_LINES and all(isinstance(one, dict) for one in value)


FIELDS: Final[dict[str, Callable[[Any], bool]]] = {
    "text": _text,
    "what": _text,
    "unit": _name,
    "assignee": _name,
    "owner": _name,
    "item": _name,
    "into": _name,
    "due_us": _moment,
    "until_us": _moment,
    "level": lambda value: isinstance(value, str) and value in {one.value for one in Level},
    "kind": _kind,
    "outcome": lambda value: isinstance(value, str) and value in {one.value for one in DISMISSALS},
    "score": lambda value: isinstance(value, int) and not isinstance(value, bool) and value in SCORES,
    "reached": _flag,
    "satisfied": _flag,
    "photos": _ids,
    "alarms": _lines,
    "events": _lines,
}


def checked(title: Title, must: Sequence[str], may: Sequence[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without what was left empty. Raises ActIncompleteError with every field that is wrong."""
    told = {name: value for name, value in said.items() if value is not None and value not in ("", [])}
    wrong = [name for name in must if name not in told]
    wrong += [name for name in told if name not in (*must, *may) or not FIELDS[name](told[name])]
    if wrong:
        raise ActIncompleteError(act_zh=title.zh, act_en=title.en, missing=", ".join(dict.fromkeys(wrong)))
    return {name: storable(value) if isinstance(value, str) else value for name, value in told.items()}
