"""The terrain along a line in plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.errors import SectionLineError
from twin.mesh.elevation import ElevationGrid, TerrainSurface

Floats = NDArray[np.float64]

STEP_M: Final = 0.5
SHORTEST_M: Final = 0.001


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A line in plan: ``xy`` (v, 2) corners, ``chainage_m`` (v,) of each, 0 at the first."""

    xy: Floats
    chainage_m: Floats

    @staticmethod
    def of(line: shapely.LineString) -> SectionLine:
        """Corners of ``line`` without repeated ones; raises SectionLineError where nothing is left."""
        xy = shapely.get_coordinates(line) if isinstance(line, shapely.LineString) else np.empty((0, 2))
        if not np.isfinite(xy).all():
            raise SectionLineError(detail_zh="坐标不是数", detail="a coordinate is not a number")
        steps = np.hypot(*np.diff(xy, axis=0).T) if len(xy) > 1 else np.empty(0)
        xy = xy[np.concatenate([[True], steps >= SHORTEST_M])] if len(xy) else xy
        if len(xy) < 2:
            raise SectionLineError(detail_zh="少于两个不同的点", detail="it has fewer than two different points")
        return SectionLine(xy, np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]))

    @property
    def length_m(self) -> float:
        return float(self.chainage_m[-1])

    def points(self, chainage_m: Floats) -> Floats:
        """(n, 2) points at chainages."""
        part = np.clip(np.searchsorted(self.chainage_m, chainage_m, side="right") - 1, 0, len(self.xy) - 2)
        along = (chainage_m - self.chainage_m[part]) / np.diff(self.chainage_m)[part]
        points: Floats = self.xy[part] + (self.xy[part + 1] - self.xy[part]) * along[:, None]
        return points


@dataclass(frozen=True, slots=True)
class TerrainProfile:
    """``chainage_m``, ``elevation_m`` (n,): the ground along a line, NaN where no grid knows it."""

    chainage_m: Floats
    elevation_m: Floats

    def to_arrow(self) -> pa.Table:
        """chainage_m, elevation_m."""
        columns = {"chainage_m": self.chainage_m, "elevation_m": self.elevation_m}
        return pa.table({name: pa.array(one, pa.float64(), from_pandas=True) for name, one in columns.items()})


def terrain_profile(line: SectionLine, ground: TerrainSurface, extra_m: Floats) -> TerrainProfile:
    """The ground at every place where it may bend: between cell middles, at corners, at ``extra_m``, every 0.5 m.

    Between cell middles the ground is bilinear, so between two stations it is a parabola at most.
    """
    steps = max(1, int(np.ceil(line.length_m / STEP_M)))
    stations = [np.linspace(0.0, line.length_m, steps + 1), line.chainage_m, extra_m]
    stations += [_bends(line, grid) for grid in ground.grids]
    chainage = np.unique(np.clip(np.concatenate(stations), 0.0, line.length_m).round(9))
    return TerrainProfile(chainage, ground.heights(line.points(chainage)))


def _bends(line: SectionLine, grid: ElevationGrid) -> Floats:
    """Chainages where the line passes from one square of four cell middles to the next."""
    cells = grid.cells(line.xy)
    limit = np.array(grid.values.shape[::-1], float)
    found = []
    for start, end, low, length in zip(
        cells[:-1], cells[1:], line.chainage_m[:-1], np.diff(line.chainage_m), strict=True
    ):
        for axis in (0, 1):
            first, last = sorted(np.clip([start[axis], end[axis]], -1.0, limit[axis]))
            whole = np.arange(np.ceil(first), np.floor(last) + 1)
            if len(whole) and end[axis] != start[axis]:
                found.append(low + length * (whole - start[axis]) / (end[axis] - start[axis]))
    return np.concatenate(found) if found else np.empty(0)
