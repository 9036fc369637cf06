"""A burst: which valves to close, who is without water then, and what to do when a valve does not move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twin.analysis.networks.connected import Adjacency, Floats, Ints, distances
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation_tables import Part, RingValve, lost_table, part_of, ring_valves, valve_table
from twin.analysis.networks.rings import TO_CLOSE, Burst, Ring, ring, unsupplied
from twin.analysis.networks.terms import Mask, Texts
from twin.analysis.networks.valves import ValveKind


@dataclass(frozen=True, slots=True)
class NextRing:
    """What changes when one valve cannot be closed.

    ``close``: further valves to close; ``needless``: valves of the ring that need not be closed any more; ``lost``:
    what is cut off beside what is cut off anyway. ``isolable``: False when a source lies within the larger segment,
    None without known sources.
    """

    valve_id: str
    close: tuple[str, ...]
    needless: tuple[str, ...]
    lost: Part
    isolable: bool | None


@dataclass(frozen=True, slots=True)
class Isolation:
    """The answer to a burst. ``valves``: the whole ring, those to close first, then by the way along the pipes.

    ``segment``: what lies between the valves; ``lost``: all that was supplied and is not any more, the segment and the
    closed valves included; ``beyond``: ``lost`` without the segment. ``unsupplied``: what no source reached before.
    Without known sources (``sources_known`` False) ``lost`` is the segment only, and what is beyond is not known.
    ``sources_inside``: sources within the segment; they must be switched off, valves alone do not isolate it.
    ``ring_if_stuck``: for each valve to close, what changes if just that one sticks. ``by_stuck``: for each of the
    ``stuck`` valves at the segment, what it costs: the difference to the ring if just that one would move.
    """

    burst: str
    segment: Part
    valves: tuple[RingValve, ...]
    lost: Part
    beyond: Part
    unsupplied: Part
    sources: tuple[str, ...]
    sources_known: bool
    sources_inside: tuple[str, ...]
    stuck: tuple[str, ...]
    by_stuck: tuple[NextRing, ...]
    ring_if_stuck: tuple[NextRing, ...]

    @property
    def to_close(self) -> tuple[str, ...]:
        """Ids of the valves to close, nearest first among those of one reason."""
        return tuple(one.valve_id for one in self.valves if one.reason in TO_CLOSE)

    @property
    def isolable(self) -> bool | None:
        """Whether closing ``to_close`` is enough; None without known sources: one may lie in the segment."""
        return not self.sources_inside if self.sources_known else None

    def valves_to_arrow(self) -> pa.Table:
        """One row a valve of the ring: ids, reason, x, y, z in the campus CRS, name, kind, diameter, way to it."""
        return valve_table(self.valves)

    def to_arrow(self) -> pa.Table:
        """One row a link or node that is cut off: ``feature_id``, ``kind``, ``part`` (segment or beyond)."""
        return lost_table(self.segment, self.beyond)


def isolate(
    network: PipeNetwork, burst: str, *, stuck: Collection[str] = (), sources: Collection[str] | None = None
) -> Isolation:
    """What to do when the link or node ``burst`` breaks.

    ``stuck``: ids of valves that cannot be moved; ``sources``: node ids, default those whose words say so
    (``network.sources``). A burst at a valve node is a burst of the valve: it cannot close. The water is followed
    without regard to its direction, as networks under pressure turn it: the standard method of segments (Walski 1993,
    "Water distribution valve topology for reliability analysis"; Jun and Loganathan 2007).

    Raises UnknownPipeError, PipeOutOfUseError, NotAValveError.
    """
    fault = _burst(network, burst, network.sources if sources is None else sources)
    valves = network.valve_table
    held = np.zeros(len(valves.ids), bool)
    held[[valves.row_of(one) for one in stuck]] = True
    found = ring(fault, held)
    valves_of_ring = ring_valves(network, found, _way_m(network, burst, found))
    in_turn = [valves.row_of(one.valve_id) for one in valves_of_ring if one.reason in TO_CLOSE]
    nodes = tuple(sorted(network.sources if sources is None else sources))
    inside_ids = [one for one in nodes if found.inside[network.graph.vertex[network.node_row(one)]]]
    return Isolation(
        burst=burst,
        segment=part_of(network, found.inside),
        valves=valves_of_ring,
        lost=part_of(network, found.lost),
        beyond=part_of(network, found.lost & ~found.inside),
        unsupplied=part_of(network, unsupplied(fault)),
        sources=nodes,
        sources_known=bool(nodes),
        sources_inside=tuple(inside_ids),
        stuck=tuple(sorted(stuck)),
        by_stuck=_by_stuck(network, fault, found, held),
        ring_if_stuck=tuple(_if_stuck(network, fault, found, held, one) for one in in_turn),
    )


def _burst(network: PipeNetwork, feature_id: str, sources: Collection[str]) -> Burst:
    element = network.element(feature_id)
    graph, valves = network.graph, network.valve_table
    link = element - len(network.nodes.ids)
    at = np.array([graph.vertex[element]])
    if link >= 0:
        broken = (valves.kind == ValveKind.CONTROL) & (valves.link == link)
        ends = network.links.end_z_m[link]
        pressurised = bool(network.links.pressurised[link])
    else:
        broken = (valves.kind == ValveKind.NODE) & (valves.node == element)
        rows = network.carries & (network.links.ends == element).any(axis=1)
        ends = network.links.end_z_m[rows][network.links.ends[rows] == element]
        pressurised = bool(network.links.pressurised[rows].any())
    level_m = -np.inf if pressurised else float(ends.min()) if len(ends) else np.nan
    wells = np.unique([graph.vertex[network.node_row(one)] for one in sources]) if sources else None
    return Burst(graph, valves, at, broken, wells, level_m)


def _way_m(network: PipeNetwork, burst: str, found: Ring) -> Floats:
    """(n,) way from the burst to each node along the pipes of the segment; from its nearer end for a pipe."""
    element, nodes = network.element(burst), len(network.nodes.ids)
    within = np.flatnonzero(network.carries & found.inside[network.graph.vertex[nodes:]])
    joined = within[(network.links.ends[within] >= 0).all(axis=1)]
    tail, head = network.links.ends[joined].T
    adjacency = Adjacency.of(
        nodes,
        np.concatenate([tail, head]),
        np.concatenate([head, tail]),
        np.tile(joined, 2),
        np.tile(network.lengths_m[joined], 2),
    )
    at = np.array([element]) if element < nodes else network.links.ends[element - nodes]
    return distances(adjacency, at[at >= 0], np.zeros(nodes, bool))


def _if_stuck(network: PipeNetwork, fault: Burst, found: Ring, held: Mask, valve: int) -> NextRing:
    more = held.copy()
    more[valve] = True
    return _difference(network, fault, valve, found, ring(fault, more))


def _by_stuck(network: PipeNetwork, fault: Burst, found: Ring, held: Mask) -> tuple[NextRing, ...]:
    graph = network.graph
    at = np.unique(graph.valve[found.inside[graph.a] | found.inside[graph.b]])
    out = []
    for valve in at[held[at]]:
        fewer = held.copy()
        fewer[valve] = False
        out.append(_difference(network, fault, int(valve), ring(fault, fewer), found))
    return tuple(out)


def _difference(network: PipeNetwork, fault: Burst, valve: int, first: Ring, second: Ring) -> NextRing:
    ids = network.valve_table.ids
    before, after = first.to_close(), second.to_close()
    freed = before[~np.isin(before, after) & (before != valve)]
    return NextRing(
        valve_id=ids[valve],
        close=_ids(ids, after[~np.isin(after, before)]),
        needless=_ids(ids, freed),
        lost=part_of(network, second.lost & ~first.lost),
        isolable=None if fault.sources is None else not len(second.sources_inside),
    )


def _ids(ids: Texts, rows: Ints) -> tuple[str, ...]:
    return tuple(sorted(ids[rows]))
