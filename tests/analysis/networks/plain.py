"""A slow second opinion on isolation, straight from the definitions and from the rows of the table, by networkx.

Nodes and links are vertices. An edge joins a link to each of its end nodes and carries the valves that stand between
them. Which valves must close is tried out one by one: all others of the ring are closed, and somebody looks whether
water still comes to the burst.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import networkx
import pyarrow as pa
import shapely

VALVE_WORDS = {"阀门", "阀门井", "阀门孔", "valve"}


@dataclass
class PlainAnswer:
    """What ``isolate`` should say."""

    segment: set[str]
    ring: set[str]
    from_source: set[str]
    backflow: set[str]
    lost: set[str]


@dataclass
class PlainNetwork:
    table: pa.Table
    pairs: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    supplied: dict[tuple[frozenset[str], frozenset[str]], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows: list[dict[str, Any]] = self.table.to_pylist()
        self.graph = networkx.Graph()
        self.links = {row["feature_id"]: row for row in rows if row["kind"] == "link"}
        nodes = {row["feature_id"]: row for row in rows if row["kind"] == "node"}
        self.graph.add_nodes_from([*nodes, *self.links])
        self.node_valves = {one for one, row in nodes.items() if row["appurtenance"] in VALVE_WORDS}
        self.shut_links = {
            one
            for one, row in self.links.items()
            if '"status": "CLOSED"' in (row["attributes"] or "") or one in self.closed
        }
        for link, row in self.links.items():
            for node in {row["from_id"], row["to_id"]} & nodes.keys():
                valves = {node} & self.node_valves
                valves |= {f"{a}@{b}" for a, b in self.pairs if (a, b) == (link, node)}
                self.graph.add_edge(link, node, valves=valves)

    def level(self, link: str) -> tuple[float, float]:
        corners = shapely.get_coordinates(shapely.from_wkb(self.links[link]["geometry"]), include_z=True)
        return float(corners[0, 2]), float(corners[-1, 2])

    def reach(self, start: Iterable[str], shut: Callable[[str], bool], through_shut_links: bool) -> set[str]:
        """All that water comes to from ``start``. A valve node that is shut lets nothing out and nothing in."""
        found = set(start)
        queue = list(found)
        while queue:
            one = queue.pop()
            for other, edge in self.graph.adj[one].items():
                if other in found or any(shut(valve) for valve in edge["valves"]):
                    continue
                if not through_shut_links and not self.shut_links.isdisjoint((one, other)):
                    continue
                found.add(other)
                queue.append(other)
        return found

    def answer(self, burst: str, sources: Collection[str], stuck: Collection[str] = ()) -> PlainAnswer:
        held = set(stuck) | ({burst} & self.node_valves)
        closed = self.closed - {burst} if burst in self.node_valves else self.closed

        def all_shut(valve: str) -> bool:
            return valve not in held or valve in closed

        segment = self.reach([burst], all_shut, True)
        ring = {
            valve
            for one in segment
            for other, edge in self.graph.adj[one].items()
            if other not in segment
            for valve in edge["valves"]
            if self._first(one, edge["valves"], all_shut) == valve
        }
        needed, backflow = set(), set()
        outside = [one for one in sources if one not in segment]
        for valve in ring - closed:
            others = (ring | closed) - {valve}
            wet = self.reach([burst], lambda one, others=others: one in others, True)
            if wet & set(outside):
                needed.add(valve)
            else:
                pipes = [one for one in wet - segment if one in self.links]
                low = self._level_of(burst)
                if any(max(self.level(one)) > low for one in pipes):
                    backflow.add(valve)
        before = self._before(frozenset(sources), frozenset(closed))
        shut = needed | closed
        after = self.reach(outside, lambda one: one in shut, False)
        # what is closed is enough: no source is left from which water could come
        assert self.reach([burst], lambda one: one in shut, True).isdisjoint(outside)
        return PlainAnswer(segment, ring, needed, backflow, before - after)

    def _before(self, sources: frozenset[str], closed: frozenset[str]) -> set[str]:
        """What is supplied while nothing more is closed; worked out once."""
        if (sources, closed) not in self.supplied:
            self.supplied[sources, closed] = self.reach(sources, lambda one: one in closed, False)
        return self.supplied[sources, closed]

    def _first(self, one: str, valves: set[str], shut: Callable[[str], bool]) -> str | None:
        """The first shut one of several on the way from ``one``: that at the link's end stands nearer to the link."""
        order = sorted(valves, key=lambda valve: valve in self.node_valves, reverse=one not in self.links)
        return next((valve for valve in order if shut(valve)), None)

    def _level_of(self, burst: str) -> float:
        if burst in self.links:
            return min(self.level(burst))
        ends = [
            level
            for link, row in self.links.items()
            for end, level in zip(("from_id", "to_id"), self.level(link), strict=True)
            if row[end] == burst
        ]
        return min(ends)
