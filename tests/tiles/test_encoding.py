"""Two processes make what one makes, and one is enough when the other fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.tiles.scenes import boxes, table
from twin.tiles import encoding
from twin.tiles.encoding import GROUP, WORTH_A_PROCESS, GlbJob, encode_each


def jobs(count: int = WORTH_A_PROCESS + 7) -> list[GlbJob]:
    """``count`` tiles, no two alike."""
    made = []
    for number in range(count):
        batch = boxes(np.array([[number, 0.0, 0.0]]), np.array([[1.0, 1.0 + number / 100, 2.0]]), first_idx=number)
        made.append(GlbJob(batch, table(batch), "surface", normals=False, compress=True))
    return made


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The second processes that a test starts."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def watch(*args: Any, **more: Any) -> subprocess.Popen[bytes]:
        started.append(start(*args, **more))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", watch)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    yield started
    assert all(one.poll() is not None for one in started), "a second process was left behind"


def test_both_processes_give_the_bytes_of_one(children: list[subprocess.Popen[bytes]]) -> None:
    work = jobs()
    by_child = threading.Event()
    ask = encoding._ask

    def count(*args: Any) -> Any:
        by_child.set()
        return ask(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_ask", count)
        made = []
        for glb in encode_each(work):
            by_child.wait(60)  # this process waits until the other has work too
            made.append(glb.data)
    assert len(children) == 1
    assert made == [job.encoded().data for job in work]


def test_a_killed_second_process_costs_nothing_but_time(children: list[subprocess.Popen[bytes]]) -> None:
    work = jobs()
    made = []
    for number, glb in enumerate(encode_each(work)):
        while not children:
            time.sleep(0.01)
        if number == GROUP:
            children[0].send_signal(signal.SIGKILL)
        made.append(glb.data)
    assert made == [job.encoded().data for job in work]


def test_no_second_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert sum(bool(one.data) for one in encode_each(jobs())) == WORTH_A_PROCESS + 7


def test_a_fault_in_a_job_is_raised_here(children: list[subprocess.Popen[bytes]]) -> None:
    """What the encoder refuses must not vanish in the other process."""
    work = jobs()
    wrong = work[-1]
    work[-1] = GlbJob(wrong.batch, table(work[0].batch), "surface", normals=False, compress=True)
    with pytest.raises(ValueError, match="do not list the same features"):
        list(encode_each(work))
    assert len(children) == 1


def test_few_tiles_stay_in_this_process(children: list[subprocess.Popen[bytes]]) -> None:
    assert len(list(encode_each(jobs(20)))) == 20
    assert not children


def test_the_child_ends_with_its_input() -> None:
    done = subprocess.run([sys.executable, "-m", "twin.tiles.child"], input=b"", capture_output=True, check=True)
    assert done.stdout == b""
