"""What each kind of entry about an incident does to its case: one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from twin.live.incidents.case import Case, Take
from twin.live.incidents.state import Note, Rating, Revisit
from twin.live.incidents.transitions import ISSUED, REPORTED, Outcome
from twin.model.live import Level


def _suspend(case: Case, body: Mapping[str, Any], note: Note) -> None:
    case.suspended, case.suspended_until_us = note, body.get("until_us")


def _resume(case: Case, body: Mapping[str, Any], _note: Note) -> None:
    """By somebody, or by the time that the suspension itself named."""
    if body.get("until_us") in (None, case.suspended_until_us):
        case.suspended = None


def _urge(case: Case, _body: Mapping[str, Any], note: Note) -> None:
    case.supervised, case.urged = note, case.urged + 1


def _ease(case: Case, _body: Mapping[str, Any], _note: Note) -> None:
    case.supervised = None


def _grade(case: Case, body: Mapping[str, Any], note: Note) -> None:
    case.graded = (note.at_us, Level(body["level"]))


def _reclassify(case: Case, body: Mapping[str, Any], _note: Note) -> None:
    """What was ticked on a plan that is another now stays in the history; limits hold from the opening."""
    plan = body["plan"]
    same = plan is not None and case.plan is not None and plan["plan_id"] == case.plan["plan_id"]
    items = {one["item"] for one in plan["items"]} if same else set()
    case.carry(body)
    case.ticks = {item: note for item, note in case.ticks.items() if item in items}


def _dismiss(case: Case, body: Mapping[str, Any], _note: Note) -> None:
    case.outcome, case.merged_into = Outcome(body["outcome"]), body.get("into")


def _reopen(case: Case, _body: Mapping[str, Any], _note: Note) -> None:
    case.merged_into = None


def _own(case: Case, body: Mapping[str, Any], note: Note) -> None:
    case.owner = body.get("owner") or note.by


def _rate(case: Case, body: Mapping[str, Any], note: Note) -> None:
    case.ratings.append(Rating(note.at_us, note.by, int(body["score"]), body.get("text")))


def _revisit(case: Case, body: Mapping[str, Any], note: Note) -> None:
    satisfied = body.get("satisfied")
    case.revisits.append(Revisit(note.at_us, note.by, bool(body["reached"]), satisfied, body.get("text")))


def _come(case: Case, body: Mapping[str, Any], note: Note) -> None:
    case.came_with(body)
    case.came += [(note.at_us, Level(one["level"])) for one in body.get("alarms", ())]


EFFECTS: Final[dict[str, Take]] = {
    "incident.suspended": _suspend,
    "incident.resumed": _resume,
    "incident.urged": _urge,
    "incident.eased": _ease,
    "incident.graded": _grade,
    "incident.reclassified": _reclassify,
    "incident.dismissed": _dismiss,
    "incident.reopened": _reopen,
    "incident.owned": _own,
    "incident.rated": _rate,
    "incident.revisited": _revisit,
    "incident.attached": _come,
    REPORTED: _come,
    "incident.ticked": lambda case, body, note: case.ticks.__setitem__(body["item"], note),
    "incident.unticked": lambda case, body, _note: case.ticks.__delitem__(body["item"]),
    ISSUED: lambda case, body, note: case.issued(body, note, note.by),
    "order.accepted": lambda case, body, _note: case.change_order(body),
    "order.done": lambda case, body, _note: case.change_order(body, result=body.get("text")),
    "order.verified": lambda case, body, _note: case.change_order(body),
    "order.sent_back": lambda case, body, _note: case.change_order(body),
    "order.rejected": lambda case, body, _note: case.change_order(body),
    "order.withdrawn": lambda case, body, _note: case.change_order(body),
}
