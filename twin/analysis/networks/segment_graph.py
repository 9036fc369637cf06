"""The network with everything that no valve parts drawn together to one vertex: what questions of isolation walk on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twin.analysis.networks.connected import Floats, Ints, components
from twin.analysis.networks.layer_arrays import Links
from twin.analysis.networks.terms import Mask
from twin.analysis.networks.valves import Valves


@dataclass(frozen=True, slots=True)
class SegmentGraph:
    """``vertex`` (n + m,): vertex of each node, then of each link. Edges (e,) are the pairs of valves, one valve each.

    ``pipes`` (k,): links in use within a vertex. ``top_m`` (k,): their highest axis level, -inf without any,
    inf where a level is unknown.
    """

    vertex: Ints
    a: Ints
    b: Ints
    valve: Ints
    pipes: Ints
    top_m: Floats

    @staticmethod
    def of(node_count: int, links: Links, carries: Mask, valves: Valves) -> SegmentGraph:
        """Nodes and links are equal things here, joined where a pipe ends at a node; a valve stands in that joint.

        Where several valves stand in one joint, a stub between each two keeps one valve to an edge.
        """
        link_count = len(carries)
        place = np.flatnonzero(np.repeat(carries, 2) & (links.ends.reshape(-1) >= 0))
        valved = np.zeros(2 * link_count, bool)
        valved[valves.pair_place] = True
        bare = place[~valved[place]]
        a, b, valve, stubs = _chains(node_count, links, valves)
        count = node_count + link_count + stubs
        whole = components(count, links.ends.reshape(-1)[bare], node_count + bare // 2)
        vertices = int(whole.max()) + 1 if count else 0
        vertex = whole[: node_count + link_count]
        of_link = vertex[node_count:][carries]
        top = np.full(vertices, -np.inf)
        np.maximum.at(top, of_link, np.nan_to_num(links.end_z_m[carries], nan=np.inf).max(axis=1))
        pipes = np.bincount(of_link, minlength=vertices).astype(np.int64)
        return SegmentGraph(vertex, whole[a], whole[b], valve, pipes, top)

    @property
    def size(self) -> int:
        return len(self.pipes)

    def joined(self, passes: Mask) -> Ints:
        """(k,) label of each vertex when the valves that are True in ``passes`` (v,) are open and the others shut."""
        through = passes[self.valve]
        return components(self.size, self.a[through], self.b[through])

    def beside(self, inside: Mask) -> Ints:
        """Valves with an edge that has one end ``inside`` (k,) and the other outside, ascending."""
        return np.unique(self.valve[inside[self.a] != inside[self.b]])


def _chains(node_count: int, links: Links, valves: Valves) -> tuple[Ints, Ints, Ints, int]:
    """Edges from each link through all valves of a joint to its node: ends, valve of each, and how many stubs."""
    order = np.lexsort((valves.pair_valve, valves.kind[valves.pair_valve], valves.pair_place))
    place, valve = valves.pair_place[order], valves.pair_valve[order]
    first = np.ones(len(place), bool)
    first[1:] = place[1:] != place[:-1]
    last = np.ones(len(place), bool)
    last[:-1] = first[1:]
    stub = node_count + len(links.ids) + np.cumsum(~last) - 1  # behind this valve, before the next one
    before = np.concatenate([[0], stub[:-1]]) if len(place) else place
    a = np.where(first, node_count + place // 2, before)
    b = np.where(last, links.ends.reshape(-1)[place], stub)
    return a, b, valve, int((~last).sum())
