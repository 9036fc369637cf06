"""Rules over events: one type raises, another, or time, clears."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import replace
from typing import Final, NamedTuple

from twin.live.rules.calendar import Calendar
from twin.live.rules.episodes import NEVER, Episode
from twin.live.rules.settings import EventRule, ScheduleRule
from twin.live.rules.text import LONGEST
from twin.live.rules.track import CHECKPOINT_US, SECOND_US, Placed, Track, Voice

RAISES, CLEARS = 0, 1  # of two events at one time the clearing one is taken last


class Happened(NamedTuple):
    """An event as far as its rule needs it; ordered by time."""

    at_us: int
    what: int
    told: str


class EventTrack(Track):
    """One event rule at one originator."""

    __slots__ = ("after_us", "calendar", "clears", "earlier", "raises", "samples", "working")

    def __init__(self, placed: Placed, voice: Voice, calendar: Calendar) -> None:
        super().__init__(placed, voice)
        rule = placed.rule
        assert isinstance(rule, EventRule | ScheduleRule)
        self.raises: Final = frozenset(rule.event_types)
        self.clears: Final = frozenset(rule.clear_types)
        self.after_us = None if rule.clear_after_s is None else int(rule.clear_after_s * SECOND_US)
        self.calendar = calendar
        self.working = None if rule.during is None else rule.during == "working"
        self.samples: list[Happened] = []
        self.earlier: tuple[Episode, ...] = ()  # how its episodes were said before a restart

    def take(self, at_us: int, event_type: str, told: str) -> bool:
        """Take up an event of any age; False if it came too late for what is remembered."""
        what = RAISES if event_type in self.raises else CLEARS
        if what == RAISES and self.working is not None and self.calendar.working(at_us) != self.working:
            return True
        sample = Happened(at_us, what, told[:LONGEST])
        if at_us <= self.base_us:
            return False
        newest_us = self.samples[-1].at_us if self.samples else self.base_us
        if at_us > newest_us and self.state.decided_us <= at_us:
            self.samples.append(sample)
            self._step(sample)
            self.heed_due()
            self._remember(at_us)
            return True
        at = bisect_left(self.samples, sample)
        if at < len(self.samples) and self.samples[at] == sample:
            return True
        insort(self.samples, sample)
        return self.revise(at_us, newest_us)

    def settle(self, before_us: int) -> None:
        if not self.samples or self.samples[-1].at_us <= before_us:
            self.checkpoint(before_us)
        super().settle(before_us)
        if self.samples and self.samples[0].at_us <= self.base_us:
            self.samples = [one for one in self.samples if one.at_us > self.base_us]

    def _as_of(self, episode: Episode, at_us: int) -> Episode:
        raised = [one for one in self.samples if one.what == RAISES and episode.raised_us <= one.at_us]
        before = [one for one in raised if one.at_us <= at_us]
        added = sum(at_us < one.at_us <= episode.last_us for one in raised)
        known = super()._as_of(replace(episode, count=max(1, episode.count - added)), at_us)
        if not added:
            return known
        if before:
            return replace(known, last_us=before[-1].at_us, told=before[-1].told)
        # older than all samples at hand: as it was said when it was the newest
        said = [one for one in self.earlier if one.raised_us == episode.raised_us and one.last_us <= at_us]
        last_us, told = (said[-1].last_us, said[-1].told) if said else (episode.raised_us, episode.told)
        return replace(known, last_us=last_us, told=told)

    def _replay(self, after_us: int, until_us: int) -> None:
        for sample in self.samples[bisect_left(self.samples, Happened(after_us + 1, 0, "")) :]:
            if sample.at_us > until_us:
                break
            self._step(sample)

    def _step(self, sample: Happened) -> None:
        self.advance(sample.at_us)
        state = self.state
        if sample.what == CLEARS:
            if state.episode is not None:
                self._clear(sample.at_us)
            state.due_us = NEVER
            return
        state.told = sample.told
        if state.episode is None:
            self._raise(sample.at_us)
        else:
            self._refresh(sample.at_us, sample.told)
        state.due_us = NEVER if self.after_us is None else sample.at_us + self.after_us

    def _remember(self, at_us: int) -> None:
        if at_us - max(self.checkpoints[-1].at_us, self.samples[0].at_us) >= CHECKPOINT_US:
            self.checkpoint(at_us)
