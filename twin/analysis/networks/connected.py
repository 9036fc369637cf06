"""What hangs together, and how far it is along the pipes: arrays in, arrays out, no object for each pipe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def components(count: int, a: Ints, b: Ints) -> Ints:
    """(count,) label of each of ``count`` things; ``a`` and ``b`` (e,) are joined in pairs. Labels are 0, 1, 2 …

    Each round hooks the larger root under the smaller one and then shortens the paths to the roots (Shiloach and
    Vishkin 1982: O(log n) rounds), so a town of pipes takes some tens of milliseconds.
    """
    root = np.arange(count, dtype=np.int64)
    while len(a):
        low, high = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        apart = low != high
        if not apart.any():
            break
        a, b, low, high = a[apart], b[apart], low[apart], high[apart]
        np.minimum.at(root, high, low)
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
    _, label = np.unique(root, return_inverse=True)
    return label.reshape(-1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Directed steps between nodes in compressed rows: those of node ``i`` are ``start[i]:start[i + 1]``."""

    start: Ints  # (n + 1,)
    to: Ints  # (s,) node that a step leads to
    link: Ints  # (s,) link it takes
    length_m: Floats  # (s,)

    @staticmethod
    def of(nodes: int, tail: Ints, head: Ints, link: Ints, length_m: Floats) -> Adjacency:
        """Steps ``tail`` -> ``head`` over ``link``, each (s,), in the order of their tails."""
        order = np.argsort(tail, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int64)
        return Adjacency(start, head[order], link[order], length_m[order])

    def steps_from(self, nodes: Ints) -> Ints:
        """Rows of all steps that begin at ``nodes``."""
        first, count = self.start[nodes], self.start[nodes + 1] - self.start[nodes]
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        rows: Ints = np.repeat(first, count) + offset
        return rows


def distances(adjacency: Adjacency, at: Ints, stops: NDArray[np.bool_], most_m: float = np.inf) -> Floats:
    """(n,) shortest way in metres from the nodes ``at``; infinity where none leads. Lengths are not negative.

    Nothing goes on from a node that ``stops``, unless the way begins there, nor from one at ``most_m`` or farther.
    A frontier of nodes whose distance just fell is relaxed at once (Bellman-Ford by rounds), which for pipes ends after
    about as many rounds as there are pipes on the longest way.
    """
    found = np.full(len(stops), np.inf)
    found[at] = 0.0
    front = np.unique(at)
    while len(front):
        rows = adjacency.steps_from(front)
        tail = np.repeat(front, adjacency.start[front + 1] - adjacency.start[front])
        head, reached = adjacency.to[rows], found[tail] + adjacency.length_m[rows]
        better = (reached < found[head]) & (reached <= most_m)
        head, reached = head[better], reached[better]
        np.minimum.at(found, head, reached)
        front = np.unique(head)
        front = front[~stops[front]]
    return found
