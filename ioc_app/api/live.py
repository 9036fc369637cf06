"""``GET /points``, ``/readings``, ``/events``, ``/feeds``, ``/dead-letters``, ``/clock``: what arrived, and how."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import pyarrow as pa
from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field

from ioc_app.api.people import identity_of
from ioc_app.feeds import Health, health_of
from twin.errors import BadRequestError, UnknownPointError
from twin.live.listing import list_points
from twin.live.messages_out import event_dict
from twin.live.running import RunningCampus
from twin.model.time import SimulatedClock
from twin.people.roles import Right
from twin.store.rollups import Step

RAW_LONGEST: Final = timedelta(hours=48)
MOST_EVENTS: Final = 5_000

Limit = Annotated[int, Field(ge=1, le=MOST_EVENTS)]
Text = Annotated[str, Field(max_length=200)]


def live_routes(running: RunningCampus) -> APIRouter:
    router = APIRouter()
    _points(router, running)
    _readings(router, running)
    _events(router, running)
    _feeds(router, running)
    _clock(router, running)
    return router


def _points(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/points")
    def points(device_code: Text | None = None, at: AwareDatetime | None = None) -> list[dict[str, Any]]:
        """Every point that is known, and every one that only sent, with its newest value (by ``at``) and its worth."""
        return [one for one in list_points(running, at) if device_code in (None, one["device_code"])]


def _readings(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/readings")
    def readings(point_id: Text, start: AwareDatetime, end: AwareDatetime, step: Step | None = None) -> dict[str, Any]:
        """The readings of a point with ``start <= observed_at < end``; over 48 h only by hour or day."""
        if step is None and end - start > RAW_LONGEST:
            raise BadRequestError(detail="more than 48 h of raw readings; ask with step=hour or step=day")
        history = running.history
        table = history.rollup(point_id, start, end, step) if step else history.series(point_id, start, end)
        known = running.points().get(point_id)
        if known is None and not table.num_rows and running.latest.get(point_id) is None:
            raise UnknownPointError(point_id=point_id)
        unit = known.point.unit if known is not None else None
        return {"point_id": point_id, "unit": unit, "step": step, "rows": _rows(table)}


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows that JSON can hold: moments as text, no NaN."""
    dropped = [name for name in ("point_id", "seq", "body", "message_id") if name in table.column_names]
    return [{name: _plain(one) for name, one in row.items()} for row in table.drop_columns(dropped).to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _events(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/events")
    def events(
        request: Request,
        start: AwareDatetime,
        end: AwareDatetime,
        type: Text | None = None,
        originator: Text | None = None,
        limit: Limit = 500,
    ) -> list[dict[str, Any]]:
        """Events with ``start <= occurred_at < end``, the latest first; names and plates by what one may read."""
        cleared = identity_of(request).may(Right.NAMES)
        stored = running.history.events(start, end, type=type, originator=originator, limit=limit)
        return [event_dict(one, cleared=cleared) for one in stored]


def _feeds(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/feeds")
    def feeds() -> Health:
        return health_of(running)

    @router.get("/dead-letters")
    def dead_letters(feed: Text | None = None, before: int | None = None, limit: Limit = 100) -> list[dict[str, Any]]:
        """What came and could not be taken, the latest first."""
        return [asdict(one) for one in running.letters.latest(feed=feed, before=before, limit=limit)]


def _clock(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/clock")
    def clock() -> dict[str, Any]:
        """What time it is here, and how fast it passes: a simulator keeps to it."""
        here = running.clock
        rate = here.rate if isinstance(here, SimulatedClock) else 1.0
        return {"now": here.now().isoformat(), "rate": rate, "simulated": isinstance(here, SimulatedClock)}
