"""What a killed writer was told is stored, and whether it is."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import IO

from tests.live.entries import ZONE, StandingClock, ids
from twin.live.intact import fault_of
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.store.history_manifest import HistoryManifest, read_manifest


class Writer:
    """A writer process, and all it has acknowledged so far."""

    def __init__(self, campus: Path, run: str, seed: int, *, pause_s: float = 0.0, synchronous: str = "") -> None:
        command = [sys.executable, "-m", "tests.live.writer", str(campus), run, str(seed), str(pause_s)]
        self.process = subprocess.Popen(
            command + ([synchronous] if synchronous else []), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.began = threading.Event()
        self._ranges: list[tuple[str, int, int]] = []
        self._errors = b""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            threading.Thread(target=self._listen, args=(self.process.stdout,)),
            threading.Thread(target=self._collect, args=(self.process.stderr,)),
        ]
        for one in self._readers:
            one.start()

    def _listen(self, pipe: IO[bytes]) -> None:
        for line in pipe:
            if line.endswith(b"\n"):
                _, run, first, last = line.decode().split()
                self._ranges.append((run, int(first), int(last)))
                self.began.set()
        self.began.set()

    def _collect(self, pipe: IO[bytes]) -> None:
        self._errors = pipe.read()

    def acked(self) -> set[str]:
        """Ids that were acknowledged and said so by now."""
        return {f"{run}-{number}" for run, first, last in [*self._ranges] for number in range(first, last + 1)}

    def kill(self) -> str:
        """SIGKILL; what it had to complain before."""
        self.process.kill()
        self.process.wait(30)
        for one in self._readers:
            one.join(30)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        return self._errors.decode()


def losses(campus: Path, acked: set[str]) -> tuple[set[str], list[str]]:
    """Open a store again as a service does: acknowledged ids that are not there, and ids that are there twice."""
    manifest = read_manifest(campus) or HistoryManifest()
    assert [(one.name, fault_of(campus, one)) for one in manifest.files if fault_of(campus, one)] == []
    clock = StandingClock()
    with Journal(campus, clock=clock):
        sealer = Sealer(campus, ZONE, clock=clock)
        damaged = sealer.start()
        assert damaged == []
        before = Counter(ids(campus))
        sealer.seal()
        assert Counter(ids(campus)) == before
        assert sealer.verify() == []
    return acked - set(before), [one for one, count in before.items() if count > 1]
