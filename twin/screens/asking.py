"""Questions answered: a screen's SQL over the campus as of a moment.

Keeps what the next question needs too (rollups, sums of open days, what was said about alarms and incidents), each
bound to files that never change or to how far the journal was read, so that an answer never depends on what was asked
before it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from twin.errors import QueryFailedError
from twin.live.alarms.maintenance import Scope, Window, load_windows
from twin.live.alarms.scope_names import ScopeNames
from twin.live.point_book import CONFIG as POINTS_FILE
from twin.live.point_book import PointsFile, load_point_settings
from twin.live.rules.calendar import Calendar, load_calendar
from twin.live.watched import Watched
from twin.model.collecting import give_back
from twin.model.last_asked import LastAsked
from twin.model.time import AsOf, moment
from twin.screens.acts import FollowedActs
from twin.screens.alarm_rows import AlarmTables
from twin.screens.campus_tables import CampusTables
from twin.screens.factors import FACTORS_FILE, Factor, load_factors
from twin.screens.heard import LastHeard
from twin.screens.measured import Measured
from twin.screens.question import Answer, Question
from twin.screens.spans import span_of
from twin.screens.sql_room import SqlRoom
from twin.screens.views import Scene, made_of, named_in, view_names
from twin.store.campus import Campus
from twin.store.days import LocalDays
from twin.store.history_manifest import HistoryFile, manifest_path
from twin.store.history_view import HistoryView, take_view
from twin.store.journal_reader import JournalReader
from twin.store.query import TIMEOUT_S, answer_first

MEMORY: Final = "500MB"
_GENERATIONS: Final = 3
_FORGET_EVERY: Final = 100  # answers: some megabytes
_FOLDED: Final = ("alarms", "incidents", "work_orders")


class Asking:
    """One campus; may be used from any thread, one question at a time.

    ``layers`` are those that any campus may have: one that this campus lacks is there and empty.
    """

    def __init__(
        self, campus: Campus, timezone: str, layers: Mapping[str, pa.Schema] | None = None, memory: str = MEMORY
    ) -> None:
        self.campus = campus
        self.timezone = timezone
        self.days = LocalDays(timezone)
        self.heard = LastHeard()
        self.acts = FollowedActs(campus.folder)
        self.alarms = AlarmTables()
        self._layers = dict(layers or {})
        self._room = SqlRoom(timezone, memory)
        self.measured = Measured(self._room.rollups)
        self._journal = JournalReader(campus.folder)
        self._guard = threading.Lock()
        self._answers = 0
        self._view: tuple[tuple[object, int], HistoryView] | None = None
        self._tables: LastAsked[tuple[int, int, bool], CampusTables] = LastAsked(_GENERATIONS)
        config = campus.folder / "config"
        self._points = Watched([campus.folder / POINTS_FILE], lambda: load_point_settings(campus.folder), PointsFile())
        self._factors: Watched[Sequence[Factor]] = Watched(
            [config / FACTORS_FILE], lambda: load_factors(config), load_factors()
        )
        self._calendar = Watched(
            [config / "calendar.toml"], lambda: load_calendar(config, timezone), Calendar(timezone=timezone)
        )
        self._windows: Watched[Sequence[Window]] = Watched(
            [config / "maintenance.toml"], lambda: load_windows(config, timezone), ()
        )

    def close(self) -> None:
        self.measured.close()
        self._room.close()

    def answer(self, question: Question, timeout_s: float = TIMEOUT_S) -> Answer:
        """Raises QueryRefusedError, QueryFailedError, QueryTimeoutError, QueryTooLargeError, HistoryDamagedError."""
        return answer_of(self.table(question, timeout_s), question.most_rows)

    def table(self, question: Question, timeout_s: float = TIMEOUT_S) -> pa.Table:
        """The answer as Arrow, with one row more than was asked for where there is one."""
        with self._guard, self._room.closed_if_broken():
            span, tables = span_of(question, self.days), self.tables_at(question.as_of, exactly=question.exactly)
            names = named_in(question.sql, view_names(tables))
            if not set(names).isdisjoint(_FOLDED):
                self.acts.follow()
            scene = Scene(self, span, question.cleared, tables)
            views = made_of(scene, names)
            at, start = moment(span.at_us), moment(span.start_us)
            parameters = {"at": at, "from": start, "to": at, "place": question.place}
            with self._room.holding(scene.registered, views, scene.paths) as connection:
                table = answer_first(connection, question.sql, parameters, timeout_s, question.most_rows + 1)
            self._forget_freed()
            return table

    def _forget_freed(self) -> None:
        self._answers += 1
        if self._answers % _FORGET_EVERY == 0:
            self._room.forget_freed()
            self.measured.forget_freed()
            give_back()

    # --- what views are made of ---

    def history(self) -> HistoryView:
        """Files and tail as they are now; the same as before where nothing was written since."""
        manifest = manifest_path(self.campus.folder)
        files = tuple(_stamp(manifest.with_name(manifest.name + end)) for end in ("", "-wal"))
        stamp = (files, self._journal.last_seq())
        if self._view is None or self._view[0] != stamp:
            is_longer = self._view is not None and self._view[0][0] == files and self._view[0][1] < stamp[1]
            before = self._view[1] if self._view is not None and is_longer else None
            self._view = (stamp, take_view(self.campus.folder, before))
        return self._view[1]

    def kept_events(self, view: HistoryView, files: Sequence[HistoryFile]) -> list[str] | None:
        """As ``EventShelf.of``."""
        return self._room.events(view, files)

    def tables_at(self, as_of: AsOf, *, exactly: bool = True) -> CampusTables:
        """What stood on campus then; unless ``exactly`` without levels and depths underground."""
        self._points.look()
        generation = self.campus.generation_at(as_of)
        points = self._points.value
        return self._tables.made(
            (generation.number, id(points), exactly),
            lambda: CampusTables(generation, points, self._layers, exactly=exactly),
        )

    def factors(self) -> Sequence[Factor]:
        self._factors.look()
        return self._factors.value

    def calendar(self) -> Calendar:
        self._calendar.look()
        return self._calendar.value

    def windows(self, tables: CampusTables) -> list[Window]:
        """Maintenance of the file, things by their ids; what is unknown in it hides nothing."""
        self._windows.look()
        if not self._windows.value:
            return []
        names = ScopeNames.of(tables.generation, tables.places).also(
            devices={one.originator for one in self.acts.alarms},
            alarm_types={one.alarm_type for one in self.acts.alarms},
        )
        found = ((one, *names.named(one.scope)) for one in self._windows.value)
        return [replace(one, scope=scope) for one, scope, _ in found if _something(scope)]


def answer_of(table: pa.Table, most_rows: int) -> Answer:
    """Rows as Python has them; of columns of one name the later ones are numbered."""
    seen: dict[str, int] = {}
    names = []
    for name in table.column_names:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    try:
        shown = table.slice(0, most_rows).rename_columns(names).to_pylist()
    except (ValueError, OverflowError, pa.ArrowException) as fault:  # a date that Python has no room for
        raise QueryFailedError(detail=str(fault)) from fault
    rows = [{name: _plain(value) for name, value in row.items()} for row in shown]
    return Answer(tuple(names), rows, table.num_rows > most_rows)


def _plain(value: Any) -> Any:
    """Sums of whole numbers are decimals to DuckDB."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _something(scope: Scope) -> bool:
    return any(getattr(scope, name) for name in Scope.model_fields)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
