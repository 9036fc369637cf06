"""The text format that EPANET and SWMM share: ``[SECTION]`` headings, one thing a line, ``;`` begins a comment.

Strict where the engines are strict: what they refuse to run is refused here with their error number, unless
``options.tolerate = [number]`` asks to take it as it is; then it is a note.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from twin.errors import NetworkRefusedError, SourceUnreadableError
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.sniff import decode

_HEADING: Final = re.compile(r"\s*\[\s*([^\]\s]+)")
_TOKEN: Final = re.compile(r'"([^"]*)"|(\S+)')
LARGEST: Final = 1e12  # a level or size beyond it is a slip
LONGEST_LINE: Final = 4096  # both engines cut at 1024; a longer one is no network file


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section: its number in the file (from 1) and its words."""

    line: int
    words: tuple[str, ...]

    def word(self, position: int, default: str = "") -> str:
        return self.words[position] if position < len(self.words) else default


@dataclass(frozen=True, slots=True)
class InpFile:
    """Sections by upper-case name; a repeated section continues the first."""

    path: Path
    sections: dict[str, list[Row]]

    def rows(self, section: str) -> list[Row]:
        return self.sections.get(section, [])

    def option(self, *names: str, section: str = "OPTIONS") -> str | None:
        """The value of the last option line that begins with one of ``names`` (upper case)."""
        found = None
        for row in self.rows(section):
            if row.words[0].upper() in names and len(row.words) > 1:
                found = row.words[1]
        return found


def read_inp(path: Path) -> InpFile:
    """Split ``path`` into sections. Text before the first section and the title are not kept."""
    raw = path.read_bytes()
    if b"\x00" in raw[:65536] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceUnreadableError(path=path, detail="it holds binary data, not a network text")
    sections: dict[str, list[Row]] = {}
    current: list[Row] | None = None
    for number, line in enumerate(decode(raw).splitlines(), start=1):
        if len(line) > LONGEST_LINE:
            raise SourceUnreadableError(path=path, detail=f"line {number} is {len(line)} characters long")
        if found := _HEADING.match(line):
            name = found.group(1).upper()
            if name == "END":
                break
            current = sections.setdefault(name, [])
            continue
        words = tuple(_words(line.split(";", 1)[0]))
        if words and current is not None:
            current.append(Row(number, words))
    if not sections:
        raise SourceUnreadableError(
            path=path, detail="it has no [SECTION]", cure="Deliver an EPANET or SWMM .inp file."
        )
    return InpFile(path, sections)


def _words(text: str) -> Iterator[str]:
    for quoted, plain in _TOKEN.findall(text):
        yield plain or quoted


# --- verdicts ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Verdicts:
    """What the engine would refuse, collected while reading; ``settle`` raises the first one that is not tolerated."""

    path: Path
    engine: str
    tolerated: frozenset[int]
    faults: list[tuple[int, int, str]] = field(default_factory=list)  # line, number, fault
    lost: list[SkipReason] = field(default_factory=list)

    @staticmethod
    def of(source: Source, engine: str) -> Verdicts:
        stated: Any = source.options.get("tolerate", [])
        return Verdicts(source.path, engine, frozenset(int(one) for one in stated))

    def lose(self, number: int, line: int, fault: str, reason: SkipReason = SkipReason.DUPLICATE) -> None:
        """A fault that costs the thing itself when it is tolerated."""
        self.lost.append(reason)
        self.add(number, line, fault)

    def add(self, number: int, line: int, fault: str) -> None:
        self.faults.append((line, number, fault))

    def number(self, row: Row, position: int, what: str, *, bad: int, default: float | None = None) -> float:
        """The number at ``position``, or NaN and a fault with the engine's number ``bad``."""
        text = row.word(position)
        if not text:
            if default is None:
                self.add(bad, row.line, f"{row.words[0]} has no {what}")
                return math.nan
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) < LARGEST:
            self.add(bad, row.line, f"{what} of {row.words[0]} is '{text}', not a number")
            return math.nan
        return value

    def settle(self, report: ReadReport) -> None:
        """Raise what the engine refuses; note what was tolerated."""
        # the engines read the whole file (2xx) before they judge the network (1xx)
        refused = sorted((one for one in self.faults if one[1] not in self.tolerated), key=lambda f: (f[1] < 200, f))
        if refused:
            line, number, fault = refused[0]
            numbers = sorted({one[1] for one in refused})
            more = f"{len(refused) - 1} more such faults. " if len(refused) > 1 else ""
            raise NetworkRefusedError(
                path=self.path,
                line=line,
                fault=fault,
                engine=self.engine,
                number=number,
                cure=f"{more}Correct the file, or write options.tolerate = {numbers} to take it as it is.",
            )
        for reason in self.lost:
            report.found += 1
            report.skip(reason)
        for line, number, fault in sorted(self.faults):
            report.note(f"{self.path.name}, line {line}: {fault} ({self.engine} ERROR {number}); taken as it is")
