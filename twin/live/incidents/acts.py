"""What people do about incidents and orders, checked against the table and written down; who may is decided elsewhere.

One act may be several entries: the stage of an incident follows its orders, and they it, in the same write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from twin.errors import ActIncompleteError, IncidentActError, UnknownActError
from twin.live.incidents.hindrances import Why, hindrance, order_hindrance
from twin.live.incidents.roster import DutySettings
from twin.live.incidents.said import checked
from twin.live.incidents.state import AlarmLine, EventLine, IncidentState, WorkOrder
from twin.live.incidents.transitions import (
    ACTS,
    ISSUED,
    JOINED,
    ORDER_ACTS,
    Needs,
    OrderTransition,
    Outcome,
    Transition,
)
from twin.live.rules.entries import Decision, entry_id
from twin.model.live import Stage, WorkOrderState
from twin.model.text import Title

_BACKED: Final = frozenset({Stage.REPORTED_BACK, Stage.VERIFIED})
_UNDER_WAY: Final = frozenset({Stage.DISPATCHED, Stage.HANDLED})


def possible(state: IncidentState, rights: frozenset[str]) -> list[str]:
    """The acts that make sense now, of those that somebody with ``rights`` may do."""
    return [name for name, one in ACTS.items() if one.needs in rights and hindrance(name, one, state) is None]


def possible_for(order: WorkOrder, state: IncidentState, rights: frozenset[str]) -> list[str]:
    """The same for one of its orders."""
    return [
        name for name, one in ORDER_ACTS.items() if one.needs in rights and order_hindrance(one, order, state) is None
    ]


def needs(act: str, table: Mapping[str, Transition | OrderTransition] = ACTS) -> Needs:
    """The right that an act asks for. Raises UnknownActError."""
    if act not in table:
        raise UnknownActError(act=act, known=", ".join(table))
    return table[act].needs


def draft(act: str, state: IncidentState, author: str, now_us: int, said: Mapping[str, Any]) -> list[Decision]:
    """The entries of an act; raises UnknownActError, IncidentActError, ActIncompleteError."""
    needs(act)
    transition = ACTS[act]
    if why := hindrance(act, transition, state):
        raise _refused(state, transition.title, why)
    told = checked(transition.title, transition.must, transition.may, said)
    _agree(act, state, told, now_us)
    if act == "reclassify":
        told |= _carried(state, told["kind"])
    decisions = [_of_incident(transition, state, author, now_us, told), *_orders_follow(act, state, author, now_us)]
    if told.get("into"):
        decisions.append(joined(told["into"], state.alarms, state.events, now_us))
    return decisions


def issue(
    state: IncidentState,
    author: str,
    now_us: int,
    said: Mapping[str, Any],
    duty: DutySettings,
    proposal: Mapping[str, Any] | None,
) -> list[Decision]:
    """The entries that send somebody out; whom nobody named, the ``proposal`` of this moment names."""
    transition = ACTS["issue"]
    if why := hindrance("issue", transition, state):
        raise _refused(state, transition.title, why)
    told = checked(transition.title, (), transition.may, said)
    proposal = proposal or {}
    if not told.get("unit") and not told.get("assignee"):
        taken = ("unit", "unit_title", "assignee", "assignee_title", "reason")
        told |= {name: proposal[name] for name in taken if proposal.get(name)}
        if proposal.get("due_in_s"):
            told.setdefault("due_us", now_us + round(proposal["due_in_s"] * 1_000_000))
    told.setdefault("what", proposal.get("what"))
    unit, assignee = told.get("unit"), told.get("assignee")
    missing = [name for name, one in (("what", told["what"]), ("unit | assignee", unit or assignee)) if not one]
    if unit is not None and unit not in duty.units:
        missing.append(f"unit: {unit} (? {', '.join(duty.units)})")
    if missing:
        raise _incomplete(transition.title, ", ".join(missing))
    if unit is not None:
        told["unit_title"] = duty.units[unit].title.model_dump()
    if assignee in duty.people:
        told["assignee_title"] = duty.people[assignee].name
    order_id = order_id_of(state.incident_id, len(state.orders) + 1)
    body = {"author": author, "order_id": order_id, **told}
    name = entry_id(ISSUED, order_id, author, now_us)
    decisions = [Decision(ISSUED, name, state.incident_id, now_us, body)]
    if state.stage is Stage.ACCEPTED:
        decisions.append(_followed("issue", state, author, now_us))
    return decisions


def draft_order(
    act: str, state: IncidentState, order: WorkOrder, author: str, now_us: int, said: Mapping[str, Any]
) -> list[Decision]:
    """The entries of an act about a work order, and what follows for its incident."""
    needs(act, ORDER_ACTS)
    transition = ORDER_ACTS[act]
    if why := order_hindrance(transition, order, state):
        raise _refused(state, transition.title, why, order)
    told = checked(transition.title, transition.must, transition.may, said)
    decisions = [_of_order(transition, state, order, author, now_us, told)]
    return decisions + list(_incident_follows(transition, state, order, author, now_us))


def joined(
    incident_id: str,
    alarms: Sequence[AlarmLine],
    events: Sequence[EventLine],
    now_us: int,
    cause: str | None = None,
) -> Decision:
    """The entry with which alarms and events come to an incident that is open; ``cause`` is their probable one."""
    alarms = sorted(alarms, key=lambda one: one.alarm_id)
    events = sorted(events, key=lambda one: one.event_id)
    ids = [one.alarm_id for one in alarms] + [one.event_id for one in events]
    body = {
        "alarms": [one._replace(joined_us=now_us)._asdict() for one in alarms],
        "events": [one._asdict() for one in events],
        "cause": cause,
        "reason": {"zh": f"疑因 {cause}", "en": f"probably because of {cause}"} if cause else None,
    }
    return Decision(JOINED, entry_id(JOINED, incident_id, ids), incident_id, now_us, body)


def order_id_of(incident_id: str, number: int) -> str:
    return "o" + entry_id("order", incident_id, number)[1:26]


# --- what follows ---


def _orders_follow(act: str, state: IncidentState, author: str, now_us: int) -> Iterator[Decision]:
    """What an act about the incident means for its orders."""
    done = [one for one in state.orders if one.state is WorkOrderState.DONE]
    pairs: Sequence[tuple[str, Sequence[WorkOrder]]] = {
        "verify": (("verify", done),),
        "send_back": (("send_back", done),),
        "return": (("withdraw", state.unsettled),),
        "dismiss": (("withdraw", state.unsettled),),
    }.get(act, ())
    for name, orders in pairs:
        for order in orders:
            yield _of_order(ORDER_ACTS[name], state, order, author, now_us, {})


def _incident_follows(
    transition: OrderTransition, state: IncidentState, order: WorkOrder, author: str, now_us: int
) -> Iterator[Decision]:
    """What an act about an order means for its incident."""
    accepted_us = max((one.at_us for one in state.steps if one.stage is Stage.ACCEPTED), default=0)
    current = [one for one in state.orders if one.issued_us >= accepted_us]  # not those of before it was reopened
    states = [transition.leads_to if one is order else one.state for one in current]
    left = [one for one in states if one is not WorkOrderState.REJECTED]
    reached, stage = transition.leads_to, state.stage
    settled = not any(one in (WorkOrderState.ISSUED, WorkOrderState.ACCEPTED) for one in left)
    if stage in _BACKED and reached is WorkOrderState.ACCEPTED:
        yield _followed("send_back", state, author, now_us)
    elif stage is Stage.DISPATCHED and reached is WorkOrderState.ACCEPTED:
        yield _followed("start", state, author, now_us)
    elif stage in _UNDER_WAY and not left:
        yield _followed("return", state, author, now_us)
    elif stage in _UNDER_WAY and settled:
        yield _followed("report_back", state, author, now_us)
    elif stage is Stage.REPORTED_BACK and left and all(one is WorkOrderState.VERIFIED for one in left):
        yield _followed("verify", state, author, now_us)


def _followed(act: str, state: IncidentState, author: str, now_us: int) -> Decision:
    return _of_incident(ACTS[act], state, author, now_us, {"followed": True})


def _of_incident(
    transition: Transition, state: IncidentState, author: str, now_us: int, told: Mapping[str, Any]
) -> Decision:
    body = {"author": author, **told}
    if transition.leads_to is not None:
        body["to"] = transition.leads_to.value
    name = entry_id(transition.kind, state.incident_id, author, now_us, sorted(told.items()))
    return Decision(transition.kind, name, state.incident_id, now_us, body)


def _of_order(
    transition: OrderTransition,
    state: IncidentState,
    order: WorkOrder,
    author: str,
    now_us: int,
    told: Mapping[str, Any],
) -> Decision:
    body = {"author": author, "order_id": order.order_id, "to": transition.leads_to.value, **told}
    name = entry_id(transition.kind, order.order_id, author, now_us, sorted(told.items()))
    return Decision(transition.kind, name, state.incident_id, now_us, body)


def _carried(state: IncidentState, of_kind: Mapping[str, Any]) -> dict[str, Any]:
    """What changes with the kind: limits, plan, and the title where that was the kind's; the reason says from what."""
    was, now = state.kind_title, of_kind["kind_title"]
    reason = {name: f"{was[name]} → {now[name]}" for name in ("zh", "en")}
    return {**of_kind, "title": dict(now if dict(state.title) == dict(was) else state.title), "reason": reason}


def _agree(act: str, state: IncidentState, told: Mapping[str, Any], now_us: int) -> None:
    """What was said must fit the incident."""
    title = ACTS[act].title
    if act in ("tick", "untick"):
        items = {one["item"] for one in (state.plan or {}).get("items", ())}
        ticked = set(state.ticks or ())
        wanted = items - ticked if act == "tick" else items & ticked
        if told["item"] not in wanted:
            raise _incomplete(title, f"item: {told['item']} (? {', '.join(sorted(wanted))})")
    if act == "reclassify" and told["kind"]["kind"] == state.kind:
        raise _incomplete(title, f"kind: {state.kind} (!)")
    if act == "suspend" and told.get("until_us") is not None and told["until_us"] <= now_us:
        raise _incomplete(title, "until")
    if act == "attach" and not any(told.get(name) for name in ("photos", "alarms", "events")):
        raise _incomplete(title, "photos | alarms | events")
    if act == "dismiss" and told.get("into") and told["outcome"] != Outcome.DUPLICATE:
        raise _incomplete(title, "into (outcome = duplicate)")
    if act == "dismiss" and told.get("into") == state.incident_id:
        raise _incomplete(title, "into")
    if act == "revisit" and not told["reached"] and told.get("satisfied") is not None:
        raise _incomplete(title, "satisfied (reached = true)")


def _incomplete(title: Title, missing: str) -> ActIncompleteError:
    return ActIncompleteError(act_zh=title.zh, act_en=title.en, missing=missing)


def _refused(state: IncidentState, title: Title, why: Why, order: WorkOrder | None = None) -> IncidentActError:
    (why_zh, why_en), (cure_zh, cure_en) = why
    what = ("事件", "Incident") if order is None else ("工单", "Work order")
    name = state.incident_id if order is None else f"#{order.number}"
    return IncidentActError(
        what_zh=what[0],
        what_en=what[1],
        name=name,
        act_zh=title.zh,
        act_en=title.en,
        why_zh=why_zh,
        why_en=why_en,
        cure_zh=cure_zh,
        cure_en=cure_en,
    )
