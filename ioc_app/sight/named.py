"""Things of an answer, so that a screen can name them, select them and fly there; shapes in scene axes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from ioc_app.directory import Directory
from twin.analysis.views.optics import Optics

NAMES: Final = ("name", "layer_id", "position", "bbox", "building_id", "storey_id")
DIGITS: Final = 2  # of plan coordinates: a centimetre


class Things:
    """Of one generation."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.generation = directory.generation.number
        self.origin = directory.generation.manifest.origin

    def named(self, feature_id: str) -> dict[str, Any]:
        """What a link to it needs. ``device_code``: a room's is its number; ``name_en``: buildings have one."""
        idx = self.directory.idx_by_id.get(feature_id)
        if idx is None:
            return {"feature_id": feature_id, "idx": None, "device_code": None, "name_en": None, **dict.fromkeys(NAMES)}
        entry = self.directory.entry(idx)
        return {
            "feature_id": feature_id,
            "idx": idx,
            "device_code": entry["label"],
            "name_en": self.directory.building_names_en.get(feature_id),
            **{name: entry[name] for name in NAMES},
        }

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
