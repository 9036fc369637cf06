"""Rollups of closed days in memory: what a year's days cost to open is paid once, for a file never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import HistoryDamagedError
from twin.store.history_manifest import HistoryFile
from twin.store.history_view import HistoryView

COLUMNS: Final = ("point_id", "from_at", "readings", "count", "min", "max", "mean", "last", "last_at", "newest_at")
_AT: Final = pa.timestamp("us", "UTC")
ROWS: Final = pa.schema(
    [
        ("point_id", pa.dictionary(pa.int32(), pa.string())),
        ("from_at", _AT),
        ("readings", pa.int64()),
        ("count", pa.int64()),
        *((name, pa.float64()) for name in ("min", "max", "mean", "last")),
        ("last_at", _AT),
        ("newest_at", _AT),
    ]
)
MOST_BYTES: Final = 96 * 2**20
_SETS: Final = 4  # of files: now, and the moments that it is compared with


class RollupShelf:
    """By file name, those asked for last; more than ``most_bytes`` are not kept."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, pa.Table] = OrderedDict()
        self._put_together: OrderedDict[tuple[str, ...], pa.Table] = OrderedDict()
        self.point_ids: set[str] = set()  # every one that was ever seen here

    def of(self, view: HistoryView, files: Sequence[HistoryFile]) -> pa.Table:
        """The rows of these files, in the columns of ``ROWS``, kept for the next. Raises HistoryDamagedError."""
        key = tuple(one.name for one in files)
        if key not in self._put_together:
            self._put_together[key] = _together([self._kept_of(view, one) for one in files])
            while len(self._put_together) > _SETS:
                self._put_together.popitem(last=False)
        self._put_together.move_to_end(key)
        return self._put_together[key]

    def read(self, view: HistoryView, files: Sequence[HistoryFile]) -> pa.Table:
        """The same, without keeping them: for one who keeps what is made of them. Raises HistoryDamagedError."""
        return _together([self._read(view, one) for one in files])

    def _kept_of(self, view: HistoryView, file: HistoryFile) -> pa.Table:
        if file.name in self._kept:
            self._kept.move_to_end(file.name)
            return self._kept[file.name]
        self._kept[file.name] = table = self._read(view, file)
        self._bytes += table.nbytes
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return table

    def _read(self, view: HistoryView, file: HistoryFile) -> pa.Table:
        [path] = view.paths([file])
        try:
            table = pq.read_table(path, columns=list(COLUMNS), read_dictionary=["point_id"], use_threads=False)
            table = table.cast(ROWS).combine_chunks()
        except (OSError, pa.ArrowException) as fault:
            raise HistoryDamagedError(path=path, detail=str(fault).partition("\n")[0]) from fault
        for chunk in table["point_id"].chunks:
            self.point_ids.update(chunk.dictionary.to_pylist())
        return table


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables([ROWS.empty_table(), *tables]).unify_dictionaries()
