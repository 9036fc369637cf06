"""From one set of rules to another: what is the same goes on, what was changed starts anew, what is gone ends."""

from __future__ import annotations

from typing import Final

from twin.live.rules.episodes import NEVER
from twin.live.rules.track import Track
from twin.live.rules.tracks import Tracks

_ALL: Final = ("state", "episodes", "checkpoints", "revisions")
_OF_SOME: Final = ("samples", "turns")  # what event and composite tracks remember beside


def carry_over(before: Tracks, after: Tracks, now_us: int) -> None:
    """What stands under a rule that is gone, or is of another kind or alarm type now, ends and says so."""
    for old in before.all():
        new = _successor(old, after)
        if new is None:
            old.wake_us = -NEVER  # what it wanted to be woken for is void
            old.end(now_us)
            continue
        if new.placed == old.placed:
            for name in (*_ALL, *(one for one in _OF_SOME if hasattr(old, one))):
                setattr(new, name, getattr(old, name))
            new.heed_due()
        else:
            new.take_over(old, now_us)
        old.wake_us = -NEVER


def _successor(old: Track, after: Tracks) -> Track | None:
    rule, was = after.choice.rules.get(old.placed.rule.id), old.placed.rule
    same = rule is not None and (rule.kind, rule.alarm_type) == (was.kind, was.alarm_type)
    return after.find(was.id, old.placed.subject) if same else None
