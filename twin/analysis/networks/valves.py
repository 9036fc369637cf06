"""Valves as sets of places (node, link) where they part the two, and what else parts a network.

A Chinese survey delivers a valve as a node: it closes every pipe that meets there. WNTR and design tables deliver it at
one end of one pipe. Both are a set of (node, link) pairs, and closing the valve parts every pair of its set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.layer_arrays import Links, Nodes
from twin.analysis.networks.terms import Mask, Texts, named, terms
from twin.errors import NotAValveError, ValvePlaceError


class ValveKind(IntEnum):
    """In the order in which they stand on the way from the middle of a pipe to the node at its end."""

    CLOSED_LINK = 0  # a pipe that its file states closed; where it is closed is not known
    CONTROL = 1  # a link that is a valve (EPANET), if such are to be closed
    LINK_END = 2
    NODE = 3


@dataclass(frozen=True, slots=True)
class Valves:
    """Everything that can part the network. (v,) each; -1 where a node or a link does not say the place.

    ``pair_valve``, ``pair_place`` (p,): the pairs of each; a place is ``2 * link + end`` (end 0 = from, 1 = to).
    """

    ids: Texts
    kind: NDArray[np.int8]
    node: Ints
    link: Ints
    diameter_m: Floats
    closed: Mask  # closed already
    pair_valve: Ints
    pair_place: Ints

    @property
    def operable(self) -> Mask:
        """(v,) a person can close them."""
        by_hand: Mask = self.kind != ValveKind.CLOSED_LINK
        return by_hand

    def row_of(self, valve_id: str) -> int:
        """Row of an operable valve; raises NotAValveError."""
        rows = np.flatnonzero((self.ids == valve_id) & self.operable)
        if not len(rows):
            raise NotAValveError(feature_id=valve_id)
        return int(rows[0])


@dataclass(frozen=True, slots=True)
class _Part:
    """Valves of one kind: id, pairs as (valve of this part, place)."""

    kind: ValveKind
    ids: Sequence[str]
    node: Ints
    link: Ints
    pair_valve: Ints
    pair_place: Ints


def find_valves(
    nodes: Nodes, links: Links, carries: Mask, ends: pa.Table | None, closed: Sequence[str], control_valves: bool
) -> Valves:
    """All valves of a network: its valve nodes, those of the table ``ends``, and links that are closed or close.

    ``carries`` (m,): links in use; the others have no places. ``closed``: ids of valves and links that are closed now.
    """
    place_node = np.where(np.repeat(carries, 2), links.ends.reshape(-1), -1)
    shut = named(links.status, {"closed"}) | np.isin(links.ids, list(closed))
    control = named(links.appurtenance, terms().control_valve) if control_valves else np.zeros(len(carries), bool)
    parts = [
        _whole_links(ValveKind.CLOSED_LINK, links, shut & ~control & carries),
        _whole_links(ValveKind.CONTROL, links, control & carries),
        _link_ends(ends, nodes, links, place_node),
        _valve_nodes(nodes, place_node),
    ]
    offset = np.cumsum([0, *(len(one.ids) for one in parts)])
    ids = np.array([valve for one in parts for valve in one.ids], object)
    link = np.concatenate([one.link for one in parts])
    kind = np.repeat([int(one.kind) for one in parts], np.diff(offset)).astype(np.int8)
    by_link = kind <= ValveKind.CONTROL
    now_closed = np.isin(ids, list(closed))
    now_closed[by_link] |= shut[link[by_link]]
    valves = Valves(
        ids=ids,
        kind=kind,
        node=np.concatenate([one.node for one in parts]),
        link=link,
        diameter_m=np.full(len(ids), np.nan),
        closed=now_closed,
        pair_valve=np.concatenate([one.pair_valve + begin for one, begin in zip(parts, offset[:-1], strict=True)]),
        pair_place=np.concatenate([one.pair_place for one in parts]),
    )
    np.fmax.at(valves.diameter_m, valves.pair_valve, links.diameter_m[valves.pair_place // 2])
    return valves


def _whole_links(kind: ValveKind, links: Links, which: Mask) -> _Part:
    rows = np.flatnonzero(which)
    places = (2 * rows[:, None] + np.array([0, 1])).reshape(-1).astype(np.int64)
    return _Part(kind, list(links.ids[rows]), np.full(len(rows), -1), rows, np.repeat(np.arange(len(rows)), 2), places)


def _valve_nodes(nodes: Nodes, place_node: Ints) -> _Part:
    rows = np.flatnonzero(nodes.called(terms().valve))
    number = np.full(len(nodes.ids) + 1, -1)  # the last one answers for -1, no node
    number[rows] = np.arange(len(rows))
    valve = number[place_node]
    places = np.flatnonzero(valve >= 0)
    return _Part(ValveKind.NODE, list(nodes.ids[rows]), rows, np.full(len(rows), -1), valve[places], places)


def _link_ends(ends: pa.Table | None, nodes: Nodes, links: Links, place_node: Ints) -> _Part:
    """Valves by a table ``link_id, node_id[, valve_id]``; rows of one valve_id are one valve."""
    none = np.empty(0, np.int64)
    if ends is None or not ends.num_rows:
        return _Part(ValveKind.LINK_END, [], none, none, none, none)
    link_ids, node_ids = ends["link_id"].to_pylist(), ends["node_id"].to_pylist()
    made = [f"{link}@{node}" for link, node in zip(link_ids, node_ids, strict=True)]
    ids = ends["valve_id"].to_pylist() if "valve_id" in ends.column_names else made
    link_row = {one: row for row, one in enumerate(links.ids)}
    node_row = {one: row for row, one in enumerate(nodes.ids)}
    number: dict[str, int] = {}
    node: list[int] = []
    link: list[int] = []
    pairs: set[tuple[int, int]] = set()
    for valve_id, link_id, node_id in zip(ids, link_ids, node_ids, strict=True):
        row, at = link_row.get(link_id, -1), node_row.get(node_id, -2)
        places = [2 * row + end for end in (0, 1) if row >= 0 and place_node[2 * row + end] == at]
        if not places:
            raise ValvePlaceError(valve_id=valve_id, link_id=link_id, node_id=node_id)
        if valve_id not in number:
            number[valve_id] = len(number)
            node.append(at)
            link.append(row)
        pairs.update((number[valve_id], one) for one in places)
    table = np.array(sorted(pairs), np.int64)
    # `link` only says where it is drawn: a valve at an end is closed by its own id, not by its link's
    return _Part(ValveKind.LINK_END, list(number), np.array(node), np.array(link), table[:, 0], table[:, 1])
