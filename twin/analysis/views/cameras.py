"""Which cameras see a place, how well, and what hides it from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.views.camera import Camera
from twin.analysis.views.optics import Optics, shipped_optics
from twin.analysis.views.sight import FREE, TERRAIN, sight
from twin.analysis.views.surface_model import SurfaceModel
from twin.errors import NotAPlaceError

Floats = NDArray[np.float64]

SAMPLES_OF_AN_AREA: Final = 400
SEEN, OUT_OF_RANGE, NOT_IN_PICTURE, HIDDEN = "seen", "out_of_range", "not_in_picture", "hidden"


@dataclass(frozen=True, slots=True)
class CameraSight:
    """How one camera sees the place.

    share: of the place's samples, how many it sees · reason: ``seen``, ``out_of_range``, ``not_in_picture``,
    ``hidden`` (what most of the samples say) · blocked_by: the building that hides most of it, or ``terrain`` ·
    distance_m: to the nearest sample in space, of those seen if there are any · px_per_m: the median over the samples
    seen · density: the class of EN 62676-4 · person_width_px, person_height_px: of a person upright there.
    """

    camera_id: str
    name: str | None
    visible: bool
    share: float
    reason: str
    blocked_by: str | None
    distance_m: float
    px_per_m: float | None
    density: str | None
    person_width_px: float | None
    person_height_px: float | None
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CamerasSeeing:
    """Every camera asked, best first. ``samples``: points of the place; ``outside``: those without ground."""

    rows: tuple[CameraSight, ...]
    samples: int
    outside: int

    @property
    def visible(self) -> tuple[CameraSight, ...]:
        return tuple(one for one in self.rows if one.visible)

    def to_arrow(self) -> pa.Table:
        schema = pa.schema(
            [
                ("camera_id", pa.string()),
                ("name", pa.string()),
                ("visible", pa.bool_()),
                ("share", pa.float64()),
                ("reason", pa.string()),
                ("blocked_by", pa.string()),
                ("distance_m", pa.float64()),
                ("px_per_m", pa.float64()),
                ("density", pa.string()),
                ("person_width_px", pa.float64()),
                ("person_height_px", pa.float64()),
                ("assumed", pa.list_(pa.string())),
            ]
        )
        return pa.Table.from_pylist([{**asdict(one), "assumed": list(one.assumed)} for one in self.rows], schema)


def cameras_seeing(
    place: Any,
    cameras: Sequence[Camera],
    model: SurfaceModel,
    *,
    target_height_m: float | None = None,
    optics: Optics | None = None,
) -> CamerasSeeing:
    """Every camera and how it sees ``place``: a shapely point or polygon in campus metres.

    The target stands ``target_height_m`` above the ground (default: a face, ``optics.toml``); a point with a height is
    looked at right there. An area is looked at in up to 400 points of a square pattern. Best first: by pixels per
    metre, then by share. Raises NotAPlaceError for anything else and for what has no ground under it.
    """
    optics = optics or shipped_optics()
    lift_m = optics.face_height_m if target_height_m is None else target_height_m
    points, outside = _samples(place, model, lift_m)
    rows = [_how(one, points, model, optics) for one in cameras]
    rows.sort(key=lambda one: (not one.visible, -(one.px_per_m or 0.0), -one.share, one.distance_m, one.camera_id))
    return CamerasSeeing(tuple(rows), len(points), outside)


def _samples(place: Any, model: SurfaceModel, lift_m: float) -> tuple[Floats, int]:
    """(n, 3) points to look at, and how many had no ground."""
    if place.is_empty or place.geom_type not in ("Point", "Polygon", "MultiPolygon"):
        raise NotAPlaceError(kind=place.geom_type if not place.is_empty else f"{place.geom_type}, empty")
    if place.geom_type == "Point":
        xy = np.array([[place.x, place.y]])
        if place.has_z and np.isfinite(place.z):
            return np.array([[place.x, place.y, place.z]]), 0
    else:
        xy = _pattern(place)
    points = np.column_stack([xy, model.ground.heights(xy) + lift_m])
    known = np.isfinite(points[:, 2])
    if not known.any():
        raise NotAPlaceError(kind=f"{place.geom_type}, no ground under it")
    return points[known], int((~known).sum())


def _pattern(area: Any) -> Floats:
    """Points of a square pattern inside an area, at least one."""
    west, south, east, north = area.bounds
    step = max((area.area / SAMPLES_OF_AN_AREA) ** 0.5, 0.05)
    x = np.arange(west + step / 2, east, step)
    y = np.arange(south + step / 2, north, step)
    xx, yy = np.meshgrid(x, y)
    inside = shapely.contains_xy(area, xx, yy)
    inner = area.representative_point()
    return np.column_stack([xx[inside], yy[inside]]) if inside.any() else np.array([[inner.x, inner.y]])


def _how(camera: Camera, points: Floats, model: SurfaceModel, optics: Optics) -> CameraSight:
    distance = np.linalg.norm(points - camera.eye, axis=1)
    in_picture, pixels = camera.pictures(points)
    look = sight(camera.eye, points[in_picture], model, wall_tolerance_m=optics.wall_tolerance_m)
    seen = in_picture.copy()
    seen[in_picture] = look.free
    hidden = Counter(look.blocker[~look.free].tolist())
    counted = {
        OUT_OF_RANGE: int((distance > camera.range_m).sum()),
        NOT_IN_PICTURE: int((~in_picture & (distance <= camera.range_m)).sum()),
        HIDDEN: sum(hidden.values()),
    }
    visible = bool(seen.any())
    density = float(np.median(pixels[seen])) if visible else None
    nearest = int(np.argmin(np.where(seen, distance, np.inf))) if visible else int(np.argmin(distance))
    flat = np.hypot(*(points[nearest, :2] - camera.eye[:2])) / max(distance[nearest], 1e-9)
    return CameraSight(
        camera_id=camera.camera_id,
        name=camera.name,
        visible=visible,
        share=float(seen.mean()),
        reason=SEEN if visible else max(counted, key=lambda one: counted[one]),
        blocked_by=_named(hidden.most_common(1)[0][0], model) if hidden else None,
        distance_m=float(distance[nearest]),
        px_per_m=density,
        density=optics.class_of(density) if density is not None else None,
        person_width_px=density * optics.person_width_m if density is not None else None,
        person_height_px=density * optics.person_stature_m * float(flat) if density is not None else None,
        assumed=camera.assumed,
    )


def _named(blocker: int, model: SurfaceModel) -> str | None:
    if blocker == FREE:
        return None
    return "terrain" if blocker == TERRAIN else model.prisms[blocker].feature_id
