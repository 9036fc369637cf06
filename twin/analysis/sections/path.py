"""Which links a long section follows, and in which direction each: as given, or the shortest way from end to end."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
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
    """The links in walking order. ``from_node``, ``to_node``: nodes; or links, which are then part of the way.

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
        if from_node is None or to_node is None or (from_node == to_node and from_node not in rows):
            raise EmptySectionError()
        for one in (from_node, to_node):
            if one not in rows and one not in set(nodes.feature_id) and not any(one in pair for pair in ends):
                raise UnknownPipeError(feature_id=one)
        from_node, chosen = _between(pipes, ends, rows, from_node, to_node)
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


def _between(
    pipes: Pipes, ends: list[tuple[str, str]], rows: dict[str, int], start: str, goal: str
) -> tuple[str, list[int]]:
    """The node where the way begins, and the rows of its links; a link at an end of it is the first or the last."""
    first, last = rows.get(start), rows.get(goal)
    if first is not None and first == last:
        return ends[first][0], [first]
    starts = (start,) if first is None else ends[first]
    goals = (goal,) if last is None else ends[last]
    found = _shortest(pipes, ends, starts, goals)
    if found is None:
        raise NoPathError(from_id=start, to_id=goal)
    begin, chosen = found
    if first is not None:
        begin = _other(ends[first], begin)
        chosen = [first, *chosen]
    return begin, chosen if last is None else [*chosen, last]


def _other(pair: tuple[str, str], end: str) -> str:
    return pair[1] if end == pair[0] else pair[0]


def _shortest(
    pipes: Pipes, ends: list[tuple[str, str]], starts: Collection[str], goals: Collection[str]
) -> tuple[str, list[int]] | None:
    """The start, and rows of the links, of the shortest way along the network from one of ``starts`` to one of
    ``goals``, by length in space (Dijkstra 1959); None where there is none."""
    lengths = np.bincount(pipes.link, np.linalg.norm(pipes.end - pipes.start, axis=1), minlength=len(pipes))
    beside: dict[str, list[tuple[str, int]]] = {}
    for row, (a, b) in enumerate(ends):
        beside.setdefault(a, []).append((b, row))
        beside.setdefault(b, []).append((a, row))
    best: dict[str, float] = dict.fromkeys(starts, 0.0)
    came: dict[str, tuple[str, int]] = {}
    queue = sorted((0.0, one) for one in starts)
    while queue:
        far, here = heapq.heappop(queue)
        if here in goals:
            found: list[int] = []
            while here in came:
                here, row = came[here]
                found.append(row)
            return here, found[::-1]
        if far > best[here]:
            continue
        for there, row in beside.get(here, ()):
            ahead = far + float(lengths[row])
            if ahead < best.get(there, np.inf):
                best[there], came[there] = ahead, (here, row)
                heapq.heappush(queue, (ahead, there))
    return None


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
