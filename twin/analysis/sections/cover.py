"""How much ground lies over pipes, and where it is less than asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from twin.analysis.sections.accuracy import coverage_factor, uncertainty
from twin.analysis.sections.limits import Limits, shipped_limits
from twin.analysis.sections.pipes import Pipes
from twin.analysis.sections.rows import arrow_rows
from twin.mesh.elevation import TerrainSurface

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M: Final = 1.0

ENOUGH: Final = "enough"
SHALLOW: Final = "shallow"  # less than asked
ABOVE: Final = "above_ground"  # the crown stands out of the ground
NO_GROUND: Final = "no_ground"
NO_LIMIT: Final = "no_limit"
NOT_BURIED: Final = "not_buried"


@dataclass(frozen=True, slots=True)
class LinkCover:
    """The least cover along one link: ground minus crown at ``x``, ``y``, m. ``verdict``: see the constants here.

    ``uncertainty_m``: k standard deviations of the depth; ``within_uncertainty``: whether it is enough is not known.
    """

    layer_id: str
    feature_id: str
    verdict: str
    cover_m: float | None
    limit_m: float | None
    x: float | None
    y: float | None
    crown_m: float | None
    ground_m: float | None
    uncertainty_m: float
    within_uncertainty: bool
    burial: str | None
    unverified: bool


@dataclass(frozen=True, slots=True)
class CoverReport:
    """All links, the worst first; ``counts`` by verdict; ``found`` = kept + ``skipped``."""

    links: tuple[LinkCover, ...]
    counts: dict[str, int]
    source: str
    found: int
    skipped: dict[str, int]

    @property
    def findings(self) -> tuple[LinkCover, ...]:
        """Those with too little cover."""
        return tuple(one for one in self.links if one.verdict in (SHALLOW, ABOVE))

    def to_arrow(self) -> pa.Table:
        return arrow_rows(LinkCover, self.links)


def check_cover(networks: Mapping[str, pa.Table], ground: TerrainSurface, limits: Limits | None = None) -> CoverReport:
    """Least cover of every link against ``limits`` (default: the shipped ones, unverified).

    The ground is read every metre or half cell, whichever is shorter, and at all bends; between them it may rise or
    fall by what the terrain does within that step. Links whose burial says that they do not lie in the ground are
    listed as ``not_buried``.
    """
    asked = limits or shipped_limits()
    pipes = Pipes.of(networks)
    if not len(pipes):
        return CoverReport((), {}, asked.cover_source, pipes.found, pipes.skipped)
    points, link = _stations(pipes, min(STEP_M, ground.cell_m / 2.0))
    crown = points[:, 2] + pipes.tall_m[link] / 2.0
    surface = ground.heights(points[:, :2])
    worst = _least(np.where(np.isnan(surface), np.inf, surface - crown), link, len(pipes))
    depth = surface[worst] - points[worst, 2]
    sd = uncertainty(
        pipes.texts["accuracy_class"], pipes.numbers["plan_sd_m"], pipes.numbers["depth_sd_m"], np.abs(depth)
    )
    unsure = coverage_factor() * sd.depth_sd_m
    rows = [
        _row(pipes, asked, kinds, row, points[at], float(crown[at]), float(surface[at]), float(unsure[row]))
        for row, (kinds, at) in enumerate(zip(asked.kinds(pipes), worst, strict=True))
    ]
    rows.sort(key=lambda one: (one.verdict not in (ABOVE, SHALLOW), np.inf if one.cover_m is None else one.cover_m))
    return CoverReport(
        tuple(rows), dict(Counter(one.verdict for one in rows)), asked.cover_source, pipes.found, pipes.skipped
    )


def _stations(pipes: Pipes, step_m: float) -> tuple[Floats, Ints]:
    """Points (p, 3) along every straight part, ends included, and the link of each."""
    step = pipes.end - pipes.start
    count = np.maximum(np.ceil(np.hypot(step[:, 0], step[:, 1]) / step_m), 1).astype(np.int64) + 1
    part = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(part)) - np.repeat(np.cumsum(count) - count, count)
    share = place / (count[part] - 1)
    return pipes.start[part] + step[part] * share[:, None], pipes.link[part]


def _least(cover: Floats, link: Ints, size: int) -> Ints:
    """Row of the least cover of each link."""
    order = np.lexsort((cover, link))
    first = np.searchsorted(link[order], np.arange(size))
    rows: Ints = order[first]
    return rows


def _row(
    pipes: Pipes,
    limits: Limits,
    kinds: tuple[str, ...],
    row: int,
    point: Floats,
    crown_m: float,
    ground_m: float,
    unsure_m: float,
) -> LinkCover:
    burial = pipes.text("burial", row)
    limit = limits.least_cover(kinds)
    known = not np.isnan(ground_m)
    cover = ground_m - crown_m
    if burial in limits.not_buried:
        verdict = NOT_BURIED
    elif not known:
        verdict = NO_GROUND
    elif cover < 0:
        verdict = ABOVE
    elif limit is None:
        verdict = NO_LIMIT
    else:
        verdict = SHALLOW if cover < limit else ENOUGH
    return LinkCover(
        layer_id=pipes.layer_id[row],
        feature_id=pipes.feature_id[row],
        verdict=verdict,
        cover_m=cover if known else None,
        limit_m=limit,
        x=float(point[0]) if known else None,
        y=float(point[1]) if known else None,
        crown_m=crown_m if known else None,
        ground_m=ground_m if known else None,
        uncertainty_m=unsure_m,
        within_uncertainty=known and limit is not None and abs(cover - limit) < unsure_m,
        burial=burial,
        unverified=limits.cover_unverified,
    )
