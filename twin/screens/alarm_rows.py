"""Alarms as of a moment: every occurrence that stands then or was opened in the span, folded from what was said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any, Final

import pyarrow as pa

from twin.live.alarms.acts import Act as AlarmAct
from twin.live.alarms.maintenance import Maintenance, Window
from twin.live.alarms.record import Record
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.rules.entries import CORRECTED, DECISIONS
from twin.model.levels import LEVELS
from twin.model.time import moment
from twin.screens.acts import About, Act, FollowedActs
from twin.screens.campus_tables import CampusTables
from twin.screens.spans import Span

_ALL: Final = 1 << 62
ACKNOWLEDGED: Final = AlarmAct.ACKNOWLEDGED.value
SETTLED_US: Final = 15 * 60 * 1_000_000  # corrections reach back ten minutes
_TEXT, _FLAG, _AT = pa.string(), pa.bool_(), pa.timestamp("us", "UTC")
ALARMS: Final = pa.schema(
    [
        *((name, _TEXT) for name in ("alarm_id", "originator", "alarm_type", "level")),
        ("rank", pa.int32()),
        *((name, _TEXT) for name in ("title_zh", "title_en", "text_zh", "text_en")),
        *((name, _AT) for name in ("opened_at", "raised_at", "cleared_at", "acknowledged_at")),
        ("acknowledged_by", _TEXT),
        *((name, _FLAG) for name in ("active", "acknowledged", "shelved", "suppressed", "standing")),
        ("value", pa.float64()),
        ("unit", _TEXT),
        ("limit_value", pa.float64()),
        *((name, _TEXT) for name in ("device_code", "feature_id", "building_id", "storey_id", "space_id", "zone_id")),
    ]
)


def alarm_table(acts: FollowedActs, windows: Iterable[Window], tables: CampusTables, span: Span) -> pa.Table:
    """In the columns of ``ALARMS``."""
    maintenance = Maintenance(windows)
    for one in acts.maintenance:
        if span.knows(one.seq) and one.entry.occurred_at <= moment(span.at_us):
            maintenance.fold(one)
    idle = not any(maintenance.windows())
    rows = [_row(one, None if idle else maintenance, tables, span) for one in alarm_states(acts, span)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in ALARMS)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, ALARMS, strict=True)], ALARMS)


def alarm_states(acts: FollowedActs, span: Span) -> Iterator[AlarmState]:
    """Occurrences that stand at the end of the span, or were opened in it."""
    for key, about in acts.alarms.items():
        states = _states(key, about, span)
        first = bisect_left(states, span.start_us, key=lambda one: one.opened_us)
        if states and first == len(states) and not states[-1].closed:  # only the last can stand
            first -= 1
        yield from states[first:]


def _states(key: AlarmKey, about: About, span: Span) -> list[AlarmState]:
    if not about.all_within(span):
        return _then(key, about, span)
    if about.whole is None or about.whole[1] > span.at_us:
        # an episode may be told with an end that lies ahead: what it leads to holds from then on
        ahead_us = max((one.body.get("cleared_us") or 0 for one in about.acts), default=0)
        states = _folded(key, about.acts, span.at_us)
        about.whole = (states, ahead_us) if ahead_us <= span.at_us else None
        return states
    found: list[AlarmState] = about.whole[0]
    return found


def _then(key: AlarmKey, about: About, span: Span) -> list[AlarmState]:
    """At a moment that is past. What was over long before is as it is now; only the rest is folded anew."""
    acts = about.within(span)
    over = _over(key, about, span) if span.known_seq is None else []
    if not over:
        return _folded(key, acts, span.at_us)
    end_us = _end_us(over[-1])
    return over + _folded(key, [one for one in acts if _concerns(one, end_us)], span.at_us)


def _over(key: AlarmKey, about: About, span: Span) -> list[AlarmState]:
    """Occurrences that ended well before the moment, but for the last of them, whose shelf may still count.

    None where a later correction moved an episode: it may have been one of these.
    """
    if any(one.stored.entry.kind == CORRECTED and one.occurred_us > span.at_us for one in about.acts):
        return []
    if about.everything is None:
        about.everything = _folded(key, about.acts, _ALL)
    bound_us = span.at_us - SETTLED_US
    over = list(takewhile(lambda one: one.closed and _end_us(one) <= bound_us, about.everything))
    return over[:-1]


def _end_us(one: AlarmState) -> int:
    return max(one.raised_us, one.cleared_us or 0, one.acknowledged_us or 0)


def _concerns(act: Act, since_us: int) -> bool:
    """Whether an act says something of occurrences after ``since_us``; what people wrote always may."""
    kind = act.stored.entry.kind
    if kind in DECISIONS:
        raised_us = act.body.get("raised_us")
        return act.occurred_us > since_us and isinstance(raised_us, int) and raised_us > since_us
    return kind != ACKNOWLEDGED or act.occurred_us > since_us


def _folded(key: AlarmKey, acts: Iterable[Act], at_us: int) -> list[AlarmState]:
    record = Record(key, most=_ALL)
    for one in acts:
        record.fold(one.stored, _by_then(one, at_us))
    return record.states()


def _by_then(act: Act, at_us: int) -> dict[str, Any]:
    """A correction tells an episode whole: of its end nothing, where that was still to come."""
    body, cleared_us = act.body, act.body.get("cleared_us")
    if act.stored.entry.kind in DECISIONS and isinstance(cleared_us, int) and cleared_us > at_us:
        return {**body, "cleared_us": None, "cleared_value": None}
    return body


def _row(one: AlarmState, maintenance: Maintenance | None, tables: CampusTables, span: Span) -> tuple[Any, ...]:
    until_us, place = one.shelved_until_us, one.place
    shelved = until_us is not None and span.at_us < until_us
    level = LEVELS[one.level]
    zones = place.get("zone_ids") or ()
    where = (place.get("building_id"), place.get("storey_id"), place.get("space_id"), zones[0] if zones else None)
    feature = tables.feature_of.get(one.device or "") or where[2] or (where[3] if not where[0] else None)
    return (
        one.alarm_id,
        one.originator,
        one.alarm_type,
        level.level.value,
        len(LEVELS) + 1 - level.rank,
        one.title.get("zh"),
        one.title.get("en"),
        one.text.get("zh"),
        one.text.get("en"),
        moment(one.opened_us),
        moment(one.raised_us),
        _moment(one.cleared_us),
        _moment(one.acknowledged_us),
        one.acknowledged_by,
        one.active,
        one.acknowledged,
        shelved,
        maintenance is not None and _suppressed(one, maintenance, span.at_us),
        not one.closed,
        _number(one.value),
        one.unit,
        _number(one.limit),
        one.device,
        feature or where[1] or where[0],
        *where,
    )


def _suppressed(one: AlarmState, maintenance: Maintenance, at_us: int) -> bool:
    """As ``AlarmBook`` has it: while a window lasts, and for good what came and went within one."""
    if maintenance.covering(one.alarm_type, one.place, at_us):
        return True
    span = (one.opened_us, one.cleared_us) if one.cleared_us is not None else ()
    return bool(span and maintenance.covering(one.alarm_type, one.place, *span))


def _moment(at_us: int | None) -> Any:
    return None if at_us is None else moment(at_us)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
