"""Which column of a coordinate table is east and which is north.

Chinese survey tables call north X and east Y (GB/T 18314, as does the plane coordinate system itself), everyone
else the other way round, and headings rarely say. Columns named after directions or longitude and latitude are
certain. A bare X and Y are decided by ``options.axis_order`` (``xy``: X is east; ``yx``: X is north), else by
which of the two puts the points into the area where the CRS is used; if that does not decide, it is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.crs import area_bounds, horizontal, parse_crs
from twin.errors import SourceUnreadableError
from twin.readers.base import Source
from twin.readers.gis.aliases import normalise
from twin.readers.options import AXIS_ORDER, TEXT, Options

_LONGITUDE: Final = ("lon", "long", "longitude", "lng", "经度")
_LATITUDE: Final = ("lat", "latitude", "纬度")
_EAST: Final = ("easting", "east", "东坐标", "横坐标", "东向坐标")
_NORTH: Final = ("northing", "north", "北坐标", "纵坐标", "北向坐标")
_X: Final = ("x", "xcoord", "coordx", "pointx", "x0", "x坐标", "坐标x", "xcoordinate")
_Y: Final = ("y", "ycoord", "coordy", "pointy", "y0", "y坐标", "坐标y", "ycoordinate")
_HEIGHT: Final = ("z", "elevation", "elev", "altitude", "alt", "高程", "地面高程", "z坐标")
AXIS_OPTIONS: Final[Options] = {
    "axis_order": AXIS_ORDER,
    **dict.fromkeys(("x_column", "y_column", "z_column"), TEXT),
}
_SECOND_POINT: Final = frozenset({"x1", "y1", "x2", "y2"})  # a table of lines

# Headings of pipe survey tables: those have a reader of their own.
_PIPE_TABLE: Final = frozenset(
    {"expno", "物探点号", "起始点号", "终止点号", "起点点号", "终点点号", "管线点号", "起点号", "终点号"}
    | {"连接点号", "连接方向", "spoint", "epoint", "startexpno", "endexpno", "startpoint", "endpoint", "管点编号"}
)


@dataclass(frozen=True, slots=True)
class Axes:
    """Positions of the coordinate columns. ``certain``: the headings alone say which is east.

    ``degrees``: they are called longitude and latitude (True) or east and north (False); None when they are not.
    """

    east: int
    north: int
    height: int | None
    certain: bool
    degrees: bool | None = None


def find_axes(headings: Sequence[str]) -> Axes | None:
    """The coordinate pair of a heading row; None when there is none or the table is one of pipes or lines."""
    forms = [normalise(heading) for heading in headings]
    if _PIPE_TABLE & set(forms) or len(_SECOND_POINT & set(forms)) >= 2:
        return None
    height = _first(forms, _HEIGHT)
    for east, north, degrees in ((_LONGITUDE, _LATITUDE, True), (_EAST, _NORTH, False), (_X, _Y, None)):
        a, b = _first(forms, east), _first(forms, north)
        if a is not None and b is not None:
            return Axes(a, b, height, degrees is not None, degrees)
    return None


def _first(forms: Sequence[str], aliases: Sequence[str]) -> int | None:
    return next((forms.index(alias) for alias in aliases if alias in forms), None)


def said_axes(headings: Sequence[str], source: Source) -> Axes:
    """The columns campus.toml names (``options.x_column``, ``y_column``, ``z_column``), else those found."""
    found = find_axes(headings)
    chosen = [source.options.get(name) for name in ("x_column", "y_column", "z_column")]
    for name in chosen:
        if name and name not in headings:
            detail = f"options names the column '{name}', which the table does not have"
            cure = f"Its columns are: {', '.join(headings)}."
            raise SourceUnreadableError(path=source.path, detail=detail, cure=cure)
    if chosen[0] and chosen[1]:
        found = Axes(headings.index(chosen[0]), headings.index(chosen[1]), found.height if found else None, True)
    if found is None:
        detail = f"no column pair of coordinates is recognised among {', '.join(headings)}"
        raise SourceUnreadableError(path=source.path, detail=detail, cure="Name options.x_column and options.y_column.")
    if chosen[2] is not None:  # an empty name: leave the heights alone
        height = headings.index(chosen[2]) if chosen[2] else None
        found = replace(found, height=height)
    return found


def require_fitting_crs(axes: Axes, source: Source) -> None:
    """Longitude and latitude in a metric CRS, or eastings in a geographic one, would land far away: refuse them."""
    parsed = None if source.crs is None else parse_crs(source.crs, source.path)
    geographic = parsed is not None and horizontal(parsed).is_geographic
    if axes.degrees is None or axes.degrees == geographic:
        return
    named = "longitude and latitude" if axes.degrees else "east and north"
    cure = 'Write crs = "EPSG:4326" (WGS 84) or "EPSG:4490" (CGCS2000)' if axes.degrees else "Write the grid it is in"
    raise SourceUnreadableError(
        path=source.path,
        detail=f"its columns are {named}, but its crs is {source.crs}",
        cure=f"{cure} for this source.",
    )


def order_axes(
    points: NDArray[np.float64], axes: Axes, source: Source, positions: Sequence[str]
) -> NDArray[np.float64]:
    """``points`` (n, ≥2), first column X, as east, north[, height]; headings that say which is which are believed.

    ``positions``: where each point stands, for people.
    """
    readable = np.isfinite(points[:, :2]).all(axis=1)
    if not readable.any():  # nothing to decide; why is said row by row
        return points
    if _north_comes_first(points[readable], axes, source, positions[int(readable.argmax())]):
        return np.column_stack([points[:, 1], points[:, 0], points[:, 2:]])
    return points


def _north_comes_first(points: NDArray[np.float64], axes: Axes, source: Source, where: str) -> bool:
    """``where``: of the first of the points, for people."""
    order = source.options.get("axis_order")
    as_read, swapped = _share_inside(points[:, :2], source), _share_inside(points[:, 1::-1], source)
    if axes.certain:
        if as_read > 0.1 or swapped < 0.9:
            return False
        if order == "yx":
            return True
        raise SourceUnreadableError(
            path=source.path,
            detail=(
                f"its headings say which column is east, but the numbers fit {source.crs} only the other way round, "
                f"from {where} on: east {points[0, 0]:.10g}, north {points[0, 1]:.10g}"
            ),
            cure='Correct the headings, or write options.axis_order = "yx" to take the two columns swapped.',
        )
    if order is not None:
        return bool(order == "yx")
    if min(as_read, swapped) < 0.1 and max(as_read, swapped) > 0.9:
        return swapped > as_read
    raise SourceUnreadableError(
        path=source.path,
        detail="its columns X and Y do not say which is east, and the numbers fit both ways or neither",
        cure='Write options.axis_order = "xy" (X is east) or "yx" (X is north, as in Chinese survey tables).',
    )


def _share_inside(points: NDArray[np.float64], source: Source) -> float:
    """Share of points in the area of use of the source's CRS; 0.5 where that is unknown."""
    bounds = _bounds(source.crs or "local", str(source.path))
    if bounds is None or not len(points):
        return 0.5
    west, south, east, north = bounds
    inside = (points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south) & (points[:, 1] <= north)
    return float(inside.mean())


def _bounds(crs: str, path: str) -> tuple[float, float, float, float] | None:
    """The area of use; that of a grid a tenth wider, for surveys that reach over the edge of a zone."""
    parsed, area = parse_crs(crs, path), area_bounds(crs, path)
    if parsed is None or area is None or horizontal(parsed).is_geographic:
        return area
    west, south, east, north = area
    margin = 0.1 * (east - west)
    return (west - margin, south - margin, east + margin, north + margin)
