"""``GET /points``, ``/readings``, ``/events``, ``/feeds``, ``/dead-letters``: what arrived, and how it arrives."""

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
from twin.live.dead_letters import DeadLetters
from twin.live.latest import Latest
from twin.live.messages_out import event_dict
from twin.live.point_book import KnownPoint
from twin.live.running import RunningCampus
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
    return router


def _points(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/points")
    def points(device_code: Text | None = None) -> list[dict[str, Any]]:
        """Every point that is known, and every one that only sent, with its newest value and what that is worth."""
        return [one for one in list_points(running) if device_code in (None, one["device_code"])]


def list_points(running: RunningCampus) -> list[dict[str, Any]]:
    book, latest, now = running.points(), running.latest.all(), running.clock.now()
    known = [_point(one, latest.get(one.point.point_id), now) for one in book]
    strangers = [one for name, one in sorted(latest.items()) if book.get(name) is None]
    return known + [{**_UNKNOWN, **_stranger(one, now)} for one in strangers]


_UNKNOWN: Final[dict[str, Any]] = dict.fromkeys(
    ("quantity", "unit", "kind", "low", "high", "title", "device_type", "feature_id", "idx", "stale_after_s")
)
_STRANGER_STALE_S: Final = 3600.0


def _stranger(one: Latest, now: datetime) -> dict[str, Any]:
    """A point that nobody told us of: stored and listed, so that somebody can."""
    device = one.point_id.rpartition(":")[0] or one.point_id
    said = {"point_id": one.point_id, "device_code": device, "known": False}
    return {**said, **_value(one, now, _STRANGER_STALE_S)}


def _point(known: KnownPoint, latest: Latest | None, now: datetime) -> dict[str, Any]:
    point = known.point
    return {
        "point_id": point.point_id,
        "device_code": point.device_code,
        "quantity": point.quantity,
        "unit": point.unit,
        "kind": point.kind,
        "low": point.low_limit,
        "high": point.high_limit,
        "title": known.title.to_dict(),
        "device_type": known.device_type,
        "feature_id": known.feature_id,
        "idx": known.idx,
        "stale_after_s": known.stale_after_s,
        "known": True,
        **_value(latest, now, known.stale_after_s),
    }


def _value(latest: Latest | None, now: datetime, stale_after_s: float) -> dict[str, Any]:
    if latest is None:
        return {"value": None, "quality": None, "observed_at": None, "received_at": None}
    return {
        "value": latest.value,
        "quality": latest.quality_at(now, stale_after_s),
        "observed_at": latest.observed_at.isoformat(),
        "received_at": latest.received_at.isoformat(),
    }


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
        letters = DeadLetters(running.campus.folder)
        return [asdict(one) for one in letters.latest(feed=feed, before=before, limit=limit)]
