"""What ``options`` of a source may hold: every reader has a table of them, and what campus.toml says is held to it.

A misspelt or misshapen option is a mistake of the person who wrote it: it is said before the file is opened, never
passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from twin.errors import BadOptionError, UnknownOptionError
from twin.model.text import Title
from twin.readers.base import Source
from twin.readers.heading_units import unit_of
from twin.units import METRES_PER_UNIT


@dataclass(frozen=True, slots=True)
class Kind:
    """What the value of an option must be, and that in words."""

    title: Title
    fits: Callable[[Any], bool]


Options = Mapping[str, Kind]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


TEXT: Final = Kind(Title("文字", "a text"), _is_text)
NUMBER: Final = Kind(Title("数字", "a number"), _is_number)
POSITIVE: Final = Kind(Title("大于 0 的数字", "a number above 0"), lambda value: _is_number(value) and value > 0)
COUNT: Final = Kind(Title("从 1 起的整数", "a whole number from 1"), lambda value: _is_whole(value) and value > 0)
RANGE: Final = Kind(
    Title("由小到大的两个数字，如 [0, 4095]", "two numbers, the smaller first, such as [0, 4095]"),
    lambda value: _all(value, _is_number) and len(value) == 2 and value[0] < value[1],
)
TEXTS: Final = Kind(Title("文字列表", "a list of texts"), lambda value: _all(value, _is_text))
COUNTS: Final = Kind(Title("整数列表", "a list of whole numbers"), lambda value: _all(value, _is_whole))
WORDS: Final = Kind(
    Title('{ 名称 = "文字" } 形式的表', 'a table of texts, { name = "text" }'),
    lambda value: isinstance(value, Mapping) and _all(list(value.values()), _is_text),
)
AXIS_ORDER: Final = Kind(
    Title('"xy"（X 为东）或 "yx"（X 为北）', '"xy" (X is east) or "yx" (X is north)'),
    lambda value: value in ("xy", "yx"),
)
UNITS: Final = Kind(
    Title(
        f'{{ 列 = "mm" }} 形式的长度单位表，单位为 {", ".join(METRES_PER_UNIT)}',
        f'a table of length units, {{ COLUMN = "mm" }}, each one of {", ".join(METRES_PER_UNIT)}',
    ),
    lambda value: WORDS.fits(value) and all(unit_of(one) in METRES_PER_UNIT for one in value.values()),
)


def one_of(*words: str) -> Kind:
    """One of these texts."""
    listed = ", ".join(f'"{one}"' for one in words)
    return Kind(Title(f"其中之一：{listed}", f"one of {listed}"), lambda value: _is_text(value) and value in words)


def some_of(*words: str) -> Kind:
    """A list of these texts."""
    listed = ", ".join(f'"{one}"' for one in words)
    title = Title(f"由这些组成的列表：{listed}", f"a list of {listed}")
    return Kind(title, lambda value: _all(value, lambda one: _is_text(one) and one in words))


def _all(value: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list | tuple) and all(fits(one) for one in value)


def said_units(source: Source) -> dict[str, str]:
    """``options.units``: column -> the unit of its numbers, by the name that ``METRES_PER_UNIT`` has for it."""
    said = source.options.get("units", {})
    return {column: unit for column, word in said.items() if (unit := unit_of(word)) is not None}


def check_options(source: Source, reader: str, options: Options) -> None:
    """Raise ``UnknownOptionError`` or ``BadOptionError`` for the first option of ``source`` that does not hold."""
    for name, value in source.options.items():
        kind = options.get(name)
        if kind is None:
            known = get_close_matches(name, options, n=1) or sorted(options) or ["—"]
            raise UnknownOptionError(path=source.path, option=name, reader=reader, known=", ".join(known))
        if not kind.fits(value):
            shown = json.dumps(value, ensure_ascii=False, default=str)
            wanted = kind.title
            raise BadOptionError(path=source.path, option=name, value=shown, wanted=wanted.en, wanted_zh=wanted.zh)
