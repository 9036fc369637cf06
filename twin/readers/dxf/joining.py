"""Which points the lines of one class run between: ends joined, lines broken at points on them, bends made points.

Lengths are in the unit of the drawing's plane; ``near`` is the tolerance in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]


@dataclass(slots=True)
class Joined:
    """Points and the straight pipes between them.

    ``xy``: (n, 2), the points given first, then ``bends`` and ends that were made; ``ends``: (m, 2) rows of ``xy``;
    ``z``: (m, 2) height of the line at both ends, NaN where it has none; ``owner``: (m,) which line it is part of.
    """

    xy: Coordinates
    made_at_bends: NDArray[np.bool_]
    ends: NDArray[np.int64]
    z: Coordinates
    owner: NDArray[np.int64]
    joined: int = 0  # line ends that lay on a point that was drawn
    farthest: float = 0.0  # how far the farthest of them had to be moved
    broken: int = 0  # times that a line was broken at a point on it
    lone: list[int] = field(default_factory=list)  # lines shorter than the tolerance


def join(points: Coordinates, lines: list[Coordinates], near: float) -> Joined:
    """``points`` (n, 2) as drawn; ``lines``: (k, 3) each, NaN for no height."""
    count = len(points)
    tips = np.array([line[place, :2] for line in lines for place in (0, -1)]).reshape(-1, 2)
    at, away = nearest(points, tips, near)
    nodes = np.concatenate([points, clusters(tips[at < 0], near)])
    at_ends = len(nodes)
    vertices = np.concatenate([line[:, :2] for line in lines]) if lines else np.empty((0, 2))
    cuts = np.cumsum([len(line) for line in lines])[:-1]
    fixed = np.split(nearest(nodes, vertices, near)[0] >= 0, cuts)
    kept = [_corners(line, stays, near / 2) for line, stays in zip(lines, fixed, strict=False)]
    inner = np.array([vertex[:2] for line in kept for vertex in line[1:-1]]).reshape(-1, 2)
    nodes = np.concatenate([nodes, clusters(inner[nearest(nodes, inner, near)[0] < 0], near)])
    bends = np.arange(len(nodes)) >= at_ends
    pieces = _pieces(kept, nodes, near)
    ends, z, owner, broken = _broken(pieces, nodes, near)
    lone = sorted(set(range(len(lines))) - set(owner.tolist()))
    on_drawn = (at >= 0) & (at < count)
    farthest = float(away[on_drawn].max(initial=0.0))
    return Joined(nodes, bends, ends, z, owner, int(on_drawn.sum()), farthest, broken, lone)


def pairs_within(
    points: Coordinates, places: Coordinates, near: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], Coordinates]:
    """(place, point, distance) of all that are within ``near``, nearest first for every place."""
    if not len(points) or not len(places):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    place, point = within(shapely.points(points), shapely.points(places), near)
    away = np.hypot(*(points[point] - places[place]).T)
    order = np.lexsort((point, away, place))
    return place[order], point[order], away[order]


def within(things: Any, others: Any, near: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(other, thing) of all geometries that are within ``near`` of each other."""
    other, thing = shapely.STRtree(things).query(others, predicate="dwithin", distance=near)
    return other.astype(np.int64), thing.astype(np.int64)


def nearest(points: Coordinates, places: Coordinates, near: float) -> tuple[NDArray[np.int64], Coordinates]:
    """Row of the nearest point of every place within ``near``, -1 for none; and how far."""
    row, away = np.full(len(places), -1, np.int64), np.full(len(places), np.nan)
    place, point, distance = pairs_within(points, places, near)
    first = np.unique(place, return_index=True)[1]
    row[place[first]], away[place[first]] = point[first], distance[first]
    return row, away


def clusters(places: Coordinates, near: float) -> Coordinates:
    """One of every group of places that lie within ``near`` of it, the first; (k, 2)."""
    first: Coordinates = places[leaders(places, near) == np.arange(len(places))]
    return first


def leaders(places: Coordinates, near: float) -> NDArray[np.int64]:
    """For every place the first one that stands for it: itself, or an earlier leader within ``near``."""
    leader = np.arange(len(places))
    place, other, _ = pairs_within(places, places, near)
    for one, before in zip(place, other, strict=True):  # sorted by place, nearest first
        if before < one and leader[before] == before and leader[one] == one:
            leader[one] = before
    return leader


def _corners(line: Coordinates, fixed: NDArray[np.bool_], off: float) -> Coordinates:
    """The line without vertices that lie within ``off`` of it (Douglas and Peucker, in space); ``fixed`` ones stay."""
    keep = fixed.copy()
    keep[[0, -1]] = True
    level = np.nan_to_num(line, nan=0.0) if np.isnan(line[:, 2]).any() else line
    stops = np.flatnonzero(keep)
    todo = list(pairwise(stops.tolist()))
    while todo:
        low, high = todo.pop()
        if high - low < 2:
            continue
        away = _from_chord(level[low + 1 : high], level[low], level[high])
        if away.max() > off:
            middle = low + 1 + int(away.argmax())
            keep[middle] = True
            todo += [(low, middle), (middle, high)]
    kept: Coordinates = line[keep]
    return kept


def _from_chord(inner: Coordinates, start: Coordinates, end: Coordinates) -> Coordinates:
    along = end - start
    length = float(along @ along)
    share = np.clip((inner - start) @ along / length, 0.0, 1.0) if length else np.zeros(len(inner))
    out: Coordinates = np.linalg.norm(inner - start - share[:, None] * along, axis=1)
    return out


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Straight pieces between corners: nodes at both ends (m, 2), heights there, which line."""

    ends: NDArray[np.int64]
    z: Coordinates
    owner: NDArray[np.int64]


def _pieces(lines: list[Coordinates], nodes: Coordinates, near: float) -> _Pieces:
    sizes = [len(line) for line in lines]
    corners = np.concatenate(lines) if lines else np.empty((0, 3))
    at, _ = nearest(nodes, corners[:, :2], near * (1 + 1e-9))
    owner = np.repeat(np.arange(len(lines)), sizes)
    same = np.flatnonzero((owner[1:] == owner[:-1]) & (at[1:] != at[:-1]))
    return _Pieces(
        np.column_stack([at[same], at[same + 1]]),
        np.column_stack([corners[same, 2], corners[same + 1, 2]]),
        owner[same],
    )


def _broken(
    pieces: _Pieces, nodes: Coordinates, near: float
) -> tuple[NDArray[np.int64], Coordinates, NDArray[np.int64], int]:
    """The pieces broken at every node that lies on them; heights between are those of the straight piece."""
    if not len(pieces.ends):
        return pieces.ends.reshape(0, 2), pieces.z.reshape(0, 2), pieces.owner, 0
    node, piece = within(shapely.linestrings(nodes[pieces.ends]), shapely.points(nodes), near)
    inside = (pieces.ends[piece] != node[:, None]).all(axis=1)
    node, piece = node[inside], piece[inside]
    start, along = nodes[pieces.ends[piece, 0]], np.diff(nodes[pieces.ends[piece]], axis=1)[:, 0]
    share = ((nodes[node] - start) * along).sum(axis=1) / (along**2).sum(axis=1)
    every = np.concatenate([np.repeat(np.arange(len(pieces.ends)), 2), piece])
    stop = np.concatenate([pieces.ends.ravel(), node])
    at = np.concatenate([np.tile([0.0, 1.0], len(pieces.ends)), np.clip(share, 1e-9, 1 - 1e-9)])
    order = np.lexsort((at, every))
    every, stop, at = every[order], stop[order], at[order]
    first, last = pieces.z[every].T
    height = np.select([at == 0, at == 1], [first, last], first * (1 - at) + last * at)  # NaN at one end stays there
    low = np.flatnonzero(every[1:] == every[:-1])
    ends = np.column_stack([stop[low], stop[low + 1]])
    return ends, np.column_stack([height[low], height[low + 1]]), pieces.owner[every[low]], len(node)
