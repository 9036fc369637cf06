"""Questions while everything changes under them: each sees one moment, whole."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.live.entries import NOON, ZONE, StandingClock, ids, readings
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.store.days import LocalDays
from twin.store.journal_reader import JournalReader


def test_what_is_sealed_between_manifest_and_tail_is_not_seen_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_tail = JournalReader.tail_and_pruned
    with Journal(tmp_path, clock=StandingClock()) as journal:
        sealer = Sealer(tmp_path, ZONE)
        journal.append(readings(10))
        sealer.seal(upto=4)

        def and_then_seal(self: JournalReader, after_seq: int) -> tuple[pa.Table, int]:
            tail = read_tail(self, after_seq)
            sealer.seal()
            return tail

        monkeypatch.setattr(JournalReader, "tail_and_pruned", and_then_seal)
        assert ids(tmp_path) == [f"id-{number}" for number in range(10)]


def test_a_question_sees_all_that_was_acknowledged_before_it_and_nothing_twice(tmp_path: Path) -> None:
    clock = StandingClock()
    stop = threading.Event()
    acked: list[int] = [0]

    def append() -> None:
        while not stop.is_set():
            begin = NOON + timedelta(hours=acked[0] % 72)
            journal.append(readings(20, first=acked[0], begin=begin))
            acked[0] += 20
            time.sleep(0.002)

    def change() -> None:
        chance = random.Random(1)
        while not stop.is_set():
            sealer.seal()
            sealer.close_day(LocalDays(ZONE).day_at(NOON + timedelta(days=chance.randrange(4))))
            journal.prune(clock.at + timedelta(seconds=1))

    with Journal(tmp_path, clock=clock) as journal:
        sealer = Sealer(tmp_path, ZONE, clock=clock)
        workers = [threading.Thread(target=append), threading.Thread(target=change)]
        for one in workers:
            one.start()
        try:
            for _ in range(30):
                before = acked[0]
                found = ids(tmp_path)
                assert len(found) == len(set(found))
                assert {f"id-{number}" for number in range(before)} <= set(found)
                assert all(one.is_alive() for one in workers)
        finally:
            stop.set()
            for one in workers:
                one.join()
    assert acked[0] > 500
