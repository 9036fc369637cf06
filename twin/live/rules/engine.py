"""Rules at work: entries of the journal in, decisions for the journal out.

Rules act when something arrives and judge by when it happened (``track.py`` says how). Time is what the caller says;
nothing here looks at a clock, a disk or a thread. One engine belongs to one thread.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from math import isfinite
from typing import Any, Final

from twin.live.rules.book import RuleSet
from twin.live.rules.calendar import Calendar
from twin.live.rules.choosing import Choice, fits_device
from twin.live.rules.composite import CompositeTrack
from twin.live.rules.entries import Decision, body_of
from twin.live.rules.episodes import NEVER, Announced, Change
from twin.live.rules.event_track import EventTrack
from twin.live.rules.feeds import KEPT_US, Feed
from twin.live.rules.judges import MAKERS, AbsenceTrack, SeriesTrack
from twin.live.rules.places import Place, PlaceKind, Places
from twin.live.rules.saying import decisions
from twin.live.rules.series import CODES, GOOD, UNKNOWN_CODE, Put, Series
from twin.live.rules.settings import AbsenceRule, CompositeRule, EventRule, GeofenceRule, Rule, ScheduleRule
from twin.live.rules.track import CHECKPOINT_US, LATE_US, SECOND_US, Placed, Track, Voice
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.model.points import point_id, point_types
from twin.model.time import AHEAD, microseconds

_AHEAD_US: Final = AHEAD // timedelta(microseconds=1)  # dated further ahead than this, input waits until it is so near
_JUDGED: Final = frozenset({READING, EVENT})
TOO_FAR_AHEAD_US: Final = 3600 * SECOND_US  # and further than this it is left to the lists of faults
_MOST_HELD: Final = 100_000
_MOST_POINTS: Final = 200_000
_DEVICE: Final = "\0"  # ends the key of a whole device; no point is called so
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
        self._places = places
        self._calendar = calendar
        self._version = rules.version
        self._choice = Choice(rules.rules.values())
        self._series: dict[str, Series] = {}
        self._feeds: dict[str, tuple[Feed, ...]] = {}  # point or device -> what follows it
        self._tracks: dict[tuple[str, str], Track] = {}
        self._events: dict[tuple[str, str], EventTrack] = {}
        self._composites: dict[tuple[str, str], CompositeTrack] = {}
        self._fences: dict[tuple[str, str], Feed] = {}
        self._dues: list[tuple[int, int, Track]] = []
        self._held: list[tuple[int, int, StoredEntry]] = []
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

    # --- what callers do ---

    def on_entries(self, entries: Iterable[StoredEntry], now_us: int) -> list[Decision]:
        """Judge what has arrived. Kinds other than readings and events are passed over."""
        self._expect(now_us)
        self._release(now_us)
        for stored in entries:
            if stored.entry.kind in _JUDGED:
                at_us = microseconds(stored.entry.occurred_at)
                if at_us - now_us > _AHEAD_US:
                    self._hold(stored, at_us, at_us - now_us)
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
            self._tidy(now_us)
        return out

    def use(self, rules: RuleSet, now_us: int, places: Places | None = None) -> list[Decision]:
        """Go on with other rules, or other places. What stands under a rule that is gone ends, and says so."""
        self._version = rules.version
        self._choice = Choice(rules.rules.values())
        self._places = places or self._places
        self._feeds.clear()
        self._fences.clear()
        before, self._tracks = self._tracks, {}
        self._events.clear()
        self._composites.clear()
        self._ending = True
        for old in before.values():
            self._carry_over(old, now_us)
        self._flush_composites()
        self._ending = False
        self._expected = False
        self._expect(now_us)
        return self._finish()

    @property
    def lookback_us(self) -> int:
        """How far back ``restore`` wants the entries of the journal."""
        longest = [KEPT_US]
        for rule in self._choice.rules.values():
            for name in ("delay_s", "clear_delay_s", "window_s", "clear_after_s", "for_s"):
                longest.append(int((getattr(rule, name, 0) or 0) * SECOND_US))
        return KEPT_US + min(max(longest), _LONGEST_US)

    def restore(self, announced: Iterable[Announced], recent: Iterable[StoredEntry], now_us: int) -> list[Decision]:
        """After a restart: take up what was said and what was heard; say what the stop left unsaid."""
        said: dict[tuple[str, str], list[Announced]] = {}
        for one in announced:
            said.setdefault((one.rule_id, one.subject), []).append(one)
        self._expected = True
        self._silent = True
        self.on_entries(recent, now_us)
        self._time_us = max(self._time_us, now_us)
        for rule_id, subject in said:
            self._find(rule_id, subject)
        self._silent = False
        begin_us, settled_us = now_us - self.lookback_us, now_us - KEPT_US
        members = [one for one in self._tracks.values() if not isinstance(one, CompositeTrack)]
        for track in members:
            _resume(track, said, begin_us, settled_us)
        self._join_again(members)
        for composite in self._composites.values():
            _resume(composite, said, begin_us, settled_us)
        self._changed.clear()
        self._expected = False
        self._expect(now_us)
        return self._finish()

    # --- what tracks say ---

    def said(self, track: Track, change: Change, correction: bool) -> None:
        if track.placed.rule.id in self._choice.composites and not isinstance(track, CompositeTrack):
            self._changed[id(track)] = track
        if not self._silent:
            self._out += decisions(
                track,
                change,
                correction=correction,
                version=self._version,
                titles=self._choice.titles,
                ended=self._ending,
            )

    def wake(self, track: Track, due_us: int) -> None:
        heapq.heappush(self._dues, (due_us, next(self._tie), track))

    def concluded_us(self) -> int:
        return self._time_us

    # --- entries ---

    def _take(self, stored: StoredEntry, at_us: int) -> None:
        entry, received_us = stored.entry, microseconds(stored.received_at)
        if received_us - at_us > LATE_US:
            self.counts.late[entry.feed] += 1
            return
        self._received_us = max(self._received_us, received_us)
        if entry.kind == EVENT:
            self._take_event(stored, at_us, received_us)
            return
        feeds = self._feeds.get(entry.subject)
        if feeds is None:
            feeds = self._feeds_of(entry.subject)
        if not feeds:
            return
        value = entry.value
        code = CODES.get(entry.quality, UNKNOWN_CODE)
        if value is None or not isfinite(value):
            value, code = 0.0, code or UNKNOWN_CODE
        for feed in feeds:
            put = feed.take(at_us, value, code, self._forget_from(received_us))
            if put is not Put.NEWEST:
                self._not_newest(feed, put, entry)

    def _not_newest(self, feed: Feed, put: Put, entry: Entry) -> None:
        if put is Put.NOWHERE and not feed.merged:
            self.counts.doubled[entry.feed] += 1
        elif put is Put.EARLIER:
            self._again[id(feed)] = feed

    def _take_event(self, stored: StoredEntry, at_us: int, received_us: int) -> None:
        body, entry = body_of(stored), stored.entry
        event_type, originator = body.get("type"), entry.subject
        for feed in self._signs_of_life(originator):
            self._not_newest(feed, feed.take(at_us, 1.0, GOOD, self._forget_from(received_us)), entry)
        if not isinstance(event_type, str):
            return
        for rule in self._choice.by_event.get(event_type, ()):
            if not fits_device(rule, self._places.at(originator)):
                continue
            if isinstance(rule, GeofenceRule):
                self._take_position(rule, entry, body.get("position"), at_us, received_us)
            else:
                told = body.get("text")
                track = self._event_track(rule, originator)
                if not track.take(at_us, event_type, told if isinstance(told, str) else event_type):
                    self.counts.not_remembered += 1

    def _take_position(self, rule: GeofenceRule, entry: Entry, position: Any, at_us: int, received_us: int) -> None:
        if not isinstance(position, list) or len(position) < 2:
            return
        x, y = position[0], position[1]
        if not all(isinstance(one, int | float) and isfinite(one) for one in (x, y)):
            return
        inside = self._places.inside(rule.fence, x, y)
        wrong = inside == (rule.where == "inside")
        feed = self._fence(rule, entry.subject)
        put = feed.take(at_us, float(wrong), GOOD, self._forget_from(received_us))
        if put is not Put.NEWEST:
            self._not_newest(feed, put, entry)

    def _forget_from(self, received_us: int) -> int:
        """While taking up again what was heard before a restart, nothing is forgotten."""
        return -NEVER if self._silent else received_us

    def _hold(self, stored: StoredEntry, at_us: int, ahead_us: int) -> None:
        if ahead_us > TOO_FAR_AHEAD_US or len(self._held) >= _MOST_HELD:
            self.counts.too_far_ahead[stored.entry.feed] += 1
            return
        self.counts.waiting[stored.entry.feed] += 1
        heapq.heappush(self._held, (at_us, next(self._tie), stored))

    def _release(self, now_us: int) -> None:
        while self._held and self._held[0][0] - now_us <= _AHEAD_US:
            at_us, _, stored = heapq.heappop(self._held)
            self._take(stored, at_us)

    def _finish(self) -> list[Decision]:
        for feed in self._again.values():
            self.counts.not_remembered += feed.judge_again()
        self._again.clear()
        self._flush_composites()
        out, self._out = self._out, []
        return out

    # --- tracks ---

    def _feeds_of(self, point: str) -> tuple[Feed, ...]:
        """What follows a point: its own rules, and those that wait for any sign of its device."""
        place = self._places.at(point.rpartition(":")[0] or point)
        rules = self._choice.of_point(point, place)
        feeds = self._signs_of_life(place.device_code)
        if rules:
            feeds = (self._feed(point, point, rules, place), *feeds)
        if len(self._feeds) >= _MOST_POINTS:
            self._feeds = {name: found for name, found in self._feeds.items() if found}
        self._feeds[point] = feeds
        return feeds

    def _signs_of_life(self, device_code: str) -> tuple[Feed, ...]:
        key = device_code + _DEVICE
        feeds = self._feeds.get(key)
        if feeds is None:
            place = self._places.at(device_code)
            rules = self._choice.of_device(place)
            feeds = (self._feed(key, device_code, rules, place),) if rules else ()
            if rules or len(self._feeds) < _MOST_POINTS:
                self._feeds[key] = feeds
        return feeds

    def _feed(self, key: str, subject: str, rules: Iterable[Rule], place: Place) -> Feed:
        feed = Feed(self._series.setdefault(key, Series()), merged=key.endswith(_DEVICE))
        for rule in rules:
            track = self._tracks.get((rule.id, subject))
            if track is None:
                track = self._add(MAKERS[type(rule)](Placed(rule, subject, place), self, feed.series, self._calendar))
            assert isinstance(track, SeriesTrack)
            feed.tracks.append(track)
        return feed

    def _fence(self, rule: GeofenceRule, originator: str) -> Feed:
        feed = self._fences.get((rule.id, originator))
        if feed is None:
            key = f"{originator}\0{rule.id}"
            feed = self._feed(key, originator, (rule,), self._places.at(originator))
            self._fences[rule.id, originator] = feed
        return feed

    def _event_track(self, rule: Rule, originator: str) -> EventTrack:
        track = self._events.get((rule.id, originator))
        if track is None:
            track = EventTrack(Placed(rule, originator, self._places.at(originator)), self, self._calendar)
            self._events[rule.id, originator] = track
            self._add(track)
        return track

    def _composite(self, rule: CompositeRule, place: Place, place_id: str) -> CompositeTrack:
        track = self._composites.get((rule.id, place_id))
        if track is None:
            placed = Placed(rule, place_id, _only(place, rule.at, place_id), place_id)
            track = CompositeTrack(placed, self)
            self._composites[rule.id, place_id] = track
            self._add(track)
        return track

    def _add(self, track: Track) -> Track:
        self._tracks[track.placed.rule.id, track.placed.subject] = track
        return track

    def _find(self, rule_id: str, subject: str) -> Track | None:
        """The track of a rule at a subject, made if the rule applies there."""
        rule = self._choice.rules.get(rule_id)
        if rule is None:
            return None
        if isinstance(rule, CompositeRule):
            known = next((one for one in self._places.devices.values() if subject in one.ids(rule.at)), None)
            return self._composite(rule, known or Place(subject), subject)
        if isinstance(rule, GeofenceRule):
            if fits_device(rule, self._places.at(subject)):
                self._fence(rule, subject)
        elif isinstance(rule, EventRule | ScheduleRule):
            if fits_device(rule, self._places.at(subject)):
                self._event_track(rule, subject)
        elif isinstance(rule, AbsenceRule) and not rule.of_points:
            self._signs_of_life(subject)
        elif subject not in self._feeds:
            self._feeds_of(subject)
        return self._tracks.get((rule_id, subject))

    def _flush_composites(self) -> None:
        changed, self._changed = self._changed, {}
        for track in changed.values():
            for rule in self._choice.composites.get(track.placed.rule.id, ()):
                for place_id in track.placed.place.ids(rule.at):
                    self._composite(rule, track.placed.place, place_id).member_changed(track)

    def _join_again(self, members: Iterable[Track]) -> None:
        """Give the composites their members' episodes, without a word."""
        self._silent = True
        for composite in self._composites.values():
            composite.forget_all()
        self._changed = {id(one): one for one in members if one.episodes}
        self._flush_composites()
        self._silent = False

    def _carry_over(self, old: Track, now_us: int) -> None:
        rule = self._choice.rules.get(old.placed.rule.id)
        same_kind = rule is not None and (rule.kind, rule.alarm_type) == (
            old.placed.rule.kind,
            old.placed.rule.alarm_type,
        )
        new = self._find(old.placed.rule.id, old.placed.subject) if same_kind else None
        if new is None:
            old.wake_us = -NEVER  # what it wanted to be woken for is void
            old.end(now_us)
            return
        assert rule is not None
        if rule == old.placed.rule and new.placed == old.placed:
            new.state, new.episodes, new.checkpoints = old.state, old.episodes, old.checkpoints
            new.revisions = old.revisions
            for name in ("samples", "turns"):
                if hasattr(old, name):
                    setattr(new, name, getattr(old, name))
            new.heed_due()
        else:
            new.take_over(old, now_us)
        old.wake_us = -NEVER

    # --- time ---

    def _expect(self, now_us: int) -> None:
        """Wait, from the first moment on, also for known devices that were never heard."""
        if self._expected:
            return
        self._expected = True
        kinds = point_types()
        for place in self._places.devices.values() if self._choice.awaited else ():
            self._signs_of_life(place.device_code)
            for one in kinds.get(place.device_type or "", ()):
                point = point_id(place.device_code, one.quantity)
                if any(rule.of_points for rule in self._choice.awaited) and point not in self._feeds:
                    self._feeds_of(point)
        for track in list(self._tracks.values()):
            if isinstance(track, AbsenceTrack):
                track.expect(now_us)

    def _tidy(self, now_us: int) -> None:
        """Now and then: events and composites forget what is settled, and those without any go."""
        self._tidy_us = now_us + CHECKPOINT_US
        before_us = min(now_us, self._received_us) - KEPT_US  # what is still on its way here was received later
        for key, track in list(self._events.items()):
            track.settle(before_us)
            if not track.samples and not track.episodes:
                del self._events[key], self._tracks[key]
        for composite in self._composites.values():
            composite.settle(before_us)


def _resume(track: Track, said: Mapping[tuple[str, str], list[Announced]], begin_us: int, at_us: int) -> None:
    """Let a track go on from what was announced of it."""
    mine = said.get((track.placed.rule.id, track.placed.subject), [])
    track.revisions = {one.episode.raised_us: one.revision for one in mine}
    track.resume(begin_us, at_us, sorted((one.episode for one in mine), key=lambda one: one.raised_us))


def _only(place: Place, kind: PlaceKind, place_id: str) -> Place:
    """The place of a composite: what its members have in common."""
    if kind is PlaceKind.DEVICE:
        return place
    if kind is PlaceKind.ZONE:
        return Place(place_id, zone_ids=(place_id,))
    storey = place.storey_id if kind in (PlaceKind.SPACE, PlaceKind.STOREY) else None
    space = place.space_id if kind is PlaceKind.SPACE else None
    return Place(place_id, None, None, space, storey, place.building_id)
