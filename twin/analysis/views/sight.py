"""Is the line from an eye to a point free? Terrain by samples, buildings by their exact footprints.

A camera hangs on a wall, and in a raster of buildings its cell may be the wall: so footprints, not cells, hide here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.views.surface_model import Prism, SurfaceModel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FREE: Final = -1
TERRAIN: Final = -2
SAMPLES_A_CELL: Final = 2
POINTS_AT_ONCE: Final = 500_000
GRAZING_M: Final = 0.01  # ground that rises less into a line does not hide


@dataclass(frozen=True, slots=True)
class Sight:
    """Of (n,) lines: what hides the point first (``FREE``, ``TERRAIN`` or a place in ``prisms``), and where along it.

    at_m: plan distance from the eye to where the line is cut; NaN when it is free.
    """

    blocker: Ints
    at_m: Floats

    @property
    def free(self) -> Bools:
        clear: Bools = self.blocker == FREE
        return clear


def sight(eye: Floats, points: Floats, model: SurfaceModel, *, wall_tolerance_m: float = 0.0) -> Sight:
    """What hides (n, 3) ``points`` from ``eye`` (3,), campus metres and datum.

    Ground is sampled twice a cell. A building within ``wall_tolerance_m`` of the eye does not hide that first part of
    a line: a camera on a wall may have been surveyed into it. A point inside a building, below its top, is hidden.
    """
    points = np.asarray(points, float)
    plan_m = np.hypot(points[:, 0] - eye[0], points[:, 1] - eye[1])
    share = _first_ground(eye, points, plan_m, model)
    blocker = np.where(np.isfinite(share), TERRAIN, FREE).astype(np.int64)
    for place in _near(eye, points, model.prisms):
        prism = model.prisms[place]
        start = np.zeros(len(points))
        if prism.polygon.distance(shapely.Point(eye[:2])) < wall_tolerance_m:
            start = np.minimum(wall_tolerance_m / np.maximum(plan_m, 1e-9), 1.0)
        cut = _first_inside(eye, points, prism, start)
        sooner = cut < share
        share, blocker = np.where(sooner, cut, share), np.where(sooner, place, blocker)
    return Sight(blocker, np.where(np.isfinite(share), share * plan_m, np.nan))


def _near(eye: Floats, points: Floats, prisms: Sequence[Prism]) -> list[int]:
    """Buildings whose box meets the box of all lines."""
    if not len(prisms) or not len(points):
        return []
    every = np.vstack([points[:, :2], eye[None, :2]])
    area = shapely.box(*every.min(axis=0), *every.max(axis=0))
    return sorted(shapely.STRtree([one.polygon for one in prisms]).query(area).tolist())


def _first_ground(eye: Floats, points: Floats, plan_m: Floats, model: SurfaceModel) -> Floats:
    """(n,) share of each line where the ground first rises into it; inf when it does not."""
    out = np.full(len(points), np.inf)
    step_m = min(model.ground.cell_m) / SAMPLES_A_CELL
    order = np.argsort(plan_m)
    start = 0
    while start < len(order):
        # lines of like length together, so that short ones are not sampled as often as the longest
        most = np.maximum(np.ceil(plan_m[order[start:]] / step_m), 1.0)
        count = max(1, int(np.searchsorted(np.arange(1, len(most) + 1) * most, POINTS_AT_ONCE)))
        rows = order[start : start + count]
        t = np.arange(1, int(most[: len(rows)][-1])) / most[: len(rows)][-1]
        at = eye + (points[rows] - eye)[:, None, :] * t[None, :, None]
        ground = model.ground.heights(at[..., :2].reshape(-1, 2)).reshape(at.shape[:2])
        with np.errstate(invalid="ignore"):
            hidden = ground > at[..., 2] + GRAZING_M
        found = hidden.any(axis=1)
        out[rows[found]] = t[hidden[found].argmax(axis=1)]
        start += len(rows)
    return out


def _first_inside(eye: Floats, points: Floats, prism: Prism, start: Floats) -> Floats:
    """(n,) share of each line where it first is inside the prism, after ``start``; inf when it never is."""
    one, other = _walls(prism)
    toward = points - eye
    first, second = one - eye[:2], other - eye[:2]
    side_one = _cross(toward[:, None, :2], first[None]) >= 0
    side_other = _cross(toward[:, None, :2], second[None]) >= 0
    along = second - first
    with np.errstate(divide="ignore", invalid="ignore"):
        t = _cross(first, along)[None, :] / _cross(toward[:, None, :2], along[None])
    t = np.sort(np.where(side_one != side_other, t, np.inf), axis=1)
    most = int((side_one != side_other).sum(axis=1).max(initial=0))
    t = t[:, : most + most % 2]
    low, high = np.maximum(t[:, 0::2], start[:, None]), np.minimum(t[:, 1::2], 1.0)
    with np.errstate(invalid="ignore"):
        within = _first_between(eye[2], toward[:, 2, None], low, high, prism)
    first_inside: Floats = within.min(axis=1, initial=np.inf)
    return first_inside


def _first_between(eye_m: float, rise: Floats, low: Floats, high: Floats, prism: Prism) -> Floats:
    """Where, from ``low`` to ``high`` along a line that rises by ``rise``, it first is between base and top; or inf."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at_base, at_top = (prism.base_m - eye_m) / rise, (prism.top_m - eye_m) / rise
    level = rise == 0
    within = (prism.base_m < eye_m) & (eye_m < prism.top_m)
    enter = np.where(level, np.where(within, -np.inf, np.inf), np.minimum(at_base, at_top))
    leave = np.where(level, np.inf, np.maximum(at_base, at_top))
    first, last = np.maximum(low, enter), np.minimum(high, leave)
    return np.where(last - first > 1e-9, first, np.inf)


def _walls(prism: Prism) -> tuple[Floats, Floats]:
    """(m, 2) both ends of every wall of a footprint, courtyards included."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(prism.polygon)]
    return np.concatenate([ring[:-1] for ring in rings]), np.concatenate([ring[1:] for ring in rings])


def _cross(a: Floats, b: Floats) -> Floats:
    crossed: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return crossed
