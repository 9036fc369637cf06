"""The ring of valves around a burst, on the graph of segments: what it encloses, what must close, what it cuts off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.segment_graph import SegmentGraph
from twin.analysis.networks.terms import Mask
from twin.analysis.networks.valves import Valves


class Reason(StrEnum):
    """Why a valve of the ring has to be closed, or has not."""

    SOURCE = "source"  # close: water from a source comes up to it
    UNKNOWN = "unknown"  # close: no source is known, so any side may have one
    BACKFLOW = "backflow"  # close: no source behind it, but what stands higher there would run back
    STANDING = "standing"  # leave: what stands behind it lies no higher than the burst
    INSIDE = "inside"  # leave: there is no pipe behind it that is not within the segment
    CLOSED = "closed"  # closed already: make sure that it is


TO_CLOSE = (Reason.SOURCE, Reason.UNKNOWN, Reason.BACKFLOW)


@dataclass(frozen=True, slots=True)
class Burst:
    """What a question of isolation is about. ``start`` (s,): vertices of the pipe or point that burst.

    ``broken`` (v,): valves that are themselves what burst. ``sources``: vertices of the sources, None when unknown.
    ``level_m``: where it flows out, -inf when a pressure of its own drives it, NaN when unknown.
    """

    graph: SegmentGraph
    valves: Valves
    start: Ints
    broken: Mask
    sources: Ints | None
    level_m: float


@dataclass(frozen=True, slots=True)
class Ring:
    """``inside``, ``lost`` (k,): vertices of the segment, and all that has no supply any more; ``border``: valves.

    ``reasons``: one for each of ``border``. ``sources_inside``: vertices of sources within the segment.
    """

    inside: Mask
    lost: Mask
    border: Ints
    reasons: tuple[Reason, ...]
    sources_inside: Ints

    def to_close(self) -> Ints:
        """Valves that have to be closed."""
        chosen: Ints = self.border[np.array([one in TO_CLOSE for one in self.reasons], bool)]
        return chosen


def ring(burst: Burst, stuck: Mask) -> Ring:
    """The ring when the valves in ``stuck`` (v,) cannot be moved: an open one stays open, a closed one closed.

    A valve must close if water from a source comes up to it while the whole ring is closed. That set is sufficient
    (what is left of the ring meets no water), and none of it can be left out: each has water on its far side.
    A pipe that is stated closed is not trusted to be tight, so it passes here; but it supplies nobody.
    """
    graph, valves = burst.graph, burst.valves
    closed = valves.closed & valves.operable & ~burst.broken
    closes = valves.operable & ~stuck & ~burst.broken
    around = graph.joined(~(closes | closed))
    inside = np.isin(around, np.unique(around[burst.start]))
    border = graph.beside(inside)
    shut = closed.copy()
    shut[border] = True
    beyond = graph.joined(~shut)
    supply = shut | ~valves.operable
    if burst.sources is None:
        watered = ~inside
        lost = inside.copy()
    else:
        outside = burst.sources[~inside[burst.sources]]
        watered = np.isin(beyond, beyond[outside]) & ~inside
        before = _fed(graph, closed | ~valves.operable, burst.sources)
        lost = before & ~(_fed(graph, supply, outside) & ~inside)
    reasons = _reasons(burst, border, closed, inside, watered, beyond)
    within = burst.sources[inside[burst.sources]] if burst.sources is not None else np.empty(0, np.int64)
    return Ring(inside, lost, border, reasons, within)


def unsupplied(burst: Burst) -> Mask:
    """(k,) vertices that no source reaches even before anything is closed."""
    closed = burst.valves.closed & ~burst.broken
    if burst.sources is None:
        return np.zeros(burst.graph.size, bool)
    return ~_fed(burst.graph, closed | ~burst.valves.operable, burst.sources)


def _fed(graph: SegmentGraph, shut: Mask, sources: Ints) -> Mask:
    label = graph.joined(~shut)
    fed: Mask = np.isin(label, label[sources])
    return fed


def _reasons(burst: Burst, border: Ints, closed: Mask, inside: Mask, watered: Mask, beyond: Ints) -> tuple[Reason, ...]:
    graph = burst.graph
    parts = int(beyond.max()) + 1 if len(beyond) else 0
    pipes, top = np.zeros(parts, np.int64), np.full(parts, -np.inf)
    np.add.at(pipes, beyond[~inside], graph.pipes[~inside])
    np.maximum.at(top, beyond[~inside], graph.top_m[~inside])
    edges = np.flatnonzero(np.isin(graph.valve, border))
    far = np.concatenate([graph.a[edges], graph.b[edges]])
    owner = np.tile(graph.valve[edges], 2)
    far, owner = far[~inside[far]], owner[~inside[far]]
    count = len(burst.valves.ids)
    wet, piped, high = np.zeros(count, bool), np.zeros(count, bool), np.full(count, -np.inf)
    np.logical_or.at(wet, owner, watered[far])
    np.logical_or.at(piped, owner, pipes[beyond[far]] > 0)
    np.maximum.at(high, owner, top[beyond[far]])
    from_source = Reason.UNKNOWN if burst.sources is None else Reason.SOURCE
    return tuple(
        Reason.CLOSED
        if closed[one]
        else Reason.INSIDE
        if not (piped[one] or (wet[one] and burst.sources is not None))
        else from_source
        if wet[one]
        else _standing(high[one], burst.level_m)
        for one in border
    )


def _standing(top_m: Floats, level_m: float) -> Reason:
    """What is behind runs back where it stands higher than the burst, or where nobody knows."""
    return Reason.STANDING if top_m <= level_m else Reason.BACKFLOW
