"""Alarms as of a moment, folded from what was said: occurrences that stand then, or were opened in a span before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from twin.live.alarms.record import Record
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.rules.entries import DECISIONS, body_of
from twin.model.entries import StoredEntry
from twin.screens.alarm_acts import AboutAlarm, AlarmActs
from twin.screens.halts import LONG, Halt, onwards
from twin.screens.quiet import EVER_US
from twin.screens.spans import Span

_AT_ONCE: Final = 5_000  # entries


class Folded(NamedTuple):
    """Occurrences of one alarm, oldest first; ``about`` where they are what is kept of it."""

    states: Sequence[AlarmState]
    about: AboutAlarm | None


class _Waiting(NamedTuple):
    """To be folded: these rows, onto a halt where there is one."""

    about: AboutAlarm
    rows: Sequence[int]
    halt: Halt | None


def alarm_states(acts: AlarmActs, span: Span) -> Iterator[AlarmState]:
    """Occurrences that stand at the end of the span, or were opened in it."""
    for one in folds(acts, span):
        yield from one.states


def folds(acts: AlarmActs, span: Span) -> Iterator[Folded]:
    """The same, alarm by alarm."""
    waiting: dict[AlarmKey, _Waiting] = {}
    count = 0
    for key, about in acts.items():
        waiting[key] = one = _waiting(about, span)
        count += len(one.rows)
        if count >= _AT_ONCE:
            yield from _folds(acts, waiting, span)
            waiting, count = {}, 0
    yield from _folds(acts, waiting, span)


def _is_kept(about: AboutAlarm, span: Span) -> bool:
    return about.since_us <= span.start_us and about.all_within(span)


def _waiting(about: AboutAlarm, span: Span) -> _Waiting:
    if _is_kept(about, span):
        return _Waiting(about, (), None)
    if about.all_within(span) and about.lacks_halts(LONG):
        return _Waiting(about, [one.row for one in about.acts()], None)
    rows = about.needed(span)
    halt = about.halts.before(span) if len(rows) > LONG else None
    if halt is not None:
        further = [*onwards(about.acts(), halt, span)]
        if len(further) < len(rows):
            return _Waiting(about, further, halt)
    return _Waiting(about, rows, None)


def _folds(acts: AlarmActs, waiting: Mapping[AlarmKey, _Waiting], span: Span) -> Iterator[Folded]:
    """Entries are fetched for all of these at once, for those of a day lie together."""
    wanted = sorted(row for one in waiting.values() for row in one.rows)
    entries = dict(zip(wanted, acts.entries(wanted), strict=True))
    for key, one in waiting.items():
        about = one.about
        if _is_kept(about, span):
            yield Folded(_seen(about.states, span), about)
            continue
        states = _folded(key, one, entries, span)
        if about.all_within(span):
            about.since_us, about.states = span.start_us, states
            yield Folded(_seen(states, span), about)
        else:
            yield Folded(_seen(states, span), None)


def _seen(states: Sequence[AlarmState], span: Span) -> Sequence[AlarmState]:
    first = bisect_left(states, span.start_us, key=lambda one: one.opened_us)
    if states and first == len(states) and not states[-1].closed:  # only the last can stand
        first -= 1
    return states[first:]


def _folded(key: AlarmKey, waiting: _Waiting, entries: Mapping[int, StoredEntry], span: Span) -> list[AlarmState]:
    about, rows, halt = waiting
    record = Record(key, most=EVER_US) if halt is None else halt.record.copy()
    if len(rows) > LONG and about.all_within(span):
        about.halts.fold(record, [*about.acts()], rows, entries)
    else:
        for row in rows:
            record.fold(entries[row], _by_then(entries[row], span.at_us))
    return record.states()


def _by_then(stored: StoredEntry, at_us: int) -> dict[str, Any]:
    """A correction tells an episode whole: of its end nothing, where that was still to come."""
    body = body_of(stored)
    cleared_us = body.get("cleared_us")
    if stored.entry.kind in DECISIONS and isinstance(cleared_us, int) and cleared_us > at_us:
        return {**body, "cleared_us": None, "cleared_value": None}
    return body
