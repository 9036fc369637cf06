"""Tables with coordinates (CSV, TSV, .xlsx) -> points of one layer: devices, trees, lamps, covers, nodes.

Encoding: UTF-8 (with or without BOM), UTF-16 with BOM, else GB 18030, or ``options.encoding``. Rows are counted as
a spreadsheet does, the heading being row 1. The table says no CRS, so campus.toml must.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import shapely

from twin.crs import horizontal, parse_crs
from twin.errors import MissingCrsError, SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.crs_unit import crs_units_per
from twin.readers.faults import needed, reading
from twin.readers.gis.axes import AXIS_OPTIONS, Axes, find_axes, order_axes, require_fitting_crs, said_axes
from twin.readers.gis.coordinate_cells import Coordinates, read_coordinates
from twin.readers.gis.fields import is_blank, stated_unit
from twin.readers.gis.guess import guess_layer, states_levels
from twin.readers.gis.records import RECORD_OPTIONS, Records, write_records
from twin.readers.heading_units import unit_in_name
from twin.readers.height_unit import height_unit_m, taken_as_metres
from twin.readers.options import TEXT, Options, said_units
from twin.readers.survey.pipe_table import PipeTableReader
from twin.readers.writer import BatchWriter

Row = Sequence[Any]

_AXES_NOTES: Final = {
    True: 'longitude and latitude: crs = "EPSG:4326" (WGS 84) or "EPSG:4490" (CGCS2000)',
    False: "east and north: name the grid as crs",
    None: "X and Y do not say which is east; see options.axis_order",
}


class CsvPointsReader:
    """A table with one point a row -> features of one layer."""

    name: ClassVar[str] = "csv_points"
    version: ClassVar[int] = 6
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".xlsx")
    options: ClassVar[Options] = {**RECORD_OPTIONS, **AXIS_OPTIONS, "table": TEXT, "encoding": TEXT}

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
            count=sum(1 for row in rows[(sniff.heading_row(rows) or 0) + 1 :] if not _blank(row)),
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
        first = sniff.heading_row(rows) or 0
        headings = _unique([str(cell).strip() for cell in rows[first]])
        records, notes = _records(_Table(headings, rows[first + 1 :], first + 2, sheet), source)
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
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=sniff.separator_of(text)))


def _blank(row: Row) -> bool:
    return all(is_blank(cell) for cell in row)


def _unique(headings: list[str]) -> list[str]:
    """Headings with a number behind repeated or missing ones, so that no column hides another."""
    out: list[str] = []
    for n, heading in enumerate(headings, start=1):
        name = heading or f"column {n}"
        out.append(name if name not in out else f"{name} ({n})")
    return out


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet below its headings. ``first``: its first row as a spreadsheet counts; a text file has no sheet name."""

    headings: list[str]
    rows: Sequence[Row]
    first: int
    sheet: str

    def where(self, row: int) -> str:
        return f"{self.sheet}!{self.first + row}" if self.sheet else f"row {self.first + row}"

    def column(self, position: int | None) -> list[Any]:
        return [row[position] if position is not None and position < len(row) else None for row in self.rows]

    def names(self) -> list[str]:
        """A name for every column, those without a heading too."""
        width = max([len(self.headings), *(len(row) for row in self.rows)])
        return _unique([*self.headings, *[""] * (width - len(self.headings))])

    def remarks(self) -> Iterator[str]:
        wide = [n for n, row in enumerate(self.rows) if len(row) > len(self.headings)]
        if wide:
            count, first = len(wide), self.where(wide[0])
            yield f"{count} rows have more cells than there are headings, the first is {first}: a stray separator?"


def _records(table: _Table, source: Source) -> tuple[Records, list[str]]:
    """The table's records, and what a person should know of how its coordinates were read."""
    axes = said_axes(table.headings, source)
    require_fitting_crs(axes, source)
    said = None if axes.height is None else stated_unit(table.headings[axes.height], "z", source)
    unit_m = height_unit_m(source, said, source.crs)
    units = (*(_crs_units(table.headings[one], source) for one in (axes.east, axes.north)), unit_m or 1.0)
    columns = read_coordinates([table.column(one) for one in (axes.east, axes.north, axes.height)], units)
    notes = [*_column_notes(table, axes, columns), *table.remarks()]
    points = np.column_stack([one.numbers for one in columns])
    if axes.height is None or not np.isfinite(points[:, 2]).any():
        points = points[:, :2]
    elif unit_m is None:
        notes.append(taken_as_metres(source, source.crs))
    positions = [table.where(n) for n in range(len(table.rows))]
    ordered = order_axes(points, axes, source, positions)
    if not axes.certain and "axis_order" not in source.options and np.isfinite(points[:, :2]).all(axis=1).any():
        which = "east" if ordered is points else "north"
        notes.append(f"X is read as {which}: the other way round the numbers do not fit {source.crs}")
    points = ordered
    reasons = dict.fromkeys(np.flatnonzero(~_placeable(points, source)).tolist(), SkipReason.BAD_COORDINATES)
    reasons |= {n: SkipReason.BLANK_ROW for n, row in enumerate(table.rows) if _blank(row)}
    geometry = np.full(len(points), None, dtype=object)
    for n in set(range(len(points))) - set(reasons):
        geometry[n] = shapely.Point(points[n][np.isfinite(points[n])])
    fields = _fields(table, axes, columns[2], source)
    return Records(geometry, fields, positions, None, None, reasons, heights_in_metres=True), notes


def _crs_units(heading: str, source: Source) -> float:
    """What bare numbers of a coordinate column are multiplied with: 东坐标(mm) in a CRS that counts in metres."""
    unit = said_units(source).get(heading) or unit_in_name(heading)
    factor = 1.0 if unit is None else crs_units_per(unit, source.crs or "local")
    if factor is None:
        raise SourceUnreadableError(
            path=source.path,
            detail=f"column '{heading}' says {unit}, which {source.crs} does not count in",
            cure="Correct crs, or the heading.",
        )
    return factor


def _column_notes(table: _Table, axes: Axes, columns: Sequence[Coordinates]) -> Iterator[str]:
    for position, one in zip((axes.east, axes.north, axes.height), columns, strict=True):
        if position is not None:
            left = "their heights are left out" if position == axes.height else "they have no place"
            yield from one.notes(table.headings[position], table.where, left)


def _fields(table: _Table, axes: Axes, heights: Coordinates, source: Source) -> dict[str, list[Any]]:
    """Columns but those of the coordinates; of these the key, and heights that are no number, stay readable."""
    used = {axes.east, axes.north, axes.height}
    names = table.names()
    fields = {
        name: [_cell(one) for one in table.column(n)]
        for n, name in enumerate(names)
        if n not in used or name == source.key_column
    }
    if axes.height is not None and (odd := set(heights.odd())):
        fields.setdefault(names[axes.height], [one if n in odd else None for n, one in enumerate(heights.cells)])
    return fields


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _placeable(points: Any, source: Source) -> Any:
    """Finite, and in a geographic CRS neither off the globe nor at 0, 0, which is what an unset position becomes."""
    good = np.isfinite(points[:, :2]).all(axis=1)
    parsed = parse_crs(source.crs or "local", source.path)
    if parsed is None or not horizontal(parsed).is_geographic:
        return good
    plan = np.abs(points[:, :2])
    return good & (plan[:, 0] <= 180) & (plan[:, 1] <= 90) & (plan.max(axis=1) > 0)
