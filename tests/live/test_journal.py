"""The journal: one order, each id once, whole batches, one writer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.live.entries import NOON, StandingClock, reading, readings
from twin.errors import EntryRefusedError, JournalClosedError, JournalLockedError, StoreNewerError
from twin.live.batch import Batch
from twin.live.journal import Journal
from twin.model.entries import EVENT, Entry
from twin.store.journal_reader import JournalReader, journal_path


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    sent = [
        *readings(3),
        Entry("e-1", EVENT, "camera-1", NOON, "http", body='{"type": "跌倒"}'),
        Entry("a-1", "alarm.raised", "pump-1", NOON, "rules"),
    ]
    with Journal(tmp_path) as journal:
        appended = journal.append(sent, NOON)
    assert (appended.first_seq, appended.last_seq, appended.doubled) == (1, 5, 0)
    stored = JournalReader(tmp_path).tail(0, 100)
    assert stored == list(appended.stored)
    assert [one.entry for one in stored] == sent
    assert {one.received_at for one in stored} == {NOON}


def test_tail_goes_on_after_a_number(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(readings(10))
        assert [one.seq for one in journal.tail(4, 3)] == [5, 6, 7]
        assert (journal.last_seq(), journal.count()) == (10, 10)


def test_repeats_are_counted_and_the_first_stays(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(readings(3))
        again = [reading(1, value=99.0), reading(7), reading(7, value=98.0), reading(8)]
        appended = journal.append(again)
        assert appended.doubled == 2
        assert [one.entry.entry_id for one in appended.stored] == ["id-7", "id-8"]
        assert {one.entry.entry_id: one.entry.value for one in journal.tail(0, 99)} == {
            "id-0": 0.0,
            "id-1": 1.0,
            "id-2": 2.0,
            "id-7": 7.0,
            "id-8": 8.0,
        }
        assert [one.seq for one in journal.tail(0, 99)[3:]] == [one.seq for one in appended.stored]
        nothing = journal.append(again)
        assert (nothing.stored, nothing.first_seq, nothing.doubled) == ((), None, 4)


def test_a_long_batch_is_stored_in_its_order_with_repeats_in_it(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([reading(number) for number in range(0, 97, 3)])
        appended = journal.append([*readings(97), *readings(97)])
        assert appended.doubled == 97 + 33
        new = [f"id-{number}" for number in range(97) if number % 3]
        assert [one.entry.entry_id for one in appended.stored] == new
        assert journal.tail(33, 999) == list(appended.stored)


def test_several_batches_in_one_transaction_have_their_own_results(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        first, second = journal.append_many([Batch(readings(2), NOON), Batch(readings(3), NOON)])
    assert (len(first.stored), first.doubled) == (2, 0)
    assert ([one.entry.entry_id for one in second.stored], second.doubled) == (["id-2"], 2)


@pytest.mark.parametrize(
    ("value", "quality", "stored"),
    [
        (float("nan"), "good", "offline"),
        (float("inf"), None, "out_of_range"),
        (float("-inf"), "stale", "stale"),
    ],
)
def test_what_is_no_number_is_stored_as_none(tmp_path: Path, value: float, quality: str | None, stored: str) -> None:
    with Journal(tmp_path) as journal:
        appended = journal.append([replace(reading(1), value=value, quality=quality)])
        (found,) = journal.tail(0, 9)
    assert (found.entry.value, found.entry.quality) == (None, stored)
    assert appended.stored == (found,)


def test_zero_is_a_value(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([reading(1, value=0.0)])
        assert journal.tail(0, 9)[0].entry.value == 0.0


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (replace(reading(2), occurred_at=datetime(2026, 3, 10)), "no time zone"),
        (replace(reading(2), occurred_at=NOON.replace(year=9999)), "9999-03-10"),
        (replace(reading(2), value="7,5"), "value is str"),  # type: ignore[arg-type]
        (replace(reading(2), subject=None), "subject is NoneType"),  # type: ignore[arg-type]
        (replace(reading(2), body={"a": 1}), "body is dict"),  # type: ignore[arg-type]
        (replace(reading(2), body=b"{}"), "body is bytes"),  # type: ignore[arg-type]
        (replace(reading(2), body="\ud800"), "surrogates"),
    ],
)
def test_a_batch_is_stored_whole_or_not_at_all(tmp_path: Path, bad: Entry, told: str) -> None:
    with Journal(tmp_path) as journal:
        with pytest.raises(EntryRefusedError, match=told):
            journal.append([reading(1), bad, reading(3)])
        assert journal.count() == 0
        assert journal.append([reading(1)]).first_seq == 1


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from twin.live.journal import Journal; Journal(Path({str(tmp_path)!r}))"
    with Journal(tmp_path) as journal:
        with pytest.raises(JournalLockedError):
            Journal(tmp_path)
        refused = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "JournalLockedError" in refused.stderr
        assert journal.append([reading(1)]).last_seq == 1
    with Journal(tmp_path) as journal:
        assert journal.count() == 1


def test_the_lock_of_a_killed_writer_is_free(tmp_path: Path) -> None:
    code = (
        "import time; from pathlib import Path; from twin.live.journal import Journal\n"
        f"journal = Journal(Path({str(tmp_path)!r})); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(JournalLockedError, match=f"process {writer.pid} "):
            Journal(tmp_path)
        writer.kill()
    with Journal(tmp_path) as journal:
        assert journal.append([reading(1)]).last_seq == 1


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from twin.store.journal_reader import JournalReader\n"
        f"reader = JournalReader(Path({str(tmp_path)!r}))\n"
        "for _ in sys.stdin: print(reader.last_seq(), reader.count(), flush=True)"
    )
    with (
        Journal(tmp_path) as journal,
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as reader,
    ):
        assert reader.stdin is not None
        assert reader.stdout is not None
        for step in (1, 2, 3):
            journal.append(readings(10, first=10 * step))
            reader.stdin.write("look\n")
            assert reader.stdout.readline() == f"{10 * step} {10 * step}\n"
        reader.stdin.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    from twin.store.journal_reader import JOURNAL_SCHEMA, reading

    with Journal(tmp_path), reading(journal_path(tmp_path), JOURNAL_SCHEMA) as connection:
        assert connection is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM entries")


def test_no_journal_reads_as_an_empty_one(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path)
    assert (reader.last_seq(), reader.count(), reader.tail(0, 9)) == (0, 0, [])


def test_a_newer_journal_is_refused_by_writer_and_reader(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([reading(1)])
    with closing(sqlite3.connect(journal_path(tmp_path))) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreNewerError, match="schema 2"):
        Journal(tmp_path)
    with pytest.raises(StoreNewerError):
        JournalReader(tmp_path).count()
    with closing(sqlite3.connect(journal_path(tmp_path))) as connection:
        connection.execute("PRAGMA user_version = 1")
    with Journal(tmp_path) as journal:  # the refused one left no lock
        assert journal.count() == 1


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.close()
    with pytest.raises(JournalClosedError):
        journal.append([reading(1)])


def test_received_at_is_the_clock_of_the_process(tmp_path: Path) -> None:
    clock = StandingClock()
    with Journal(tmp_path, clock=clock) as journal:
        assert journal.append([reading(1)]).stored[0].received_at == clock.at


def test_numbers_go_on_after_everything_was_removed(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append(readings(5))
    with closing(sqlite3.connect(journal_path(tmp_path), isolation_level=None)) as connection:
        connection.execute("DELETE FROM entries")
    with Journal(tmp_path) as journal:
        assert journal.append([reading(1)]).first_seq == 6
