"""Nothing is passed over between commit and judgement, however far behind the judge is."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from twin.live.arrivals import Arrivals
from twin.model.entries import Entry, StoredEntry

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Journal:
    """A list that is read like the journal, and says how often it was."""

    def __init__(self) -> None:
        self.stored: list[StoredEntry] = []
        self.reads = 0

    def append(self, count: int) -> list[StoredEntry]:
        first = len(self.stored) + 1
        made = [StoredEntry(seq, NOW, Entry(str(seq), "event", "x", NOW, "f")) for seq in range(first, first + count)]
        self.stored += made
        return made

    def tail(self, after_seq: int, limit: int) -> list[StoredEntry]:
        self.reads += 1
        return self.stored[after_seq : after_seq + limit]


def seqs(stored: list[StoredEntry]) -> list[int]:
    return [one.seq for one in stored]


@given(st.lists(st.one_of(st.integers(1, 30), st.none()), max_size=40))
def test_everything_comes_once_and_in_order(steps: list[int | None]) -> None:
    journal = Journal()
    arrivals = Arrivals(journal.tail, 0, most_waiting=40)
    taken: list[int] = []
    for step in steps:
        if step is None:
            taken += seqs(arrivals.take(0))
        else:
            arrivals.put(journal.append(step))
    while arrivals.waiting:
        taken += seqs(arrivals.take(0))
    assert taken == seqs(journal.stored)


def test_what_fits_is_not_read_again() -> None:
    journal = Journal()
    arrivals = Arrivals(journal.tail, 0, most_waiting=40)
    arrivals.put(journal.append(40))
    assert (seqs(arrivals.take(0)), journal.reads) == (list(range(1, 41)), 0)
    arrivals.put(journal.append(41))
    assert (len(arrivals.take(0)), journal.reads) == (41, 1)
    arrivals.put(journal.append(2))
    assert (seqs(arrivals.take(0)), journal.reads) == ([82, 83], 1)


def test_what_the_journal_gave_before_it_was_handed_over_comes_once() -> None:
    journal = Journal()
    arrivals = Arrivals(journal.tail, 0, most_waiting=5)
    arrivals.put(journal.append(10))  # too much: to be read
    late, straddling = journal.append(2), journal.append(1)
    assert seqs(arrivals.take(0)) == list(range(1, 14))
    assert arrivals.waiting == 0
    arrivals.put(late)
    assert arrivals.take(0) == []
    arrivals.put([*straddling, *journal.append(1)])
    assert seqs(arrivals.take(0)) == [14]


def test_two_threads_agree() -> None:
    journal = Journal()
    arrivals = Arrivals(journal.tail, 0, most_waiting=100)
    done = threading.Event()

    def send() -> None:
        for _ in range(2000):
            arrivals.put(journal.append(7))
        done.set()

    sender = threading.Thread(target=send)
    sender.start()
    taken: list[int] = []
    while not done.is_set() or arrivals.waiting:
        taken += seqs(arrivals.take(0.01))
    sender.join()
    assert taken == list(range(1, 14_001))
