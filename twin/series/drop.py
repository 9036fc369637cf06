"""A folder into which other systems put files of readings: ``<campus>/drop``.

A file is taken when it has not changed between two looks (or at once when it was renamed into place: writers should).
It is read in a limited child, goes through the journal like everything else, and is then in ``drop/done``; one that
cannot be read is in ``drop/failed`` with a ``.txt`` beside that says why. A crash in between repeats the file, which
is harmless.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import DiskLowError, JournalBusyError, JournalFaultError, MessageRefusedError, TwinError
from twin.live.batch import Appended
from twin.live.intake import Intake
from twin.live.messages import Messages, Refused
from twin.live.running import RunningCampus
from twin.model.entries import READING, Entry
from twin.readers.sandbox import Worker
from twin.readers.series.series_file import SeriesOptions
from twin.series.entries import judged, with_ids
from twin.series.importing import SUFFIXES

FOLDER: Final = "drop"
FEED: Final = "drop"
LOOK_S: Final = 2.0
RETRY_S: Final = 2.0
BATCH: Final = 5_000
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
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drop", daemon=True)

    def __enter__(self) -> DropWatch:
        for name in ("done", "failed"):
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
        """Take every file that stands still."""
        found = {
            path: (stat.st_size, stat.st_mtime_ns)
            for path in sorted(self.folder.iterdir())
            if path.suffix.lower() in SUFFIXES and path.is_file() and (stat := path.stat())
        }
        for path, state in found.items():
            intake = self._running.intake
            if self._seen.get(path) == state and intake is not None and not self._stop.is_set():
                self._take(path, worker, intake)
        self._seen = found

    def _take(self, path: Path, worker: Worker, intake: Intake) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                options = SeriesOptions(self._running.timezone.key)
                said = worker.series(path, options, Path(folder))
                rows = judged(with_ids(pq.read_table(Path(folder) / "series.parquet")), self._running.points())
            self._submit(path, rows, said, intake)
        except Interrupted:
            return  # it is read again at the next start
        except TwinError as fault:
            intake.keep_refused(FEED, [Refused(0, fault, path.name)], path.name)
            intake.receipt(FEED, Messages([], [Refused(0, fault, path.name)]), None)
            self._away(path, "failed")
            (self.folder / "failed" / f"{path.name}.txt").write_text(
                f"{fault.text('zh')}\n{fault.text('en')}\n", encoding="utf-8"
            )
            return
        self._away(path, "done")

    def _submit(self, path: Path, rows: pa.Table, said: dict[str, dict[str, int]], intake: Intake) -> None:
        """Through the journal, a few thousand at a time; rows that could not be read are dead letters by reason."""
        refused = [
            Refused(0, MessageRefusedError(index=said["examples"][reason], detail=f"{reason} ({number})"), path.name)
            for reason, number in said["skipped"].items()
        ]
        intake.keep_refused(FEED, refused, path.name)
        for start in range(0, rows.num_rows, BATCH):
            entries = [
                Entry(row["entry_id"], READING, row["subject"], row["occurred_at"], FEED, row["value"], row["quality"])
                for row in rows.slice(start, BATCH).to_pylist()
            ]
            appended = self._committed(entries, intake)
            intake.receipt(FEED, Messages(entries, refused if start == 0 else []), appended)

    def _committed(self, entries: list[Entry], intake: Intake) -> Appended:
        """On disk. While the disk or the queue is full the file waits where it is."""
        while not self._stop.is_set():
            try:
                return intake.commit.submit(entries).result()
            except (JournalBusyError, DiskLowError, JournalFaultError):
                self._stop.wait(RETRY_S)
        raise Interrupted

    def _away(self, path: Path, where: str) -> None:
        """Out of the way, under a name that no earlier file has."""
        target = self.folder / where / path.name
        number = 1
        while target.exists():
            number += 1
            target = self.folder / where / f"{path.stem}-{number}{path.suffix}"
        path.rename(target)
