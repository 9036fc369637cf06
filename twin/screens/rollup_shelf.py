"""Rollups of closed days, read once and kept compressed: what a year's days cost to open is paid once.

A day that is closed never changes under its file's name. With each row stands what its counter gained since the step
before, so that the first row of a day depends on the day before, too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from twin.errors import HistoryDamagedError
from twin.screens.small_duckdb import seeing
from twin.store.history_manifest import HistoryFile
from twin.store.history_sql import first_line
from twin.store.history_view import HistoryView
from twin.store.query import sql_literal
from twin.store.rollups import PART_OF, Step

MOST_HOURS: Final = 8_000_000  # at some 30 bytes; what one question needs is kept however much it is
_ROWS_AT_ONCE: Final = 125_000
_LOOSE: Final = 300_000
_AT: Final = pa.timestamp("us", "UTC")
# ``gain``: what the counter said at the end, less what it said at the end of the step before; none where it ran back
ROWS: Final = pa.schema(
    [
        ("point_id", pa.string()),
        ("from_at", _AT),
        ("readings", pa.int64()),
        ("count", pa.int64()),
        *((name, pa.float64()) for name in ("min", "max", "mean", "last")),
        ("newest_at", _AT),
        ("gain", pa.float64()),
    ]
)
_OWN: Final = ROWS.names[1:]
_TABLE: Final = """
CREATE TABLE {table}(code INTEGER, day DATE, from_at TIMESTAMPTZ, readings INTEGER, count INTEGER, min DOUBLE,
                     max DOUBLE, mean DOUBLE, last DOUBLE, newest_at TIMESTAMPTZ, gain DOUBLE)
"""
# where the step before begins; clocks change, so a day is one of the calendar
_BEFORE: Final = {
    Step.HOUR: "from_at - INTERVAL 1 HOUR",
    Step.DAY: "timezone({zone}, timezone({zone}, from_at) - INTERVAL 1 DAY)",
}


def with_gain(source: str, step: Step, timezone: str) -> str:
    """SELECT of the rows of ``source`` with what their counters gained."""
    return f"""
        SELECT * EXCLUDE (before, before_at),
               CASE WHEN before_at = {_BEFORE[step].format(zone=sql_literal(timezone))} AND last >= before
                    THEN last - before END AS gain
        FROM (SELECT *, lag(last) OVER w AS before, lag(from_at) OVER w AS before_at FROM {source}
              WINDOW w AS (PARTITION BY point_id ORDER BY from_at))
    """


@dataclass(slots=True)
class _Kept:
    """Of one step: by day the names of its file and of the file of the day before, and how many rows it has."""

    days: OrderedDict[date, tuple[str | None, str | None]] = field(default_factory=OrderedDict)
    rows: dict[date, int] = field(default_factory=dict)


class RollupShelf:
    """In the database ``database`` of ``connection``, where questions see it. ``reading`` is one that may open files.

    For one thread at a time.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, database: str, reading: duckdb.DuckDBPyConnection, timezone: str
    ) -> None:
        self._sql, self._database, self._reading, self._timezone = connection, database, reading, timezone
        self.codes: dict[str, int] = {}  # of points
        self._kept = {step: _Kept() for step in Step}
        self._loose = 0  # rows that are not compressed yet
        for step in Step:
            self._sql.execute(_TABLE.format(table=self._table(step)))

    def of(self, view: HistoryView, step: Step, days: Collection[date], without: Collection[int] = ()) -> str:
        """FROM clause of the rows of these days, points by ``code``; without those of some moments (us).

        Raises HistoryDamagedError.
        """
        try:
            self._have(view, step, sorted(days))
        except duckdb.Error as fault:
            raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault
        return f"{self._table(step)} WHERE {self._within(step, days)}" + (
            f" AND from_at NOT IN ({', '.join(f'make_timestamptz({one})' for one in without)})" if without else ""
        )

    def at(self, view: HistoryView, step: Step, days: Collection[date], moments_us: Collection[int]) -> pa.Table:
        """The rows of these days that begin at some moments, in the columns of ``ROWS``. Raises HistoryDamagedError."""
        if not moments_us:
            return ROWS.empty_table()
        wanted = ", ".join(f"make_timestamptz({one})" for one in moments_us)
        return self.rows(f"{self.of(view, step, days)} AND from_at IN ({wanted})")

    def rows(self, source: str) -> pa.Table:
        """What ``of`` names, in the columns of ``ROWS``."""
        with_ids = f"SELECT point_id, r.* EXCLUDE (code, day) FROM (FROM {source}) r JOIN _codes USING (code)"
        return self.ask(with_ids).cast(ROWS)

    def ask(self, sql: str, **tables: pa.Table) -> pa.Table:
        """The answer to SQL of ours over the shelf; ``_codes`` has the ``code`` of each ``point_id``."""
        with seeing(self._sql, **tables, _codes=self._code_table()):
            return self._sql.sql(sql).to_arrow_table()

    # --- what is kept ---

    def _table(self, step: Step) -> str:
        return f"{self._database}.{step}s"

    def _within(self, step: Step, days: Collection[date]) -> str:
        """Days follow each other, but for a few."""
        if not days:
            return "false"
        first, last = min(days), max(days)
        others = [one for one in self._kept[step].days if first <= one <= last and one not in days]
        between = f"day BETWEEN '{first}' AND '{last}'"
        return f"{between} AND day NOT IN ({_dates(others)})" if others else between

    def _have(self, view: HistoryView, step: Step, days: Sequence[date]) -> None:
        kept, files = self._kept[step], {one.day: one for one in view.manifest.of(PART_OF[step])}
        lacking = [one for one in days if kept.days.get(one) != _names(files, one)]
        for one in lacking:
            self._drop(step, one)
        for some in _batches(files, lacking):
            self._take(view, step, files, some)
        for one in days:
            kept.days.move_to_end(one)
        wanted = {*days}
        spare = sum(kept.rows.values()) - MOST_HOURS if step is Step.HOUR else 0
        while spare > 0 and (oldest := next(iter(kept.days))) not in wanted:
            spare -= self._drop(step, oldest)
        if self._loose >= _LOOSE:
            self._sql.execute(f"CHECKPOINT {self._database}")
            self._loose = 0

    def _drop(self, step: Step, day: date) -> int:
        """How many rows it had."""
        kept = self._kept[step]
        if day not in kept.days:
            return 0
        self._sql.execute(f"DELETE FROM {self._table(step)} WHERE day = '{day}'")
        del kept.days[day]
        count = kept.rows.pop(day)
        self._loose += count  # what it took is free after the next checkpoint
        return count

    def _take(self, view: HistoryView, step: Step, files: Mapping[date, HistoryFile], days: Sequence[date]) -> None:
        read = sorted({one for day in days for one in (day - timedelta(days=1), day) if one in files})
        if read:
            rows = self._read(view.paths(files[one] for one in read), step, days)
            for one in pc.unique(rows["point_id"]).to_pylist():
                self.codes.setdefault(one, len(self.codes))
            self._put(step, rows)
        kept = self._kept[step]
        for one in days:
            kept.days[one] = _names(files, one)
            kept.rows[one] = files[one].rows if one in files else 0
            self._loose += kept.rows[one]

    def _read(self, paths: list[str], step: Step, days: Sequence[date]) -> pa.Table:
        source = with_gain(f"read_parquet({sql_literal(paths)})", step, self._timezone)
        sql = f"""
            SELECT * FROM (
                SELECT {", ".join(ROWS.names)}, timezone({sql_literal(self._timezone)}, from_at)::DATE AS day
                FROM ({source})
            ) WHERE day IN ({_dates(days)})
        """
        return self._reading.sql(sql).to_arrow_table()

    def _put(self, step: Step, rows: pa.Table) -> None:
        """In an order in which they are small."""
        with seeing(self._sql, _rows=rows, _codes=self._code_table()):
            self._sql.execute(
                f"INSERT INTO {self._table(step)} BY NAME SELECT code, day, {', '.join(_OWN)}"
                " FROM _rows JOIN _codes USING (point_id) ORDER BY day, code, from_at"
            )

    def _code_table(self) -> pa.Table:
        codes = pa.array(self.codes.values(), pa.int32())
        return pa.table({"point_id": pa.array(self.codes.keys(), pa.string()), "code": codes})


def _dates(days: Iterable[date]) -> str:
    return ", ".join(f"DATE '{one}'" for one in days)


def _names(files: Mapping[date, HistoryFile], day: date) -> tuple[str | None, str | None]:
    own, before = files.get(day), files.get(day - timedelta(days=1))
    return own.name if own else None, before.name if before else None


def _batches(files: Mapping[date, HistoryFile], days: Sequence[date]) -> Iterator[list[date]]:
    """Days with at most so many rows, or one day."""
    some: list[date] = []
    rows = 0
    for one in days:
        more = files[one].rows if one in files else 0
        if some and rows + more > _ROWS_AT_ONCE:
            yield some
            some, rows = [], 0
        some.append(one)
        rows += more
    if some:
        yield some
