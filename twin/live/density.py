"""How much happened when: events and alarms counted by spans of equal length, for a bar over any stretch of the past.

What moves says so every few seconds; that is not counted. Files of the history never change, so what they hold is
counted once, by the hour; spans shorter than that ask only for the stretch they cover.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twin.live.messages_out import MOVE
from twin.live.past import Past
from twin.live.rules.entries import RAISED
from twin.model.entries import EVENT
from twin.model.time import UNIX_FROM_S, microseconds, moment
from twin.store.history import History
from twin.store.history_manifest import HistoryFile
from twin.store.history_view import HistoryView, ask

MOST: Final = 300
_S: Final = 1_000_000
_HOUR_US: Final = 3600 * _S
STEPS_US: Final = tuple(
    one * _S for one in (15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400, 30 * 86_400)
)
_TOLD: Final = f"kind = '{EVENT}' AND coalesce(try(body ->> '$.type'), '') <> '{MOVE}'"

Counts = dict[int, int]  # beginning of an hour, us -> how many


@dataclass(frozen=True, slots=True)
class Density:
    """``events[n]`` and ``alarms[n]`` are of ``[begin + n step, begin + (n + 1) step)``; alarms are those raised."""

    begin: datetime
    step: timedelta
    events: list[int]
    alarms: list[int]


class Densities:
    """Of one campus; from any thread."""

    def __init__(self, history: History, past: Past) -> None:
        self._history, self._past = history, past
        self._guard = threading.Lock()
        self._hours: dict[str, Counts] = {}  # by file

    def of(self, start: datetime, end: datetime) -> Density:
        """Raises HistoryDamagedError."""
        start_us, end_us = microseconds(start), microseconds(end)
        step_us = next((one for one in STEPS_US if (end_us - start_us) / one <= MOST), STEPS_US[-1])
        begin_us = start_us // step_us * step_us
        count = min(-(-(end_us - begin_us) // step_us), 10 * MOST)
        view = self._history.view()
        told = self._by_hour(view) if step_us >= _HOUR_US else _within(view, begin_us, end_us)
        acts = self._past.acts()
        raised = acts["occurred_at"].filter(pc.equal(acts["kind"], RAISED)).cast(pa.int64()).to_numpy()
        alarms = _counted(raised, np.ones(len(raised), np.int64), begin_us, step_us, count)
        step = timedelta(microseconds=step_us)
        return Density(moment(begin_us), step, _counted(*told, begin_us, step_us, count), alarms)

    def span(self, now: datetime) -> tuple[datetime, datetime] | None:
        """When the first and the last thing that is kept happened; None where nothing is.

        What a device without a clock dates to 1970, or one with a wrong one ahead of now, makes the span no longer.
        """
        view = self._history.view()
        times = [one for file in view.raw_files() for one in (file.min_us, file.max_us)]
        times += view.tail["occurred_at"].cast(pa.int64()).to_pylist()
        sound = [one for one in times if UNIX_FROM_S * _S <= one <= microseconds(now)]
        return (moment(min(sound)), moment(max(sound))) if sound else None

    def _by_hour(self, view: HistoryView) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        with self._guard:
            files = view.raw_files()
            names = {one.name for one in files}
            new = [one for one in files if one.name not in self._hours]
            kept = {name: counts for name, counts in self._hours.items() if name in names}
            self._hours = kept | {one.name: _hours(view, [one]) for one in new}
            found = [*self._hours.values(), _hours(view, [])]
        hours = np.array([at for one in found for at in one], np.int64)
        return hours, np.array([count for one in found for count in one.values()], np.int64)


def _hours(view: HistoryView, files: list[HistoryFile]) -> Counts:
    """Of some files; of the tail where there are none."""
    bare = HistoryView(view.folder, view.manifest, view.tail.schema.empty_table()) if files else view
    sql = f"SELECT epoch_us(occurred_at) // {_HOUR_US} AS hour, count(*) AS n FROM entries WHERE {_TOLD} GROUP BY hour"
    with closing(bare.open_sql(files)) as connection:
        table = ask(connection, sql)
    return {hour * _HOUR_US: n for hour, n in zip(*(table[one].to_pylist() for one in ("hour", "n")), strict=True)}


def _within(view: HistoryView, start_us: int, end_us: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    with closing(view.open_sql(view.raw_files(start_us, end_us))) as connection:
        asked = {"start": moment(start_us), "end": moment(end_us)}
        sql = f"SELECT occurred_at FROM entries WHERE {_TOLD} AND occurred_at >= $start AND occurred_at < $end"
        found = ask(connection, sql, asked)["occurred_at"].cast(pa.int64()).to_numpy()
    return found, np.ones(len(found), np.int64)


def _counted(
    at_us: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], begin_us: int, step_us: int, count: int
) -> list[int]:
    steps = (at_us - begin_us) // step_us
    inside = (steps >= 0) & (steps < count)
    found: list[int] = np.bincount(steps[inside], counts[inside], minlength=count).astype(int).tolist()
    return found
