"""Every point with its newest value and what that is worth now."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from twin.live.latest import Latest
from twin.live.point_book import KnownPoint
from twin.live.running import RunningCampus


def list_points(running: RunningCampus, at: datetime | None = None) -> list[dict[str, Any]]:
    """As of now, or of a moment of the past."""
    book, now = running.points(), at or running.clock.now()
    latest = running.latest.all() if at is None else running.moments.latest(at)
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
