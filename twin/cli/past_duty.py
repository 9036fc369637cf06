"""The people on duty on days that lie behind: what those days sent is judged as it would have been, and they act on it.

By the situation, the rules and the acts of live use, into the journal of the campus, each at its time of then. Looked
at is what incidents change, and events that rules ask for: what is thinned tells nothing about silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin.live.alarms.acts import Act
from twin.live.alarms.acts import draft as draft_alarm
from twin.live.alarms.state import AlarmState
from twin.live.incidents.acts import draft, draft_order, issue
from twin.live.incidents.setup import IncidentSetup
from twin.live.incidents.state import IncidentState, WorkOrder
from twin.live.incidents.transitions import Outcome
from twin.live.journal import Journal
from twin.live.rules.entries import Decision
from twin.live.rules.settings import EventRule, ScheduleRule
from twin.live.situation import Situation
from twin.live.watching import PEOPLE
from twin.model.entries import Entry, StoredEntry
from twin.model.levels import LEVELS
from twin.model.live import Level, Stage, WorkOrderState
from twin.model.time import microseconds, moment
from twin.simulate.chance import key, share
from twin.store.campus import Campus

_MINUTE_US: Final = 60_000_000
_STEP_US: Final = _MINUTE_US
_AWAKE_US: Final = 20 * _MINUTE_US  # after the last thing that arrived: rules clear with a delay
_DAY_US: Final = 86_400_000_000
_WAITS_US: Final = 3 * _DAY_US  # a spare part takes so long: one such case may still be open
_SHELVE_S: Final = 3600.0
_FROM_SILENCE: Final = frozenset({"absence", "stuck", "quality"})
_CENTRE: Final = "centre"
# minutes until the next step, the shortest and the longest
_UNTIL: Final[Mapping[Stage, tuple[float, float]]] = {
    Stage.FOUND: (0.5, 4.5),
    Stage.ACCEPTED: (0.5, 3.5),
    Stage.DISPATCHED: (2, 8),
    Stage.HANDLED: (12, 42),
    Stage.REPORTED_BACK: (4, 20),
    Stage.VERIFIED: (5, 40),
    Stage.CLOSED: (60, 300),
}
_HASTE: Final = 0.25  # of the time, where it is a major one
_RATED: Final = 0.4  # of all that were closed
_DONE: Final[Mapping[str, str]] = {
    "fire": "现场无明火无烟，探测器已复位",
    "burst_main": "已关阀并更换接头，恢复供水，地面已清理",
    "flood": "已抽排，水位回落",
    "intrusion": "现场已查看，未见异常人员，门窗完好",
    "power": "回路检查无异常，已合闸送电",
    "lift": "门机故障已排除，试运行正常",
}
_DONE_OTHERWISE: Final = "已到场处理完毕"
_FALSE: Final = "感烟探测器误报，已清洁并复位"
_WAITS: Final = "等待配件到货，已临时封堵"
_CLOSED: Final = "现场已恢复，办结"


@dataclass
class _Then:
    """The clock of those days."""

    at_us: int

    def now(self) -> datetime:
        return moment(self.at_us)


class PastDuty:
    """From ``begin_us`` on; ``until_us`` is when the campus is started, up to which people act."""

    def __init__(self, folder: Path, timezone: str, journal: Journal, seed: int, begin_us: int, until_us: int) -> None:
        self._clock = _Then(begin_us)
        self._journal, self._seed, self._until_us = journal, seed, until_us
        self._heard: set[str] = set()
        campus = Campus.open(folder)
        self._situation = Situation(campus, ZoneInfo(timezone), self._clock, lambda: self._heard)
        self._situation.begin([], [], begin_us)
        self._looked_us, self._awake_us = begin_us, begin_us
        staff = campus.register("staff")
        self._staff = [] if staff is None else sorted(staff["name"].to_pylist())
        rules = self._situation.in_force.rules.rules.values()
        self.event_types: Final = frozenset(
            name
            for one in rules
            if isinstance(one, EventRule | ScheduleRule)
            for name in (*one.event_types, *one.clear_types)
        ) - {"position"}

    def live(self, entries: Iterable[Entry], until_us: int) -> None:
        """Up to ``until_us``, which no entry is later than."""
        waiting = sorted(entries, key=lambda one: (one.occurred_at, one.entry_id))
        first = 0
        while self._clock.at_us < until_us:
            if not self._busy():
                next_us = microseconds(waiting[first].occurred_at) if first < len(waiting) else until_us
                idle = max(0, (min(next_us, until_us) - self._clock.at_us) // _STEP_US)
                self._clock.at_us += idle * _STEP_US
                if self._clock.at_us >= until_us:
                    break
            now_us = self._clock.at_us = min(self._clock.at_us + _STEP_US, until_us)
            last = first
            while last < len(waiting) and microseconds(waiting[last].occurred_at) < now_us:
                last += 1
            self._step(waiting[first:last], now_us)
            first = last

    def _step(self, arrived: Sequence[Entry], now_us: int) -> None:
        situation = self._situation
        if now_us - self._looked_us >= _DAY_US // 4:  # other people are on duty
            self._looked_us = now_us
            situation.look(now_us)
        if arrived:
            self._awake_us = now_us + _AWAKE_US
            self._heard |= {name for one in arrived for name in (one.subject, one.subject.rpartition(":")[0])}
            self._write(situation.judge([StoredEntry(0, one.occurred_at, one) for one in arrived], now_us))
        self._write(situation.tick(now_us))
        for decisions in self._people(now_us):
            self._write(decisions, PEOPLE)

    def _busy(self) -> bool:
        now_us = self._clock.at_us
        return (
            now_us < self._awake_us
            or any(not one.acknowledged for one in self._situation.alarms.standing(now_us))
            or any(one.suspended is None for one in self._situation.incidents.open_ones())
            or any(self._to_be_rated(one) for one in self._situation.incidents.all())
        )

    def _write(self, decisions: Iterable[Decision], feed: str = "rules") -> None:
        told = [one for one in decisions if one.body.get("rule_kind") not in _FROM_SILENCE]
        if told:
            stored = self._journal.append([one.entry(feed) for one in told], moment(self._clock.at_us)).stored
            self._situation.fold(stored)

    # --- people ---

    def _people(self, now_us: int) -> Iterator[Sequence[Decision]]:
        for alarm in self._situation.alarms.standing(now_us):
            if not alarm.acknowledged and now_us >= self._heeded_us(alarm):
                yield [draft_alarm(Act.ACKNOWLEDGED, alarm, self._operator(now_us), now_us, _SHELVE_S)]
        for state in sorted(self._situation.incidents.all(), key=lambda one: one.incident_id):
            due = (state.open and state.suspended is None) or self._to_be_rated(state)
            if due and now_us >= _touched_us(state) + self._takes_us(state):
                yield self._next(state, now_us)

    def _heeded_us(self, alarm: AlarmState) -> int:
        """A grave one is acknowledged within minutes, the others when there is time."""
        grave = LEVELS[alarm.level].rank <= LEVELS[Level("A")].rank
        return alarm.raised_us + self._drawn_us((0.5, 4.0) if grave else (4.0, 35.0), "alarm", alarm.alarm_id)

    def _takes_us(self, state: IncidentState) -> int:
        on_the_way = any(one.state is WorkOrderState.ISSUED for one in state.orders)
        low, high = _UNTIL[Stage.DISPATCHED if on_the_way and state.stage is Stage.HANDLED else state.stage]
        haste = _HASTE if state.level is Level.MAJOR and state.open else 1.0
        return self._drawn_us((low * haste, high * haste), state.incident_id, state.stage, len(state.steps))

    def _drawn_us(self, minutes: tuple[float, float], *names: object) -> int:
        low, high = minutes
        return round((low + (high - low) * share(self._seed, "duty", *names)) * _MINUTE_US)

    def _to_be_rated(self, state: IncidentState) -> bool:
        return (
            state.stage is Stage.CLOSED
            and state.outcome is Outcome.RESOLVED
            and share(self._seed, "rated", state.incident_id) < _RATED
        )

    def _next(self, state: IncidentState, now_us: int) -> Sequence[Decision]:
        """The next step of an incident, or none yet."""
        operator = self._operator(now_us)
        match state.stage:
            case Stage.FOUND:
                return draft("accept", state, operator, now_us, {})
            case Stage.ACCEPTED if state.unsettled:  # sent out by itself
                return draft("start", state, operator, now_us, {})
            case Stage.ACCEPTED:
                setup = self._setup
                return issue(state, operator, now_us, {}, setup.duty.settings, setup.propose(state, now_us))
            case Stage.DISPATCHED | Stage.HANDLED if state.unsettled:
                return self._at_work(state, state.unsettled[0], now_us)
            case Stage.DISPATCHED | Stage.HANDLED:
                return draft("report_back", state, operator, now_us, {"text": _done(state)})
            case Stage.REPORTED_BACK if state.kind == "fire" and len(state.alarms) == 1:
                said = {"outcome": Outcome.FALSE_ALARM, "text": _FALSE}
                return draft("dismiss", state, operator, now_us, said)
            case Stage.REPORTED_BACK:
                return draft("verify", state, operator, now_us, {})
            case Stage.VERIFIED:
                return draft("close", state, operator, now_us, {"text": _CLOSED})
            case _:
                score = 3 + key(self._seed, "score", state.incident_id) % 3
                return draft("rate", state, operator, now_us, {"score": score})

    def _at_work(self, state: IncidentState, order: WorkOrder, now_us: int) -> Sequence[Decision]:
        who = self._worker(order, now_us)
        if order.state is WorkOrderState.ISSUED:
            return draft_order("accept", state, order, who, now_us, {})
        if self._waits(state):
            return draft("suspend", state, self._operator(now_us), now_us, {"text": _WAITS})
        stand = any(self._situation.alarms.find(one.alarm_id, now_us).active for one in state.alarms)
        return [] if stand else draft_order("done", state, order, who, now_us, {"text": _done(state)})

    def _waits(self, state: IncidentState) -> bool:
        """One leak of the last days: no other such case waits."""
        others = any(one.suspended is not None for one in self._situation.incidents.open_ones())
        leak = any(one.alarm_type == "leak" for one in state.alarms)
        return leak and not others and state.opened_us > self._until_us - _WAITS_US

    @property
    def _setup(self) -> IncidentSetup:
        return self._situation.in_force.setup

    def _operator(self, now_us: int) -> str:
        """Who sits in the duty room: by the rosters, else somebody of the staff for a shift of eight hours."""
        on_duty = self._setup.duty.on_duty(now_us, _CENTRE) if _CENTRE in self._setup.duty.settings.units else []
        return on_duty[0].name if on_duty else self._somebody(_CENTRE, now_us)

    def _worker(self, order: WorkOrder, now_us: int) -> str:
        title: Any = order.assignee_title
        return str(title or order.assignee or self._somebody(order.unit or "", now_us))

    def _somebody(self, unit: str, now_us: int) -> str:
        if not self._staff:
            return unit or _CENTRE
        name: str = self._staff[key(self._seed, "shift", unit, now_us // (_DAY_US // 3)) % len(self._staff)]
        return name


def _touched_us(state: IncidentState) -> int:
    """When somebody last did something about it; a warning is no reason to wait."""
    return max((one.at_us for one in state.history if one.by is not None), default=state.opened_us)


def _done(state: IncidentState) -> str:
    return _DONE.get(state.kind, _DONE_OTHERWISE)
