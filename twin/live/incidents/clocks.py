"""The clocks of an incident (SLA): how long it may take to take it in, send somebody, report back, close.

Calendar time from the opening. A clock stands still while the incident is suspended, stops when its stage is reached,
and runs on from where it stopped when the incident is sent back before that stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Final, NamedTuple

from twin.live.incidents.transitions import RANK
from twin.model.live import Stage
from twin.model.text import Title


class ClockName(StrEnum):
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    FEEDBACK = "feedback"
    CLOSE = "close"


STOPS_AT: Final[dict[ClockName, Stage]] = {
    ClockName.ACCEPT: Stage.ACCEPTED,
    ClockName.DISPATCH: Stage.DISPATCHED,
    ClockName.FEEDBACK: Stage.REPORTED_BACK,
    ClockName.CLOSE: Stage.CLOSED,
}
CLOCK_TITLES: Final[dict[ClockName, Title]] = {
    ClockName.ACCEPT: Title("受理", "Accept"),
    ClockName.DISPATCH: Title("派单", "Send out"),
    ClockName.FEEDBACK: Title("反馈", "Report back"),
    ClockName.CLOSE: Title("办结", "Close"),
}


class Step(NamedTuple):
    """From this moment the incident was at this stage, suspended or not."""

    at_us: int
    stage: Stage
    suspended: bool


@dataclass(frozen=True, slots=True)
class ClockReading:
    """``due_us`` and ``warns_us`` are the moments at which the limit, or its warning share, is used up, where that is
    known: while the clock runs, or once it happened. Exactly at ``due_us`` is in time.
    """

    name: ClockName
    limit_us: int
    elapsed_us: int
    running: bool
    paused: bool
    stopped_us: int | None
    due_us: int | None
    warns_us: int | None

    @property
    def breached(self) -> bool:
        return self.elapsed_us > self.limit_us


def read_clock(name: ClockName, limit_us: int, warn_share: float, steps: Sequence[Step], now_us: int) -> ClockReading:
    """How a clock stands at ``now_us``, which is not before the last step."""
    target = RANK[STOPS_AT[name]]
    elapsed_us, due_us, warns_us, stopped_us = 0, None, None, None
    for step, after in zip_longest(steps, steps[1:]):
        if RANK[step.stage] >= target:
            stopped_us = step.at_us if stopped_us is None else stopped_us
            continue
        stopped_us = None
        if step.suspended:
            continue
        due_us = _used_up(due_us, step, after, limit_us - elapsed_us)
        warns_us = _used_up(warns_us, step, after, round(limit_us * warn_share) - elapsed_us)
        elapsed_us += max(0, (after.at_us if after else now_us) - step.at_us)
    last = steps[-1]
    going = RANK[last.stage] < target
    return ClockReading(
        name, limit_us, elapsed_us, going and not last.suspended, going and last.suspended, stopped_us, due_us, warns_us
    )


def _used_up(known_us: int | None, step: Step, after: Step | None, left_us: int) -> int | None:
    """When what is left runs out within a stretch; None where it does not."""
    if known_us is not None:
        return known_us
    at_us = step.at_us + left_us
    return at_us if after is None or at_us < after.at_us else None
