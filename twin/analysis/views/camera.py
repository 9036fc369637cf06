"""A camera: where it hangs, where it looks, what its picture shows of a point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.analysis.views.optics import Optics, shipped_optics
from twin.mesh.elevation import ElevationGrid, TerrainSurface

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FLAT_PICTURE_DEG: Final = 150.0  # a wider field is no plane picture: a fisheye or a panorama, equal angles per pixel
ON_THE_GROUND_M: Final = 0.5  # a point that stands lower is the foot of the pole, not the camera


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera. ``heading_deg`` clockwise from grid north, ``pitch_deg`` up from the horizon, z in the datum.

    ``vertical_deg``: field of view from top to bottom of the picture. ``assumed``: which of these are defaults.
    """

    camera_id: str
    x: float
    y: float
    z: float
    heading_deg: float
    pitch_deg: float
    field_of_view_deg: float
    vertical_deg: float
    range_m: float
    resolution_px: tuple[int, int]
    name: str | None = None
    assumed: tuple[str, ...] = ()

    @property
    def eye(self) -> Floats:
        return np.array([self.x, self.y, self.z])

    def pictures(self, points: Floats) -> tuple[Bools, Floats]:
        """Which of (n, 3) points lie in the picture, and the pixels per metre there, across the line of sight.

        Within range is asked of the distance in space. A plane picture has its density from the depth along the
        axis; one of more than 150 degrees from the distance. Hidden or not is not asked here (``sight``).
        """
        toward = np.asarray(points, float) - self.eye
        distance = np.linalg.norm(toward, axis=1)
        wide, high = math.radians(self.field_of_view_deg), math.radians(self.vertical_deg)
        if self.field_of_view_deg > FLAT_PICTURE_DEG:
            plan = np.hypot(toward[:, 0], toward[:, 1])
            azimuth = np.degrees(np.arctan2(toward[:, 0], toward[:, 1]))
            aside = np.abs((azimuth - self.heading_deg + 180.0) % 360.0 - 180.0)
            up = np.abs(np.degrees(np.arctan2(toward[:, 2], plan)) - self.pitch_deg)
            inside = (aside <= self.field_of_view_deg / 2) & (up <= self.vertical_deg / 2)
            pixels = self.resolution_px[0] / (wide * np.maximum(distance, 1e-9))
        else:
            ahead, right, above = (toward @ axis for axis in self._axes())
            depth = np.where(ahead > 1e-9, ahead, np.nan)
            inside = (np.abs(right) <= depth * math.tan(wide / 2)) & (np.abs(above) <= depth * math.tan(high / 2))
            pixels = self.resolution_px[0] / (2 * math.tan(wide / 2) * depth)
        return inside & (distance <= self.range_m), pixels

    def _axes(self) -> tuple[Floats, Floats, Floats]:
        """Unit vectors ahead, to the right and upwards in the picture."""
        turn, rise = math.radians(self.heading_deg), math.radians(self.pitch_deg)
        ahead = np.array([math.sin(turn) * math.cos(rise), math.cos(turn) * math.cos(rise), math.sin(rise)])
        right = np.array([math.cos(turn), -math.sin(turn), 0.0])
        return ahead, right, np.cross(right, ahead)


@dataclass(frozen=True, slots=True)
class Cameras:
    """Cameras of a devices table. found = kept + skipped; ``skipped`` counts by reason."""

    kept: tuple[Camera, ...]
    found: int
    skipped: dict[str, int]


def vertical_field_deg(field_of_view_deg: float, resolution_px: tuple[int, int]) -> float:
    """The field from top to bottom of a picture with square pixels."""
    across, down = resolution_px
    if field_of_view_deg > FLAT_PICTURE_DEG:
        return min(180.0, field_of_view_deg * down / across)
    return math.degrees(2 * math.atan(math.tan(math.radians(field_of_view_deg) / 2) * down / across))


def cameras_of(
    devices: pa.Table,
    terrain: ElevationGrid | TerrainSurface,
    *,
    indoors: bool = False,
    storey_id: str | None = None,
    optics: Optics | None = None,
) -> Cameras:
    """The cameras of the devices table that hang outdoors, or ``indoors``, there on one storey if it is named.

    Height: that of the point; where it has none or it lies on the ground, ``mounting_height_m`` above the ground.
    What the table leaves open comes from ``optics.toml`` and is named in ``Camera.assumed``.
    """
    optics = optics or shipped_optics()
    surface = terrain if isinstance(terrain, TerrainSurface) else TerrainSurface((terrain,))
    table = devices.filter(pc.equal(devices["device_type"], "camera"))
    kept: list[Camera] = []
    skipped: dict[str, int] = {}
    for row in table.to_pylist():
        reason = _why_not(row, indoors, storey_id)
        camera = None if reason else _camera(row, surface, optics)
        if camera is None:
            reason = reason or "no height"
            skipped[reason] = skipped.get(reason, 0) + 1
        else:
            kept.append(camera)
    return Cameras(tuple(kept), table.num_rows, skipped)


def _why_not(row: dict[str, Any], indoors: bool, storey_id: str | None) -> str | None:
    if (row["storey_id"] is not None) != indoors:
        return "outdoors" if indoors else "indoors"
    if storey_id is not None and row["storey_id"] != storey_id:
        return "another storey"
    if row["geometry"] is None:
        return "no position"
    return "no heading" if row["heading_deg"] is None and (row["field_of_view_deg"] or 0.0) < 360.0 else None


def _camera(row: dict[str, Any], surface: TerrainSurface, optics: Optics) -> Camera | None:
    point = shapely.get_coordinates(shapely.from_wkb(row["geometry"]), include_z=True)[0]
    taken = {
        name: getattr(optics, name)
        for name in ("field_of_view_deg", "pitch_deg", "range_m", "mounting_height_m")
        if row[name] is None
    }
    stated = {name: row[name] for name in ("field_of_view_deg", "pitch_deg", "range_m", "mounting_height_m")} | taken
    ground = float(surface.heights(point[None, :2])[0])
    z = float(point[2])
    if math.isnan(z) or z - ground < ON_THE_GROUND_M:
        z = ground + stated["mounting_height_m"]
    else:
        taken.pop("mounting_height_m", None)
    resolution = optics.models.get(row["model"] or "", optics.resolution_px)
    assumed = (*taken, *(() if row["model"] in optics.models else ("resolution_px",)))
    return (
        None
        if math.isnan(z)
        else Camera(
            camera_id=row["feature_id"],
            x=float(point[0]),
            y=float(point[1]),
            z=z,
            heading_deg=row["heading_deg"] or 0.0,
            pitch_deg=stated["pitch_deg"],
            field_of_view_deg=stated["field_of_view_deg"],
            vertical_deg=vertical_field_deg(stated["field_of_view_deg"], resolution),
            range_m=stated["range_m"],
            resolution_px=resolution,
            name=row["name"],
            assumed=assumed,
        )
    )
