"""What became of each feature between two generations, as the viewer reads it: all of it to colour, a page to list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from ioc_app.api.features import jsonable
from ioc_app.scene_axes import SceneAxes
from twin.analysis.changes import Change, Changes, changes_between
from twin.errors import UnknownLayerError
from twin.store.campus import Generation
from twin.store.spatial import box_numpy

MOST_REMOVED: Final = 10_000
_MM: Final = 3
_ROW: Final = ("feature_id", "kind", "name", "former_id", "id_stable", "columns")

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two generations compared, and what it takes to show that: neither a generation nor its ground is held for it."""

    changes: Changes
    table: pa.Table  # ``Changes.to_arrow``
    exact: bool
    boxes: Places  # (n, 6) of each row, scene axes of the newer one; NaN of what has no place
    removed: list[dict[str, Any]]  # the first ``MOST_REMOVED``, with their shapes

    @classmethod
    def of(cls, before: Generation, after: Generation, *, exactly: bool) -> Compared:
        """Raises GenerationsApartError."""
        found = changes_between(before, after, exactly=exactly)
        table = found.to_arrow()
        axes = SceneAxes.of(after, exactly=exactly)
        gone = table.filter(pc.equal(table["change"], Change.REMOVED.value)).slice(0, MOST_REMOVED)
        return cls(found, table, exactly, axes.boxes(box_numpy(table)), _removed(gone, axes))

    def whole(self, in_use: Generation) -> dict[str, Any]:
        """Counts, the class of every feature that differs, and what is gone with its shape."""
        here = self.table.filter(pc.not_equal(self.table["change"], Change.REMOVED.value))
        return {
            **self.changes.to_dict(),
            "generation": self.changes.new,
            "in_use": in_use.number,
            "exact": self.exact,
            "features": {
                "idx": here["idx"].to_pylist(),
                "idx_in_use": self._idx_in_use(here, in_use),
                "change": here["change"].to_pylist(),
                "moved_plan_m": _metres(here["moved_plan_m"]),
                "moved_height_m": _metres(here["moved_height_m"]),
                "columns": [[each["column"] for each in one or ()] for one in here["columns"].to_pylist()],
            },
            "removed_total": len(self.table) - len(here),
            "removed": self.removed,
        }

    def page(self, in_use: Generation, layer_id: str, change: Change, offset: int, limit: int) -> dict[str, Any]:
        """Some of the features of one layer and one class; of those that moved the farthest first.

        Raises UnknownLayerError.
        """
        names = [one.layer_id for one in self.changes.layers]
        if layer_id not in names:
            raise UnknownLayerError(layer=layer_id, known=", ".join(names))
        layer = pc.equal(self.table["layer_id"], layer_id)
        chosen = pc.and_(layer, pc.equal(self.table["change"], change.value))
        rows = np.flatnonzero(chosen.to_numpy(zero_copy_only=False))
        if change is Change.MOVED:
            rows = rows[_farthest_first(self.table.take(pa.array(rows)))]
        total, rows = len(rows), rows[offset : offset + limit]
        page = self.table.take(pa.array(rows))
        return {
            "from": self.changes.old,
            "to": self.changes.new,
            "in_use": in_use.number,
            "exact": self.exact,
            "masked": any(one.masked for one in self.changes.layers if one.layer_id == layer_id),
            "total": total,
            "rows": [
                {**row, "idx": idx, "moved_plan_m": plan, "moved_height_m": height, "bbox": box}
                for row, idx, plan, height, box in zip(
                    page.select(_ROW).to_pylist(),
                    self._idx_in_use(page, in_use),
                    _metres(page["moved_plan_m"]),
                    _metres(page["moved_height_m"]),
                    map(_box, self.boxes[rows]),
                    strict=True,
                )
            ],
        }

    def _idx_in_use(self, table: pa.Table, in_use: Generation) -> list[int | None]:
        """Numbers in the generation that is shown; None for what is not in it."""
        if in_use.number == self.changes.new:
            idx: list[int | None] = table["idx"].to_pylist()
            return idx
        found: list[int | None] = pc.index_in(table["feature_id"], value_set=in_use.feature_ids()).to_pylist()
        return found


def _box(box: Places) -> list[float] | None:
    sides: list[float] = box.tolist()
    return None if np.isnan(box).any() else sides


def _removed(table: pa.Table, axes: SceneAxes) -> list[dict[str, Any]]:
    """What is no longer there, with its shape in the scene axes of the newer generation as GeoJSON coordinates."""
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    rows = table.select(["feature_id", "layer_id", "kind", "name", "id_stable"]).to_pylist()
    pairs = zip(shapes, axes.shapes(shapes), strict=True)
    return [{**row, **_shape(*pair, axes)} for row, pair in zip(rows, pairs, strict=True)]


def _shape(shape: shapely.Geometry | None, scene: shapely.Geometry, axes: SceneAxes) -> dict[str, Any]:
    """``ground``: of a shape without heights, those of the ground under its vertices; None where nobody knows."""
    if shape is None or shapely.is_empty(shape):
        return {"geometry": None, "ground": None}
    if not np.isnan(shapely.get_coordinates(shape, include_z=True)).any():
        return {"geometry": json.loads(shapely.to_geojson(scene)), "ground": None}
    ground = axes.ground_m(shapely.get_coordinates(shape)).tolist()
    return {"geometry": json.loads(shapely.to_geojson(shapely.force_2d(scene))), "ground": jsonable(ground)}


def _farthest_first(table: pa.Table) -> NDArray[np.int64]:
    """The order of rows by how far they moved; those of which nobody knows it are last."""
    ways = [np.nan_to_num(table[f"moved_{one}_m"].to_numpy(zero_copy_only=False)) for one in ("plan", "height")]
    return np.argsort(-np.hypot(*ways), kind="stable")


def _metres(column: pa.ChunkedArray) -> list[float | None]:
    return [jsonable(None if one is None else round(one, _MM)) for one in column.to_pylist()]
