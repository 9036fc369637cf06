"""Which pipes come near each other, and how near: crossing in plan, side by side, or meeting in space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.closest import at_share, closest, crossings
from twin.analysis.sections.pipes import Pipes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

CROSSING: Final = "crossing"
PARALLEL: Final = "parallel"
TOUCHING: Final = "touching"

PARALLEL_DEG: Final = 15.0
JOINED_M: Final = 0.01  # ends nearer than this in space are one
LEAST_RUN_M: Final = 0.5  # shorter stretches side by side are ends that pass each other


@dataclass(frozen=True, slots=True)
class Nearness:
    """The nearest place of each pair of links and relation (n,): rows ``a`` < ``b`` of the pipes."""

    a: Ints
    b: Ints
    relation: NDArray[np.object_]
    clearance_m: Floats
    gap_m: Floats
    xyz: Floats
    pairs: int
    crossings: int
    parallels: int
    connected: int


def nearnesses(pipes: Pipes, reach_m: float) -> Nearness:
    """All pairs of links whose bodies come nearer than ``reach_m`` in plan, connections left out."""
    one, two = _candidates(pipes, reach_m)
    link_a, link_b = pipes.link[one], pipes.link[two]
    swap = link_a > link_b
    one, two = np.where(swap, two, one), np.where(swap, one, two)
    link_a, link_b = pipes.link[one], pipes.link[two]
    pair = link_a * len(pipes) + link_b
    joined = np.unique(pair[_joined(pipes, one, two)])
    all_pairs = len(np.unique(pair))
    free = ~np.isin(pair, joined)
    one, two, pair = one[free], two[free], pair[free]
    measured = _measure(pipes, one, two, reach_m)
    relation, clearance, gap, xyz = measured
    best = _nearest(pair, relation, clearance)
    chosen = one[best], two[best]
    count = {kind: int((relation[best] == kind).sum()) for kind in (CROSSING, PARALLEL)}
    return Nearness(
        pipes.link[chosen[0]],
        pipes.link[chosen[1]],
        relation[best],
        clearance[best],
        gap[best],
        xyz[best],
        all_pairs - len(joined),
        count[CROSSING],
        count[PARALLEL],
        len(joined),
    )


def _candidates(pipes: Pipes, reach_m: float) -> tuple[Ints, Ints]:
    """Pairs of straight parts of different links whose bodies may come within ``reach_m`` in plan."""
    if not len(pipes.start):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    lines = np.asarray(shapely.linestrings(np.stack([pipes.start[:, :2], pipes.end[:, :2]], axis=1)), object)
    half = pipes.wide_m[pipes.link] / 2.0
    tree = shapely.STRtree(lines)
    # a part asks for what lies within its own half, the widest other half and the reach; the exact test follows
    boxes = shapely.bounds(lines) + np.outer(half + half.max() + reach_m, [-1.0, -1.0, 1.0, 1.0])
    a, b = tree.query(shapely.box(*boxes.T))
    later = (a < b) & (pipes.link[a] != pipes.link[b])
    a, b = a[later], b[later]
    *_, apart = closest(pipes.start[a, :2], pipes.end[a, :2], pipes.start[b, :2], pipes.end[b, :2])
    near = apart <= half[a] + half[b] + reach_m
    return a[near].astype(np.int64), b[near].astype(np.int64)


def _joined(pipes: Pipes, one: Ints, two: Ints) -> Mask:
    """Pairs of parts whose links share a node, meet end to end, or of which one ends in the other, in one layer."""
    link_a, link_b = pipes.link[one], pipes.link[two]
    found = np.zeros(len(one), bool)
    ends = [_codes(pipes.texts[name], pipes) for name in ("from_id", "to_id")]
    for mine in ends:
        for yours in ends:
            found |= (mine[link_a] >= 0) & (mine[link_a] == yours[link_b])
    first, last = _tips(pipes)
    same = pipes.layer_id[link_a] == pipes.layer_id[link_b]
    for tip_a, is_tip_a in ((pipes.start[one], first[one]), (pipes.end[one], last[one])):
        for tip_b, is_tip_b in ((pipes.start[two], first[two]), (pipes.end[two], last[two])):
            found |= is_tip_a & is_tip_b & (np.linalg.norm(tip_a - tip_b, axis=1) < JOINED_M)
        *_, apart = closest(tip_a, tip_a, pipes.start[two], pipes.end[two])
        found |= same & is_tip_a & (apart <= np.maximum(pipes.wide_m, pipes.tall_m)[link_b] / 2.0 + JOINED_M)
    for tip_b, is_tip_b in ((pipes.start[two], first[two]), (pipes.end[two], last[two])):
        *_, apart = closest(tip_b, tip_b, pipes.start[one], pipes.end[one])
        found |= same & is_tip_b & (apart <= np.maximum(pipes.wide_m, pipes.tall_m)[link_a] / 2.0 + JOINED_M)
    return found


def _codes(ids: NDArray[np.object_], pipes: Pipes) -> Ints:
    """A number for every node id, -1 for none; the same id is the same number in both columns."""
    every = np.concatenate([pipes.texts["from_id"], pipes.texts["to_id"]])
    known = {one: number for number, one in enumerate(dict.fromkeys(one for one in every if one is not None))}
    return np.array([known.get(one, -1) for one in ids], np.int64)


def _tips(pipes: Pipes) -> tuple[Mask, Mask]:
    """Whether a part is the first, the last of its link."""
    changes = pipes.link[1:] != pipes.link[:-1]
    return np.concatenate([[True], changes]), np.concatenate([changes, [True]])


def _measure(pipes: Pipes, one: Ints, two: Ints, reach_m: float) -> tuple[NDArray[np.object_], Floats, Floats, Floats]:
    """Relation ('' for none), clearance, gap in space and place of every pair of parts."""
    a, a2, b, b2 = pipes.start[one], pipes.end[one], pipes.start[two], pipes.end[two]
    half_a, half_b = (pipes.wide_m[pipes.link[part]] / 2.0 for part in (one, two))
    tall_a, tall_b = (pipes.tall_m[pipes.link[part]] / 2.0 for part in (one, two))
    s, t, crosses, sine = crossings(a[:, :2], a2[:, :2], b[:, :2], b2[:, :2])
    plan_s, plan_t, apart = closest(a[:, :2], a2[:, :2], b[:, :2], b2[:, :2])
    s, t = np.where(crosses, s, plan_s), np.where(crosses, t, plan_t)
    at_a, at_b = at_share(a, a2, s), at_share(b, b2, t)
    rise = np.abs(at_a[:, 2] - at_b[:, 2])
    vertical = rise - _reach_down(pipes, one, two, sine, at_a[:, 2] >= at_b[:, 2])
    horizontal = apart - half_a - half_b
    side = ~crosses & (sine < np.sin(np.radians(PARALLEL_DEG))) & (_overlap(a, a2, b, b2) >= LEAST_RUN_M)
    gap = _gap(pipes, one, two, horizontal, rise - tall_a - tall_b)
    gap = np.where(crosses, vertical, gap)
    relation = np.full(len(one), "", object)
    relation[~crosses & ~side & (gap < 0)] = TOUCHING
    relation[side & (horizontal <= reach_m)] = PARALLEL
    relation[crosses] = CROSSING
    clearance = np.where(crosses, vertical, np.where(side, horizontal, gap))
    return relation, clearance, gap, (at_a + at_b) / 2.0


def _reach_down(pipes: Pipes, one: Ints, two: Ints, sine: Floats, a_above: Mask) -> Floats:
    """How much of the height between two crossing axes their bodies take where they come nearest, m.

    Over the plan of both, the underside of one pipe is its axis plane minus a circle stretched by its slope, and the
    two offsets from the axes are coordinates of the plane, so the least distance falls apart into one term a pipe:
    for a circle r·sqrt(1 + s² + g²), for a box g·(half width) + (half height)·sqrt(1 + s²), where s is the slope and g
    how fast the height between the axes changes across the pipe. Below 10° the pipes count as level across.
    """
    run = []
    for part in (one, two):
        step = pipes.end[part] - pipes.start[part]
        length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
        run.append((step[:, :2] / length[:, None], step[:, 2] / length))
    (along_a, slope_a), (along_b, slope_b) = run
    gradient = slope_a[:, None] * along_a - slope_b[:, None] * along_b
    gradient = np.where(a_above[:, None], gradient, -gradient)
    with np.errstate(divide="ignore", invalid="ignore"):
        across_a = np.abs((gradient * along_b).sum(axis=1)) / sine
        across_b = np.abs((gradient * along_a).sum(axis=1)) / sine
    level = sine < np.sin(np.radians(10.0))
    total = np.zeros(len(one))
    for part, slope, across in ((one, slope_a, across_a), (two, slope_b, across_b)):
        link = pipes.link[part]
        half, tall = pipes.wide_m[link] / 2.0, pipes.tall_m[link] / 2.0
        across = np.where(level, 0.0, across)
        stretch = 1.0 + slope**2
        box = half * across + tall * np.sqrt(stretch)
        total += np.where(pipes.is_box[link], box, half * np.sqrt(stretch + across**2))
    return total


def _gap(pipes: Pipes, one: Ints, two: Ints, horizontal: Floats, vertical: Floats) -> Floats:
    """Least distance of two bodies that do not cross: axes in space less both radii; with a box, side or height."""
    *_, apart = closest(pipes.start[one], pipes.end[one], pipes.start[two], pipes.end[two])
    link_a, link_b = pipes.link[one], pipes.link[two]
    rounds = apart - (pipes.wide_m[link_a] + pipes.wide_m[link_b]) / 2.0
    aside = np.hypot(np.maximum(horizontal, 0.0), np.maximum(vertical, 0.0))
    boxes = np.where(aside > 0, aside, np.maximum(horizontal, vertical))
    return np.where(pipes.is_box[link_a] | pipes.is_box[link_b], boxes, rounds)


def _overlap(a: Floats, a2: Floats, b: Floats, b2: Floats) -> Floats:
    """How long two parts run beside each other in plan, measured along the first."""
    step = a2[:, :2] - a[:, :2]
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    along = step / length[:, None]
    one, two = (((point[:, :2] - a[:, :2]) * along).sum(axis=1) for point in (b, b2))
    both: Floats = np.minimum(np.maximum(one, two), length) - np.maximum(np.minimum(one, two), 0.0)
    return both


def _nearest(pair: Ints, relation: NDArray[np.object_], clearance: Floats) -> Ints:
    """One row a pair and relation, that with the least clearance; a pair that crosses has no other relation."""
    order = {CROSSING: 0, PARALLEL: 1, TOUCHING: 2, "": 3}
    rank = np.array([order[one] for one in relation], np.int64)
    rows = np.flatnonzero(rank < 3)
    cross = np.unique(pair[rows][rank[rows] == 0])
    rows = rows[(rank[rows] == 0) | ~np.isin(pair[rows], cross)]
    rows = rows[np.lexsort((clearance[rows], rank[rows], pair[rows]))]
    key = pair[rows] * 4 + rank[rows]
    best: Ints = rows[np.concatenate([np.ones(min(len(rows), 1), bool), key[1:] != key[:-1]])]
    return best
