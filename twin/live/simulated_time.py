"""The clock of a simulated campus. Its time never goes back behind what the journal already holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from twin.errors import NotSimulatedError
from twin.model.time import Clock, SimulatedClock, SystemClock, moment
from twin.store.history_manifest import RAW, read_manifest
from twin.store.journal_reader import JournalReader


def clock_of(campus_folder: Path, rate: float | None, *, simulated: bool) -> Clock:
    """The clock for ``twin serve``; ``rate`` None asks for the machine's own. Raises NotSimulatedError.

    A simulated campus that once ran ahead of the machine's clock goes on from where it was.
    """
    if rate is not None and not simulated:
        raise NotSimulatedError(path=campus_folder)
    now = SystemClock().now()
    if not simulated:
        return SystemClock()
    newest = newest_received(campus_folder)
    if rate is None and (newest is None or newest <= now):
        return SystemClock()
    return SimulatedClock(max(now, newest or now), rate or 1.0)


def newest_received(campus_folder: Path) -> datetime | None:
    """When the last entry was received; where the journal has let all go, what the history reaches up to."""
    reader = JournalReader(campus_folder)
    last = reader.tail(reader.last_seq() - 1, 1)
    if last:
        return last[-1].received_at
    manifest = read_manifest(campus_folder)
    ends = [one.max_us for one in manifest.of(*RAW)] if manifest is not None else []
    return moment(max(ends)) if ends else None
