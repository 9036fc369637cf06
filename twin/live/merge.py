"""All files of a day as one, each entry once. DuckDB does it, so that a day need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from twin.errors import HistoryDamagedError
from twin.live.history_files import ROW_GROUP
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import HistoryFile, history_folder
from twin.store.query import sql_literal

SPILL: Final = ".merge"
_MEMORY: Final = "1GB"
_THREADS: Final = 2
# of the same id the first to come
_ONCE: Final = """
SELECT * FROM ({sources})
QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY seq) = 1
ORDER BY subject, occurred_at, seq, entry_id
"""


def merged(campus: Path, files: Sequence[HistoryFile], brought: pa.Table | None = None) -> Iterator[pa.RecordBatch]:
    """The entries of ``files``, and of a table that is brought in from outside, sorted, each id once."""
    folder = history_folder(campus)
    sources = []
    if files:
        paths = sql_literal([str(folder / one.name) for one in files])
        sources.append(f"SELECT * FROM read_parquet({paths})")
    if brought is not None:
        sources.append("SELECT * FROM brought")
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": _THREADS,
        "memory_limit": _MEMORY,
        "temp_directory": str(folder / SPILL),
    }
    with closing(duckdb.connect(":memory:", config=settings)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if brought is not None:
            connection.register("brought", brought)
        try:
            answer = connection.sql(_ONCE.format(sources=" UNION ALL ".join(sources)))
            for batch in answer.to_arrow_reader(ROW_GROUP):
                yield batch.cast(SCHEMA)
        except (duckdb.Error, pa.ArrowException) as fault:
            raise HistoryDamagedError(path=folder, detail=str(fault)) from fault
