"""Appending, sealing, closing, pruning, opening anew in any order: each id once, and its first occurrence."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.examples import examples
from tests.live.entries import NOON, ZONE, StandingClock, everything
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.model.entries import READING, Entry
from twin.store.days import LocalDays
from twin.store.history_manifest import RAW, read_manifest
from twin.store.journal_reader import JournalReader

NUMBERS = st.integers(0, 30)


def entry(number: int, value: float) -> Entry:
    """An id has its time and point, as it comes from one sender; the value tells the first from a repeat."""
    at = NOON + timedelta(hours=7 * (number % 10))
    return Entry(f"id-{number}", READING, f"p{number % 3}", at, "test", value)


class LiveStore(RuleBasedStateMachine):
    """The model is a dict: id -> the value that came first."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="twin-live-")
        self.campus = Path(self.folder.name)
        self.clock = StandingClock()
        self.first: dict[str, float] = {}
        self.sent = 0
        self.highest_seq = 0
        self.open()

    def open(self) -> None:
        self.journal = Journal(self.campus, clock=self.clock)
        self.sealer = Sealer(self.campus, ZONE, clock=self.clock)
        assert self.sealer.start() == []

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=8))
    def append(self, numbers: list[int]) -> None:
        batch = []
        for number in numbers:
            self.sent += 1
            batch.append(entry(number, float(self.sent)))
            self.first.setdefault(f"id-{number}", float(self.sent))
        stored = self.journal.append(batch).stored
        seqs = [one.seq for one in stored]
        assert seqs == sorted(set(seqs))
        assert all(seq > self.highest_seq for seq in seqs)
        self.highest_seq = max([self.highest_seq, *seqs])

    @rule(share=st.floats(0, 1))
    def seal(self, share: float) -> None:
        self.sealer.seal(upto=int(share * self.journal.last_seq()))

    @rule(number=NUMBERS)
    def close_day(self, number: int) -> None:
        self.sealer.close_day(LocalDays(ZONE).day_at(entry(number, 0).occurred_at))

    @rule(days=st.integers(1, 3))
    def close_due(self, days: int) -> None:
        self.clock.pass_time(timedelta(days=days))
        self.sealer.close_due()

    @precondition(lambda self: self.journal.count())
    @rule()
    def prune(self) -> None:
        self.journal.prune(self.clock.at + timedelta(seconds=1))

    @rule()
    def reopen(self) -> None:
        self.journal.close()
        self.open()

    @rule()
    def lose_a_file(self) -> None:
        """A file that was sealed is gone; it comes back as long as the journal has its entries."""
        manifest = read_manifest(self.campus)
        files = manifest.of(*RAW) if manifest else []
        if files and JournalReader(self.campus).pruned_seq() == 0:
            (self.campus / "history" / files[-1].name).unlink()
            assert self.sealer.verify() == []

    @invariant()
    def each_id_once_and_the_first(self) -> None:
        if self.sent:
            table = everything(self.campus)
            found = list(zip(table["entry_id"].to_pylist(), table["value"].to_pylist(), strict=True))
            assert sorted(found) == sorted(self.first.items())

    def teardown(self) -> None:
        self.journal.close()
        self.folder.cleanup()


TestLiveStore = LiveStore.TestCase
TestLiveStore.settings = settings(max_examples=examples(40), stateful_step_count=20, deadline=None)
