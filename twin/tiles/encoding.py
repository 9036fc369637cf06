"""Many GLBs at once: in this process, and in a second one where that is worth its start.

A town of pipes is a thousand small GLBs. This process takes them from the front and hands them out in order, the other
takes groups from the back; whoever is faster does more. The other process is a convenience: if it cannot be started or
dies, its group is done here.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from twin.model.mesh import MeshBatch
from twin.tiles.glb import EncodedGlb, encode

GROUP: Final = 16
# below this the second process costs more than it saves: it needs about half a second to start
WORTH_A_PROCESS: Final = 500


@dataclass(frozen=True, slots=True)
class GlbJob:
    """What ``encode`` is told about one GLB."""

    batch: MeshBatch
    properties: pa.Table
    layer_id: str
    normals: bool
    compress: bool

    def alone(self) -> GlbJob:
        """The same with rows of its own: a slice would take its whole table along to the other process."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.properties.schema) as stream:
            stream.write_table(self.properties)
        return replace(self, properties=pa.ipc.open_stream(sink.getvalue()).read_all())

    def encoded(self) -> EncodedGlb:
        return encode(self.batch, self.properties, layer_id=self.layer_id, normals=self.normals, compress=self.compress)


def encode_each(jobs: Sequence[GlbJob]) -> Iterator[EncodedGlb]:
    """The GLBs of ``jobs`` in their order; the same bytes whoever makes them."""
    if len(jobs) < WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        yield from (job.encoded() for job in jobs)
        return
    with _SecondProcess(jobs) as second:
        for start in range(0, len(jobs), GROUP):
            done = None if second.leaves(start) else second.result(start)
            yield from done if done is not None else (job.encoded() for job in jobs[start : start + GROUP])


class _SecondProcess:
    """A thread that feeds groups from the back to ``twin.tiles.child`` and keeps what it answers, by first job."""

    def __init__(self, jobs: Sequence[GlbJob]) -> None:
        self._jobs = jobs
        self._left = deque(range(0, len(jobs), GROUP))
        self._done: dict[int, list[EncodedGlb] | None] = {}
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _SecondProcess:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._news:
            self._left.clear()
        self._thread.join()

    def leaves(self, start: int) -> bool:
        """Take the first group that is left, unless it has gone to the child."""
        with self._news:
            return bool(self._left) and self._left[0] == start and self._left.popleft() == start

    def result(self, start: int) -> list[EncodedGlb] | None:
        """What became of a group that this one took; None if it must be done here."""
        with self._news:
            self._news.wait_for(lambda: start in self._done)
            return self._done.pop(start)

    def _run(self) -> None:
        try:
            command = [sys.executable, "-m", "twin.tiles.child"]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError:  # not even that many processes: all is done here
            return
        with child:
            while (start := self._take()) is not None:
                done = _ask(child, self._jobs[start : start + GROUP])
                with self._news:
                    self._done[start] = done
                    self._news.notify_all()
                if done is None:
                    return

    def _take(self) -> int | None:
        with self._news:
            return self._left.pop() if self._left else None


def _ask(child: subprocess.Popen[bytes], jobs: Sequence[GlbJob]) -> list[EncodedGlb] | None:
    """What the child makes of ``jobs``; None if it is no longer there."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        pickle.dump([job.alone() for job in jobs], child.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        child.stdin.flush()
        done: list[EncodedGlb] = pickle.load(child.stdout)
    except (OSError, EOFError, pickle.UnpicklingError):
        child.kill()
        child.wait()
        return None
    return done
