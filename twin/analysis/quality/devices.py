"""Checks of devices: in no zone, hanging in the air, outside of the storey that they belong to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from twin.analysis.quality.buildings import storey_spans
from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.analysis.sections.columns import numbers_of
from twin.model.finding import limit
from twin.store.spatial import box_numpy


def without_zone(subject: Subject) -> Iterator[Found]:
    """A device that stands in no zone."""
    if not subject.has("devices", "zones"):
        return
    zones = shapely.union_all(shapely.force_2d(subject.shapes("zones")))
    shapely.prepare(zones)
    points = shapely.force_2d(subject.shapes("devices"))
    for row in np.flatnonzero(~shapely.intersects(zones, points)):
        yield Found("devices", (int(row),))


def floating(subject: Subject) -> Iterator[Found]:
    """A device in no building that is not as high over the ground as its mounting height says; without one, higher
    than masts are, or below the ground. Level meters in manholes have a mounting height below 0.
    """
    if not subject.has("devices"):
        return
    above, below, off = (limit("device_floating", one) for one in ("above_m", "below_m", "off_m"))
    indoors = np.array([one is not None for one in subject.table("devices")["building_id"].to_pylist()], bool)
    box = box_numpy(subject.table("devices"))
    ground = subject.ground.heights((box[:, :2] + box[:, 3:5]) / 2.0)
    rise = box[:, 2] - ground
    stated = numbers_of(subject.table("devices"), "mounting_height_m")
    wrong = np.where(np.isnan(stated), (rise > above) | (rise < -below), np.abs(rise - stated) > off)
    for row in np.flatnonzero(~indoors & wrong):
        yield Found("devices", (int(row),), {"height_m": float(box[row, 2]), "ground_m": float(ground[row])})


def outside_storey(subject: Subject) -> Iterator[Found]:
    """A device that belongs to a storey and is not between its floor and the floor above."""
    if not subject.has("devices", "storeys"):
        return
    off = limit("device_outside_storey", "off_m")
    spans = storey_spans(subject)
    heights = box_numpy(subject.table("devices"))[:, 2]
    for row, storey in enumerate(subject.table("devices")["storey_id"].to_pylist()):
        if storey not in spans or np.isnan(heights[row]):
            continue
        name, low, high = spans[storey]
        if not low - off <= heights[row] <= high + off:
            values = {"height_m": float(heights[row]), "storey": name, "from_m": low, "to_m": high}
            yield Found("devices", (row,), values)
