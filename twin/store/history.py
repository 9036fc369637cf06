"""Questions to the history of a campus: what is sealed and what is not yet, as one, from any process."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from twin.model.entries import EVENT, READING, StoredEntry
from twin.model.time import AHEAD, Clock, SystemClock, microseconds
from twin.store.entry_table import SCHEMA, stored_of_table
from twin.store.history_sql import ACTS
from twin.store.history_view import HistoryView, ask, take_view
from twin.store.latest import latest_readings
from twin.store.query import TIMEOUT_S, answer_select
from twin.store.rollup_answers import rollup_of
from twin.store.rollups import Step

LATE: Final = timedelta(days=1)


class History:
    """Each question sees what is stored when it is asked, all of one moment."""

    def __init__(self, campus: Path, *, clock: Clock | None = None) -> None:
        self._campus = campus
        self._clock = clock or SystemClock()

    @classmethod
    def open(cls, campus: Path, *, clock: Clock | None = None) -> History:
        """The history of a campus folder; empty where nothing was ever stored."""
        return cls(campus, clock=clock)

    def view(self) -> HistoryView:
        """The files and the tail that a question asked now would see."""
        return take_view(self._campus)

    def connection(self, start: datetime | None = None, end: datetime | None = None) -> duckdb.DuckDBPyConnection:
        """A locked in-memory DuckDB with views ``readings`` and ``events``; the caller closes it, within the hour.

        With ``start`` and ``end`` only files of that time are opened; rows around it may still be there.
        """
        view = self.view()
        start_us = microseconds(start) if start else -(2**63)
        end_us = microseconds(end) if end else 2**63 - 1
        return view.open_sql(view.raw_files(start_us, end_us))

    def sql(
        self,
        sql: str,
        parameters: dict[str, Any] | None = None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> pa.Table:
        """The answer to one SELECT that a person typed; nothing else runs, since a COPY could write a listed file."""
        with closing(self.connection(start, end)) as connection:
            return answer_select(connection, sql, parameters, timeout_s)

    def latest(self, subjects: Sequence[str] | None = None, at: datetime | None = None) -> pa.Table:
        """The newest reading of each point by its own time, at ``at`` or now. More than five minutes ahead is wrong."""
        return latest_readings(self.view(), subjects, (at or self._clock.now()) + AHEAD)

    def series(self, point_id: str, start: datetime, end: datetime) -> pa.Table:
        """The readings of one point with ``start <= observed_at < end``, in order of time."""
        with closing(self.connection(start, end)) as connection:
            sql = (
                "SELECT * FROM readings WHERE point_id = ? AND observed_at >= ? AND observed_at < ?"
                " ORDER BY observed_at, seq"
            )
            return ask(connection, sql, [point_id, start, end])

    def events(
        self,
        start: datetime,
        end: datetime,
        *,
        type: str | None = None,
        originator: str | None = None,
        limit: int = 500,
    ) -> list[StoredEntry]:
        """Events with ``start <= occurred_at < end``, the latest first."""
        with closing(self.connection(start, end)) as connection:
            sql = (
                f"SELECT {', '.join(SCHEMA.names)} FROM entries WHERE kind = 'event' "
                "AND occurred_at >= $start AND occurred_at < $end "
                "AND ($type IS NULL OR try(body ->> '$.type') = $type) "
                "AND ($originator IS NULL OR subject = $originator) ORDER BY occurred_at DESC, seq DESC LIMIT $limit"
            )
            asked = {"start": start, "end": end, "type": type, "originator": originator, "limit": limit}
            return stored_of_table(ask(connection, sql, asked))

    def acts(self) -> list[StoredEntry]:
        """Everything that is neither measured nor sent in as an event, in the order of the journal: what the twin
        concluded and what people did. Alarms and incidents are folded from it.
        """
        with closing(self.connection()) as connection:
            return stored_of_table(
                ask(connection, f"SELECT {', '.join(SCHEMA.names)} FROM entries WHERE {ACTS} ORDER BY seq")
            )

    def received_since(self, at: datetime, most: int) -> list[StoredEntry]:
        """The newest ``most`` readings and events that were received from ``at`` on, in the order of the journal.

        What had happened more than a day before it arrived may be left out.
        """
        with closing(self.connection(at - LATE, None)) as connection:
            sql = (
                f"SELECT {', '.join(SCHEMA.names)} FROM entries WHERE kind IN ('{READING}', '{EVENT}')"
                " AND received_at >= $at AND seq > 0 ORDER BY seq DESC LIMIT $most"
            )
            return stored_of_table(ask(connection, sql, {"at": at, "most": most}))[::-1]

    def rollup(self, point_id: str, start: datetime, end: datetime, step: Step | str) -> pa.Table:
        """Hours or days of one point that begin in ``[start, end)``; closed days are read, open ones computed."""
        return rollup_of(self.view(), point_id, start, end, Step(step))
