"""Episodes and acknowledgements of one alarm put in the order of time: its occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from twin.live.rules.episodes import Episode
from twin.model.levels import LEVELS, gravest
from twin.model.live import Level

_LEVEL: Final = {one.value: one for one in Level}


class Told(NamedTuple):
    """An episode and what the decision about it said."""

    rule_id: str
    episode: Episode
    body: Mapping[str, Any]

    @property
    def level(self) -> Level:
        return _LEVEL[self.body["level"]]


class Acknowledgement(NamedTuple):
    """``effective_us`` is not before what its author saw, though a device's clock may run ahead."""

    effective_us: int
    occurred_us: int
    author: str


class Occurrence(NamedTuple):
    """From the first raise until cleared and acknowledged."""

    opened_us: int
    raised_us: int
    cleared_us: int | None
    acknowledgement: Acknowledgement | None
    raise_count: int
    event_count: int
    level: Level  # the gravest that stands; once cleared, the gravest that stood
    leading: Told  # the episode that speaks for it
    rule_ids: frozenset[str]
    standing: tuple[Told, ...] = ()
    gravest: Level = Level.C

    @property
    def closed(self) -> bool:
        return self.cleared_us is not None and self.acknowledgement is not None


_RAISE, _ACKNOWLEDGE, _CLEAR = 0, 1, 2  # at one moment in this order
Item = tuple[int, int, str, Told | Acknowledgement]


def timeline(told: Iterable[Told], acknowledgements: Iterable[Acknowledgement]) -> list[Item]:
    """Everything that happened to one alarm, in the order of event time."""
    items: list[Item] = []
    for one in told:
        items.append((one.episode.raised_us, _RAISE, one.rule_id, one))
        if one.episode.cleared_us is not None:
            items.append((one.episode.cleared_us, _CLEAR, one.rule_id, one))
    items += [(one.effective_us, _ACKNOWLEDGE, one.author, one) for one in acknowledgements]
    return sorted(items, key=lambda item: item[:3])


def occurrences(items: Sequence[Item], before: Sequence[Occurrence] = ()) -> list[Occurrence]:
    """The occurrences in a timeline, the last one possibly open; ``before`` are those that led to it."""
    found = list(before)
    for at_us, what, _, about in items:
        now = found[-1] if found else None
        if isinstance(about, Acknowledgement):
            if now is not None and now.acknowledgement is None:
                found[-1] = now._replace(acknowledgement=about)
        elif what == _RAISE:
            if now is None or now.closed:
                found.append(_opened(about))
            else:
                found[-1] = _raised_again(now, about)
        elif now is not None:
            found[-1] = _ceased(now, about, at_us)
    return found


def settled_until(told: Iterable[Told], latest_us: int) -> int | None:
    """The last moment, not after ``latest_us``, at which nothing stood and after which something was raised."""
    found, end_us = None, None
    for one in sorted((one.episode for one in told), key=lambda one: one.raised_us):
        if one.raised_us - 1 > latest_us:
            break
        if end_us is not None and end_us < one.raised_us:
            found = one.raised_us - 1
        if one.cleared_us is None:
            break
        end_us = max(end_us or 0, one.cleared_us, one.raised_us)
    return found


def _opened(told: Told) -> Occurrence:
    at_us = told.episode.raised_us
    return Occurrence(
        at_us,
        at_us,
        None,
        None,
        1,
        told.episode.count,
        told.level,
        told,
        frozenset({told.rule_id}),
        (told,),
        told.level,
    )


def _raised_again(now: Occurrence, told: Told) -> Occurrence:
    """Raised again: refreshed. Graver than what was acknowledged, it asks for attention again."""
    graver = LEVELS[told.level].rank < LEVELS[now.gravest].rank
    standing = (*now.standing, told)
    return now._replace(
        raised_us=told.episode.raised_us,
        cleared_us=None,
        acknowledgement=None if graver else now.acknowledgement,
        raise_count=now.raise_count + 1,
        event_count=now.event_count + told.episode.count,
        level=gravest({one.level for one in standing}),
        leading=_speaker(standing),
        rule_ids=now.rule_ids | {told.rule_id},
        standing=standing,
        gravest=gravest({now.gravest, told.level}),
    )


def _ceased(now: Occurrence, told: Told, at_us: int) -> Occurrence:
    left = tuple(one for one in now.standing if one is not told)
    if left:
        return now._replace(standing=left, level=gravest({one.level for one in left}), leading=_speaker(left))
    return now._replace(standing=(), cleared_us=at_us, level=now.gravest)


def _speaker(standing: Sequence[Told]) -> Told:
    """The gravest, then the newest; which arrived first does not count."""
    return min(standing, key=lambda one: (LEVELS[one.level].rank, -one.episode.raised_us, one.rule_id))
