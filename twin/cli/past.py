"""Days that a simulated campus has behind it when it is first started, written straight into its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from twin.live.import_readings import write_history
from twin.live.messages import EVENTS, READINGS, Kind
from twin.model.entries import Entry
from twin.model.time import microseconds
from twin.store.entry_table import SCHEMA

if TYPE_CHECKING:
    from twin.simulate.scenario import Scenario

FEED: Final = "http:simulator"  # as what is sent afterwards, so that both are one
_STRETCH: Final = 15  # a reading of a minute's point in a quarter of an hour
_HOUR_US: Final = 3_600_000_000
_AT_ONCE: Final = 5_000


def write_past(
    folder: Path, scenario: Scenario, timezone: str, now: datetime, days: int, say: Callable[[str], None]
) -> int:
    """The closed days before that of ``now``, as campus time has them: readings thinned, events but no positions.

    How many entries were new. Alarms and incidents are not among them: rules judge what arrives, not what is old.
    """
    today, added = now.astimezone(ZoneInfo(timezone)).date(), 0
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        added += write_history(folder, _table(_entries(scenario, day, timezone)), timezone, feed=FEED)
        say(f"{day}: {added:,} readings and events of the past")
    return added


def _entries(scenario: Scenario, day: date, timezone: str) -> Iterator[Entry]:
    end_us = _midnight_us(day + timedelta(days=1), timezone)
    for from_us in range(_midnight_us(day, timezone), end_us, _HOUR_US):
        until_us = min(from_us + _HOUR_US, end_us)
        sent = scenario.between(from_us, until_us, stretch=_STRETCH, patrols=False)
        yield from _read(READINGS, sent.readings)
        yield from _read(EVENTS, sent.events)


def _read(kind: Kind[Any], lines: Sequence[str]) -> Iterator[Entry]:
    """As the intake reads it: the same ids, the same bodies."""
    for first in range(0, len(lines), _AT_ONCE):
        body = "[" + ",".join(lines[first : first + _AT_ONCE]) + "]"
        yield from kind.read(body.encode(), FEED, lines=False).entries


def _table(entries: Iterator[Entry]) -> pa.Table:
    """Received when it occurred, as it would have been."""
    rows = [
        (one.entry_id, one.kind, one.subject, one.occurred_at, one.occurred_at, one.value, one.quality, one.body)
        for one in entries
    ]
    names = ("entry_id", "kind", "subject", "occurred_at", "received_at", "value", "quality", "body")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table({name: pa.array(one, SCHEMA.field(name).type) for name, one in zip(names, columns, strict=True)})


def _midnight_us(day: date, timezone: str) -> int:
    return microseconds(datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC))


def hours_of_today(now: datetime, timezone: str) -> float:
    """Since midnight on the campus' clock: what closed days do not hold."""
    local = now.astimezone(ZoneInfo(timezone))
    return (microseconds(now) - _midnight_us(local.date(), timezone)) / _HOUR_US
