"""From the journal into files: what counts is what the manifest says, and a crash leaves the old or the new."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.live.entries import NOON, ZONE, StandingClock, everything, ids, reading, readings
from twin.errors import HistoryDamagedError, HistoryLockedError, TimezoneChangedError
from twin.live import day_files, history_files, seal, verify
from twin.live.journal import Journal
from twin.live.manifest_writer import history_lock
from twin.live.seal import Sealer
from twin.store.entry_table import SCHEMA
from twin.store.history import History
from twin.store.history_manifest import RAW, HistoryManifest, Part, history_folder, read_manifest
from twin.store.journal_reader import JournalReader

DAY = date(2026, 3, 10)
MIDNIGHT = NOON - timedelta(hours=12)


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


def manifest_of(campus: Path) -> HistoryManifest:
    manifest = read_manifest(campus)
    assert manifest is not None
    return manifest


def parquet_files(campus: Path) -> list[str]:
    return sorted(one.name for one in history_folder(campus).glob("*.parquet"))


def test_segments_hold_the_days_of_the_campus(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    journal.append([reading(1, at=MIDNIGHT - timedelta(microseconds=1)), reading(2, at=MIDNIGHT), reading(3)])
    sealed = sealer.seal()
    assert (sealed.rows, sealed.sealed_seq) == (3, 3)
    assert [(one.day, one.part, one.rows, one.min_seq, one.max_seq) for one in manifest_of(tmp_path).files] == [
        (date(2026, 3, 9), Part.SEGMENT, 1, 1, 1),
        (DAY, Part.SEGMENT, 2, 2, 3),
    ]


def test_a_segment_is_as_promised(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    for first in range(0, 120_000, 10_000):
        journal.append(readings(10_000, first=first, step_s=0.01))
    sealer.seal()
    (file,) = manifest_of(tmp_path).files
    path = history_folder(tmp_path) / file.name
    stored = pq.ParquetFile(path)
    assert stored.schema_arrow.equals(SCHEMA)
    assert [stored.metadata.row_group(n).num_rows for n in range(3)] == [50_000, 50_000, 20_000]
    assert stored.metadata.row_group(0).column(0).compression == "ZSTD"
    assert (file.size_bytes, file.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    table = stored.read()
    assert table.equals(table.sort_by([("subject", "ascending"), ("occurred_at", "ascending")]))


def test_sealing_again_adds_only_what_is_new(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    journal.append(readings(10))
    assert sealer.seal(upto=4).rows == 4
    assert sealer.seal(upto=4).rows == 0
    assert ids(tmp_path) == [f"id-{n}" for n in range(10)]
    assert sealer.seal().rows == 6
    assert sealer.seal() == seal.Sealed(0, (), 10)
    assert ids(tmp_path) == [f"id-{n}" for n in range(10)]


def test_closing_makes_one_file_and_its_rollups(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    for first in range(0, 100, 20):
        journal.append(readings(20, first=first, begin=NOON + timedelta(seconds=first)))
        sealer.seal()
    assert sealer.close_due() == []  # the day is not over
    clock.at = MIDNIGHT + timedelta(days=1, minutes=9)
    assert sealer.close_due() == []  # late input still belongs to it
    clock.at = MIDNIGHT + timedelta(days=1, minutes=10)
    assert sealer.close_due() == [DAY]
    assert Counter(one.part for one in manifest_of(tmp_path).files) == {Part.DAY: 1, Part.HOURLY: 1, Part.DAILY: 1}
    assert ids(tmp_path) == [f"id-{n}" for n in range(100)]
    assert sealer.close_due() == []


def test_late_arrivals_are_seen_at_once_and_merged_next_time(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append(readings(10))
    sealer.close_day(DAY)
    clock.pass_time(timedelta(days=2))
    journal.append(readings(5, first=50))
    sealer.seal()
    assert [one.part for one in manifest_of(tmp_path).of(*RAW)] == [Part.DAY, Part.SEGMENT]
    assert len(ids(tmp_path)) == 15
    assert sealer.close_due() == [DAY]
    (file,) = manifest_of(tmp_path).of(*RAW)
    assert (file.part, file.rows) == (Part.DAY, 15)
    assert len(ids(tmp_path)) == 15


def test_many_segments_of_an_open_day_are_joined(
    tmp_path: Path, journal: Journal, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "MOST_SEGMENTS", 4)
    for number in range(13):
        journal.append([reading(number)])
        sealer.seal()
    assert len(manifest_of(tmp_path).files) <= 4
    assert {one.part for one in manifest_of(tmp_path).files} == {Part.SEGMENT}
    assert ids(tmp_path) == [f"id-{n}" for n in range(13)]


def test_a_damaged_segment_is_not_joined_and_stops_no_sealing(
    tmp_path: Path, journal: Journal, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "MOST_SEGMENTS", 4)
    name = ""
    for number in range(4):
        journal.append([reading(number)])
        name = sealer.seal().files[0]
    monkeypatch.setattr(verify, "_raw_again", lambda *_: None)  # as if the journal no longer had it
    spoil(tmp_path, "changed", name)
    for number in range(4, 8):
        journal.append([reading(number)])
        assert sealer.seal().rows == 1
    assert name in [one.name for one in manifest_of(tmp_path).files]
    assert [one.file.name for one in sealer.verify()] == [name]


def test_a_journal_that_is_just_being_replaced_is_not_sealed_over(
    tmp_path: Path, journal: Journal, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last number is read, then the file is away for a moment."""
    journal.append(readings(10))
    sealer.seal(upto=4)
    away = journal.path.with_name("away.sqlite")
    last_seq = JournalReader.last_seq

    def and_away(self: JournalReader) -> int:
        found = last_seq(self)
        journal.path.rename(away)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(JournalReader, "last_seq", and_away)
        assert sealer.seal() == seal.Sealed(0, (), 4)
    away.rename(journal.path)
    assert sealer.seal().rows == 6
    assert ids(tmp_path) == [f"id-{n}" for n in range(10)]


def test_replaced_files_stay_for_an_hour(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append(readings(10))
    segment = sealer.seal().files[0]
    sealer.close_day(DAY)
    clock.pass_time(timedelta(minutes=59))
    sealer.close_due()
    assert segment in parquet_files(tmp_path)
    clock.pass_time(timedelta(minutes=1))
    sealer.close_due()
    assert parquet_files(tmp_path) == sorted(one.name for one in manifest_of(tmp_path).files)


def test_an_open_connection_outlives_a_closing(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    from contextlib import closing

    journal.append(readings(10))
    sealer.seal()
    with closing(History.open(tmp_path).connection()) as connection:
        sealer.close_day(DAY)
        assert connection.sql("SELECT count(*) FROM readings").fetchall() == [(10,)]


def test_leftovers_go_at_the_start_and_replaced_files_do_not(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    journal.append(readings(10))
    sealer.seal()
    sealer.close_day(DAY)
    before = parquet_files(tmp_path)
    for name in ("2026-03-10-segment-00000099.parquet", ".2026-03-10-day-00000098.parquet.new"):
        (history_folder(tmp_path) / name).write_bytes(b"half")
    assert len(ids(tmp_path)) == 10  # they never counted
    assert sealer.start() == []
    assert parquet_files(tmp_path) == before
    assert not list(history_folder(tmp_path).glob(".*.new"))


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", ["seal", "close"])
@pytest.mark.parametrize("place", ["sync_file", "sync", "change"])
def test_a_crash_at_any_step_leaves_the_old_state(
    tmp_path: Path, journal: Journal, sealer: Sealer, monkeypatch: pytest.MonkeyPatch, step: str, place: str
) -> None:
    journal.append(readings(20))
    sealer.seal(upto=12)
    before = manifest_of(tmp_path)

    def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        for module in (history_files, day_files, seal):
            if hasattr(module, place):
                patch.setattr(module, place, crash)
        with pytest.raises(Crash):
            sealer.seal() if step == "seal" else sealer.close_day(DAY)
    assert manifest_of(tmp_path) == before
    assert ids(tmp_path) == [f"id-{n}" for n in range(20)]
    assert sealer.start() == []
    assert parquet_files(tmp_path) == [one.name for one in before.files]
    sealer.close_day(DAY)
    assert ids(tmp_path) == [f"id-{n}" for n in range(20)]


@pytest.mark.parametrize("damage", ["missing", "torn", "changed"])
@pytest.mark.parametrize("closed", [False, True])
def test_damaged_files_are_written_again_while_the_journal_has_them(
    tmp_path: Path, journal: Journal, sealer: Sealer, damage: str, closed: bool
) -> None:
    journal.append([*readings(20), reading(100, at=NOON - timedelta(days=1))])
    sealer.seal()
    if closed:
        sealer.close_day(DAY)
    spoil(tmp_path, damage, manifest_of(tmp_path).of(*RAW, day=DAY)[0].name)
    with pytest.raises(HistoryDamagedError):
        ids_by_question(tmp_path)
    assert sealer.start() == []
    assert sorted(ids(tmp_path)) == sorted(["id-100", *(f"id-{n}" for n in range(20))])
    assert sealer.verify() == []


def ids_by_question(campus: Path) -> list[str]:
    table = History.open(campus).series("p1", NOON - timedelta(days=9), NOON + timedelta(days=9))
    found: list[str] = table["message_id"].to_pylist()
    return found


def spoil(campus: Path, how: str, name: str) -> None:
    path = history_folder(campus) / name
    content = bytearray(path.read_bytes())
    if how == "missing":
        path.unlink()
    elif how == "torn":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[4:300] = bytes(296)
        path.write_bytes(content)


@pytest.mark.parametrize("part", [Part.HOURLY, Part.DAILY])
def test_damaged_rollups_are_computed_again(tmp_path: Path, journal: Journal, sealer: Sealer, part: Part) -> None:
    journal.append(readings(20))
    sealer.close_day(DAY)
    (file,) = manifest_of(tmp_path).of(part)
    before = pq.read_table(history_folder(tmp_path) / file.name)
    spoil(tmp_path, "torn", file.name)
    assert sealer.verify() == []
    (mended,) = manifest_of(tmp_path).of(part)
    assert mended.name != file.name
    assert pq.read_table(history_folder(tmp_path) / mended.name).equals(before)


def test_what_the_journal_no_longer_has_is_reported(
    tmp_path: Path, journal: Journal, sealer: Sealer, clock: StandingClock
) -> None:
    journal.append(readings(20))
    sealer.close_day(DAY)
    clock.pass_time(timedelta(days=8))
    assert journal.prune(clock.at - timedelta(days=7)) == 20
    (file,) = manifest_of(tmp_path).of(Part.DAY)
    spoil(tmp_path, "torn", file.name)
    for damaged in (sealer.start(), sealer.verify()):
        assert [one.file for one in damaged] == [file]
        assert "bytes instead of" in damaged[0].detail
    assert file in manifest_of(tmp_path).files
    with pytest.raises(HistoryDamagedError):
        ids_by_question(tmp_path)
    journal.append(readings(3, first=500))
    with pytest.raises(HistoryDamagedError, match=file.name):
        sealer.close_day(DAY)
    assert sealer.close_due() == []
    # what has nothing to do with that day goes on
    history = History.open(tmp_path, clock=clock)
    journal.append(readings(3, first=600, begin=clock.at))
    assert sealer.seal().rows == 3
    assert history.series("p0", clock.at, clock.at + timedelta(days=1)).num_rows == 1


def test_a_day_is_checked_before_it_is_closed(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    journal.append(readings(20))
    name = sealer.seal().files[0]
    spoil(tmp_path, "changed", name)
    sealer.close_day(DAY)
    assert ids(tmp_path) == [f"id-{n}" for n in range(20)]


def test_one_at_a_time_changes_the_history(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    journal.append(readings(3))
    with history_lock(tmp_path), pytest.raises(HistoryLockedError), history_lock(tmp_path, wait_s=0.05):
        pass
    assert sealer.seal().rows == 3


def test_a_history_keeps_its_time_zone(tmp_path: Path, sealer: Sealer) -> None:
    assert sealer.seal().rows == 0
    with pytest.raises(TimezoneChangedError, match="Europe/Berlin"):
        Sealer(tmp_path, "Europe/Berlin")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_days_have_the_hours_their_clocks_give_them(tmp_path: Path, day: date, hours: int) -> None:
    from twin.store.days import LocalDays

    berlin = LocalDays("Europe/Berlin")
    start_us, end_us = berlin.bounds_us(day)
    assert end_us - start_us == hours * 3_600_000_000
    begin = NOON.fromtimestamp(start_us / 1e6, UTC)
    with Journal(tmp_path) as journal:
        journal.append(readings(3 * hours, begin=begin, step_s=1_200.0))
        journal.append([reading(999, at=begin - timedelta(seconds=1)), reading(998, at=begin + timedelta(hours=hours))])
        sealer = Sealer(tmp_path, "Europe/Berlin")
        sealer.close_day(day)
        (file,) = manifest_of(tmp_path).of(Part.DAY)
        assert file.rows == 3 * hours
        hourly = History.open(tmp_path).rollup("p0", begin, begin + timedelta(hours=hours), "hour")
    assert hourly["from_at"].to_pylist() == [begin + timedelta(hours=n) for n in range(hours)]


def test_entries_are_those_that_were_sent(tmp_path: Path, journal: Journal, sealer: Sealer) -> None:
    sent = readings(30)
    stored = journal.append(sent).stored
    sealer.close_day(DAY)
    rows = everything(tmp_path).to_pylist()
    assert [(one["seq"], one["entry_id"], one["occurred_at"], one["value"]) for one in rows] == [
        (one.seq, one.entry.entry_id, one.entry.occurred_at, one.entry.value) for one in stored
    ]
