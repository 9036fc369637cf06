"""Checks of any shape: polygons that cross themselves, things without a height."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.store.spatial import box_numpy


def invalid(subject: Subject) -> Iterator[Found]:
    """A polygon that crosses itself in plan."""
    for layer_id in subject.layers:
        shapes = subject.shapes(layer_id)
        plane = np.isin(shapely.get_type_id(shapes), (3, 6))  # Polygon, MultiPolygon
        for row in np.flatnonzero(plane & ~shapely.is_valid(shapes)):
            if not _is_solid(shapes[row]):
                yield Found(layer_id, (int(row),), {"reason": shapely.is_valid_reason(shapes[row])})


def _is_solid(shape: Any) -> bool:
    """Faces of a solid overlap in plan by nature; validity in plan means nothing for them."""
    if shape.geom_type != "MultiPolygon":
        return False
    z = shapely.get_coordinates(shape, include_z=True)[:, 2]
    return bool(np.ptp(z) > 1.0)


def without_height(subject: Subject) -> Iterator[Found]:
    """A thing with a place in plan and no height."""
    for layer_id in subject.layers:
        box = box_numpy(subject.table(layer_id))
        for row in np.flatnonzero(~np.isnan(box[:, 0]) & np.isnan(box[:, 2])):
            yield Found(layer_id, (int(row),))
