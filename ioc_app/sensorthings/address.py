"""Which resource an address names: ``Things('DB-0001')/Datastreams`` and so on (OGC 18-088, 9.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ioc_app.sensorthings.kinds import ID, KINDS, Is
from twin.errors import BadRequestError, NotOfferedError, UnknownEntityError

MOST_STEPS: Final = 8
_STEP: Final = re.compile(r"(?P<name>[$A-Za-z_][\w.]*)(?:\((?P<id>'(?:[^']|'')*'|[^'()/]*)\))?(?:/|\Z)")


@dataclass(frozen=True, slots=True)
class Step:
    """An entity set or a navigation property; with ``id``, one of it."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """``kind`` is that of what is named last; ``value`` are the steps below an entity, ``raw`` without JSON around."""

    steps: tuple[Step, ...]
    kind: str
    one: bool
    value: tuple[str, ...] = ()
    raw: bool = False
    refs: bool = False


def address_of(text: str) -> Address:
    """Raises UnknownEntityError, BadRequestError, NotOfferedError."""
    said = _steps(text)
    first = said[0]
    if first.name not in KINDS:
        raise UnknownEntityError(address=text[:80], known=", ".join(KINDS))
    taken, kind, one = [first], first.name, first.id is not None
    for number, step in enumerate(said[1:], 1):
        way = KINDS[kind].ways.get(step.name) if one else None
        if way is None:
            return _ending(text, tuple(taken), kind, one, said[number:])
        if step.id is not None and not way.many:
            raise BadRequestError(detail=f"{step.name} is one entity and takes no id")
        taken.append(step)
        kind, one = way.kind, not way.many or step.id is not None
    return Address(tuple(taken), kind, one)


def _steps(text: str) -> list[Step]:
    found: list[Step] = []
    at = 0
    while at < len(text) or not found:
        step = _STEP.match(text, at)
        if step is None or len(found) == MOST_STEPS:
            raise UnknownEntityError(address=text[:80], known=", ".join(KINDS))
        found.append(Step(step["name"], _id(step["id"])))
        at = step.end()
    return found


def _id(text: str | None) -> str | None:
    if text is None:
        return None
    if not text.startswith("'"):
        raise BadRequestError(detail=f"an id is a text in quotes: ('{text[:40]}')")
    return text[1:-1].replace("''", "'")


def _ending(text: str, taken: tuple[Step, ...], kind: str, one: bool, rest: list[Step]) -> Address:
    """What is neither an entity nor several: references, or a value."""
    names = [step.name for step in rest]
    if any(step.id is not None for step in rest):
        raise UnknownEntityError(address=text[:80], known=", ".join(KINDS))
    if names == ["$ref"]:
        return Address(taken, kind, one, refs=True)
    if names[0] == "$count" or (names[0].startswith("$") and names[0] != "$value"):
        raise NotOfferedError(what=names[0][:40], instead="$count=true, $ref or a property with $value")
    raw = names[-1] == "$value"
    value = tuple(names[:-1] if raw else names)
    here = KINDS[kind]
    known = one and value and (value[0] in here.said or value[0] in ID)
    if not known or (len(value) > 1 and here.said.get(value[0]) is not Is.OBJECT):
        raise UnknownEntityError(address=text[:80], known=", ".join(KINDS))
    return Address(taken, kind, one, value, raw)
