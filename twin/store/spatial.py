"""Which features are in a window: boxes first, shapes when asked, from memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray


class SpatialIndex:
    """An STR-tree over plane boxes of many features.

    Rows are counted in the order given; ``idx`` maps them to the generation-wide numbers.
    """

    def __init__(
        self, box: NDArray[np.float64], idx: NDArray[np.uint32], wkb: Sequence[bytes | None] | None = None
    ) -> None:
        """``box`` (n, 6) as in ``geoparquet.boxes``; ``wkb`` enables exact questions."""
        known = ~np.isnan(box[:, 0])
        self.idx = idx[known]
        self._box = box[known]
        self._wkb = [one for one, keep in zip(wkb, known, strict=True) if keep] if wkb is not None else None
        self._tree = shapely.STRtree(_plane_boxes(self._box))
        self._shapes: dict[int, Any] = {}

    @staticmethod
    def of(tables: Sequence[pa.Table]) -> SpatialIndex:
        """An index over layer tables."""
        box = np.concatenate([box_numpy(one) for one in tables]) if tables else np.empty((0, 6))
        idx = np.concatenate([one["idx"].to_numpy() for one in tables]) if tables else np.empty(0, np.uint32)
        wkb = [blob for one in tables for blob in one["geometry"].to_pylist()]
        return SpatialIndex(box, idx, wkb)

    def query(self, xmin: float, ymin: float, xmax: float, ymax: float) -> NDArray[np.uint32]:
        """``idx`` of every feature whose box touches the window."""
        rows = self._tree.query(shapely.box(xmin, ymin, xmax, ymax))
        found: NDArray[np.uint32] = self.idx[rows]
        return found

    def intersecting(self, shape: shapely.Geometry) -> NDArray[np.uint32]:
        """``idx`` of every feature whose shape (in plan) intersects ``shape``."""
        if self._wkb is None:
            raise ValueError("this index was made without shapes")
        rows = self._tree.query(shape)
        shapely.prepare(shape)
        inside = shapely.contains(shape, _plane_boxes(self._box[rows]))
        unsure = rows[~inside]
        hit = shapely.intersects(shape, np.array([self._shape(int(row)) for row in unsure], dtype=object))
        found: NDArray[np.uint32] = self.idx[np.sort(np.concatenate([rows[inside], unsure[hit]]))]
        return found

    def _shape(self, row: int) -> Any:
        if row not in self._shapes:
            assert self._wkb is not None
            self._shapes[row] = shapely.from_wkb(self._wkb[row])
        return self._shapes[row]


def _plane_boxes(box: NDArray[np.float64]) -> NDArray[np.object_]:
    return shapely.box(box[:, 0], box[:, 1], box[:, 3], box[:, 4])


def box_numpy(table: pa.Table) -> NDArray[np.float64]:
    """The ``bbox`` column as (n, 6)."""
    column = table["bbox"].combine_chunks()
    fields = [
        column.field(name).to_numpy(zero_copy_only=False) for name in ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")
    ]
    return np.column_stack(fields) if len(column) else np.empty((0, 6))
