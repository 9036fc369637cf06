"""What files of ``config/`` say, taken up when they change.

One with a mistake changes nothing: what was in force stays, and the fault says file, line and cure, once in the log and
on the feeds page until it is gone. It is tried again at every look, for the cure may be elsewhere: a secret that was
not set, a disk that was full.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from twin.errors import TwinError

LOOK_S: Final = 2.0

Value = TypeVar("Value")
Stamp = tuple[str, int, int]  # a path, when it was changed, and its size

log = logging.getLogger(__name__)


class Watched(Generic[Value]):
    """What some files or folders say; ``fault`` while they hold a mistake.

    With ``settled`` a change counts when a second look finds the same: an editor may empty a file before it writes it,
    and for hooks and cameras an empty file says that there are none.
    """

    def __init__(
        self, paths: Sequence[Path], load: Callable[[], Value], otherwise: Value, *, settled: bool = False
    ) -> None:
        self._paths, self._load, self._settled = paths, load, settled
        self._seen: list[Stamp] | None = None
        self._taken: list[Stamp] | None = None
        self.value = otherwise
        self.fault: TwinError | None = None

    def look(self) -> bool:
        """Take up what the files say if they changed; whether something else is in force now."""
        stamps = [stamp for path in self._paths for stamp in _stamps(path)]
        before, self._seen = self._seen, stamps
        settling = self._settled and before is not None and before != stamps
        if settling or (stamps == self._taken and self.fault is None):
            return False
        self._taken = stamps
        return self.take()

    def take(self) -> bool:
        """Take up what the files say."""
        told = str(self.fault) if self.fault is not None else None
        try:
            self.value, self.fault = self._load(), None
        except TwinError as fault:
            self.fault = fault
            if str(fault) != told:
                log.error("config: %s; what was in force stays so", fault)
            return False
        if told is not None:
            log.warning("config: %s in order again", ", ".join(one.name for one in self._paths))
        return True


class ConfigWatch:
    """A thread that looks at some of them every two seconds. What was added is looked at once before."""

    def __init__(self, every_s: float = LOOK_S) -> None:
        self._every_s = every_s
        self._watched: list[Watched[Any]] = []
        self._remarks: list[Callable[[], Iterable[TwinError]]] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, *watched: Watched[Any]) -> None:
        for one in watched:
            one.look()
            self._watched.append(one)

    def drop(self, watched: Watched[Any]) -> None:
        self._watched.remove(watched)

    @property
    def faults(self) -> list[TwinError]:
        """What is wrong in them; a file that several read is told once."""
        found = {str(one.fault): one.fault for one in self._watched if one.fault is not None}
        return list(found.values())

    def remark(self, look: Callable[[], Iterable[TwinError]]) -> None:
        """``look`` says what in files that are in force deserves a second look, and is no mistake."""
        self._remarks.append(look)

    @property
    def remarks(self) -> list[TwinError]:
        return [one for look in self._remarks for one in look()]

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="config", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def look(self) -> None:
        """At each."""
        for one in tuple(self._watched):
            try:
                one.look()
            except Exception:
                log.exception("config: a file could not be taken up; what was in force stays so")

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self.look()


def _stamps(path: Path) -> Iterator[Stamp]:
    """Of a file, or of the files of a folder; nothing where there is neither."""
    try:
        found = path.stat()
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return
    yield str(path), found.st_mtime_ns, found.st_size
    for one in inside:
        yield from _stamps(one)
