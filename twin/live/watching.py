"""Judged beside the commit: what is on disk is judged, what is concluded goes onto the disk, and is folded.

A thread of its own takes what was committed (``Arrivals``), asks the ``Situation`` what follows and hands the decisions
to the journal; they come back from there like everything else and are folded. So alarms and incidents are at any moment
what the journal says, and after a restart the same again. What people do goes the same way (``act``).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDoneError
from datetime import timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from twin.errors import NotFoldedError, StillLookingBackError, TwinError
from twin.live.alarms.book import AlarmBook
from twin.live.arrivals import Arrivals
from twin.live.batch import Appended
from twin.live.group_commit import GroupCommit
from twin.live.in_force import InForce
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.setup import IncidentSetup
from twin.live.kept_acts import KeptActs
from twin.live.rules.book import RuleBook, RuleSet
from twin.live.rules.entries import Decision
from twin.live.situation import Heard, News, Situation
from twin.model.entries import Entry, StoredEntry
from twin.model.time import Clock, microseconds
from twin.store.campus import Campus
from twin.store.history import History
from twin.store.journal_reader import JournalReader

TICK_S: Final = 0.5
LOOK_S: Final = 2.0  # at files and at the generation
WAIT_S: Final = 10.0
AT_ONCE: Final = 64  # entries judged without a pause: half a millisecond
MOST_LOOKED_BACK: Final = 200_000
PEOPLE: Final = "people"  # the feed of what people do

Follower = Callable[[News], None]
Draft = Callable[[int], Iterable[Decision]]

log = logging.getLogger(__name__)


class Watch:
    """``guard`` protects what is folded; hold it while reading ``alarms`` and ``incidents``, and not for long."""

    def __init__(
        self, campus: Campus, timezone: ZoneInfo, clock: Clock, history: History, acts: KeptActs, heard: Heard
    ) -> None:
        self.guard = threading.RLock()
        self.clock = clock
        self.flood = AlarmBook().flood(0)
        self._make = partial(Situation, campus, timezone, clock, heard)
        self._situation: Situation | None = None
        self._history = history
        self._acts = acts
        self._followers: list[Follower] = []
        self._unsaid: list[Entry] = []
        self._refused = False
        self._acting = threading.Lock()
        self._folded = threading.Condition(self.guard)
        self._rules_written: Callable[[int], object] | None = None
        self._folded_seq = 0
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._looked_at_s = self._ticked_at_s = 0.0
        self._parts: tuple[Arrivals, GroupCommit, threading.Thread] | None = None

    # --- for whoever opens the campus ---

    def start(self, journal: JournalReader, commit: GroupCommit) -> None:
        """Begin to judge everything after what the journal holds now; raises ConfigHistoryDamagedError."""
        self._situation = self._make()
        started_seq = journal.last_seq()
        arrivals = Arrivals(journal.tail, started_seq)
        thread = threading.Thread(target=self._run, args=(started_seq, arrivals), name="watch", daemon=True)
        self._parts = (arrivals, commit, thread)
        thread.start()

    def look_only(self) -> None:
        """Settings as they are on disk; nothing is judged, nothing is written, what stands now is not known."""
        self._situation = self._make()

    def take(self, stored: Sequence[StoredEntry]) -> None:
        """From the committing thread: what is on disk now."""
        if self._parts is not None:
            self._parts[0].put(stored)

    def close(self) -> None:
        if self._parts is None:
            return
        arrivals, _, thread = self._parts
        self._stop.set()
        arrivals.close()
        thread.join()
        self._parts = None

    # --- for whoever looks ---

    def on_rules_from_disk(self, written: Callable[[int], object]) -> None:
        """Be called, in a thread of ours, with each version of the rules that came from edited files."""
        self._rules_written = written

    def follow(self, follower: Follower) -> None:
        """Be called, in a thread of ours, with what stands otherwise than before."""
        self._followers.append(follower)

    def now_us(self) -> int:
        return microseconds(self.clock.now())

    @property
    def situation(self) -> Situation:
        """There once the campus runs; raises StillLookingBackError before."""
        if self._situation is None:
            raise StillLookingBackError()
        return self._situation

    @property
    def alarms(self) -> AlarmBook:
        return self.situation.alarms

    @property
    def incidents(self) -> IncidentBook:
        return self.situation.incidents

    @property
    def incident_setup(self) -> IncidentSetup:
        """What opens an incident, how long it may take, who is sent and what is to be done."""
        return self.in_force.setup

    @property
    def in_force(self) -> InForce:
        """Rules, limits, rosters."""
        return self.situation.in_force

    @property
    def behind(self) -> int:
        """How many entries are not judged yet."""
        return self._parts[0].waiting if self._parts else 0

    @property
    def ready(self) -> bool:
        """Whether what was before this process started is known."""
        return self._ready.is_set()

    # --- for whoever acts ---

    def act(self, draft: Draft) -> list[str]:
        """Write down what somebody does, as ``draft`` makes it of how things stand now; returns when it is folded.

        One act at a time: what ``draft`` saw still holds when its entries are written. Raises what ``draft`` raises,
        StillLookingBackError, and what the journal raises.
        """
        if not self._ready.wait(WAIT_S) or self._parts is None:
            raise StillLookingBackError()
        with self._acting:
            with self.guard:
                entries = [one.entry(PEOPLE) for one in draft(self.now_us())]
            if not entries:
                return []
            try:
                appended = self._parts[1].submit(entries).result(WAIT_S)
            except NotDoneError as fault:
                raise NotFoldedError() from fault
            if appended.last_seq is not None:
                self._wait_for(appended.last_seq)
        return [one.entry_id for one in entries]

    def change_rules(self, change: Callable[[RuleBook], RuleSet]) -> RuleSet:
        """Other rules from now on, as ``change`` makes them; raises what it raises, and nothing has changed then."""
        if not self._ready.wait(WAIT_S):
            raise StillLookingBackError()
        with self.guard:
            rules = change(self.in_force.book)
            self._say(self.situation.use_rules(self.now_us()))
        self._write()
        return rules

    def _wait_for(self, seq: int) -> None:
        with self._folded:
            if not self._folded.wait_for(lambda: self._folded_seq >= seq, WAIT_S):
                raise NotFoldedError()

    # --- the thread ---

    def _run(self, started_seq: int, arrivals: Arrivals) -> None:
        while not self._stop.is_set() and not self._look_back(started_seq):
            self._stop.wait(LOOK_S)
        while not self._stop.is_set():
            try:
                self._go_on(arrivals.take(TICK_S))
            except Exception:
                log.exception("rules: a round failed; the next one goes on")
                self._stop.wait(TICK_S)

    def _look_back(self, started_seq: int) -> bool:
        """Take up what stood when the last process ended."""
        try:
            now, situation = self.clock.now(), self._situation or self._make()
            since = now - timedelta(microseconds=situation.lookback_us)
            acts = self._acts.all()
            recent = self._history.received_since(since, MOST_LOOKED_BACK)
            with self.guard:
                self._say(situation.begin(_upto(acts, started_seq), _upto(recent, started_seq), microseconds(now)))
                self._situation, self._folded_seq = situation, started_seq
                news = situation.everything(self.now_us())
        except Exception:
            log.exception("alarms: what stood before could not be read; trying again")
            self._situation = None  # it may have taken up a part
            return False
        self._ready.set()
        self._write_down_rules()
        self._tell(news)
        return True

    def _go_on(self, arrived: Sequence[StoredEntry]) -> None:
        for start in range(0, len(arrived), AT_ONCE):
            self._judge(arrived[start : start + AT_ONCE])
            time.sleep(0)  # whoever acknowledges goes first: the interpreter is theirs between two slices
        now_s, situation = time.monotonic(), self.situation
        with self.guard:
            now_us = self.now_us()
            if now_s - self._looked_at_s >= LOOK_S:
                self._looked_at_s = now_s
                self._say(situation.look(now_us))
            if now_s - self._ticked_at_s >= TICK_S:
                self._ticked_at_s = now_s
                self._say(situation.tick(now_us))
                self.flood = situation.alarms.flood(now_us)
            news = situation.news(now_us)
        self._write_down_rules()
        self._write()
        self._tell(news)

    def _write_down_rules(self) -> None:
        versions = self.in_force.from_disk
        try:
            while versions and self._rules_written is not None:
                self._rules_written(versions[0])
                versions.pop(0)
        except Exception:
            log.exception("rules: a version from edited files could not be written down; trying again")

    def _judge(self, arrived: Sequence[StoredEntry]) -> None:
        with self.guard:
            self.situation.fold(arrived)
            self._say(self.situation.judge(arrived, self.now_us()))
            self._folded_seq = arrived[-1].seq
            self._folded.notify_all()

    def _say(self, decisions: Iterable[Decision]) -> None:
        self._unsaid += [one.entry() for one in decisions]

    def _write(self) -> None:
        """Hand decisions to the journal."""
        with self.guard:
            waiting, self._unsaid = self._unsaid, []
        if not waiting or self._parts is None:
            return
        try:
            self._parts[1].submit(waiting).add_done_callback(partial(self._written, waiting))
        except TwinError as fault:
            self._keep(waiting, fault)

    def _written(self, entries: list[Entry], future: Future[Appended]) -> None:
        fault = future.exception()
        if fault is not None:
            self._keep(entries, fault)
        self._refused = fault is not None

    def _keep(self, entries: list[Entry], fault: BaseException) -> None:
        """What the journal does not take now waits: it follows from what it took, and its ids make repeats harmless."""
        with self.guard:
            self._unsaid = [*entries, *self._unsaid]
        if not self._refused:
            log.warning("rules: %d decisions wait for the journal: %s", len(entries), fault)
        self._refused = True

    def _tell(self, news: News) -> None:
        for follower in self._followers if news else ():
            try:
                follower(news)
            except Exception:
                log.exception("alarms: what follows on a change failed")


def _upto(stored: Iterable[StoredEntry], seq: int) -> Iterator[StoredEntry]:
    return (one for one in stored if one.seq <= seq)
