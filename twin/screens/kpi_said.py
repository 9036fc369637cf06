"""What a KPI says: its number as of a moment, what that is compared with, what it is worth, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin.errors import TwinError, in_both
from twin.screens.kpi import Compared, Kpi
from twin.screens.plain import moment_text, plain

Ask = Callable[[datetime], Mapping[str, Any]]  # the one row of a KPI's SQL as of then; nothing where there is none
_BEFORE: Final = {Compared.YESTERDAY: timedelta(days=1), Compared.LAST_WEEK: timedelta(days=7)}
_BESIDE: Final = ("numerator", "denominator", "samples")


def kpi_said(
    one: Kpi, ask: Ask, at: datetime, timezone: ZoneInfo, waits: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """``waits`` is what it needs and never arrived: then nothing is asked."""
    row, fault = ({}, None) if waits else tried(lambda: ask(at), {})
    value, true_at = plain(row.get("value")), row.get("true_at")
    return {
        "at": at.isoformat(),
        "id": one.id,
        "title": names_of(one.title),
        "unit": one.unit,
        "decimals": one.decimals,
        "direction": one.direction.value,
        "target": one.target,
        "unverified": one.unverified,
        "value": value,
        "state": state_of(waits, fault, value is not None, is_old(true_at, at, one.fresh_s)),
        "true_at": moment_text(true_at),
        "compare": None if waits or fault else _compared(one, ask, at, timezone, row),
        **{name: plain(row.get(name)) for name in _BESIDE},
        "waits_for": list(waits),
        "nothing": names_of(one.nothing) if one.nothing else None,
        "fault": fault,
    }


def _compared(one: Kpi, ask: Ask, at: datetime, timezone: ZoneInfo, now: Mapping[str, Any]) -> dict[str, Any] | None:
    back = _BEFORE.get(one.compare)
    if back is None:
        return None
    # the same time of day, though clocks may have changed
    before = (at.astimezone(timezone).replace(tzinfo=None) - back).replace(tzinfo=timezone)
    row, _ = tried(lambda: ask(before.astimezone(at.tzinfo)), {})
    if one.same_samples and row.get("samples") != now.get("samples"):
        row = {}
    return {"kind": one.compare.value, "value": plain(row.get("value"))}


def entry_of(one: Kpi) -> dict[str, Any]:
    """What the dictionary of KPIs says of one."""
    return {
        "id": one.id,
        "title": names_of(one.title),
        "unit": one.unit,
        "owner": names_of(one.owner),
        "formula": names_of(one.formula),
        "direction": one.direction.value,
        "target": one.target,
        "window": one.window.value,
        "needs": list(one.needs),
        "sql": one.sql,
        "rows_sql": one.rows_sql,
        "source": one.source,
        "unverified": one.unverified,
    }


def names_of(one: Any) -> dict[str, str]:
    return {"zh": one.zh, "en": one.en}


def tried(work: Callable[[], Any], otherwise: Any) -> tuple[Any, dict[str, Any] | None]:
    """What ``work`` gives; where it cannot be had, why."""
    try:
        return work(), None
    except TwinError as fault:
        return otherwise, {"code": fault.code, "text": in_both(fault)}


def state_of(waits: Sequence[Any], fault: Any, there: bool, old: bool) -> str:
    if waits:
        return "waiting"
    if fault is not None:
        return "broken"
    return "empty" if not there else "stale" if old else "good"


def is_old(true_at: Any, moment: datetime, fresh_s: float) -> bool:
    return isinstance(true_at, datetime) and (moment - true_at).total_seconds() > fresh_s
