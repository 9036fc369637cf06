"""Which alarms trouble people most: raised most often, standing longest, chattering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twin.live.alarms.limits import ChatterLimit
from twin.live.alarms.state import AlarmKey


class Span(NamedTuple):
    """One time that an alarm stood; ``cleared_us`` None while it does."""

    key: AlarmKey
    raised_us: int
    cleared_us: int | None


class Actor(NamedTuple):
    """An alarm and its figure: raises, seconds, or raises within the chatter window."""

    key: AlarmKey
    figure: float


@dataclass(frozen=True, slots=True)
class Actors:
    """Three lists, worst first. Equal figures are in the order of their keys."""

    most_raised: tuple[Actor, ...]
    longest_standing: tuple[Actor, ...]
    chattering: tuple[Actor, ...]


def bad_actors(spans: Iterable[Span], from_us: int, to_us: int, chatter: ChatterLimit, most: int = 10) -> Actors:
    """The worst alarms of a period. A span counts as raised where it begins, as standing where it overlaps."""
    raises: dict[AlarmKey, list[int]] = {}
    stood_us: dict[AlarmKey, int] = {}
    for key, raised_us, cleared_us in spans:
        overlap_us = min(to_us, to_us if cleared_us is None else cleared_us) - max(from_us, raised_us)
        if overlap_us > 0:
            stood_us[key] = stood_us.get(key, 0) + overlap_us
        if from_us <= raised_us < to_us:
            raises.setdefault(key, []).append(raised_us)
    window_us = int(chatter.window_s * 1_000_000)
    bursts = {key: _densest(sorted(at), window_us) for key, at in raises.items()}
    return Actors(
        _worst({key: float(len(at)) for key, at in raises.items()}, most),
        _worst({key: total_us / 1e6 for key, total_us in stood_us.items()}, most),
        _worst({key: float(count) for key, count in bursts.items() if count >= chatter.raises}, most),
    )


def _densest(times_us: Sequence[int], window_us: int) -> int:
    """The most raises within one window."""
    best = first = 0
    for index, at_us in enumerate(times_us):
        while at_us - times_us[first] >= window_us:
            first += 1
        best = max(best, index - first + 1)
    return best


def _worst(figures: dict[AlarmKey, float], most: int) -> tuple[Actor, ...]:
    ordered = sorted(figures.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Actor(*item) for item in ordered[:most])
