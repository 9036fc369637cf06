"""Many callers, one thread that commits: each hears of his own, and nothing is said before it is on disk."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.live.entries import StandingClock, reading, readings
from tests.looping import run_async
from twin.errors import (
    DiskLowError,
    EntryRefusedError,
    JournalBusyError,
    JournalClosedError,
    JournalFaultError,
)
from twin.live.batch import Appended, Batch
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import CommitLimits, GroupCommit
from twin.live.journal import Journal
from twin.model.entries import StoredEntry
from twin.store.journal_reader import JournalReader


class HeldJournal(Journal):
    """A journal whose commits wait for a gate, fail when told, and are counted."""

    def __init__(self, campus: Path) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.failing = ""
        self.transactions: list[int] = []
        super().__init__(campus)

    def append_many(self, batches: Sequence[Batch]) -> list[Appended]:
        self.entered.set()
        assert self.gate.wait(20)
        if self.failing == "before":
            raise JournalFaultError(path=self.path, detail="database or disk is full")
        appended = super().append_many(batches)
        self.transactions.append(sum(len(one.entries) for one in batches))
        if self.failing == "after":
            raise JournalFaultError(path=self.path, detail="disk I/O error")
        return appended

    def hold(self) -> None:
        self.gate.clear()
        self.entered.clear()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[HeldJournal]:
    with HeldJournal(tmp_path) as opened:
        yield opened


def held(commit: GroupCommit, journal: HeldJournal) -> Future[Appended]:
    """One entry in a transaction that does not end before the gate opens."""
    journal.hold()
    first = commit.submit([reading(1_000_000)])
    assert journal.entered.wait(20)
    return first


def test_each_caller_gets_his_own_result(journal: HeldJournal) -> None:
    with GroupCommit(journal) as commit:
        first = held(commit, journal)
        futures = [commit.submit(readings(3, first=number)) for number in range(0, 30, 3)]
        repeat = commit.submit(readings(4, first=27))
        assert not first.done()
        journal.gate.set()
        results = [one.result(20) for one in futures]
        assert (len(repeat.result(20).stored), repeat.result().doubled) == (1, 3)
    assert [entry.entry.entry_id for one in results for entry in one.stored] == [f"id-{n}" for n in range(30)]
    assert {one.doubled for one in results} == {0}
    assert journal.transactions == [1, 34]  # what waited went together


def test_a_transaction_takes_whole_batches_up_to_its_limit(journal: HeldJournal) -> None:
    with GroupCommit(journal, limits=CommitLimits(transaction_rows=10)) as commit:
        held(commit, journal)
        futures = [commit.submit(readings(4, first=number)) for number in range(0, 20, 4)]
        futures.append(commit.submit(readings(25, first=100)))
        journal.gate.set()
        assert [len(one.result(20).stored) for one in futures] == [4, 4, 4, 4, 4, 25]
    assert journal.transactions == [1, 8, 8, 4, 25]


def test_what_is_announced_is_on_disk_and_in_order(journal: HeldJournal, tmp_path: Path) -> None:
    seen: list[StoredEntry] = []
    on_disk: list[bool] = []

    def announce(stored: list[StoredEntry]) -> None:
        on_disk.append(JournalReader(tmp_path).last_seq() >= stored[-1].seq)
        seen.extend(stored)

    def send(caller: int) -> None:
        chance = random.Random(caller)
        for _ in range(40):
            commit.submit(readings(chance.randrange(1, 9), first=chance.randrange(500))).result(20)

    with GroupCommit(journal, on_committed=announce) as commit:
        callers = [threading.Thread(target=send, args=(one,)) for one in range(8)]
        for one in callers:
            one.start()
        for one in callers:
            one.join()
    assert all(on_disk)
    assert seen == journal.tail(0, 99_999)
    assert len(seen) > 400


def test_event_loops_wait_without_blocking(journal: HeldJournal) -> None:
    async def send() -> list[Appended]:
        journal.hold()
        waiting = [commit.submit_async(readings(2, first=number)) for number in range(0, 200, 2)]
        await asyncio.sleep(0.02)  # the loop lives while the disk does not answer
        assert not any(one.done() for one in waiting)
        waiting[3].cancel()
        journal.gate.set()
        return await asyncio.gather(*waiting[:3], *waiting[4:])

    with GroupCommit(journal) as commit:
        results = run_async(send())
    assert [len(one.stored) for one in results] == [2] * 99
    assert journal.count() == 200


def test_a_loop_that_is_gone_harms_nobody(journal: HeldJournal) -> None:
    async def send_and_leave() -> None:
        journal.hold()
        commit.submit_async(readings(2))

    with GroupCommit(journal) as commit:
        run_async(send_and_leave())
        journal.gate.set()
        assert commit.submit([reading(7)]).result(20).doubled == 0
    assert journal.count() == 3


@pytest.mark.parametrize(
    "limits", [CommitLimits(waiting_rows=100), CommitLimits(waiting_bytes=100 * 400)], ids=["rows", "bytes"]
)
def test_too_much_waiting_is_refused_and_taken_later(journal: HeldJournal, limits: CommitLimits) -> None:
    with GroupCommit(journal, limits=limits) as commit:
        held(commit, journal)
        taken = commit.submit(readings(90))
        with pytest.raises(JournalBusyError) as refused:
            commit.submit(readings(20, first=200))
        assert refused.value.params["retry_after_s"] >= 1
        small = commit.submit(readings(5, first=300))
        journal.gate.set()
        assert [len(one.result(20).stored) for one in (taken, small)] == [90, 5]
        # by itself even a batch beyond the limit goes through; it never could otherwise
        assert len(commit.submit(readings(500, first=400)).result(20).stored) == 500
    assert journal.count() == 1 + 90 + 5 + 500


def test_long_bodies_count(journal: HeldJournal) -> None:
    with GroupCommit(journal, limits=CommitLimits(waiting_bytes=10_000)) as commit:
        held(commit, journal)
        with pytest.raises(JournalBusyError):
            commit.submit([replace(reading(1), body="x" * 20_000)])
        journal.gate.set()


def test_a_low_disk_is_refused_until_there_is_room(journal: HeldJournal) -> None:
    free, now_s, looks = [100], [0.0], [0]

    def free_bytes(_: Path) -> int:
        looks[0] += 1
        return free[0]

    disk = DiskWatch(journal.path.parent, min_free_bytes=50, free_bytes=free_bytes, monotonic=lambda: now_s[0])
    with GroupCommit(journal, disk=disk) as commit:
        assert commit.submit([reading(1)]).result(20).last_seq == 1
        free[0] = 49
        now_s[0] = 0.9
        commit.submit([reading(2)]).result(20)  # looked less than a second ago
        now_s[0] = 1.0
        with pytest.raises(DiskLowError):
            commit.submit([reading(3)])
        free[0] = 50
        now_s[0] = 2.0
        assert commit.submit([reading(4)]).result(20).last_seq == 3
    assert looks[0] == 3


def test_a_bad_batch_fails_alone(journal: HeldJournal) -> None:
    with GroupCommit(journal) as commit:
        held(commit, journal)
        good = commit.submit(readings(3))
        bad = commit.submit([replace(reading(50), occurred_at=reading(50).occurred_at.replace(tzinfo=None))])
        also_good = commit.submit(readings(3, first=3))
        journal.gate.set()
        assert [len(one.result(20).stored) for one in (good, also_good)] == [3, 3]
        with pytest.raises(EntryRefusedError):
            bad.result(20)
    assert journal.count() == 7


def test_a_failed_commit_fails_its_callers_and_then_it_goes_on(
    journal: HeldJournal, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), GroupCommit(journal) as commit:
        held(commit, journal)
        journal.failing = "before"
        waiting = [commit.submit(readings(2, first=number)) for number in (0, 2, 4)]
        journal.gate.set()
        for one in waiting:
            with pytest.raises(JournalFaultError):
                one.result(20)
        with pytest.raises(JournalFaultError):
            commit.submit([reading(9)]).result(20)
        journal.failing = ""
        assert commit.submit(readings(3)).result(20).doubled == 0
    assert [one.getMessage().partition(":")[2].strip()[:14] for one in caplog.records] == [
        "commits fail: ",
        "commits succee",
    ]


def test_what_was_stored_by_a_failed_commit_is_announced_once(journal: HeldJournal) -> None:
    """The sync failed but the rows are there: the repeat is known already, and still the rules must see it."""
    seen: list[str] = []
    with GroupCommit(journal, on_committed=lambda stored: seen.extend(one.entry.entry_id for one in stored)) as commit:
        commit.submit([reading(1)]).result(20)
        journal.failing = "after"
        with pytest.raises(JournalFaultError):
            commit.submit([reading(2)]).result(20)
        journal.failing = ""
        assert commit.submit([reading(2)]).result(20).doubled == 1
        commit.submit([reading(3)]).result(20)
    assert seen == ["id-1", "id-2", "id-3"]


def test_a_hook_that_fails_stops_nothing(journal: HeldJournal, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Any) -> None:
        raise ValueError("rule 7")

    with GroupCommit(journal, on_committed=fail) as commit:
        for number in range(3):
            assert commit.submit([reading(number)]).result(20).last_seq == number + 1
    assert len(caplog.records) == 3


def test_closing_commits_what_waits_and_takes_nothing_more(tmp_path: Path) -> None:
    with Journal(tmp_path, clock=StandingClock()) as journal:
        commit = GroupCommit(journal)
        futures = [commit.submit(readings(10, first=number)) for number in range(0, 500, 10)]
        commit.close()
        assert all(one.done() for one in futures)
        with pytest.raises(JournalClosedError):
            commit.submit([reading(1)])
        assert journal.count() == 500
