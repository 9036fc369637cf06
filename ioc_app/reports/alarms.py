"""The alarms of a period: how many, which trouble people most, when there were more than one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from ioc_app.reports.sources import Making
from twin.live.alarms.actors import Actors
from twin.live.alarms.book import AlarmBook
from twin.live.alarms.limits import FloodLimit
from twin.model.live import Level
from twin.model.time import microseconds
from twin.screens.said import Window

MOST: Final = 200_000
MOST_ACTORS: Final = 8
# what maintenance or a shelf kept from people is no trouble of theirs
_OPENED: Final = """
SELECT opened_at, level FROM alarms WHERE opened_at >= $from AND NOT suppressed ORDER BY opened_at
"""
_BEFORE: Final = "SELECT count(*) AS n FROM alarms WHERE opened_at >= $from AND NOT suppressed"
_STANDING: Final = """
SELECT count(*) AS standing, count(*) FILTER (NOT acknowledged) AS unacknowledged FROM alarms
WHERE standing AND NOT suppressed AND NOT shelved
"""


class Flooded(NamedTuple):
    """From the first to the last alarm of a time in which there were too many; ``peak`` within one window."""

    since: datetime
    until: datetime
    peak: int


@dataclass(frozen=True, slots=True)
class Alarms:
    opened: Sequence[tuple[datetime, Level]]
    before: int
    more: bool  # there were more than are counted
    standing: int
    unacknowledged: int
    levels: Mapping[Level, int]
    actors: Actors
    titles: Mapping[tuple[str, str], Mapping[str, str]]
    floods: Sequence[Flooded]
    limit: FloodLimit
    chatter_s: float
    unverified: bool


def alarms_of(making: Making, book: AlarmBook) -> Alarms:
    """Raises what the questions raise."""
    told, before = making.told, making.wanted.period.before
    answer = making.ask(_OPENED, Window.NOW, told.at, told.start, MOST)
    opened = [(row["opened_at"], Level(row["level"])) for row in answer.rows]
    [earlier] = making.ask(_BEFORE, Window.NOW, before.at, before.start).rows
    [standing] = making.ask(_STANDING, Window.NOW, told.at).rows
    at_us = microseconds(told.at)
    actors = book.actors(microseconds(told.start), at_us + 1, MOST_ACTORS)
    named = {one.key for one in (*actors.most_raised, *actors.longest_standing, *actors.chattering)}
    states = {key: book.alarm(*key, at_us) for key in named}
    return Alarms(
        opened,
        earlier["n"],
        answer.more,
        standing["standing"],
        standing["unacknowledged"],
        Counter(level for _, level in opened),
        actors,
        {key: one.title for key, one in states.items() if one is not None},
        floods([at for at, _ in opened], book.limits.flood),
        book.limits.flood,
        book.limits.chatter.window_s,
        book.limits.unverified,
    )


def floods(opened: Sequence[datetime], limit: FloodLimit) -> list[Flooded]:
    """Times, in order, in which more alarms than the limit came within its window."""
    found: list[Flooded] = []
    first = 0
    for last, at in enumerate(opened):
        while (at - opened[first]).total_seconds() >= limit.window_s:
            first += 1
        count = last - first + 1
        if count <= limit.alarms:
            continue
        if found and found[-1].until >= opened[first]:
            found[-1] = Flooded(found[-1].since, at, max(found[-1].peak, count))
        else:
            found.append(Flooded(opened[first], at, count))
    return found
