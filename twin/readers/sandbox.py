"""Readers run in a child process: what a file can break is the child, never the build or the server."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from twin.errors import ReaderCrashError, ReaderLimitError, TwinError
from twin.model.layer import LayerDefinition
from twin.readers.base import Inspection, Source
from twin.readers.jobs import layer_to_dict, source_to_dict
from twin.readers.series.series_file import SeriesOptions, job_of


class Worker:
    """One child, started when first needed and again after it died. Not for use by two threads at once.

    ``limits`` has cpu_s, memory_mb, file_mb, per job. Wall time is bounded too, at four times the CPU seconds:
    a reader that sleeps is as bad as one that spins.
    """

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = dict(limits)
        self._child: subprocess.Popen[str] | None = None
        self._log: Any = None

    def inspect(self, reader: str, path: Path) -> Inspection:
        """What ``reader`` sees in ``path``."""
        said = self._ask({"verb": "inspect", "reader": reader, "path": str(path)}, path)
        return Inspection.from_dict(said["inspection"])

    def read(self, reader: str, source: Source, folder: Path, layers: Mapping[str, LayerDefinition]) -> dict[str, Any]:
        """Read ``source`` into ``folder``; returns the report as a dict. Raises what the reader raised."""
        job = {
            "verb": "read",
            "reader": reader,
            "source": source_to_dict(source),
            "folder": str(folder),
            "layers": {key: layer_to_dict(one) for key, one in layers.items()},
        }
        report: dict[str, Any] = self._ask(job, source.path)["report"]
        return report

    def series(self, path: Path, options: SeriesOptions, folder: Path) -> dict[str, Any]:
        """Read a file of readings into ``folder``/series.parquet; what ``series_file.perform`` says of it."""
        said: dict[str, Any] = self._ask(job_of(path, options, folder), path)["series"]
        return said

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[str]:
        if self._child is None:
            self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  lives as long as the child
            self._child = subprocess.Popen(
                [sys.executable, "-m", "twin.readers.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
            )
        return self._child

    def _ask(self, job: dict[str, Any], path: Path) -> dict[str, Any]:
        child = self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps({**job, "limits": self._limits}) + "\n")
            child.stdin.flush()
        except BrokenPipeError:
            raise self._obituary(path) from None
        line = _readline(child.stdout, timeout_s=4.0 * self._limits["cpu_s"] + 60)
        if line is None:
            self.close()
            raise ReaderLimitError(path=path, limit=f"{self._limits['cpu_s']} s")
        if not line:
            raise self._obituary(path)
        said: dict[str, Any] = json.loads(line)
        if "error" in said:
            raise TwinError.from_dict(said["error"])
        return said

    def _obituary(self, path: Path) -> TwinError:
        """Why the child is gone."""
        assert self._child is not None
        code = self._child.wait()
        self._log.seek(0)
        last_words = [line.strip() for line in self._log.read().splitlines() if line.strip()][-1:] or [""]
        self.close()
        if code == -getattr(signal, "SIGXCPU", 0):
            return ReaderLimitError(path=path, limit=f"CPU {self._limits['cpu_s']} s")
        if code == -getattr(signal, "SIGXFSZ", 0):
            return ReaderLimitError(path=path, limit=f"file size {self._limits['file_mb']} MB")
        if "bad_alloc" in last_words[0] or "MemoryError" in last_words[0]:
            return ReaderLimitError(path=path, limit=f"memory {self._limits['memory_mb']} MB")
        name = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return ReaderCrashError(path=path, detail=f"{name} {last_words[0][:120]}".strip())


def _readline(stream: Any, timeout_s: float) -> str | None:
    """One line, ``""`` at the end of the stream, None when time is up."""
    box: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: box.put(stream.readline()), daemon=True).start()
    try:
        return box.get(timeout=timeout_s)
    except queue.Empty:
        return None
