"""Whether the history still is what was written, and what can be written again from the journal."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from twin.live.day_files import ORDER, write_rollups
from twin.live.history_files import Numbers, write_file
from twin.live.intact import fault_of, missing_or_torn
from twin.live.manifest_writer import change
from twin.live.recover import KEPT_DAYS
from twin.store.days import LocalDays
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import RAW, HistoryFile, HistoryManifest, Part, read_manifest
from twin.store.journal_reader import JournalReader

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A file that is not what the manifest says, and that the journal cannot replace."""

    file: HistoryFile
    detail: str


_EVER: Final = date.min


def repair(
    campus: Path, days: LocalDays, now: datetime, *, day: date | None = None, read_since: date = _EVER
) -> list[DamagedFile]:
    """Check the files of one day or of all, write again what can be; what cannot is returned.

    Days before ``read_since`` are not read, only looked for: a year of history would keep a start waiting.
    """
    manifest = read_manifest(campus) or HistoryManifest(days.timezone)
    damaged = []
    # raw files first, since rollups follow from them
    for file in sorted(manifest.files, key=lambda one: one.part not in RAW):
        if day in (None, file.day):
            fault = fault_of(campus, file) if file.day >= read_since else missing_or_torn(campus, file)
            if fault is not None and not _written_again(campus, days, file, now):
                _log.error("history: %s is damaged (%s) and cannot be written again", file.name, fault)
                damaged.append(DamagedFile(file, fault))
            elif fault is not None:
                _log.warning("history: %s was damaged (%s) and is written again", file.name, fault)
    return damaged


def covered_since(days: LocalDays, now: datetime) -> date:
    """The first day that the journal still holds whole."""
    return days.day_at(now - timedelta(days=KEPT_DAYS))


def _written_again(campus: Path, days: LocalDays, file: HistoryFile, now: datetime) -> bool:
    numbers = Numbers((read_manifest(campus) or HistoryManifest()).next_number)
    new = (_raw_again if file.part in RAW else _rollup_again)(campus, days, file, numbers)
    if new is not None:
        change(campus, add=[new], drop=[file], next_number=numbers.next, at=now)
    return new is not None


def _raw_again(campus: Path, days: LocalDays, file: HistoryFile, numbers: Numbers) -> HistoryFile | None:
    """From the journal, if it has all of it: as many entries of that day with these numbers."""
    table = JournalReader(campus).table_of_time(file.min_seq, file.max_seq, *days.bounds_us(file.day))
    if table.num_rows != file.rows:
        return None
    return write_file(campus, numbers, file.day, file.part, SCHEMA, table.sort_by(ORDER).to_batches())


def _rollup_again(campus: Path, days: LocalDays, file: HistoryFile, numbers: Numbers) -> HistoryFile | None:
    """From the day file, if that is whole."""
    manifest = read_manifest(campus) or HistoryManifest()
    for day_file in manifest.of(Part.DAY, day=file.day):
        if fault_of(campus, day_file) is None:
            return next(one for one in write_rollups(campus, numbers, days, day_file) if one.part is file.part)
    return None
