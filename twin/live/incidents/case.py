"""Entries about one incident put together, one after another, until the state that they lead to.

What each kind of entry does is one line of ``EFFECTS``. Stages are those that the entries themselves name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from twin.live.incidents.clocks import Step
from twin.live.incidents.state import (
    AlarmLine,
    EventLine,
    HistoryLine,
    IncidentState,
    Note,
    Photo,
    Rating,
    Report,
    Revisit,
    WorkOrder,
)
from twin.live.incidents.transitions import ENDED, JOINED, MERGED, WARNED, Outcome
from twin.model.levels import gravest
from twin.model.live import Level, Stage, WorkOrderState

_FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError)


class Telling(NamedTuple):
    """An entry as it is folded. ``body`` was written by us, perhaps by a later version."""

    seq: int
    entry_id: str
    kind: str
    at_us: int
    body: Mapping[str, Any]


@dataclass
class Case:
    """What is put together. ``opened`` comes first; acts come in the order of the journal, facts in any."""

    incident_id: str
    opened: Telling
    stage: Stage = Stage.FOUND
    at_us: int = 0
    steps: list[Step] = field(default_factory=list)
    alarms: dict[tuple[str, str], AlarmLine] = field(default_factory=dict)
    events: dict[str, EventLine] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    photos: dict[str, Photo] = field(default_factory=dict)
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    ticks: dict[str, Note] = field(default_factory=dict)
    ratings: list[Rating] = field(default_factory=list)
    revisits: list[Revisit] = field(default_factory=list)
    warned_us: dict[str, int] = field(default_factory=dict)
    breached_us: dict[str, int] = field(default_factory=dict)
    lines: list[HistoryLine] = field(default_factory=list)
    graded: tuple[int, Level] | None = None
    kinds: tuple[str, ...] = ()
    kind_title: Mapping[str, str] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    sla: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    came: list[tuple[int, Level]] = field(default_factory=list)
    outcome: Outcome | None = None
    merged_into: str | None = None
    suspended: Note | None = None
    suspended_until_us: int | None = None
    supervised: Note | None = None
    urged: int = 0
    owner: str | None = None
    cause: str | None = None

    # --- in this order ---

    def open(self) -> None:
        body, self.at_us = self.opened.body, self.opened.at_us
        self.cause = body.get("cause")
        self.carry(body)
        self.came.append((self.at_us, Level(body["level"])))
        self.came_with(body)
        proposal = body.get("proposal")
        if proposal and proposal.get("auto"):
            self.issued({**proposal, "due_us": _due_us(proposal, self.at_us)}, Note(self.at_us, "", ""), by=None)
            self.stage = Stage.DISPATCHED
        self._took_photos(body, _by(body))
        self._step()
        self._line(self.opened, proposal.get("reason") if proposal and proposal.get("auto") else None)

    def act(self, told: Telling, take: Take | None) -> None:
        """One thing that somebody did; an entry that is not as it should be is passed over."""
        self.at_us = max(self.at_us, told.at_us)
        note = Note(self.at_us, _by(told.body), told.body.get("text") or "")
        try:
            if take is not None:
                take(self, told.body, note)
            if told.kind.startswith("incident.") and (to := told.body.get("to")):
                self._reach(Stage(to))
        except _FAULTS:
            return
        self._took_photos(told.body, note.by)
        self._step()
        self._line(told, told.body.get("reason"))

    def facts(self, told: Iterable[Telling]) -> None:
        """What the twin itself concluded; the order does not matter."""
        for one in sorted(told, key=lambda one: (one.at_us, one.kind, one.entry_id)):
            at_us = max(one.at_us, self.opened.at_us)
            try:
                if one.kind == JOINED:
                    self.came_with(one.body)
                    self.cause = one.body.get("cause") or self.cause
                    self.came += [(at_us, Level(alarm["level"])) for alarm in one.body.get("alarms", ())]
                elif one.kind == MERGED and self.merged_into is None:
                    self._merge(at_us, str(one.body["into"]))
                elif one.kind != MERGED and one.body.get("kinds", 1) == len(self.kinds):
                    marks = self.warned_us if one.kind == WARNED else self.breached_us
                    marks.setdefault(str(one.body["clock"]), at_us)
            except _FAULTS:
                continue
            self._line(one, one.body.get("reason"), at_us)

    # --- pieces ---

    def carry(self, body: Mapping[str, Any]) -> None:
        """Its kind with what hangs on it; all of it or nothing."""
        sla, plan = body["sla"], body.get("plan")
        kind, kind_title, title = str(body["kind"]), dict(body["kind_title"]), dict(body["title"])
        said = {"limits": sla["limits"], "warn_share": float(sla["warn_share"]), "unverified": bool(sla["unverified"])}
        self.kinds += (kind,)
        self.kind_title, self.title, self.sla, self.plan = kind_title, title, said, plan

    def _reach(self, stage: Stage) -> None:
        self.stage = stage
        self.suspended = None
        if stage in ENDED:
            self.supervised = None
            self.outcome = self.outcome or Outcome.RESOLVED
        else:
            self.outcome = None

    def _merge(self, at_us: int, into: str) -> None:
        self.steps = [one for one in self.steps if one.at_us < at_us] or self.steps[:1]
        self.stage, self.outcome, self.merged_into = Stage.CLOSED, Outcome.MERGED, into
        self.suspended = self.supervised = None
        self.steps.append(Step(max(at_us, self.steps[-1].at_us), Stage.CLOSED, suspended=False))

    def _step(self) -> None:
        held = self.suspended is not None
        if not self.steps or (self.steps[-1].stage, self.steps[-1].suspended) != (self.stage, held):
            self.steps.append(Step(self.at_us, self.stage, held))

    def _line(self, told: Telling, reason: Any, at_us: int | None = None) -> None:
        body, order_id = told.body, told.body.get("order_id")
        said = (body.get("author"), body.get("text") if isinstance(body.get("text"), str) else None)
        at_us = self.at_us if at_us is None else at_us
        self.lines.append(HistoryLine(told.seq, at_us, told.kind, *said, reason, order_id, self.stage))

    def came_with(self, body: Mapping[str, Any]) -> None:
        for one in body.get("alarms", ()):
            line = _alarm_line(one)
            self.alarms.setdefault(line.key, line)
        for one in body.get("events", ()):
            event = EventLine(one["event_id"], one["originator"], one["type"], one["text"], one["occurred_us"])
            self.events.setdefault(event.event_id, event)
        if report := body.get("report"):
            at_us, by = int(report["at_us"]), _by(body)
            self.reports.append(Report(at_us, by, report["channel"], report["text"], report.get("reporter")))

    def _took_photos(self, body: Mapping[str, Any], by: str) -> None:
        for one in body.get("photos") or ():
            self.photos.setdefault(str(one), Photo(str(one), self.at_us, by))

    def issued(self, body: Mapping[str, Any], note: Note, by: str | None) -> None:
        order = WorkOrder(
            order_id=body["order_id"],
            number=len(self.orders) + 1,
            what=body["what"],
            unit=body.get("unit"),
            unit_title=body.get("unit_title"),
            assignee=body.get("assignee"),
            assignee_title=body.get("assignee_title"),
            state=WorkOrderState.ISSUED,
            issued_us=note.at_us,
            issued_by=by,
            due_us=body.get("due_us"),
            reason=body.get("reason"),
        )
        self.orders.setdefault(order.order_id, order)

    def change_order(self, body: Mapping[str, Any], **change: Any) -> None:
        order = self.orders[body["order_id"]]
        self.orders[order.order_id] = replace(order, state=WorkOrderState(body["to"]), **change)

    # --- the state ---

    def state(self, revision: int) -> IncidentState:
        body = self.opened.body
        steps = tuple(self.steps)
        return IncidentState(
            incident_id=self.incident_id,
            kinds=self.kinds,
            kind_title=self.kind_title,
            level=self._level(),
            title=self.title,
            text=body.get("said"),
            source=body["source"],
            stage=self.stage,
            place=body["place"],
            occurred_us=int(body["occurred_us"]),
            opened_us=self.opened.at_us,
            updated_us=max(one.at_us for one in self.lines),
            revision=revision,
            steps=steps,
            limits=self.sla["limits"],
            warn_share=self.sla["warn_share"],
            unverified=self.sla["unverified"],
            outcome=self.outcome,
            merged_into=self.merged_into,
            suspended=self.suspended,
            suspended_until_us=self.suspended_until_us if self.suspended else None,
            supervised=self.supervised,
            urged=self.urged,
            owner=self.owner,
            cause=self.cause,
            alarms=tuple(sorted(self.alarms.values(), key=lambda one: (one.opened_us, one.alarm_id))),
            events=tuple(sorted(self.events.values(), key=lambda one: (one.occurred_us, one.event_id))),
            reports=tuple(self.reports),
            photos=tuple(self.photos.values()),
            orders=tuple(self.orders.values()),
            proposal=body.get("proposal"),
            plan=self.plan,
            ticks=dict(self.ticks),
            ratings=tuple(self.ratings),
            revisits=tuple(self.revisits),
            warned_us=dict(self.warned_us),
            breached_us=dict(self.breached_us),
            touched=len(steps) > 1 or any(one.by is not None for one in self.lines),
            history=self._history(steps),
        )

    def _level(self) -> Level:
        """What somebody graded it, and graver alarms that came since; else the gravest that came."""
        if self.graded is None:
            return gravest({level for _, level in self.came})
        graded_us, level = self.graded
        return gravest({level} | {one for at_us, one in self.came if at_us > graded_us})

    def _history(self, steps: tuple[Step, ...]) -> tuple[HistoryLine, ...]:
        """By time; what came to it without a person says the stage of its moment."""
        ordered = sorted(self.lines, key=lambda one: one.at_us)
        return tuple(one if one.by is not None else one._replace(stage=_stage_at(steps, one.at_us)) for one in ordered)


def _alarm_line(one: Mapping[str, Any]) -> AlarmLine:
    level = Level(one["level"])
    said = (one["alarm_id"], one["originator"], one["alarm_type"], level, one["title"], one["thing"], one.get("spot"))
    return AlarmLine(*said, int(one["opened_us"]), int(one["joined_us"]))


def _stage_at(steps: tuple[Step, ...], at_us: int) -> Stage:
    return next((one.stage for one in reversed(steps) if one.at_us <= at_us), steps[0].stage)


def _by(body: Mapping[str, Any]) -> str:
    return str(body.get("author") or "")


def _due_us(proposal: Mapping[str, Any], at_us: int) -> int | None:
    due_in_s = proposal.get("due_in_s")
    return None if due_in_s is None else at_us + round(due_in_s * 1_000_000)


Take = Callable[[Case, Mapping[str, Any], Note], None]  # what one kind of entry does
