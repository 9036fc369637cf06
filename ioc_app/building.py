"""Layers that programs send, taken in one after another by a process of their own, while the campus is served."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from ioc_app.jobs import Job, Jobs
from twin.child_answer import answer_of
from twin.errors import BuildGoneError, TwinError, UnknownBuildError

BUILD_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Build:
    """``generation`` once it is done, ``fault`` once it failed."""

    build_id: str
    state: Literal["waiting", "done", "failed"] = "waiting"
    generation: int | None = None
    fault: TwinError | None = None


class Builds:
    """Of one campus. What was asked before the server ends is finished by the next build: the layer is on disk."""

    def __init__(self, campus_folder: Path) -> None:
        self._folder = campus_folder
        self._jobs = Jobs("builds", _gone)
        self.close = self._jobs.close

    def begin(self, who: str, job: dict[str, Any], table: bytes = b"") -> Build:
        """Put it in the line; how it fared is asked by its id."""
        return _build(self._jobs.begin(who, partial(self._taken, who, job, table)))

    def get(self, build_id: str) -> Build:
        """Raises UnknownBuildError."""
        found = self._jobs.get(build_id)
        if found is None:
            raise UnknownBuildError(build=build_id)
        return _build(found)

    def _taken(self, who: str, job: dict[str, Any], table: bytes) -> int:
        with tempfile.TemporaryFile() as said:
            said.write(json.dumps(job).encode() + b"\n" + table)
            said.seek(0)
            ran = subprocess.run(
                [sys.executable, "-m", "twin.notebook.taking", str(self._folder), who],
                stdin=said,
                capture_output=True,
                timeout=BUILD_S,
                check=False,
            )
        return int(answer_of(ran, "a layer was taken in", _gone)["generation"])


def _gone(detail: str) -> BuildGoneError:
    return BuildGoneError(detail=detail)


def _build(job: Job) -> Build:
    return Build(job.job_id, job.state, job.result, job.fault)
