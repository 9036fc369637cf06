"""What the journal forgets, and what it must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.live.entries import NOON, ZONE, StandingClock, ids, reading, readings
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.store.history_manifest import Part, history_folder, read_manifest
from twin.store.journal_reader import JournalReader

DAY = date(2026, 3, 10)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def journal(tmp_path: Path, clock: StandingClock) -> Iterator[Journal]:
    with Journal(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def sealer(tmp_path: Path, clock: StandingClock) -> Sealer:
    return Sealer(tmp_path, ZONE, clock=clock)


def test_only_old_entries_of_closed_days_go(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append([*readings(10), *readings(5, first=100, begin=NOON + timedelta(days=1))])
    sealer.close_day(DAY)
    clock.pass_time(timedelta(days=8))
    journal.append(readings(3, first=200))  # of the closed day, but sealed into no day file
    assert journal.prune(clock.at - timedelta(days=7)) == 10
    sealer.seal()
    assert journal.prune(clock.at + timedelta(days=1)) == 0  # the day has something that is in no day file
    sealer.close_day(DAY)
    assert journal.prune(clock.at) == 0  # received only just now
    assert journal.prune(clock.at + timedelta(seconds=1)) == 3
    assert [one.entry.entry_id for one in journal.tail(0, 99)] == [f"id-{n}" for n in range(100, 105)]
    assert len(ids(tmp_path)) == 18


def test_nothing_goes_before_anything_was_sealed(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(readings(10))
        assert journal.prune(NOON + timedelta(days=9_999)) == 0


def test_nothing_goes_while_the_day_file_is_damaged(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append(readings(10))
    sealer.close_day(DAY)
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    path = history_folder(tmp_path) / manifest.of(Part.DAY)[0].name
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert journal.prune(clock.at + timedelta(days=1)) == 0
    assert sealer.verify() == []
    assert journal.prune(clock.at + timedelta(days=1)) == 10


def test_the_file_gives_back_what_it_does_not_need(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    for first in range(0, 20_000, 5_000):
        journal.append(readings(5_000, first=first, step_s=0.1))
    journal.reopen()
    full = journal.path.stat().st_size
    sealer.close_day(DAY)
    assert journal.prune(clock.at + timedelta(seconds=1)) == 20_000
    assert journal.path.stat().st_size < full / 10
    assert len(ids(tmp_path)) == 20_000


def test_repeats_of_what_was_pruned_are_seen_once(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append(readings(10))
    sealer.close_day(DAY)
    assert journal.prune(clock.at + timedelta(seconds=1)) == 10
    journal.append([*readings(10), reading(77)])
    expected = sorted([*(f"id-{n}" for n in range(10)), "id-77"])
    assert sorted(ids(tmp_path)) == expected
    assert sealer.seal().rows == 1
    assert sorted(ids(tmp_path)) == expected
    sealer.close_day(DAY)
    assert sorted(ids(tmp_path)) == expected


def test_a_question_between_sealing_and_pruning_misses_nothing(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Manifest read, then everything is sealed, closed and pruned, then the tail read."""
    journal.append(readings(10))
    sealer.seal(upto=4)
    read_tail = JournalReader.tail_and_pruned

    def late(self: JournalReader, after_seq: int) -> object:
        monkeypatch.setattr(JournalReader, "tail_and_pruned", read_tail)
        sealer.close_day(DAY)
        assert journal.prune(clock.at + timedelta(seconds=1)) == 10
        return read_tail(self, after_seq)

    monkeypatch.setattr(JournalReader, "tail_and_pruned", late)
    assert ids(tmp_path) == [f"id-{n}" for n in range(10)]
