"""Which links a long section follows, and in which direction each: as given, or the shortest way between two nodes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.pipes import Nodes, Pipes
from twin.errors import EmptySectionError, NoPathError, SectionPathError, UnknownPipeError

Floats = NDArray[np.float64]

SNAP_M: Final = 0.05  # ends nearer than this in plan are one place where the table names no node


@dataclass(frozen=True, slots=True)
class Step:
    """A link on the way: ``points`` (p, 3) its axis in walking direction, ``start``, ``end``: node ids or places."""

    link: int
    start: str
    end: str
    points: Floats

    @property
    def plan_m(self) -> float:
        return float(np.hypot(*np.diff(self.points[:, :2], axis=0).T).sum())


def way(
    pipes: Pipes, nodes: Nodes, link_ids: Sequence[str] | None, from_node: str | None, to_node: str | None
) -> list[Step]:
    """The links in walking order.

    Raises UnknownPipeError for an id that is not there, SectionPathError where two links do not join, NoPathError where
    no links lead from ``from_node`` to ``to_node``, EmptySectionError where nothing is asked.
    """
    ends = _ends(pipes, nodes)
    rows = {one: row for row, one in enumerate(pipes.feature_id)}
    if link_ids is not None:
        for one in link_ids:
            if one not in rows:
                raise UnknownPipeError(feature_id=one)
        chosen = [rows[one] for one in link_ids]
        if from_node is None and len(chosen) == 1:
            from_node = ends[chosen[0]][0]
    else:
        if from_node is None or to_node is None or from_node == to_node:
            raise EmptySectionError()
        for one in (from_node, to_node):
            if one not in set(nodes.feature_id) and not any(one in pair for pair in ends):
                raise UnknownPipeError(feature_id=one)
        chosen = _shortest(pipes, ends, from_node, to_node)
    if not chosen:
        raise EmptySectionError()
    return _walk(pipes, ends, chosen, from_node)


def _ends(pipes: Pipes, nodes: Nodes) -> list[tuple[str, str]]:
    """The two ends of every link: the node the table names, else the node that stands there, else the place.

    Networks of several files name nodes that the table calls otherwise; those count as not named.
    """
    first = np.searchsorted(pipes.link, np.arange(len(pipes)), side="left")
    last = np.searchsorted(pipes.link, np.arange(len(pipes)), side="right") - 1
    places = np.stack([pipes.start[first, :2], pipes.end[last, :2]], axis=1)  # (n, 2 ends, 2)
    named = np.stack([pipes.texts["from_id"], pipes.texts["to_id"]], axis=1)
    known = set(nodes.feature_id)
    standing = shapely.STRtree(np.asarray(shapely.points(nodes.xyz[:, :2]), object))
    spots: dict[tuple[int, int], str] = {}
    found: list[list[str]] = []
    for pair, where in zip(named, places, strict=True):
        ends = []
        for one, place in zip(pair, where, strict=True):
            if one not in known:
                near = standing.query(shapely.Point(place), "dwithin", SNAP_M)
                one = nodes.feature_id[near[0]] if len(near) else one or _spot(spots, place)
            ends.append(str(one))
        found.append(ends)
    return [(a, b) for a, b in found]


def _spot(spots: dict[tuple[int, int], str], place: Floats) -> str:
    """The name of a place without a node: the same for all ends within ``SNAP_M``."""
    column, row = (int(one) for one in np.floor(place / SNAP_M))
    for beside in ((column + dx, row + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)):
        if beside in spots:
            return spots[beside]
    spots[column, row] = f"@{place[0]:.3f},{place[1]:.3f}"
    return spots[column, row]


def _shortest(pipes: Pipes, ends: list[tuple[str, str]], start: str, goal: str) -> list[int]:
    """Rows of the links of the shortest way along the network, by length in space (Dijkstra 1959)."""
    lengths = np.bincount(pipes.link, np.linalg.norm(pipes.end - pipes.start, axis=1), minlength=len(pipes))
    beside: dict[str, list[tuple[str, int]]] = {}
    for row, (a, b) in enumerate(ends):
        beside.setdefault(a, []).append((b, row))
        beside.setdefault(b, []).append((a, row))
    best: dict[str, float] = {start: 0.0}
    came: dict[str, tuple[str, int]] = {}
    queue = [(0.0, start)]
    while queue:
        far, here = heapq.heappop(queue)
        if here == goal:
            break
        if far > best[here]:
            continue
        for there, row in beside.get(here, ()):
            ahead = far + float(lengths[row])
            if ahead < best.get(there, np.inf):
                best[there], came[there] = ahead, (here, row)
                heapq.heappush(queue, (ahead, there))
    if goal not in came:
        raise NoPathError(from_id=start, to_id=goal)
    found: list[int] = []
    while goal != start:
        goal, row = came[goal]
        found.append(row)
    return found[::-1]


def _walk(pipes: Pipes, ends: list[tuple[str, str]], chosen: list[int], from_node: str | None) -> list[Step]:
    """Each link in the direction in which it is walked; the first by the node it shares with the second."""
    here = from_node if from_node is not None else _start(ends, chosen)
    steps: list[Step] = []
    for number, row in enumerate(chosen):
        a, b = ends[row]
        if here not in (a, b):
            before = pipes.feature_id[chosen[number - 1]] if number else here
            raise SectionPathError(first=before, second=pipes.feature_id[row])
        points = _axis(pipes, row)
        forward = here == a
        steps.append(Step(row, here, b if forward else a, points if forward else points[::-1]))
        here = b if forward else a
    return steps


def _start(ends: list[tuple[str, str]], chosen: list[int]) -> str:
    (a, b), second = ends[chosen[0]], ends[chosen[1]]
    return a if b in second else b


def _axis(pipes: Pipes, row: int) -> Floats:
    parts = np.flatnonzero(pipes.link == row)
    return np.vstack([pipes.start[parts[:1]], pipes.end[parts]])
