"""What a rule concluded about one point: episodes in event time, and how one conclusion turned into another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Episode:
    """From raised to cleared. Only facts of event time, so two orders of arrival give equal episodes."""

    raised_us: int
    value: float | None = None
    cleared_us: int | None = None
    cleared_value: float | None = None
    count: int = 1
    last_us: int = 0
    told: str = ""  # text of the event, quality, or members: what the value is to a gauge


class State:
    """Where a rule stands at one point after all it has seen; ``due_us`` is when time alone will change it."""

    __slots__ = ("counts", "decided_us", "due_us", "episode", "run_us", "run_value", "told", "value")

    def __init__(self) -> None:
        self.episode: Episode | None = None
        self.due_us = NEVER
        self.decided_us = -NEVER
        self.value: float | None = None
        self.told = ""
        self.run_value: float | None = None
        self.run_us = 0
        self.counts: tuple[int, ...] = ()

    def copy(self) -> State:
        other = State()
        other.episode, other.due_us, other.decided_us = self.episode, self.due_us, self.decided_us
        other.value, other.told = self.value, self.told
        other.run_value, other.run_us, other.counts = self.run_value, self.run_us, self.counts
        return other


class Announced(NamedTuple):
    """An episode as the journal has it, and how often it was corrected.

    One that was withdrawn, or moved elsewhere, is ``taken_back``: said again it must not take the name it had.
    ``earlier`` is how it was said before, as far as that is remembered, in that order.
    """

    rule_id: str
    subject: str
    episode: Episode
    revision: int
    taken_back: bool = False
    earlier: tuple[Episode, ...] = ()


class Change(NamedTuple):
    """One difference between two conclusions: ``old`` is no more, ``new`` holds instead."""

    old: Episode | None
    new: Episode | None


def changes(old: Sequence[Episode], new: Sequence[Episode]) -> Iterator[Change]:
    """Pair what was concluded with what is concluded now; equal episodes are left out.

    Pairs begin at the same moment, or else stand in the same order: an episode that moved is one correction, not a
    withdrawal and a raise.
    """
    stays = {one.raised_us for one in old} & {one.raised_us for one in new}
    before = {one.raised_us: one for one in old if one.raised_us in stays}
    gone = [one for one in old if one.raised_us not in stays]
    come = [one for one in new if one.raised_us not in stays]
    moved = list(zip(gone, come, strict=False))
    found = [Change(before[one.raised_us], one) for one in new if one.raised_us in stays]
    found += [Change(a, b) for a, b in moved]
    found += [Change(one, None) for one in gone[len(moved) :]]
    found += [Change(None, one) for one in come[len(moved) :]]
    yield from (one for one in found if one.old != one.new)
