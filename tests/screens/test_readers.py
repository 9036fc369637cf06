"""What a query can break is the reader process: it ends with a clear fault, and the next question is answered."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import duckdb
import psutil
import pytest

from layers import registry
from tests.screens.asked_campus import NOW, ZONE, AskedCampus, scattered
from tests.screens.test_known_seq import near
from twin.errors import (
    QueryClosedError,
    QueryFailedError,
    QueryMemoryError,
    QueryReaderGoneError,
    QueryRefusedError,
    QueryTimeoutError,
)
from twin.model.feature import table_schema
from twin.model.time import AsOf
from twin.screens import growth
from twin.screens.child import _no_memory
from twin.screens.question import Question
from twin.screens.readers import Reader, Readers
from twin.screens.said import Window

LAYERS = {name: table_schema(one) for name, one in registry().items()}


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> AskedCampus:
    one = AskedCampus.at(tmp_path_factory.mktemp("read") / "campus")
    one.append(scattered(seed=5, days=4, count=200))
    one.seal(close=True)
    return one


@pytest.fixture(scope="module")
def readers(campus: AskedCampus) -> Iterator[Readers]:
    pool = Readers(campus.folder, ZONE, LAYERS, count=1)
    yield pool
    pool.close()


def question(sql: str, window: Window = Window.WEEK, **more: object) -> Question:
    return Question(sql, AsOf(NOW), window, **more)  # type: ignore[arg-type]


def test_a_reader_answers_as_this_process_does(campus: AskedCampus, readers: Readers) -> None:
    for sql in (
        "SELECT * FROM days ORDER BY point_id, from_at",
        "SELECT * FROM latest ORDER BY point_id",
        "SELECT feature_id, name, $place AS place, local($at) AS at FROM spaces ORDER BY 1",
        "SELECT count(*) AS alarms, sum(1) AS s FROM alarms",
        "SELECT event_id, attributes, occurred_at FROM events ORDER BY 1",
    ):
        asked = question(sql, place="building:lib:A1")
        found, expected = readers.answer(asked), campus.asking.answer(asked)
        assert (found.columns, found.more) == (expected.columns, expected.more)
        assert near(found.rows, expected.rows)


def test_all_readers_are_warmed_up_and_one_that_fails_is_passed_over(campus: AskedCampus) -> None:
    pool = Readers(campus.folder, ZONE, LAYERS, count=2)
    pool.warm_up([question("SELECT count(*) AS n FROM days"), question("SELECT none FROM latest")])
    warmed = pool.pids()
    assert len(set(warmed)) == 2
    assert pool.answer(question("SELECT 1 AS n")).rows == [{"n": 1}]
    assert pool.pids() == warmed
    pool.close()
    assert pool.pids() == []


def test_who_waits_while_they_are_closed_starts_none_again(campus: AskedCampus) -> None:
    """A browser's request may still wait in its thread when the server ends."""
    pool = Readers(campus.folder, ZONE, LAYERS, count=1)
    slow = question("SELECT count(*) AS n FROM range(50_000_000) a(x) WHERE x % 7 = sqrt(x)::INT % 3")
    with ThreadPoolExecutor(4) as threads:
        answering = threads.submit(pool.answer, slow)
        while not pool.pids():
            time.sleep(0.01)
        waiting = [threads.submit(pool.answer, question("SELECT 1 AS n")) for _ in range(2)]
        time.sleep(0.1)
        pool.close()
    assert answering.result().rows[0]["n"] >= 0, "who is being answered is waited for"
    for one in waiting:
        with pytest.raises(QueryClosedError):
            one.result()
    assert pool.pids() == []
    pool.open()
    assert pool.answer(question("SELECT 1 AS n")).rows == [{"n": 1}]
    pool.close()


def test_one_that_has_outgrown_what_it_needs_begins_anew_while_the_other_answers(
    campus: AskedCampus, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_mb: dict[int, float] = defaultdict(lambda: 100.0)
    monkeypatch.setattr(growth, "resident_mb", lambda pid: held_mb[pid])
    monkeypatch.setattr(growth, "FIRST", 2)
    monkeypatch.setattr(growth, "_EVERY", 1)
    pool, ask = Readers(campus.folder, ZONE, LAYERS, count=2), question("SELECT 1 AS n")
    pool.warm_up([question("SELECT count(*) AS n FROM days"), ask, ask])
    warmed = pool.pids()
    held_mb[warmed[1]] += growth.ROOM_MB
    for _ in range(4):
        pool.answer(ask)
    assert sorted(pool.pids()) == sorted(warmed), "it has room to grow"
    for pid in warmed:
        held_mb[pid] += growth.ROOM_MB + 1
    for _ in range(8):
        assert pool.answer(ask).rows == [{"n": 1}]
        time.sleep(0.05)
    pool.close()  # waits for those that begin anew
    assert all(not psutil.pid_exists(pid) for pid in warmed)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell what a process holds")
def test_what_a_process_holds() -> None:
    told = growth.resident_mb(os.getpid())
    assert told == pytest.approx(psutil.Process().memory_info().rss / 2**20, rel=0.05)
    assert growth.resident_mb(2**22 + 1) is None


def test_more_rows_than_asked_for(readers: Readers) -> None:
    found = readers.answer(question("SELECT * FROM range(30) t(n)", most_rows=10))
    assert [one["n"] for one in found.rows] == list(range(10))
    assert found.more
    assert not readers.answer(question("SELECT * FROM range(10) t(n)", most_rows=10)).more


def test_layers_and_registers_that_are_not_here_are_empty(readers: Readers) -> None:
    for name, column in (("gas", "length_m"), ("leases", "tenant"), ("zones", "code"), ("staff", "name")):
        assert readers.answer(question(f"SELECT {column} FROM {name}")).rows == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("COPY (SELECT 1) TO '/tmp/x'", QueryRefusedError),
        ("SELECT 1; SELECT 2", QueryRefusedError),
        ("SELECT * FROM read_csv('/etc/passwd')", QueryFailedError),
        ("SELECT * FROM '/etc/passwd'", QueryFailedError),
        ("SELECT * FROM read_text('/etc/hostname')", QueryFailedError),
        ("INSTALL httpfs", QueryRefusedError),
        ("SELECT nothing FROM points", QueryFailedError),
        ("SELECT $nobody", QueryFailedError),
    ],
)
def test_what_is_no_question(readers: Readers, sql: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        readers.answer(question(sql))


def test_memory_is_bounded_and_the_next_question_is_answered(readers: Readers) -> None:
    for sql in (
        "SELECT repeat('x', 4000000000) AS x",
        "SELECT string_agg(repeat('y', 1000000), '') AS y FROM range(5000)",
        "SELECT list(n) AS l FROM range(500000000) t(n)",
    ):
        with pytest.raises((QueryMemoryError, QueryReaderGoneError, QueryFailedError)) as told:
            readers.answer(question(sql))
        assert isinstance(told.value, QueryMemoryError), told.value
        assert readers.answer(question("SELECT 1 AS one")).rows == [{"one": 1}]
    with pytest.raises(QueryMemoryError):
        readers.query("SELECT repeat('x', 4000000000) AS x")


@pytest.mark.parametrize("has_answered", [True, False])
def test_what_finds_no_memory_beside_what_is_held_is_asked_once_more(
    monkeypatch: pytest.MonkeyPatch, has_answered: bool
) -> None:
    asked: list[float] = []

    def no_memory(_job: object, timeout_s: float) -> None:
        asked.append(timeout_s)
        raise QueryMemoryError(memory_mb=1)

    reader = Reader({})
    monkeypatch.setattr(reader, "_has_answered", has_answered)
    monkeypatch.setattr(reader, "_asked", no_memory)
    with pytest.raises(QueryMemoryError):
        reader.ask({}, 1.0)
    assert len(asked) == (2 if has_answered else 1)


@pytest.mark.parametrize(
    ("fault", "is_it"),
    [
        (duckdb.OutOfMemoryException("ArrowBuffer: failed to allocate 1048576 bytes"), True),
        (duckdb.Error("OutOfMemoryException: Out of Memory Error: ArrowBuffer: failed to allocate"), True),
        (MemoryError(), True),
        (RuntimeError("can't start new thread"), True),
        (duckdb.Error("no such column: memory"), False),
    ],
)
def test_ways_to_say_that_there_is_no_memory(fault: Exception, is_it: bool) -> None:
    assert _no_memory(fault) is is_it


def test_a_query_that_does_not_end_is_stopped(readers: Readers) -> None:
    endless = "SELECT sum(sin(n)) AS n FROM range(100000000000) t(n)"
    with pytest.raises(QueryTimeoutError):
        readers.answer(question(endless), timeout_s=0.5)
    assert readers.answer(question("SELECT 2 AS two")).rows == [{"two": 2}]


def test_a_reader_that_was_killed_is_started_again(readers: Readers) -> None:
    readers.answer(question("SELECT 1"))
    [pid] = readers.pids()
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
    try:
        readers.answer(question("SELECT 1"))
    except QueryReaderGoneError:  # it had not yet been seen to be gone
        readers.answer(question("SELECT 1"))
    assert readers.pids() != [pid]


def test_one_that_hangs_is_ended_and_one_that_is_slow_is_not(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    readers.answer(question("SELECT 1"))
    [pid] = readers.pids()
    os.kill(pid, signal.SIGSTOP)
    waking = threading.Timer(1.0, os.kill, (pid, signal.SIGCONT))
    waking.start()
    assert readers.answer(question("SELECT 2 AS two"), timeout_s=0.2).rows == [{"two": 2}]
    waking.join()
    assert readers.pids() == [pid]
    monkeypatch.setattr("twin.screens.readers._GRACE_S", 0.3)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(QueryTimeoutError):
        readers.answer(question("SELECT 3 AS three"), timeout_s=0.2)
    monkeypatch.undo()
    assert readers.answer(question("SELECT 4 AS four")).rows == [{"four": 4}]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not tell what a process has loaded")
def test_a_reader_has_no_pandas(readers: Readers) -> None:
    """45 MB each, which Arrow would load with the first question."""
    readers.answer(question("SELECT count(*) AS n FROM hours"))
    [pid] = readers.pids()
    loaded = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    assert "/pyarrow/" in loaded
    assert "/pandas/" not in loaded


def test_one_reader_and_many_threads(readers: Readers) -> None:
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(readers.answer(question(f"SELECT {n} AS n")).rows[0]["n"]))
        for n in range(12)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, found)) == sorted(map(str, range(12)))


def test_what_is_read_while_it_is_written(campus: AskedCampus, readers: Readers) -> None:
    """The reader follows the journal: what was just stored is in the next answer."""
    sql = "SELECT last_value FROM latest WHERE point_id = 'EM-1:power'"
    from tests.screens.asked_campus import reading

    for number, value in enumerate((1.5, 2.5)):
        campus.append([reading(90_000 + number, "EM-1:power", NOW + timedelta(seconds=number + 1), value)])
        asked = Question(sql, AsOf(NOW + timedelta(seconds=number + 1)))
        assert readers.answer(asked).rows == [{"last_value": value}]
    assert readers.answer(Question(sql, AsOf(NOW + timedelta(seconds=1)))).rows == [{"last_value": 1.5}]
