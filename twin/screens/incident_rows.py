"""Incidents and work orders as of a moment, folded from what was said about them up to then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from twin.live.incidents.clocks import ClockName
from twin.live.incidents.record import Record
from twin.live.incidents.state import IncidentState, WorkOrder
from twin.live.incidents.transitions import ENDED, RANK
from twin.model.levels import LEVELS
from twin.model.live import Stage
from twin.model.time import moment
from twin.screens.acts import About, Act, FollowedActs
from twin.screens.spans import Span

_TEXT, _FLAG, _AT, _COUNT = pa.string(), pa.bool_(), pa.timestamp("us", "UTC"), pa.int32()
_PLACE: Final = tuple((name, _TEXT) for name in ("building_id", "storey_id", "space_id", "zone_id"))
# when a stage, or one after it, was reached and not left again
_REACHED: Final = {
    "accepted_at": Stage.ACCEPTED,
    "dispatched_at": Stage.DISPATCHED,
    "handled_at": Stage.HANDLED,
    "reported_back_at": Stage.REPORTED_BACK,
    "verified_at": Stage.VERIFIED,
    "closed_at": Stage.CLOSED,
}
INCIDENTS: Final = pa.schema(
    [
        *((name, _TEXT) for name in ("incident_id", "kind", "kind_zh", "kind_en", "title_zh", "title_en", "level")),
        ("rank", _COUNT),
        ("stage", _TEXT),
        ("open", _FLAG),
        ("source", _TEXT),
        *((name, _AT) for name in ("occurred_at", "opened_at", *_REACHED)),
        ("outcome", _TEXT),
        ("due_at", _AT),
        *((name, _FLAG) for name in ("late", "missed_accept", "missed_dispatch", "missed_feedback", "missed_close")),
        *((name, _FLAG) for name in ("suspended", "supervised")),
        ("urged", _COUNT),
        ("owner", _TEXT),
        ("rating", _COUNT),
        ("revisited", _FLAG),
        *_PLACE,
        ("feature_id", _TEXT),
    ]
)
ORDERS: Final = pa.schema(
    [
        ("order_id", _TEXT),
        ("incident_id", _TEXT),
        ("number", _COUNT),
        *((name, _TEXT) for name in ("what", "unit", "unit_zh", "unit_en", "assignee", "state")),
        *((name, _AT) for name in ("issued_at", "accepted_at", "done_at", "verified_at", "due_at")),
        ("late", _FLAG),
        ("kind", _TEXT),
        *_PLACE,
    ]
)
_ORDER_MARKS: Final = {"order.accepted": "accepted_at", "order.done": "done_at", "order.verified": "verified_at"}
_ORDER_LEFT: Final = {"order.sent_back": ("done_at", "verified_at")}


def incident_table(acts: FollowedActs, features: Mapping[str, str], span: Span) -> pa.Table:
    """In the columns of ``INCIDENTS``: open at the end of the span, or opened in it."""
    rows = [_incident(one, features, span.at_us) for one in incident_states(acts, span)]
    return pa.Table.from_pylist(rows, schema=INCIDENTS)


def order_table(acts: FollowedActs, span: Span) -> pa.Table:
    """In the columns of ``ORDERS``: the orders of those incidents."""
    rows = [_order(one, order, span.at_us) for one in incident_states(acts, span) for order in one.orders]
    return pa.Table.from_pylist(rows, schema=ORDERS)


def incident_states(acts: FollowedActs, span: Span) -> Iterator[IncidentState]:
    for incident_id, about in acts.incidents.items():
        state = _state(incident_id, about, span)
        if state is not None and (state.open or state.opened_us >= span.start_us):
            yield state


def _state(incident_id: str, about: About, span: Span) -> IncidentState | None:
    if not about.all_within(span):
        return _folded(incident_id, about.within(span))
    if about.whole is None:
        about.whole = (_folded(incident_id, about.acts),)
    state: IncidentState | None = about.whole[0]
    return state


def _folded(incident_id: str, acts: Iterable[Act]) -> IncidentState | None:
    record = Record(incident_id)
    for one in acts:
        record.fold(one.stored, one.body)
    return record.state


def _incident(one: IncidentState, features: Mapping[str, str], at_us: int) -> dict[str, Any]:
    at_us = max(at_us, one.steps[-1].at_us)
    missed = {name: one.missed(name, at_us) for name in ClockName}
    going = [clock for clock in one.clocks(at_us) if clock.stopped_us is None]
    return {
        "incident_id": one.incident_id,
        "kind": one.kind,
        "kind_zh": one.kind_title.get("zh"),
        "kind_en": one.kind_title.get("en"),
        "title_zh": one.title.get("zh"),
        "title_en": one.title.get("en"),
        "level": one.level.value,
        "rank": len(LEVELS) + 1 - LEVELS[one.level].rank,
        "stage": one.stage.value,
        "open": one.open,
        "source": one.source,
        "occurred_at": moment(one.occurred_us),
        "opened_at": moment(one.opened_us),
        **{name: _reached(one, stage) for name, stage in _REACHED.items()},
        "outcome": one.outcome.value if one.outcome else None,
        "due_at": _moment(one.due_us(at_us)),
        "late": any(clock.breached for clock in going),
        **{f"missed_{name.value}": past for name, past in missed.items()},
        "suspended": one.suspended is not None,
        "supervised": one.supervised is not None,
        "urged": one.urged,
        "owner": one.owner,
        "rating": one.ratings[-1].score if one.ratings else None,
        "revisited": bool(one.revisits),
        **_place(one),
        "feature_id": _feature(one, features),
    }


def _reached(one: IncidentState, stage: Stage) -> Any:
    """Since when it is at this stage or beyond; None before that, and for stages that a dismissal went past."""
    if RANK[one.stage] < RANK[stage]:
        return None
    if stage not in ENDED and one.outcome not in (None, "resolved"):
        gone_through = {step.stage for step in one.steps}
        if stage not in gone_through:
            return None
    beyond = frozenset(other for other in Stage if RANK[other] >= RANK[stage])
    return moment(one.reached_last(beyond))


def _order(one: IncidentState, order: WorkOrder, at_us: int) -> dict[str, Any]:
    unit = order.unit_title or {}
    return {
        "order_id": order.order_id,
        "incident_id": one.incident_id,
        "number": order.number,
        "what": order.what,
        "unit": order.unit,
        "unit_zh": unit.get("zh"),
        "unit_en": unit.get("en"),
        "assignee": order.assignee,
        "state": order.state.value,
        "issued_at": moment(order.issued_us),
        **_marks(one, order),
        "due_at": _moment(order.due_us),
        "late": order.overdue(at_us),
        "kind": one.kind,
        **_place(one),
    }


def _marks(one: IncidentState, order: WorkOrder) -> dict[str, Any]:
    """When it was accepted, done, verified; sent back, it is not done any more."""
    found: dict[str, Any] = dict.fromkeys(_ORDER_MARKS.values())
    for line in one.history:
        if line.order_id == order.order_id:
            if line.kind in _ORDER_MARKS:
                found[_ORDER_MARKS[line.kind]] = moment(line.at_us)
            for name in _ORDER_LEFT.get(line.kind, ()):
                found[name] = None
    return found


def _place(one: IncidentState) -> dict[str, Any]:
    zones = one.place.get("zone_ids") or ()
    said = {name: one.place.get(name) for name in ("building_id", "storey_id", "space_id")}
    return {**said, "zone_id": zones[0] if zones else one.place.get("zone_id")}


def _feature(one: IncidentState, features: Mapping[str, str]) -> str | None:
    """Its device, else the narrowest place that is known."""
    where = _place(one)
    device = features.get(str(one.place.get("device") or ""))
    names = ("space_id", "zone_id") if not where["building_id"] else ("space_id", "storey_id", "building_id")
    return device or next((where[name] for name in names if where[name]), None)


def _moment(at_us: int | None) -> Any:
    return None if at_us is None else moment(at_us)
