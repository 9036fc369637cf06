"""What is seen in plan from one point between walls: a polygon with exact corners.

An angular sweep: between two neighbouring corners of walls, seen from the eye, the nearest wall is one and the same;
its part between the two rays is an edge of the visible region.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ARC_SIDES: Final = 256  # of a whole circle
RAYS_AT_ONCE: Final = 2_000_000  # rays times walls in memory
SAME_RAD: Final = 1e-12


def visible_region(
    eye: tuple[float, float], floor: Any, *, heading_deg: float, field_of_view_deg: float, range_m: float
) -> Any:
    """The part of ``floor`` (polygons with holes; its rings are the walls) that is seen from ``eye`` inside it.

    Plan metres. ``heading_deg`` clockwise from north. Corners are exact; the arc of the range is a polygon of 256 sides
    to the circle, of the same area. An eye outside the floor sees nothing.
    """
    at = shapely.Point(eye)
    if not shapely.intersects(floor, at):
        return shapely.Polygon()
    walls = _walls(at, floor, range_m)
    toward = math.pi / 2 - math.radians(heading_deg)  # counter-clockwise from east
    half = math.pi if field_of_view_deg >= 360.0 else math.radians(field_of_view_deg) / 2
    angles = _angles(walls, toward, half)
    near, far = _between(walls, angles + toward)
    ring = np.column_stack([near, far]).reshape(-1, 2) + eye
    if half < math.pi:
        ring = np.vstack([np.asarray(eye)[None], ring])
    seen = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    return _areal(seen.intersection(_circle(at, range_m)).intersection(floor))


def _walls(at: Any, floor: Any, range_m: float) -> Floats:
    """(m, 2, 2) walls within range, from the eye, and a square around them."""
    box = shapely.box(at.x - range_m, at.y - range_m, at.x + range_m, at.y + range_m).buffer(1.0, join_style="mitre")
    lines = [shapely.get_coordinates(ring) for ring in (*shapely.get_rings(shapely.get_parts(floor)), box.exterior)]
    walls = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in lines])
    close = shapely.dwithin(shapely.linestrings(walls), at, 1.5 * (range_m + 1.0))
    near: Floats = walls[close] - np.array([at.x, at.y])
    return near


def _angles(walls: Floats, toward: float, half: float) -> Floats:
    """Rising angles from the heading at which the nearest wall may change, both ends of the field among them."""
    corners = walls.reshape(-1, 2)
    angle = (np.arctan2(corners[:, 1], corners[:, 0]) - toward + math.pi) % (2 * math.pi) - math.pi
    angle = np.unique(np.concatenate([angle[np.abs(angle) < half], [-half, half]]))
    apart: Floats = angle[np.append(True, np.diff(angle) > SAME_RAD)]
    return apart


def _between(walls: Floats, angles: Floats) -> tuple[Floats, Floats]:
    """(k, 2) both ends of what is seen between each two neighbouring rays."""
    middle = (angles[:-1] + angles[1:]) / 2
    nearest = np.empty(len(middle), np.int64)
    step = max(1, RAYS_AT_ONCE // len(walls))
    for start in range(0, len(middle), step):
        reach = _reach(middle[start : start + step, None], walls[None])
        nearest[start : start + step] = reach.argmin(axis=1)
    wall = walls[nearest]
    first, second = (_along(ray, wall)[:, None] * _unit(ray) for ray in (angles[:-1], angles[1:]))
    return first, second


def _reach(ray: Floats, walls: Floats) -> Floats:
    """How far each ray goes to each wall, inf where it misses."""
    direction, start, along = _unit(ray), walls[..., 0, :], walls[..., 1, :] - walls[..., 0, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        across = _cross(direction, along)
        reach, place = _cross(start, along) / across, _cross(start, direction) / across
        hit = (place >= 0) & (place <= 1) & (reach > 0)
    return np.where(hit, reach, np.inf)


def _along(ray: Floats, wall: Floats) -> Floats:
    """How far a ray goes to the line of a wall, at most to its farther end: a wall seen edge-on has no crossing."""
    along = wall[:, 1] - wall[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = _cross(wall[:, 0], along) / _cross(_unit(ray), along)
    ends = np.hypot(wall[..., 0], wall[..., 1])
    reach = np.where(np.isfinite(reach) & (reach > 0), reach, ends.max(axis=1))
    limited: Floats = np.minimum(reach, ends.max(axis=1))
    return limited


def _unit(angle: Floats) -> Floats:
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _cross(a: Floats, b: Floats) -> Floats:
    crossed: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return crossed


def _circle(at: Any, range_m: float) -> Any:
    """A circle as a polygon of its area."""
    side = 2 * math.pi / ARC_SIDES
    return at.buffer(range_m * math.sqrt(side / math.sin(side)), quad_segs=ARC_SIDES // 4)


def _areal(shape: Any) -> Any:
    """What has an area in ``shape``, as one (multi)polygon."""
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in ("Polygon", "MultiPolygon") and one.area > 0]
    return shapely.union_all(parts) if parts else shapely.Polygon()
