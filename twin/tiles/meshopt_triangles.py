"""EXT_meshopt_compression, mode TRIANGLES (index codec version 1), vectorised.

The specification (KhronosGroup/glTF, extensions/2.0/Vendor/EXT_meshopt_compression, appendix A, mode 1) describes a
decoder with a queue of 16 edges and a queue of 16 vertices. A textbook encoder walks both queues triangle by
triangle; here the queues are never held. Where an edge or a vertex stands in its queue is the number of pushes since
its own push, and pushes are counted for all triangles at once:

1. a triangle that shares an edge with one of the five triangles before it names that edge. Five triangles push at
   most 15 edges, so the edge is certainly still reachable, whatever the others did;
2. a vertex met for the first time is "next", because vertices are numbered in the order of first use;
3. every other vertex is read from the vertex queue if it is near enough, else spelled out. Spelling out pushes it,
   which moves the others away, so this is settled in a few rounds that only ever turn "queue" into "spelled out".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.tiles.meshopt_indices import varints, zigzag

HEADER = 0xE1
TABLE_SIZE = 14  # usable entries of the 16-byte table of vertex pairs
EDGE_WINDOW = 5
SPELLED = 15  # nibble: the index follows in the data
_PATIENT_ROUNDS = 24

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Rotated triangles (T, 3) with how each is entered: ``edge`` = place in the edge queue, or -1."""

    corners: Ints
    edge: Ints
    fresh: Flags  # (T, 3): the corner is met for the first time


@dataclass(frozen=True, slots=True)
class _References:
    """The corners that the stream has to name, in stream order: one of an edge triangle, three of the others."""

    triangle: Ints
    corner: Ints
    vertex: Ints
    fresh: Flags
    place: Ints  # in the vertex queue; -1 where the index is spelled out or fresh


def encode_triangles(triangles: NDArray[np.uint32]) -> bytes:
    """Compress ``triangles`` (T, 3). Corners of a triangle may come back rotated, winding and order stay.

    Vertices must be numbered in the order of first use and no triangle may name a vertex twice; both are what
    ``twin.tiles.weld`` makes. Raises ValueError otherwise.
    """
    corners = triangles.astype(np.int64)
    fresh = _first_uses(corners)
    walk = _walk(corners, fresh)
    references = _references(walk)
    return _assemble(walk, references)


def _first_uses(corners: Ints) -> Flags:
    """(T, 3): where each vertex is met for the first time; checks the two promises of the caller."""
    if (corners == np.roll(corners, 1, axis=1)).any():
        raise ValueError("a triangle names a vertex twice")
    flat = corners.ravel()
    seen = np.concatenate([[-1], np.maximum.accumulate(flat)[:-1]])
    fresh = flat > seen
    if not np.array_equal(flat[fresh], np.arange(int(fresh.sum()))):
        raise ValueError("vertices are not numbered in the order of first use")
    return fresh.reshape(-1, 3)


def _walk(corners: Ints, fresh: Flags) -> _Walk:
    start, back, their_edge = _shared_edges(corners)
    on_edge = start >= 0
    # an edge that the earlier triangle entered by was not pushed again by it
    source = np.arange(len(corners)) - back
    consumed = on_edge & on_edge[source] & (start[source] == their_edge)
    on_edge &= ~consumed
    # other triangles begin at their first fresh corner, so that it is "next"
    rotation = np.where(on_edge, start, np.argmax(fresh, axis=1))
    turned = (rotation[:, None] + np.arange(3)) % 3
    pushes = np.where(on_edge, 2, 3)
    before = np.cumsum(pushes) - pushes
    # pushed edges in order: all three of a lone triangle, the second and third of an edge triangle
    nth = (their_edge - rotation[source]) % 3 - on_edge[source]
    place = before - 1 - (before[source] + nth)
    return _Walk(
        np.take_along_axis(corners, turned, axis=1),
        np.where(on_edge, place, -1),
        np.take_along_axis(fresh, turned, axis=1),
    )


def _shared_edges(corners: Ints) -> tuple[Ints, Ints, Ints]:
    """(T,) each: which edge lies against a recent triangle (-1: none), how far back that is, which edge of it."""
    count = len(corners)
    start = np.full(count, -1, np.int64)
    back = np.zeros(count, np.int64)
    theirs = np.zeros(count, np.int64)
    following = np.roll(corners, -1, axis=1)
    own = np.ascontiguousarray((corners << 32 | following).T)
    reverse = np.ascontiguousarray((following << 32 | corners).T)
    for distance in range(1, min(EDGE_WINDOW, count - 1) + 1):
        for mine in range(3):
            for other in (2, 1, 0):
                same = own[mine, distance:] == reverse[other, :-distance]
                rows = np.flatnonzero(same) + distance
                rows = rows[start[rows] < 0]
                start[rows], back[rows], theirs[rows] = mine, distance, other
    return start, back, theirs


def _references(walk: _Walk) -> _References:
    on_edge = walk.edge >= 0
    named = np.ones((len(on_edge), 3), np.bool_)
    named[on_edge, :2] = False
    triangle, corner = np.nonzero(named)
    vertex = walk.corners[triangle, corner]
    fresh = walk.fresh[triangle, corner]
    lone = ~on_edge[triangle]
    # the first corner of a lone triangle is fresh or spelled out; place 0 is out of reach for an edge triangle
    nearest = np.where(lone, 0, 1)
    farthest = np.where(lone, 13, 12)
    queued = ~fresh & ~(lone & (corner == 0))
    named_each = np.where(on_edge, 1, 3)
    starts = np.cumsum(named_each) - named_each
    place = _settle(vertex, queued, starts[triangle], nearest, farthest)
    return _References(triangle, corner, vertex, fresh, place)


def _settle(vertex: Ints, queued: Flags, first: Ints, nearest: Ints, farthest: Ints) -> Ints:
    """Places in the vertex queue, -1 for what is not read from it.

    ``first`` is the first reference of the triangle: its pushes happen after all its reads.
    """
    # uses of one vertex side by side; the first of them is always a push, so what is carried forward does not leak
    order = np.argsort(vertex, kind="stable").astype(np.int32)
    repeats = np.diff(vertex[order], prepend=-1) == 0
    since, least, most = (one[order].astype(np.int32) for one in (first, nearest, farthest))
    queued = queued[order]
    row = np.arange(len(vertex), dtype=np.int32)
    pushes = np.zeros(len(vertex) + 1, np.int32)
    pushed_at = np.empty(len(vertex), np.bool_)
    earlier = np.zeros(len(vertex), np.int32)
    for attempt in range(len(vertex) + 1):
        pushed_at[order] = ~queued
        np.cumsum(pushed_at, out=pushes[1:])  # pushes[n]: how many before reference n
        latest = np.maximum.accumulate(np.where(queued, 0, row))
        earlier[1:] = order[latest[:-1]]
        place = pushes[since] - 1 - pushes[earlier]
        failed = queued & ((place < least) | (place > most) | (earlier >= since))
        if not failed.any():
            break
        if attempt < _PATIENT_ROUNDS:
            # spelling out one use brings the vertex near again for its later uses: give those another chance
            failed[1:] &= ~(failed[:-1] & repeats[1:])
        queued &= ~failed
    settled = np.empty(len(vertex), np.int64)
    settled[order] = np.where(queued, place, -1)
    return settled


def _assemble(walk: _Walk, refs: _References) -> bytes:
    on_edge = walk.edge >= 0
    spelled = ~refs.fresh & (refs.place < 0)
    delta = np.zeros(len(refs.vertex), np.int64)
    delta[spelled] = np.diff(refs.vertex[spelled], prepend=0)
    third = on_edge[refs.triangle]

    codes = np.zeros(len(on_edge), np.int64)
    # edge triangles: 0 next, 1..12 queue, 13 and 14 one below and above the last index, 15 spelled out
    step = np.where(delta == -1, 13, np.where(delta == 1, 14, SPELLED))
    low = np.where(refs.fresh, 0, np.where(spelled, step, refs.place))
    codes[refs.triangle[third]] = walk.edge[refs.triangle[third]] << 4 | low[third]
    # the others: a pair of nibbles, from the table if it is there
    nibble = np.where(refs.fresh, 0, np.where(spelled, SPELLED, refs.place + 1))
    lone = np.flatnonzero(~on_edge)
    trio = nibble[~third].reshape(-1, 3)
    pair = trio[:, 1] << 4 | trio[:, 2]
    table = _pair_table(pair[trio[:, 0] == 0])
    entry = np.full(256, 14, np.int64)
    entry[table[::-1]] = np.arange(len(table))[::-1]
    lone_code = np.where(trio[:, 0] == 0, entry[pair], 15)
    codes[lone] = 0xF0 | lone_code

    explicit_pair = lone[lone_code >= 14]
    data = spelled & ~(third & (step != SPELLED))
    # stream order: the pair of a triangle stands before its corners
    key = np.concatenate([explicit_pair * 4, refs.triangle[data] * 4 + refs.corner[data] + 1])
    value = np.concatenate([pair[lone_code >= 14], zigzag(delta[data])])
    raw = np.zeros(len(key), np.bool_)
    raw[: len(explicit_pair)] = True
    order = np.argsort(key, kind="stable")
    body = varints(value[order], raw[order])
    tail = bytes(table) + bytes(16 - len(table))
    return bytes([HEADER]) + codes.astype(np.uint8).tobytes() + body + tail


def _pair_table(pairs: Ints) -> list[int]:
    """The most frequent nibble pairs, none spelled out. ``00`` is always first: elsewhere it would mean a restart."""
    counts = np.bincount(pairs, minlength=256)
    value = np.arange(256)
    counts[(value >> 4 == SPELLED) | (value & 15 == SPELLED) | (value == 0)] = 0
    best = np.argsort(-counts, kind="stable")[: TABLE_SIZE - 1]
    return [0, *(int(one) for one in best if counts[one])]
