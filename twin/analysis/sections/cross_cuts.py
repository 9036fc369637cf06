"""How a vertical plane along a line cuts pipes: across, along, or a pipe that stands upright."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.closest import closest, crossings
from twin.analysis.sections.pipes import Pipes
from twin.analysis.sections.profile import SHORTEST_M, SectionLine

Floats = NDArray[np.float64]

CROSSES: Final = "crosses"  # the axis passes through the plane
ALONG: Final = "along"  # the pipe runs in the plane, or beside it so near that the plane cuts its wall
UPRIGHT: Final = "upright"  # a pipe without length in plan
BESIDE: Final = "beside"  # in the strip of half_width_m, not cut

STEEP_DEG: Final = 30.0  # a pipe that only ends beside the line, steeper to it than this, is not cut


@dataclass(frozen=True, slots=True)
class Cut:
    """One straight part of a pipe cut by one straight part of the line; chainages from the start of the line."""

    link: int
    relation: str
    chainage_m: float
    from_chainage_m: float
    to_chainage_m: float
    axis_m: float  # at chainage_m
    from_axis_m: float
    to_axis_m: float
    offset_m: float  # from the line to the axis in plan, left of the line positive
    angle_deg: float | None  # between the line and the pipe in plan


def cuts(line: SectionLine, pipes: Pipes, half_width_m: float) -> Iterator[Cut]:
    """Every cut, a crossing at a corner of pipe or line once."""
    if not len(pipes.start):
        return
    low, high = (pick(pipes.start[:, :2], pipes.end[:, :2]) for pick in (np.minimum, np.maximum))
    tree = shapely.STRtree(np.asarray(shapely.box(*low.T, *high.T), object))  # boxes: a line without length is nowhere
    met: dict[int, list[Floats]] = {}
    for number in range(len(line.xy) - 1):
        reach = max(float(pipes.wide_m.max(initial=0.0)) / 2.0, half_width_m) + SHORTEST_M
        ends = line.xy[number : number + 2]
        near = np.sort(tree.query(shapely.box(*(ends.min(axis=0) - reach), *(ends.max(axis=0) + reach))))
        for cut in _part_cuts(_Stretch.of(line, number), pipes, near, half_width_m):
            if cut.relation == CROSSES and not _is_new(met, cut, line):
                continue
            yield cut


def _is_new(met: dict[int, list[Floats]], cut: Cut, line: SectionLine) -> bool:
    """Whether this pipe was not met at this very place before: corners belong to two straight parts."""
    here = np.append(line.points(np.array([cut.chainage_m]))[0], [cut.axis_m, cut.chainage_m])
    before = met.setdefault(cut.link, [])
    if any(np.abs(one - here).max() < 2e-6 for one in before):
        return False
    before.append(here)
    return True


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One straight part of the line: where it starts, its direction, its length, the chainage of its start."""

    start: Floats
    end: Floats
    along: Floats
    length_m: float
    low_m: float
    is_last: bool

    @staticmethod
    def of(line: SectionLine, number: int) -> _Stretch:
        start, end = line.xy[number], line.xy[number + 1]
        length = float(np.hypot(*(end - start)))
        low = float(line.chainage_m[number])
        return _Stretch(start, end, (end - start) / length, length, low, number == len(line.xy) - 2)

    def local(self, xy: Floats) -> tuple[Floats, Floats]:
        """How far along the stretch points (n, 2) lie, and how far to its left."""
        off = xy - self.start
        return off @ self.along, self.along[0] * off[:, 1] - self.along[1] * off[:, 0]


def _part_cuts(stretch: _Stretch, pipes: Pipes, near: NDArray[np.int64], half_width_m: float) -> Iterator[Cut]:
    a, b = pipes.start[near], pipes.end[near]
    many = (np.broadcast_to(one, (len(near), 2)) for one in (stretch.start, stretch.end))
    p, p2 = many
    _, t, crosses, sine = crossings(p, p2, a[:, :2], b[:, :2])
    _, nearest, apart = closest(p, p2, a[:, :2], b[:, :2])
    plan_m = np.hypot(*(b - a)[:, :2].T)
    reach = np.maximum(pipes.wide_m[pipes.link[near]] / 2.0, half_width_m) + SHORTEST_M
    for row in np.flatnonzero(apart <= reach):
        link, ends = int(pipes.link[near[row]]), np.stack([a[row], b[row]])
        half = float(pipes.wide_m[link]) / 2.0
        angle = float(np.degrees(np.arcsin(min(1.0, sine[row]))))
        if plan_m[row] < SHORTEST_M:
            yield from _upright(stretch, ends, link, half, half_width_m)
        elif crosses[row] and sine[row] > SHORTEST_M:
            here, z, _ = _place(stretch, ends, float(t[row]))
            aside = half / float(sine[row])
            yield Cut(link, CROSSES, here, here - aside, here + aside, z, z, z, 0.0, angle)
        elif apart[row] < max(half, SHORTEST_M) and angle < STEEP_DEG:
            yield from _along(stretch, ends, link, max(half, SHORTEST_M), angle)
        elif half_width_m > 0 and apart[row] <= half_width_m:
            here, z, offset = _place(stretch, ends, float(nearest[row]))
            yield Cut(link, BESIDE, here, here, here, z, z, z, offset, angle)


def _place(stretch: _Stretch, ends: Floats, share: float) -> tuple[float, float, float]:
    """Chainage, height and offset of the axis at ``share`` of a straight part."""
    point = ends[0] + (ends[1] - ends[0]) * share
    station, offset = stretch.local(point[None, :2])
    return stretch.low_m + float(station[0]), float(point[2]), float(offset[0])


def _along(stretch: _Stretch, ends: Floats, link: int, half: float, angle: float) -> Iterator[Cut]:
    """The stretch of the line over which the axis is nearer than half a width."""
    stations, offsets = stretch.local(ends[:, :2])
    low, high = 0.0, 1.0  # shares of the pipe: where it enters and leaves the strip beside the line and its length
    for values, bounds in ((offsets, (-half, half)), (stations, (0.0, stretch.length_m))):
        step = values[1] - values[0]
        if abs(step) > 1e-12:
            first, last = sorted((bound - values[0]) / step for bound in bounds)
            low, high = max(low, first), min(high, last)
    if high <= low:
        return
    (one, z_one, _), (two, z_two, _) = sorted(_place(stretch, ends, share) for share in (low, high))
    if two - one >= SHORTEST_M:
        here, z, offset = _place(stretch, ends, (low + high) / 2.0)
        yield Cut(link, ALONG, here, one, two, z, z_one, z_two, offset, angle)


def _upright(stretch: _Stretch, ends: Floats, link: int, half: float, half_width_m: float) -> Iterator[Cut]:
    """A vertical part: cut along a chord when the plane passes through it."""
    here, _, offset = _place(stretch, ends, 0.0)
    station = here - stretch.low_m
    inside = 0.0 <= station <= stretch.length_m if stretch.is_last else 0.0 <= station < stretch.length_m
    if inside and abs(offset) <= max(half, half_width_m, SHORTEST_M):
        chord = float(np.sqrt(max(half**2 - offset**2, 0.0)))
        bottom, top = sorted((float(ends[0, 2]), float(ends[1, 2])))
        yield Cut(link, UPRIGHT, here, here - chord, here + chord, (bottom + top) / 2.0, bottom, top, offset, None)
