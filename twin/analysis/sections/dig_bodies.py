"""How a pit meets the bodies of pipes, and what counts as hit, possible and near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from twin.analysis.sections.accuracy import Uncertainty, uncertainty
from twin.analysis.sections.pipes import Pipes
from twin.analysis.sections.pit import Pit

Floats = NDArray[np.float64]

HIT: Final = "hit"
POSSIBLE: Final = "possible"
NEAR: Final = "near"
VERDICTS: Final = (HIT, POSSIBLE, NEAR)  # the worst first

_STEP_M: Final = 0.1
_ARC: Final = 64  # segments a quarter: rounds corners to 0.1 mm at 1 m
_STEEPEST: Final = 2.0  # a part steeper than this is not thicker in height than that


@dataclass(frozen=True, slots=True)
class Meeting:
    """How one body meets the pit. Distances in m; ``distance_m`` in plan from the body's outside to the pit, 0 within.

    ``above_bottom_m``: how far its top reaches above the bottom; negative: how far below the bottom it stays.
    ``over_ground_m``: how far its underside is above the ground where it is least so, NaN where that is not known.
    """

    row: int
    verdict: str
    length_inside_m: float
    distance_m: float
    top_m: float
    low_m: float
    above_bottom_m: float
    over_ground_m: float
    xy: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Margins:
    """How much is added to a body for each verdict: in plan and in height."""

    plan_m: tuple[float, float, float]
    height_m: tuple[float, float, float]

    @staticmethod
    def of(plan_sd_m: float, depth_sd_m: float, k: float, near_m: float) -> Margins:
        plan, depth = k * plan_sd_m, k * depth_sd_m
        return Margins((0.0, plan, plan + near_m), (0.0, depth, depth + near_m))


def pipe_meetings(pipes: Pipes, pit: Pit, k: float, near_m: float) -> tuple[list[Meeting], Uncertainty]:
    """One meeting for each link that the pit meets, the worst of its straight parts; and the uncertainty of all."""
    middle = middles(pipes)
    depth = pit.ground.heights(middle[:, :2]) - middle[:, 2]
    sd = uncertainty(
        pipes.texts["accuracy_class"], pipes.numbers["plan_sd_m"], pipes.numbers["depth_sd_m"], np.abs(depth)
    )
    lines = np.asarray(shapely.linestrings(np.stack([pipes.start[:, :2], pipes.end[:, :2]], axis=1)), object)
    top = (
        np.maximum(pipes.start[:, 2], pipes.end[:, 2]) + pipes.tall_m[pipes.link] * 2.0 + k * sd.depth_sd_m[pipes.link]
    )
    lean = pit.reach_m(top + near_m)
    reach = pipes.wide_m[pipes.link] / 2.0 + k * sd.plan_sd_m[pipes.link] + near_m + lean
    shapely.prepare(pit.area)
    close = np.flatnonzero(shapely.distance(lines, pit.area) <= reach)
    found: dict[int, Meeting] = {}
    for part in close:
        link = int(pipes.link[part])
        margins = Margins.of(float(sd.plan_sd_m[link]), float(sd.depth_sd_m[link]), k, near_m)
        one = _part_meeting(pipes, int(part), pit, margins, float(lean[part]))
        if one is not None:
            found[link] = one if link not in found else _worse(found[link], one)
    return [found[link] for link in sorted(found)], sd


def middles(pipes: Pipes) -> Floats:
    """(n, 3) mean of the ends of all straight parts of a link."""
    count = np.bincount(pipes.link, minlength=len(pipes))
    both = (pipes.start + pipes.end) / 2.0
    return np.column_stack([np.bincount(pipes.link, both[:, axis], minlength=len(pipes)) / count for axis in range(3)])


def _worse(a: Meeting, b: Meeting) -> Meeting:
    """Two meetings of one link as one: the worse verdict, where it is; both lengths."""
    first, second = sorted((a, b), key=lambda one: (VERDICTS.index(one.verdict), one.distance_m, -one.above_bottom_m))
    return Meeting(
        first.row,
        first.verdict,
        a.length_inside_m + b.length_inside_m,
        min(a.distance_m, b.distance_m),
        max(a.top_m, b.top_m),
        min(a.low_m, b.low_m),
        max(a.above_bottom_m, b.above_bottom_m),
        float(np.fmin(a.over_ground_m, b.over_ground_m)),
        first.xy if first.verdict != second.verdict else (a.xy if a.above_bottom_m >= b.above_bottom_m else b.xy),
    )


def _part_meeting(pipes: Pipes, part: int, pit: Pit, margins: Margins, lean_m: float) -> Meeting | None:
    """The stretch of a straight part within reach in plan, sampled every 0.1 m, ends and outline included."""
    link = int(pipes.link[part])
    start, end = pipes.start[part], pipes.end[part]
    half = float(pipes.wide_m[link]) / 2.0
    run = float(np.hypot(*(end - start)[:2]))
    rise = abs(float(end[2] - start[2]))
    tall = float(pipes.tall_m[link]) / 2.0 * min(np.hypot(1.0, rise / run), _STEEPEST) if run > 1e-3 else 0.0
    sizes = (half + margins.plan_m[2] + lean_m, half + margins.plan_m[1], half, 0.0)
    shares = _shares(start, end, run, pit.area, sizes)
    if not len(shares):
        return None
    points = start + (end - start) * shares[:, None]
    off = np.maximum(away_m(points, pit) - half, 0.0)
    bottom = bottoms(pit, points[:, :2], off, margins)
    top, low = points[:, 2] + tall, points[:, 2] - tall
    verdict = verdict_of(top, off, bottom, margins, lean_m)
    if verdict is None:
        return None
    above = top - bottom[0]
    nearest = np.flatnonzero(off <= off.min() + 1e-9)
    at = int(nearest[np.argmax(above[nearest])])
    return Meeting(
        link,
        verdict,
        _length(points, above, pit),
        float(off.min()),
        float(top.max()),
        float(low.min()),
        float(above[at]),
        _least(low - pit.ground.heights(points[:, :2])),
        (float(points[at, 0]), float(points[at, 1])),
    )


def away_m(points: Floats, pit: Pit) -> Floats:
    """(n,) distance in plan from the area, 0 within."""
    return np.asarray(shapely.distance(np.asarray(shapely.points(points[:, :2]), object), pit.area), float)


def _least(values: Floats) -> float:
    return float(np.nanmin(values)) if np.isfinite(values).any() else float("nan")


def _shares(start: Floats, end: Floats, run: float, area: BaseGeometry, sizes: tuple[float, ...]) -> Floats:
    """Shares of a straight part within the largest of ``sizes`` around the area; where it passes each is among them."""
    if run <= 1e-3:
        near = shapely.distance(shapely.Point(start[:2]), area) <= sizes[0]
        return np.linspace(0.0, 1.0, max(2, int(abs(end[2] - start[2]) / _STEP_M) + 1)) if near else np.empty(0)
    line = shapely.LineString([start[:2], end[:2]])
    found = []
    for size in dict.fromkeys(sizes):
        within = line.intersection(area.buffer(size, quad_segs=_ARC) if size else area)
        for piece in (one for one in shapely.get_parts(within) if not one.is_empty):
            far = np.hypot(*(shapely.get_coordinates(piece) - start[:2]).T) / run
            low, high = float(far.min()), float(far.max())
            found.append(np.linspace(low, high, max(2, int(np.ceil((high - low) * run / _STEP_M)) + 1)))
    return np.unique(np.concatenate(found)) if found else np.empty(0)


def bottoms(pit: Pit, xy: Floats, off: Floats, margins: Margins) -> list[Floats]:
    """The bottom that a body must reach above, for each verdict; with sloped sides its nearest edge counts."""
    level = pit.bottom_at(xy)
    level = np.where(np.isnan(level), -np.inf, level)  # unknown ground: nothing is ruled out
    if not pit.side_slope:
        return [level] * 3
    own = away_m(xy, pit)
    foot = level - own / pit.side_slope
    return [foot + np.maximum(off - margin, 0.0) / pit.side_slope for margin in margins.plan_m]


def verdict_of(top: Floats, off: Floats, bottom: list[Floats], margins: Margins, lean_m: float) -> str | None:
    """The worst that holds anywhere along the samples."""
    for name, plan, height, below in zip(VERDICTS, margins.plan_m, margins.height_m, bottom, strict=True):
        if ((off <= plan + lean_m + 1e-9) & (top + height >= below)).any():
            return name
    return None


def _length(points: Floats, above: Floats, pit: Pit) -> float:
    """3D length of the axis in the pit; where the top passes the bottom between two samples, linearly."""
    middle = (points[1:] + points[:-1]) / 2.0
    inside = np.ones(len(middle), bool) if pit.side_slope else shapely.contains_xy(pit.area, middle[:, :2])
    low, high = np.minimum(above[1:], above[:-1]), np.maximum(above[1:], above[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(low >= 0, 1.0, np.where(high <= 0, 0.0, high / (high - low)))
    return float((np.linalg.norm(np.diff(points, axis=0), axis=1) * np.nan_to_num(share) * inside).sum())
