"""Where a trace stops, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.direction import Basis
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.steps import Direction, Steps
from twin.analysis.networks.terms import Mask, terms


class EndReason(StrEnum):
    """The first of these that holds."""

    CLOSED = "closed"  # a valve or a link is closed
    OUTFALL = "outfall"  # it leaves the network
    SOURCE = "source"  # it comes into the network
    OUT_OF_USE = "out_of_use"  # it goes on only in pipes that carry nothing
    FLOW_UNKNOWN = "flow_unknown"  # it goes on only where nobody knows the direction, and that was not wanted
    FLOW_TURNS = "flow_turns"  # other pipes are there, but all flow the other way: a low point, a high point
    DEAD_END = "dead_end"  # no other pipe
    OPEN_END = "open_end"  # the pipe goes on, but its end is missing or not in the table
    LIMIT = "limit"  # most_m is reached


@dataclass(frozen=True, slots=True)
class TraceEnd:
    """``feature_id``: the node where it stops, or the link in which it does. ``distance_m``: as far as known."""

    feature_id: str
    reason: EndReason
    distance_m: float


def find_ends(
    network: PipeNetwork,
    steps: Steps,
    direction: Direction,
    way: Floats,
    entered: Mask,
    at: Ints,
    own: int,
    limit: float,
) -> tuple[TraceEnd, ...]:
    """Every end, nearest first. ``at``: nodes where it begins; ``own``: the link it begins in, negative for none."""
    found = _in_links(network, steps, way, entered, own, limit)
    found += _at_nodes(network, steps, direction, way, at, own, limit)
    return tuple(sorted(found, key=lambda one: (one.distance_m, one.feature_id)))


def _in_links(network: PipeNetwork, steps: Steps, way: Floats, entered: Mask, own: int, limit: float) -> list[TraceEnd]:
    """Links that are entered and not left: closed behind, going on to nowhere, or too long for the limit."""
    out: dict[int, TraceEnd] = {}
    rows = entered | (steps.link == own)
    begins = np.where(steps.link == own, 0.0, way[steps.tail])
    through = network.lengths_m[steps.link]
    stays = rows & (steps.head < 0)
    head_way = way[np.maximum(steps.head, 0)]
    short = entered & (steps.head >= 0) & ~np.isfinite(head_way)
    for row in np.flatnonzero(stays | short):
        link = int(steps.link[row])
        tail_end = 0 if network.links.ends[link, 0] == steps.tail[row] else 1
        closed = steps.shut[2 * link + 1 - tail_end] and stays[row]
        reason = EndReason.LIMIT if short[row] else EndReason.CLOSED if closed else EndReason.OPEN_END
        far = 0.0 if link == own else min(float(begins[row] + through[row]), limit)
        out[link] = TraceEnd(network.links.ids[link], reason, far)
    return list(out.values())


def _at_nodes(
    network: PipeNetwork, steps: Steps, direction: Direction, way: Floats, at: Ints, own: int, limit: float
) -> list[TraceEnd]:
    count = len(way)
    ways_on = np.bincount(steps.tail, minlength=count)
    begins = np.zeros(count, bool)
    begins[at] = own < 0  # a node where it begins was not reached by a pipe that would lead back
    came = steps.returns & (way[steps.head] + network.lengths_m[steps.link] == way[steps.tail])
    came |= steps.link == own
    back = np.bincount(steps.tail[came], minlength=count)
    only_back = (ways_on == 1) & (back == 1) & ~begins
    stopped = steps.stops & ~begins
    last = (ways_on == 0) | only_back | stopped
    rows = np.flatnonzero(np.isfinite(way) & (last | (way >= limit)))
    why = _reasons(network, steps, direction, stopped)
    return [
        TraceEnd(network.nodes.ids[row], why[row] if last[row] else EndReason.LIMIT, float(way[row])) for row in rows
    ]


def _reasons(network: PipeNetwork, steps: Steps, direction: Direction, stopped: Mask) -> list[EndReason]:
    """(n,) why a way that stops at a node does so."""
    up, down = direction is Direction.UPSTREAM, direction is Direction.DOWNSTREAM
    taken = np.zeros(len(network.links.ids), bool)
    taken[steps.link] = True
    left = network.flow.known_by(Basis.UNKNOWN) & network.carries & ~taken
    conditions = {
        EndReason.CLOSED: stopped | _touched(network, steps.shut),
        EndReason.OUTFALL: network.nodes.called(terms().outfall) & (not up),
        EndReason.SOURCE: network.nodes.called(terms().source) & (not down),
        EndReason.OUT_OF_USE: _touched(network, np.repeat(~network.carries, 2)),
        EndReason.FLOW_UNKNOWN: _touched(network, np.repeat(left, 2) & ~steps.shut),
        EndReason.FLOW_TURNS: network.degree() > 1,
    }
    first = np.argmax([*conditions.values(), np.ones(len(network.nodes.ids), bool)], axis=0)
    order = [*conditions, EndReason.DEAD_END]
    return [order[number] for number in first]


def _touched(network: PipeNetwork, places: Mask) -> Mask:
    """(n,) nodes at one of ``places`` (2m,)."""
    touched = np.zeros(len(network.nodes.ids), bool)
    at = network.links.ends.reshape(-1)[places]
    touched[at[at >= 0]] = True
    return touched
