"""Whence it comes and where it goes: all pipes up or down the flow from one place, and where the way ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from twin.analysis.networks.connected import Floats, Ints, distances
from twin.analysis.networks.direction import Basis
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.steps import Direction, Steps
from twin.analysis.networks.terms import Mask
from twin.analysis.networks.trace_ends import TraceEnd, find_ends
from twin.model.network import LINK, NODE

TRACE: Final = pa.schema(
    [
        pa.field("feature_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("distance_m", pa.float64(), nullable=False),
        pa.field("flow_known_by", pa.string()),  # stated | kind | fall | unknown; links only
    ]
)


@dataclass(frozen=True, slots=True)
class Trace:
    """All that is reached, nearest first. ``distance_m``: by feature id, the way to a node or the nearer end of a link.

    ``length_m``: of all links together, each whole. ``ends``: where it stops and why. ``assumed``: links whose
    direction is taken from their fall; ``unknown``: links taken in either direction because nobody knows theirs.
    """

    start: str
    direction: Direction
    links: tuple[str, ...]
    nodes: tuple[str, ...]
    distance_m: Mapping[str, float]
    length_m: float
    ends: tuple[TraceEnd, ...]
    assumed: tuple[str, ...]
    unknown: tuple[str, ...]
    basis: Mapping[str, str]  # of each link: stated, kind, fall, unknown

    def to_arrow(self) -> pa.Table:
        """One row a link or node: ``feature_id``, ``kind``, ``distance_m``, ``flow_known_by``."""
        kinds = dict.fromkeys(self.nodes, NODE) | dict.fromkeys(self.links, LINK)
        ids = sorted(kinds, key=self.distance_m.__getitem__)
        columns = {
            "feature_id": ids,
            "kind": [kinds[one] for one in ids],
            "distance_m": [self.distance_m[one] for one in ids],
            "flow_known_by": [self.basis.get(one) for one in ids],
        }
        return pa.table(columns, schema=TRACE)


def trace(
    network: PipeNetwork,
    start: str,
    direction: Direction,
    *,
    most_m: float | None = None,
    through_closed: bool = False,
    through_unknown: bool = True,
) -> Trace:
    """Everything that lies in ``direction`` of the node or link ``start``.

    The flow is that of the column ``flow``, else that of pumps and check valves, else the fall of gravity drains; where
    none of them says it, both ways are taken (unless ``through_unknown`` is False) and the link is named in
    ``unknown``. ``most_m``: links that begin farther than that are left out. ``through_closed``: closed valves and
    links count as open. A start in a link counts from the end where the way leaves it.

    Raises UnknownPipeError, PipeOutOfUseError.
    """
    steps = Steps.of(network, direction, through_closed, through_unknown)
    limit = np.inf if most_m is None else most_m
    element, count = network.element(start), len(network.nodes.ids)
    own = element - count
    if own < 0:
        at = np.array([element], np.int64)
    else:
        heads = steps.head[(steps.link == own)]
        at = np.unique(heads[heads >= 0])
    way = distances(steps.adjacency(count, network.lengths_m), at, steps.stops, limit)
    entered = _entered(steps, way, at, limit)
    of_link = np.full(len(network.links.ids), np.inf)
    np.minimum.at(of_link, steps.link[entered], way[steps.tail[entered]])
    if own >= 0:
        of_link[own] = 0.0
    ends = find_ends(network, steps, direction, way, entered, at, own, limit)
    return _result(network, start, direction, way, of_link, ends)


def _entered(steps: Steps, way: Floats, at: Ints, limit: float) -> Mask:
    """(s,) the steps that are taken: their tail is reached before the limit and is not closed."""
    first = np.zeros(len(way), bool)
    first[at] = True
    onward = np.isfinite(way) & (way < limit) & (~steps.stops | first)
    taken: Mask = onward[steps.tail]
    return taken


def _result(
    network: PipeNetwork, start: str, direction: Direction, way: Floats, of_link: Floats, ends: tuple[TraceEnd, ...]
) -> Trace:
    nodes, links = _nearest_first(way), _nearest_first(of_link)
    distance = dict(zip(network.links.ids[links], of_link[links].tolist(), strict=True))
    distance |= dict(zip(network.nodes.ids[nodes], way[nodes].tolist(), strict=True))
    directed = direction is not Direction.CONNECTED

    def known_by(how: Basis) -> tuple[str, ...]:
        return tuple(network.links.ids[links[network.flow.known_by(how)[links]]]) if directed else ()

    return Trace(
        start=start,
        direction=direction,
        links=tuple(network.links.ids[links]),
        nodes=tuple(network.nodes.ids[nodes]),
        distance_m=distance,
        length_m=float(network.lengths_m[links].sum()),
        ends=ends,
        assumed=known_by(Basis.FALL),
        unknown=known_by(Basis.UNKNOWN),
        basis=dict(zip(network.links.ids[links], network.flow.names()[links], strict=True)),
    )


def _nearest_first(way: Floats) -> Ints:
    order: Ints = np.argsort(way, kind="stable")
    return order[: int(np.isfinite(way).sum())]
