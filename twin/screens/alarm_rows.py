"""Alarms as of a moment as a table: every occurrence that stands then or was opened in the span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from twin.live.alarms.maintenance import Maintenance, Window
from twin.live.alarms.state import AlarmState
from twin.model.last_asked import LastAsked
from twin.model.levels import LEVELS
from twin.model.time import moment
from twin.screens.acts import FollowedActs
from twin.screens.alarm_acts import AlarmActs
from twin.screens.alarm_folds import Folded, folds
from twin.screens.campus_tables import CampusTables
from twin.screens.quiet import EVER_US
from twin.screens.spans import Span

_TABLES: Final = 8
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


class AlarmTables:
    """Alarms of one campus as tables. Those that were asked for last are kept: a screen asks for a few, many times."""

    def __init__(self) -> None:
        self._kept: LastAsked[tuple[int, int | None], _Kept] = LastAsked(_TABLES)

    def of(self, acts: FollowedActs, windows: Iterable[Window], tables: CampusTables, span: Span) -> pa.Table:
        """In the columns of ``ALARMS``."""
        maintenance = Maintenance(windows)
        for one in acts.maintenance:
            if span.knows(one.seq) and one.entry.occurred_at <= moment(span.at_us):
                maintenance.fold(one)
        if any(maintenance.windows()):
            return _table(acts.alarms, maintenance, tables, span)[0]
        key = (span.start_us, span.known_seq)
        kept = self._kept.get(key)
        if kept is None or not kept.holds(acts.alarms, tables, span.at_us):
            table, is_same_later = _table(acts.alarms, None, tables, span)
            until_us = EVER_US if is_same_later and span.at_us >= acts.alarms.settled_us() else span.at_us
            kept = self._kept.keep(key, _Kept(table, tables, acts.alarms.count, span.at_us, until_us))
        return kept.table


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table that is the same for all moments between two, while nothing more is said."""

    table: pa.Table
    tables: CampusTables
    count: int
    from_us: int
    until_us: int

    def holds(self, acts: AlarmActs, tables: CampusTables, at_us: int) -> bool:
        return self.count == acts.count and self.tables is tables and self.from_us <= at_us <= self.until_us


def _table(acts: AlarmActs, maintenance: Maintenance | None, tables: CampusTables, span: Span) -> tuple[pa.Table, bool]:
    """And whether time alone changes nothing in it: an alarm that is shelved comes back."""
    found = list(folds(acts, span))
    rows = [row for one in found for row in _rows(one, maintenance, tables, span)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in ALARMS)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, ALARMS, strict=True)]
    shelved = any(state.shelved_until_us is not None for one in found for state in one.states)
    return pa.table(arrays, ALARMS), not shelved


def _rows(one: Folded, maintenance: Maintenance | None, tables: CampusTables, span: Span) -> Iterable[tuple[Any, ...]]:
    """What is over for good and kept is the same row at each question."""
    kept: dict[int, tuple[Any, ...]] = {}
    if one.about is not None and maintenance is None:
        if one.about.rows_of is not tables:
            one.about.rows_of, one.about.rows = tables, {}
        kept = one.about.rows
    for state in one.states:
        row = kept.get(state.opened_us)
        if row is None:
            row = _row(state, maintenance, tables, span)
            if state.closed and state.shelved_until_us is None:
                kept[state.opened_us] = row
        yield row


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
