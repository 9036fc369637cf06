"""The notes of readers about rows, in Chinese: readers write theirs in English, and say the same as remarks."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from twin.model.finding import finding_rules, said
from twin.store.generations import generation_folder

_ROWS_SHOWN: Final = 8
_VALUES_SHOWN: Final = 3
_ABOUT_ROWS: Final = re.compile(r", rows? \d|: .+!\d")

Group = tuple[str, str, str]  # file, sheet, rule


def in_chinese(sources: Sequence[dict[str, Any]], campus: Path, generation: int) -> list[dict[str, Any]]:
    """``sources`` of a manifest with the notes that remarks say, too, in Chinese; all others stay as they are."""
    path = generation_folder(campus, generation) / "tables" / "remarks.parquet"
    if not path.is_file() or not any(_ABOUT_ROWS.search(note) for one in sources for note in one["notes"]):
        return list(sources)
    import pyarrow.parquet as pq  # takes longer than all the rest of this command

    groups: dict[str, dict[Group, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in pq.read_table(path).to_pylist():
        if one["rule"] in finding_rules():
            groups[one["source_key"]][one["file"], one["sheet"], one["rule"]].append(one)
    return [{**one, "notes": _notes(one["notes"], groups[one["key"]])} for one in sources]


def _notes(notes: Sequence[str], groups: dict[Group, list[dict[str, Any]]]) -> list[str]:
    by_start = {start: _line(group, those) for group, those in groups.items() for start in _starts(group, those)}
    found = [next((line for start, line in by_start.items() if one.startswith(start)), one) for one in notes]
    return list(dict.fromkeys(found))


def _starts(group: Group, those: list[dict[str, Any]]) -> list[str]:
    """How the reader's own note about the rows begins."""
    file, sheet, rule = group
    rows = ", ".join(str(one["row"]) for one in those[:_ROWS_SHOWN])
    title = finding_rules()[rule].title.en.lower()
    first = f"{title}: {sheet}!{those[0]['row']}"
    return [f"{file}, {sheet}, row{'s' if len(those) > 1 else ''} {rows}: {_opening(rule)}", first]


def _opening(rule: str) -> str:
    return finding_rules()[rule].says.en.split("{", maxsplit=1)[0]


def _line(group: Group, those: list[dict[str, Any]]) -> str:
    file, sheet, rule = group
    values: dict[str, list[Any]] = defaultdict(list)
    for one in those:
        for name, value in json.loads(one["said"]).items():
            if value is not None and value not in values[name] and len(values[name]) < _VALUES_SHOWN:
                values[name].append(value)
    rows = "、".join(str(one["row"]) for one in those[:_ROWS_SHOWN])
    more = f" …（共 {len(those)} 行）" if len(those) > _ROWS_SHOWN else ""
    texts = finding_rules()[rule]
    skipped = "；未采用" if those[0]["skipped"] else ""
    told = f"{said(texts.says, values, 'zh')}{skipped}。{said(texts.fix, values, 'zh')}"
    return f"{file} {sheet} 第 {rows} 行{more}：{told}"
