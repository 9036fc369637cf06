"""``GET /moment?at=`` and ``/moments?from=&to=``: what a screen showed then, and where on a time bar to look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from ioc_app.alarms import when
from ioc_app.api.people import identity_of
from ioc_app.api.reads import Reads
from ioc_app.casework import Casework
from ioc_app.moment import moment_shown
from ioc_app.stream.frames import text_of
from twin.errors import BadRequestError
from twin.live.density import Densities
from twin.live.incidents.state import IncidentState
from twin.live.running import RunningCampus
from twin.model.levels import LEVELS
from twin.model.time import AHEAD, AsOf, microseconds
from twin.people.roles import Right

MOST_INCIDENTS: Final = 2_000  # of a bar: the gravest stay

Seq = Annotated[int, Field(ge=0, lt=2**63)]


def moment_routes(running: RunningCampus, reads: Reads, casework: Casework) -> APIRouter:
    router = APIRouter()
    densities = Densities(running.history, running.past)

    @router.get("/moment")
    def moment(request: Request, at: AwareDatetime, known_seq: Seq | None = None) -> Response:
        """What the stream would show if it were then; names and plates by what one may read."""
        cleared = identity_of(request).may(Right.NAMES)
        as_of = AsOf(past_or_now(at, running), known_seq)
        said = text_of(moment_shown(running, reads, casework, as_of, cleared=cleared))
        return Response(said.encode("utf-8", "replace"), media_type="application/json")

    @router.get("/moments")
    def moments(
        start: Annotated[AwareDatetime, Query(alias="from")], end: Annotated[AwareDatetime, Query(alias="to")]
    ) -> dict[str, Any]:
        """How much happened when, the incidents of the span, and from when to when anything is kept."""
        if end <= start:
            raise BadRequestError(detail="to must be after from")
        density, kept = densities.of(start, end), densities.span(running.clock.now())
        _, incidents = running.past.at(running.clock.now())
        return {
            "from": density.begin.isoformat(),
            "step_s": density.step.total_seconds(),
            "events": density.events,
            "alarms": density.alarms,
            "incidents": [_tick(one) for one in _of_span(list(incidents.all()), start, end)],
            "first_at": kept[0].isoformat() if kept else None,
            "last_at": kept[1].isoformat() if kept else None,
            "timezone": running.timezone.key,
        }

    return router


def past_or_now(at: datetime, running: RunningCampus) -> datetime:
    """Raises BadRequestError for a moment that has not come."""
    if at > running.clock.now() + AHEAD:
        raise BadRequestError(detail=f"at lies more than {AHEAD // timedelta(minutes=1)} min ahead")
    return at


def _of_span(incidents: list[IncidentState], start: datetime, end: datetime) -> list[IncidentState]:
    start_us, end_us = microseconds(start), microseconds(end)
    found = [
        one for one in incidents if one.opened_us < end_us and (one.closed_us is None or one.closed_us >= start_us)
    ]
    if len(found) > MOST_INCIDENTS:
        found = sorted(found, key=lambda one: (LEVELS[one.level].rank, -one.opened_us))[:MOST_INCIDENTS]
    return sorted(found, key=lambda one: one.opened_us)


def _tick(one: IncidentState) -> dict[str, Any]:
    return {
        "incident_id": one.incident_id,
        "title": dict(one.title),
        "level": one.level.value,
        "occurred_at": when(one.occurred_us),
        "opened_at": when(one.opened_us),
        "closed_at": when(one.closed_us),
    }
