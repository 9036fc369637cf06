"""A pipe network from one layer table: which pipes meet where, what closes them, whence it flows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.direction import Basis, FlowDirections
from twin.analysis.networks.layer_arrays import Links, Nodes, check_columns, read_links, read_nodes
from twin.analysis.networks.segment_graph import SegmentGraph
from twin.analysis.networks.terms import Mask, named, terms
from twin.analysis.networks.valves import Valves, find_valves
from twin.errors import PipeOutOfUseError, UnknownPipeError


@dataclass(frozen=True, slots=True)
class Segments:
    """What closing every valve would part: one number for all that stays together, counted from 0.

    ``nodes`` (n,), ``links`` (m,) in the order of the network; -1 for links out of use. ``count``: how many there are.
    """

    nodes: Ints
    links: Ints
    count: int


@dataclass(frozen=True, slots=True)
class PipeNetwork:
    """Nodes and links of one layer as arrays; made by ``of``, asked by ``trace`` and ``isolate``.

    ``carries`` (m,): links in use. The others (state 废弃 or 空管) take part in no question, and are listed.
    """

    layer_id: str | None
    nodes: Nodes
    links: Links
    carries: Mask
    flow: FlowDirections
    valve_table: Valves
    graph: SegmentGraph
    lengths_m: Floats  # (m,) as links.length_m, 0 where unknown
    _row: dict[str, int] = field(repr=False)  # nodes, then links

    @staticmethod
    def of(
        table: pa.Table,
        *,
        valves: pa.Table | None = None,
        closed: Collection[str] = (),
        out_of_use: bool = False,
        control_valves: bool = False,
    ) -> PipeNetwork:
        """The network of a layer table (columns of ``twin/model/network.py``).

        ``valves``: further valves at the ends of links, columns ``link_id``, ``node_id`` and perhaps ``valve_id`` (rows
        of one id are one valve; without ids they are called ``link@node``). ``closed``: ids of valves and links that
        are closed now; links that their file states closed (EPANET) are so as well. ``out_of_use``: abandoned and empty
        pipes count as pipes. ``control_valves``: links that are valves of a model (PRV, FCV …) can be closed by hand.

        Raises NotAPipeLayerError, ValvePlaceError; UnknownPipeError where ``closed`` names nothing.
        """
        check_columns(table)
        nodes = read_nodes(table)
        links = read_links(table, nodes)
        carries = np.ones(len(links.ids), bool) if out_of_use else ~named(links.state, terms().carries_nothing)
        found = find_valves(nodes, links, carries, valves, sorted(closed), control_valves)
        row = {one: number for number, one in enumerate([*nodes.ids, *links.ids])}
        for one in sorted(closed):
            if one not in row and one not in set(found.ids):
                raise UnknownPipeError(feature_id=one)
        return PipeNetwork(
            layer_id=_layer_of(table),
            nodes=nodes,
            links=links,
            carries=carries,
            flow=FlowDirections.of(links),
            valve_table=found,
            graph=SegmentGraph.of(len(nodes.ids), links, carries, found),
            lengths_m=np.nan_to_num(links.length_m),
            _row=row,
        )

    # --- what it is made of

    @property
    def valves(self) -> tuple[str, ...]:
        """Ids of what a person can close."""
        return tuple(self.valve_table.ids[self.valve_table.operable])

    @property
    def sources(self) -> tuple[str, ...]:
        """Nodes whose feature or appurtenance is a source (``terms.toml``)."""
        return tuple(self.nodes.ids[self.nodes.called(terms().source)])

    @property
    def control_valves(self) -> tuple[tuple[str, str], ...]:
        """Links that are valves of a model, with their type (PRV, FCV …; empty where not stated)."""
        rows = np.flatnonzero(named(self.links.appurtenance, terms().control_valve))
        return tuple((self.links.ids[row], self.links.valve_type[row] or "") for row in rows)

    @property
    def closed(self) -> tuple[str, ...]:
        """Valves and links that are closed now."""
        shut = self.valve_table.closed | ~self.valve_table.operable
        return tuple(self.valve_table.ids[shut])

    @property
    def out_of_use(self) -> tuple[str, ...]:
        """Links that carry nothing."""
        return tuple(self.links.ids[~self.carries])

    @property
    def open_ended(self) -> tuple[str, ...]:
        """Links in use with an end that is missing or not in the table: nobody knows where they go on."""
        return tuple(self.links.ids[self.carries & (self.links.ends < 0).any(axis=1)])

    @property
    def unknown_flow(self) -> tuple[str, ...]:
        """Links in use whose direction of flow nobody knows."""
        return tuple(self.links.ids[self.carries & self.flow.known_by(Basis.UNKNOWN)])

    @property
    def unknown_length(self) -> tuple[str, ...]:
        """Links without a length and without an axis; they count as 0 m."""
        return tuple(self.links.ids[~np.isfinite(self.links.length_m)])

    # --- how it hangs together

    def segments(self) -> Segments:
        """The partition by all valves. A valve node is a segment of its own; so are points without a pipe.

        The same as ``wntr.metrics.topographic.valve_segments`` for the same valves.
        """
        label = self.graph.joined(~self.valve_table.operable)[self.graph.vertex]
        link_label = np.where(self.carries, label[len(self.nodes.ids) :], -1)
        used, number = np.unique(np.concatenate([label[: len(self.nodes.ids)], link_label]), return_inverse=True)
        number = number.reshape(-1) - (1 if len(used) and used[0] < 0 else 0)
        count = int(number.max()) + 1 if len(number) else 0
        return Segments(number[: len(self.nodes.ids)], number[len(self.nodes.ids) :], count)

    def degree(self) -> Ints:
        """(n,) ends of links in use at each node."""
        ends = self.links.ends[self.carries].reshape(-1)
        found: Ints = np.bincount(ends[ends >= 0], minlength=len(self.nodes.ids))
        return found

    # --- where something is

    def element(self, feature_id: str) -> int:
        """Number of a node, or of a link plus the number of nodes. Raises UnknownPipeError, PipeOutOfUseError."""
        if feature_id not in self._row:
            raise UnknownPipeError(feature_id=feature_id)
        found = self._row[feature_id]
        link = found - len(self.nodes.ids)
        if link >= 0 and not self.carries[link]:
            raise PipeOutOfUseError(feature_id=feature_id, state=self.links.state[link])
        return found

    def node_row(self, feature_id: str) -> int:
        """Row of a node; raises UnknownPipeError."""
        found = self._row.get(feature_id, len(self.nodes.ids))
        if found >= len(self.nodes.ids):
            raise UnknownPipeError(feature_id=feature_id)
        return found

    def __contains__(self, feature_id: object) -> bool:
        return feature_id in self._row


def _layer_of(table: pa.Table) -> str | None:
    if "layer_id" not in table.column_names or not table.num_rows:
        return None
    found: str | None = table["layer_id"][0].as_py()
    return found
