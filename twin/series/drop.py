"""A folder into which other systems put files of readings: ``<campus>/drop``.

A file is taken when it has not changed between two looks (or at once when it was renamed into place: writers should).
It is read in a limited child, goes through the journal like everything else, and is then in ``drop/done``. What gave
nothing at all, is of another format, or is no plain file is in ``drop/failed``. A ``.txt`` beside says what of it was
refused and why. Hidden names and those of files still being written (``.part``, ``.tmp``) are left alone. A crash in
between repeats the file, which is harmless.
"""

from __future__ import annotations

import logging
import os
import stat
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import (
    DiskLowError,
    FileCounts,
    JournalBusyError,
    JournalFaultError,
    NotPlainFileError,
    TwinError,
    UnknownReadingsFormatError,
)
from twin.live.batch import Appended
from twin.live.intake import Intake
from twin.live.messages import Messages, Refused
from twin.live.running import RunningCampus
from twin.model.entries import READING, Entry
from twin.model.text import storable
from twin.readers.sandbox import Worker
from twin.readers.series.series_file import SeriesOptions
from twin.series.entries import judged, with_ids
from twin.series.importing import SUFFIXES
from twin.series.refused import called, letters_of, told

FOLDER: Final = "drop"
FOLDERS: Final = ("done", "failed")
FEED: Final = "drop"
LOOK_S: Final = 2.0
RETRY_S: Final = 2.0
BATCH: Final = 5_000
UNFINISHED: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload")
LIMITS: Final = {"cpu_s": 120, "memory_mb": 2048, "file_mb": 1024}

log = logging.getLogger(__name__)

Seen = tuple[int, int]  # size, time of the last change


class Interrupted(Exception):
    """The server is stopping in the middle of a file."""


class DropWatch:
    """A thread that looks every two seconds, while the campus runs."""

    def __init__(self, running: RunningCampus, look_s: float = LOOK_S) -> None:
        self.folder = running.campus.folder / FOLDER
        self._running = running
        self._look_s = look_s
        self._seen: dict[Path, Seen] = {}
        self._stuck: dict[Path, Seen] = {}  # taken, but they could not be moved away
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drop", daemon=True)

    def __enter__(self) -> DropWatch:
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with Worker(LIMITS) as worker:
            while not self._stop.wait(self._look_s):
                try:
                    self.look(worker)
                except Exception:
                    log.exception("the drop folder could not be looked through; trying again")

    def look(self, worker: Worker) -> None:
        """Take everything that stands still."""
        found = {path: state for path in sorted(self.folder.iterdir()) if (state := _state(path)) is not None}
        for path, state in found.items():
            intake = self._running.intake
            if intake is None or self._stop.is_set():
                break
            if self._seen.get(path) == state and self._stuck.get(path) != state:
                try:
                    self._take(path, worker, intake)
                except Interrupted:
                    break  # it is read again at the next start
                except Exception:  # one that cannot even be put aside stops none of the others
                    log.exception("%s: taken, but it could not be put away; left until it changes", path)
                    self._stuck[path] = state
        self._seen = found

    def _take(self, path: Path, worker: Worker, intake: Intake) -> None:
        name = storable(path.name)
        try:
            _require_readable(path)
            with tempfile.TemporaryDirectory() as folder:
                options = SeriesOptions(self._running.timezone.key, links=False)
                said = worker.series(path, options, Path(folder))
                rows = judged(with_ids(pq.read_table(Path(folder) / "series.parquet")), self._running.points())
            counts = self._submit(rows, said, intake)
        except TwinError as fault:
            fault = called(fault, name)
            self._refuse(name, [Refused(0, fault, name)], 1, intake)
            self._away(path, "failed", f"{fault.text('zh')}\n{fault.text('en')}\n")
            return
        if counts.refused:
            self._refuse(name, letters_of(name, said["refused"], counts), counts.refused, intake)
        nothing = counts.found > 0 and counts.found == counts.refused
        self._away(path, "failed" if nothing else "done", told(name, said["refused"], counts) if counts.refused else "")

    def _submit(self, rows: pa.Table, said: dict[str, Any], intake: Intake) -> FileCounts:
        """Through the journal, a few thousand at a time; what became of all readings of the file."""
        kept = known = 0
        for start in range(0, rows.num_rows, BATCH):
            entries = [
                Entry(row["entry_id"], READING, row["subject"], row["occurred_at"], FEED, row["value"], row["quality"])
                for row in rows.slice(start, BATCH).to_pylist()
            ]
            receipt = intake.receipt(FEED, Messages(entries, []), self._committed(entries, intake))
            kept, known = kept + receipt.accepted, known + receipt.doubled
        return FileCounts(kept, known, sum(said["skipped"].values()))

    def _refuse(self, name: str, letters: list[Refused], number: int, intake: Intake) -> None:
        """Kept as dead letters, and counted."""
        intake.keep_refused(FEED, letters, name)
        intake.feeds.arrived(FEED, [], self._running.clock.now(), refused=number)

    def _committed(self, entries: list[Entry], intake: Intake) -> Appended:
        """On disk. While the disk or the queue is full the file waits where it is."""
        while not self._stop.is_set():
            try:
                return intake.commit.submit(entries).result()
            except (JournalBusyError, DiskLowError, JournalFaultError):
                self._stop.wait(RETRY_S)
        raise Interrupted

    def _away(self, path: Path, where: str, text: str) -> None:
        """Out of the way, under a name that no earlier file has, with ``text`` beside it."""
        number, target = 1, self.folder / where / path.name
        while os.path.lexists(target) or os.path.lexists(_beside(target)):
            number += 1
            target = self.folder / where / f"{path.stem}-{number}{path.suffix}"
        path.rename(target)
        if text:
            with _beside(target).open("x", encoding="utf-8") as file:  # new: never through a link
                file.write(text)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.txt")


def _state(path: Path) -> Seen | None:
    """By which a change is seen; None for what is not for us, or gone. Links are not followed."""
    if path.name in FOLDERS or path.name.startswith(".") or path.suffix.lower() in UNFINISHED:
        return None
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _require_readable(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotPlainFileError(path=path)
    if path.suffix.lower() not in SUFFIXES:
        raise UnknownReadingsFormatError(path=path, suffixes=", ".join(SUFFIXES))
