"""A file of readings -> ``point_id, observed_at, value`` and what was skipped.

Three forms are known. *Long*: columns for point, time and value. *Wide*: one column of times, each other one a point.
*Bare*: no headings, times then values (tab separated UNIX times, say). What a file does not say (the point of a bare
file) a pattern says: ``{stem}`` is the name of the file without suffix, ``{parent}`` and ``{grandparent}`` its
folders, ``{column}`` the heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from twin.errors import SourceUnreadableError
from twin.readers.series.times import moments

POINT_NAMES: Final = frozenset({"point_id", "point", "测点", "测点编号", "点号", "tag", "tagname"})
TIME_NAMES: Final = frozenset(
    {"observed_at", "datetime", "timestamp", "time", "date", "时间", "采集时间", "日期", "ts"}
)
VALUE_NAMES: Final = frozenset({"value", "值", "读数", "数值", "reading"})
ID_NAMES: Final = frozenset({"message_id"})
QUALITY_NAMES: Final = frozenset({"quality", "质量"})
UNIT: Final = re.compile(r"^(?P<name>.*?)\s*[\[（(](?P<unit>[^\])）]+)[\])）]\s*$")
ENCODINGS: Final = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class SeriesOptions:
    """``timezone`` is that of times without an offset; ``missing`` is the number that stands for no value."""

    timezone: str
    point: str | None = None
    missing: float | None = None


@dataclass(slots=True)
class Series:
    """Rows in the file's order; ``skipped`` counts by reason; ``units`` is what headings say."""

    table: pa.Table
    found: int
    skipped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    zeros: dict[str, int] = field(default_factory=dict)


def read_series(path: Path, options: SeriesOptions) -> Series:
    """Raises SourceUnreadableError with what is missing and how to say it."""
    table, headed = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    roles = _roles(path, table, headed)
    if roles.point is not None:
        pieces = [_Piece(table[roles.point].cast(pa.string()), table[roles.values[0]], "")]
    else:
        pieces = [_Piece(_point_id(path, options, name, headed), table[name], name) for name in roles.values]
    found = Series(pa.table({}), table.num_rows * len(pieces))
    times = moments(table[roles.time], ZoneInfo(options.timezone))
    tables = [_rows(one, times, table, roles, options, found) for one in pieces]
    found.table = pa.concat_tables(tables)
    return found


@dataclass(frozen=True, slots=True)
class _Roles:
    time: str
    values: list[str]
    point: str | None = None
    quality: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One column of values: of one point, or of the points that stand beside it."""

    point: pa.ChunkedArray | str
    values: pa.ChunkedArray
    heading: str


def _roles(path: Path, table: pa.Table, headed: bool) -> _Roles:
    names = table.column_names
    if not headed:
        if len(names) != 2:
            raise _unreadable(path, f"no headings and {len(names)} columns; without headings it must be time and value")
        return _Roles(names[0], [names[1]])
    plain = {name.strip().lower(): name for name in names}

    def role(known: frozenset[str]) -> str | None:
        return next((name for said, name in plain.items() if said in known), None)

    time = role(TIME_NAMES)
    if time is None:
        raise _unreadable(path, f"no column of times among {', '.join(names)}; call it observed_at or 时间")
    point, value = role(POINT_NAMES), role(VALUE_NAMES)
    if point is not None and value is None:
        raise _unreadable(path, f"points but no column of values among {', '.join(names)}; call it value or 读数")
    if point is not None and value is not None:
        return _Roles(time, [value], point, role(QUALITY_NAMES), role(ID_NAMES))
    return _Roles(time, [name for name in names if name != time])


def _point_id(path: Path, options: SeriesOptions, column: str, headed: bool) -> str:
    unit = UNIT.match(column)
    heading = (unit["name"] if unit else column).strip()
    pattern = options.point or ("{stem}:{column}" if headed else "{stem}")
    folders = [*reversed(path.absolute().parts[:-1]), "", ""]
    try:
        said = pattern.format(
            stem=path.stem, parent=folders[0], grandparent=folders[1], column=re.sub(r"\W+", "_", heading).strip("_")
        )
    except (KeyError, IndexError, ValueError) as fault:
        raise _unreadable(path, f"the pattern '{pattern}' is wrong at {fault}") from fault
    return said[:160]


def _rows(
    piece: _Piece, times: pa.ChunkedArray, table: pa.Table, roles: _Roles, options: SeriesOptions, found: Series
) -> pa.Table:
    count = table.num_rows
    points = pa.chunked_array([pa.repeat(piece.point, count)]) if isinstance(piece.point, str) else piece.point
    values, unread = _numbers(piece.values)
    empty = pa.chunked_array([pa.nulls(count, pa.string())])
    rows = pa.table(
        {
            "point_id": points,
            "observed_at": times,
            "value": values,
            "quality": table[roles.quality].cast(pa.string()) if roles.quality else empty,
            "message_id": table[roles.message_id].cast(pa.string()) if roles.message_id else empty,
            "_unread": unread,
        }
    )
    if isinstance(piece.point, str):
        if unit := UNIT.match(piece.heading):
            found.units[piece.point] = unit["unit"]
        found.zeros[piece.point] = pc.sum(pc.equal(values, 0.0)).as_py() or 0
    rows = _without(rows, pc.is_null(rows["observed_at"]), "no_time", found)
    rows = _without(rows, rows["_unread"], "no_number", found)
    rows = _without(rows, pc.is_null(rows["point_id"]), "no_point", found).drop_columns(["_unread"])
    return _without_missing(rows, options.missing)


def _without(rows: pa.Table, bad: pa.ChunkedArray, reason: str, found: Series) -> pa.Table:
    number = pc.sum(bad).as_py() or 0
    if number:
        found.skipped[reason] = found.skipped.get(reason, 0) + number
        found.examples.setdefault(reason, f"row {pc.index(bad, True).as_py() + 1}")
    return rows.filter(pc.invert(bad))


def _without_missing(rows: pa.Table, missing: float | None) -> pa.Table:
    """A number that stands for no value becomes none, and says so by its quality."""
    if missing is None:
        return rows
    is_missing = pc.fill_null(pc.equal(rows["value"], missing), False)
    value = pc.if_else(is_missing, pa.scalar(None, pa.float64()), rows["value"])
    quality = pc.if_else(is_missing, pa.scalar("offline"), rows["quality"])
    names = rows.column_names
    return rows.set_column(names.index("value"), "value", value).set_column(names.index("quality"), "quality", quality)


def _numbers(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Values as numbers, and which cells hold something that is none. An empty cell is a reading without a value."""
    if pa.types.is_boolean(values.type) or pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return values.cast(pa.float64()), pa.chunked_array([pa.repeat(False, len(values))])
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    number = pc.match_substring_regex(text, r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
    kept = pc.if_else(pc.fill_null(number, False), text, pa.scalar(None, pa.string()))
    said = pc.fill_null(pc.not_equal(text, ""), False)
    return kept.cast(pa.float64()), pc.and_(said, pc.invert(pc.fill_null(number, False)))


def _parquet(path: Path) -> tuple[pa.Table, bool]:
    try:
        return pq.read_table(path), True
    except (pa.ArrowException, OSError) as fault:
        raise _unreadable(path, str(fault).splitlines()[0]) from fault


def _csv(path: Path) -> tuple[pa.Table, bool]:
    """Every cell as text, so that a file that changes its mind halfway is named by row."""
    raw = path.read_bytes()
    text = _decoded(path, raw)
    first = text.partition("\n")[0].strip()
    if not first:
        raise _unreadable(path, "the file is empty")
    delimiter = max("\t;,", key=first.count)
    headed = not all(re.fullmatch(r"[\d.:+\-TZ /]*", cell) for cell in first.split(delimiter))
    names = None if headed else [f"column_{number + 1}" for number in range(first.count(delimiter) + 1)]
    columns = [cell.strip().strip('"') for cell in first.split(delimiter)] if headed else names or []
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text.encode()),
            read_options=pa_csv.ReadOptions(column_names=names, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException as fault:
        raise _unreadable(path, str(fault).splitlines()[0]) from fault
    return table.rename_columns([name.strip() for name in table.column_names]), headed


def _decoded(path: Path, raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "the text is neither UTF-8 nor GB18030")


def _unreadable(path: Path, detail: str) -> SourceUnreadableError:
    cure = "Columns point_id, observed_at, value; or observed_at and a column a point; or --point to name it."
    return SourceUnreadableError(path=path, detail=detail, cure=cure)


def job_of(path: Path, options: SeriesOptions, folder: Path) -> dict[str, Any]:
    """What the limited child is told."""
    said = {"timezone": options.timezone, "point": options.point, "missing": options.missing}
    return {"verb": "series", "path": str(path), "options": said, "folder": str(folder)}


def perform(job: dict[str, Any]) -> dict[str, Any]:
    """In the child: read, write what was read beside, say the rest."""
    found = read_series(Path(job["path"]), SeriesOptions(**job["options"]))
    pq.write_table(found.table, Path(job["folder"]) / "series.parquet")
    return {
        "found": found.found,
        "kept": found.table.num_rows,
        "skipped": found.skipped,
        "examples": found.examples,
        "units": found.units,
        "zeros": found.zeros,
    }
