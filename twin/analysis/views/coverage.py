"""How much of a storey its cameras see: each one's region, all together, what nobody sees, room by room. In plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import pyarrow as pa
import shapely
from shapely.ops import nearest_points

from twin.analysis.views.camera import Camera
from twin.analysis.views.optics import Optics, shipped_optics
from twin.analysis.views.visibility import visible_region
from twin.errors import NotAPlaceError

LEAST_BLIND_M2: Final = 1.0
LEAST_SHARED_M2: Final = 0.05  # a smaller overlap of a room and a region is the rounding of two drawings
OFF_THE_WALL_M: Final = 0.005


@dataclass(frozen=True, slots=True)
class CameraCoverage:
    """What one camera sees of the floor. moved_m: how far it was moved out of a wall · alone_m2: that no other sees."""

    camera_id: str
    region: Any
    area_m2: float
    alone_m2: float
    moved_m: float


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A part of the floor that no camera sees, and the rooms it lies in, the most of it first."""

    polygon: Any
    area_m2: float
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomCoverage:
    """A room: its floor without walls, what of it is seen and by whom, most first. share: None without floor."""

    room_id: str
    area_m2: float
    covered_m2: float
    share: float | None
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of a storey. floor: what is to be seen · covered: union of the regions · twice: seen by two or more.

    floor = covered + blind + ``small_blind_m2`` (spots below the least). ``skipped``: cameras that could not be asked.
    """

    floor: Any
    covered: Any
    twice: Any
    cameras: tuple[CameraCoverage, ...]
    blind: tuple[BlindSpot, ...]
    small_blind_m2: float
    rooms: tuple[RoomCoverage, ...]
    found: int
    skipped: dict[str, int]

    @property
    def share(self) -> float:
        return float(self.covered.area / self.floor.area)

    def to_arrow(self) -> pa.Table:
        """One row a room."""
        names = RoomCoverage.__slots__
        columns = {name: [getattr(one, name) for one in self.rooms] for name in names}
        return pa.table(
            {**columns, "cameras": pa.array([list(one) for one in columns["cameras"]], pa.list_(pa.string()))}
        )

    def blind_to_arrow(self) -> pa.Table:
        """One row a blind spot, the largest first."""
        return pa.table(
            {
                "area_m2": pa.array([one.area_m2 for one in self.blind], pa.float64()),
                "rooms": pa.array([list(one.rooms) for one in self.blind], pa.list_(pa.string())),
                "geometry": pa.array([shapely.to_wkb(one.polygon) for one in self.blind], pa.binary()),
            }
        )

    def cameras_to_arrow(self) -> pa.Table:
        """One row a camera."""
        return pa.table(
            {
                "camera_id": pa.array([one.camera_id for one in self.cameras], pa.string()),
                **{
                    name: pa.array([getattr(one, name) for one in self.cameras], pa.float64())
                    for name in ("area_m2", "alone_m2", "moved_m")
                },
                "geometry": pa.array([shapely.to_wkb(one.region) for one in self.cameras], pa.binary()),
            }
        )


def coverage(
    storey: Any,
    walls: Sequence[Any],
    cameras: Sequence[Camera],
    *,
    rooms: Mapping[str, Any] | None = None,
    passages: Sequence[Any] = (),
    least_blind_m2: float = LEAST_BLIND_M2,
    optics: Optics | None = None,
) -> Coverage:
    """What ``cameras`` see of a storey between its walls.

    storey: (multi)polygon, campus metres, whose outline nobody sees through · walls: polygons (``walls_of_rings`` for
    those of a plan); a closed door is a wall · passages: openings to cut through walls, for walls drawn without their
    doors · rooms: feature id -> polygon. A camera in a wall, or outside by no more than ``wall_tolerance_m``
    (``optics.toml``), is moved to the nearest floor; one farther off is counted and left out.
    Raises NotAPlaceError when there is no floor.
    """
    tolerance_m = (optics or shipped_optics()).wall_tolerance_m
    solid = shapely.union_all([shapely.force_2d(one) for one in walls])
    if len(passages):
        solid = solid.difference(shapely.union_all([shapely.force_2d(one) for one in passages]))
    floor = shapely.force_2d(storey).difference(solid)
    if floor.area <= 0:
        raise NotAPlaceError(kind=f"{storey.geom_type}, no floor between walls")
    inner = floor.buffer(-OFF_THE_WALL_M, join_style="mitre")
    seen: list[CameraCoverage] = []
    skipped: dict[str, int] = {}
    for camera in cameras:
        one = _seen(camera, floor, inner, tolerance_m)
        if one is None:
            skipped["not on this floor"] = skipped.get("not on this floor", 0) + 1
        else:
            seen.append(one)
    covered = shapely.union_all([one.region for one in seen])
    twice = shapely.union_all([a.region.intersection(b.region) for a, b in combinations(seen, 2)])
    blind, small = _blind(floor.difference(covered), least_blind_m2, rooms or {})
    return Coverage(
        floor=floor,
        covered=covered,
        twice=twice,
        cameras=tuple(_alone(one, seen) for one in seen),
        blind=blind,
        small_blind_m2=small,
        rooms=tuple(_room(name, shape, floor, covered, seen) for name, shape in (rooms or {}).items()),
        found=len(cameras),
        skipped=skipped,
    )


def walls_of_rings(rings: Sequence[Sequence[Sequence[float]]]) -> tuple[Any, ...]:
    """Polygons of the rings of a plan (``walls`` in docs/interfaces.md): each shell is followed by its holes.

    A ring that lies in what is left of the shell before it is a hole of it, else a shell of its own.
    """
    made: list[Any] = []
    for ring in rings:
        shape = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
        if shape.area <= 0:
            continue
        if made and made[-1].covers(shape):
            made[-1] = made[-1].difference(shape)
        else:
            made.append(shape)
    return tuple(made)


def _seen(camera: Camera, floor: Any, inner: Any, tolerance_m: float) -> CameraCoverage | None:
    at = shapely.Point(camera.x, camera.y)
    stand = at if inner.is_empty or shapely.intersects(inner, at) else nearest_points(inner, at)[0]
    moved_m = float(stand.distance(at))
    if moved_m > tolerance_m + OFF_THE_WALL_M:
        return None
    region = visible_region(
        (stand.x, stand.y),
        floor,
        heading_deg=camera.heading_deg,
        field_of_view_deg=camera.field_of_view_deg,
        range_m=camera.range_m,
    )
    return CameraCoverage(camera.camera_id, region, float(region.area), 0.0, moved_m)


def _alone(one: CameraCoverage, every: Sequence[CameraCoverage]) -> CameraCoverage:
    others = shapely.union_all([other.region for other in every if other is not one])
    return replace(one, alone_m2=float(one.region.difference(others).area))


def _blind(left: Any, least_m2: float, rooms: Mapping[str, Any]) -> tuple[tuple[BlindSpot, ...], float]:
    """Blind spots of the least area on, the largest first, and the area of the smaller ones together."""
    parts = [one for one in shapely.get_parts(left) if one.geom_type == "Polygon"]
    spots = [BlindSpot(one, float(one.area), _rooms_of(one, rooms)) for one in parts if one.area >= least_m2]
    small = sum(float(one.area) for one in parts if one.area < least_m2)
    return tuple(sorted(spots, key=lambda one: -one.area_m2)), small


def _rooms_of(spot: Any, rooms: Mapping[str, Any]) -> tuple[str, ...]:
    shared = {name: float(spot.intersection(shape).area) for name, shape in rooms.items() if spot.intersects(shape)}
    return tuple(sorted((one for one in shared if shared[one] >= LEAST_SHARED_M2), key=lambda one: -shared[one]))


def _polygons(shape: Any) -> list[Any]:
    return [one for one in shapely.get_parts(shapely.get_parts(shape)) if one.geom_type == "Polygon"]


def _room(name: str, shape: Any, floor: Any, covered: Any, seen: Sequence[CameraCoverage]) -> RoomCoverage:
    # a room that also touches the floor along an edge has a line in common with it, which no overlay takes
    own = shapely.union_all(_polygons(shapely.force_2d(shape).intersection(floor)))
    area, part = float(own.area), float(own.intersection(covered).area)
    by = {one.camera_id: float(own.intersection(one.region).area) for one in seen}
    who = sorted((one for one in by if by[one] >= LEAST_SHARED_M2), key=lambda one: -by[one])
    return RoomCoverage(name, area, part, part / area if area > 0 else None, tuple(who))
