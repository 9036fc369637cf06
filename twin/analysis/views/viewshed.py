"""What is seen from a point over a grid of heights, terrain alone or with buildings (``surface_model``)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import shapely

from twin.analysis.views.cells import area_of
from twin.analysis.views.horizon import Bools, Eye, Floats, by_rings, by_sight_lines
from twin.errors import NoGroundHereError
from twin.mesh.elevation import ElevationGrid, Transform

EARTH_DIAMETER_M: Final = 2 * 6_378_137.0  # WGS 84 and CGCS2000, as GDAL takes it

Method = Literal["sight_lines", "rings"]
METHODS: Final[dict[str, Callable[[Floats, Eye, tuple[float, float]], Bools]]] = {
    "sight_lines": by_sight_lines,
    "rings": by_rings,
}


@dataclass(frozen=True, slots=True)
class Viewshed:
    """What one eye sees. ``visible`` and ``asked`` are (rows, columns) of the grid; ``asked`` were in range and sector.

    x_m, y_m: the middle of the observer's cell, from where it was looked; eye_m: the eye's height in the datum.
    """

    visible: Bools
    asked: Bools
    transform: Transform
    x_m: float
    y_m: float
    eye_m: float

    @property
    def area_m2(self) -> float:
        """Plan area of the cells that are seen."""
        return float(self.visible.sum()) * self.transform[0] * -self.transform[4]

    @property
    def share(self) -> float:
        """Of the cells in question, how many are seen; NaN when none were."""
        return float(self.visible.sum() / self.asked.sum()) if self.asked.any() else math.nan

    def polygon(self) -> Any:
        """The visible cells as one (multi)polygon in the campus CRS."""
        return area_of(self.visible, self.transform)

    def to_arrow(self) -> pa.Table:
        """One row: the eye, the visible area and its share, and the area as WKB."""
        return pa.table(
            {
                "x_m": [self.x_m],
                "y_m": [self.y_m],
                "eye_m": [self.eye_m],
                "visible_area_m2": [self.area_m2],
                "share": [self.share],
                "geometry": [shapely.to_wkb(self.polygon())],
            }
        )


def viewshed(
    grid: ElevationGrid,
    x: float,
    y: float,
    height_m: float,
    *,
    target_height_m: float = 0.0,
    most_m: float | None = None,
    curvature: float = 0.0,
    sector: tuple[float, float] | None = None,
    vertical: tuple[float, float] | None = None,
    method: Method = "sight_lines",
) -> Viewshed:
    """Which cells of ``grid`` are seen from ``height_m`` above the ground at campus (x, y).

    The eye stands in the middle of the cell that (x, y) lies in; a cell is seen when the point ``target_height_m``
    above its middle is. ``most_m``: how far, in plan. ``curvature``: as GDAL's ``-cc`` (0.85714 for Earth and light).
    ``sector``: azimuth of its middle and field of view, degrees clockwise from grid north. ``vertical``: lowest and
    highest angle above the horizon, degrees. Nodata is never seen and hides nothing.

    ``method``: ``sight_lines`` (Franklin and Ray 1994; nearest to dense sampling) or ``rings`` (Wang, Robinson and
    White 2000; cell for cell what ``gdal_viewshed`` gives). Raises NoGroundHereError off the grid and on nodata.
    """
    column, row = (math.floor(one + 0.5) for one in grid.cells(np.array([[x, y]], float))[0])
    rows, columns = grid.values.shape
    if not (0 <= row < rows and 0 <= column < columns and np.isfinite(grid.values[row, column])):
        raise NoGroundHereError(x=x, y=y)
    top, left, window = _within(grid, row, column, most_m)
    eye_m = float(grid.values[row, column]) + height_m
    eye = Eye(row - top, column - left, eye_m, target_height_m, curvature / EARTH_DIAMETER_M)
    asked = np.isfinite(window) & _in_question(window, eye, grid.cell_m, most_m, sector, vertical)
    seen = METHODS[method](window, eye, grid.cell_m) & asked
    middle = grid.middles(np.array([column]), np.array([row]))[0]
    return Viewshed(
        visible=_placed(seen, top, left, grid.values.shape),
        asked=_placed(asked, top, left, grid.values.shape),
        transform=grid.transform,
        x_m=float(middle[0]),
        y_m=float(middle[1]),
        eye_m=eye_m,
    )


def _within(grid: ElevationGrid, row: int, column: int, most_m: float | None) -> tuple[int, int, Floats]:
    """First row and column, and heights, of the part of the grid that ``most_m`` reaches."""
    if most_m is None:
        return 0, 0, grid.values.astype(float)
    right, down = (int(most_m // one) for one in grid.cell_m)
    top, left = max(row - down, 0), max(column - right, 0)
    return top, left, grid.values[top : row + down + 1, left : column + right + 1].astype(float)


def _placed(part: Bools, top: int, left: int, shape: tuple[int, ...]) -> Bools:
    whole = np.zeros(shape, bool)
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return whole


def _in_question(
    window: Floats,
    eye: Eye,
    cell_m: tuple[float, float],
    most_m: float | None,
    sector: tuple[float, float] | None,
    vertical: tuple[float, float] | None,
) -> Bools:
    """Cells in range, in the sector and between the vertical angles; the observer's own cell always is."""
    row, column = np.indices(window.shape)
    east, north = (column - eye.column) * cell_m[0], (eye.row - row) * cell_m[1]
    distance = np.hypot(east, north)
    asked = np.ones(window.shape, bool)
    if most_m is not None:
        asked &= distance <= most_m
    if sector is not None:
        azimuth, field = sector
        off = (np.degrees(np.arctan2(east, north)) - azimuth + 180.0) % 360.0 - 180.0
        asked &= np.abs(off) <= field / 2
    if vertical is not None:
        rise = window + eye.target_m - eye.bend * distance**2 - eye.z_m
        angle = np.degrees(np.arctan2(rise, distance))
        asked &= (angle >= vertical[0]) & (angle <= vertical[1])
    asked[eye.row, eye.column] = True
    return asked
