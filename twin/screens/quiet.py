"""Quiet moments of an alarm: nothing of it stood then, and nothing that was said later reaches back over them.

Folding may begin at one, for what came before cannot change what comes after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

EVER_US: Final = 1 << 62


class What(IntEnum):
    DECISION = 0
    WITHDRAWN = 1
    ACKNOWLEDGED = 2
    OTHER = 3  # what people did beside: it belongs to the alarm, not to an occurrence


class Said(NamedTuple):
    """An act in numbers; ``rule`` is a number of ours, ``EVER_US`` says that it is not cleared, or replaces nothing."""

    row: int
    seq: int
    occurred_us: int
    what: int
    rule: int
    raised_us: int
    cleared_us: int
    replaces_us: int

    @property
    def begins_us(self) -> int:
        """From when on a fold needs it."""
        if self.what == What.OTHER:
            return -EVER_US
        return self.occurred_us if self.what == What.ACKNOWLEDGED else self.raised_us


def unquiet(acts: Iterable[Said], at_us: int) -> list[tuple[int, int]]:
    """When the alarm was not quiet, as far as had come true at ``at_us``: after the first, up to the second of each
    two; in the order of time, apart from each other.
    """
    found: list[tuple[int, int]] = []
    for from_us, until_us in sorted(_unquiet(acts, at_us)):
        if found and from_us <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until_us)
        else:
            found.append((from_us, until_us))
    return found


def _unquiet(acts: Iterable[Said], at_us: int) -> Iterator[tuple[int, int]]:
    told: dict[tuple[int, int], int] = {}  # episodes as ``Record`` has them, and when each was cleared
    effective: list[int] = []
    newest_us = -EVER_US  # the last raise of these
    for one in acts:
        if one.what in (What.DECISION, What.WITHDRAWN):
            if one.replaces_us not in (EVER_US, one.raised_us) or one.what == What.WITHDRAWN:
                told.pop((one.rule, one.replaces_us), None)
                newest_us = max((raised_us for _, raised_us in told), default=-EVER_US)
                if one.replaces_us != EVER_US:
                    yield min(one.replaces_us, one.raised_us), max(one.replaces_us, one.raised_us)
            if one.what == What.DECISION:
                told[one.rule, one.raised_us] = one.cleared_us if one.cleared_us <= at_us else EVER_US
                newest_us = max(newest_us, one.raised_us)
        elif one.what == What.ACKNOWLEDGED:
            effective.append(max(one.occurred_us, newest_us))
            if newest_us > one.occurred_us:
                yield one.occurred_us, newest_us
    yield from _standing(told, sorted(effective))


def _standing(told: Mapping[tuple[int, int], int], effective: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From when until when each episode stood: cleared, and acknowledged after it was raised."""
    acknowledged_us, at = EVER_US, len(effective)
    for (_, raised_us), cleared_us in sorted(told.items(), key=lambda one: one[0][1], reverse=True):
        while at and effective[at - 1] >= raised_us:
            at -= 1
            acknowledged_us = effective[at]
        yield raised_us, max(cleared_us, acknowledged_us)
