"""Hours of days that are still open, or cut by the moment that is asked about: summed from what is stored.

The sums of a file are made once, for a file never changes, and kept; new files are added to them and only what is not
sealed yet is summed anew. They hold what a closed day's rollup does, and beside it the newest good reading.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from twin.errors import HistoryDamagedError
from twin.model.entries import READING
from twin.model.last_asked import LastAsked
from twin.screens.small_duckdb import forget_freed, seeing, small_duckdb
from twin.screens.spans import Span
from twin.store.days import LocalDays
from twin.store.history_manifest import RAW, HistoryFile
from twin.store.history_sql import first_line
from twin.store.history_view import HistoryView
from twin.store.query import sql_literal

_HOUR_US: Final = 3_600_000_000
KEPT_SUMS: Final = 12  # days, whole or cut
KEPT_NEWEST: Final = 400  # files
KEPT_LATELY: Final = 8  # answers
_VALUED: Final = "FILTER (WHERE value IS NOT NULL)"
_GOOD: Final = "FILTER (WHERE value IS NOT NULL AND coalesce(quality, 'good') = 'good')"
_NEWER: Final = "(occurred_at, seq)"
_SUMMED: Final = f"""
SELECT subject AS point_id, {{from_at}} AS from_at,
       count(*) AS readings, count(value) AS count, min(value) AS min, max(value) AS max, sum(value) AS total,
       arg_max(value, {_NEWER}) {_VALUED} AS last, max(occurred_at) {_VALUED} AS last_at,
       arg_max(seq, {_NEWER}) {_VALUED} AS last_seq, max(occurred_at) AS newest_at,
       arg_max(value, {_NEWER}) {_GOOD} AS good, max(occurred_at) {_GOOD} AS good_at,
       arg_max(seq, {_NEWER}) {_GOOD} AS good_seq
FROM ({{source}}) WHERE kind = '{READING}' AND {{condition}} GROUP BY 1, 2
"""
_ADDED: Final = """
SELECT point_id, from_at, sum(readings)::BIGINT AS readings, sum(count)::BIGINT AS count, min(min) AS min,
       max(max) AS max, sum(total) AS total,
       arg_max(last, (last_at, last_seq)) FILTER (WHERE last_at IS NOT NULL) AS last, max(last_at) AS last_at,
       arg_max(last_seq, (last_at, last_seq)) FILTER (WHERE last_at IS NOT NULL) AS last_seq,
       max(newest_at) AS newest_at,
       arg_max(good, (good_at, good_seq)) FILTER (WHERE good_at IS NOT NULL) AS good, max(good_at) AS good_at,
       arg_max(good_seq, (good_at, good_seq)) FILTER (WHERE good_at IS NOT NULL) AS good_seq
FROM ({sources}) GROUP BY 1, 2
"""
_AT: Final = pa.timestamp("us", "UTC")
SUMS: Final = pa.schema(
    [
        ("point_id", pa.string()),
        ("from_at", _AT),
        ("readings", pa.int64()),
        ("count", pa.int64()),
        ("min", pa.float64()),
        ("max", pa.float64()),
        ("total", pa.float64()),
        ("last", pa.float64()),
        ("last_at", _AT),
        ("last_seq", pa.int64()),
        ("newest_at", _AT),
        ("good", pa.float64()),
        ("good_at", _AT),
        ("good_seq", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Kept:
    names: frozenset[str]
    table: pa.Table


class HourSums:
    """Those of one campus. For one thread at a time; its DuckDB runs no SQL but ours."""

    def __init__(self) -> None:
        self._sql = small_duckdb()
        self._sql.execute(
            "SET TimeZone='UTC'; SET python_enable_replacements=false; SET preserve_insertion_order=false"
        )
        self._sums: LastAsked[tuple[Any, ...], _Kept] = LastAsked(KEPT_SUMS)
        self._newest: LastAsked[str, pa.Table] = LastAsked(KEPT_NEWEST)
        self._lately: LastAsked[Hashable, pa.Table] = LastAsked(KEPT_LATELY)

    def close(self) -> None:
        self._sql.close()

    def forget_freed(self) -> None:
        forget_freed(self._sql)

    def of_day(self, view: HistoryView, day: date, span: Span) -> pa.Table:
        """The hours of a day up to ``at``, in the columns of ``SUMS``. Raises HistoryDamagedError."""
        days = view.days()
        start_us, end_us = days.bounds_us(day)
        end_us = min(end_us, span.at_us + 1)
        about = (day, end_us, span.known_seq, view.mark(end_us - 1, span.known_seq))
        # hours, newest values and what was heard need the same
        return self._lately.made(about, lambda: self._summed(view, day, start_us, end_us, span))

    def _summed(self, view: HistoryView, day: date, start_us: int, end_us: int, span: Span) -> pa.Table:
        days = view.days()
        raw = [one for one in view.manifest.of(*RAW, day=day) if one.min_us < end_us and span.knows(one.min_seq)]
        whole = [one for one in raw if one.max_us < end_us and span.knows(one.max_seq)]
        cut = [one for one in raw if one not in whole]
        within = _within(start_us, end_us, span.known_seq)
        parts = [self._of_whole(view, whole, days, day)]
        if cut:
            parts.append(self._cut(view, tuple(cut), days, day, within))
        if view.tail.num_rows:
            with seeing(self._sql, tail=view.tail):
                parts.append(self._ask(_summed("SELECT * FROM tail", days, day, within)))
        if len(parts) == 2 and parts[1].num_rows:  # most hours are as they were
            return self._added_to(*parts)
        filled = [one for one in parts if one.num_rows] or parts[:1]
        return self._added(filled) if len(filled) > 1 else filled[0]

    def newest_good(self, view: HistoryView, file: HistoryFile) -> pa.Table:
        """The newest good reading of each point in one file: ``point_id``, ``good``, ``good_at``, ``good_seq``."""
        return self._newest.made(file.name, lambda: self._newest_good(view, file))

    def _newest_good(self, view: HistoryView, file: HistoryFile) -> pa.Table:
        return self._ask(f"""
            SELECT point_id, arg_max(good, (good_at, good_seq)) AS good, max(good_at) AS good_at,
                   arg_max(good_seq, (good_at, good_seq)) AS good_seq
            FROM ({_summed(_files(view, [file]), view.days(), file.day, "true")})
            WHERE good_at IS NOT NULL GROUP BY 1
        """)

    # --- what is kept ---

    def _of_whole(self, view: HistoryView, files: Sequence[HistoryFile], days: LocalDays, day: date) -> pa.Table:
        """Sums of whole files: those that are kept, with what files were added since."""
        names, key = frozenset(one.name for one in files), ("whole", day)
        kept = self._sums.get(key)
        if kept is None or not kept.names <= names:
            kept = _Kept(frozenset(), SUMS.empty_table())
        new = [one for one in files if one.name not in kept.names]
        if not new:
            return kept.table
        table = self._ask(_summed(_files(view, new), days, day, "true"))
        return self._sums.keep(key, _Kept(names, self._added([kept.table, table]) if kept.names else table)).table

    def _cut(
        self, view: HistoryView, files: tuple[HistoryFile, ...], days: LocalDays, day: date, within: str
    ) -> pa.Table:
        names = frozenset(one.name for one in files)
        key = ("cut", names, within)

        def cut() -> _Kept:
            return _Kept(names, self._ask(_summed(_files(view, files), days, day, within)))

        return self._sums.made(key, cut).table

    def _added_to(self, whole: pa.Table, more: pa.Table) -> pa.Table:
        """The same as ``_added`` of both, where each has a point's hour once."""
        with seeing(self._sql, whole=whole, more=more):
            others = self._ask("SELECT * FROM whole ANTI JOIN more USING (point_id, from_at)")
            again = self._ask("SELECT * FROM whole SEMI JOIN more USING (point_id, from_at)")
        return pa.concat_tables([others, self._added([again, more]) if again.num_rows else more])

    def _added(self, tables: Sequence[pa.Table]) -> pa.Table:
        with seeing(self._sql, parts=pa.concat_tables(tables)):
            return self._ask(_ADDED.format(sources="SELECT * FROM parts"))

    def _ask(self, sql: str) -> pa.Table:
        try:
            table: pa.Table = self._sql.sql(sql).to_arrow_table()
        except duckdb.Error as fault:
            raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault
        return table.cast(SUMS) if table.column_names == SUMS.names else table


def _files(view: HistoryView, files: Sequence[HistoryFile]) -> str:
    return f"SELECT * FROM read_parquet({sql_literal(view.paths(files))})"


def _within(start_us: int, end_us: int, known_seq: int | None) -> str:
    time = f"occurred_at >= make_timestamptz({start_us}) AND occurred_at < make_timestamptz({end_us})"
    return time if known_seq is None else f"{time} AND seq <= {known_seq}"


def _summed(source: str, days: LocalDays, day: date, condition: str) -> str:
    start_us = days.bounds_us(day)[0]
    from_us = f"{start_us} + (epoch_us(occurred_at) - {start_us}) // {_HOUR_US} * {_HOUR_US}"
    return _SUMMED.format(from_at=f"make_timestamptz({from_us})", source=source, condition=condition)
