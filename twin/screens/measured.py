"""What was measured, as of a moment: hours, days and the newest value of every point.

Closed days are read as they were summed up when they closed. Days that are open, that something came to since, or that
the moment cuts, are summed anew (``hour_sums``).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from twin.model.time import moment
from twin.screens.hour_sums import HourSums
from twin.screens.rollup_shelf import ROWS, RollupShelf
from twin.screens.spans import Span
from twin.store.history_manifest import RAW, HistoryFile
from twin.store.history_view import HistoryView
from twin.store.rollups import PART_OF, Step

_KEPT: Final = 8
_AT: Final = pa.timestamp("us", "UTC")
NEWEST: Final = pa.schema(
    [("point_id", pa.string()), ("good", pa.float64()), ("good_at", _AT), ("good_seq", pa.int64())]
)
# with each row what the counter said at the end of the one before, and when that began
WITH_BEFORE: Final = pa.schema([*ROWS, ("before", pa.float64()), ("before_at", _AT)])
_KEPT_BEFORE_BYTES: Final = 200 * 2**20  # a month of hours of 1,300 points is 100 MB
_BEFORE: Final = """
SELECT *, lag(last) OVER w AS before, lag(from_at) OVER w AS before_at FROM measured
WINDOW w AS (PARTITION BY point_id ORDER BY from_at)
"""
_OF_SUMS: Final = """
SELECT point_id, from_at, readings, count, min, max, total / nullif(count, 0) AS mean, last, last_at, newest_at
FROM sums
"""
# a day that is not closed, from its hours
_DAY_OF_SUMS: Final = """
SELECT point_id, make_timestamptz({start_us}) AS from_at, sum(readings)::BIGINT AS readings,
       sum(count)::BIGINT AS count, min(min) AS min, max(max) AS max, sum(total) / nullif(sum(count), 0) AS mean,
       arg_max(last, last_at) FILTER (WHERE last_at IS NOT NULL) AS last, max(last_at) AS last_at,
       max(newest_at) AS newest_at
FROM sums GROUP BY 1
"""
_NEWEST_OF_SUMS: Final = """
SELECT point_id, arg_max(good, (good_at, good_seq)) AS good, max(good_at) AS good_at,
       arg_max(good_seq, (good_at, good_seq)) AS good_seq
FROM sums WHERE good_at IS NOT NULL GROUP BY 1
"""
# of what is known of closed days: the newest day of each point in which a newer good reading may be
_WORTH_A_LOOK: Final = """
SELECT DISTINCT day FROM (
    SELECT d.point_id::VARCHAR AS point_id, max(d.from_at) AS day
    FROM daily d LEFT JOIN found f ON f.point_id = d.point_id::VARCHAR
    WHERE d.count > 0 AND NOT list_contains($looked, d.from_at) AND (f.good_at IS NULL OR f.good_at < d.from_at)
    GROUP BY 1
)
"""
_HEARD: Final = "SELECT point_id::VARCHAR AS point_id, max(newest_at) AS heard_at FROM measured GROUP BY 1"


class Measured:
    """Of one campus; for one thread at a time."""

    def __init__(self) -> None:
        self.sums = HourSums()
        self.shelf = RollupShelf()
        self._sql = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "400MB"})
        self._sql.execute("SET TimeZone='UTC'; SET python_enable_replacements=false")
        self._before: OrderedDict[tuple[str, ...], pa.Table] = OrderedDict()
        self._lately: deque[tuple[Hashable, list[pa.Table]]] = deque(maxlen=_KEPT)

    def close(self) -> None:
        self.sums.close()
        self._sql.close()

    def rollup(self, view: HistoryView, span: Span, step: Step) -> list[pa.Table]:
        """Hours or days from one step before the span on, in the columns of ``WITH_BEFORE``."""
        return self._once(step.value, view, span, lambda: self._rollup(view, span, step))

    def newest(self, view: HistoryView, span: Span) -> pa.Table:
        """The newest good reading of each point up to ``at``, in the columns of ``NEWEST``."""
        whole = _any_window(span)
        return self._once("newest", view, whole, lambda: [self._newest(view, whole)])[0]

    def heard(self, view: HistoryView, span: Span) -> pa.Table:
        """When each point sent last, whatever that was worth: ``point_id``, ``heard_at``."""
        whole = _any_window(span)
        return self._once("heard", view, whole, lambda: [self._heard(view, whole)])[0]

    def _once(self, what: str, view: HistoryView, span: Span, make: Callable[[], list[pa.Table]]) -> list[pa.Table]:
        """Of a screen several panels ask the same of one moment."""
        about = (what, span, view.mark(span.at_us, span.known_seq))
        for known, tables in self._lately:
            if known == about:
                return tables
        tables = make()
        self._lately.append((about, tables))
        return tables

    def _rollup(self, view: HistoryView, span: Span, step: Step) -> list[pa.Table]:
        days = view.days()
        before_us = span.start_us - 26 * 3_600_000_000  # a step, on a day of 25 hours too
        wanted = _days_between(days.day_at(moment(before_us)), days.day_at(moment(span.at_us)))
        settled, others = _parted(view, span)
        closed, going = settled & wanted, sorted(others & wanted)
        parts = [one for one in view.manifest.of(PART_OF[step]) if one.day in closed]
        fresh = pa.concat_tables([ROWS.empty_table(), *(self._of_open(view, one, span, step) for one in going)])
        if going and closed and going[0] < max(closed):  # something came to a day of long ago
            kept = self._closed_with_before(view, parts, step).select(ROWS.names)
            return [self._with_before(pa.concat_tables([kept, fresh]))]
        whole = self._closed_with_before(view, parts, step)
        if not going:
            return [whole]
        seam = pa.scalar(moment(days.bounds_us(going[0])[0] - 26 * 3_600_000_000), ROWS.field("from_at").type)
        last = whole.filter(pc.greater_equal(whole["from_at"], seam)).select(ROWS.names)
        both = self._with_before(pa.concat_tables([last, fresh]))
        begin = pa.scalar(moment(days.bounds_us(going[0])[0]), ROWS.field("from_at").type)
        return [whole, both.filter(pc.greater_equal(both["from_at"], begin))]

    def _of_open(self, view: HistoryView, day: date, span: Span, step: Step) -> pa.Table:
        sums = self.sums.of_day(view, day, span)
        start_us = view.days().bounds_us(day)[0]
        sql = _OF_SUMS if step is Step.HOUR else _DAY_OF_SUMS.format(start_us=start_us)
        return self._ask(sql, sums=sums).cast(ROWS)

    def _closed_with_before(self, view: HistoryView, files: list[HistoryFile], step: Step) -> pa.Table:
        """Of closed days it is the same from one question to the next.

        Days of a year are kept one by one, too; a month of hours is 80 MB, and kept as what is made of it alone.
        """
        key = tuple(one.name for one in files)
        if key not in self._before:
            rows = self.shelf.of(view, files) if step is Step.DAY else self.shelf.read(view, files)
            self._before[key] = self._with_before(rows)
            while len(self._before) > 1 and sum(one.nbytes for one in self._before.values()) > _KEPT_BEFORE_BYTES:
                self._before.popitem(last=False)
        self._before.move_to_end(key)
        return self._before[key]

    def _with_before(self, rows: pa.Table) -> pa.Table:
        return self._ask(_BEFORE, measured=rows).cast(WITH_BEFORE).unify_dictionaries()

    def _newest(self, view: HistoryView, span: Span) -> pa.Table:
        settled, others = _parted(view, span)
        parts = [NEWEST.empty_table()]
        parts += [self._ask(_NEWEST_OF_SUMS, sums=self.sums.of_day(view, day, span)) for day in sorted(others)]
        found = self._newest_of(parts)
        daily = self._daily(view, settled)
        looked: list[Any] = []
        while True:
            days = self._ask(_WORTH_A_LOOK, {"looked": looked}, daily=daily, found=found)["day"].to_pylist()
            if not days:
                return found
            looked += days
            local = {view.days().day_at(one) for one in days}
            files = [one for one in view.manifest.of(*RAW) if one.day in local and one.day in settled]
            found = self._newest_of([found, *(self.sums.newest_good(view, one) for one in files)])

    def _heard(self, view: HistoryView, span: Span) -> pa.Table:
        settled, others = _parted(view, span)
        daily = self._daily(view, settled)
        parts = [self._ask(_HEARD, measured=daily)]
        for day in sorted(others):
            sums = self.sums.of_day(view, day, span)
            parts.append(self._ask(_HEARD, measured=sums))
        whole = pa.concat_tables(parts)
        return self._ask("SELECT point_id, max(heard_at) AS heard_at FROM whole GROUP BY 1", whole=whole)

    def _daily(self, view: HistoryView, settled: set[date]) -> pa.Table:
        return self.shelf.of(view, [one for one in view.manifest.of(PART_OF[Step.DAY]) if one.day in settled])

    def _newest_of(self, parts: list[pa.Table]) -> pa.Table:
        sums = pa.concat_tables([one.cast(NEWEST) for one in parts])
        return self._ask(_NEWEST_OF_SUMS, sums=sums).cast(NEWEST)

    def _ask(self, sql: str, parameters: dict[str, Any] | None = None, **tables: pa.Table) -> pa.Table:
        for name, table in tables.items():
            self._sql.register(name, table)
        try:
            return self._sql.sql(sql, params=parameters).to_arrow_table()
        finally:
            for name in tables:
                self._sql.unregister(name)


def _any_window(span: Span) -> Span:
    return replace(span, start_us=span.at_us)


def raw_files(view: HistoryView, span: Span, start_us: int) -> list[HistoryFile]:
    """Files with entries from ``start_us`` to the moment that is asked about."""
    return view.raw_files(start_us, span.at_us + 1)


def _parted(view: HistoryView, span: Span) -> tuple[set[date], set[date]]:
    """Days up to ``at`` that are summed up for good, as far as is asked for, and all others with entries."""
    days = view.days()
    last = days.day_at(moment(span.at_us))
    known = {one.day for one in view.manifest.of(*RAW)} | view.tail_days()
    settled = view.manifest.complete_days() - view.tail_days()
    newer = {one.day for one in view.manifest.of(*RAW) if not span.knows(one.max_seq)}
    whole = {one for one in settled - newer if days.bounds_us(one)[1] <= span.at_us + 1}
    return whole, {one for one in known - whole if one <= last}


def _days_between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
