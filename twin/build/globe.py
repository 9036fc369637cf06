"""Where the scene lies on the globe: the least-squares similarity from scene axes to ECEF, with its residual."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.build.origin import Origin
from twin.crs import LOCAL, fit_similarity, to_ecef
from twin.model.scene import EcefPlacement
from twin.settings import CampusSettings


def place_on_globe(settings: CampusSettings, origin: Origin, bbox: NDArray[np.float64]) -> EcefPlacement | None:
    """``bbox`` (6,) in scene axes. None for a local campus. Without a geoid separation heights are marked unknown."""
    if settings.crs.strip().lower() == LOCAL:
        return None
    matrix, residual = scene_to_globe(settings, origin, bbox, settings.geoid_separation_m or 0.0)
    column_major = tuple(float(one) for one in matrix.T.reshape(-1))
    return EcefPlacement(column_major, residual, settings.geoid_separation_m is not None)


def scene_to_globe(
    settings: CampusSettings, origin: Origin, bbox: NDArray[np.float64], lift_m: float
) -> tuple[NDArray[np.float64], float]:
    """4×4 scene -> ECEF that fits best within ``bbox``, and its worst error in metres.

    ``lift_m``: ellipsoid height minus campus height.
    """
    low, high = bbox[:3], np.maximum(bbox[3:], bbox[:3] + 1.0)
    steps = [np.linspace(low[axis], high[axis], 3) for axis in range(3)]
    scene = np.array(np.meshgrid(*steps, indexing="ij")).reshape(3, -1).T
    return fit_similarity(scene, to_ecef(scene + np.array(origin), settings.frame, lift_m))
