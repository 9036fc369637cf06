"""Layers that programs send, taken in one after another by a process of their own, while the campus is served."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from twin.errors import BuildGoneError, TwinError, UnknownBuildError
from twin.people.tokens import new_id

REMEMBERED: Final = 200
BUILD_S: Final = 3_600.0

log = logging.getLogger(__name__)


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
        self._guard = threading.Lock()
        self._known: dict[str, Build] = {}
        self._line: ThreadPoolExecutor | None = None

    def begin(self, who: str, job: dict[str, Any], table: bytes = b"") -> Build:
        """Put it in the line; how it fared is asked by its id."""
        build = Build(new_id())
        with self._guard:
            self._line = self._line or ThreadPoolExecutor(1, thread_name_prefix="builds")
            self._known[build.build_id] = build
            while len(self._known) > REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._line.submit(self._run, build.build_id, who, job, table)
        return build

    def get(self, build_id: str) -> Build:
        """Raises UnknownBuildError."""
        with self._guard:
            found = self._known.get(build_id)
        if found is None:
            raise UnknownBuildError(build=build_id)
        return found

    def close(self) -> None:
        """Begin no other; the one that runs is left to end by itself."""
        with self._guard:
            line, self._line = self._line, None
        if line is not None:
            line.shutdown(wait=False, cancel_futures=True)

    def _run(self, build_id: str, who: str, job: dict[str, Any], table: bytes) -> None:
        try:
            done = Build(build_id, "done", generation=self._taken(who, job, table))
        except TwinError as fault:
            done = Build(build_id, "failed", fault=fault)
        except Exception as fault:
            log.exception("a layer could not be taken in")
            done = Build(build_id, "failed", fault=BuildGoneError(detail=type(fault).__name__))
        with self._guard:
            if build_id in self._known:
                self._known[build_id] = done

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
        if ran.stderr:
            log.info("a layer was taken in: %s", ran.stderr[-1_000:].decode("utf-8", "replace"))
        line = ran.stdout.decode("utf-8", "replace").strip()
        if not line:
            raise BuildGoneError(detail=f"exit {ran.returncode}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise TwinError.from_dict(answer["error"])
        return int(answer["generation"])
