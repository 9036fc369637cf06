"""What some folders of ``config/`` say together: taken up when a byte changes, kept in versions, with a way back.

With one mistake in any file nothing changes: what was in force stays so, also over a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Generic, TypeVar

from twin.errors import ConfigMistakesError
from twin.live.config_history import ConfigVersion, FolderHistory, digest
from twin.mistakes import Mistake, Mistakes

ON_DISK: Final = ("(file)", "changed on disk")  # who edited it, the system does not say

Value = TypeVar("Value")
Contents = Mapping[str, Mapping[str, bytes]]  # folder -> files


@dataclass(frozen=True)
class Loaded(Generic[Value]):
    """What files say, and what is wrong; with mistakes, what of it is right."""

    value: Value
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class InForce(Generic[Value]):
    """``mistakes`` are of what was accepted once and does not fit any more: something that it names has gone."""

    value: Value
    contents: Contents
    versions: Mapping[str, int]  # folder -> number; 0 is what comes with the program
    mistakes: tuple[Mistake, ...] = ()

    @cached_property
    def digests(self) -> dict[str, str]:
        return _digests(self.contents)


class ConfigBook(Generic[Value]):
    """``load`` checks all folders together; it is called at every change. Threads may share a book."""

    def __init__(
        self,
        histories: Sequence[FolderHistory],
        load: Callable[[Contents], Loaded[Value]],
        now: Callable[[], datetime],
    ) -> None:
        self.histories: Mapping[str, FolderHistory] = {one.name: one for one in histories}
        self._load = load
        self._now = now
        self._lock = threading.RLock()
        self._seen: dict[str, str] | None = None
        self.in_force = self._last_accepted()
        self.mistakes = self.in_force.mistakes  # of what lies in the folders and is therefore not in force

    def reload(self, who: str = ON_DISK[0], why: str = ON_DISK[1]) -> dict[str, ConfigVersion]:
        """Take up what lies in the folders if it differs and holds no mistake; folder -> the version that this made."""
        with self._lock:
            contents = self.files()
            seen = _digests(contents)
            if seen == self._seen:
                return {}
            before = self.in_force.digests
            loaded = self._load(contents) if seen != before else Loaded(self.in_force.value)
            made: dict[str, ConfigVersion] = {}
            if seen != before and not loaded.mistakes:
                # who rolled back at the command line has said who and why there already
                made = {
                    name: self.histories[name].record(files, who, why, self._now())
                    for name, files in contents.items()
                    if seen[name] != before[name]
                }
                self._take(loaded, made)
            self._seen, self.mistakes = seen, loaded.mistakes
            return made

    def files(self) -> dict[str, dict[str, bytes]]:
        """What lies in the folders; in one that nobody ever wrote to, what comes with the program."""
        return {name: history.lying() for name, history in self.histories.items()}

    @property
    def differs(self) -> bool:
        """Whether what lies in the folders is not what is in force."""
        return _digests(self.files()) != self.in_force.digests

    def save(self, folder: str, files: Mapping[str, bytes], who: str, why: str) -> ConfigVersion:
        """Check and put these files into the folder, as a new version. Raises ConfigMistakesError."""
        with self._lock:
            loaded = self._checked(folder, files)
            made = self.histories[folder].replace(files, who, why, self._now())
            self._take(loaded, {folder: made})
            return made

    def rollback(self, folder: str, number: int, who: str, why: str) -> ConfigVersion:
        """An earlier version in force again, as a new version. It must still fit the campus and the other folders."""
        with self._lock:
            loaded = self._checked(folder, self.histories[folder].version(number).files)
            made = self.histories[folder].rollback(number, who, why, self._now())
            self._take(loaded, {folder: made})
            return made

    def _checked(self, folder: str, files: Mapping[str, bytes]) -> Loaded[Value]:
        loaded = self._load({**self.in_force.contents, folder: files})
        if loaded.mistakes:
            raise ConfigMistakesError(path=self.histories[folder].folder, mistakes=Mistakes(loaded.mistakes))
        return loaded

    def _take(self, loaded: Loaded[Value], made: Mapping[str, ConfigVersion]) -> None:
        before = self.in_force
        self.in_force = InForce(
            loaded.value,
            {**before.contents, **{name: one.files for name, one in made.items()}},
            {**before.versions, **{name: one.number for name, one in made.items()}},
        )
        self._seen, self.mistakes = None, ()  # another folder may hold what was never taken up: the next look says

    def _last_accepted(self) -> InForce[Value]:
        """What was in force when the program ended, though its files may have been broken since."""
        latest = {name: history.latest() or history.shipped() for name, history in self.histories.items()}
        contents = {name: one.files for name, one in latest.items()}
        loaded = self._load(contents)
        return InForce(loaded.value, contents, {name: one.number for name, one in latest.items()}, loaded.mistakes)


def _digests(contents: Contents) -> dict[str, str]:
    return {name: digest(files) for name, files in contents.items()}
