"""Incidents as screens and programs are given them; docs/incidents.md describes the JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ioc_app.alarms import when
from ioc_app.whereabouts import Whereabouts
from twin.live.alarms.state import AlarmState
from twin.live.incidents.acts import possible, possible_for
from twin.live.incidents.clocks import CLOCK_TITLES, ClockReading
from twin.live.incidents.state import AlarmLine, EventLine, HistoryLine, IncidentState, Photo, Report, WorkOrder
from twin.live.incidents.transitions import ACTS, KIND_TITLES, ORDER_ACTS
from twin.live.messages_out import masked
from twin.people.roles import Right

AlarmNow = Callable[[AlarmLine], AlarmState | None]
# what the journal calls a moment in microseconds, a request calls without a unit
SPOKEN = {"until_us": "until", "due_us": "due_at"}


def summary_dict(one: IncidentState, now_us: int, where: Whereabouts, alarm_now: AlarmNow) -> dict[str, Any]:
    """One card of the board. Nothing in it depends on who looks."""
    orders = [each for each in one.orders if each.state != "rejected"]
    newest = orders[-1] if orders else None
    return {
        "incident_id": one.incident_id,
        "revision": one.revision,
        "kind": one.kind,
        "kind_title": dict(one.kind_title),
        "level": one.level.value,
        "title": dict(one.title),
        "stage": one.stage.value,
        "outcome": one.outcome,
        "source": one.source,
        "suspended": one.suspended is not None,
        "supervised": one.supervised is not None,
        "owner": one.owner,
        "occurred_at": when(one.occurred_us),
        "opened_at": when(one.opened_us),
        "updated_at": when(one.updated_us),
        "closed_at": when(one.closed_us),
        "place": where.shown(one.place),
        "alarm_count": len(one.alarms),
        "alarms_active": sum((now := alarm_now(line)) is not None and now.active for line in one.alarms),
        "event_count": len(one.events),
        "report_count": len(one.reports),
        "photo_count": len(one.photos),
        "orders": {"total": len(orders), "open": len(one.unsettled)},
        "unit": newest.unit if newest else None,
        "unit_title": newest.unit_title if newest else None,
        "assignee": newest.assignee if newest else None,
        "assignee_title": newest.assignee_title if newest else None,
        "clock": _next_clock(one, now_us),
        "breached": [clock.name for clock in one.clocks(now_us) if one.missed(clock.name, now_us)],
        "warned": [clock.name for clock in one.clocks(now_us) if _warned(clock, now_us)],
        "plan": {"done": len(one.ticks or {}), "total": len(one.plan["items"])} if one.plan else None,
    }


def incident_dict(
    one: IncidentState, now_us: int, where: Whereabouts, alarm_now: AlarmNow, rights: frozenset[Right]
) -> dict[str, Any]:
    """The whole card, as somebody with these rights may see it, with what they can do now."""
    cleared = Right.NAMES in rights
    words = frozenset(each.value for each in rights)
    return {
        **summary_dict(one, now_us, where, alarm_now),
        "text": dict(one.text) if one.text else None,
        "merged_into": one.merged_into,
        "suspended": _note(one.suspended, until=when(one.suspended_until_us)),
        "supervised": _note(one.supervised, times=one.urged),
        "cause": one.cause,
        "alarms": [_alarm(line, alarm_now(line)) for line in one.alarms],
        "events": [_event(each) for each in one.events],
        "reports": [_report(each, cleared=cleared) for each in one.reports],
        "photos": [_photo(each) for each in one.photos],
        "work_orders": [_order(each, one, now_us, words) for each in one.orders],
        "clocks": [clock_dict(each, one, now_us) for each in one.clocks(now_us)],
        "plan": _plan(one),
        "proposal": proposal_dict(one.proposal, cleared=cleared),
        "ratings": [{"at": when(at), "by": by, "score": score, "text": text} for at, by, score, text in one.ratings],
        "revisits": [
            {"at": when(at), "by": by, "reached": reached, "satisfied": satisfied, "text": text}
            for at, by, reached, satisfied, text in one.revisits
        ],
        "acts": [_act(name, ACTS) for name in possible(one, words)],
        "history": [line_dict(line) for line in one.history],
    }


def clock_dict(clock: ClockReading, one: IncidentState, now_us: int) -> dict[str, Any]:
    breached_us = (one.breached_us or {}).get(clock.name, clock.due_us if clock.breached else None)
    missed = one.missed(clock.name, now_us)
    stopped = clock.stopped_us is not None
    return {
        "what": clock.name,
        "title": CLOCK_TITLES[clock.name].to_dict(),
        "limit_s": clock.limit_us / 1e6,
        "elapsed_s": clock.elapsed_us / 1e6,
        "state": ("missed" if missed else "met") if stopped else "paused" if clock.paused else "running",
        "breached": missed,
        "due_at": when(clock.due_us) if clock.running else None,
        "warns_at": when(clock.warns_us) if clock.running else None,
        "warned_at": when((one.warned_us or {}).get(clock.name)),
        "breached_at": when(breached_us),
        "stopped_at": when(clock.stopped_us),
        "unverified": one.unverified,
    }


def line_dict(line: HistoryLine) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": when(line.at_us),
        "kind": line.kind,
        "title": KIND_TITLES[line.kind].to_dict(),
        "by": line.by,
        "text": line.text,
        "reason": line.reason,
        "order_id": line.order_id,
        "stage": line.stage.value,
    }


def _next_clock(one: IncidentState, now_us: int) -> dict[str, Any] | None:
    """The running clock that is due first; while it is suspended the first that stands still."""
    clocks = one.clocks(now_us)
    running = [clock for clock in clocks if clock.running]
    paused = [clock for clock in clocks if clock.paused]
    first = min(running, key=lambda clock: clock.due_us or 0, default=None) or next(iter(paused), None)
    if first is None:
        return None
    said = clock_dict(first, one, now_us)
    return {name: said[name] for name in ("what", "title", "state", "due_at", "warns_at", "breached")}


def _warned(clock: ClockReading, now_us: int) -> bool:
    """Running, and near its end."""
    return clock.running and not clock.breached and clock.warns_us is not None and clock.warns_us <= now_us


def _note(note: Any, **more: Any) -> dict[str, Any] | None:
    return {"since": when(note.at_us), "by": note.by, "text": note.text, **more} if note else None


def _alarm(line: AlarmLine, now: AlarmState | None) -> dict[str, Any]:
    return {
        "alarm_id": line.alarm_id,
        "originator": line.originator,
        "alarm_type": line.alarm_type,
        "level": line.level.value,
        "title": dict(line.title),
        "thing": line.thing,
        "opened_at": when(line.opened_us),
        "joined_at": when(line.joined_us),
        "active": now.active if now else None,
        "acknowledged": now.acknowledged if now else None,
    }


def _event(one: EventLine) -> dict[str, Any]:
    said = one._asdict()
    return said | {"occurred_at": when(said.pop("occurred_us"))}


def _report(one: Report, *, cleared: bool) -> dict[str, Any]:
    reporter = dict(one.reporter) if one.reporter else None
    if reporter and not cleared:
        reporter = masked(reporter)
    return {"at": when(one.at_us), "by": one.by, "channel": one.channel, "text": one.text, "reporter": reporter}


def _photo(one: Photo) -> dict[str, Any]:
    return {"photo_id": one.photo_id, "url": f"/api/v1/photos/{one.photo_id}", "at": when(one.at_us), "by": one.by}


def order_dict(one: WorkOrder, incident: IncidentState, now_us: int) -> dict[str, Any]:
    """A work order as a list shows it."""
    return {
        "order_id": one.order_id,
        "incident_id": incident.incident_id,
        "number": one.number,
        "what": one.what,
        "unit": one.unit,
        "unit_title": one.unit_title,
        "assignee": one.assignee,
        "assignee_title": one.assignee_title,
        "stage": one.state.value,
        "issued_at": when(one.issued_us),
        "issued_by": one.issued_by,
        "due_at": when(one.due_us),
        "overdue": one.overdue(now_us),
        "reason": one.reason,
        "result": one.result,
    }


def _order(one: WorkOrder, incident: IncidentState, now_us: int, rights: frozenset[str]) -> dict[str, Any]:
    lines = [line_dict(line) for line in incident.history if line.order_id == one.order_id]
    acts = [_act(name, ORDER_ACTS) for name in possible_for(one, incident, rights)]
    return {**order_dict(one, incident, now_us), "acts": acts, "history": lines}


def _act(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    one = table[name]
    leads_to = one.leads_to
    return {
        "act": name,
        "title": one.title.to_dict(),
        "to": leads_to.value if leads_to is not None else None,
        "must": [SPOKEN.get(field, field) for field in one.must],
        "may": [SPOKEN.get(field, field) for field in one.may],
    }


def _plan(one: IncidentState) -> dict[str, Any] | None:
    if not one.plan:
        return None
    ticks = one.ticks or {}
    items = []
    for item in one.plan["items"]:
        done = ticks.get(item["item"])
        within_min = item["within_min"]
        due_us = one.opened_us + round(within_min * 60e6) if within_min else None
        said = {"by": done.by, "at": when(done.at_us), "text": done.text or None} if done else None
        items.append({**item, "due_at": when(due_us), "done": said})
    return {**one.plan, "items": items}


def proposal_dict(proposal: Mapping[str, Any] | None, *, cleared: bool) -> dict[str, Any] | None:
    """Who would go and why; the telephone for those who may read names."""
    if not proposal:
        return None
    said = {name: value for name, value in proposal.items() if name != "order_id"}
    return said if cleared or not said.get("phone") else said | masked({"phone": said["phone"]})
