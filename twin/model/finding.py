"""What is not as it should be: a rule, its words in both languages, one finding with its evidence.

Readers remark on rows while they read (``RowRemark``); ``twin.analysis.quality`` asks a finished generation. Both name
a rule of ``finding_rules.toml``, so that a reader of either language is told the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from twin.model.identity import spoken_key
from twin.model.text import Title

SEVERITY_TITLES: Final = {
    "error": Title("错误", "error"),
    "warning": Title("警告", "warning"),
    "info": Title("提示", "info"),
}
SEVERITIES: Final = tuple(SEVERITY_TITLES)  # the worst first
_FILE: Final = Path(__file__).with_name("finding_rules.toml")
_AND: Final = Title("与", "and")
_MOST_OTHERS: Final = 2  # lines of one finding
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")

Values = Mapping[str, Any]  # numbers, texts, titles, or lists of them


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One thing that is looked for. ``about``: row, network, terrain, building, device or coordinates.

    ``says`` and ``fix`` are sentences with {places} for the values of a finding. ``safe``: what a finding proposes to
    change follows from the file itself. ``limits``: numbers that it judges by, units in their names; ``unverified``:
    nobody held them against a printed standard.
    """

    id: str
    about: str
    severity: str
    title: Title
    says: Title
    fix: Title
    safe: bool = False
    unverified: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)

    def judged_by(self) -> str:
        """Its limits as people read them; empty without any."""
        return ", ".join(f"{name} = {value:g}" for name, value in self.limits.items())


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a table that should hold ``new`` instead of ``old`` (None: empty); ``row`` as a spreadsheet counts.

    ``column`` counts from 1, as a spreadsheet's letters do; ``heading`` is what people call it.
    """

    file: str
    sheet: str
    row: int
    column: int
    heading: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class RowRemark:
    """What a reader says of one row; ``row`` as a spreadsheet counts (the first row of the sheet is 1).

    ``layer``: which the row is of, whether or not it came to be in the twin; None where nothing says it.
    """

    rule: str
    file: str
    sheet: str
    row: int
    skipped: bool
    values: Values = field(default_factory=dict)
    changes: tuple[CellChange, ...] = ()
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where one of several things stands. ``file`` None: that of the source; ``row`` None: no table tells of it."""

    source: str | None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    feature_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``source`` is the key in campus.toml; ``shape`` the evidence as WKB, campus CRS, or None.

    ``changes``: cells that would mend it; ``safe``: they may be written as a patch without being asked. ``also``: where
    the others stand of what it is about. ``names``: what people call some of these things, by feature id.
    """

    rule: str
    severity: str
    layer: str | None = None
    feature_ids: tuple[str, ...] = ()
    source: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    values: Values = field(default_factory=dict)
    shape: bytes | None = None
    changes: tuple[CellChange, ...] = ()
    safe: bool = False
    also: tuple[RowPlace, ...] = ()
    names: Mapping[str, Title] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """What was found, one line."""
        return said(finding_rules()[self.rule].says, self._spoken(), language)

    def fix(self, language: str) -> str:
        """What to do about it, one line."""
        return said(finding_rules()[self.rule].fix, self._spoken(), language)

    def where(self, language: str) -> tuple[str, ...]:
        """Where a person finds it, a line a thing: file, sheet, row and what it is called; else the source."""
        first = RowPlace(self.source, self.file, self.sheet, self.row, next(iter(self.feature_ids), None))
        lines = [self._line(first, language)]
        lines += [f"{_AND.text(language)} {self._line(one, language)}" for one in self.also[:_MOST_OTHERS]]
        more = len(self.also) - _MOST_OTHERS
        if more > 0:
            lines.append(Title(f"… 另有 {more} 处", f"… {more} more").text(language))
        return tuple(lines)

    def _line(self, one: RowPlace, language: str) -> str:
        parts = []
        if one.row is not None:
            parts = [one.file or one.source, one.sheet, Title(f"第 {one.row} 行", f"row {one.row}").text(language)]
        if one.feature_id is not None:
            parts.append(self.called(one.feature_id).text(language))
        return " ".join(part for part in parts if part) or one.source or ""

    def called(self, feature_id: str) -> Title:
        """What people call a thing; without a name the part of its id that they know."""
        known = spoken_key(feature_id)
        return self.names.get(feature_id, Title(known, known))

    def _spoken(self) -> dict[str, Any]:
        """Its values, with names in place of the ids of things."""
        return {key: self.names.get(one, one) if isinstance(one, str) else one for key, one in self.values.items()}

    def to_dict(self, language: str) -> dict[str, Any]:
        """As ``twin check --json`` prints it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "layer": self.layer,
            "feature_ids": list(self.feature_ids),
            "source": self.source,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "also": [asdict(one) for one in self.also],
            "message": self.message(language),
            "fix": self.fix(language),
            "values": {
                key: value if isinstance(value, str | int | float) else _told(value, language)
                for key, value in self.values.items()
            },
            "changes": [
                {"sheet": one.sheet, "row": one.row, "column": one.heading, "old": one.old, "new": one.new}
                for one in self.changes
            ],
            "safe": self.safe,
        }


def said(words: Title, values: Values, language: str) -> str:
    """``words`` with ``values`` in their places; what has no value stays as it is written."""
    return _PLACE.sub(
        lambda found: _told(values[found[1]], language) if found[1] in values else found[0], words.text(language)
    )


def _told(value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(_told(one, language) for one in value)
    if isinstance(value, Title):
        return value.text(language)
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return "-" if value is None else str(value)


def limit(rule: str, name: str) -> float:
    """A number that ``rule`` judges by."""
    return finding_rules()[rule].limits[name]


@lru_cache(maxsize=1)
def finding_rules() -> dict[str, FindingRule]:
    """Every rule there is, by id, in the order of the file."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _rule(name, one) for name, one in data.items()}


def _rule(name: str, data: dict[str, Any]) -> FindingRule:
    if data["severity"] not in SEVERITIES:
        raise ValueError(f"{_FILE.name}: {name}: severity {data['severity']}")
    return FindingRule(
        id=name,
        about=data["about"],
        severity=data["severity"],
        title=Title(data["zh"], data["en"]),
        says=Title(**data["says"]),
        fix=Title(**data["fix"]),
        safe=data.get("safe", False),
        unverified=data.get("unverified", False),
        limits={key: float(value) for key, value in data.get("limits", {}).items()},
    )
