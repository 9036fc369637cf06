"""What was measured, as of a moment: hours, days and the newest value of every point.

Closed days are read as they were summed up when they closed. Days that are open, that something came to since, or that
the moment cuts, are summed anew (``hour_sums``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from twin.model.last_asked import LastAsked
from twin.model.time import microseconds, moment
from twin.screens.hour_sums import HourSums
from twin.screens.rollup_shelf import ROWS, RollupShelf, with_gain
from twin.screens.small_duckdb import forget_freed, seeing, small_duckdb
from twin.screens.spans import Span
from twin.store.days import LocalDays
from twin.store.history_manifest import RAW, HistoryFile
from twin.store.history_view import HistoryView
from twin.store.rollups import Step

_KEPT: Final = 8
_HOUR_US: Final = 3_600_000_000
_DAY: Final = timedelta(days=1)
_AT: Final = pa.timestamp("us", "UTC")
NEWEST: Final = pa.schema(
    [("point_id", pa.string()), ("good", pa.float64()), ("good_at", _AT), ("good_seq", pa.int64())]
)
_OF_SUMS: Final = """
SELECT point_id, from_at, readings, count, min, max, total / nullif(count, 0) AS mean, last, newest_at,
       NULL::DOUBLE AS gain
FROM sums
"""
# a day that is not closed, from its hours
_DAY_OF_SUMS: Final = """
SELECT point_id, make_timestamptz({start_us}) AS from_at, sum(readings)::BIGINT AS readings,
       sum(count)::BIGINT AS count, min(min) AS min, max(max) AS max, sum(total) / nullif(sum(count), 0) AS mean,
       arg_max(last, last_at) FILTER (WHERE last_at IS NOT NULL) AS last, max(newest_at) AS newest_at,
       NULL::DOUBLE AS gain
FROM sums GROUP BY 1
"""
_NEWEST_OF_SUMS: Final = """
SELECT point_id, arg_max(good, (good_at, good_seq)) AS good, max(good_at) AS good_at,
       arg_max(good_seq, (good_at, good_seq)) AS good_seq
FROM sums WHERE good_at IS NOT NULL GROUP BY 1
"""
# a point that is never good is not looked for through a year of raw files: so many of the days on which it sent, in
# turns, for most are found in the last
DAYS_LOOKED_AT: Final = (1, 4, 31)
# of what is known of closed days: the newest days of each point in which a newer good reading may be
_WORTH_A_LOOK: Final = """
SELECT DISTINCT unnest(days) AS day FROM (
    SELECT d.code, max(d.from_at, {count}) AS days
    FROM (SELECT code, from_at, count FROM {daily}) d JOIN _codes USING (code) LEFT JOIN found f USING (point_id)
    WHERE d.count > 0 AND (f.good_at IS NULL OR f.good_at < d.from_at)
    GROUP BY 1
)
"""
_HEARD: Final = """
SELECT point_id, heard_at
FROM (SELECT code, max(newest_at) AS heard_at FROM {daily} GROUP BY 1) JOIN _codes USING (code)
"""
_HEARD_OF_SUMS: Final = "SELECT point_id, max(newest_at) AS heard_at FROM sums GROUP BY 1"


@dataclass(frozen=True, slots=True)
class Rollup:
    """Hours or days: ``kept`` is a FROM clause of the shelf, ``fresh`` is in the columns of ``ROWS``."""

    kept: str
    fresh: pa.Table


class Measured:
    """Of one campus; for one thread at a time."""

    def __init__(self, shelf: Callable[[duckdb.DuckDBPyConnection], RollupShelf]) -> None:
        self.sums = HourSums()
        self._shelf = shelf
        self._sql = small_duckdb()
        self._sql.execute("SET TimeZone='UTC'; SET python_enable_replacements=false")
        self._lately: LastAsked[Hashable, pa.Table] = LastAsked(_KEPT)
        self._besides: LastAsked[Hashable, pa.Table] = LastAsked(_KEPT)

    def close(self) -> None:
        self.sums.close()
        self._sql.close()

    def forget_freed(self) -> None:
        self.sums.forget_freed()
        forget_freed(self._sql)

    @property
    def shelf(self) -> RollupShelf:
        """Where closed days are kept."""
        return self._shelf(self._sql)

    def rollup(self, view: HistoryView, span: Span, step: Step) -> Rollup:
        """Hours or days from one step before the span on. Raises HistoryDamagedError."""
        days = view.days()
        before_us = span.start_us - 26 * _HOUR_US  # a step, on a day of 25 hours too
        wanted = _days_between(days.day_at(moment(before_us)), days.day_at(moment(span.at_us)))
        settled, others = _parted(view, span)
        closed, going = settled & wanted, sorted(others & wanted)
        # what a counter gained in the first step of a day comes of the day before as it is now
        after = {days.bounds_us(one)[1] for one in going if one + _DAY in closed}
        kept = self.shelf.of(view, step, closed, after)
        beside = {one for day in going for one in (day - _DAY, day + _DAY)} & closed
        about = (step, *going, *sorted(beside))  # a day, a week and a month end with the same
        fresh = self._once(about, view, _any_window(span), lambda: self._fresh(view, span, step, beside, going))
        return Rollup(kept, fresh)

    def newest(self, view: HistoryView, span: Span) -> pa.Table:
        """The newest good reading of each point up to ``at``, in the columns of ``NEWEST``."""
        return self._once("newest", view, _any_window(span), lambda: self._newest(view, _any_window(span)))

    def heard(self, view: HistoryView, span: Span) -> pa.Table:
        """When each point sent last, whatever that was worth: ``point_id``, ``heard_at``."""
        return self._once("heard", view, _any_window(span), lambda: self._heard(view, _any_window(span)))

    def _once(self, what: Hashable, view: HistoryView, span: Span, make: Callable[[], pa.Table]) -> pa.Table:
        """Of a screen several panels ask the same of one moment."""
        about = (what, span.known_seq, min(span.at_us, view.newest_us), view.mark(span.at_us, span.known_seq))
        return self._lately.made(about, make)

    def _fresh(self, view: HistoryView, span: Span, step: Step, closed: set[date], going: Sequence[date]) -> pa.Table:
        """Days that are not closed, and the first step of the days after them."""
        days = view.days()
        after = {days.bounds_us(one)[1] for one in going if one + _DAY in closed}
        lasts = {_step_before_us(days, one, step) for one in going if one - _DAY in closed}
        beside = self._beside(view, step, closed, after | lasts)
        parts = [ROWS.empty_table(), beside, *(self._of_open(view, one, span, step) for one in going)]
        rows = self._ask(
            f"SELECT {', '.join(ROWS.names)} FROM ({with_gain('measured', step, days.timezone)})",
            measured=pa.concat_tables(parts).drop_columns("gain"),
        ).cast(ROWS)
        only_before = pa.array([moment(one) for one in lasts - after], ROWS.field("from_at").type)
        return rows.filter(pc.invert(pc.is_in(rows["from_at"], only_before)))

    def _beside(self, view: HistoryView, step: Step, closed: set[date], moments_us: set[int]) -> pa.Table:
        """Rows of closed days at these moments; all day long they are the same."""
        about = (step, *sorted(closed), *sorted(moments_us), view.manifest.next_number)
        return self._besides.made(about, lambda: self.shelf.at(view, step, closed, moments_us))

    def _of_open(self, view: HistoryView, day: date, span: Span, step: Step) -> pa.Table:
        sums = self.sums.of_day(view, day, span)
        start_us = view.days().bounds_us(day)[0]
        sql = _OF_SUMS if step is Step.HOUR else _DAY_OF_SUMS.format(start_us=start_us)
        return self._ask(sql, sums=sums).cast(ROWS)

    def _newest(self, view: HistoryView, span: Span) -> pa.Table:
        settled, others = _parted(view, span)
        found = self._newest_of([self.sums.of_day(view, day, span) for day in sorted(others)])
        for count in DAYS_LOOKED_AT:
            days = self._worth_a_look(view, settled, found, count)
            if not days:
                break
            local = {view.days().day_at(one) for one in days}
            files = [one for one in view.manifest.of(*RAW) if one.day in local and one.day in settled]
            found = self._newest_of([found, *(self.sums.newest_good(view, one) for one in files)])
        return found

    def _worth_a_look(self, view: HistoryView, settled: set[date], found: pa.Table, count: int) -> list[datetime]:
        """Days in which a newer good reading of some point may be, at most so many of each."""
        daily = self.shelf.of(view, Step.DAY, settled)
        if {*self.shelf.codes} <= {*found["point_id"].to_pylist()} and len(found):
            oldest_us = microseconds(pc.min(found["good_at"]).as_py())
            daily = f"{daily} AND from_at >= make_timestamptz({oldest_us})"  # of most only today
        asked = self.shelf.ask(_WORTH_A_LOOK.format(daily=daily, count=count), found=found)
        days: list[datetime] = asked["day"].to_pylist()
        return days

    def _heard(self, view: HistoryView, span: Span) -> pa.Table:
        settled, others = _parted(view, span)
        parts = [self.shelf.ask(_HEARD.format(daily=self.shelf.of(view, Step.DAY, settled)))]
        for day in sorted(others):
            parts.append(self._ask(_HEARD_OF_SUMS, sums=self.sums.of_day(view, day, span)))
        whole = pa.concat_tables(parts)
        return self._ask("SELECT point_id, max(heard_at) AS heard_at FROM whole GROUP BY 1", whole=whole)

    def _newest_of(self, parts: list[pa.Table]) -> pa.Table:
        sums = pa.concat_tables([NEWEST.empty_table(), *(one.select(NEWEST.names).cast(NEWEST) for one in parts)])
        return self._ask(_NEWEST_OF_SUMS, sums=sums).cast(NEWEST)

    def _ask(self, sql: str, **tables: pa.Table) -> pa.Table:
        with seeing(self._sql, **tables):
            return self._sql.sql(sql).to_arrow_table()


def _step_before_us(days: LocalDays, day: date, step: Step) -> int:
    """When the last step before a day begins."""
    return days.bounds_us(day)[0] - _HOUR_US if step is Step.HOUR else days.bounds_us(day - _DAY)[0]


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
    over = days.day_at(moment(span.at_us + 1))
    whole = {one for one in settled - newer if one < over}
    return whole, {one for one in known - whole if one <= last}


def _days_between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
