"""Questions to one pipe network of a campus: where it flows, what a burst takes, how it runs from point to point."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import pyarrow as pa

from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import Isolation, isolate
from twin.analysis.networks.service import ServiceLoss, without_service
from twin.analysis.networks.steps import Direction
from twin.analysis.networks.trace import Trace, trace
from twin.analysis.sections.long import long_section
from twin.errors import MaskedPositionsError
from twin.notebook.drawn import DrawnLong
from twin.notebook.kept import Kept
from twin.notebook.source import Source
from twin.notebook.underground import frame_of
from twin.store.choosing import Choice


class Pipes:
    """One layer of pipes, from ``campus.pipes("water_supply")``. It is read when it is first asked, and once::

        pipes = campus.pipes("water_supply")
        burst = pipes.isolate("link:JS:JS016--JS017")
        burst.to_close, len(burst.lost.links)
        pipes.without_service(burst).cut_off
        campus.pipes("drainage").long_section("node:PS:YS001", "node:PS:YS010")   # shows its drawing

    Methods, limits and how they were checked: docs/analyses/trace.md, isolation.md, section.md.
    """

    def __init__(self, source: Source, layer_id: str, kept: Kept) -> None:
        self._source, self._layer_id, self._kept = source, layer_id, kept

    @cached_property
    def network(self) -> PipeNetwork:
        """The graph: its ``valves``, ``sources``, and what is wrong in it (``open_ended``, ``unknown_flow`` …)."""
        if not self._source.tells_exactly:
            raise MaskedPositionsError(layer=self._layer_id)
        return PipeNetwork.of(self._table(self._layer_id))

    def trace(
        self,
        start: str,
        direction: Direction | str,
        *,
        most_m: float | None = None,
        through_closed: bool = False,
        through_unknown: bool = True,
    ) -> Trace:
        """All pipes and points ``upstream`` of, ``downstream`` of or ``connected`` to a pipe or point, how far along
        the pipes each is, and where and why the way ends. ``most_m`` goes no further. Raises UnknownPipeError.
        """
        return trace(
            self.network,
            start,
            Direction(direction),
            most_m=most_m,
            through_closed=through_closed,
            through_unknown=through_unknown,
        )

    def isolate(self, burst: str, *, stuck: Collection[str] = (), sources: Collection[str] | None = None) -> Isolation:
        """Which valves to close when a pipe or point breaks, nearest first; what is without supply then; and for each
        valve what changes if it does not move. ``stuck`` are valves that cannot be closed, ``sources`` points where it
        comes in, if the survey does not say. Raises UnknownPipeError, NotAValveError, PipeOutOfUseError.
        """
        return isolate(self.network, burst, stuck=stuck, sources=sources)

    def without_service(self, isolation: Isolation, *, near_m: float = 5.0) -> ServiceLoss:
        """Buildings, rooms and how many people are without service while a burst is isolated; nobody is named.

        A building is connected by relations, else by the points within ``near_m`` of its outline.
        """
        return without_service(
            isolation,
            self.network,
            self._table("buildings"),
            self._source.sql("SELECT * FROM relations", None),
            self._table_or_none("spaces"),
            self._table_or_none("room_assignments"),
            near_m=near_m,
        )

    def long_section(
        self,
        start: str | None = None,
        end: str | None = None,
        *,
        links: Sequence[str] | None = None,
        crossings: bool = True,
    ) -> DrawnLong:
        """Long section (纵断面) along the shortest way from a point or pipe to another, or along ``links`` in order.

        Gives ``stations`` (chainage_m, ground_m, in_invert_m, out_invert_m, depth_m …), ``links`` (slope_permille,
        size …) and ``crossings``, the pipes of other networks on the way. Shows its drawing; ``svg("en")``,
        ``save(path)``, ``campus.frame(section)``. Metres, campus datum. Raises UnknownPipeError, NoPathError,
        SectionPathError, EmptySectionError, MaskedPositionsError. Method and limits: docs/analyses/section.md.
        """
        networks = self._kept.networks(None if crossings else [self._layer_id])
        others = {one: table for one, table in networks.items() if one != self._layer_id}
        found = long_section(
            self._layer_id,
            self._kept.networks([self._layer_id])[self._layer_id],
            self._kept.ground(),
            link_ids=links,
            from_node=start,
            to_node=end,
            others=others,
        )
        return DrawnLong.of(found, frame_of(self._source))

    def _table(self, layer_id: str) -> pa.Table:
        return self._source.table(layer_id, Choice())

    def _table_or_none(self, layer_id: str) -> pa.Table | None:
        there = {one.layer_id for one in self._source.layers()}
        return self._table(layer_id) if layer_id in there else None
