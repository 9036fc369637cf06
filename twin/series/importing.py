"""``twin import readings``: what was measured before the twin was there goes straight into the history.

Files are read in a limited child. Points that nobody knew are written into ``config/points.toml`` with the unit their
heading names. The same file twice adds nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tomlkit

from twin.errors import NoFilesError, RowFault, TwinError, UnknownTimezoneError
from twin.live.import_readings import write_history
from twin.live.point_book import CONFIG, PointBook, load_point_settings
from twin.model.live import PointKind, Quality
from twin.readers.sandbox import Worker
from twin.readers.series.series_file import SeriesOptions
from twin.series.entries import judged, with_ids
from twin.store.campus import Campus
from twin.store.durable import write_whole

__all__ = ["FileImport", "ImportReport", "SeriesOptions", "import_readings"]

AT_ONCE: Final = 5_000_000  # rows in memory
LIMITS: Final = {"cpu_s": 300, "memory_mb": 4096, "file_mb": 4096}
FEW: Final = 20  # readings, of which nothing can be said
MOST_FALLS: Final = 0.1  # of the readings of a counter: it is exchanged once in years
SUFFIXES: Final = (".csv", ".tsv", ".txt", ".parquet")
# units as headings write them -> UCUM
UCUM: Final = {
    "degC": "Cel",
    "°C": "Cel",
    "℃": "Cel",
    "kWh": "kW.h",
    "W/m2": "W/m2",
    "kg_CO2/kWh": "kg/kW.h",
    "m³": "m3",
}


@dataclass(slots=True)
class FileImport:
    """How one file fared, reading by reading: found = kept + those ``skipped`` by reason. ``missing`` of the kept have
    no value; ``examples`` says where a reason was met first; ``falling`` are points that are said to be counters and
    are none by their values."""

    path: Path
    rows: int = 0
    found: int = 0
    kept: int = 0
    missing: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, RowFault] = field(default_factory=dict)
    zeros: dict[str, int] = field(default_factory=dict)
    falling: list[str] = field(default_factory=list)
    points: int = 0
    error: TwinError | None = None


@dataclass(slots=True)
class ImportReport:
    """``new`` is how many rows the history did not have."""

    files: list[FileImport] = field(default_factory=list)
    new: int = 0
    new_points: list[str] = field(default_factory=list)


def import_readings(
    campus: Campus,
    paths: Sequence[Path],
    options: SeriesOptions,
    campus_timezone: str,
    progress: Callable[[FileImport], None] = lambda _one: None,
) -> ImportReport:
    """Read ``paths`` (folders: their files) into the history. A file that cannot be read stops none of the others.

    Raises UnknownTimezoneError.
    """
    _require_timezone(options.timezone)
    points = PointBook.of(campus.generation, load_point_settings(campus.folder))
    report = ImportReport()
    units: dict[str, str] = {}
    gathered: list[pa.Table] = []
    with Worker(LIMITS) as worker:
        for path in _files(paths):
            one = FileImport(path)
            try:
                rows = _read(one, worker, points, options, units)
            except TwinError as fault:
                one.error = fault
            else:
                gathered.append(rows)
            report.files.append(one)
            progress(one)
            if sum(rows.num_rows for rows in gathered) >= AT_ONCE:
                report.new += _keep(campus, gathered, campus_timezone)
    report.new += _keep(campus, gathered, campus_timezone)
    unknown = {name: unit for name, unit in units.items() if points.get(name) is None}
    _define(campus.folder, unknown)
    report.new_points = sorted(unknown)
    return report


def _require_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:  # a folder of the zones is no zone
        raise UnknownTimezoneError(timezone=name) from fault


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        found += [one for one in inside if one not in found]
    if not found:
        raise NoFilesError(paths=", ".join(map(str, paths)), suffixes=", ".join(SUFFIXES))
    return found


def _keep(campus: Campus, gathered: list[pa.Table], timezone: str) -> int:
    """Many files at once: meters of one year share its days, and each day is written anew. How many rows were new."""
    rows = pa.concat_tables(gathered) if gathered else None
    gathered.clear()
    return write_history(campus.folder, rows, timezone, feed="import") if rows is not None and rows.num_rows else 0


def _read(
    one: FileImport, worker: Worker, points: PointBook, options: SeriesOptions, units: dict[str, str]
) -> pa.Table:
    """The rows of a file; ``units`` learns its points with the units that its headings name."""
    with tempfile.TemporaryDirectory() as folder:
        said = worker.series(one.path, options, Path(folder))
        rows = judged(with_ids(pq.read_table(Path(folder) / "series.parquet")), points)
    one.rows, one.found, one.kept = said["rows"], said["found"], said["kept"]
    one.skipped, one.zeros = said["skipped"], said["zeros"]
    for refused in said["refused"]:
        one.examples.setdefault(refused["reason"], RowFault(refused["row"], refused["reason"], refused["params"]))
    one.missing = pc.sum(pc.equal(rows["quality"], Quality.OFFLINE.value)).as_py() or 0
    names = pc.unique(rows["subject"]).to_pylist()
    one.falling = [name for name in names if _is_counter(points, name) and _falls(rows, name)]
    one.points = len(names)
    units |= {name: UCUM.get(unit := said["units"].get(name, "1"), unit) for name in names}
    return rows


def _is_counter(points: PointBook, name: str) -> bool:
    known = points.get(name)
    return known is not None and known.point.kind == PointKind.COUNTER


def _falls(rows: pa.Table, name: str) -> bool:
    """Whether a counter would have begun anew all the time: then each reading is what was used since the one before."""
    own = rows.filter(pc.equal(rows["subject"], name)).sort_by("occurred_at")["value"].drop_null().to_numpy()
    return len(own) > FEW and float(np.mean(np.diff(own) < 0)) > MOST_FALLS


def _define(campus_folder: Path, points: dict[str, str]) -> None:
    """Add points to ``config/points.toml``; what stands there, comments included, stays as it is."""
    if not points:
        return
    path = campus_folder / CONFIG
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else tomlkit.document()
    tables = document.setdefault("points", tomlkit.aot())
    for name, unit in sorted(points.items()):
        table = tomlkit.table()
        table.update({"point_id": name, "unit": unit})
        tables.append(table)
    write_whole(path, tomlkit.dumps(document).encode())
