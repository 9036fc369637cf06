"""``/incidents``: the card, 接报, acts and work orders. ``docs/incidents.md`` is their contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from ioc_app.alarms import when
from ioc_app.api.incident_board import board_routes
from ioc_app.api.incident_bodies import Acting, EventName, NewOrder, NewReport, OrderActing
from ioc_app.api.incident_figures import measure_routes, term_routes
from ioc_app.api.people import identity_of
from ioc_app.casework import Casework
from twin.errors import ActIncompleteError, NotAllowedError, ReportAheadError
from twin.live.incidents.acts import draft, draft_order, issue, needs
from twin.live.incidents.opening import Opening, alarm_line, incident_id_of, opened
from twin.live.incidents.state import EventLine
from twin.live.incidents.transitions import ACTS, ORDER_ACTS, REPORTED
from twin.live.rules.entries import Decision, body_of, entry_id
from twin.model.text import Title
from twin.model.time import AHEAD, microseconds, moment
from twin.people.identity import Identity
from twin.people.roles import Right

MOST: Final = 1_000
REPORT: Final = Title("接报", "Take a report")


def incident_routes(casework: Casework) -> APIRouter:
    """Plain functions: the server runs each in a worker thread. Fixed names come before ``{incident_id}``."""
    router = APIRouter()
    board_routes(router, casework)
    term_routes(router, casework)
    measure_routes(router, casework)
    _card(router, casework)
    _acts(router, casework)
    _orders(router, casework)
    return router


def _card(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.get("/incidents/{incident_id}")
    def incident(incident_id: str, request: Request, at: AwareDatetime | None = None) -> dict[str, Any]:
        """The card as it is, or as it was: then nothing can be done."""
        if at is not None:
            return casework.shown_then(incident_id, identity_of(request), at)
        return casework.shown(incident_id, identity_of(request))

    @router.post("/incidents", status_code=201)
    def report(body: NewReport, request: Request) -> dict[str, Any]:
        """接报: opens an incident, or adds a report to one that is open."""
        identity, place = identity_of(request), casework.where().told(**body.place.told())
        _require_photos(casework, body.photos)
        incident_id = body.into or incident_id_of("report", body.report_id)
        watch.act(lambda now_us: [_reported(body, incident_id, place, identity.name, casework, now_us)])
        return casework.shown(incident_id, identity)


def _reported(
    body: NewReport, incident_id: str, place: Mapping[str, Any], author: str, casework: Casework, now_us: int
) -> Decision:
    setup, incidents = casework.setup, casework.watch.incidents
    text = body.text.strip()
    if not text:
        raise _incomplete("text")
    occurred_us = microseconds(body.occurred_at) if body.occurred_at else now_us
    if occurred_us > now_us + AHEAD // timedelta(microseconds=1):
        raise ReportAheadError(at=when(occurred_us), minutes=AHEAD // timedelta(minutes=1))
    reporter = body.reporter.model_dump(exclude_none=True) if body.reporter else None
    said = {"at_us": now_us, "channel": body.channel, "text": text, "reporter": reporter or None}
    if body.into is not None:
        if not incidents.find(body.into).open:
            raise _incomplete("into")
        entry = {"author": author, "text": text, "report": said, "photos": body.photos}
        return Decision(REPORTED, entry_id(REPORTED, body.report_id), incident_id, now_us, entry)
    kind = setup.settings.kinds.get(body.kind)
    if kind is None:
        raise _incomplete(f"kind ({', '.join(setup.settings.kinds)})")
    opening = Opening(
        incident_id=incident_id,
        kind=body.kind,
        level=body.level or kind.level,
        source="report",
        occurred_us=min(occurred_us, now_us),
        place=place,
        said={"zh": text, "en": text},
        report=said,
        photos=body.photos,
        author=author,
    )
    return opened(opening, setup, now_us)


def _acts(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.post("/incidents/{incident_id}/acts")
    def act(incident_id: str, body: Acting, request: Request) -> dict[str, Any]:
        identity = identity_of(request)
        require(identity, needs(body.act))
        _require_photos(casework, body.photos or ())
        events = _events(casework, body.events or ())

        def drafts(now_us: int) -> list[Decision]:
            one = watch.incidents.find(incident_id)
            if body.act == "issue":
                return _issued(casework, incident_id, identity.name, now_us, body.said())
            said = body.said() | {"events": events}
            said["alarms"] = [
                alarm_line(watch.alarms.find(each, now_us), now_us)._asdict() for each in body.alarms or ()
            ]
            if body.kind is not None:
                said["kind"] = _of_kind(casework, body.kind)
            if body.into is not None and not watch.incidents.find(body.into).open:
                raise _incomplete("into", ACTS[body.act].title)
            return draft(body.act, one, identity.name, now_us, said)

        watch.act(drafts)
        return casework.shown(incident_id, identity)


def _orders(router: APIRouter, casework: Casework) -> None:
    watch = casework.watch

    @router.post("/incidents/{incident_id}/orders", status_code=201)
    def send_out(incident_id: str, body: NewOrder, request: Request) -> dict[str, Any]:
        identity = identity_of(request)
        watch.act(lambda now_us: _issued(casework, incident_id, identity.name, now_us, body.said()))
        return casework.shown(incident_id, identity)

    @router.post("/incidents/{incident_id}/orders/{order_id}/acts")
    def act(incident_id: str, order_id: str, body: OrderActing, request: Request) -> dict[str, Any]:
        identity = identity_of(request)
        require(identity, needs(body.act, ORDER_ACTS))
        _require_photos(casework, body.photos or ())
        said = body.model_dump(exclude={"act"}, exclude_none=True)

        def drafts(now_us: int) -> list[Decision]:
            incidents = watch.incidents
            order = incidents.order(incident_id, order_id)
            return draft_order(body.act, incidents.find(incident_id), order, identity.name, now_us, said)

        watch.act(drafts)
        return casework.shown(incident_id, identity)


def _of_kind(casework: Casework, kind: str) -> dict[str, Any]:
    """What an incident carries that is of this kind from now on."""
    setup = casework.setup
    if kind not in setup.settings.kinds:
        raise _incomplete(f"kind ({', '.join(setup.settings.kinds)})", ACTS["reclassify"].title)
    return setup.of_kind(kind)


def _issued(casework: Casework, incident_id: str, author: str, now_us: int, said: Mapping[str, Any]) -> list[Decision]:
    setup, one = casework.setup, casework.watch.incidents.find(incident_id)
    return issue(one, author, now_us, said, setup.duty.settings, setup.propose(one, now_us))


def require(identity: Identity, word: str) -> None:
    """The route asks for the least; single acts ask for more. Raises NotAllowedError."""
    if not identity.may(Right(word)):
        raise NotAllowedError(right=word)


def _require_photos(casework: Casework, photo_ids: Sequence[str]) -> None:
    for one in photo_ids:
        casework.photos.find(one)


def _events(casework: Casework, names: Sequence[EventName]) -> list[dict[str, Any]]:
    """Events as an incident keeps them, found in the history by when they occurred."""
    return [_event(casework, one) for one in names]


def _event(casework: Casework, name: EventName) -> dict[str, Any]:
    at = name.occurred_at
    end = moment(microseconds(at) + 1)
    for stored in casework.history.events(at, end, limit=MOST):
        if stored.entry.entry_id == name.event_id:
            body = body_of(stored)
            said = (str(body.get("type") or ""), str(body.get("text") or ""))
            return EventLine(name.event_id, stored.entry.subject, *said, microseconds(at))._asdict()
    raise _incomplete(f"events: {name.event_id}", ACTS["attach"].title)


def _incomplete(missing: str, title: Title = REPORT) -> ActIncompleteError:
    return ActIncompleteError(act_zh=title.zh, act_en=title.en, missing=missing)
