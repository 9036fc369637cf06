"""The journal becomes history: each minute into segments, each closed day into one file and its rollups.

A file is written whole and synced before the manifest names it, and the manifest takes the files and the number up to
which the journal is sealed in one transaction. So a crash at any moment leaves either the old state or the new one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from twin.errors import HistoryDamagedError
from twin.live.day_files import by_day, replace_files
from twin.live.history_files import Numbers, write_file
from twin.live.manifest_writer import change, history_lock, make_manifest
from twin.live.sweep import sweep
from twin.live.verify import DamagedFile, covered_since, repair
from twin.model.time import Clock, SystemClock
from twin.store.days import LocalDays
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import RAW, HistoryFile, HistoryManifest, Part, history_folder, read_manifest
from twin.store.journal_reader import JournalReader
from twin.store.repeats import without_repeats

KEEP_REPLACED_S: Final = 3_600.0
# late input still belongs to its day for so long after midnight
GRACE: Final = timedelta(minutes=10)
_ROWS_AT_ONCE: Final = 500_000
# an open day in more files than this is slow to ask
MOST_SEGMENTS: Final = 64
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one sealing did."""

    rows: int
    files: tuple[str, ...]
    sealed_seq: int


class Sealer:
    """Writes the history of a campus. It reads the journal as any other process does, and may be used in any thread."""

    def __init__(
        self,
        campus: Path,
        timezone: str,
        *,
        clock: Clock | None = None,
        keep_replaced_s: float = KEEP_REPLACED_S,
    ) -> None:
        self._campus = campus
        self._clock = clock or SystemClock()
        self._keep_replaced = timedelta(seconds=keep_replaced_s)
        self._reader = JournalReader(campus)
        self._days = LocalDays(timezone)
        make_manifest(campus, timezone)

    def start(self) -> list[DamagedFile]:
        """Before anything else: clear away what a crash left, and mend what can be mended; the rest is returned."""
        with history_lock(self._campus):
            sweep(self._campus, self._clock.now() - self._keep_replaced, leftovers=True)
            now = self._clock.now()
            return repair(self._campus, self._days, now, read_since=covered_since(self._days, now))

    def verify(self) -> list[DamagedFile]:
        """Read and check every file; torn and missing ones are written again from the journal or returned."""
        with history_lock(self._campus):
            return repair(self._campus, self._days, self._clock.now())

    def seal(self, upto: int | None = None) -> Sealed:
        """Seal what the journal holds, up to ``upto`` or all of it."""
        with history_lock(self._campus):
            return self._seal(self._reader.last_seq() if upto is None else min(upto, self._reader.last_seq()))

    def close_day(self, day: date) -> None:
        """Make one file of a day, with its rollups. What comes later is merged the next time."""
        with history_lock(self._campus):
            self._seal(self._reader.last_seq())
            self._close(day)
            sweep(self._campus, self._clock.now() - self._keep_replaced)

    def close_due(self) -> list[date]:
        """Close every day that is over and has something that is in no day file; which ones were closed."""
        today = self._days.day_at(self._clock.now() - GRACE)
        closed = []
        with history_lock(self._campus):
            self._seal(self._reader.last_seq())
            for day in sorted({one.day for one in self._manifest().of(Part.SEGMENT) if one.day < today}):
                try:
                    self._close(day)
                    closed.append(day)
                except HistoryDamagedError as fault:  # other days go on; it is tried again, and told by verify()
                    _log.error("%s was not closed: %s", day, fault)
            sweep(self._campus, self._clock.now() - self._keep_replaced)
        return closed

    def _manifest(self) -> HistoryManifest:
        return read_manifest(self._campus) or HistoryManifest(self._days.timezone)

    def _seal(self, upto: int) -> Sealed:
        rows = 0
        names: list[str] = []
        while (manifest := self._manifest()).sealed_seq < upto:
            table, reached = self._reader.table_upto(manifest.sealed_seq, upto, _ROWS_AT_ONCE)
            if reached == manifest.sealed_seq:
                break
            fresh = without_repeats(self._campus, manifest, table, self._reader.pruned_seq())
            numbers = Numbers(manifest.next_number)
            files = [
                write_file(self._campus, numbers, day, Part.SEGMENT, SCHEMA, part.to_batches())
                for day, part in by_day(self._days, fresh)
            ]
            change(
                self._campus,
                add=files,
                sealed=(manifest.sealed_seq, reached),
                next_number=numbers.next,
                at=self._clock.now(),
            )
            rows += fresh.num_rows
            names += [one.name for one in files]
        self._join_segments()
        return Sealed(rows, tuple(names), self._manifest().sealed_seq)

    def _join_segments(self) -> None:
        """Make one segment of the many that an open day has after some hours."""
        manifest = self._manifest()
        for day in {one.day for one in manifest.of(Part.SEGMENT)}:
            if len(manifest.of(Part.SEGMENT, day=day)) > MOST_SEGMENTS:
                try:
                    self._require_whole(day)
                except HistoryDamagedError as fault:  # sealing goes on
                    _log.error("segments of %s were not joined: %s", day, fault)
                else:
                    self._replace(self._manifest().of(Part.SEGMENT, day=day), day, Part.SEGMENT)

    def _require_whole(self, day: date) -> None:
        """Before files become one: what is damaged is written again, or it must not be passed on as if it were not."""
        damaged = repair(self._campus, self._days, self._clock.now(), day=day)
        for one in damaged:
            if one.file.part in RAW:
                raise HistoryDamagedError(path=history_folder(self._campus) / one.file.name, detail=one.detail)

    def _close(self, day: date) -> None:
        self._require_whole(day)
        manifest = self._manifest()
        if manifest.of(Part.SEGMENT, day=day):
            self._replace(manifest.of(*RAW, day=day), day, Part.DAY)

    def _replace(self, files: list[HistoryFile], day: date, part: Part) -> None:
        replace_files(self._campus, self._days, files, day, part, self._clock.now())
