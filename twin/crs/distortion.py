"""How long a metre of the grid is, and where its north points: scale, convergence, and what height adds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj

from twin.crs.naming import horizontal, parse_crs
from twin.crs.transforming import degrees_in

_CM_PER_KM = 1e5


@dataclass(frozen=True, slots=True)
class Distortion:
    """At one place: grid length / length on the ellipsoid, angle from true to grid north (clockwise positive).

    ``longitude``, ``latitude`` are on the datum of the CRS. Convergence as PROJ signs it: negative west of the central
    meridian on the northern half (grid north points west of true north).
    """

    longitude: float
    latitude: float
    scale: float
    convergence_deg: float
    radius_m: float

    @property
    def cm_per_km(self) -> float:
        """How much longer a kilometre of the ellipsoid is in the grid."""
        return (self.scale - 1.0) * _CM_PER_KM

    def height_cm_per_km(self, height_m: float) -> float:
        """What height adds: a ground kilometre at ``height_m`` above the ellipsoid comes out shorter below it."""
        return -height_m / (self.radius_m + height_m) * _CM_PER_KM

    def combined_cm_per_km(self, height_m: float) -> float:
        """Grid against ground at ``height_m``: both effects."""
        ratio = self.radius_m / (self.radius_m + height_m)
        return (self.scale * ratio - 1.0) * _CM_PER_KM


def distortion_at(crs: str, x: float, y: float, path: Path | str = "campus") -> Distortion | None:
    """The distortion of a projected ``crs`` at a point of it (x = east); None for degrees, ``local``, or no place.

    Scale is that along the meridian; a conformal grid (all Gauss-Krüger ones) has the same in every direction.
    """
    parsed = parse_crs(crs, path)
    if parsed is None or not horizontal(parsed).is_projected:
        return None
    flat = horizontal(parsed)
    longitude, latitude = degrees_in(crs, str(path))(np.array([[x, y]]))[0]
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return None
    found = pyproj.Proj(flat).get_factors(longitude, latitude)
    if not math.isfinite(found.meridional_scale):
        return None
    radius_m = _mean_radius_m(flat, latitude)
    return Distortion(
        float(longitude), float(latitude), float(found.meridional_scale), float(found.meridian_convergence), radius_m
    )


def _mean_radius_m(crs: pyproj.CRS, latitude: float) -> float:
    """Gauss's mean radius of curvature, sqrt(M N)."""
    ellipsoid = crs.ellipsoid
    a = ellipsoid.semi_major_metre if ellipsoid is not None else 6378137.0
    b = ellipsoid.semi_minor_metre if ellipsoid is not None else 6356752.314245
    e2 = 1.0 - (b / a) ** 2
    return a * math.sqrt(1.0 - e2) / (1.0 - e2 * math.sin(math.radians(latitude)) ** 2)
