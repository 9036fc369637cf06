"""Workbooks and CSV files as named sheets of raw cells, with the row numbers a person sees in Excel.

Cells keep what the file says (text, number, date, empty); readers decide what a column means. Row 1 is the first row of
the sheet, blank rows included. CSV may be UTF-8 (with or without byte-order mark), UTF-16 with one, or GB 18030.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.errors import MissingDependencyError, SourceUnreadableError
from twin.readers.sniff import encoding_of, separator_of
from twin.readers.tables.headings import NO_VALUE, Matched

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")
LARGEST: Final = 1e12  # no coordinate, level or price is larger; such a cell is a slip


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` are all rows from row 1 on, ragged; ``file`` is where they came from."""

    name: str
    file: Path
    rows: list[list[Any]]


def read_sheets(path: Path) -> list[Sheet]:
    """All sheets of a workbook, or the one of a CSV file (named after it)."""
    if path.suffix.lower() in WORKBOOKS:
        return _read_workbook(path)
    return [Sheet(path.stem, path, _read_csv(path))]


def _read_workbook(path: Path) -> list[Sheet]:
    try:
        import python_calamine
    except ModuleNotFoundError as fault:
        raise MissingDependencyError(path=path, package="python-calamine", extra="survey") from fault
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            return [
                Sheet(name, path, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
                for name in book.sheet_names
            ]
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise SourceUnreadableError(
            path=path, detail=f"no readable workbook: {fault}", cure="Save it again as .xlsx and deliver it again."
        ) from fault


def _read_csv(path: Path) -> list[list[Any]]:
    raw = path.read_bytes()
    encoding = encoding_of(raw)
    if encoding != "utf-16" and b"\x00" in raw[:65536]:
        raise SourceUnreadableError(path=path, detail="it holds binary data, not text")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as fault:
        raise SourceUnreadableError(
            path=path,
            detail=f"byte {fault.start} fits neither UTF-8 nor GBK",
            cure="Save it as CSV UTF-8 and deliver it again.",
        ) from fault
    try:
        return list(csv.reader(io.StringIO(text), delimiter=separator_of(text)))
    except csv.Error as fault:
        raise SourceUnreadableError(path=path, detail=f"not a readable CSV: {fault}") from fault


# --- columns -------------------------------------------------------------------------------------------


def text_cell(value: Any) -> str | None:
    """A cell as text: trimmed, whole numbers without ``.0``, dates as ISO 8601, nothing for blanks."""
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return unicodedata.normalize("NFKC", str(value)).strip() or None


class Table:
    """The data rows under a matched heading row, column by column."""

    def __init__(self, sheet: Sheet, matched: Matched) -> None:
        self.sheet = sheet
        self.matched = matched
        body = sheet.rows[matched.heading_row + 1 :]
        self.first_row = matched.heading_row + 2  # as Excel numbers it
        self.size = len(body)
        self._body = body
        self._texts: dict[int, NDArray[np.object_]] = {}
        self.blank = np.array([all(cell is None or str(cell).strip() == "" for cell in row) for row in body], bool)

    def row_number(self, row: int) -> int:
        return self.first_row + row

    def has(self, name: str) -> bool:
        return name in self.matched.columns

    def text(self, name: str) -> NDArray[np.object_]:
        """Text cells of a matched column; None where blank or the column is absent."""
        position = self.matched.columns.get(name)
        return np.full(self.size, None, object) if position is None else self.text_at(position)

    def text_at(self, position: int) -> NDArray[np.object_]:
        if position not in self._texts:
            out = np.empty(self.size, object)
            out[:] = [text_cell(row[position]) if position < len(row) else None for row in self._body]
            self._texts[position] = out
        return self._texts[position]

    def number(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Numbers of a matched column (NaN where there is none), and where something stands that is no number."""
        text = self.text(name)
        numbers = pd.to_numeric(pd.Series(text, dtype=object), errors="coerce").to_numpy(float, copy=True)
        numbers[~(np.abs(numbers) < LARGEST)] = np.nan
        odd = np.isnan(numbers) & np.array([one is not None and one.upper() not in NO_VALUE for one in text], bool)
        return numbers, odd

    def extra(self) -> dict[str, NDArray[np.object_]]:
        """Columns without a meaning of their own, by heading: they become attributes."""
        return {heading: self.text_at(position) for heading, position in self.matched.unmatched.items()}


def heading_note(table: Table, what: str) -> str:
    """One line for the report: what was understood, what was not."""
    matched = table.matched
    known = ", ".join(f"{heading} → {name}" for name, heading in matched.headings.items())
    line = f"{table.sheet.file.name}, {table.sheet.name} ({what}): understood {known}"
    if matched.unmatched:
        line += f"; kept as attributes: {', '.join(matched.unmatched)}"
    if matched.doubled:
        line += f"; ignored as second column of the same meaning: {', '.join(matched.doubled)}"
    return line
