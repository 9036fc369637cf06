"""What senders send, as JSON or as an object a line, turned into entries; what cannot be taken is named one by one.

A batch is read in one pass by pydantic; only when that fails is it read piece by piece, to keep what is good. Ids that
begin with ``~`` are our own: a sender cannot take the id of what the twin itself will write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Annotated, Any, Final, Generic, NotRequired, TypeVar, cast

from pydantic import AwareDatetime, BeforeValidator, Field, JsonValue, TypeAdapter, ValidationError, with_config
from pydantic_core import InitErrorDetails
from typing_extensions import TypedDict

from twin.errors import BodyRefusedError, MessageRefusedError, NoMessagesError, TooManyMessagesError, TwinError
from twin.mistakes import Mistake, found_by_pydantic, wrong
from twin.model.entries import EVENT, READING, Entry
from twin.model.live import Level, Quality
from twin.model.time import END_OF_TIME, FIRST_MOMENT, is_number, microseconds

NDJSON: Final = "application/x-ndjson"
MOST_MESSAGES: Final = 10_000
BODY_LENGTH: Final = 64_000
OWN: Final = "~"

Id = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^~\x00-\x1f][^\x00-\x1f]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


def _written(said: Any) -> Any:
    """A time stands there in letters; pydantic would take any number for one of 1970 or thereabouts."""
    if not isinstance(said, str) or said[4:5] != "-":
        raise wrong("number_as_time" if is_number(said) else "datetime_parsing")
    return said


Moment = Annotated[AwareDatetime, Field(ge=FIRST_MOMENT, lt=END_OF_TIME), BeforeValidator(_written)]


@with_config({"extra": "forbid"})
class ReadingMessage(TypedDict):
    """``value`` null says that the device answered without one. Without ``message_id`` point and time are the id."""

    point_id: Id
    observed_at: Moment
    value: Number | bool | None
    quality: NotRequired[Quality]
    message_id: NotRequired[Id]


@with_config({"extra": "forbid"})
class EventMessage(TypedDict):
    """``position`` is x, y, z in the campus CRS; ``text`` is text and never more."""

    event_id: Id
    originator: Id
    type: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9_.-]+$")]
    occurred_at: Moment
    text: NotRequired[Annotated[str, Field(max_length=20_000)]]
    level: NotRequired[Level | None]
    position: NotRequired[tuple[Number, Number, Number] | None]
    attributes: NotRequired[dict[Annotated[str, Field(max_length=80)], JsonValue]]


@dataclass(frozen=True, slots=True)
class Refused:
    """One message that was not taken: its place in the batch, why, and itself."""

    index: int
    fault: TwinError
    raw: str


@dataclass(frozen=True, slots=True)
class Messages:
    """A batch as entries, and what of it was not taken."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Shape]):
    """How one kind of message is read."""

    many: TypeAdapter[list[Shape]]
    one: TypeAdapter[Shape]
    entry: Callable[[Shape, str], Entry]

    def read(self, body: bytes, feed: str, *, lines: bool) -> Messages:
        """The entries of ``body``; raises BodyRefusedError (no JSON), NoMessagesError, TooManyMessagesError."""
        try:
            shapes = self.many.validate_json(_as_array(body, lines=lines))
            _require_count(len(shapes))
            return Messages([self.entry(one, feed) for one in shapes])
        except ValidationError:
            return self._piece_by_piece(body, feed, lines=lines)

    def _piece_by_piece(self, body: bytes, feed: str, *, lines: bool) -> Messages:
        pieces = _lines(body) if lines else _items(body)
        _require_count(len(pieces))
        found = Messages()
        for index, piece in enumerate(pieces):
            try:
                found.entries.append(self.entry(self.one.validate_json(piece), feed))
            except ValidationError as fault:
                refused = MessageRefusedError(index=index, detail=_reason(fault))
                found.refused.append(Refused(index, refused, piece.decode("utf-8", "replace")))
        return found


_GOOD: Final = Quality.GOOD.value
_OFFLINE: Final = Quality.OFFLINE.value


def reading_entry(said: ReadingMessage, feed: str) -> Entry:
    """A reading under an id of its point: two devices may count their messages alike."""
    point_id, value = said["point_id"], said["value"]
    # with the zone that pydantic gives it, each comparison takes ten times as long
    observed_at = said["observed_at"].astimezone(UTC)
    message_id = said.get("message_id") or str(microseconds(observed_at))
    doubt = said.get("quality")
    quality = doubt.value if doubt else _OFFLINE if value is None else _GOOD
    number = None if value is None else float(value)
    return Entry(f"{OWN}{point_id}@{message_id}", READING, point_id, observed_at, feed, number, quality)


def event_entry(said: EventMessage, feed: str) -> Entry:
    return Entry(
        said["event_id"],
        EVENT,
        said["originator"],
        said["occurred_at"].astimezone(UTC),
        feed,
        body=_rest_of(said),
    )


def _rest_of(said: EventMessage) -> str:
    """Raises ValidationError.

    NaN and infinity are no JSON, and no browser reads what has them. An event is a few lines; a whole file in its
    attributes belongs elsewhere.
    """
    rest = {name: one for name in _REST if (one := said.get(name))}
    try:
        body = json.dumps(rest, ensure_ascii=False, allow_nan=False)
    except ValueError as fault:
        raise _refusal({"type": "finite_number", "loc": ("attributes",), "input": None}) from fault
    if len(body) > BODY_LENGTH:
        kind = wrong("event_too_long", entry_id=said["event_id"], most=BODY_LENGTH)
        raise _refusal({"type": kind, "loc": (), "input": None})
    return body


def _refusal(mistake: InitErrorDetails) -> ValidationError:
    return ValidationError.from_exception_data("event", [mistake])


_REST: Final = ("type", "text", "level", "position", "attributes")
READINGS: Final = Kind(TypeAdapter(list[ReadingMessage]), TypeAdapter(ReadingMessage), reading_entry)
EVENTS: Final = Kind(TypeAdapter(list[EventMessage]), TypeAdapter(EventMessage), event_entry)


def _as_array(body: bytes, *, lines: bool) -> bytes:
    if lines:
        return b"[" + b",".join(_lines(body)) + b"]"
    start = body.lstrip()[:1]
    return body if start == b"[" else b"[" + body + b"]"


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line.strip()]


def _items(body: bytes) -> list[bytes]:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise BodyRefusedError(detail=no_json(fault)) from fault
    items: Sequence[Any] = said if isinstance(said, list) else [said]
    return [json.dumps(one, ensure_ascii=False).encode("utf-8", "replace") for one in items]


def _require_count(messages: int) -> None:
    if not messages:
        raise NoMessagesError()
    if messages > MOST_MESSAGES:
        raise TooManyMessagesError(messages=messages, most=MOST_MESSAGES)


# fields of any shape are told by pydantic with the shape it tried; the sender knows of none
_SHAPES: Final = ("float", "bool")
_KINDS: Final = {"extra_forbidden": "unknown_field", "dict_type": "no_object"}


def _reason(fault: ValidationError) -> Mistake:
    """The first mistake, at the field as the sender calls it."""
    first = fault.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for number, step in enumerate(first["loc"]) if not (number and step in _SHAPES))
    kind, params = found_by_pydantic(cast("Mapping[str, Any]", first))
    return Mistake("", None, place, _KINDS.get(kind, kind), params)


def no_json(fault: ValueError | RecursionError) -> Mistake:
    """Why a body could not be read at all, and where."""
    match fault:
        case UnicodeDecodeError():
            return Mistake("", None, "", "body_not_utf8", {"byte": fault.start + 1})
        case json.JSONDecodeError():
            return Mistake("", None, "", "body_not_json", {"line": fault.lineno, "column": fault.colno})
        case RecursionError():
            return Mistake("", None, "", "body_too_deep")
    return Mistake("", None, "", "body_number_too_long")
