"""Taking up changed registers: a new edition beside the generations, no build.

Every register source is hashed; those that changed are read in the limited child process; what came out is folded into
the histories, and one new edition comes into force. Until then, and whenever a file cannot be read, the rows in use
stand. ``RegisterWatch`` does it by itself while the campus is served.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

from twin.build.batches import SourceBatch, load_batch
from twin.build.sources import Job, Progress, plan, silent
from twin.errors import BuildLockedError, TwinError
from twin.model.layer import LayerDefinition
from twin.model.registers import REGISTERS
from twin.model.scene import SourceSummary
from twin.readers.sandbox import Worker
from twin.settings import FILE_NAME, CampusSettings, load_settings
from twin.store.editions import Edition, edition_number, load_edition, publish
from twin.store.generations import register_lock
from twin.store.register_history import take_in
from twin.store.registers import Registers, write_history

_MISSING: Final = "missing"
EVERY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Taken:
    """The edition in use afterwards (None: the campus has no registers), and whether it is a new one."""

    edition: Edition | None
    changed: bool

    @property
    def errors(self) -> tuple[str, ...]:
        return self.edition.errors if self.edition is not None else ()


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One register source: what was tried, and either its rows or why there are none."""

    key: str
    tried: str
    summary: SourceSummary
    registers: Mapping[str, pa.Table] | None  # None: it could not be read


def take_up_registers(
    folder: Path, registry: Mapping[str, LayerDefinition], *, retry: bool = False, progress: Progress = silent
) -> Taken:
    """Bring the registers up to what their sources say. ``retry``: read again what could not be read last time."""
    settings = load_settings(folder)
    if not settings.registers and edition_number(folder) is None:
        return Taken(None, changed=False)
    with register_lock(folder):
        before = load_edition(folder)
        jobs, missing = plan(folder, settings, settings.registers, registry)
        tried = {job.source.key: job.cache_key for job in jobs} | dict.fromkeys(missing, _MISSING)
        failed = {one.key for one in before.sources if one.error} if before is not None and retry else set()
        if before is not None and before.inputs == tried and not failed:
            return Taken(before, changed=False)
        known = before.inputs if before is not None else {}
        due = [job for job in jobs if known.get(job.source.key) != job.cache_key or job.source.key in failed]
        last = {one.key: one for one in before.sources} if before is not None else {}
        deliveries = _read(due, settings, registry, last, progress)
        for key, fault in missing.items():
            deliveries.append(_failed(settings, key, _MISSING, "", fault, last))
        edition = _next(folder, settings, before, deliveries, tried)
        if before is not None and (edition.sources, edition.inputs) == (before.sources, before.inputs):
            return Taken(before, changed=False)
        publish(folder, edition)
        return Taken(edition, changed=True)


def _read(
    due: Sequence[Job],
    settings: CampusSettings,
    registry: Mapping[str, LayerDefinition],
    last: Mapping[str, SourceSummary],
    progress: Progress,
) -> list[_Delivery]:
    found = []
    with Worker(settings.limits.model_dump()) as worker:
        for job in due:
            key = job.source.key
            progress(key, "reading")
            try:
                batch = _read_one(job, registry, worker)
            except TwinError as fault:
                progress(key, "failed")
                found.append(_failed(settings, key, job.cache_key, job.content_hash, fault, last))
                continue
            progress(key, "read")
            found.append(_Delivery(key, job.cache_key, batch.summary(meshed=0), batch.registers))
    return found


def _read_one(job: Job, registry: Mapping[str, LayerDefinition], worker: Worker) -> SourceBatch:
    with tempfile.TemporaryDirectory(prefix="twin-register-") as scratch:
        report = worker.read(job.settings.reader, job.source, Path(scratch), registry)
        name, path = job.settings.reader, job.settings.path
        return load_batch(Path(scratch), job.source.key, path, name, job.content_hash, report)


def _failed(
    settings: CampusSettings, key: str, tried: str, content: str, fault: TwinError, last: Mapping[str, SourceSummary]
) -> _Delivery:
    """What is in use stays, counts and all, with the line that says why nothing newer is."""
    source = next(one for one in settings.registers if one.key == key)
    nothing = SourceSummary(key, source.path, source.reader, (), 0, 0, 0, {}, content)
    return _Delivery(key, tried, replace(last.get(key, nothing), path=source.path, error=str(fault)), None)


def _next(
    folder: Path,
    settings: CampusSettings,
    before: Edition | None,
    deliveries: Sequence[_Delivery],
    tried: Mapping[str, str],
) -> Edition:
    """The edition after ``before``; histories that change are written."""
    number = before.number + 1 if before is not None else 1
    at = _after(before)
    read = {one.key: one.registers for one in deliveries if one.registers is not None}
    gone = {one.key for one in before.sources} - set(tried) if before is not None else set()
    registers = Registers(folder, before)
    tables = dict(before.tables) if before is not None else {}
    rows = dict(before.rows) if before is not None else {}
    for name, register in REGISTERS.items():
        parts = [one[name] for one in read.values() if name in one]
        history = registers.history(name)
        if history is None and not parts:
            continue
        delivered = pa.concat_tables(parts) if parts else None
        whole = take_in(register, history, delivered, {*read, *gone}, number, at)
        if history is None or not whole.equals(history):
            tables[name] = write_history(folder, name, number, whole)
        rows[name] = whole["dropped_edition"].null_count
    summaries = {one.key: one for one in before.sources} if before is not None else {}
    summaries |= {one.key: one.summary for one in deliveries}
    sources = tuple(summaries[one.key] for one in settings.registers)
    return Edition(number, at, tables, rows, sources, dict(tried))


def _after(before: Edition | None) -> datetime:
    """Now; a clock that was set back does not put an edition before the one it follows."""
    now = datetime.now(UTC)
    return now if before is None else max(now, before.in_force_at)


class RegisterWatch:
    """Takes up registers while something else runs; to be used as a context manager.

    It looks at sizes and times, since network shares tell of no changes, and takes up what stood still for one look:
    a workbook that is still being copied is not read. ``say`` gets one line whenever there is something new to tell.
    """

    def __init__(
        self,
        folder: Path,
        registry: Mapping[str, LayerDefinition],
        say: Callable[[str], None],
        *,
        every_s: float = EVERY_S,
    ) -> None:
        self._folder, self._registry, self._say, self._every_s = folder, registry, say, every_s
        self._seen: object = None
        self._taken: object = None
        self._said: tuple[str, ...] = ()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="registers", daemon=True)

    def __enter__(self) -> RegisterWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """One look: take up what changed and then stood still."""
        try:
            state = self._state()
            settled, self._seen = state == self._seen, state
            if not settled or state == self._taken:
                return
            taken = take_up_registers(self._folder, self._registry)
        except BuildLockedError:
            return  # someone else is at it; the next look will see what came out
        except (TwinError, OSError) as fault:
            self._taken = self._seen
            self._tell((str(fault),))
            return
        self._taken = state
        if taken.changed and taken.edition is not None and not taken.errors:
            counts = ", ".join(f"{name} {count}" for name, count in taken.edition.rows.items())
            self._say(f"registers: edition {taken.edition.number:04d} in force ({counts})")
        self._tell(taken.errors)

    def _tell(self, faults: tuple[str, ...]) -> None:
        for one in faults:
            if one not in self._said:
                self._say(one)
        self._said = faults

    def _state(self) -> object:
        """Sizes and times of campus.toml and of every register source."""
        sources = load_settings(self._folder).registers
        paths = [self._folder / FILE_NAME, *((self._folder / one.path) for one in sources)]
        return tuple((str(path), _stamp(path)) for path in paths)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.look()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        said = path.stat()
    except OSError:
        return None
    return said.st_size, said.st_mtime_ns
