"""Processes that answer questions: a few, warm, each started again after it died."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from twin.errors import QueryClosedError, QueryMemoryError, QueryReaderGoneError, QueryTimeoutError, TwinError
from twin.screens.asking import answer_of
from twin.screens.growth import Growth
from twin.screens.question import Answer, Question
from twin.screens.wire import choice_to_dict, question_to_dict, schemas_to_text, table_from_bytes
from twin.store.choosing import Choice
from twin.store.query import TIMEOUT_S

READERS: Final = 2
MEMORY_MB: Final = 1_200  # mapped beyond the libraries; about a third of it is resident
ONCE_MB: Final = 2_500  # of a person at a terminal: an answer of 512 MB, twice, and what makes it
START_S: Final = 60.0  # until a fresh process has read its libraries on a busy machine
# beyond the time of the query, for a process that hangs: what does too much ends by its CPU time (``child``), and one
# that folds a year on a machine with seven others at work must not begin again and again
_GRACE_S: Final = 240.0

# allocators that set nothing aside and give back what is free: the limit is on what a query really takes
_ALLOCATE: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1000000"}

log = logging.getLogger(__name__)


class Reader:
    """One process, started when first needed. Not for two threads at once."""

    def __init__(self, first: Mapping[str, Any]) -> None:
        self._first = dict(first)
        self._child: subprocess.Popen[bytes] | None = None
        self._log: Any = None
        self._ended_late = False
        self._has_answered = False  # the process of now, or the one that ended last
        self._growth = Growth()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    @property
    def is_outgrown(self) -> bool:
        """Whether a fresh process would hold much less."""
        return self._growth.is_outgrown

    def ask(self, job: Mapping[str, Any], timeout_s: float) -> pa.Table:
        """Raises what the job raised, QueryTimeoutError, QueryMemoryError, QueryReaderGoneError.

        What finds no memory beside all that was answered before is asked once more, of a fresh process.
        """
        try:
            return self._asked(job, timeout_s)
        except QueryMemoryError:
            if not self._has_answered:
                raise
        return self._asked(job, timeout_s)

    def _asked(self, job: Mapping[str, Any], timeout_s: float) -> pa.Table:
        child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(job).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            raise self._obituary() from None
        line = self._line(child, timeout_s + _GRACE_S)
        said: dict[str, Any] = json.loads(line) if line else {}
        whole = child.stdout.read(said.get("bytes", 0))
        if not line or len(whole) < said.get("bytes", 0):
            late, gone = self._ended_late, self._obituary()
            raise QueryTimeoutError(seconds=timeout_s) if late else gone
        if "error" in said:
            fault = TwinError.from_dict(said["error"])
            if isinstance(fault, QueryMemoryError):  # what is left may be too little for the next one
                self.close()
            raise fault
        self._has_answered = True
        self._growth.answered(child.pid)
        return table_from_bytes(whole)

    def close(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what was still to be written has nobody to go to
                        log.debug("a reader's pipe was broken already")
            self._child = None
        self._growth.begin()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            self._has_answered = False
            self._log = tempfile.TemporaryFile("w+b")  # noqa: SIM115  lives as long as the child
            self._child = subprocess.Popen(
                [sys.executable, "-m", "twin.screens.reader_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env={**os.environ, **_ALLOCATE},
            )
            assert self._child.stdin is not None
            assert self._child.stdout is not None
            self._child.stdin.write(json.dumps(self._first).encode() + b"\n")
            self._child.stdin.flush()
            if not self._line(self._child, START_S):
                raise self._obituary()
        return self._child

    def _line(self, child: subprocess.Popen[bytes], within_s: float) -> bytes:
        """Its next line; nothing where it ended, or had to be ended because none came."""
        assert child.stdout is not None
        timer = threading.Timer(within_s, child.kill)
        timer.start()
        try:
            return child.stdout.readline()
        finally:
            self._ended_late = not timer.is_alive()
            timer.cancel()

    def _obituary(self) -> TwinError:
        """Why the child is gone."""
        assert self._child is not None
        code = self._child.wait()
        self._log.seek(0)
        words = self._log.read().decode("utf-8", "replace")
        self.close()
        log.warning("a reader of screens ended (%s): %s", code, words[-400:])
        if "bad_alloc" in words or "MemoryError" in words or "Cannot allocate memory" in words:
            return QueryMemoryError(memory_mb=self._first["memory_mb"])
        if code == -getattr(signal, "SIGXCPU", 0):
            return QueryTimeoutError(seconds=TIMEOUT_S)
        name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return QueryReaderGoneError(detail=name)


class Readers:
    """A pool of them for one campus; may be asked from any thread.

    ``layers`` are those that any campus may have, with their columns.
    """

    def __init__(
        self,
        campus: Path,
        timezone: str,
        layers: Mapping[str, pa.Schema] | None = None,
        *,
        count: int = READERS,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        first = {
            "campus": str(campus.absolute()),
            "timezone": timezone,
            "layers": schemas_to_text(layers or {}),
            "memory_mb": memory_mb,
        }
        self._all = [Reader(first) for _ in range(count)]
        self._idle = [*self._all]  # the warmest last
        self._back = threading.Condition()
        self._closed = self._warming = False
        self._opened = 0
        self._warm: Sequence[Question] = ()

    def answer(self, question: Question, timeout_s: float = TIMEOUT_S) -> Answer:
        """Waits for a reader that is free. Raises as ``Reader.ask``, and QueryClosedError."""
        return answer_of(self.table(question, timeout_s), question.most_rows)

    def table(self, question: Question, timeout_s: float = TIMEOUT_S) -> pa.Table:
        """The answer as Arrow, with one row more than was asked for where there is one."""
        with self._one() as reader:
            return reader.ask(_job(question, timeout_s), timeout_s)

    def query(
        self, sql: str, at: datetime | None = None, timeout_s: float = TIMEOUT_S, *, exactly: bool = True
    ) -> pa.Table:
        """One SELECT over layers and registers, as ``Campus.sql`` answers it."""
        job = {"verb": "query", "sql": sql, "at": at.isoformat() if at else None, "exactly": exactly}
        with self._one() as reader:
            return reader.ask(job, timeout_s)

    def rows(self, layer_id: str, choice: Choice, *, exactly: bool = True) -> pa.Table:
        """The rows of a layer, as ``Campus.rows`` chooses them."""
        job = {"verb": "rows", "layer": layer_id, "choice": choice_to_dict(choice), "exactly": exactly}
        with self._one() as reader:
            return reader.ask(job, TIMEOUT_S)

    def pids(self) -> list[int]:
        return [one.pid for one in self._all if one.pid is not None]

    def open(self) -> None:
        """Answer, also after ``close``. What was opened twice is closed for good by the second ``close``."""
        with self._back:
            self._opened, self._closed = self._opened + 1, False

    def close(self) -> None:
        """End all; those that answer are waited for. Who waits for one, or asks later, is told QueryClosedError."""
        with self._back:
            self._opened = max(0, self._opened - 1)
            self._closed, self._warming = self._opened == 0, False
            self._back.notify_all()
            self._back.wait_for(lambda: len(self._idle) == len(self._all))
            for one in self._all:
                one.close()

    def warm_up(self, questions: Sequence[Question]) -> None:
        """Ask each reader these, one reader after another; what cannot be answered is passed over.

        One that has outgrown what it needs begins anew with them later, while the others answer.
        """
        self._warming, self._warm = True, questions
        for _ in self._all:
            with self._one(coldest=True) as reader:
                self._warm_one(reader)

    def _warm_one(self, reader: Reader) -> None:
        for one in self._warm:
            if not self._warming:
                return
            try:
                reader.ask(_job(one, TIMEOUT_S), TIMEOUT_S)
            except TwinError as fault:
                log.warning("a reader could not be warmed up: %s", fault)

    def _renew(self, reader: Reader) -> None:
        log.info("a reader of screens has outgrown what it needs and begins anew")
        try:
            reader.close()
            self._warm_one(reader)
        finally:
            self._put_back(reader)

    def _put_back(self, reader: Reader) -> None:
        with self._back:
            self._idle.append(reader)
            self._back.notify_all()

    @contextmanager
    def _one(self, *, coldest: bool = False) -> Iterator[Reader]:
        with self._back:
            self._back.wait_for(lambda: self._idle or self._closed)
            if self._closed:
                raise QueryClosedError
            reader = self._idle.pop(0 if coldest else -1)
        try:
            yield reader
        finally:
            if reader.is_outgrown and self._warming:
                threading.Thread(target=self._renew, args=(reader,), name="reader-anew", daemon=True).start()
            else:
                self._put_back(reader)


def _job(question: Question, timeout_s: float) -> dict[str, Any]:
    return {"verb": "ask", "question": question_to_dict(question), "timeout_s": timeout_s}


def one_answer(
    campus: Path, timezone: str, layers: Mapping[str, pa.Schema], question: Question, timeout_s: float = TIMEOUT_S
) -> tuple[pa.Table, bool]:
    """One question in a process of its own: the answer as Arrow, and whether there was more. As ``Reader.ask``."""
    with closing(Readers(campus, timezone, layers, count=1, memory_mb=ONCE_MB)) as readers:
        table = readers.table(question, timeout_s)
    return table.slice(0, question.most_rows), table.num_rows > question.most_rows


def one_query(campus: Path, sql: str, at: datetime | None = None) -> pa.Table:
    """What ``Campus.sql`` answers, in a process of its own."""
    with closing(Readers(campus, "UTC", count=1, memory_mb=ONCE_MB)) as readers:
        return readers.query(sql, at)
