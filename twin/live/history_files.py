"""Writing one Parquet file of the history so that it is there completely, and stays when the power fails."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.errors import StoreFaultError
from twin.live.intact import sha256_of
from twin.store.durable import sync, sync_file
from twin.store.history_manifest import HistoryFile, Part, history_folder

ROW_GROUP: Final = 50_000
UNFINISHED: Final = ".new"


@dataclass(slots=True)
class Numbers:
    """Numbers for file names; never used twice, so a reader may keep what it read under a name."""

    next: int

    def take(self) -> int:
        self.next += 1
        return self.next - 1


@dataclass(slots=True)
class _Extent:
    """What the rows written so far reach over."""

    rows: int = 0
    min_seq: int | None = None
    max_seq: int | None = None
    min_us: int | None = None
    max_us: int | None = None

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        self.rows += batch.num_rows
        if not batch.num_rows:
            return
        if "seq" in batch.schema.names:
            self.min_seq, self.max_seq = _wider(self.min_seq, self.max_seq, batch.column("seq"))
        when = "occurred_at" if "occurred_at" in batch.schema.names else "from_at"
        self.min_us, self.max_us = _wider(self.min_us, self.max_us, batch.column(when).cast(pa.int64()))


def _wider(low: int | None, high: int | None, values: pa.Array) -> tuple[int, int]:
    found = pc.min_max(values)
    least, most = found["min"].as_py(), found["max"].as_py()
    return (least if low is None else min(low, least)), (most if high is None else max(high, most))


def _write(building: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> _Extent:
    extent = _Extent()
    with pq.ParquetWriter(building, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema) if batch.schema != schema else batch, ROW_GROUP)
            extent.add(batch)
    return extent


def write_file(
    campus: Path, numbers: Numbers, day: date, part: Part, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> HistoryFile:
    """Temporary, synced, renamed, the folder synced. It counts when it is in the manifest, not before."""
    folder = history_folder(campus)
    path = folder / f"{day.isoformat()}-{part.value}-{numbers.take():08d}.parquet"
    building = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        extent = _write(building, schema, batches)
        sync_file(building)
        digest, size_bytes = sha256_of(building), building.stat().st_size
        building.replace(path)
        sync(folder)
    except OSError as fault:  # a full disk; what was written so far never counts
        with suppress(OSError):
            building.unlink()
        raise StoreFaultError(path=path, detail=fault.strerror or str(fault)) from fault
    return HistoryFile(
        path.name,
        day,
        part,
        extent.rows,
        size_bytes,
        digest,
        extent.min_seq or 0,
        extent.max_seq or 0,
        extent.min_us or 0,
        extent.max_us or 0,
    )
