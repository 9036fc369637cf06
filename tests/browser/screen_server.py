"""A campus served by a process of its own, whose memory is its: ``python -m tests.browser.screen_server FOLDER``.

Its clock begins twenty minutes after the campus of the themes ends, when all that sent has fallen silent, and goes on:
nothing changes but what a test changes. It prints its address and what a browser and a sender show to be let in, and
serves until its standard input ends. To each line of that it collects what is garbage, gives back what was freed, as it
does each minute by itself, and prints how many bytes it holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from ioc_app.app import create_app
from tests.browser.serving import served
from tests.entering import session_of
from tests.screens.themes_campus import NOW
from twin.model.collecting import give_back
from twin.people.registry import People
from twin.people.roles import Right, Role

BEGIN: Final = NOW + timedelta(minutes=20)


class GoesOn:
    """From BEGIN, as fast as time goes."""

    def __init__(self) -> None:
        self._since = datetime.now(UTC)

    def now(self) -> datetime:
        return BEGIN + (datetime.now(UTC) - self._since)


@dataclass(frozen=True)
class ScreenServer:
    """The process, and the ways in."""

    url: str
    session: tuple[str, str]
    key: str
    process: subprocess.Popen[str]
    clock: GoesOn
    """Some seconds behind the server's."""

    @property
    def pid(self) -> int:
        return self.process.pid

    def weigh(self) -> dict[str, int]:
        """Bytes, after collection: ``held`` by the server's objects; resident of it and of all readers together."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("collect\n")
        self.process.stdin.flush()
        held = int(self.process.stdout.readline())
        found = subprocess.run(["ps", "-o", "pid=,ppid=,rss="], check=True, capture_output=True, text=True)
        rows = [tuple(map(int, one.split())) for one in found.stdout.splitlines()]
        own = sum(1024 * rss for pid, _, rss in rows if pid == self.pid)
        return {
            "held": held,
            "server": own,
            "readers": sum(1024 * rss for _, parent, rss in rows if parent == self.pid),
        }


class _MallInfo(ctypes.Structure):
    """``struct mallinfo2`` of the C library (man 3 mallinfo)."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def held_bytes() -> int:
    """What is in use of all that was taken from the C library: every object of a process with PYTHONMALLOC=malloc.

    Resident memory cannot tell 100 bytes of ten thousand cycles apart: it goes up and down by four megabytes.
    """
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = _MallInfo
    found = library.mallinfo2()
    return int(found.uordblks + found.hblkhd)


@contextlib.contextmanager
def screen_server(folder: Path) -> Iterator[ScreenServer]:
    command = [sys.executable, "-m", "tests.browser.screen_server", str(folder)]
    environment = {**os.environ, "PYTHONMALLOC": "malloc"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            said: dict[str, Any] = json.loads(process.stdout.readline())
            yield ScreenServer(said["url"], tuple(said["session"]), said["key"], process, GoesOn())
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def _ways_in(app: FastAPI) -> dict[str, Any]:
    people: People = app.state.people
    _, key = people.keys.add("long-run", [Right.SEND], "tests")
    return {"session": session_of(app, Role.OPERATOR), "key": key}


if __name__ == "__main__":
    os.environ.pop("PYTHONMALLOC", None)  # its readers are as they always are
    application = create_app(Path(sys.argv[1]), clock=GoesOn())
    with served(application) as address:
        print(json.dumps({"url": address, **_ways_in(application)}), flush=True)
        for _ in sys.stdin:
            gc.collect()
            give_back()
            print(held_bytes(), flush=True)
