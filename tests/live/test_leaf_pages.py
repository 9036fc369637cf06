"""Rows read straight from the pages of a file, against SQLite on the same file."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from twin.live.leaf_pages import rows_in_pages

TEXTS = ["", "p1", "泵站", "x" * 127, "y" * 4_061, "z" * 4_062, "长" * 5_000, "w" * 100_000]
NUMBERS = [None, 0, 1, -1, 127, -129, 2**15, 2**23 + 1, -(2**31), 2**40, 2**62]
REALS = [None, 0.0, 1.0, -1.5, 1e300, 2.0**40]


def made(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entries(no INTEGER PRIMARY KEY, name TEXT, number INTEGER, value REAL) STRICT")
        connection.execute("CREATE INDEX by_name ON entries(name)")
        connection.execute("CREATE TABLE other(one TEXT) STRICT")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO other VALUES (?)", [("a",), ("b",)])
        connection.commit()
    return path


@pytest.mark.parametrize("seed", range(5))
def test_pages_hold_what_sqlite_reads(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    numbers = sorted({chance.randrange(1, 2 ** chance.randrange(5, 60)) for _ in range(300)})
    rows = [(one, chance.choice(TEXTS), chance.choice(NUMBERS), chance.choice(REALS)) for one in numbers]
    assert sorted(rows_in_pages(made(tmp_path / "a.sqlite", [*rows]), 4)) == rows


def test_garbage_has_no_rows_and_no_fault(tmp_path: Path) -> None:
    chance = random.Random(3)
    rows = [(number, "p1", number, 1.5) for number in range(1, 2_000)]
    path = made(tmp_path / "a.sqlite", [*rows])
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        at = page * 4096
        content[at : at + 4096] = b"\x0d" + chance.randbytes(4095)
    path.write_bytes(content)
    assert list(rows_in_pages(path, 4)) == []
