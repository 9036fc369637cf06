"""The words of a filter: names, literals, signs, each with the place where it stands (OData 4.0 ABNF, cut down)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ioc_app.sensorthings.kinds import Is
from twin.errors import BadFilterError

Value = str | float | bool | datetime | None

LONGEST: Final = 4_000
MOST: Final = 300
"""A chain of so many words is a tree half as deep, which one thread can walk."""
_WORD: Final = re.compile(
    r"""
      (?P<space>[ \t]+)
    | (?P<time>\d{4}-\d{2}-\d{2}(?:T[0-9:.]+(?:Z|[+\- ]\d{2}:?\d{2})?)?)
    | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>@?[A-Za-z_][\w.]*(?:/@?[A-Za-z_][\w.]*)*)
    | (?P<sign>[(),])
    """,
    re.VERBOSE,
)
_NAMED: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Word:
    """``kind`` is name, literal, sign or end; ``at`` counts characters from 1."""

    kind: str
    text: str
    at: int
    value: Value = None


def words(text: str, option: str = "$filter") -> Iterator[Word]:
    """Every word, then the end. Raises BadFilterError."""
    if len(text) > LONGEST:
        raise BadFilterError(option=option, position=LONGEST, detail=f"longer than {LONGEST} characters")
    at = count = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            detail = "a text without its closing '" if text[at] == "'" else f"{text[at]!r} means nothing here"
            raise BadFilterError(option=option, position=at + 1, detail=detail)
        count += found.lastgroup != "space"
        if count > MOST:
            raise BadFilterError(option=option, position=at + 1, detail=f"more than {MOST} words")
        if found.lastgroup != "space":
            yield _word(str(found.lastgroup), found.group(), at + 1, option)
        at = found.end()
    yield Word("end", "", len(text) + 1)


def kind_of(value: object) -> Is:
    """What a value is, for comparing."""
    if value is None:
        return Is.NULL
    if isinstance(value, bool):
        return Is.TRUTH
    if isinstance(value, int | float):
        return Is.NUMBER
    return Is.TIME if isinstance(value, datetime) else Is.TEXT if isinstance(value, str) else Is.OBJECT


def _word(kind: str, text: str, at: int, option: str) -> Word:
    if kind == "name" and text in _NAMED:
        return Word("literal", text, at, _NAMED[text])
    if kind in ("name", "sign"):
        return Word(kind, text, at)
    if kind == "text":
        return Word("literal", text, at, text[1:-1].replace("''", "'"))
    if kind == "number":
        number = float(text)
        if not math.isfinite(number):
            raise BadFilterError(option=option, position=at, detail=f"{text[:40]} is too large a number")
        return Word("literal", text, at, number)
    return Word("literal", text, at, _time(text, at, option))


def _time(text: str, at: int, option: str) -> datetime:
    # a + in an address that was not written %2B arrives as a space
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as fault:
        raise BadFilterError(option=option, position=at, detail=f"{text[:40]} is no ISO 8601 time") from fault
    if found.tzinfo is None:
        detail = f"{text[:40]} does not say its offset; write 2026-11-26T06:00:00Z"
        raise BadFilterError(option=option, position=at, detail=detail)
    try:
        return found.astimezone(UTC)
    except OverflowError as fault:
        raise BadFilterError(option=option, position=at, detail=f"{text[:40]} is out of range") from fault
