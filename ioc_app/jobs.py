"""Work that takes longer than a browser waits: begun one after another, asked about by number."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal

from twin.errors import TwinError
from twin.people.tokens import new_id

REMEMBERED: Final = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """``result`` once it is done, ``fault`` once it failed."""

    job_id: str
    who: str
    state: Literal["waiting", "done", "failed"] = "waiting"
    result: Any = None
    fault: TwinError | None = None


class Jobs:
    """In one thread. ``gone`` makes the fault of a job that ended as nobody foresaw."""

    def __init__(self, name: str, gone: Callable[[str], TwinError]) -> None:
        self._name, self._gone = name, gone
        self._guard = threading.Lock()
        self._known: dict[str, Job] = {}
        self._line: ThreadPoolExecutor | None = None

    def begin(self, who: str, work: Callable[[], Any]) -> Job:
        """Put it in the line; how it fared is asked by its id."""
        job = Job(new_id(), who)
        with self._guard:
            self._line = self._line or ThreadPoolExecutor(1, thread_name_prefix=self._name)
            self._known[job.job_id] = job
            while len(self._known) > REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._line.submit(self._run, job, work)
        return job

    def get(self, job_id: str) -> Job | None:
        with self._guard:
            return self._known.get(job_id)

    def waits_for(self, who: str) -> bool:
        """Whether something that ``who`` began is not done yet."""
        with self._guard:
            return any(one.who == who and one.state == "waiting" for one in self._known.values())

    def close(self) -> None:
        """Begin no other; the one that runs is left to end by itself."""
        with self._guard:
            line, self._line = self._line, None
        if line is not None:
            line.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[], Any]) -> None:
        try:
            done = Job(job.job_id, job.who, "done", result=work())
        except TwinError as fault:
            done = Job(job.job_id, job.who, "failed", fault=fault)
        except Exception as fault:
            log.exception("%s: a job ended unforeseen", self._name)
            done = Job(job.job_id, job.who, "failed", fault=self._gone(type(fault).__name__))
        with self._guard:
            if job.job_id in self._known:
                self._known[job.job_id] = done
