"""From when to when a report looks: a day, a week from Monday or a month, as the campus' own clocks have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from twin.errors import BadRequestError

LEAST: Final = timedelta(microseconds=1)  # a period ends before the next one begins


class PeriodKind(StrEnum):
    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Stretch:
    """``[start, at]``, UTC. ``at`` is the moment that everything is told as of."""

    start: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """``first`` to ``last`` are its days; ``before`` is the one before it, as far into it as this one has come."""

    kind: PeriodKind
    first: date
    last: date
    told: Stretch
    before: Stretch
    ended: bool


def period_of(kind: PeriodKind, of: date | None, now: datetime, zone: ZoneInfo, at: datetime | None = None) -> Period:
    """The period in which the day ``of`` lies; without it the last one that has ended.

    One that has not ended is told up to ``now``, or up to ``at``. Raises BadRequestError.
    """
    today = now.astimezone(zone).date()
    first = _first(kind, of) if of is not None else _first(kind, _first(kind, today) - timedelta(days=1))
    after = _next(kind, first)
    start, end = _midnight(first, zone), _midnight(after, zone)
    if start > now:
        raise BadRequestError(detail=f"of={first} has not come yet")
    if at is not None and not start <= at <= now:
        raise BadRequestError(detail=f"at must lie between {start.isoformat()} and now")
    told = Stretch(start, min(end - LEAST, now, at or now))
    before = _before(kind, first, told, zone)
    return Period(kind, first, after - timedelta(days=1), told, before, ended=told.at == end - LEAST)


def _before(kind: PeriodKind, first: date, told: Stretch, zone: ZoneInfo) -> Stretch:
    """As much of the period before as clocks on the wall went through of this one; all where this is whole."""
    begin = _first(kind, first - timedelta(days=1))
    start, end = _midnight(begin, zone), _midnight(first, zone) - LEAST
    if told.at == _midnight(_next(kind, first), zone) - LEAST:
        return Stretch(start, end)
    gone = told.at.astimezone(zone).replace(tzinfo=None) - datetime.combine(first, time())
    there = (datetime.combine(begin, time()) + gone).replace(tzinfo=zone).astimezone(UTC)
    return Stretch(start, max(start, min(end, there)))


def _first(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if kind is PeriodKind.MONTH else day


def _next(kind: PeriodKind, first: date) -> date:
    if kind is PeriodKind.MONTH:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=7 if kind is PeriodKind.WEEK else 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
