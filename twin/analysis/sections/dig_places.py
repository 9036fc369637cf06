"""Buildings, devices and zones in the plan of a pit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from twin.analysis.sections.columns import shapes_of, texts_of


@dataclass(frozen=True, slots=True)
class Beside:
    """A building or device in plan; ``overlap_m2`` of its footprint lie within what is dug open."""

    layer_id: str
    feature_id: str
    name: str | None
    distance_m: float
    overlap_m2: float


def beside(table: pa.Table | None, outline: BaseGeometry, near_m: float) -> list[Beside]:
    """Rows of a table whose shape in plan lies within ``near_m`` of what is dug open, the nearest first."""
    if table is None or not len(table):
        return []
    shapes = np.asarray(shapely.force_2d(shapes_of(table)), object)
    away = np.asarray(shapely.distance(shapes, outline), float)
    ids, names, layers = (texts_of(table, one) for one in ("feature_id", "name", "layer_id"))
    found = []
    for row in np.flatnonzero(away <= near_m):
        parts = shapely.make_valid(shapely.get_parts(shapes[row]))
        overlap = float(shapely.intersection(shapely.union_all(parts), outline).area)
        found.append(Beside(str(layers[row]), str(ids[row]), names[row], float(away[row]), overlap))
    return sorted(found, key=lambda one: (one.distance_m, -one.overlap_m2, one.feature_id))
