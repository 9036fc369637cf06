"""From the campus to the globe: WGS 84 geocentric coordinates and the frame at a point."""

from __future__ import annotations

import numpy as np
import pyproj
from numpy.typing import NDArray

from twin.crs.geocentric import level_axes
from twin.crs.georeference import CampusFrame
from twin.crs.naming import Points
from twin.crs.transforming import transformer


def geocentric(lonlat_h: Points) -> Points:
    """(n, 3) WGS 84 longitude, latitude, ellipsoid height -> geocentric."""
    engine = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True, allow_ballpark=False)
    return np.column_stack(engine.transform(lonlat_h[:, 0], lonlat_h[:, 1], lonlat_h[:, 2]))


def enu(longitude_deg: float, latitude_deg: float, height_m: float) -> NDArray[np.float64]:
    """4×4 geocentric -> east, north, up at a point of the WGS 84 ellipsoid."""
    matrix = np.eye(4)
    matrix[:3, :3] = level_axes(np.array([longitude_deg]), np.array([latitude_deg]))[0]
    matrix[:3, 3] = -matrix[:3, :3] @ geocentric(np.array([[longitude_deg, latitude_deg, height_m]]))[0]
    return matrix


def to_ecef(points: Points, frame: CampusFrame, geoid_separation_m: float) -> Points:
    """Campus coordinates (n, 3) -> WGS 84 geocentric (n, 3), heights lifted by the geoid separation."""
    lonlat = transformer(frame.crs, "EPSG:4326")(points[:, :2])
    return geocentric(np.column_stack([lonlat, points[:, 2] + geoid_separation_m]))
