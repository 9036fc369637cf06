"""Halts on the long way of an alarm that nobody acknowledges: what all that was said up to there led to.

Folding may go on from one though the alarm stands then. Of what was over long before a halt only the last occurrence is
left; a question that looks no further back than the halt needs no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from twin.live.alarms.record import SETTLED_US, Record
from twin.live.rules.entries import body_of
from twin.model.entries import StoredEntry
from twin.screens.quiet import EVER_US, Said, What
from twin.screens.spans import Span

LONG: Final = 64  # acts: what is folded in a few milliseconds needs no halt
_APART: Final = 32
_MOST: Final = 32


class Halt(NamedTuple):
    """After so many acts, in the order of the journal; not to be changed."""

    acts: int
    seq: int  # the highest of them
    settled_us: int  # when all of them had happened, and what they say of ends was over
    forgotten_us: int  # what is said later of times up to then would be lost
    record: Record


def reach_us(one: Said) -> int:
    """How far back something that is said changes what was before."""
    if one.what == What.OTHER:
        return EVER_US
    return one.occurred_us if one.what == What.ACKNOWLEDGED else min(one.raised_us, one.replaces_us)


class Halts:
    """Those of one alarm."""

    def __init__(self) -> None:
        self._halts: list[Halt] = []

    def __len__(self) -> int:
        return len(self._halts)

    def reached(self, acts: Iterable[Said]) -> None:
        """More is said: what is lost on a halt makes it worth nothing."""
        if self._halts:
            back_us = min(map(reach_us, acts), default=EVER_US)
            self._halts = [one for one in self._halts if one.forgotten_us < back_us]

    def before(self, span: Span) -> Halt | None:
        """The last from which folding leads to what stands at the end of the span, or opens in it."""
        fit = (one for one in reversed(self._halts) if one.settled_us < span.start_us and span.knows(one.seq))
        return next(fit, None)

    def fold(
        self, record: Record, acts: Sequence[Said], wanted: Iterable[int], entries: Mapping[int, StoredEntry]
    ) -> None:
        """Fold onto the record those of all ``acts`` whose rows are wanted, and halt now and then.

        Those before the wanted ones must not count for what is to come.
        """
        rows = set(wanted)
        first_us = min((one.begins_us for one in acts if one.row in rows and one.what != What.OTHER), default=EVER_US)
        seqs = [*accumulate((one.seq for one in acts), max)]
        settled_us = [*accumulate(map(_over_us, acts), max)]
        later_us = [*accumulate(map(reach_us, reversed(acts)), min)][::-1]  # how far back they reach from there on
        apart = max(_APART, len(acts) // _MOST)
        after = self._halts[-1].acts if self._halts else 0
        for count, one in enumerate(acts, start=1):
            if one.row in rows:
                record.fold(entries[one.row], body_of(entries[one.row]))
            if count % apart == 0 and after < count < len(acts) and settled_us[count - 1] >= first_us:
                until_us = min(later_us[count] - 1, record.last_raised_us - SETTLED_US)
                made = record.copy()
                made.lines.clear()
                forgotten_us = made.forget(until_us)
                self._halts.append(Halt(count, seqs[count - 1], settled_us[count - 1], forgotten_us, made))


def onwards(acts: Iterable[Said], halt: Halt, span: Span) -> Iterator[int]:
    """Rows of what follows a halt, as far as it counts."""
    for count, one in enumerate(acts, start=1):
        if count > halt.acts and one.occurred_us <= span.at_us and span.knows(one.seq):
            yield one.row


def _over_us(one: Said) -> int:
    return one.occurred_us if one.cleared_us == EVER_US else max(one.occurred_us, one.cleared_us)
