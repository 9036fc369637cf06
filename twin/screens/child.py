"""The process that answers questions, limited in memory and CPU time: what a query can break is this, not the server.

Started by ``readers.Reader`` through ``reader_process``. The first line says the campus; after that a line of JSON is
a job and its answer a line of JSON followed by as many bytes as it says. Everything libraries print goes to standard
error.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import duckdb
import pyarrow as pa

from twin.errors import QueryFailedError, QueryMemoryError, TwinError
from twin.model.time import AsOf
from twin.screens.asking import Asking
from twin.screens.wire import choice_from_dict, question_from_dict, schemas_from_text, table_to_bytes
from twin.store.campus import Campus

CPU_S: Final = 30  # per job: two threads for ten seconds, and what is made before
_MB: Final = 2**20


class Child:
    """One campus, asked a job at a time."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._memory_mb: int = said["memory_mb"]
        self._campus = Campus.open(Path(said["campus"]))
        sql_mb = max(100, self._memory_mb // 2)
        self._asking = Asking(self._campus, said["timezone"], schemas_from_text(said["layers"]), f"{sql_mb}MB")
        self._jobs: dict[str, Callable[[dict[str, Any]], pa.Table]] = {
            "ask": self._ask,
            "query": self._query,
            "rows": self._rows,
        }

    def answer(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
        """The head of the answer and its table; every fault is data."""
        try:
            _limit_cpu()
            whole = table_to_bytes(self._jobs[job["verb"]](job))
        except TwinError as fault:
            return {"error": self._meant(fault).to_dict()}, b""
        except Exception as fault:
            if _no_memory(fault):
                return {"error": QueryMemoryError(memory_mb=self._memory_mb).to_dict()}, b""
            traceback.print_exc(file=sys.stderr)
            first = (str(fault).splitlines() or [""])[0][:200]
            return {"error": QueryFailedError(detail=f"{type(fault).__name__}: {first}").to_dict()}, b""
        return {"bytes": len(whole)}, whole

    def _meant(self, fault: TwinError) -> TwinError:
        """A fault of ours that comes of memory says so."""
        cause = fault.__cause__
        return QueryMemoryError(memory_mb=self._memory_mb) if cause is not None and _no_memory(cause) else fault

    def _ask(self, job: dict[str, Any]) -> pa.Table:
        return self._asking.table(question_from_dict(job["question"]), job["timeout_s"])

    def _query(self, job: dict[str, Any]) -> pa.Table:
        """What ``twin query`` asks: layers and registers, without the history."""
        at = AsOf(datetime.fromisoformat(job["at"])) if job["at"] else None
        return self._campus.sql(job["sql"], as_of=at, exactly=job["exactly"])

    def _rows(self, job: dict[str, Any]) -> pa.Table:
        return self._campus.rows(job["layer"], choice_from_dict(job["choice"]), exactly=job["exactly"])


def _no_memory(fault: BaseException) -> bool:
    """Libraries say it in several ways, while they compute and while they hand over; stacks of threads are memory."""
    if isinstance(fault, duckdb.OutOfMemoryException | MemoryError | pa.ArrowMemoryError):
        return True
    said = str(fault).lower()
    return any(one in said for one in ("bad_alloc", "out of memory", "could not allocate", "start new thread"))


def _limit_memory(memory_mb: int) -> None:
    """What is written to beyond what is there now; address space that is only set aside is not counted.

    Windows has no such limit.
    """
    try:
        import resource
    except ModuleNotFoundError:
        return
    try:
        mapped = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        mapped = 256 * _MB
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = mapped + memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _limit_cpu() -> None:
    """CPU seconds count from here."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + CPU_S, hard))


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    gc.set_threshold(10_000, 5, 5)  # what a reader keeps stays: looking through it is most of a small question
    said = json.loads(jobs.readline())
    _limit_memory(said["memory_mb"])
    child: Child | None = None
    answers.write(b"{}\n")
    answers.flush()
    for line in jobs:
        try:
            child = child or Child(said)
            head, whole = child.answer(json.loads(line))
        except TwinError as fault:  # no campus, or none that can be read
            head, whole = {"error": fault.to_dict()}, b""
        answers.write(json.dumps(head, default=str).encode() + b"\n")
        answers.write(whole)
        answers.flush()


def main() -> None:
    # the parent's end of the terminal is not ours: Ctrl-C ends the parent, which ends this
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, answers)
