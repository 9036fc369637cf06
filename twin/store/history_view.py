"""The history at one moment: the files of the manifest, and the tail of the journal that is not in them yet.

The manifest, with how far the journal is sealed, is read first and in one transaction; the rows of the journal after
that number are the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from twin.errors import HistoryDamagedError
from twin.model.time import moment
from twin.store.days import LocalDays
from twin.store.entry_table import as_moment, table_of_rows
from twin.store.history_manifest import (
    RAW,
    HistoryFile,
    HistoryManifest,
    history_folder,
    manifest_path,
    read_manifest,
)
from twin.store.history_sql import first_line, open_history_sql
from twin.store.journal_reader import JournalReader
from twin.store.repeats import without_repeats

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Which files count, and the tail."""

    folder: Path
    manifest: HistoryManifest
    tail: pa.Table

    def raw_files(self, start_us: int = -(2**63), end_us: int = 2**63 - 1) -> list[HistoryFile]:
        """Files with entries of ``[start_us, end_us)``."""
        return [one for one in self.manifest.of(*RAW) if one.max_us >= start_us and one.min_us < end_us]

    def paths(self, files: Iterable[HistoryFile]) -> list[str]:
        return [str(self.folder / one.name) for one in files]

    def open_sql(self, raw: Iterable[HistoryFile], others: Iterable[HistoryFile] = ()) -> duckdb.DuckDBPyConnection:
        """A locked connection that sees these files and the tail."""
        return open_history_sql(self.paths(raw), self.tail, self.paths(others))

    def days(self) -> LocalDays:
        return LocalDays(self.manifest.timezone)

    def mark(self, at_us: int, known_seq: int | None = None) -> tuple[int, ...]:
        """Equal for two views of a campus that hold the same up to a moment, whatever was written of later ones."""
        counts = pc.less_equal(self.tail["occurred_at"], as_moment(moment(at_us)))
        if known_seq is not None:
            counts = pc.and_(counts, pc.less_equal(self.tail["seq"], known_seq))
        seqs = self.tail["seq"].filter(counts)
        manifest = self.manifest
        return manifest.sealed_seq, manifest.next_number, len(manifest.files), len(seqs), pc.max(seqs).as_py() or 0

    @property
    def newest_us(self) -> int:
        """When the latest of all happened: what is asked about later moments is asked about this one."""
        in_tail = pc.max(self.tail["occurred_at"].cast(pa.int64())).as_py()
        return max([one.max_us for one in self.manifest.of(*RAW)] + ([] if in_tail is None else [in_tail]), default=0)

    def tail_days(self) -> set[date]:
        """Days to which something came that is not sealed yet."""
        return set(self.days().days_of(self.tail["occurred_at"].cast(pa.int64()).to_numpy()))


def take_view(campus: Path, before: HistoryView | None = None) -> HistoryView:
    """Files and tail of one moment; of ``before``, taken of the manifest that is still in force, all is taken over."""
    manifest = before.manifest if before is not None else None
    sealed_seq = 0
    for _ in range(_TRIES):
        manifest = manifest or read_manifest(campus) or HistoryManifest()
        known = before.tail if before is not None and before.manifest is manifest else table_of_rows([])
        last_seq = max(manifest.sealed_seq, pc.max(known["seq"]).as_py() or 0)
        news, pruned_seq = JournalReader(campus).tail_and_pruned(last_seq)
        if pruned_seq <= manifest.sealed_seq:
            news = without_repeats(campus, manifest, news, pruned_seq)
            return HistoryView(history_folder(campus), manifest, pa.concat_tables([known, news]).combine_chunks())
        # sealed, closed and pruned between the two: what is missing from the tail is in newer files
        sealed_seq, manifest = manifest.sealed_seq, None
    detail = f"sealed up to {sealed_seq}, but the journal was pruned up to {pruned_seq}"
    raise HistoryDamagedError(path=manifest_path(campus), detail=detail)


def ask(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any] | None = None
) -> pa.Table:
    """The answer as Arrow. A file that cannot be read is an error, not an answer without it."""
    try:
        return connection.sql(sql, params=parameters).to_arrow_table()
    except (duckdb.Error, pa.ArrowException) as fault:
        raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault
