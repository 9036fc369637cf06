"""A journal that is not what was written: a torn log loses nothing acknowledged, a damaged file is made whole."""

from __future__ import annotations

import logging
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.live.entries import NOON, ZONE, StandingClock, ids, readings
from twin.errors import HistoryDamagedError, JournalFaultError
from twin.live import journal_file, recover
from twin.live.batch import Batch, insert
from twin.live.journal import Journal
from twin.live.journal_file import open_file
from twin.live.seal import Sealer
from twin.store.history_manifest import manifest_path
from twin.store.journal_reader import JOURNAL_SCHEMA, JournalReader, journal_path, reading

PAGE = 4096


def wal_of(campus: Path) -> Path:
    path = journal_path(campus)
    return path.with_name(f"{path.name}-wal")


def copy_of(campus: Path, to: Path) -> Path:
    """The files as a crash leaves them; the shared index is memory and would not be there."""
    (to / "live").mkdir(parents=True)
    for path in (journal_path(campus), wal_of(campus)):
        shutil.copy(path, to / "live" / path.name)
    return to


@pytest.fixture
def crashed(tmp_path: Path) -> tuple[Path, int]:
    """A journal with 500 acknowledged entries in its log and half a transaction behind them; and where that begins."""
    campus = tmp_path / "campus"
    with Journal(campus) as journal:
        for first in range(0, 500, 50):
            journal.append(readings(50, first=first))
        acked_bytes = wal_of(campus).stat().st_size
        with closing(open_file(journal.path)) as connection:
            connection.execute("PRAGMA cache_size = 10")  # so that the log is written before the commit
            connection.execute("BEGIN IMMEDIATE")
            insert(connection, Batch(readings(5_000, first=10_000), NOON), 501)
            assert wal_of(campus).stat().st_size > acked_bytes + 50 * PAGE
            copy_of(campus, tmp_path / "crashed")
            connection.rollback()
    return tmp_path / "crashed", acked_bytes


@pytest.mark.parametrize("seed", range(12))
def test_a_torn_log_loses_nothing_acknowledged(crashed: tuple[Path, int], seed: int) -> None:
    campus, acked_bytes = crashed
    chance = random.Random(seed)
    wal = bytearray(wal_of(campus).read_bytes())
    end = chance.randrange(acked_bytes, len(wal))
    torn = wal[:end]
    if seed % 3 == 1:  # the length was written, the content was not
        torn += chance.randbytes(chance.randrange(1, 20 * PAGE))
    elif seed % 3 == 2:
        torn += bytes(chance.randrange(1, 20 * PAGE))
    wal_of(campus).write_bytes(torn)
    with Journal(campus) as journal:
        assert [one.entry.entry_id for one in journal.tail(0, 9_999)] == [f"id-{n}" for n in range(500)]
        assert journal.append(readings(10, first=500)).first_seq == 501
        assert journal.count() == 510


def test_a_log_torn_before_its_end_does_lose(crashed: tuple[Path, int]) -> None:
    """The control: the test above looks at bytes that matter."""
    campus, acked_bytes = crashed
    wal_of(campus).write_bytes(wal_of(campus).read_bytes()[: acked_bytes - PAGE])
    with Journal(campus) as journal:
        assert journal.count() == 450


def damage(path: Path, pages: list[int]) -> None:
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(random.Random(page).randbytes(PAGE))


def pages_of(path: Path, name: str) -> list[int]:
    """Leaf pages of a table, counted from 0."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            sql = "SELECT pageno - 1 FROM dbstat WHERE name = ? AND pagetype = 'leaf'"
            return [page for (page,) in connection.execute(sql, (name,))]
        except sqlite3.OperationalError as fault:
            pytest.skip(f"this SQLite has no dbstat: {fault}")


def filled(campus: Path, clock: StandingClock) -> None:
    with Journal(campus, clock=clock) as journal:
        journal.append(readings(4_000))


def test_rows_around_bad_pages_are_saved(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = StandingClock()
    filled(tmp_path, clock)
    pages = pages_of(journal_path(tmp_path), "entries")
    assert len(pages) > 20
    damage(journal_path(tmp_path), [pages[5], pages[-1]])
    with caplog.at_level(logging.WARNING), Journal(tmp_path, clock=clock) as journal:
        kept = journal.count()
        assert 3_700 < kept < 4_000
        assert journal.append(readings(1, first=9_000)).last_seq == 1_004_001  # behind whatever may have been lost
        assert [one.entry for one in journal.tail(0, 50)] == readings(4_000)[:50]
    told = [one.getMessage() for one in caplog.records if "rebuilt" in one.getMessage()]
    (aside,) = [one.name for one in journal_path(tmp_path).parent.glob("journal.damaged-*.sqlite")]
    assert told == [
        f"{journal_path(tmp_path)} was rebuilt: {kept} entries saved from {aside}, 0 taken from the history"
    ]
    with Journal(tmp_path, clock=clock) as journal:  # and once only
        assert journal.count() == kept + 1


@pytest.mark.parametrize("kind", ["root of entries", "header", "schema"])
def test_a_lost_way_into_the_table_loses_no_row(tmp_path: Path, kind: str) -> None:
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        journal.append([*readings(4_000), replace(readings(1, first=4_000)[0], body="长" * 9_000)])
        before = journal.tail(0, 9_999)
        journal.reopen()
    with closing(sqlite3.connect(journal_path(tmp_path))) as connection:
        sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'"
        root = connection.execute(sql).fetchone()[0] - 1
    if kind == "header":
        with journal_path(tmp_path).open("r+b") as file:
            file.write(bytes(100))
    else:
        damage(journal_path(tmp_path), [root if kind == "root of entries" else 0])
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.tail(0, 9_999) == before


@pytest.mark.parametrize("other", ["sqlite_autoindex_entries_1", "entries"])
def test_a_sound_page_in_a_wrong_place_is_found(tmp_path: Path, other: str) -> None:
    """Each page by itself is as it should be, so SQLite's own check says nothing."""
    clock = StandingClock()
    filled(tmp_path, clock)
    path = journal_path(tmp_path)
    content = bytearray(path.read_bytes())
    to, taken = pages_of(path, "sqlite_autoindex_marks_1")[0], pages_of(path, other)[4]
    content[to * PAGE : to * PAGE + PAGE] = content[taken * PAGE : taken * PAGE + PAGE]
    path.write_bytes(content)
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.count() == 4_000
        assert journal.pruned_seq() == 0
    assert len(ids(tmp_path)) == 4_000


def test_a_log_goes_with_its_damaged_file(tmp_path: Path) -> None:
    """What was only in the log is saved, and the log is not applied to the file that takes the place."""
    clock = StandingClock()
    with Journal(tmp_path / "running", clock=clock) as journal:
        journal.append(readings(4_000))
        journal.reopen()
        pages = pages_of(journal.path, "entries")
        journal.append(readings(500, first=4_000))
        campus = copy_of(tmp_path / "running", tmp_path / "crashed")
    damage(journal_path(campus), pages[3:6])
    # somebody reads, so the log does not go when the damaged file is closed
    with reading(journal_path(campus), JOURNAL_SCHEMA) as reader, Journal(campus, clock=clock) as journal:
        assert reader is not None
        kept = [one.entry.entry_id for one in journal.tail(0, 9_999)]
        assert 4_000 < len(kept) < 4_500
        assert kept[-500:] == [f"id-{number}" for number in range(4_000, 4_500)]
        journal.append(readings(4_500))
        assert journal.count() == 4_500
    with closing(sqlite3.connect(journal_path(campus))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_was_sealed_comes_back_from_the_history(tmp_path: Path) -> None:
    clock = StandingClock()
    filled(tmp_path, clock)
    Sealer(tmp_path, ZONE, clock=clock).seal(upto=3_000)
    damage(journal_path(tmp_path), pages_of(journal_path(tmp_path), "entries")[2:12])
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.count() == 4_000
        assert journal.append(readings(4_000)).doubled == 4_000
    assert ids(tmp_path) == [f"id-{number}" for number in range(4_000)]


@pytest.mark.parametrize("what", ["header", "emptied", "cut", "missing"])
def test_a_journal_that_is_gone_goes_on_behind_what_is_sealed(tmp_path: Path, what: str) -> None:
    clock = StandingClock()
    filled(tmp_path, clock)
    Sealer(tmp_path, ZONE, clock=clock).seal()
    path = journal_path(tmp_path)
    if what == "header":
        damage(path, [0])
    elif what == "emptied":
        path.write_bytes(b"")
    elif what == "cut":
        path.write_bytes(path.read_bytes()[: 3 * PAGE])
    else:
        path.unlink()
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.count() == 4_000
        appended = journal.append([*readings(5), *readings(5, first=5_000)])
        assert appended.doubled == 5
        assert appended.first_seq is not None
        assert appended.first_seq > 4_000
    assert sorted(ids(tmp_path)) == sorted(f"id-{number}" for number in [*range(4_000), *range(5_000, 5_005)])


@pytest.mark.parametrize("moved", ["file", "file and log"])
def test_a_crash_while_setting_aside_is_made_good(tmp_path: Path, moved: str) -> None:
    clock = StandingClock()
    campus = tmp_path / "campus"
    with Journal(campus, clock=clock) as journal:
        journal.append(readings(100))
        copy_of(campus, tmp_path / "crashed")
    crashed = tmp_path / "crashed"
    path, wal = journal_path(crashed), wal_of(crashed)
    assert wal.stat().st_size
    aside = path.with_name("journal.damaged-20260310T040000000000.sqlite")
    path.rename(aside)
    if moved == "file and log":
        wal.rename(aside.with_name(f"{aside.name}-wal"))
    with Journal(crashed, clock=clock) as journal:
        assert journal.count() == 100


def test_damage_found_while_running_is_cured_at_the_next_write(tmp_path: Path) -> None:
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        journal.append(readings(4_000))
        journal.reopen()  # all of it is in the main file, and nothing of it in the cache
        damage(journal.path, pages_of_running(journal.path))
        with pytest.raises(JournalFaultError, match="malformed"):
            journal.append(readings(4_000, first=4_000))
        appended = journal.append(readings(5, first=20_000))
        assert len(appended.stored) == 5
        assert JournalReader(tmp_path).tail(appended.stored[0].seq - 1, 99) == list(appended.stored)


def test_nothing_is_appended_behind_a_log_that_may_not_be_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync the log is brought into the main file; while a reader holds it, nothing is written."""
    monkeypatch.setattr(journal_file, "_WAIT_S", 0.1)
    with Journal(tmp_path, clock=StandingClock()) as journal:
        journal.append(readings(10))
        with reading(journal.path, JOURNAL_SCHEMA) as reader:
            assert reader is not None
            assert reader.execute("SELECT count(*) FROM entries").fetchone() == (10,)
            journal._distrust(sqlite3.OperationalError("disk I/O error"))
            with pytest.raises(JournalFaultError, match="reader"):
                journal.append(readings(10, first=10))
        assert wal_of(tmp_path).stat().st_size > 0
        assert journal.append(readings(1, first=10)).first_seq == 11
        with closing(sqlite3.connect(f"{journal.path.as_uri()}?immutable=1", uri=True)) as main_file:
            assert main_file.execute("SELECT count(*) FROM entries").fetchone() == (10,)


def pages_of_running(path: Path) -> list[int]:
    """Every leaf of the index of ids."""
    return pages_of(path, "sqlite_autoindex_entries_1")


def test_a_damaged_manifest_does_not_keep_the_journal_from_taking_entries(tmp_path: Path) -> None:
    clock = StandingClock()
    filled(tmp_path, clock)
    sealer = Sealer(tmp_path, ZONE, clock=clock)
    sealer.seal()
    damage(manifest_path(tmp_path), [0])
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.append(readings(1, first=4_000)).first_seq == 4_001
        with pytest.raises(HistoryDamagedError):
            journal.prune(clock.at + timedelta(days=9))
        assert journal.count() == 4_001
    with pytest.raises(HistoryDamagedError):
        sealer.seal()
    with pytest.raises(HistoryDamagedError):
        ids(tmp_path)


def test_a_rebuilding_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StandingClock()
    filled(tmp_path, clock)
    damage(journal_path(tmp_path), pages_of(journal_path(tmp_path), "entries")[2:4])

    def full(*_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(recover, "_put", full)
        for _ in range(2):
            with pytest.raises(JournalFaultError, match="full"):
                Journal(tmp_path, clock=clock)
    with Journal(tmp_path, clock=clock) as journal:
        assert 3_800 < journal.count() < 4_000
    assert len(list(journal_path(tmp_path).parent.glob("journal.damaged-*.sqlite"))) == 1


def test_an_old_hole_is_older_than_a_week(tmp_path: Path) -> None:
    """A rebuilt journal does not hold days from long ago; their repeats are known from the day files."""
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        journal.append(readings(50))
    clock.pass_time(timedelta(days=30))
    Sealer(tmp_path, ZONE, clock=clock).close_due()
    journal_path(tmp_path).unlink()
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.count() == 0
        journal.append(readings(60))
        assert sorted(ids(tmp_path)) == sorted(f"id-{number}" for number in range(60))
        Sealer(tmp_path, ZONE, clock=clock).close_due()
        assert sorted(ids(tmp_path)) == sorted(f"id-{number}" for number in range(60))
