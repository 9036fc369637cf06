"""Where in a TOML text a setting stands: ``tomllib`` gives values, people correct lines.

Tables, arrays of tables and keys are found line by line (TOML 1.0); what stands inside an inline table or an array has
the line on which its key begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, Final

Path = tuple[str | int, ...]

_TABLE: Final = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_NAME: Final = r"""(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY: Final = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_QUOTES: Final = ('"""', "'''")
# long strings' ends, short strings (whose brackets are none), brackets, comments
_MARKS: Final = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|[\[\]#]""")


def line_of(text: str, where: Sequence[str | int]) -> int | None:
    """The line, from 1, of the setting at ``where`` (``("sources", 0, "crs")``), else of what it stands in."""
    lines: dict[Path, int] = {}
    for number, path in _settings(text):
        lines.setdefault(path, number)
    path = tuple(where)
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def _settings(text: str) -> Iterator[tuple[int, Path]]:
    table: Path = ()
    entries: dict[Path, int] = {}
    for number, line in _first_lines(text):
        if head := _TABLE.match(line):
            table = _names(head[2])
            if head[1] == "[[":
                entries[table] = entries.get(table, -1) + 1
            table = _with_entries(table, entries)
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_names(key[1]))


def _first_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that begin outside long strings and arrays."""
    quote: str | None = None
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if quote is None and not depth:
            yield number, line
        for found in _MARKS.findall(line):
            if found in _QUOTES:
                quote = found if quote is None else (None if found == quote else quote)
            elif quote is None and found in "[]":
                depth += 1 if found == "[" else -1
            elif quote is None and found == "#":
                break


def _names(dotted: str) -> Path:
    """``a."b.c"`` -> ``("a", "b.c")``, by TOML's own rules."""
    value: Any = tomllib.loads(f"{dotted} = 0")
    names: list[str] = []
    while isinstance(value, dict):
        [(name, value)] = value.items()
        names.append(name)
    return tuple(names)


def _with_entries(table: Path, entries: dict[Path, int]) -> Path:
    """``sources.options`` -> ``sources, 2, options``: a table below an array belongs to its last entry."""
    found: list[str | int] = []
    for end, name in enumerate(table, start=1):
        found.append(name)
        if table[:end] in entries:
            found.append(entries[table[:end]])
    return tuple(found)
