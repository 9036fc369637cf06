"""Days that a simulated campus has behind it when it is first started, written straight into its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from twin.cli.past_duty import PastDuty
from twin.live.import_readings import write_history
from twin.live.journal import Journal
from twin.live.messages import EVENTS, READINGS, Kind
from twin.model.entries import Entry
from twin.model.time import microseconds, moment
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

    How many entries were new. On a campus that has not run yet, people of then act on the incidents of these days and
    of today, and what they did is in the journal; where it has, that is known already.
    """
    today, added, now_us = now.astimezone(ZoneInfo(timezone)).date(), 0, microseconds(now)
    begin_us = _midnight_us(today - timedelta(days=days), timezone)
    with Journal(folder) as journal:
        duty = None
        if not journal.last_seq():
            duty = PastDuty(folder, timezone, journal, scenario.seed, begin_us, now_us)
        for back in range(days, 0, -1):
            day = today - timedelta(days=back)
            entries = list(_entries(scenario, day, timezone, duty))
            added += write_history(folder, _table(entries), timezone, feed=FEED)
            say(f"{day}: {added:,} readings and events of the past")
        if duty is not None:
            for from_us, until_us in _hours(_midnight_us(today, timezone), now_us):
                journal.append(_live(scenario, duty, from_us, until_us), moment(until_us))
            say(f"{journal.last_seq():,} entries of what people of then did and rules concluded")
    return added


def _entries(scenario: Scenario, day: date, timezone: str, duty: PastDuty | None) -> Iterator[Entry]:
    for from_us, until_us in _hours(_midnight_us(day, timezone), _midnight_us(day + timedelta(days=1), timezone)):
        sent = scenario.between(from_us, until_us, stretch=_STRETCH, patrols=False)
        yield from _read(READINGS, sent.readings)
        yield from _read(EVENTS, sent.events)
        if duty is not None:
            yield from _live(scenario, duty, from_us, until_us)


def _live(scenario: Scenario, duty: PastDuty, from_us: int, until_us: int) -> list[Entry]:
    """Let people live through an hour; the readings and events of the incidents in it."""
    sent = scenario.incidents_between(from_us, until_us)
    told = [*_read(READINGS, sent.readings), *_read(EVENTS, sent.events)]
    usual = scenario.told_between(from_us, until_us, duty.event_types)
    duty.live([*told, *_read(EVENTS, usual)], until_us)
    return told


def _hours(begin_us: int, end_us: int) -> Iterator[tuple[int, int]]:
    for from_us in range(begin_us, end_us, _HOUR_US):
        yield from_us, min(from_us + _HOUR_US, end_us)


def _read(kind: Kind[Any], lines: Sequence[str]) -> Iterator[Entry]:
    """As the intake reads it: the same ids, the same bodies."""
    for first in range(0, len(lines), _AT_ONCE):
        body = "[" + ",".join(lines[first : first + _AT_ONCE]) + "]"
        yield from kind.read(body.encode(), FEED, lines=False).entries


def _table(entries: Iterable[Entry]) -> pa.Table:
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
