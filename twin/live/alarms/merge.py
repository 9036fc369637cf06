"""Alarms that belong together: children of one cause, or of one type at one place, within some minutes.

A pure function of a set of alarms, so the groups do not depend on the order of arrival.

Topology goes first. Of two alarms where one thing feeds, serves, controls or contains the other, directly or through
others, the upper one is the cause. Where the upper one is silent (a tripped feeder often has no voice), it is named
if enough of what it feeds, serves or controls has alarms, both by number and by share. Containing names no silent
cause: three alarms in one building are not the building's fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from twin.live.alarms.limits import MergeLimit
from twin.live.rules.entries import entry_id
from twin.model.tables import RelationKind

_DEEPEST: Final = 8
_CAUSING: Final = frozenset({RelationKind.FEEDS, RelationKind.SERVES, RelationKind.CONTROLS})
_ABOVE: Final = _CAUSING | {RelationKind.CONTAINS}


class Line(NamedTuple):
    """An alarm as merging needs it. ``thing`` is its device or feature, ``place`` where that stands."""

    alarm_id: str
    thing: str
    alarm_type: str
    place: str | None
    opened_us: int


class Relation(NamedTuple):
    """``from_id`` feeds, serves, controls or contains ``to_id``."""

    from_id: str
    kind: str
    to_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms that are one incident. ``cause`` is the thing that probably brought them about."""

    group_id: str
    lines: tuple[Line, ...]
    cause: str | None
    cause_has_alarm: bool


@dataclass(frozen=True)
class Topology:
    """What stands above a thing, and what a thing supplies."""

    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    supplied: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def of(relations: Iterable[Relation]) -> Topology:
        above: dict[str, set[str]] = {}
        supplied: dict[str, set[str]] = {}
        for source, kind, target in relations:
            if source == target:
                continue
            if kind in _ABOVE:
                above.setdefault(target, set()).add(source)
            if kind in _CAUSING:
                supplied.setdefault(source, set()).add(target)
        return Topology(
            {thing: frozenset(others) for thing, others in above.items()},
            {thing: frozenset(others) for thing, others in supplied.items()},
        )

    def ancestors(self, thing: str) -> dict[str, int]:
        """All things above this one with their distance; circles end where they began."""
        found: dict[str, int] = {}
        edge = {thing}
        for distance in range(1, _DEEPEST + 1):
            edge = {one for below in edge for one in self.above.get(below, ())} - found.keys() - {thing}
            if not edge:
                break
            found.update(dict.fromkeys(edge, distance))
        return found


def merge(lines: Iterable[Line], topology: Topology, limit: MergeLimit) -> list[Group]:
    """Groups of alarms, in the order in which they began. An alarm on its own is a group of one line."""
    ordered = sorted(set(lines), key=lambda one: (one.opened_us, one.alarm_id))
    within_us = int(limit.within_s * 1_000_000)
    sets = _Sets(len(ordered))
    by_thing: dict[str, list[int]] = {}
    for index, one in enumerate(ordered):
        by_thing.setdefault(one.thing, []).append(index)
    _join_below_alarms(ordered, by_thing, topology, within_us, sets)
    silent = _join_below_silent(ordered, by_thing, topology, limit, sets)
    _join_alike(ordered, within_us, sets)
    members: dict[int, list[int]] = {}
    for index in range(len(ordered)):
        members.setdefault(sets.root(index), []).append(index)
    return [_group([ordered[index] for index in one], topology, silent) for one in members.values()]


def _join_below_alarms(
    lines: Sequence[Line], by_thing: Mapping[str, list[int]], topology: Topology, within_us: int, sets: _Sets
) -> None:
    """Every alarm with the alarms of what stands above it."""
    above = {thing: topology.ancestors(thing) for thing in by_thing}
    for index, one in enumerate(lines):
        for upper in above[one.thing]:
            for other in by_thing.get(upper, ()):
                if abs(lines[other].opened_us - one.opened_us) <= within_us:
                    sets.join(index, other)


def _join_below_silent(
    lines: Sequence[Line], by_thing: Mapping[str, list[int]], topology: Topology, limit: MergeLimit, sets: _Sets
) -> dict[str, frozenset[str]]:
    """The alarms of what a silent thing supplies, where they are many; which things were named for which.

    A thing that was named counts as fallen for what supplies it, in turn.
    """
    fallen = dict(by_thing)
    named: dict[str, frozenset[str]] = {}
    for _ in range(_DEEPEST):
        suppliers = {upper for thing in fallen for upper in topology.above.get(thing, ())} - fallen.keys()
        found = {
            upper: indices for upper in suppliers if (indices := _silent_below(upper, lines, fallen, topology, limit))
        }
        if not found:
            break
        for upper, indices in found.items():
            named[upper] = frozenset(lines[index].thing for index in indices)
            for index in indices[1:]:
                sets.join(indices[0], index)
        fallen.update(found)
    return named


def _silent_below(
    upper: str, lines: Sequence[Line], fallen: Mapping[str, list[int]], topology: Topology, limit: MergeLimit
) -> list[int]:
    """The greatest burst of alarms below a silent thing, if enough of its children are in it."""
    children = topology.supplied.get(upper, frozenset())
    of_child = {child: set(fallen[child]) for child in children if child in fallen}
    indices = sorted({index for found in of_child.values() for index in found})
    best: list[int] = []
    for burst in _bursts(lines, indices, int(limit.within_s * 1_000_000)):
        count = sum(not found.isdisjoint(burst) for found in of_child.values())
        enough = count >= limit.least_children and count >= limit.least_share * len(children)
        if enough and len(burst) > len(best):
            best = burst
    return best


def _join_alike(lines: Sequence[Line], within_us: int, sets: _Sets) -> None:
    """Alarms of one type at one place."""
    alike: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(lines):
        if one.place is not None:
            alike.setdefault((one.alarm_type, one.place), []).append(index)
    for indices in alike.values():
        for burst in _bursts(lines, indices, within_us):
            for index in burst[1:]:
                sets.join(burst[0], index)


def _bursts(lines: Sequence[Line], indices: Sequence[int], within_us: int) -> Iterable[list[int]]:
    """Runs of alarms, each begun within the time of the one before it."""
    burst: list[int] = []
    for index in indices:
        if burst and lines[index].opened_us - lines[burst[-1]].opened_us > within_us:
            yield burst
            burst = []
        burst.append(index)
    if burst:
        yield burst


def _group(lines: list[Line], topology: Topology, silent: Mapping[str, frozenset[str]]) -> Group:
    cause, has_alarm = _cause(lines, topology, silent)
    first = lines[0]
    return Group("g" + entry_id("group", first.alarm_id)[1:26], tuple(lines), cause, has_alarm)


def _cause(lines: Sequence[Line], topology: Topology, silent: Mapping[str, frozenset[str]]) -> tuple[str | None, bool]:
    """The thing below which most of the group stands; of equals the nearest, then one that has an alarm itself."""
    things = {one.thing for one in lines}
    if len(things) < 2:
        return None, False
    below: dict[str, int] = {}
    far: dict[str, int] = {}
    for thing in things:
        for upper, distance in topology.ancestors(thing).items():
            if upper in things or not silent.get(upper, frozenset()).isdisjoint(things):
                below[upper] = below.get(upper, 0) + 1
                far[upper] = far.get(upper, 0) + distance
    if not below:
        return None, False
    cause = min(below, key=lambda one: (-below[one], one not in things, far[one], one))
    return cause, cause in things


class _Sets:
    """Disjoint sets of indices; the smallest index stands for its set, so the outcome does not depend on order."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def root(self, index: int) -> int:
        while self._up[index] != index:
            self._up[index] = self._up[self._up[index]]
            index = self._up[index]
        return index

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._up[high] = low
