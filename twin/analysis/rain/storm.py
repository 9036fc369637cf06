"""Where a storm stands on the terrain: runoff, drains, hollows that fill and overflow, water at entrances.

Quasi-static: in every step all runoff arrives, drains take what they may, and the rest comes to rest. There is no time
of travel, no speed and no surcharge of pipes: a drain takes its capacity whatever stands below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.analysis.rain.basins import Basins, basins_of
from twin.analysis.rain.drains import capacity_m3_h, drain_results, places_of
from twin.analysis.rain.flow import OUTSIDE
from twin.analysis.rain.neighbours import Bools, Floats, Ints
from twin.analysis.rain.ponds import Ponds
from twin.analysis.rain.rain_result import (
    Balance,
    Drain,
    Entrance,
    RainResult,
    entrance_results,
    pond_results,
)
from twin.errors import ImpossibleAmountError, NotOneGridError
from twin.mesh.elevation import ElevationGrid


def rain_on_terrain(
    terrain: ElevationGrid,
    rain_mm: float | Sequence[float] | Floats,
    *,
    step_min: float,
    runoff: float | NDArray[np.floating] = 1.0,
    initial_loss_mm: float | NDArray[np.floating] = 0.0,
    drains: Sequence[Drain] = (),
    straight_to_drains: Bools | None = None,
    entrances: Sequence[Entrance] = (),
    drain_reach_m: float = 0.0,
    entrance_reach_m: float = 1.5,
    dry_steps_after: int = 0,
    basins: Basins | None = None,
) -> RainResult:
    """Rain on a grid of heights (m), nodata NaN. With buildings burnt in (``surface_model``) water goes around them.

    rain_mm: of the whole storm, which lasts one step, or of each step of ``step_min`` minutes. runoff: the share that
    runs off, 0 to 1, for all or (rows, columns). initial_loss_mm: what each cell keeps before anything runs off.
    drains: take water that runs over their cell, and water that stands on it, down to its level; each is moved to the
    lowest cell within ``drain_reach_m``. straight_to_drains: cells (roofs) whose runoff never reaches the ground.
    entrances: where the depth is asked, over the cells within ``entrance_reach_m``. dry_steps_after: drains go on.
    basins: of the same terrain, when several storms are asked.

    rain = infiltrated + initial loss + straight to drains + drained + stored + left the area, to rounding; see
    ``RainResult.balance``. Raises NotOneGridError, ImpossibleAmountError.
    """
    steps = np.append(np.atleast_1d(np.asarray(rain_mm, float)), np.zeros(dry_steps_after))
    shape = terrain.values.shape
    share, loss = (_grid(name, one, shape) for name, one in (("runoff", runoff), ("initial_loss_mm", initial_loss_mm)))
    _possible("rain_mm", steps, 0.0, np.inf)
    _possible("runoff", share, 0.0, 1.0)
    _possible("initial_loss_mm", loss, 0.0, np.inf)
    if not step_min > 0:
        raise ImpossibleAmountError(name="step_min", value=step_min, wanted="> 0")
    known = basins if basins is not None else basins_of(terrain)
    roofs = _grid("straight_to_drains", np.zeros(shape) if straight_to_drains is None else straight_to_drains, shape)
    placed = places_of(drains, known, drain_reach_m)
    ponds = Ponds(known, np.unique(placed[placed >= 0]))
    hours = step_min / 60.0
    capacity = capacity_m3_h(drains, placed, ponds) * hours
    supply = _Supply(known, ponds.stop, share, loss, roofs > 0)
    peak = np.zeros(len(known.parent))
    for depth_mm in steps:
        stops, volumes = supply.of(float(depth_mm))
        ponds.allowed = capacity.tolist()
        for stop, volume in zip(stops, volumes, strict=True):
            ponds.pour(stop, volume)
        ponds.drain_standing()
        peak = np.maximum(peak, ponds.held)
    balance = Balance(
        rain_m3=supply.rain_m3,
        infiltrated_m3=supply.infiltrated_m3,
        initial_loss_m3=supply.lost_m3,
        straight_to_drains_m3=supply.straight_m3,
        drained_m3=float(sum(ponds.taken)),
        stored_m3=ponds.stored_m3,
        left_m3=float(ponds.left_m3),
    )
    peak_depth = ponds.depth_m(peak)
    return RainResult(
        balance=balance,
        ponds=pond_results(ponds, peak),
        drains=drain_results(drains, placed, ponds, capacity, hours, len(steps)),
        entrances=entrance_results(entrances, terrain, peak_depth, entrance_reach_m),
        peak_depth_m=peak_depth,
        final_depth_m=ponds.depth_m(np.array(ponds.held)),
        transform=terrain.transform,
    )


def _grid(name: str, value: float | NDArray[np.generic], shape: tuple[int, ...]) -> Floats:
    array = np.asarray(value, float)
    if array.ndim and array.shape != shape:
        raise NotOneGridError(name=name, found=array.shape, wanted=shape)
    return np.broadcast_to(array, shape)


def _possible(name: str, values: Floats, least: float, most: float) -> None:
    wrong = ~((values >= least) & (values <= most))
    if wrong.any():
        raise ImpossibleAmountError(name=name, value=float(values[wrong][0]), wanted=f"{least:g} ... {most:g}")


class _Supply:
    """What arrives at each stop in a step, and what does not run off."""

    def __init__(self, basins: Basins, stop: Ints, share: Floats, loss_mm: Floats, straight: Bools) -> None:
        ground = np.flatnonzero(basins.rim.ground)
        flat = {
            name: np.pad(one.astype(float), 1).ravel()[ground]
            for name, one in (("share", share), ("loss", loss_mm), ("straight", straight))
        }
        self.share, self.loss_mm, self.straight = flat["share"], flat["loss"].copy(), flat["straight"] > 0
        self.stops, self.of_cell = np.unique(np.where(self.straight, OUTSIDE, stop[ground]), return_inverse=True)
        self.cell_m2 = basins.cell_m2
        self.rain_m3 = self.infiltrated_m3 = self.lost_m3 = self.straight_m3 = 0.0

    def of(self, depth_mm: float) -> tuple[list[int], list[float]]:
        """Stops and the m³ that run to them in a step of ``depth_mm``."""
        if depth_mm <= 0:
            return [], []
        to_m3 = self.cell_m2 / 1000.0
        kept = np.minimum(self.loss_mm, depth_mm)
        self.loss_mm -= kept
        running = (depth_mm - kept) * self.share
        self.rain_m3 += depth_mm * len(kept) * to_m3
        self.lost_m3 += float(kept.sum()) * to_m3
        self.infiltrated_m3 += float(((depth_mm - kept) * (1.0 - self.share)).sum()) * to_m3
        self.straight_m3 += float(running[self.straight].sum()) * to_m3
        running = np.where(self.straight, 0.0, running)
        volumes = np.bincount(self.of_cell, running, len(self.stops)) * to_m3
        wet = volumes > 0
        return self.stops[wet].tolist(), volumes[wet].tolist()
