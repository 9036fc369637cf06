"""What a storm leaves behind: the balance of water, ponds, drains and entrances as rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import pyarrow as pa

from twin.analysis.rain.basins import NONE
from twin.analysis.rain.neighbours import Floats, near_cells
from twin.analysis.rain.ponds import EMPTY_M3, Ponds
from twin.mesh.elevation import ElevationGrid, Transform


@dataclass(frozen=True, slots=True)
class Drain:
    """A gully or inlet (雨水篦): where it is and what it can take."""

    drain_id: str
    x: float
    y: float
    capacity_m3_h: float


@dataclass(frozen=True, slots=True)
class Entrance:
    """A door; its threshold lies ``threshold_m`` above ``ground_m``, by default the lowest ground within reach."""

    entrance_id: str
    x: float
    y: float
    threshold_m: float = 0.0
    ground_m: float | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Where all the rain went, m³."""

    rain_m3: float
    infiltrated_m3: float
    initial_loss_m3: float
    straight_to_drains_m3: float
    drained_m3: float
    stored_m3: float
    left_m3: float

    @property
    def missing_m3(self) -> float:
        """What the sum does not explain: rounding."""
        return self.rain_m3 - math.fsum(getattr(self, one.name) for one in fields(self) if one.name != "rain_m3")


@dataclass(frozen=True, slots=True)
class PondResult:
    """A hollow with all hollows inside it. Its water: arrived = drained + stored + spilled.

    x, y: its deepest cell · brim_m: where it spills over · capacity_m3: up to there · peak: the most that stood there ·
    peak_depth_m: at the deepest cell · spills_to: ponds, or -1 over the edge of the area.
    """

    pond: int
    x: float
    y: float
    bottom_m: float
    brim_m: float
    capacity_m3: float
    arrived_m3: float
    drained_m3: float
    stored_m3: float
    spilled_m3: float
    peak_m3: float
    peak_level_m: float | None
    peak_depth_m: float
    spilled: bool
    spills_to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrainResult:
    """``on_terrain`` is False for a drain without ground: it took nothing. busy: of what it could have taken."""

    drain_id: str
    on_terrain: bool
    taken_m3: float
    busy: float


@dataclass(frozen=True, slots=True)
class EntranceResult:
    """Water at a door at its highest. depth_m above the ground there, over_threshold_m above the threshold (or below).

    depth_m is None where the terrain knows no ground; over_threshold_m where no water stands.
    """

    entrance_id: str
    ground_m: float | None
    water_level_m: float | None
    depth_m: float | None
    over_threshold_m: float | None
    flooded: bool


@dataclass(frozen=True, slots=True)
class RainResult:
    """A storm on a terrain. Depth grids: (rows, columns) m, 0 dry, NaN nodata; peak: each cell's highest."""

    balance: Balance
    ponds: tuple[PondResult, ...]
    drains: tuple[DrainResult, ...]
    entrances: tuple[EntranceResult, ...]
    peak_depth_m: Floats
    final_depth_m: Floats
    transform: Transform

    def to_arrow(self) -> pa.Table:
        """The ponds that water reached, most water first."""
        return pa.Table.from_pylist([{**asdict(one), "spills_to": list(one.spills_to)} for one in self.ponds])

    def entrances_to_arrow(self) -> pa.Table:
        return pa.Table.from_pylist([asdict(one) for one in self.entrances])

    def drains_to_arrow(self) -> pa.Table:
        return pa.Table.from_pylist([asdict(one) for one in self.drains])


def pond_results(ponds: Ponds, peak: Floats) -> tuple[PondResult, ...]:
    """Every top basin that water reached, most water first."""
    basins = ponds.basins
    tops = np.array(ponds.tops, np.int64)
    peak_of, held_of = (np.bincount(tops, one, len(tops)) for one in (peak, np.array(ponds.held)))
    levels = ponds.levels(peak)
    highest = np.full(len(tops), np.nan)
    np.fmax.at(highest, tops, levels)
    pits = basins.rim.z[basins.pits]
    deepest: dict[int, int] = {}
    for pit in np.argsort(pits, kind="stable").tolist():
        deepest.setdefault(int(tops[pit]), pit)
    rows = []
    for top, pit in deepest.items():
        if ponds.arrived[top] <= EMPTY_M3:
            continue
        place = int(basins.pits[pit])
        width = basins.rim.width
        x, y = basins.terrain.middles(np.array([place % width - 1]), np.array([place // width - 1]))[0]
        level = None if np.isnan(highest[top]) else float(highest[top])
        rows.append(
            PondResult(
                pond=top,
                x=float(x),
                y=float(y),
                bottom_m=float(pits[pit]),
                brim_m=float(basins.brim_m[top]),
                capacity_m3=float(basins.capacity_m3[top]),
                arrived_m3=ponds.arrived[top],
                drained_m3=ponds.taken_of_basin[top],
                stored_m3=float(held_of[top]),
                spilled_m3=ponds.spilled[top],
                peak_m3=float(peak_of[top]),
                peak_level_m=level,
                peak_depth_m=0.0 if level is None else level - float(pits[pit]),
                spilled=ponds.spilled[top] > EMPTY_M3,
                spills_to=tuple(sorted(one if one != NONE else -1 for one in ponds.spilled_to[top])),
            )
        )
    return tuple(sorted(rows, key=lambda one: (-one.peak_m3, one.pond)))


def entrance_results(
    entrances: Sequence[Entrance], terrain: ElevationGrid, depth_m: Floats, reach_m: float
) -> tuple[EntranceResult, ...]:
    """The highest water within reach of each door: the cell of a door itself may be its house."""
    rows = []
    for one in entrances:
        near = near_cells(terrain, one.x, one.y, reach_m)
        if not len(near):
            rows.append(EntranceResult(one.entrance_id, None, None, None, None, False))
            continue
        ground, depth = (grid[near[:, 0], near[:, 1]] for grid in (terrain.values, depth_m))
        before_m = float(ground.min()) if one.ground_m is None else one.ground_m
        level = float((ground + depth)[depth > 0].max(initial=-np.inf))
        wet = math.isfinite(level)
        over = level - before_m - one.threshold_m if wet else None
        rows.append(
            EntranceResult(
                entrance_id=one.entrance_id,
                ground_m=before_m,
                water_level_m=level if wet else None,
                depth_m=max(level - before_m, 0.0) if wet else 0.0,
                over_threshold_m=over,
                flooded=over is not None and over > 0,
            )
        )
    return tuple(rows)
