"""What one camera sees of the campus, and with how many pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.views.camera import Camera
from twin.analysis.views.cells import area_of
from twin.analysis.views.optics import Optics, shipped_optics
from twin.analysis.views.sight import sight
from twin.analysis.views.surface_model import SurfaceModel
from twin.mesh.elevation import Transform

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CameraView:
    """What one camera sees: (rows, columns) pixels per metre on the target plane, NaN where it sees nothing.

    corners_m: (rows + 1, columns + 1) heights of the ground at the corners of cells, to lay them on it; NaN without.
    """

    camera: Camera
    px_per_m: Floats
    transform: Transform
    optics: Optics
    corners_m: Floats

    def polygon(self, least_px_per_m: float = 0.0) -> Any:
        """Where the camera sees with at least this density."""
        return area_of(self.px_per_m >= least_px_per_m, self.transform)

    def classes(self) -> NDArray[np.int64]:
        """(rows, columns) place in ``optics.classes``; their number below the least; -1 where it sees nothing."""
        return np.where(np.isfinite(self.px_per_m), self.optics.classes_of(self.px_per_m), -1)

    def to_arrow(self) -> pa.Table:
        """A row for each class, best first, then what is seen below the least (null). Areas do not overlap."""
        best = self.classes()
        shapes = [area_of(best == place, self.transform) for place in range(len(self.optics.classes) + 1)]
        return pa.table(
            {
                "camera_id": [self.camera.camera_id] * len(shapes),
                "density": pa.array([*(one.id for one in self.optics.classes), None], pa.string()),
                "area_m2": [one.area for one in shapes],
                "geometry": [shapely.to_wkb(one) for one in shapes],
            }
        )


def camera_view(
    camera: Camera,
    model: SurfaceModel,
    *,
    cell_m: float = 1.0,
    target_height_m: float | None = None,
    optics: Optics | None = None,
) -> CameraView:
    """Where a target ``target_height_m`` above the ground (default: a face) is in the picture and not hidden.

    Looked at in the middle of cells of ``cell_m`` around the camera. Inside buildings nothing is seen.
    """
    optics = optics or shipped_optics()
    lift_m = optics.face_height_m if target_height_m is None else target_height_m
    half = int(np.ceil(camera.range_m / cell_m)) + 1
    west, north = (np.floor(camera.x / cell_m) - half) * cell_m, (np.ceil(camera.y / cell_m) + half) * cell_m
    place = np.arange(2 * half + 1) + 0.5
    x, y = np.meshgrid(west + place * cell_m, north - place * cell_m)
    points = np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])
    near = np.hypot(points[:, 0] - camera.x, points[:, 1] - camera.y) <= camera.range_m
    points[near, 2] = model.ground.heights(points[near, :2]) + lift_m
    in_picture, pixels = camera.pictures(points)
    rows = np.flatnonzero(near & in_picture & np.isfinite(points[:, 2]))
    free = sight(camera.eye, points[rows], model, wall_tolerance_m=optics.wall_tolerance_m).free
    density = np.full(x.size, np.nan)
    density[rows[free]] = pixels[rows[free]]
    transform = (cell_m, 0.0, float(west), 0.0, -cell_m, float(north))
    edge = np.arange(2 * half + 2)
    corners = np.stack(np.meshgrid(west + edge * cell_m, north - edge * cell_m), axis=-1)
    heights = model.ground.heights(corners.reshape(-1, 2)).reshape(corners.shape[:2])
    return CameraView(camera, density.reshape(x.shape), transform, optics, heights)
