"""The body of a pit: its plan, its bottom, its sloped sides, and the earth in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from twin.analysis.sections.volume import Excavation, excavation
from twin.errors import DigAreaError, DigDepthError
from twin.mesh.elevation import TerrainSurface

Floats = NDArray[np.float64]

_SAMPLES: Final = 400  # across the larger side, for the earth of sloped sides
_LEAST_STEP_M: Final = 0.05


@dataclass(frozen=True, slots=True)
class Pit:
    """Everything above a bottom within ``area`` (the outline of the bottom) and above its sloped sides.

    ``level_m``: a level bottom; else the bottom lies ``depth_m`` below the ground everywhere. ``side_slope``: how far
    the sides lean out per metre of height, 0 for upright ones.
    """

    area: BaseGeometry
    ground: TerrainSurface
    level_m: float | None
    depth_m: float | None
    side_slope: float

    @staticmethod
    def of(
        area: BaseGeometry,
        ground: TerrainSurface,
        depth_m: float | None,
        bottom_level_m: float | None,
        side_slope: float,
    ) -> Pit:
        """Checks what a person gave; raises DigAreaError, DigDepthError."""
        plan = shapely.force_2d(area) if isinstance(area, (shapely.Polygon, shapely.MultiPolygon)) else None
        if plan is None or plan.is_empty or not plan.area > 0:
            raise DigAreaError(detail_zh="没有面积", detail="it has no area")
        if not plan.is_valid:
            reason = shapely.is_valid_reason(plan)
            raise DigAreaError(detail_zh=f"多边形无效（{reason}）", detail=f"the polygon is not valid ({reason})")
        if (depth_m is None) == (bottom_level_m is None):
            raise DigDepthError(detail_zh="须且只须给出一个", detail="give one of both")
        if depth_m is not None and not (0 < depth_m < np.inf):
            raise DigDepthError(detail_zh=f"depth_m 为 {depth_m:g}", detail=f"depth_m is {depth_m:g}")
        if not (0 <= side_slope < np.inf):
            raise DigDepthError(detail_zh=f"边坡为 {side_slope:g}", detail=f"side_slope is {side_slope:g}")
        pit = Pit(plan, ground, bottom_level_m, depth_m, side_slope)
        if bottom_level_m is not None:
            highest = pit.highest_ground_m()
            if not np.isfinite(bottom_level_m) or bottom_level_m >= highest:
                said = f"{bottom_level_m:g}", f"{highest:.2f}"
                raise DigDepthError(
                    detail_zh=f"坑底高程 {said[0]} m 不低于地面（最高 {said[1]} m）",
                    detail=f"the bottom at {said[0]} m does not lie below the ground, {said[1]} m at most",
                )
        return pit

    def highest_ground_m(self) -> float:
        """Of the terrain within the area; infinite where none is known."""
        levels = self.ground.heights(_samples(self.area, max(self._step_m(), _LEAST_STEP_M)))
        known = levels[~np.isnan(levels)]
        return float(known.max()) if len(known) else np.inf

    def bottom_at(self, xy: Floats) -> Floats:
        """(n,) level of the bottom, or of the side above it, at points in plan.

        Beside the area the side starts from the nearest point of its outline. NaN where the ground is unknown.
        """
        points = np.asarray(shapely.points(xy), object)
        off = np.asarray(shapely.distance(points, self.area), float)
        if self.level_m is not None:
            bottom = np.full(len(xy), self.level_m)
        else:
            foot = xy.copy()
            beside = off > 0
            if beside.any():
                lines = shapely.shortest_line(self.area, points[beside])
                foot[beside] = shapely.get_coordinates(lines)[::2]
            bottom = self.ground.heights(foot) - float(self.depth_m or 0.0)
        if not self.side_slope:
            return bottom
        risen: Floats = bottom + off / self.side_slope
        return risen

    def reach_m(self, top_m: Floats) -> Floats:
        """(n,) how far the sides lean out below ``top_m``."""
        if not self.side_slope:
            return np.zeros(len(top_m))
        if self.level_m is not None:
            return np.maximum(top_m - self.level_m, 0.0) * self.side_slope
        return np.full(len(top_m), (float(self.depth_m or 0.0) + self._relief_m()) * self.side_slope)

    def outline(self) -> BaseGeometry:
        """The plan that may be dug open: the area, and what the sides take."""
        highest = self.highest_ground_m() + self._relief_m() if self.side_slope else np.inf
        reach = float(self.reach_m(np.array([highest]))[0])
        return self.area.buffer(reach, quad_segs=32) if 0 < reach < np.inf else self.area

    def earth(self) -> Excavation:
        """The volume: exact for upright sides (``volume.excavation``), summed over a fine grid for sloped ones."""
        upright = self._upright()
        if not self.side_slope:
            return upright
        outline = self.outline()
        step = self._step_m()
        xy = _samples(outline, step)
        beside = xy[np.asarray(shapely.distance(np.asarray(shapely.points(xy), object), self.area)) > 0]
        surface = self.ground.heights(beside)
        above = np.nan_to_num(np.maximum(surface - self.bottom_at(beside), 0.0))
        unknown = float(np.isnan(surface).sum()) * step**2
        dug = float((above > 0).sum()) * step**2
        return Excavation(
            upright.volume_m3 + float(above.sum()) * step**2, upright.area_m2 + dug, upright.unknown_m2 + unknown
        )

    def _upright(self) -> Excavation:
        if self.level_m is not None:
            return excavation(self.area, self.level_m, self.ground)
        known = excavation(self.area, -1e4, self.ground)
        volume = (known.area_m2 - known.unknown_m2) * float(self.depth_m or 0.0)
        return Excavation(volume, known.area_m2, known.unknown_m2)

    def _relief_m(self) -> float:
        """How much the ground may rise beside the area: what it does within it, at least a metre."""
        levels = self.ground.heights(_samples(self.area, self._step_m()))
        known = levels[~np.isnan(levels)]
        return max(float(np.ptp(known)), 1.0) if len(known) else 1.0

    def _step_m(self) -> float:
        west, south, east, north = self.area.bounds
        return max(max(east - west, north - south) / _SAMPLES, _LEAST_STEP_M)


def _samples(area: BaseGeometry, step_m: float) -> Floats:
    """(n, 2) middles of squares of ``step_m`` that lie within ``area``, and its corners where that is none."""
    west, south, east, north = area.bounds
    x, y = (np.arange(low + step_m / 2.0, high, step_m) for low, high in ((west, east), (south, north)))
    every = np.column_stack([one.ravel() for one in np.meshgrid(x, y)])
    inside: Floats = every[shapely.contains_xy(area, every)] if len(every) else every.reshape(0, 2)
    return inside if len(inside) else shapely.get_coordinates(area)
