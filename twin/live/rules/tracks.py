"""The tracks of one set of rules at the places of a campus: made when they are first needed, found ever after."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final

from twin.live.rules.book import RuleSet
from twin.live.rules.calendar import Calendar
from twin.live.rules.choosing import Choice, fits_device
from twin.live.rules.composite import CompositeTrack
from twin.live.rules.event_track import EventTrack
from twin.live.rules.feeds import Feed
from twin.live.rules.judges import MAKERS, AbsenceTrack, SeriesTrack
from twin.live.rules.places import Place, PlaceKind, Places
from twin.live.rules.series import Series
from twin.live.rules.settings import AbsenceRule, CompositeRule, EventRule, GeofenceRule, Rule, ScheduleRule
from twin.live.rules.track import Placed, Track, Voice
from twin.model.points import point_id, point_types

_MOST_POINTS: Final = 200_000
_DEVICE: Final = "\0"  # ends the key of a whole device; no point is called so


class Tracks:
    """A track is one rule at one subject (point, device, place); a feed is all that follow one series of samples."""

    def __init__(
        self, rules: RuleSet, places: Places, calendar: Calendar, voice: Voice, series: dict[str, Series] | None = None
    ) -> None:
        """``series`` are samples to go on with."""
        self.version = rules.version
        self.choice = Choice(rules.rules.values())
        self.places = places
        self.calendar = calendar
        self.series = {} if series is None else series
        self.composites: dict[tuple[str, str], CompositeTrack] = {}
        self._voice = voice
        self._tracks: dict[tuple[str, str], Track] = {}
        self._events: dict[tuple[str, str], EventTrack] = {}
        self._fences: dict[tuple[str, str], Feed] = {}
        self._feeds: dict[str, tuple[Feed, ...]] = {}  # point or device -> what follows it

    def all(self) -> list[Track]:
        return list(self._tracks.values())

    def find(self, rule_id: str, subject: str) -> Track | None:
        """The track of a rule at a subject, made if the rule applies there."""
        rule = self.choice.rules.get(rule_id)
        if rule is None:
            return None
        if isinstance(rule, CompositeRule):
            known = next((one for one in self.places.devices.values() if subject in one.ids(rule.at)), None)
            return self._composite(rule, known or Place(subject), subject)
        if isinstance(rule, GeofenceRule):
            if fits_device(rule, self.places.at(subject)):
                self.fence(rule, subject)
        elif isinstance(rule, EventRule | ScheduleRule):
            if fits_device(rule, self.places.at(subject)):
                self.of_event(rule, subject)
        elif isinstance(rule, AbsenceRule) and not rule.of_points:
            self.signs_of_life(subject)
        else:
            self.of_point(subject)
        return self._tracks.get((rule_id, subject))

    def of_point(self, point: str) -> tuple[Feed, ...]:
        """What follows a point: its own rules, and those that wait for any sign of its device."""
        feeds = self._feeds.get(point)
        return self._follow(point) if feeds is None else feeds

    def signs_of_life(self, device_code: str) -> tuple[Feed, ...]:
        """What waits for any sign of a device."""
        key = device_code + _DEVICE
        feeds = self._feeds.get(key)
        if feeds is None:
            place = self.places.at(device_code)
            rules = self.choice.of_device(place)
            feeds = (self._feed(key, device_code, rules, place),) if rules else ()
            if rules or len(self._feeds) < _MOST_POINTS:
                self._feeds[key] = feeds
        return feeds

    def fence(self, rule: GeofenceRule, originator: str) -> Feed:
        """What follows the positions of a moving thing."""
        feed = self._fences.get((rule.id, originator))
        if feed is None:
            feed = self._feed(f"{originator}\0{rule.id}", originator, (rule,), self.places.at(originator))
            self._fences[rule.id, originator] = feed
        return feed

    def stir(self) -> None:
        """Tracks were changed from outside: no feed knows any more that it is calm."""
        for feed in [*(one for feeds in self._feeds.values() for one in feeds), *self._fences.values()]:
            feed.stir()

    def of_event(self, rule: Rule, originator: str) -> EventTrack:
        """What follows events of an originator."""
        track = self._events.get((rule.id, originator))
        if track is None:
            track = EventTrack(Placed(rule, originator, self.places.at(originator)), self._voice, self.calendar)
            self._events[rule.id, originator] = track
            self._add(track)
        return track

    def composites_of(self, member: Track) -> Iterator[CompositeTrack]:
        """The composites that a track has a part in."""
        place = member.placed.place
        for rule in self.choice.composites.get(member.placed.rule.id, ()):
            for place_id in place.ids(rule.at):
                yield self._composite(rule, place, place_id)

    def expect(self, now_us: int, heard: Container[str]) -> None:
        """Wait, from the first moment on, for what was heard before; where a rule says so, for all that is known."""
        kinds = point_types()
        for place in self.places.devices.values() if self.choice.awaited else ():
            self.signs_of_life(place.device_code)
            for one in kinds.get(place.device_type or "", ()):
                if any(rule.of_points for rule in self.choice.awaited):
                    self.of_point(point_id(place.device_code, one.quantity))
        for track in self.all():
            rule, subject = track.placed.rule, track.placed.subject
            known = isinstance(rule, AbsenceRule) and (rule.never_heard or subject in heard)
            if isinstance(track, AbsenceTrack) and known:
                track.expect(now_us)

    def forget_settled(self, before_us: int) -> None:
        """Events and composites forget what is settled, and those of which nothing is left go."""
        for key, track in list(self._events.items()):
            track.settle(before_us)
            if not track.samples and not track.episodes:
                del self._events[key], self._tracks[key]
        for composite in self.composites.values():
            composite.settle(before_us)

    def _follow(self, point: str) -> tuple[Feed, ...]:
        place = self.places.at(point.rpartition(":")[0] or point)
        rules = self.choice.of_point(point, place)
        feeds = self.signs_of_life(place.device_code)
        if rules:
            feeds = (self._feed(point, point, rules, place), *feeds)
        if len(self._feeds) >= _MOST_POINTS:
            self._feeds = {name: found for name, found in self._feeds.items() if found}
        self._feeds[point] = feeds
        return feeds

    def _feed(self, key: str, subject: str, rules: Iterable[Rule], place: Place) -> Feed:
        feed = Feed(self.series.setdefault(key, Series()), merged=key.endswith(_DEVICE))
        for rule in rules:
            track = self._tracks.get((rule.id, subject))
            if track is None:
                placed = Placed(rule, subject, place)
                track = self._add(MAKERS[type(rule)](placed, self._voice, feed.series, self.calendar))
            assert isinstance(track, SeriesTrack)
            feed.tracks.append(track)
        return feed

    def _composite(self, rule: CompositeRule, place: Place, place_id: str) -> CompositeTrack:
        track = self.composites.get((rule.id, place_id))
        if track is None:
            track = CompositeTrack(Placed(rule, place_id, _only(place, rule.at, place_id), place_id), self._voice)
            self.composites[rule.id, place_id] = track
            self._add(track)
        return track

    def _add(self, track: Track) -> Track:
        self._tracks[track.placed.rule.id, track.placed.subject] = track
        return track


def _only(place: Place, kind: PlaceKind, place_id: str) -> Place:
    """The place of a composite: what its members have in common."""
    if kind is PlaceKind.DEVICE:
        return place
    if kind is PlaceKind.ZONE:
        return Place(place_id, zone_ids=(place_id,))
    storey = place.storey_id if kind in (PlaceKind.SPACE, PlaceKind.STOREY) else None
    space = place.space_id if kind is PlaceKind.SPACE else None
    return Place(place_id, None, None, space, storey, place.building_id)
