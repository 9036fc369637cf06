"""Appending to the journal, in batches of 1, 100 and 1,000. Peer in the same run: bare SQLite with the same table.

Both sync each batch. What is compared is the time of the processor, since the disk and other work on the machine are
the same for both; the rate on the clock is told beside it. Ids grow with time, as a sender that numbers its messages
makes them; random ids (UUID 4) cost both sides about twice that, because each goes to another page of the index.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest

from tests.live.entries import NOON
from twin.live.journal import Journal
from twin.live.journal_file import open_file
from twin.model.entries import READING, Entry
from twin.model.time import microseconds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

ROWS = {1: 2_000, 100: 100_000, 1_000: 200_000}
# rows a second of processor time, of what bare SQLite does
LEAST_SHARE = 0.6


def made(count: int) -> list[Entry]:
    return [
        Entry(
            f"{1_700_000_000 + number}:{number % 1300}",
            READING,
            f"point:device-{number % 1300}:temperature",
            NOON + timedelta(milliseconds=number),
            "modbus",
            20.5 + number % 10,
            "good",
        )
        for number in range(count)
    ]


class Stopwatch:
    """Rows a second by the clock, and by the time of the processor."""

    def __init__(self) -> None:
        self._clock_s, self._cpu_s = time.perf_counter(), time.process_time()

    def rates(self, rows: int) -> tuple[float, float]:
        return rows / (time.perf_counter() - self._clock_s), rows / (time.process_time() - self._cpu_s)


def bare(folder: Path, entries: list[Entry], size: int) -> tuple[float, float]:
    at = microseconds(NOON)
    rows = [
        (n, one.entry_id, one.kind, one.subject, at + n, at + n, one.feed, one.value, one.quality, one.body)
        for n, one in enumerate(entries, start=1)
    ]
    insert = f"INSERT INTO entries VALUES ({', '.join('?' * 10)}) ON CONFLICT(entry_id) DO NOTHING"
    with closing(open_file(folder / "bare.sqlite")) as connection:
        watch = Stopwatch()
        for first in range(0, len(rows), size):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(insert, rows[first : first + size])
            connection.execute("COMMIT")
        return watch.rates(len(rows))


def journal(folder: Path, entries: list[Entry], size: int) -> tuple[float, float]:
    with Journal(folder) as opened:
        watch = Stopwatch()
        for first in range(0, len(entries), size):
            opened.append(entries[first : first + size], NOON)
        return watch.rates(len(entries))


@pytest.mark.parametrize("size", ROWS)
def test_appending_costs_little_more_than_sqlite(tmp_path: Path, size: int) -> None:
    entries, runs = made(ROWS[size]), []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        runs.append((*bare(folder, entries, size), *journal(folder, entries, size)))
    bare_clock, bare_cpu, clock, cpu = (median(one) for one in zip(*runs, strict=True))
    share = median(ours / theirs for _, theirs, _, ours in runs)
    print(
        f"journal, batches of {size:,}: {clock:,.0f} rows/s ({cpu:,.0f} a second of processor time); bare SQLite"
        f" {sqlite3.sqlite_version} {bare_clock:,.0f} ({bare_cpu:,.0f}); share {share:.2f}"
    )
    assert share > LEAST_SHARE
