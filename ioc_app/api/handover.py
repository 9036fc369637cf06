"""``/handover``: the shift is handed over; the system lists what stands open."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from ioc_app.alarms import when
from ioc_app.api.people import identity_of
from ioc_app.api.said import Said
from ioc_app.casework import Casework
from twin.live.incidents.clocks import ClockName
from twin.live.incidents.handover import Handover, confirm, withdraw, write
from twin.live.incidents.state import IncidentState
from twin.live.rules.entries import Decision

SHOWN: Final = 50


class HandoverActing(Said):
    act: Literal["write", "confirm", "withdraw"]
    remarks: Annotated[str, Field(max_length=4000)] | None = None
    to: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    handover_id: Annotated[str, Field(max_length=80)] | None = None


def handover_routes(casework: Casework) -> APIRouter:
    router = APIRouter()
    watch = casework.watch

    @router.get("/handover")
    def handover(request: Request) -> dict[str, Any]:
        """What stands open now, and the handovers of before."""
        return _shown(casework, identity_of(request).name)

    @router.post("/handover", status_code=201)
    def act(body: HandoverActing, request: Request) -> dict[str, Any]:
        author, remarks = identity_of(request).name, body.remarks or ""

        def drafts(now_us: int) -> list[Decision]:
            book = watch.incidents.handovers
            if body.act == "write":
                shift = casework.setup.duty.shift_at(now_us)
                listed = (_items(watch.incidents.open(now_us), now_us), _alarms(casework, now_us))
                name = shift[0] if shift else None
                return [write(book, author, now_us, remarks, listed, shift=name, to=body.to)]
            if body.act == "confirm":
                return [confirm(book, body.handover_id or "", author, now_us, remarks or None)]
            return [withdraw(book, body.handover_id or "", author, now_us)]

        watch.act(drafts)
        return _shown(casework, author)

    return router


def _shown(casework: Casework, author: str) -> dict[str, Any]:
    watch = casework.watch
    with watch.guard:
        now_us = watch.now_us()
        states, alarms = watch.incidents.open(now_us), _alarms(casework, now_us)
        found, waiting = watch.incidents.handovers.all(), watch.incidents.handovers.waiting
    shift = casework.setup.duty.shift_at(now_us)
    overdue = [one.incident_id for one in states if _breached(one, now_us)]
    return {
        "at": when(now_us),
        "shift": {
            "shift": shift[0],
            "title": shift[1].title.model_dump(),
            "from": shift[2].isoformat(),
            "to": shift[3].isoformat(),
        }
        if shift
        else None,
        "now": {
            "open": casework.summaries(states, now_us),
            "overdue": overdue,
            "suspended": [one.incident_id for one in states if one.suspended is not None],
            "alarms": alarms,
            "orders_open": sum(len(one.unsettled) for one in states),
        },
        "latest": handover_dict(found[0], author) if found else None,
        "waiting": handover_dict(waiting, author) if waiting else None,
        "handovers": [handover_dict(one, author) for one in found[:SHOWN]],
    }


def handover_dict(one: Handover, author: str) -> dict[str, Any]:
    return {
        "handover_id": one.handover_id,
        "at": when(one.at_us),
        "by": one.by,
        "shift": one.shift,
        "to": one.to,
        "remarks": one.remarks,
        "items": [{**item, "due_at": when(item["due_us"])} for item in one.items],
        "alarms": dict(one.alarms),
        "confirmed_at": when(one.confirmed_us),
        "confirmed_by": one.confirmed_by,
        "confirm_remarks": one.confirm_remarks,
        "can_confirm": one.may_confirm(author),
        "can_withdraw": one.confirmed_us is None and one.by == author,
    }


def _items(states: list[IncidentState], now_us: int) -> list[dict[str, Any]]:
    """What stands open, as the journal keeps it."""
    return [
        {
            "incident_id": one.incident_id,
            "title": dict(one.title),
            "level": one.level.value,
            "stage": one.stage.value,
            "owner": one.owner,
            "suspended": one.suspended is not None,
            "due_us": one.due_us(now_us),
            "breached": [name.value for name in ClockName if one.missed(name, now_us)],
        }
        for one in states
    ]


def _breached(one: IncidentState, now_us: int) -> bool:
    return any(one.missed(name, now_us) for name in ClockName)


def _alarms(casework: Casework, now_us: int) -> dict[str, int]:
    standing = casework.watch.alarms.standing(now_us)
    return {
        "standing": len(standing),
        "unacknowledged": sum(not one.acknowledged for one in standing),
        "shelved": sum(one.shelved for one in standing),
    }
