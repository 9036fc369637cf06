"""Things of an answer, so that a screen can name them, select them and fly there; shapes in scene axes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from ioc_app.directory import Directory
from twin.analysis.views.optics import Optics

DIGITS: Final = 2  # of plan coordinates: a centimetre


class Things:
    """Of one generation."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.generation = directory.generation.number
        self.origin = directory.generation.manifest.origin

    def named(self, feature_id: str) -> dict[str, Any]:
        """What a link to it needs. ``device_code``: a room's is its number; ``name_en``: buildings have one."""
        found = self.directory.named(feature_id, "building_id", "storey_id", "label")
        name_en = self.directory.building_names_en.get(feature_id)
        return {"device_code": found.pop("label"), **found, "name_en": name_en}

    def rings(self, shape: Any) -> list[list[list[float]]]:
        """Rings of all polygons of a shape, plan, scene axes; inside is where an odd number of them is around."""
        polygons = [one for one in shapely.get_parts(shapely.get_parts(shape)) if one.geom_type == "Polygon"]
        return [
            np.round(shapely.get_coordinates(ring) - self.origin[:2], DIGITS).tolist()
            for one in polygons
            for ring in shapely.get_rings(one)
        ]


def classes_said(optics: Optics) -> list[dict[str, Any]]:
    """Classes of pixel density (EN 62676-4), from the most to the least."""
    return [{"id": one.id, "title": {"zh": one.zh, "en": one.en}, "px_per_m": one.px_per_m} for one in optics.classes]
