"""Alarms as of a moment, folded from what was said: occurrences that stand then, or were opened in a span before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from twin.live.alarms.record import Record
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.rules.entries import DECISIONS, body_of
from twin.model.entries import StoredEntry
from twin.screens.alarm_acts import AboutAlarm, AlarmActs
from twin.screens.quiet import EVER_US
from twin.screens.spans import Span

_AT_ONCE: Final = 5_000  # entries


class Folded(NamedTuple):
    """Occurrences of one alarm, oldest first; ``about`` where they are what is kept of it."""

    states: Sequence[AlarmState]
    about: AboutAlarm | None


def alarm_states(acts: AlarmActs, span: Span) -> Iterator[AlarmState]:
    """Occurrences that stand at the end of the span, or were opened in it."""
    for one in folds(acts, span):
        yield from one.states


def folds(acts: AlarmActs, span: Span) -> Iterator[Folded]:
    """The same, alarm by alarm."""
    waiting: dict[AlarmKey, tuple[AboutAlarm, Sequence[int]]] = {}
    count = 0
    for key, about in acts.items():
        rows = () if _is_kept(about, span) else about.needed(span)
        waiting[key] = about, rows
        count += len(rows)
        if count >= _AT_ONCE:
            yield from _folds(acts, waiting, span)
            waiting, count = {}, 0
    yield from _folds(acts, waiting, span)


def _is_kept(about: AboutAlarm, span: Span) -> bool:
    return about.since_us <= span.start_us and about.all_within(span)


def _folds(
    acts: AlarmActs, waiting: Mapping[AlarmKey, tuple[AboutAlarm, Sequence[int]]], span: Span
) -> Iterator[Folded]:
    """Entries are fetched for all of these at once, for those of a day lie together."""
    wanted = sorted(row for _, rows in waiting.values() for row in rows)
    entries = dict(zip(wanted, acts.entries(wanted), strict=True))
    for key, (about, rows) in waiting.items():
        if _is_kept(about, span):
            yield Folded(_seen(about.states, span), about)
            continue
        states = _folded(key, (entries[row] for row in rows), span.at_us)
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


def _folded(key: AlarmKey, entries: Iterable[StoredEntry], at_us: int) -> list[AlarmState]:
    record = Record(key, most=EVER_US)
    for one in entries:
        record.fold(one, _by_then(one, at_us))
    return record.states()


def _by_then(stored: StoredEntry, at_us: int) -> dict[str, Any]:
    """A correction tells an episode whole: of its end nothing, where that was still to come."""
    body = body_of(stored)
    cleared_us = body.get("cleared_us")
    if stored.entry.kind in DECISIONS and isinstance(cleared_us, int) and cleared_us > at_us:
        return {**body, "cleared_us": None, "cleared_value": None}
    return body
