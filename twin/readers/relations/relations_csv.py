"""Relations as a table: from_id, kind, to_id, valid_from, valid_to (CSV; Chinese headings too).

``kind`` is a word of ``RelationKind`` or its Chinese name. Times are ISO 8601; without an offset they are campus-local.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from twin.errors import TableUnclearError
from twin.model.tables import RelationKind
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.options import Options
from twin.readers.sniff import csv_headings
from twin.readers.tables.headings import match_headings, normal_heading
from twin.readers.tables.row_sieve import RowSieve, absent, map_texts
from twin.readers.tables.sheets import Table, read_sheets
from twin.readers.tables.times import moment
from twin.readers.writer import BatchWriter

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "from_id": ("from_id", "主体", "起点对象"),
    "kind": ("kind", "relation", "关系", "关系类型"),
    "to_id": ("to_id", "客体", "终点对象"),
    "valid_from": ("valid_from", "生效时间", "开始时间"),
    "valid_to": ("valid_to", "失效时间", "结束时间"),
}
NEEDED: Final = ("from_id", "kind", "to_id")
KINDS: Final = {one.value: one.value for one in RelationKind} | {
    "包含": "contains",
    "服务": "serves",
    "供给": "feeds",
    "控制": "controls",
    "测量": "measures",
    "可见": "sees",
    "负责": "responsible_for",
}


class RelationsCsvReader:
    """Rows -> relations."""

    name: ClassVar[str] = "relations_csv"
    version: ClassVar[int] = 2
    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    options: ClassVar[Options] = {}

    def supports(self, path: Path) -> bool:
        if path.suffix.lower() != ".csv":
            return False
        present = {normal_heading(one) for one in csv_headings(path)}
        return all(present & {normal_heading(alias) for alias in HEADINGS[name]} for name in NEEDED)

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - one file is all
        return []

    def inspect(self, path: Path) -> Inspection:  # noqa: ARG002 - relations need neither CRS nor layer
        return Inspection(needs_crs=False, needs_layer=False)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        sheet = read_sheets(source.path)[0]
        table = Table(sheet, match_headings(sheet.rows, HEADINGS))
        missing = [name for name in NEEDED if not table.has(name)]
        if missing:
            cure = "Head the columns from_id, kind, to_id."
            raise TableUnclearError(path=source.path, detail=f"no column {', '.join(missing)}", cure=cure)
        _read(table, source, out, report)
        return report


def _read(table: Table, source: Source, out: BatchWriter, report: ReadReport) -> None:
    sieve = RowSieve(table, report)
    start, end = table.text("from_id"), table.text("to_id")
    kind = map_texts(table.text("kind"), lambda one: KINDS.get((one or "").lower()))
    times = {
        name: map_texts(table.text(name), lambda one: moment(one, source.timezone))
        for name in ("valid_from", "valid_to")
    }
    sieve.drop(absent(start) | absent(end), SkipReason.NO_KEY, "relation_end_missing")
    sieve.drop(absent(kind), SkipReason.BAD_VALUE, "relation_kind_unknown", kinds=list(KINDS))
    odd = np.array([any(times[name][row] is False for name in times) for row in range(table.size)], bool)
    sieve.drop(odd, SkipReason.BAD_VALUE, "validity_unreadable")
    seen: set[tuple[Any, ...]] = set()
    repeated = np.zeros(table.size, bool)
    for row in np.flatnonzero(sieve.kept):
        key = (start[row], kind[row], end[row], times["valid_from"][row], times["valid_to"][row])
        repeated[row] = key in seen
        seen.add(key)
    sieve.drop(repeated, SkipReason.DUPLICATE, "row_twice")
    report.kept = int(sieve.kept.sum())
    if report.kept:
        kept = sieve.kept
        columns = {"from_id": start[kept], "kind": kind[kept], "to_id": end[kept]}
        times_kept = {name: one[kept].tolist() for name, one in times.items()}
        out.table("relations", columns | times_kept | {"source": [source.key] * report.kept})
