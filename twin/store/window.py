"""Features in a window, straight from a GeoParquet file: boxes prune row groups, nothing is kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

_WINDOW = """
SELECT {columns} FROM read_parquet(?)
WHERE bbox.xmin <= ? AND bbox.xmax >= ? AND bbox.ymin <= ? AND bbox.ymax >= ?
"""


class WindowReader:
    """Asks GeoParquet files for windows; keeps their footers, so that a second question costs only the rows."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 2})
        self._connection.execute("SET parquet_metadata_cache=true")

    def read(
        self, path: Path, window: Sequence[float], columns: Sequence[str] = ("feature_id", "geometry")
    ) -> pa.Table:
        """Rows whose box touches ``window`` (west, south, east, north, in the file's CRS)."""
        west, south, east, north = window
        sql = _WINDOW.format(columns=", ".join(f'"{one}"' for one in columns))
        return self._connection.sql(sql, params=[str(path), east, west, north, south]).to_arrow_table()

    def close(self) -> None:
        self._connection.close()
