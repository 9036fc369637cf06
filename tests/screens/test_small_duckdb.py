"""What a DuckDB that lives for months may not keep."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from twin.screens.small_duckdb import forget_freed, small_duckdb

JOIN = "SELECT count(*) FROM range(2000) a(x) JOIN range(2000) b(x) USING (x)"
# in a process of its own: what a test before it left free is taken again first
GROWTH = f"""
import sys
from twin.screens.growth import resident_mb
from twin.screens.small_duckdb import forget_freed, small_duckdb
import os
sql = small_duckdb("100MB")
def joins():
    for _ in range(500):
        sql.execute("{JOIN}").fetchall()
    if sys.argv[1] == "forget":
        forget_freed(sql, "100MB")
joins()
before = resident_mb(os.getpid())
for _ in range(8):
    joins()
print(resident_mb(os.getpid()) - before)
"""


def grown_mb(how: str) -> float:
    done = subprocess.run([sys.executable, "-c", GROWTH, how], capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
def test_blocks_that_were_freed_are_forgotten() -> None:
    keeps, forgets = grown_mb("keep"), grown_mb("forget")
    assert keeps > 8, "if DuckDB keeps no list any more, forget_freed can go"
    assert forgets < 3


def test_no_table_is_touched_and_the_limit_stands() -> None:
    sql = small_duckdb("50MB")
    sql.execute("CREATE TABLE kept AS SELECT range AS x, range * 7 % 1000003 AS y FROM range(500_000)")
    sql.execute("SET enable_external_access = false; SET lock_configuration = true")
    other = sql.cursor()
    limit = sql.execute("SELECT current_setting('memory_limit')").fetchall()
    for _ in range(3):
        forget_freed(sql, "50MB")
    assert sql.execute("SELECT current_setting('memory_limit')").fetchall() == limit
    assert other.execute("SELECT count(*), sum(x), sum(y) FROM kept").fetchall() == [
        (500_000, sum(range(500_000)), sum(one * 7 % 1_000_003 for one in range(500_000)))
    ]
    with pytest.raises(duckdb.OutOfMemoryException):
        other.execute("CREATE TABLE large AS SELECT random() AS r FROM range(20_000_000)")


def test_a_full_one_has_looked_already() -> None:
    sql = small_duckdb("6MB")
    sql.execute("CREATE TABLE kept (r DOUBLE)")

    def fill() -> None:
        while True:
            sql.execute("INSERT INTO kept SELECT random() FROM range(2_048)")

    with pytest.raises(duckdb.Error, match=r"allocate|Out of Memory"):
        fill()
    (rows,) = sql.execute("SELECT count(*) FROM kept").fetchall()[0]
    forget_freed(sql, "6MB")
    assert sql.execute("SELECT count(*) FROM kept").fetchall() == [(rows,)]


def test_what_finds_no_room_goes_into_no_file() -> None:
    sql = small_duckdb("50MB")
    assert sql.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
