"""The relation ``sees`` as it was delivered, held against what cameras see over the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from twin.analysis.views.camera import Camera
from twin.analysis.views.camera_view import CameraView, camera_view
from twin.analysis.views.surface_model import SurfaceModel

LEAST_M2: Final = 20.0


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """A camera and a place: stated by a relation, seen over the model, and how much of it."""

    camera_id: str
    place_id: str
    stated: bool
    seen: bool
    seen_area_m2: float


@dataclass(frozen=True, slots=True)
class SeesComparison:
    """Pairs that are stated or seen. ``skipped``: relations that could not be compared, by reason."""

    rows: tuple[SeenPlace, ...]
    relations: int
    skipped: dict[str, int]

    def count(self, *, stated: bool, seen: bool) -> int:
        return sum(one.stated == stated and one.seen == seen for one in self.rows)

    def to_arrow(self) -> pa.Table:
        return pa.Table.from_pylist([asdict(one) for one in self.rows])


def compare_sees(
    relations: pa.Table,
    places: Mapping[str, Any],
    cameras: Sequence[Camera],
    model: SurfaceModel,
    *,
    cell_m: float = 2.0,
    target_height_m: float | None = None,
    least_m2: float = LEAST_M2,
) -> SeesComparison:
    """Compare relations ``sees`` with what each camera sees of ``places`` (feature id -> polygon).

    A place counts as seen from ``least_m2`` on. Relations whose camera or place is not among those given are counted.
    """
    known = {one.camera_id for one in cameras}
    skipped: dict[str, int] = {}
    stated: set[tuple[str, str]] = set()
    found = [one for one in relations.select(["from_id", "kind", "to_id"]).to_pylist() if one["kind"] == "sees"]
    for one in found:
        reason = "camera not asked" if one["from_id"] not in known else "place not asked"
        if one["from_id"] in known and one["to_id"] in places:
            stated.add((one["from_id"], one["to_id"]))
        else:
            skipped[reason] = skipped.get(reason, 0) + 1
    rows = []
    for camera in cameras:
        seen = _areas_seen(camera_view(camera, model, cell_m=cell_m, target_height_m=target_height_m), places)
        for place_id, area in seen.items():
            pair = SeenPlace(camera.camera_id, place_id, (camera.camera_id, place_id) in stated, area >= least_m2, area)
            if pair.stated or pair.seen:
                rows.append(pair)
    return SeesComparison(tuple(rows), len(found), skipped)


def _areas_seen(view: CameraView, places: Mapping[str, Any]) -> dict[str, float]:
    """Plan area of each place that the view covers, by the middles of its cells."""
    row, column = np.nonzero(np.isfinite(view.px_per_m))
    dx, _, west, _, dy, north = view.transform
    x = west + (column + 0.5) * dx
    y = north + (row + 0.5) * dy
    return {one: float(shapely.contains_xy(shape, x, y).sum()) * dx * -dy for one, shape in places.items()}
