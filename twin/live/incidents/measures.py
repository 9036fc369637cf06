"""What the operations centre is measured by, counted over the incidents of a period.

The set: incidents opened in ``[start, end)``, without those that were merged into others or dismissed as a test or a
duplicate. What happened to them is taken until ``now``. A measure is a share, or None where its denominator is 0:

======================  ==========  ==========================================  ===================================
measure                             numerator                                   denominator
======================  ==========  ==========================================  ===================================
``dispatched_in_time``  即时分转率  of the denominator, never over the limit     clock ``dispatch`` stopped or breached
``fed_back_in_time``    按时反馈率  of the denominator, never over the limit     clock ``feedback`` stopped or breached
``closed``              办结率      closed or rated now                          all of the set
``closed_in_time``      按时办结率  of the denominator, never over the limit     clock ``close`` stopped or breached
``satisfied``           满意率      last rating at least ``satisfied_from``      those with a rating
``revisited``           有效回访率  of the denominator, somebody was reached     closed now, and reported by somebody
======================  ==========  ==========================================  ===================================

A stage's time is from the first moment that one stage was reached to the first moment that the next was, without time
suspended. Stages that were passed over were reached when the one after them was, so they count with 0 s.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from twin.live.incidents.clocks import ClockName
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ENDED, RANK, STAGES, Outcome
from twin.model.live import Stage
from twin.model.text import Title

NOT_COUNTED: Final = frozenset({Outcome.MERGED, Outcome.TEST, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Measure:
    """``reached`` are those of the numerator, ``missing`` the others of the denominator: what will be asked about."""

    name: str
    title: Title
    reached: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def numerator(self) -> int:
        return len(self.reached)

    @property
    def denominator(self) -> int:
        return len(self.reached) + len(self.missing)

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class StageTime:
    """Seconds from reaching one stage to reaching the next; ``slowest`` are those that did, the slowest first."""

    before: Stage
    after: Stage
    mean_s: float | None
    median_s: float | None
    slowest: tuple[str, ...]

    @property
    def samples(self) -> int:
        return len(self.slowest)


@dataclass(frozen=True, slots=True)
class Measures:
    incidents: int
    shares: tuple[Measure, ...]
    stages: tuple[StageTime, ...]


Counts = Callable[[IncidentState, int, int], bool]  # incident, now, satisfied from


def _ended_or_missed(clock: ClockName) -> Counts:
    return lambda one, now_us, _: one.clock(clock, now_us).stopped_us is not None or one.missed(clock, now_us)


def _kept(clock: ClockName) -> Counts:
    return lambda one, now_us, _: not one.missed(clock, now_us)


# name -> title, denominator, numerator among these
_SHARES: Final[dict[str, tuple[Title, Counts, Counts]]] = {
    "dispatched_in_time": (
        Title("即时分转率", "Sent out in time"),
        _ended_or_missed(ClockName.DISPATCH),
        _kept(ClockName.DISPATCH),
    ),
    "fed_back_in_time": (
        Title("按时反馈率", "Reported back in time"),
        _ended_or_missed(ClockName.FEEDBACK),
        _kept(ClockName.FEEDBACK),
    ),
    "closed": (Title("办结率", "Closed"), lambda *_: True, lambda one, *_: one.stage in ENDED),
    "closed_in_time": (
        Title("按时办结率", "Closed in time"),
        _ended_or_missed(ClockName.CLOSE),
        _kept(ClockName.CLOSE),
    ),
    "satisfied": (
        Title("满意率", "Satisfied"),
        lambda one, *_: bool(one.ratings),
        lambda one, _, satisfied_from: one.ratings[-1].score >= satisfied_from,
    ),
    "revisited": (
        Title("有效回访率", "Asked afterwards and reached"),
        lambda one, *_: one.stage in ENDED and bool(one.reports),
        lambda one, *_: any(revisit.reached for revisit in one.revisits),
    ),
}


def measure(states: Iterable[IncidentState], start_us: int, end_us: int, now_us: int, satisfied_from: int) -> Measures:
    """The measures of the incidents opened in ``[start_us, end_us)``, as things stand at ``now_us``."""
    counted = [one for one in states if start_us <= one.opened_us < end_us and one.outcome not in NOT_COUNTED]
    counted.sort(key=lambda one: (one.opened_us, one.incident_id))
    shares = []
    for name, (title, asked, reached) in _SHARES.items():
        of = [one for one in counted if asked(one, now_us, satisfied_from)]
        found = {one.incident_id: reached(one, now_us, satisfied_from) for one in of}
        kept, missing = (tuple(one for one, is_so in found.items() if is_so is wanted) for wanted in (True, False))
        shares.append(Measure(name, title, kept, missing))
    stages = tuple(_stage_time(before, after, counted) for before, after in pairwise(STAGES))
    return Measures(len(counted), tuple(shares), stages)


def reached_us(state: IncidentState) -> dict[Stage, int]:
    """Seconds of its own time, in microseconds without suspensions, at which each stage was first reached or passed."""
    found: dict[Stage, int] = {}
    own_us = 0
    for step, after in zip(state.steps, [*state.steps[1:], None], strict=True):
        for stage in STAGES[: RANK[step.stage] + 1]:
            found.setdefault(stage, own_us)
        if after is not None and not step.suspended:
            own_us += after.at_us - step.at_us
    return found


def _stage_time(before: Stage, after: Stage, states: Sequence[IncidentState]) -> StageTime:
    times = {one.incident_id: reached_us(one) for one in states}
    took_s = {name: (one[after] - one[before]) / 1e6 for name, one in times.items() if after in one}
    if not took_s:
        return StageTime(before, after, None, None, ())
    slowest = tuple(sorted(took_s, key=lambda name: (-took_s[name], name)))
    return StageTime(before, after, statistics.fmean(took_s.values()), statistics.median(took_s.values()), slowest)
