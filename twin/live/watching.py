"""Rules at work on a running campus: what is on disk is judged, what is concluded goes onto the disk, and is folded.

A thread of its own takes what was committed (``Arrivals``), lets the rules judge it and hands their decisions to the
journal; they come back from there like everything else and are folded into the alarms. So the alarms are at any moment
what the journal says, and after a restart the same again. What people do goes the same way (``act``).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Container, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDoneError
from datetime import timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from twin.errors import NotFoldedError, StillLookingBackError, TwinError
from twin.live.alarms.book import AlarmBook
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.arrivals import Arrivals
from twin.live.batch import Appended
from twin.live.group_commit import GroupCommit
from twin.live.in_force import InForce
from twin.live.rules.book import RuleBook, RuleSet
from twin.live.rules.campus_places import places_of
from twin.live.rules.engine import RuleEngine
from twin.live.rules.entries import Decision
from twin.live.rules.files import Known
from twin.live.rules.places import Places
from twin.model.entries import Entry, StoredEntry
from twin.model.time import Clock, microseconds
from twin.store.campus import Campus
from twin.store.history import History
from twin.store.journal_reader import JournalReader

TICK_S: Final = 0.5
LOOK_S: Final = 2.0  # at files and at the generation
WAIT_S: Final = 10.0
MOST_LOOKED_BACK: Final = 200_000
PEOPLE: Final = "people"  # the feed of what people do

# how alarms stand now, and which keys have none any more, since a correction withdrew it
AlarmFollower = Callable[[Sequence[AlarmState], Sequence[AlarmKey]], None]
Heard = Callable[[], Container[str]]  # points and devices that ever gave a sign
Draft = Callable[[int], Iterable[Decision]]

log = logging.getLogger(__name__)


class Watch:
    """``guard`` protects ``alarms`` and everything else that is folded; hold it while reading, and not for long."""

    def __init__(self, campus: Campus, timezone: ZoneInfo, clock: Clock, history: History, heard: Heard) -> None:
        self.guard = threading.RLock()
        self.clock = clock
        self.alarms = AlarmBook()
        self.flood = self.alarms.flood(0)
        self._campus = campus
        self._history = history
        self._heard = heard
        self._places = Places()
        self._generation = -1
        self._timezone = timezone
        self._in_force: InForce | None = None
        self._engine: RuleEngine | None = None
        self._followers: list[AlarmFollower] = []
        self._unsaid: list[Entry] = []
        self._refused = False
        self._hidden: dict[AlarmKey, tuple[bool, str | None]] = {}
        self._acting = threading.Lock()
        self._folded = threading.Condition(self.guard)
        self._folded_seq = 0
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._looked_at_s = self._ticked_at_s = 0.0
        self._parts: tuple[Arrivals, GroupCommit, threading.Thread] | None = None

    # --- for whoever opens the campus ---

    def start(self, journal: JournalReader, commit: GroupCommit) -> None:
        """Begin to judge everything after what the journal holds now; raises ConfigHistoryDamagedError."""
        self._in_force = InForce(self._campus.folder / "config", self._timezone.key, self._known, self.clock.now)
        started_seq = journal.last_seq()
        arrivals = Arrivals(journal.tail, started_seq)
        thread = threading.Thread(target=self._run, args=(started_seq, arrivals), name="watch", daemon=True)
        self._parts = (arrivals, commit, thread)
        thread.start()

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

    def follow(self, follower: AlarmFollower) -> None:
        """Be called, in a thread of ours, with alarms that stand otherwise than before."""
        self._followers.append(follower)

    def now_us(self) -> int:
        return microseconds(self.clock.now())

    @property
    def in_force(self) -> InForce:
        """Rules and limits; there once the campus runs."""
        if self._in_force is None:
            raise StillLookingBackError()
        return self._in_force

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
        if not self._ready.wait(WAIT_S) or self._engine is None:
            raise StillLookingBackError()
        with self.guard:
            rules = change(self.in_force.book)
            self._say(self._engine.use(rules, self.now_us(), heard=self._heard()))
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
            acts = [one for one in self._history.acts() if one.seq <= started_seq]
            with self.guard:
                self._look(time.monotonic())
                self.alarms.fold(acts)
                engine = RuleEngine(self.in_force.rules, self._places, self.in_force.calendar)
                now = self.clock.now()
                since = now - timedelta(microseconds=engine.lookback_us)
                recent = [
                    one for one in self._history.received_since(since, MOST_LOOKED_BACK) if one.seq <= started_seq
                ]
                self._say(engine.restore(self.alarms.announced(), recent, microseconds(now), self._heard()))
                self._engine, self._folded_seq = engine, started_seq
                standing = self.alarms.standing(self.now_us())
        except Exception:
            log.exception("alarms: what stood before could not be read; trying again")
            return False
        self._ready.set()
        self._tell(standing, [])
        return True

    def _go_on(self, arrived: Sequence[StoredEntry]) -> None:
        now_s = time.monotonic()
        with self.guard:
            now_us, engine = self.now_us(), self._engine
            assert engine is not None
            changed = self.alarms.fold(arrived)
            if now_s - self._looked_at_s >= LOOK_S and self._look(now_s):
                changed |= {one.key for one in self.alarms.standing(now_us)}
            self._say(engine.on_entries(arrived, now_us))
            if now_s - self._ticked_at_s >= TICK_S:
                self._ticked_at_s = now_s
                self._say(engine.tick(now_us))
                changed |= self._come_and_gone(now_us)
                self.flood = self.alarms.flood(now_us)
            if arrived:
                self._folded_seq = arrived[-1].seq
                self._folded.notify_all()
            states = {key: self.alarms.alarm(*key, now_us) for key in sorted(changed)}
        self._write()
        self._tell([one for one in states.values() if one], [key for key, one in states.items() if not one])

    def _look(self, now_s: float) -> bool:
        """At the files and at the generation: go on with what they say now. Whether there is another generation."""
        self._looked_at_s = now_s
        generation = self._campus.generation
        moved = generation.number != self._generation
        if moved:
            self._places, self._generation = places_of(generation), generation.number
        rules, others = self.in_force.look()
        if others or self._engine is None:
            self.alarms.limits = self.in_force.limits
            self.alarms.maintenance.use(self.in_force.windows)
        if self._engine is not None and (moved or rules):
            in_force = self.in_force
            self._say(self._engine.use(in_force.rules, self.now_us(), self._places, in_force.calendar, self._heard()))
        return moved

    def _known(self) -> Known:
        """The names that rules may use; before the campus is read, any."""
        return Known.of(self._places if self._generation >= 0 else None)

    def _come_and_gone(self, now_us: int) -> set[AlarmKey]:
        """Alarms that time alone shows or hides: a shelf that ends, a maintenance window."""
        hidden = {one.key: (one.shelved, one.suppressed_by) for one in self.alarms.standing(now_us)}
        before, self._hidden = self._hidden, hidden
        return {key for key, now in hidden.items() if before.get(key, now) != now}

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

    def _tell(self, states: Sequence[AlarmState], gone: Sequence[AlarmKey]) -> None:
        if not states and not gone:
            return
        for follower in self._followers:
            try:
                follower(states, gone)
            except Exception:
                log.exception("alarms: what follows on a change failed")
