"""Features in a window, straight from a GeoParquet file: boxes prune row groups, nothing but footers is kept in memory.

The boxes of the row groups stand in the footer (https://parquet.apache.org/docs/file-format/metadata/). They are looked
through as one array: a query engine spends longer on pruning than on reading what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")


class WindowReader:
    """Asks GeoParquet files for windows; keeps their footers, so that a second question costs only the rows."""

    def __init__(self) -> None:
        self._footers: dict[Path, _Footer] = {}

    def read(
        self, path: Path, window: Sequence[float], columns: Sequence[str] = ("feature_id", "geometry")
    ) -> pa.Table:
        """Rows whose box touches ``window`` (west, south, east, north, in the file's CRS); those without a box never.

        The file needs a ``bbox`` column with the four sides, as GeoParquet's covering has it.
        """
        footer = self._footer(path)
        groups = np.flatnonzero(_touching(footer.group_boxes, window)).tolist()
        wanted = [*columns, *(f"bbox.{side}" for side in _SIDES)]
        with pq.ParquetFile(path, metadata=footer.metadata, memory_map=True) as file:
            rows = file.read_row_groups(groups, columns=wanted)
        box = rows["bbox"].combine_chunks()
        sides = [box.field(side).to_numpy(zero_copy_only=False) for side in _SIDES]
        return rows.select(list(columns)).take(pa.array(np.flatnonzero(_touching(sides, window))))

    def _footer(self, path: Path) -> _Footer:
        """The footer of ``path``, read again if the file is another than it was."""
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._footers.get(path)
        if known is None or known.stamp != stamp:
            known = self._footers[path] = _Footer.of(path, stamp)
        return known


@dataclass(frozen=True, slots=True)
class _Footer:
    """``group_boxes``: of each side of the box, one number a row group; NaN where no row has a box."""

    stamp: tuple[int, int]
    metadata: pq.FileMetaData
    group_boxes: list[NDArray[np.float64]]

    @staticmethod
    def of(path: Path, stamp: tuple[int, int]) -> _Footer:
        metadata = pq.read_metadata(path)
        names = [metadata.schema.column(number).path for number in range(metadata.num_columns)]
        return _Footer(stamp, metadata, [_outermost(metadata, names.index(f"bbox.{side}"), side) for side in _SIDES])


def _outermost(metadata: pq.FileMetaData, column: int, side: str) -> NDArray[np.float64]:
    """The outermost value of ``column`` in each row group."""
    bound = "min" if side.endswith("min") else "max"
    statistics = [metadata.row_group(group).column(column).statistics for group in range(metadata.num_row_groups)]
    return np.array([getattr(one, bound) if one and one.has_min_max else np.nan for one in statistics], np.float64)


def _touching(sides: Sequence[NDArray[np.float64]], window: Sequence[float]) -> NDArray[np.bool_]:
    west, south, east, north = window
    xmin, ymin, xmax, ymax = sides
    touching: NDArray[np.bool_] = (xmin <= east) & (xmax >= west) & (ymin <= north) & (ymax >= south)
    return touching
