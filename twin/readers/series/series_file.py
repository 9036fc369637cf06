"""A file of readings -> ``point_id, observed_at, value`` and what was refused, reading by reading.

Three forms are known. *Long*: columns for point, time and value. *Wide*: one column of times, each other one numbers of
one point. *Bare*: times and values of one point, with headings or without. What a file does not say (the point of a
bare file) a pattern says: ``{stem}`` is the name of the file without suffix, ``{parent}`` and ``{grandparent}`` its
folders, ``{column}`` the heading. ``headings.py`` has the words; what is not clear is refused.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.errors import PointPatternError
from twin.readers.series.cells import are_numbers, numbers, qualities
from twin.readers.series.headings import UNIT, Roles, roles_of
from twin.readers.series.repeats import contradictions
from twin.readers.series.sheet import Sheet, read_sheet
from twin.readers.series.times import moments

POINT: Final = r"^[^~\x00-\x1f][^\x00-\x1f]{0,159}$"  # as in messages
MOST_TOLD: Final = 1_000
CELL_LENGTH: Final = 80
RAW_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class SeriesOptions:
    """``timezone`` is that of times without an offset; ``missing`` is the number that stands for no value.

    Without ``links`` nothing is opened but a plain file.
    """

    timezone: str
    point: str | None = None
    missing: float | None = None
    links: bool = True


@dataclass(frozen=True, slots=True)
class RefusedReading:
    """``row`` counts from 1 as a spreadsheet does; ``params`` are those of the words of ``reason`` (``ROW_WORDS``)."""

    row: int
    reason: str
    params: dict[str, Any]
    raw: str


@dataclass(slots=True)
class Series:
    """Rows in the file's order; ``skipped`` counts by reason, ``refused`` tells the first of them; ``units`` is what
    the file says."""

    table: pa.Table
    rows: int
    found: int
    skipped: dict[str, int] = field(default_factory=dict)
    refused: list[RefusedReading] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    zeros: dict[str, int] = field(default_factory=dict)

    def refuse(self, reason: str, number: int) -> None:
        if number:
            self.skipped[reason] = self.skipped.get(reason, 0) + number


def read_series(path: Path, options: SeriesOptions) -> Series:
    """Raises a ReadingsFileError with what is missing and how to say it."""
    sheet = read_sheet(path, links=options.links)
    table = sheet.table
    commas = sheet.commas
    roles = roles_of(path, table.column_names, sheet.headed, lambda name: are_numbers(table[name], commas))
    rows = table.num_rows + len(sheet.ragged)
    found = Series(pa.table({}), rows, rows * len(roles.values))
    for one in sheet.ragged:
        params = {"cell": one.cells, "expected": one.expected}
        found.refuse("ragged", len(roles.values))
        found.refused += [RefusedReading(one.row, "ragged", params, one.text[:RAW_LENGTH])] * len(roles.values)
    times = moments(_time_cells(table, roles), ZoneInfo(options.timezone))
    pieces = [_piece(path, options, sheet, roles, name, times, found) for name in roles.values]
    found.table = pa.concat_tables(pieces)
    found.refused = sorted(found.refused, key=lambda one: one.row)[:MOST_TOLD]
    return found


def _time_cells(table: pa.Table, roles: Roles) -> pa.ChunkedArray:
    if roles.day is None:
        return table[roles.time]
    both = [pc.utf8_trim_whitespace(_text(table[one])) for one in (roles.day, roles.time)]
    return pc.binary_join_element_wise(*both, " ")


def _piece(
    path: Path, options: SeriesOptions, sheet: Sheet, roles: Roles, name: str, times: pa.ChunkedArray, found: Series
) -> pa.Table:
    """One column of values: of one point, or of the points that stand beside it."""
    table, count = sheet.table, sheet.table.num_rows
    empty = pa.chunked_array([pa.nulls(count, pa.string())])
    if roles.point is not None:
        points = pc.utf8_trim_whitespace(_text(table[roles.point]))
    else:
        points = pa.chunked_array([pa.repeat(_point_id(path, options, name, roles), count)])
    values, no_number = numbers(table[name], sheet.commas)
    said = table[roles.quality] if roles.quality else empty
    quality, no_quality = qualities(said)
    rows = pa.table(
        {
            "point_id": points,
            "observed_at": times,
            "value": values,
            "quality": quality,
            "message_id": _text(table[roles.message_id]) if roles.message_id else empty,
            "_place": pa.array(range(count), pa.int64()),
        }
    )
    no_point = pc.invert(pc.fill_null(pc.match_substring_regex(points, POINT), False))
    faults = {
        "no_time": (pc.is_null(times), _time_cells(table, roles)),
        "no_number": (no_number, table[name]),
        "no_point": (no_point, points),
        "no_quality": (no_quality, said),
    }
    rows = _without(rows, faults, sheet, found)
    _learn(rows, roles, name, table, found)
    rows = _without_missing(rows, options.missing)
    twice = contradictions(path, rows, sheet, roles)
    found.refuse("contradicts", len(twice))
    for place, params in islice(twice.items(), MOST_TOLD):
        found.refused.append(_told(sheet, place, "contradicts", params))
    if twice:
        rows = rows.filter(pc.invert(pc.is_in(rows["_place"], pa.array(list(twice), pa.int64()))))
    return rows.drop_columns(["_place"])


def _without(
    rows: pa.Table, faults: dict[str, tuple[pa.ChunkedArray, pa.ChunkedArray]], sheet: Sheet, found: Series
) -> pa.Table:
    """The rows without those that have a fault: which rows, and the cells that it is in. The first fault counts."""
    good = pa.chunked_array([pa.repeat(True, rows.num_rows)])
    for reason, (bad, cells) in faults.items():
        places = pc.indices_nonzero(pc.and_(bad, good)).to_pylist()
        found.refuse(reason, len(places))
        for place in places[:MOST_TOLD]:
            cell = cells[place].as_py()
            found.refused.append(_told(sheet, place, reason, {"cell": "" if cell is None else str(cell)[:CELL_LENGTH]}))
        good = pc.and_(good, pc.invert(bad))
    return rows.filter(good)


def _told(sheet: Sheet, place: int, reason: str, params: dict[str, Any]) -> RefusedReading:
    cells = (column[place].as_py() for column in sheet.table.columns)
    raw = sheet.delimiter.join("" if one is None else str(one) for one in cells)
    return RefusedReading(sheet.rows[place], reason, params, raw[:RAW_LENGTH])


def _learn(rows: pa.Table, roles: Roles, name: str, table: pa.Table, found: Series) -> None:
    """Units by point, as a column or the heading says them; how often a column of one point is 0."""
    points = pc.unique(rows["point_id"]).to_pylist()
    if roles.unit is not None:
        units = _text(table[roles.unit]).take(rows["_place"])
        for point, unit in zip(rows["point_id"].to_pylist(), units.to_pylist(), strict=True):
            if unit:
                found.units.setdefault(point, unit)
    elif unit := UNIT.match(name):
        found.units |= dict.fromkeys(points, unit["unit"])
    if roles.point is None and points:
        found.zeros[points[0]] = pc.sum(pc.equal(rows["value"], 0.0)).as_py() or 0


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _point_id(path: Path, options: SeriesOptions, column: str, roles: Roles) -> str:
    unit = UNIT.match(column)
    heading = (unit["name"] if unit else column).strip()
    pattern = options.point or ("{stem}:{column}" if roles.by_heading else "{stem}")
    folders = [*reversed(path.absolute().parts[:-1]), "", ""]
    try:
        said = pattern.format(
            stem=path.stem, parent=folders[0], grandparent=folders[1], column=re.sub(r"\W+", "_", heading).strip("_")
        )
    except (KeyError, IndexError, ValueError) as fault:
        raise PointPatternError(path=path, pattern=pattern) from fault
    return said[:160]


def _without_missing(rows: pa.Table, missing: float | None) -> pa.Table:
    """A number that stands for no value becomes none, and says so by its quality."""
    if missing is None:
        return rows
    is_missing = pc.fill_null(pc.equal(rows["value"], missing), False)
    value = pc.if_else(is_missing, pa.scalar(None, pa.float64()), rows["value"])
    quality = pc.if_else(is_missing, pa.scalar("offline"), rows["quality"])
    names = rows.column_names
    return rows.set_column(names.index("value"), "value", value).set_column(names.index("quality"), "quality", quality)


def job_of(path: Path, options: SeriesOptions, folder: Path) -> dict[str, Any]:
    """What the limited child is told."""
    return {"verb": "series", "path": str(path), "options": asdict(options), "folder": str(folder)}


def perform(job: dict[str, Any]) -> dict[str, Any]:
    """In the child: read, write what was read beside, say the rest."""
    found = read_series(Path(job["path"]), SeriesOptions(**job["options"]))
    pq.write_table(found.table, Path(job["folder"]) / "series.parquet")
    return {
        "rows": found.rows,
        "found": found.found,
        "kept": found.table.num_rows,
        "skipped": found.skipped,
        "refused": [asdict(one) for one in found.refused],
        "units": found.units,
        "zeros": found.zeros,
    }
