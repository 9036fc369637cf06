"""How far a shape is from where it was: in plan and in height, the farthest vertex.

Points: the distance. Other shapes whose parts have as many vertices: vertex by vertex in their order, of lines also in
the reverse order, whichever is nearer. Where that says over 1 mm for an area, and wherever counts differ: of every
vertex of either shape the way to the nearest place on the other's outline, as in the Hausdorff distance (GEOS' discrete
one, OGC 06-103r4 knows none), and the height there, interpolated. So a vertex put into a straight pipe moves nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

SAME_M: Final = 0.001  # below this a shape did not move
_LINES: Final = (1, 5)  # shapely's numbers of LineString and MultiLineString
_COLLECTION: Final = 7

Shapes = NDArray[np.object_]
Metres = NDArray[np.float64]


def moved(old: Shapes, new: Shapes) -> tuple[Metres, Metres]:
    """Plan and height of the farthest vertex, m, pairwise; height with its sign, up is positive.

    NaN in both where one of the two is missing or empty; in height where one has none.
    """
    plan, height = np.full(len(old), np.nan), np.full(len(old), np.nan)
    missing = shapely.is_missing(old) | shapely.is_missing(new) | shapely.is_empty(old) | shapely.is_empty(new)
    alike = shapely.get_type_id(old) == shapely.get_type_id(new)
    alike &= shapely.get_num_coordinates(old) == shapely.get_num_coordinates(new)
    alike &= ~missing
    plan[alike], height[alike] = _in_order(old[alike], new[alike])
    far = plan > SAME_M
    line = np.isin(shapely.get_type_id(old), _LINES) & alike & far
    if line.any():
        back_plan, back_height = _in_order(old[line], shapely.reverse(new[line]))
        nearer = back_plan < plan[line]
        plan[line] = np.where(nearer, back_plan, plan[line])
        height[line] = np.where(nearer, back_height, height[line])
    area = alike & far & (shapely.get_dimensions(old) == 2)
    for row in np.flatnonzero((~alike & ~missing) | area):
        plan[row], height[row] = _to_nearest(old[row], new[row])
    return plan, height


def _in_order(old: Shapes, new: Shapes) -> tuple[Metres, Metres]:
    """The farthest of vertices paired by their order."""
    if not len(old):
        return np.empty(0), np.empty(0)
    before, row = shapely.get_coordinates(old, include_z=True, return_index=True)
    apart = shapely.get_coordinates(new, include_z=True) - before
    starts = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
    plan = np.maximum.reduceat(np.hypot(apart[:, 0], apart[:, 1]), starts)
    return plan, _farthest(np.fmax.reduceat(apart[:, 2], starts), np.fmin.reduceat(apart[:, 2], starts))


def _farthest(up: Metres, down: Metres) -> Metres:
    return np.where(np.abs(down) > np.abs(up), down, up)


def _to_nearest(old: shapely.Geometry, new: shapely.Geometry) -> tuple[float, float]:
    if _COLLECTION in (shapely.get_type_id(old), shapely.get_type_id(new)):
        return float(shapely.hausdorff_distance(old, new)), float("nan")
    forth, back = _way(old, new), _way(new, old)
    plan = max(float(forth[:, 0].max()), float(back[:, 0].max()))
    heights = np.concatenate([forth[:, 1], -back[:, 1]])
    heights = heights[~np.isnan(heights)]
    return plan, float(heights[np.abs(heights).argmax()]) if len(heights) else float("nan")


def _way(start: shapely.Geometry, end: shapely.Geometry) -> Metres:
    """(n, 2): from each vertex of ``start`` to the nearest place on ``end``, plan and height."""
    vertices = shapely.get_coordinates(start, include_z=True)
    outline: Any = shapely.boundary(end) if shapely.get_dimensions(end) == 2 else end
    if shapely.get_dimensions(outline) == 1:
        points: Any = shapely.points(vertices[:, :2])
        along: Any = shapely.line_locate_point(outline, points)
        places = shapely.get_coordinates(shapely.line_interpolate_point(outline, along), include_z=True)
    else:
        those = shapely.get_coordinates(outline, include_z=True)
        between = vertices[:, None, :2] - those[None, :, :2]
        places = those[np.hypot(between[..., 0], between[..., 1]).argmin(axis=1)]
    apart = places - vertices
    return np.column_stack([np.hypot(apart[:, 0], apart[:, 1]), apart[:, 2]])
