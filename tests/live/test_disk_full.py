"""A disk that is full: nothing is acknowledged that is not stored, readers still read, and it goes on by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.live.disks import disk, require_disks
from tests.live.entries import ZONE, StandingClock, ids, readings
from twin.errors import DiskLowError, JournalFaultError, StoreFaultError
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import GroupCommit
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.store.journal_reader import JournalReader

DAY = date(2026, 3, 10)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    require_disks(tmp_path)
    with disk(tmp_path / "small", 32) as at:
        yield at


def fill(folder: Path) -> Path:
    """Write until nothing more goes in."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return filler


def read_elsewhere(campus: Path) -> int:
    """How many entries another process counts."""
    code = (
        "from pathlib import Path; from twin.store.journal_reader import JournalReader\n"
        f"print(JournalReader(Path({str(campus)!r})).count())"
    )
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def test_appends_fail_cleanly_and_go_on_when_there_is_room(small: Path) -> None:
    campus = small / "campus"
    with Journal(campus) as journal, GroupCommit(journal, disk=DiskWatch(small, min_free_bytes=0)) as commit:
        acked = {one.entry.entry_id for one in commit.submit(readings(1_000)).result(30).stored}
        filler = fill(small)
        failed = 0
        for first in range(1_000, 41_000, 1_000):
            try:
                acked |= {one.entry.entry_id for one in commit.submit(readings(1_000, first=first)).result(30).stored}
            except JournalFaultError:
                failed += 1
        assert failed > 5
        assert read_elsewhere(campus) == JournalReader(campus).count() >= len(acked)
        filler.unlink()
        again = commit.submit(readings(41_000)).result(60)
        assert again.doubled >= len(acked)
        assert journal.count() == 41_000
    with Journal(campus) as journal:
        assert journal.count() == 41_000


def test_sealing_fails_cleanly_and_goes_on_when_there_is_room(small: Path) -> None:
    campus = small / "campus"
    clock = StandingClock()
    with Journal(campus, clock=clock) as journal:
        sealer = Sealer(campus, ZONE, clock=clock)
        journal.append(readings(1_000))
        sealer.seal()
        journal.append(readings(20_000, first=1_000, step_s=0.1))
        filler = fill(small)
        with pytest.raises(StoreFaultError):
            sealer.seal()
        with pytest.raises(StoreFaultError):
            sealer.close_day(DAY)
        assert len(ids(campus)) == 21_000
        filler.unlink()
        assert sealer.start() == []
        sealer.close_day(DAY)
        assert len(ids(campus)) == len(set(ids(campus))) == 21_000


def test_before_it_is_full_nothing_more_is_taken(small: Path) -> None:
    campus = small / "campus"
    with Journal(campus) as journal:
        now_s = [0.0]
        watch = DiskWatch(small, min_free_bytes=4 * 2**20, monotonic=lambda: now_s[0])
        with GroupCommit(journal, disk=watch) as commit:
            assert len(commit.submit(readings(10)).result(30).stored) == 10
            filler = fill(small)
            now_s[0] += 1
            with pytest.raises(DiskLowError):
                commit.submit(readings(10, first=10))
            filler.unlink()
            now_s[0] += 1
            assert len(commit.submit(readings(10, first=10)).result(30).stored) == 10
