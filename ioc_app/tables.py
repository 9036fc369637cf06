"""Tables to take away: CSV and XLSX of what a list on the screen shows.

Text of others stays text there, too: in CSV a cell that a spreadsheet would run as a formula gets an apostrophe before
it (OWASP, "CSV Injection"); in XLSX every text is stored as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from twin.model.text import Title

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CELL_LENGTH: Final = 32_000  # a cell of XLSX holds 32,767
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Cell = str | float | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """``of`` takes the cell out of a row as it is shown; a text may be told apart by language."""

    zh: str
    en: str
    of: Callable[[dict[str, Any], str], Cell]


def field(zh: str, en: str, name: str) -> Column:
    """A column that is one value of the row, in the language asked for where it is told in both."""

    def of(row: dict[str, Any], language: str) -> Cell:
        found = row.get(name)
        if isinstance(found, dict):
            found = found.get(language)
        return "; ".join(map(str, found)) if isinstance(found, list) else found

    return Column(zh, en, of)


def moment_field(zh: str, en: str, name: str) -> Column:
    """A column of moments, which are ISO text in the row."""

    def of(row: dict[str, Any], _language: str) -> Cell:
        said = row.get(name)
        return datetime.fromisoformat(said) if said else None

    return Column(zh, en, of)


def word_field(zh: str, en: str, name: str, words: Mapping[Any, Title]) -> Column:
    """A column of codes, told by the words of the language; several are a list. What has no word stays as it is."""

    def word(code: Any, language: str) -> str:
        return str(getattr(words[code], language) if code in words else code)

    def of(row: dict[str, Any], language: str) -> Cell:
        found = row.get(name)
        if isinstance(found, list):
            return "; ".join(word(one, language) for one in found)
        return None if found is None else word(found, language)

    return Column(zh, en, of)


def flag_field(zh: str, en: str, name: str) -> Column:
    """A column of yes and no."""
    return word_field(zh, en, name, {True: Title("是", "yes"), False: Title("否", "no")})


def json_field(zh: str, en: str, name: str) -> Column:
    """A column of structures, as JSON; nothing where there is nothing in one."""
    return Column(zh, en, lambda row, _: json.dumps(said, ensure_ascii=False) if (said := row.get(name)) else None)


def as_csv(columns: Sequence[Column], rows: Iterable[dict[str, Any]], language: str, timezone: ZoneInfo) -> bytes:
    """UTF-8 with a mark before it, without which Excel takes Chinese for something else. Times are campus-local."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([getattr(one, language) for one in columns])
    for row in rows:
        writer.writerow([_csv_cell(one.of(row, language), timezone) for one in columns])
    return out.getvalue().encode("utf-8-sig", "replace")


def as_xlsx(columns: Sequence[Column], rows: Iterable[dict[str, Any]], language: str, timezone: ZoneInfo) -> bytes:
    """One sheet with a fixed heading row. Times are campus-local dates of Excel."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    heading = [WriteOnlyCell(sheet, value=getattr(one, language)) for one in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, one.of(row, language), timezone) for one in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_cell(value: Cell, timezone: ZoneInfo) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(timezone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        text = value.replace("\x00", "")
        return f"'{text}" if text.startswith(FORMULA) else text
    return value


def _xlsx_cell(sheet: Any, value: Cell, timezone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        local = WriteOnlyCell(sheet, value=value.astimezone(timezone).replace(tzinfo=None, microsecond=0))
        local.number_format = "yyyy-mm-dd hh:mm:ss"
        return local
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value="")
        cell.value = _NOT_IN_XML.sub("", value)[:CELL_LENGTH]
        cell.data_type = "s"  # or a text that begins with = would be a formula
        return cell
    return value
