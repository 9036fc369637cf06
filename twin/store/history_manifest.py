"""What the history consists of: the files that count, and how far the journal is sealed into them.

Truth is the files listed here and the rows of the journal with ``seq > sealed_seq``, never what lies in a folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from twin.store.journal_reader import reading

FOLDER: Final = "history"
MANIFEST: Final = "manifest.sqlite"
MANIFEST_SCHEMA: Final = 1
DEFAULT_TIMEZONE: Final = "Asia/Shanghai"


class Part(StrEnum):
    """What a file holds: entries as they were sealed, all of a closed day, or what follows from them."""

    SEGMENT = "segment"
    DAY = "day"
    HOURLY = "hourly"
    DAILY = "daily"


RAW: Final = (Part.SEGMENT, Part.DAY)


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One Parquet file. Its name is never used twice, so what was read from it may be kept."""

    name: str
    day: date
    part: Part
    rows: int
    size_bytes: int
    sha256: str
    min_seq: int
    max_seq: int
    min_us: int
    max_us: int


@dataclass(frozen=True, slots=True)
class HistoryManifest:
    """The history at one moment."""

    timezone: str = DEFAULT_TIMEZONE
    sealed_seq: int = 0
    next_number: int = 1
    files: tuple[HistoryFile, ...] = ()

    def of(self, *parts: Part, day: date | None = None) -> list[HistoryFile]:
        """The files of these parts, of one day or of all."""
        return [one for one in self.files if one.part in parts and day in (None, one.day)]

    def closed_days(self) -> set[date]:
        return {one.day for one in self.of(Part.DAY)}

    def complete_days(self) -> set[date]:
        """Closed days to which nothing has come since."""
        return self.closed_days() - {one.day for one in self.of(Part.SEGMENT)}


def history_folder(campus: Path) -> Path:
    return campus / FOLDER


def manifest_path(campus: Path) -> Path:
    return campus / FOLDER / MANIFEST


def read_manifest(campus: Path) -> HistoryManifest | None:
    """The manifest of a campus, all of one moment; None before anything was sealed."""
    with reading(manifest_path(campus), MANIFEST_SCHEMA) as connection:
        if connection is None:
            return None
        timezone, sealed_seq, number = connection.execute(
            "SELECT timezone, sealed_seq, next_number FROM state"
        ).fetchone()
        rows = connection.execute(
            "SELECT name, day, part, rows, size_bytes, sha256, min_seq, max_seq, min_us, max_us FROM files"
            " ORDER BY day, name"
        ).fetchall()
    files = [HistoryFile(name, date.fromisoformat(day), Part(part), *rest) for name, day, part, *rest in rows]
    return HistoryManifest(timezone, sealed_seq, number, tuple(files))
