"""One rule at one point, judged in event time.

A track is a machine that goes through samples by their time. It keeps checkpoints of its state; a late sample takes
it back to the last checkpoint before it and through all samples again. What it concludes about a moment depends only
on samples up to that moment, so nothing before the late sample can change, and the outcome does not depend on the
order of arrival. What differs from what was said before is said as a correction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from twin.live.rules.episodes import NEVER, Change, Episode, State, changes
from twin.live.rules.places import Place
from twin.live.rules.settings import Rule

SECOND_US: Final = 1_000_000
LATE_US: Final = 10 * 60 * SECOND_US  # what comes later than this is not judged any more
MARGIN_US: Final = 60 * SECOND_US
CHECKPOINT_US: Final = 5 * 60 * SECOND_US

# what a sample says about the condition of a rule
HOLDS, NEITHER, FAILS = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Placed:
    """A rule at one subject (point, device, place)."""

    rule: Rule
    subject: str
    place: Place
    place_id: str | None = None  # of a composite

    @property
    def is_point(self) -> bool:
        """Whether the subject is a point rather than a device or a place."""
        return self.place_id is None and self.subject != self.place.device_code


class Voice(ABC):
    """Who hears what tracks conclude."""

    @abstractmethod
    def said(self, track: Track, change: Change, correction: bool) -> None:
        """One change of a conclusion, to be journaled."""

    @abstractmethod
    def wake(self, track: Track, due_us: int) -> None:
        """Time alone will change this track then."""

    @abstractmethod
    def concluded_us(self) -> int:
        """Up to when time has been told to have passed."""


class Checkpoint(NamedTuple):
    """The state after all samples up to ``at_us``."""

    at_us: int
    state: State


class Track(ABC):
    """The part that all kinds share: raising and clearing with delays, checkpoints, going back."""

    __slots__ = (
        "checkpoints",
        "clear_delay_us",
        "delay_us",
        "episodes",
        "placed",
        "quiet",
        "revisions",
        "state",
        "voice",
        "wake_us",
        "window_us",
    )

    def __init__(self, placed: Placed, voice: Voice, delay_s: float = 0, clear_delay_s: float = 0, window_s: float = 0):
        self.placed = placed
        self.voice = voice
        self.delay_us = int(delay_s * SECOND_US)
        self.clear_delay_us = int(clear_delay_s * SECOND_US)
        self.window_us = int(window_s * SECOND_US)
        self.state = State()
        self.episodes: list[Episode] = []
        self.checkpoints = [Checkpoint(-NEVER, self.state.copy())]
        self.revisions: dict[int, int] = {}  # raised_us -> how often it was corrected
        self.wake_us = NEVER
        self.quiet = False

    @property
    def base_us(self) -> int:
        """Input up to here is settled."""
        return self.checkpoints[0].at_us

    # --- going forward ---

    def advance(self, to_us: int) -> None:
        """Let time pass: a delay ends, an absence begins."""
        state = self.state
        due = state.due_us
        if due > to_us:
            return
        state.due_us = NEVER
        if state.episode is None:
            self._raise(due)
        else:
            self._clear(due)

    def weigh(self, at_us: int, holds: int) -> None:
        """Take up what a sample says about the condition."""
        state = self.state
        if holds == HOLDS:
            if state.episode is not None:
                state.due_us = NEVER
            elif state.due_us == NEVER:
                state.due_us = at_us + self.delay_us
                self.advance(at_us)
        elif holds == FAILS and state.episode is not None:
            if state.due_us == NEVER:
                state.due_us = at_us + self.clear_delay_us
                self.advance(at_us)
        else:
            state.due_us = NEVER

    def heed_due(self) -> None:
        """Ask to be woken when time alone will change something."""
        due = self.state.due_us
        if due < self.wake_us:
            self.wake_us = due
            self.voice.wake(self, due)

    def _raise(self, at_us: int) -> None:
        state = self.state
        episode = Episode(at_us, state.value, last_us=at_us, told=state.told)
        state.episode = episode
        state.decided_us = at_us
        self.episodes.append(episode)
        if not self.quiet:
            self.voice.said(self, Change(None, episode), correction=False)

    def _refresh(self, at_us: int, told: str) -> None:
        state = self.state
        assert state.episode is not None
        self._become(replace(state.episode, count=state.episode.count + 1, last_us=at_us, told=told), at_us)

    def _clear(self, at_us: int) -> None:
        state = self.state
        assert state.episode is not None
        self._become(replace(state.episode, cleared_us=at_us, cleared_value=state.value), at_us)
        state.episode = None

    def _become(self, episode: Episode, at_us: int) -> None:
        before = self.episodes[-1]
        self.episodes[-1] = episode
        self.state.episode = episode
        self.state.decided_us = at_us
        if not self.quiet:
            self.voice.said(self, Change(before, episode), correction=False)

    # --- going back ---

    def revise(self, from_us: int, newest_before_us: int) -> bool:
        """Judge everything from ``from_us`` on again and say what is different; False if that is too long ago."""
        while len(self.checkpoints) > 1 and self.checkpoints[-1].at_us >= from_us:
            self.checkpoints.pop()
        start = self.checkpoints[-1]
        if start.at_us >= from_us:
            return False
        old = self.episodes
        settled = [one for one in old if one.cleared_us is not None and one.cleared_us <= start.at_us]
        self.state = start.state.copy()
        self.episodes = settled + ([self.state.episode] if self.state.episode else [])
        self.quiet = True
        self._replay(start.at_us, NEVER)
        self.advance(self.voice.concluded_us())
        self.quiet = False
        for change in changes(old[len(settled) :], self.episodes[len(settled) :]):
            self.voice.said(self, change, correction=_contradicts(change, newest_before_us))
        self.heed_due()
        return True

    @abstractmethod
    def _replay(self, after_us: int, until_us: int) -> None:
        """Go through the samples later than one time and not later than the other, and what time does in between."""

    # --- beginning again ---

    def resume(self, begin_us: int, at_us: int, announced: Sequence[Episode]) -> None:
        """After a restart: what was announced holds at ``at_us``; from there on the samples decide again.

        The samples between ``begin_us`` and ``at_us`` bring back pending delays.
        """
        self.state = self.checkpoints[0].state.copy()
        self.quiet = True
        after_us = -NEVER
        for moment_us in _moments(begin_us, at_us, announced):
            self._replay(after_us, moment_us)
            self.advance(moment_us)
            stood, self.state.episode = self.state.episode, self._open_at(moment_us, announced)
            if (stood is None) != (
                self.state.episode is None
            ):  # the samples at hand do not tell all, what was said does
                self.state.due_us = NEVER
                self._begin_again(moment_us)
            self.episodes = [self.state.episode] if self.state.episode else []
            after_us = moment_us
        self.quiet = False
        self._recall(at_us, announced)
        self.checkpoints = [Checkpoint(at_us, self.state.copy())]
        self.episodes = [one for one in announced if (one.cleared_us or NEVER) > at_us]
        self.revise(at_us + 1, at_us)

    def _open_at(self, at_us: int, announced: Sequence[Episode]) -> Episode | None:
        """The announced episode that stood then, as it was then."""
        found = [one for one in announced if one.raised_us <= at_us < (one.cleared_us or NEVER)]
        return self._as_of(found[-1], at_us) if found else None

    def _recall(self, at_us: int, announced: Sequence[Episode]) -> None:  # noqa: B027 - most have nothing to recall
        """Take from what was announced what no sample at hand tells."""

    def _begin_again(self, at_us: int) -> None:  # noqa: B027 - most wait for the next sample
        """What was announced differs from what the samples tell: delays begin now."""

    def _as_of(self, episode: Episode, at_us: int) -> Episode:  # noqa: ARG002 - events look at it
        """An announced episode as it stood before what the samples after ``at_us`` added to it."""
        return replace(episode, cleared_us=None, cleared_value=None)

    def take_over(self, other: Track, at_us: int) -> None:
        """After a change of the rule: what stands goes on standing until the next sample, judged by the new rule."""
        self.state.episode = other.state.episode
        self.state.counts = (
            other.state.counts if len(other.state.counts) == len(self.state.counts) else self.state.counts
        )
        self.episodes = [other.state.episode] if other.state.episode else []
        self.revisions = other.revisions
        self.checkpoints = [Checkpoint(at_us, self.state.copy())]

    def end(self, at_us: int) -> None:
        """The rule is no more: what stands ends."""
        self.state.due_us = NEVER
        if self.state.episode is not None:
            self._clear(max(at_us, self.state.episode.raised_us))

    # --- forgetting ---

    def checkpoint(self, at_us: int) -> None:
        """Remember the state after the sample at ``at_us``, unless time alone has already changed it since."""
        if self.state.decided_us <= at_us and at_us > self.checkpoints[-1].at_us:
            self.checkpoints.append(Checkpoint(at_us, self.state.copy()))

    def settle(self, before_us: int) -> None:
        """Forget how things were before the last checkpoint up to ``before_us``."""
        keep = 0
        for index, one in enumerate(self.checkpoints):
            if one.at_us <= before_us:
                keep = index
        if keep:
            del self.checkpoints[:keep]
            base = self.base_us
            self.episodes = [one for one in self.episodes if one.cleared_us is None or one.cleared_us > base]
            there = {one.raised_us for one in self.episodes}
            self.revisions = {at: count for at, count in self.revisions.items() if at in there or at > base}


def _moments(begin_us: int, at_us: int, announced: Sequence[Episode]) -> list[int]:
    """When, up to ``at_us``, what was announced began or ended."""
    told = {moment for one in announced for moment in (one.raised_us, one.cleared_us) if moment is not None}
    return sorted({begin_us, at_us} | {moment for moment in told if begin_us < moment < at_us})


def _contradicts(change: Change, newest_before_us: int) -> bool:
    """Whether a change takes back something that was said, or that was not said when its time came."""
    old, new = change
    if old is None:
        return new is not None and new.raised_us <= newest_before_us
    if new is None or new.raised_us != old.raised_us:
        return True
    if old.cleared_us is None and new.cleared_us is not None:
        only_cleared = replace(new, cleared_us=None, cleared_value=None) == old
        return not (only_cleared and new.cleared_us > newest_before_us)
    return new.count < old.count or new.last_us <= newest_before_us
