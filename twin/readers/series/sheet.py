"""A CSV or Parquet file as a table of columns, with the number that each row has in a spreadsheet."""

from __future__ import annotations

import csv
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from twin.errors import EmptyReadingsError, NotPlainFileError, ReadingsEncodingError, ReadingsTableError

ENCODINGS: Final = ("utf-8-sig", "gb18030")
_BARE: Final = re.compile(r"[\d.,:+\-TZ /]*")


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row with too few or too many cells."""

    row: int
    text: str
    cells: int
    expected: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` counts from 1, headings included. ``commas``: a comma parts no cells, so it may part decimals."""

    table: pa.Table
    rows: list[int]
    headed: bool = True
    commas: bool = False
    delimiter: str = ","
    ragged: list[Ragged] = field(default_factory=list)


def read_sheet(path: Path, *, links: bool = True) -> Sheet:
    """Raises a ReadingsFileError. Without ``links`` only a plain file is opened, whatever its name points to."""
    with _opened(path, links) as file:
        return _parquet(path, file) if path.suffix.lower() == ".parquet" else _csv(path, file.read())


def _opened(path: Path, links: bool) -> Any:
    """Nothing but a plain file, looked at after it is open: what a name means may change in between."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags if links else flags | getattr(os, "O_NOFOLLOW", 0))
    except OSError as fault:
        if path.is_symlink() or path.is_dir():
            raise NotPlainFileError(path=path) from fault
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotPlainFileError(path=path)
    return os.fdopen(number, "rb")


def _parquet(path: Path, file: Any) -> Sheet:
    try:
        table = pq.read_table(file)
    except (pa.ArrowException, OSError) as fault:
        raise ReadingsTableError(path=path, format="Parquet") from fault
    return Sheet(table, list(range(1, table.num_rows + 1)))


def _csv(path: Path, raw: bytes) -> Sheet:
    """Every cell as text, so that a file that changes its mind halfway is named by row."""
    text = _decoded(path, raw)
    if not text.strip():
        raise EmptyReadingsError(path=path)
    body = text.lstrip("\r\n")
    above = text[: len(text) - len(body)].count("\n")
    first = body.partition("\n")[0].strip("\r")
    delimiter = max("\t;,", key=first.count)
    cells = next(csv.reader([first], delimiter=delimiter))
    headed = not all(_BARE.fullmatch(cell) for cell in cells)
    names = [f"column_{number + 1}" for number in range(len(cells))]
    ragged: list[Ragged] = []

    def put_aside(row: Any) -> str:
        ragged.append(Ragged(row.number + above, row.text, row.actual_columns, row.expected_columns))
        return "skip"

    try:
        table = pa_csv.read_csv(
            pa.BufferReader(body.encode()),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=int(headed), use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=put_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException as fault:
        raise ReadingsTableError(path=path, format="CSV") from fault
    aside = {one.row for one in ragged}
    last = above + headed + table.num_rows + len(ragged)
    rows = [row for row in range(above + headed + 1, last + 1) if row not in aside]
    if headed:
        table = _named(table, [cell.strip() for cell in cells])
    return _without_blank(Sheet(table, rows, headed, delimiter != ",", delimiter, ragged))


def _named(table: pa.Table, headings: list[str]) -> pa.Table:
    """Spreadsheets write columns without a heading and a cell behind the last one: those are none."""
    kept = [place for place, one in enumerate(headings) if one or table.column(place).null_count < table.num_rows]
    return table.select(kept).rename_columns([headings[place] for place in kept])


def _without_blank(sheet: Sheet) -> Sheet:
    """Lines without a cell that says anything are no rows, but they count."""
    said = pa.chunked_array([pa.repeat(False, sheet.table.num_rows)])
    for column in sheet.table.columns:
        said = pc.or_(said, pc.is_valid(column))
    if pc.all(said).as_py():
        return sheet
    rows = [row for row, one in zip(sheet.rows, said.to_pylist(), strict=True) if one]
    return Sheet(sheet.table.filter(said), rows, sheet.headed, sheet.commas, sheet.delimiter, sheet.ragged)


def _decoded(path: Path, raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadingsEncodingError(path=path)
