"""The steps that a trace may take: into a link at one of its ends, and out of it at the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from twin.analysis.networks.connected import Adjacency, Floats, Ints
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.terms import Mask
from twin.analysis.networks.valves import ValveKind


class Direction(StrEnum):
    """Against the flow, with it, or wherever pipes lead."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Steps:
    """(s,) ways into a link: from node ``tail`` into ``link``; ``head`` -1 where it does not come out again.

    ``returns``: the same link may also be taken the other way. ``stops`` (n,): nodes behind which it is closed.
    ``shut`` (2m,): places (as in ``Valves``) that are closed.
    """

    tail: Ints
    link: Ints
    head: Ints
    returns: Mask
    stops: Mask
    shut: Mask

    @staticmethod
    def of(network: PipeNetwork, direction: Direction, through_closed: bool, through_unknown: bool) -> Steps:
        """All steps in ``direction``; both ways where it is not known, or none if not ``through_unknown``."""
        stops, shut = _closed(network) if not through_closed else _nothing_closed(network)
        sign = network.flow.sign
        upstream = direction is Direction.UPSTREAM
        with_flow = np.column_stack([sign < 0, sign > 0] if upstream else [sign > 0, sign < 0])
        either = np.ones(len(sign), bool) if direction is Direction.CONNECTED else (sign == 0) & through_unknown
        ends = network.links.ends
        enter = (with_flow | either[:, None]) & network.carries[:, None] & (ends >= 0) & ~shut.reshape(-1, 2)
        leave = (ends >= 0) & ~shut.reshape(-1, 2)
        link, end = np.nonzero(enter)
        head = np.where(leave[link, 1 - end], ends[link, 1 - end], -1)
        returns = enter[link, 1 - end] & leave[link, end]
        return Steps(ends[link, end], link, head, returns, stops, shut)

    def adjacency(self, nodes: int, lengths_m: Floats) -> Adjacency:
        """The steps that lead from node to node."""
        out = self.head >= 0
        return Adjacency.of(nodes, self.tail[out], self.head[out], self.link[out], lengths_m[self.link[out]])


def _nothing_closed(network: PipeNetwork) -> tuple[Mask, Mask]:
    return np.zeros(len(network.nodes.ids), bool), np.zeros(2 * len(network.links.ids), bool)


def _closed(network: PipeNetwork) -> tuple[Mask, Mask]:
    """Nodes whose valve is closed, and places that a closed valve or a closed link parts."""
    stops, shut = _nothing_closed(network)
    valves = network.valve_table
    at_node = valves.kind == ValveKind.NODE
    closed = valves.closed | (valves.kind == ValveKind.CLOSED_LINK)
    stops[valves.node[at_node & closed]] = True
    shut[valves.pair_place[(closed & ~at_node)[valves.pair_valve]]] = True
    return stops, shut
