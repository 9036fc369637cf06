"""What time alone brings to an incident: a warning, a breach, the end of a suspension. Each is written down once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from twin.live.incidents.clocks import CLOCK_TITLES, ClockReading
from twin.live.incidents.state import IncidentState
from twin.live.incidents.transitions import ACTS, BREACHED, WARNED
from twin.live.rules.entries import Decision, entry_id

_NEVER: Final = 1 << 62


def next_moment_us(state: IncidentState) -> int:
    """The first moment at which ``of_time`` may have something to say; until then it has nothing."""
    moments = [_NEVER if state.suspended_until_us is None else state.suspended_until_us]
    for clock in state.clocks(state.steps[-1].at_us):
        breached = clock.name in (state.breached_us or {})
        if clock.due_us is not None and not breached:
            moments.append(clock.due_us + 1)
        if clock.running and clock.warns_us is not None and not breached and clock.name not in (state.warned_us or {}):
            moments.append(clock.warns_us)
    return min(moments)


def of_time(state: IncidentState, now_us: int) -> Iterator[Decision]:
    """What is to be written down by ``now_us``, each with the moment at which it happened."""
    for clock in state.clocks(now_us):
        if clock.breached and clock.name not in (state.breached_us or {}) and clock.due_us is not None:
            yield _mark(BREACHED, state, clock, clock.due_us)
        elif (
            clock.running
            and clock.warns_us is not None
            and now_us >= clock.warns_us
            and clock.name not in {**(state.warned_us or {}), **(state.breached_us or {})}
        ):
            yield _mark(WARNED, state, clock, clock.warns_us)
    until_us = state.suspended_until_us
    if state.suspended is not None and until_us is not None and now_us >= until_us:
        body = {"until_us": until_us, "reason": {"zh": "挂起到期，自动恢复", "en": "The suspension ended as set"}}
        resumed = ACTS["resume"].kind
        name = entry_id(resumed, state.incident_id, until_us)
        yield Decision(resumed, name, state.incident_id, until_us, body)


def _mark(kind: str, state: IncidentState, clock: ClockReading, at_us: int) -> Decision:
    title, limit_min = CLOCK_TITLES[clock.name], clock.limit_us / 60e6
    what = ("已超过", "is over its limit of") if kind == BREACHED else ("即将超过", "is about to pass its limit of")
    reason = {
        "zh": f"{title.zh}{what[0]}时限 {limit_min:g} 分钟",
        "en": f"'{title.en}' {what[1]} {limit_min:g} min",
    }
    body = {"clock": clock.name, "limit_s": clock.limit_us / 1e6, "reason": reason}
    name = [kind, state.incident_id, clock.name]
    if len(state.kinds) > 1:  # another kind has other limits: what was said of those of the kind before counts no more
        body["kinds"] = len(state.kinds)
        name.append(str(len(state.kinds)))
    return Decision(kind, entry_id(*name), state.incident_id, at_us, body)
