"""Reports of a campus that runs: made one at a time, so that walls still get their answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime

from ioc_app.casework import Casework
from ioc_app.reports.document import report_html
from ioc_app.reports.kept import KeptReports
from ioc_app.reports.period import PeriodKind, period_of
from ioc_app.reports.sources import Sources, Wanted
from ioc_app.screens.look import Language
from ioc_app.screens.reads import Answering
from twin.live.running import RunningCampus
from twin.people.identity import Identity
from twin.people.registry import People
from twin.people.roles import Right
from twin.screens.book import ScreenBook
from twin.store.journal_reader import JournalReader


@dataclass(frozen=True, slots=True)
class Asked:
    """``of`` is a day of the period, without it the last that ended; ``at`` and ``known_seq`` what it is told as of."""

    kind: PeriodKind
    of: date | None = None
    language: Language = "zh"
    at: datetime | None = None
    known_seq: int | None = None


@dataclass(frozen=True, slots=True)
class MadeReport:
    content: bytes
    wanted: Wanted
    version: str


class Reports:
    """``answering`` are the readers of the screens: paper and wall are answered by the same."""

    def __init__(
        self, running: RunningCampus, casework: Casework, book: ScreenBook, answering: Answering, people: People
    ) -> None:
        self.kept = KeptReports(running.campus.folder)
        self._running, self._casework, self._book = running, casework, book
        self._answering, self._people = answering, people
        self._journal = JournalReader(running.campus.folder)
        self._one = threading.Lock()

    def make(self, asked: Asked, identity: Identity) -> MadeReport:
        """Takes seconds. Raises BadRequestError, StillLookingBackError, HistoryDamagedError."""
        now, last = self._running.clock.now(), self._journal.last_seq()
        period = period_of(asked.kind, asked.of, now, self._running.timezone, asked.at)
        known = last if asked.known_seq is None else min(asked.known_seq, last)
        cleared = identity.may(Right.NAMES)
        wanted = Wanted(period, known, asked.language, cleared, now, identity.display_name)
        with self._one:
            sources = self._sources()
            return MadeReport(report_html(sources, wanted).encode("utf-8", "replace"), wanted, sources.version)

    def _sources(self) -> Sources:
        setup, in_force = self._casework.setup, self._book.in_force
        return Sources(
            campus=self._running.campus,
            zone=self._running.timezone,
            asked=self._answering,
            past=self._running.past,
            screens=in_force.value.screens,
            kpis=in_force.value.kpis,
            version=self._book.version_of(in_force),
            satisfied_from=setup.settings.satisfied_from,
            unverified=setup.unverified,
            people={one.name: one.display_name for one in self._people.accounts.all()},
        )
