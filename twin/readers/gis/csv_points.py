"""Tables with coordinates (CSV, TSV, .xlsx) -> points of one layer: devices, trees, lamps, covers, nodes.

Encoding: UTF-8 (with or without BOM), UTF-16 with BOM, else GB 18030, or ``options.encoding``. Rows are counted as
a spreadsheet does, the heading being row 1. The table says no CRS, so campus.toml must.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import horizontal, parse_crs
from twin.errors import MissingCrsError, SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.faults import needed, reading
from twin.readers.gis.axes import find_axes, order_axes, require_fitting_crs, said_axes
from twin.readers.gis.fields import is_blank, parse_number, stated_unit
from twin.readers.gis.guess import guess_layer, states_levels
from twin.readers.gis.records import Records, write_records
from twin.readers.height_unit import height_unit_m, taken_as_metres
from twin.readers.survey.pipe_table import PipeTableReader
from twin.readers.writer import BatchWriter

Row = Sequence[Any]

_AXES_NOTES: Final = {
    True: 'longitude and latitude: crs = "EPSG:4326" (WGS 84) or "EPSG:4490" (CGCS2000)',
    False: "east and north: name the grid as crs",
    None: "X and Y do not say which is east; see options.axis_order",
}

# 423456,78 as much of the world writes it
_DECIMAL_COMMA: Final = re.compile(r"\s*[+-]?\d+(?:,\d+)?\s*\Z")
_THOUSANDS: Final = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3})?\s*\Z")
# What a cell that is no number looks like, and what to do about it; the first that fits.
_CAUSES: Final = (
    (
        re.compile(r"\s*[+-]?\d{1,3}(?:(?:[.,' \u00a0]\d{3})+[.,]\d+|(?:[.,' \u00a0]\d{3}){2,})\s*\Z"),
        "; thousands are separated: write 1234567.89",
    ),
    (re.compile(r"\s*[+-]?\d+,\d+\s*\Z"), "; decimals or thousands? write a point for decimals, nothing for thousands"),
    (re.compile(r""), ""),
)
_DMS: Final = re.compile(
    r"^\s*([NSEW])?\s*(\d+)\s*[°度]\s*(\d+)\s*['′分]\s*(\d+(?:\.\d+)?)\s*[\"″秒]?\s*([NSEW])?\s*$", re.I
)


class CsvPointsReader:
    """A table with one point a row -> features of one layer."""

    name: ClassVar[str] = "csv_points"
    version: ClassVar[int] = 4
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".xlsx")

    def supports(self, path: Path) -> bool:
        """A coordinate pair in the heading row, and not a point or line table of a pipe survey."""
        found = any(find_axes(headings) is not None for headings in _headings(path).values())
        return found and not PipeTableReader().supports(path)

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        with reading(path, csv.Error, RuntimeError):
            tables = {name: one for name, one in _headings(path).items() if find_axes(one) is not None}
            if len(tables) != 1:
                note = (
                    f"{path.name} has {len(tables)} sheets with coordinates: {', '.join(tables)}; choose options.table"
                )
                return Inspection(notes=(note,))
            sheet, headings = next(iter(tables.items()))
            rows = _rows(path, sheet, None)
        axes = find_axes(headings)
        assert axes is not None
        layers, options = guess_layer(path.stem, {"Point"}, headings)
        notes = (f"{path.name}: {_AXES_NOTES[axes.degrees]}",)
        return Inspection(
            layers=layers,
            has_heights=axes.height is not None or states_levels(layers, headings),
            degrees=axes.degrees is True,
            count=sum(1 for row in rows[1:] if not _blank(row)),
            options=options,
            notes=notes,
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        if source.crs is None:
            raise MissingCrsError(path=source.path)
        with reading(source.path, csv.Error, RuntimeError):
            sheet = _chosen_sheet(source)
            rows = _rows(source.path, sheet, source.options.get("encoding"))
        if not rows:
            raise SourceUnreadableError(path=source.path, detail="the table is empty")
        first = next((n for n, row in enumerate(rows) if not _blank(row)), 0)
        headings = _unique([str(cell).strip() for cell in rows[first]])
        records, notes = _records(headings, rows[first + 1 :], first + 2, sheet, source)
        report = write_records(records, source, out)
        for note in notes:
            report.note(f"{source.path.name}: {note}")
        return report


def _headings(path: Path) -> dict[str, tuple[str, ...]]:
    """Heading row by sheet; a text file is one nameless sheet."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return sniff.xlsx_headings(path)
    return {"": sniff.csv_headings(path)} if suffix in (".csv", ".tsv", ".txt") else {}


def _chosen_sheet(source: Source) -> str:
    headings = _headings(source.path)
    wanted = source.options.get("table")
    if wanted is not None and wanted in headings:
        return str(wanted)
    usable = [name for name, one in headings.items() if find_axes(one) is not None] or list(headings)
    if wanted is None and len(usable) == 1:
        return usable[0]
    said = "options.table is not set" if wanted is None else f"it has no sheet '{wanted}'"
    cure = f'Write options.table = "…": {", ".join(headings)}.'
    raise SourceUnreadableError(path=source.path, detail=said, cure=cure)


def _rows(path: Path, sheet: str, encoding: str | None) -> list[Row]:
    """All rows as cells, heading and blank ones included."""
    if path.suffix.lower() == ".xlsx":
        calamine = needed("python_calamine", path, "python-calamine")
        try:
            book = calamine.CalamineWorkbook.from_path(str(path))
            return list(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        except calamine.CalamineError as fault:
            raise SourceUnreadableError(path=path, detail=str(fault)) from fault
    raw = path.read_bytes()
    text = raw.decode(encoding) if encoding else raw.decode(sniff.encoding_of(raw), errors="replace")
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=sniff.delimiter_of(heading)))


def _blank(row: Row) -> bool:
    return all(is_blank(cell) for cell in row)


def _unique(headings: list[str]) -> list[str]:
    """Headings with a number behind repeated or missing ones, so that no column hides another."""
    out: list[str] = []
    for n, heading in enumerate(headings, start=1):
        name = heading or f"column {n}"
        out.append(name if name not in out else f"{name} ({n})")
    return out


def _records(
    headings: list[str], rows: Sequence[Row], first: int, sheet: str, source: Source
) -> tuple[Records, list[str]]:
    """The table's records, and what a person should know of how its coordinates were read."""
    axes = said_axes(headings, source)
    require_fitting_crs(axes, source)
    said = None if axes.height is None else stated_unit(headings[axes.height], "z", source)
    unit_m = height_unit_m(source, said, source.crs)
    cells = [_column(rows, position) for position in (axes.east, axes.north, axes.height)]
    columns = [
        _coordinates(some, factor, decimal_commas=commas)
        for some, factor, commas in zip(cells, (1.0, 1.0, unit_m or 1.0), _decimal_commas(cells), strict=True)
    ]
    points = np.column_stack([one.numbers for one in columns])
    where = f"{sheet}!" if sheet else "row "
    notes = [
        note
        for position, one in zip((axes.east, axes.north, axes.height), columns, strict=True)
        if position is not None
        for note in one.notes(headings[position], where, first, is_height=position == axes.height)
    ]
    wide = [n for n, row in enumerate(rows) if len(row) > len(headings)]
    if wide:
        count, row = len(wide), f"{where}{first + wide[0]}"
        notes.append(f"{count} rows have more cells than there are headings, the first is {row}: a stray separator?")
    if axes.height is None or not np.isfinite(points[:, 2:]).any():
        points = points[:, :2]
    elif unit_m is None:
        notes.append(taken_as_metres(source, source.crs))
    positions = [f"{where}{first + n}" for n in range(len(rows))]
    points = order_axes(points, axes, source, positions)
    reasons = dict.fromkeys(np.flatnonzero(~_placeable(points, source)).tolist(), SkipReason.BAD_COORDINATES)
    reasons |= {n: SkipReason.BLANK_ROW for n, row in enumerate(rows) if _blank(row)}
    geometry = np.full(len(rows), None, dtype=object)
    for n in range(len(rows)):
        if n not in reasons:
            geometry[n] = shapely.Point(points[n][np.isfinite(points[n])])
    width = max([len(headings), *(len(row) for row in rows)])
    names = _unique([*headings, *[""] * (width - len(headings))])
    used = {axes.east, axes.north, axes.height}
    table = {
        name: [_cell(row[n]) if n < len(row) else None for row in rows]
        for n, name in enumerate(names)
        if n not in used or name == source.key_column
    }
    if axes.height is not None and (odd := columns[2].odd()):
        table.setdefault(names[axes.height], [cells[2][n] if n in odd else None for n in range(len(rows))])
    return Records(geometry, table, positions, None, None, reasons, heights_in_metres=True), notes


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


@dataclass(frozen=True, slots=True)
class _Coordinates:
    """One coordinate of every row (NaN where there is none), and how it was read."""

    numbers: NDArray[np.float64]
    cells: list[Any]
    decimal_commas: bool

    def notes(self, heading: str, where: str, first: int, *, is_height: bool) -> Iterator[str]:
        if self.decimal_commas:
            yield f"the commas in column '{heading}' are read as decimal points"
        if odd := self.odd():
            row, cell = f"{where}{first + odd[0]}", self.cells[odd[0]]
            cause = next(text for form, text in _CAUSES if form.match(str(cell)))
            left = "their heights are left out" if is_height else "they have no place"
            yield f"{len(odd)} rows have no number in column '{heading}', the first is {row}: '{cell}'; {left}{cause}"

    def odd(self) -> list[int]:
        """Rows in which something stands that is no number."""
        return [n for n, one in enumerate(self.cells) if not is_blank(one) and np.isnan(self.numbers[n])]


def _column(rows: Sequence[Row], position: int | None) -> list[Any]:
    return [row[position] if position is not None and position < len(row) else None for row in rows]


def _decimal_commas(columns: Sequence[Sequence[Any]]) -> list[bool]:
    """Which of the coordinate columns have commas for decimal points.

    1,234 and 2,500 may be thousands: one value in the table that can be nothing but decimal decides for all.
    """
    written = [[str(one) for one in cells if not is_blank(one)] for cells in columns]
    fit = [any("," in one for one in some) and all(_DECIMAL_COMMA.match(one) for one in some) for some in written]
    proven = any(
        fits and not all(_THOUSANDS.match(one) for one in some) for fits, some in zip(fit, written, strict=True)
    )
    return [fits and proven for fits in fit]


def _coordinates(cells: list[Any], unit_m: float = 1.0, *, decimal_commas: bool = False) -> _Coordinates:
    """``unit_m``: what a bare number of the column is multiplied with."""
    read = [str(one).replace(",", ".") for one in cells] if decimal_commas else cells
    numbers = np.array([_degrees_or_number(one, unit_m) for one in read], dtype=float)
    return _Coordinates(numbers, cells, decimal_commas)


def _degrees_or_number(cell: Any, unit_m: float) -> float:
    """A number, or degrees, minutes and seconds; NaN when it is neither."""
    number = parse_number(cell, unit_m)
    if number is not None:
        return number
    found = _DMS.match(cell) if isinstance(cell, str) else None
    if found is None:
        return float("nan")
    side, degrees, minutes, seconds, side_behind = found.groups()
    value = int(degrees) + int(minutes) / 60 + float(seconds) / 3600
    return -value if (side or side_behind or "").upper() in ("S", "W") else value


def _placeable(points: Any, source: Source) -> Any:
    """Finite, and in a geographic CRS neither off the globe nor at 0, 0, which is what an unset position becomes."""
    good = np.isfinite(points[:, :2]).all(axis=1)
    parsed = parse_crs(source.crs or "local", source.path)
    if parsed is None or not horizontal(parsed).is_geographic:
        return good
    plan = np.abs(points[:, :2])
    return good & (plan[:, 0] <= 180) & (plan[:, 1] <= 90) & (plan.max(axis=1) > 0)
