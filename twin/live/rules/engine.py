"""Rules at work: entries of the journal in, decisions for the journal out.

Rules act when something arrives and judge by when it happened (``track.py`` says how). Time is what the caller says;
nothing here looks at a clock, a disk or a thread. One engine belongs to one thread.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import isfinite
from typing import Any, Final

from twin.live.rules.ahead import AHEAD_US, HeldAhead
from twin.live.rules.book import RuleSet
from twin.live.rules.calendar import Calendar
from twin.live.rules.carrying_over import carry_over
from twin.live.rules.choosing import fits_device
from twin.live.rules.composite import CompositeTrack
from twin.live.rules.entries import Decision, body_of, position_in
from twin.live.rules.episodes import NEVER, Announced, Change
from twin.live.rules.feeds import KEPT_US, Feed
from twin.live.rules.places import Places
from twin.live.rules.resuming import Said, resume
from twin.live.rules.saying import Told, decisions
from twin.live.rules.series import BEYOND_TELLING, CODES, GOOD, OUT_OF_RANGE, UNKNOWN_CODE, Put
from twin.live.rules.settings import GeofenceRule
from twin.live.rules.track import CHECKPOINT_US, LATE_US, SECOND_US, Track, Voice
from twin.live.rules.tracks import Tracks
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.model.time import microseconds

_JUDGED: Final = frozenset({READING, EVENT})
_LONGEST_US: Final = 3600 * SECOND_US


@dataclass
class Counts:
    """What was left out or put off, by feed: to be shown, for it is said and not hidden."""

    late: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    too_far_ahead: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    not_remembered: int = 0  # earlier than a change of the rule, or than what is kept


class RuleEngine(Voice):
    """All rules of a campus. The same entries, in any order within ten minutes, leave the same alarms standing."""

    def __init__(self, rules: RuleSet, places: Places, calendar: Calendar) -> None:
        self.counts = Counts()
        self._tracks = Tracks(rules, places, calendar, self)
        self._ahead = HeldAhead()
        self._dues: list[tuple[int, int, Track]] = []
        self._tie = count()
        self._out: list[Decision] = []
        self._changed: dict[int, Track] = {}  # members of composites that changed in this call
        self._again: dict[int, Feed] = {}
        self._time_us = -NEVER
        self._received_us = -NEVER
        self._tidy_us = -NEVER
        self._silent = False
        self._ending = False
        self._expected = False
        self._heard: Container[str] = ()

    # --- what callers do ---

    def on_entries(self, entries: Iterable[StoredEntry], now_us: int) -> list[Decision]:
        """Judge what has arrived. Kinds other than readings and events are passed over."""
        self._expect(now_us)
        self._release(now_us)
        for stored in entries:
            if stored.entry.kind in _JUDGED:
                at_us = microseconds(stored.entry.occurred_at)
                if at_us - now_us > AHEAD_US:
                    held = self._ahead.hold(stored, at_us, now_us)
                    (self.counts.waiting if held else self.counts.too_far_ahead)[stored.entry.feed] += 1
                else:
                    self._take(stored, at_us)
        return self._finish()

    def tick(self, now_us: int) -> list[Decision]:
        """Let time pass: delays end, absences begin, what was dated ahead comes in."""
        self._expect(now_us)
        self._release(now_us)
        self._time_us = max(self._time_us, now_us)
        while self._dues and self._dues[0][0] <= now_us:
            due_us, _, track = heapq.heappop(self._dues)
            if track.wake_us == due_us:
                track.wake_us = NEVER
                track.advance(now_us)
                track.heed_due()
        out = self._finish()
        if now_us >= self._tidy_us:
            self._tidy_us = now_us + CHECKPOINT_US
            # what is still on its way here was received later
            self._tracks.forget_settled(min(now_us, self._received_us) - KEPT_US)
        return out

    def use(
        self,
        rules: RuleSet,
        now_us: int,
        places: Places | None = None,
        calendar: Calendar | None = None,
        heard: Container[str] | None = None,
    ) -> list[Decision]:
        """Go on with other rules, places or hours. What stands under a rule that is gone ends, and says so."""
        before = self._tracks
        self._heard = self._heard if heard is None else heard
        self._tracks = Tracks(rules, places or before.places, calendar or before.calendar, self, before.series)
        self._ending = True
        carry_over(before, self._tracks, now_us)
        self._flush_composites()
        self._ending = False
        self._expected = False
        self._expect(now_us)
        return self._finish()

    @property
    def lookback_us(self) -> int:
        """How far back ``restore`` wants the entries of the journal."""
        longest = [KEPT_US]
        for rule in self._tracks.choice.rules.values():
            for name in ("delay_s", "clear_delay_s", "window_s", "clear_after_s", "for_s"):
                longest.append(int((getattr(rule, name, 0) or 0) * SECOND_US))
        return KEPT_US + min(max(longest), _LONGEST_US)

    def restore(
        self,
        announced: Iterable[Announced],
        recent: Iterable[StoredEntry],
        now_us: int,
        heard: Container[str] = (),
    ) -> list[Decision]:
        """After a restart: take up what was said and what was heard; say what the stop left unsaid.

        ``heard``: points and devices that ever gave a sign, however long ago; for them silence is news.
        """
        self._heard = heard
        said = Said(announced)
        self._expected = True
        self._silent = True
        self.on_entries(recent, now_us)
        self._time_us = max(self._time_us, now_us)
        for rule_id, subject in said.subjects():
            self._tracks.find(rule_id, subject)
        self._silent = False
        begin_us, settled_us = now_us - self.lookback_us, now_us - KEPT_US
        members = [one for one in self._tracks.all() if not isinstance(one, CompositeTrack)]
        for track in members:
            resume(track, said, begin_us, settled_us)
        self._join_again(members, said)
        for composite in self._tracks.composites.values():
            resume(composite, said, begin_us, settled_us)
        self._changed.clear()
        self._tracks.stir()
        self._expected = False
        self._expect(now_us)
        return self._finish()

    # --- what tracks say ---

    def said(self, track: Track, change: Change, correction: bool) -> None:
        choice, places = self._tracks.choice, self._tracks.places
        if track.placed.rule.id in choice.composites and not isinstance(track, CompositeTrack):
            self._changed[id(track)] = track
        if not self._silent:
            told = Told(self._tracks.version, choice.titles, places.names)
            self._out += decisions(track, change, told, correction=correction, ended=self._ending)

    def wake(self, track: Track, due_us: int) -> None:
        heapq.heappush(self._dues, (due_us, next(self._tie), track))

    def concluded_us(self) -> int:
        return self._time_us

    # --- entries ---

    def _release(self, now_us: int) -> None:
        for at_us, stored in self._ahead.near(now_us):
            self._take(stored, at_us)

    def _take(self, stored: StoredEntry, at_us: int) -> None:
        entry, received_us = stored.entry, microseconds(stored.received_at)
        if received_us - at_us > LATE_US:
            self.counts.late[entry.feed] += 1
            return
        self._received_us = max(self._received_us, received_us)
        if entry.kind == EVENT:
            self._take_event(entry, body_of(stored), at_us, received_us)
            return
        feeds = self._tracks.of_point(entry.subject)
        if not feeds:
            return
        value = entry.value
        code = CODES.get(entry.quality, UNKNOWN_CODE)
        if value is None or not isfinite(value):
            value, code = 0.0, BEYOND_TELLING if code == OUT_OF_RANGE else code or UNKNOWN_CODE
        for feed in feeds:
            self._put(feed, entry, at_us, value, code, received_us)

    def _take_event(self, entry: Entry, body: Mapping[str, Any], at_us: int, received_us: int) -> None:
        event_type, originator = body.get("type"), entry.subject
        for feed in self._tracks.signs_of_life(originator):
            self._put(feed, entry, at_us, 1.0, GOOD, received_us)
        if not isinstance(event_type, str):
            return
        places = self._tracks.places
        for rule in self._tracks.choice.by_event.get(event_type, ()):
            if not fits_device(rule, places.at(originator)):
                continue
            if not isinstance(rule, GeofenceRule):
                told = body.get("text")
                track = self._tracks.of_event(rule, originator)
                if not track.take(at_us, event_type, told if isinstance(told, str) else event_type):
                    self.counts.not_remembered += 1
            elif (position := position_in(body, 2)) is not None:
                wrong = places.inside(rule.fence, position[0], position[1]) == (rule.where == "inside")
                self._put(self._tracks.fence(rule, originator), entry, at_us, float(wrong), GOOD, received_us)

    def _put(self, feed: Feed, entry: Entry, at_us: int, value: float, code: int, received_us: int) -> None:
        # while taking up again what was heard before a restart, nothing is forgotten
        put = feed.take(at_us, value, code, -NEVER if self._silent else received_us)
        if put is Put.NOWHERE and not feed.merged:
            self.counts.doubled[entry.feed] += 1
        elif put is Put.EARLIER:
            self._again[id(feed)] = feed

    def _finish(self) -> list[Decision]:
        for feed in self._again.values():
            self.counts.not_remembered += feed.judge_again()
        self._again.clear()
        self._flush_composites()
        out, self._out = self._out, []
        return out

    # --- composites and what is awaited ---

    def _flush_composites(self) -> None:
        changed, self._changed = self._changed, {}
        for member in changed.values():
            for composite in self._tracks.composites_of(member):
                composite.member_changed(member)

    def _join_again(self, members: Iterable[Track], said: Said) -> None:
        """Give the composites their members' episodes, without a word."""
        self._silent = True
        for composite in self._tracks.composites.values():
            composite.forget_all()
        for member in members:
            for composite in self._tracks.composites_of(member):
                composite.recall(member, said.standing(member))
        self._changed = {id(one): one for one in members if one.episodes}
        self._flush_composites()
        self._silent = False

    def _expect(self, now_us: int) -> None:
        if not self._expected:
            self._expected = True
            self._tracks.expect(now_us, self._heard)
