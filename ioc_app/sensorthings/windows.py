"""What of a filter over Observations is a window of time, or a Datastream; the rest is looked at row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ioc_app.sensorthings.filters import Both, Expression, Literal, Path
from twin.model.time import AHEAD, FIRST_MOMENT
from twin.store.reading_pages import Span

_TIME: Final = Path(("phenomenonTime",))
_STREAM: Final = (Path(("Datastream", "id")), Path(("Datastream", "@iot.id")))
_TURNED: Final = {"eq": "eq", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """``stream`` None is every Datastream. ``rest`` is what the window does not say."""

    span: Span
    stream: str | None = None
    rest: Expression | None = None


def window_of(expression: Expression | None, now: datetime) -> Window:
    """Without a latest time, up to five minutes ahead of now: what is further ahead is a wrong clock."""
    since, until, stream, rest = FIRST_MOMENT, None, None, None
    for one in _joined(expression):
        sign, path, literal = _sides(one)
        if path == _TIME and isinstance(literal, datetime):
            begin, end = _between(sign, literal)
            since = max(since, begin or since)
            until = min(until or end, end) if end is not None else until
        elif path in _STREAM and sign == "eq" and isinstance(literal, str) and stream in (None, literal):
            stream = literal
        else:
            rest = one if rest is None else Both("and", rest, one)
    return Window(Span(since, until or now + AHEAD + _TICK), stream, rest)


def _joined(expression: Expression | None) -> Iterator[Expression]:
    """The parts that all have to hold."""
    match expression:
        case None:
            return
        case Both("and", left, right):
            yield from _joined(left)
            yield from _joined(right)
        case _:
            yield expression


def _sides(one: Expression) -> tuple[str, Path | None, object]:
    match one:
        case Both(sign, Path() as path, Literal(value)) if sign in _TURNED:
            return sign, path, value
        case Both(sign, Literal(value), Path() as path) if sign in _TURNED:
            return _TURNED[sign], path, value
    return "", None, None


def _between(sign: str, at: datetime) -> tuple[datetime | None, datetime | None]:
    """The first moment, and the first one after the last."""
    after = at + _TICK if at.year < 9999 else at
    return {
        "eq": (at, after),
        "gt": (after, None),
        "ge": (at, None),
        "lt": (None, at),
        "le": (None, after),
    }[sign]
