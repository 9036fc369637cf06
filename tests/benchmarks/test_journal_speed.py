"""Appending to the journal, in batches of 1, 100 and 1,000. Peer in the same run: bare SQLite with the same table.

Both sync each batch. Ids grow with time, as a sender that numbers its messages makes them; random ids (UUID 4) cost
both sides about twice that, because each goes to another page of the index.
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
# of the rate of bare SQLite
LEAST_SHARE = 0.4


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


def bare_rows_s(folder: Path, entries: list[Entry], size: int) -> float:
    at = microseconds(NOON)
    rows = [
        (n, one.entry_id, one.kind, one.subject, at + n, at + n, one.feed, one.value, one.quality, one.body)
        for n, one in enumerate(entries, start=1)
    ]
    insert = f"INSERT INTO entries VALUES ({', '.join('?' * 10)}) ON CONFLICT(entry_id) DO NOTHING"
    with closing(open_file(folder / "bare.sqlite")) as connection:
        began_s = time.perf_counter()
        for first in range(0, len(rows), size):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(insert, rows[first : first + size])
            connection.execute("COMMIT")
        return len(rows) / (time.perf_counter() - began_s)


def journal_rows_s(folder: Path, entries: list[Entry], size: int) -> float:
    with Journal(folder) as journal:
        began_s = time.perf_counter()
        for first in range(0, len(entries), size):
            journal.append(entries[first : first + size], NOON)
        return len(entries) / (time.perf_counter() - began_s)


@pytest.mark.parametrize("size", ROWS)
def test_appending_costs_little_more_than_sqlite(tmp_path: Path, size: int) -> None:
    entries, shares, rates = made(ROWS[size]), [], []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        bare = bare_rows_s(folder, entries, size)
        rates.append(journal_rows_s(folder, entries, size))
        shares.append(rates[-1] / bare)
    print(
        f"journal, batches of {size}: {median(rates):,.0f} rows/s, {median(shares):.2f} of bare SQLite"
        f" {sqlite3.sqlite_version}"
    )
    assert median(shares) > LEAST_SHARE
