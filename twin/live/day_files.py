"""Files of a day: its entries, what of them is sealed as one file, and its rollups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twin.errors import HistoryDamagedError
from twin.live.history_files import Numbers, write_file
from twin.live.manifest_writer import change
from twin.live.merge import merged
from twin.store.days import LocalDays
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import HistoryFile, HistoryManifest, Part, history_folder, read_manifest
from twin.store.query import sql_literal
from twin.store.rollups import PART_OF, ROLLUP_SCHEMA, rollup_sql

ORDER: Final = [("subject", "ascending"), ("occurred_at", "ascending"), ("seq", "ascending")]


def by_day(days: LocalDays, table: pa.Table) -> Iterator[tuple[date, pa.Table]]:
    """The rows of each campus-local day of occurrence, in the order of a file."""
    found = days.days_of(table["occurred_at"].cast(pa.int64()).to_numpy())
    for day in sorted(set(found)):
        yield day, table.filter(pa.array(np.equal(found, day), pa.bool_())).sort_by(ORDER)


def replace_files(
    campus: Path,
    days: LocalDays,
    files: list[HistoryFile],
    day: date,
    part: Part,
    now: datetime,
    brought: pa.Table | None = None,
) -> int:
    """One file in the place of several, and of rows brought in from outside; a day file comes with its rollups."""
    manifest = read_manifest(campus) or HistoryManifest(days.timezone)
    numbers = Numbers(manifest.next_number)
    one = write_file(campus, numbers, day, part, SCHEMA, _batches(campus, files, brought))
    add, drop = [one], list(files)
    if part is Part.DAY:
        add += write_rollups(campus, numbers, days, one)
        drop += manifest.of(Part.HOURLY, Part.DAILY, day=day)
    change(campus, add=add, drop=drop, next_number=numbers.next, at=now)
    return one.rows


def _batches(campus: Path, files: list[HistoryFile], brought: pa.Table | None) -> Iterable[pa.RecordBatch]:
    """Merged; a day that is brought whole, each id once, is in order already (``by_day``)."""
    if not files and brought is not None and pc.count_distinct(brought["entry_id"]).as_py() == brought.num_rows:
        return brought.to_batches()  # type: ignore[no-any-return]
    return merged(campus, files, brought)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Kept: to start one takes longer than to sum up a day, and an import has hundreds of days."""
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})


def write_rollups(campus: Path, numbers: Numbers, days: LocalDays, file: HistoryFile) -> list[HistoryFile]:
    """The rollups of a day file, which is written already."""
    source = f"read_parquet({sql_literal(str(history_folder(campus) / file.name))})"
    with closing(_engine().cursor()) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            tables = {
                part: connection.sql(rollup_sql(source, days, file.day, step)).to_arrow_table()
                for step, part in PART_OF.items()
            }
        except duckdb.Error as fault:
            raise HistoryDamagedError(path=history_folder(campus) / file.name, detail=str(fault)) from fault
    return [
        write_file(campus, numbers, file.day, part, ROLLUP_SCHEMA, table.cast(ROLLUP_SCHEMA).to_batches())
        for part, table in tables.items()
    ]
