"""What an isolation is made of, with where its valves stand, and as tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.rings import Reason, Ring
from twin.analysis.networks.terms import Mask
from twin.model.network import LINK, NODE

VALVES: Final = pa.schema(
    [
        pa.field("feature_id", pa.string()),  # the node it is, or the link at whose end it is
        pa.field("valve_id", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        *(pa.field(name, pa.float64()) for name in ("x", "y", "z")),
        pa.field("name", pa.string()),
        pa.field("point_no", pa.string()),
        pa.field("appurtenance", pa.string()),
        pa.field("diameter_m", pa.float64()),
        pa.field("way_m", pa.float64()),
    ]
)
LOST: Final = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("feature_id", "kind", "part")])


@dataclass(frozen=True, slots=True)
class Part:
    """Some links and nodes of a network by their ids, and how long the links are together, m."""

    links: tuple[str, ...]
    nodes: tuple[str, ...]
    length_m: float

    def __contains__(self, feature_id: object) -> bool:
        return feature_id in self.links or feature_id in self.nodes


@dataclass(frozen=True, slots=True)
class RingValve:
    """One valve of the ring. ``x``, ``y``, ``z``: campus CRS, m, z at the cover; ``way_m``: along the pipes.

    ``feature_id``: the node it is, or the link at whose end it is. ``diameter_m``: of the widest pipe it closes.
    """

    feature_id: str | None
    valve_id: str
    reason: Reason
    x: float | None
    y: float | None
    z: float | None
    name: str | None
    point_no: str | None
    appurtenance: str | None
    diameter_m: float | None
    way_m: float | None


def part_of(network: PipeNetwork, vertices: Mask) -> Part:
    """The nodes and the links in use that belong to ``vertices`` (k,)."""
    chosen = vertices[network.graph.vertex]
    count = len(network.nodes.ids)
    links = chosen[count:] & network.carries
    return Part(
        tuple(network.links.ids[links]),
        tuple(network.nodes.ids[chosen[:count]]),
        float(network.lengths_m[links].sum()),
    )


def ring_valves(network: PipeNetwork, found: Ring, way_m: Floats) -> tuple[RingValve, ...]:
    """The valves of a ring in the order in which to go to them: by reason, then by the way."""
    valves = [_valve(network, int(row), reason, way_m) for row, reason in zip(found.border, found.reasons, strict=True)]
    rank = {reason: number for number, reason in enumerate(Reason)}
    return tuple(
        sorted(valves, key=lambda one: (rank[one.reason], np.inf if one.way_m is None else one.way_m, one.valve_id))
    )


def _valve(network: PipeNetwork, row: int, reason: Reason, way_m: Floats) -> RingValve:
    valves, nodes, links = network.valve_table, network.nodes, network.links
    node, link = int(valves.node[row]), int(valves.link[row])
    at: Ints = np.array([node]) if node >= 0 else links.ends[link]
    at = at[at >= 0]
    x, y, z = (_known(one) for one in (nodes.xyz[at].mean(axis=0) if len(at) else np.full(3, np.nan)))
    return RingValve(
        feature_id=nodes.ids[node] if link < 0 else links.ids[link],
        valve_id=valves.ids[row],
        reason=reason,
        x=x,
        y=y,
        z=z,
        name=nodes.name[node] if node >= 0 else None,
        point_no=nodes.point_no[node] if node >= 0 else None,
        appurtenance=nodes.appurtenance[node] if link < 0 else links.appurtenance[link],
        diameter_m=_known(valves.diameter_m[row]),
        way_m=_known(way_m[at].min()) if len(at) else None,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def valve_table(valves: tuple[RingValve, ...]) -> pa.Table:
    """One row a valve, in their order."""
    return pa.Table.from_pylist([asdict(one) | {"reason": one.reason.value} for one in valves], schema=VALVES)


def lost_table(segment: Part, beyond: Part) -> pa.Table:
    """One row a link or node of the two parts."""
    rows = [
        {"feature_id": one, "kind": kind, "part": name}
        for name, part in (("segment", segment), ("beyond", beyond))
        for kind, ids in ((LINK, part.links), (NODE, part.nodes))
        for one in ids
    ]
    return pa.Table.from_pylist(rows, schema=LOST)
