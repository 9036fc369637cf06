"""Registers (``twin/model/registers.py``) from workbooks and CSV files.

Sheets are told by their headings (Chinese or English); ``options.register`` says it where headings do not. Text stays
as written; numbers, days and moments become what their column is. ``valid_to`` is the first moment at which a row no
longer holds.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from twin.errors import TableUnclearError
from twin.model.registers import REGISTERS
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.options import Options, one_of
from twin.readers.sniff import csv_headings, xlsx_headings
from twin.readers.tables.headings import match_headings, normal_heading
from twin.readers.tables.register_headings import HEADINGS, KEYS
from twin.readers.tables.row_sieve import Mask, RowSieve, Texts, absent, map_texts
from twin.readers.tables.sheets import Sheet, Table, heading_note, read_sheets
from twin.readers.tables.times import day, moment
from twin.readers.writer import BatchWriter

_TIMES: Final = {
    "valid_from": ("valid_from", "生效日期", "生效时间", "启用日期"),
    "valid_to": ("valid_to", "失效日期", "失效时间", "停用日期"),
}
# A table with one of these is a table of things in space, not a register.
_PLACED: Final = frozenset(
    (
        *("X", "Y", "X坐标", "Y坐标", "EAST", "NORTH"),
        *("LON", "LAT", "LONGITUDE", "LATITUDE", "经度", "纬度"),
    )
)


def register_of(headings: tuple[str, ...]) -> list[str]:
    """The registers whose keys and most columns these headings fit; several when they fit equally well."""
    present = {normal_heading(one) for one in headings}
    if present & _PLACED:
        return []
    scores: dict[str, int] = {}
    for name, aliases in HEADINGS.items():
        fits = {own for own, some in aliases.items() if present & {normal_heading(one) for one in some}}
        if fits.issuperset(KEYS[name]) and len(fits) >= 3:
            scores[name] = len(fits)
    best = max(scores.values(), default=0)
    return [name for name, score in scores.items() if score == best]


class RegisterReader:
    """Rows -> registers."""

    name: ClassVar[str] = "register"
    version: ClassVar[int] = 4
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm", ".csv")
    options: ClassVar[Options] = {"register": one_of(*REGISTERS)}

    def supports(self, path: Path) -> bool:
        suffix = path.suffix.lower()
        if suffix == ".csv":
            return bool(register_of(csv_headings(path)))
        return suffix in self.suffixes and any(register_of(one) for one in xlsx_headings(path).values())

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - one file is all
        return []

    def inspect(self, path: Path) -> Inspection:
        headings = [csv_headings(path)] if path.suffix.lower() == ".csv" else list(xlsx_headings(path).values())
        found = [register_of(one) for one in headings]
        unclear = [one for one in found if len(one) > 1]
        notes = tuple(f"fits {' and '.join(one)}: options.register must say which" for one in unclear)
        return Inspection(needs_crs=False, needs_layer=False, notes=notes)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        read = [_read(sheet, source, out, report) for sheet in read_sheets(source.path)]
        if not any(read):
            raise TableUnclearError(
                path=source.path,
                detail="no sheet has the headings of a register",
                cure=f'Correct the headings or write options.register = "…", one of {", ".join(REGISTERS)}.',
            )
        return report


def _which(sheet: Sheet, source: Source) -> str | None:
    stated = source.options.get("register")
    if stated is not None:
        return str(stated)
    rows = [tuple(str(cell) for cell in row) for row in sheet.rows[:10]]
    fits = next((found for row in rows if (found := register_of(row))), [])
    if len(fits) > 1:
        raise TableUnclearError(
            path=source.path,
            detail=f"sheet '{sheet.name}' fits {' and '.join(fits)} alike",
            cure=f'Write options.register = "{fits[0]}".',
        )
    return fits[0] if fits else None


def _read(sheet: Sheet, source: Source, out: BatchWriter, report: ReadReport) -> bool:
    """Whether ``sheet`` was a register."""
    name = _which(sheet, source)
    if name is None:
        report.note(f"{sheet.file.name}, {sheet.name}: not a register; not read")
        return False
    table = Table(sheet, match_headings(sheet.rows, {**HEADINGS[name], **_TIMES}))
    if not any(table.has(one) for one in KEYS[name]):
        report.note(f"{sheet.file.name}, {sheet.name}: has no column of the register {name}; not read")
        return False
    report.note(heading_note(table, name).replace("kept as attributes", "not part of the register"))
    sieve = RowSieve(table, report)
    key = KEYS[name][0] if table.has(KEYS[name][0]) else KEYS[name][1]
    heading = table.matched.headings[key]
    sieve.drop(absent(table.text(key)), SkipReason.NO_KEY, "register_key_missing", heading=heading)
    columns = {field.name: _typed(field, sieve, source) for field in REGISTERS[name].fields}
    columns |= _validity(sieve, source)
    sieve.drop(_repeated(columns, sieve), SkipReason.DUPLICATE, "row_twice")
    kept = int(sieve.kept.sum())
    report.kept += kept
    if kept:
        out.register(name, {key: one[sieve.kept].tolist() for key, one in columns.items()}, sieve.positions())
    return True


def _typed(field: pa.Field, sieve: RowSieve, source: Source) -> Texts:
    """A column as its type; a cell that is not of it stays empty and is mentioned, so that no person is lost for it."""
    table = sieve.table
    text = table.text(field.name)
    if pa.types.is_string(field.type):
        return text
    if pa.types.is_floating(field.type):
        numbers, odd = table.number(field.name)
        values: Texts = numbers.astype(object)
        values[np.isnan(numbers)] = None
    else:
        read = day if pa.types.is_date(field.type) else partial(moment, timezone=source.timezone)
        values = map_texts(text, read)
        odd = np.array([one is False for one in values], bool)
        values[odd] = None
    heading = table.matched.headings.get(field.name, field.name)
    sieve.mention(odd, "cell_unreadable", heading=heading)
    return values


def _validity(sieve: RowSieve, source: Source) -> dict[str, Texts]:
    """``valid_from`` and ``valid_to``. A row that would hold at the wrong time is worse than none: it is skipped."""
    read = partial(moment, timezone=source.timezone)
    times = {name: map_texts(sieve.table.text(name), read) for name in _TIMES}
    starts, ends = times["valid_from"], times["valid_to"]
    odd = np.array([False in pair for pair in zip(starts, ends, strict=True)], bool)
    sieve.drop(odd, SkipReason.BAD_VALUE, "validity_unreadable")
    upside = np.array([bool(a and b) and a >= b for a, b in zip(starts, ends, strict=True)], bool)
    sieve.drop(upside, SkipReason.BAD_VALUE, "validity_upside")
    return times


def _repeated(columns: dict[str, Texts], sieve: RowSieve) -> Mask:
    seen: set[tuple[Any, ...]] = set()
    repeated = np.zeros(sieve.table.size, bool)
    for row in np.flatnonzero(sieve.kept):
        one = tuple(values[row] for values in columns.values())
        repeated[row] = one in seen
        seen.add(one)
    return repeated
