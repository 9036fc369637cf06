"""The screens and KPIs in force: ours and those of ``config/screens`` and ``config/kpis``, taken up while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Final

from twin.errors import ConfigMistakesError, UnknownKpiError
from twin.live.config_book import ON_DISK, ConfigBook, Contents, InForce, Loaded
from twin.live.config_history import ConfigVersion, FolderHistory, digest
from twin.live.watched import Watched
from twin.mistakes import Mistake, Mistakes
from twin.screens.checks import Known
from twin.screens.files import KPIS, SCREENS, ScreenSet, load_screens, shipped_files
from twin.screens.kpi import Kpi
from twin.screens.screen import Screen

FOLDERS: Final = (KPIS, SCREENS)
OnDisk = Callable[[str, int], object]  # a folder, and the number of the version that somebody's edit made


def history_of(config: Path, folder: str) -> FolderHistory:
    """The versions of what a campus has of its own; version 0 is nothing."""
    return FolderHistory(config, folder, shipped=dict)


class ScreenBook:
    """What stands on the screens of a campus. ``known`` is asked anew at every check.

    ``watched`` takes changed files up (``ConfigWatch``); ``on_disk`` is told which versions that made. Threads may
    share a book; whoever needs screens and version that belong together takes ``in_force`` once.
    """

    def __init__(
        self,
        config: Path,
        known: Callable[[], Known],
        now: Callable[[], datetime],
        *,
        shipped: Contents | None = None,
        on_disk: OnDisk | None = None,
    ) -> None:
        ours = shipped_files() if shipped is None else shipped
        self._ours = [digest(files) for files in ours.values()]  # once: panels ask for the version all the time

        def load(contents: Contents) -> Loaded[ScreenSet]:
            return load_screens(contents, known(), ours)

        self._config = config
        self._book = ConfigBook([history_of(config, name) for name in FOLDERS], load, now)
        self._on_disk = on_disk
        self.watched: Watched[None] = Watched([config / name for name in FOLDERS], self._take_up, None)

    @property
    def in_force(self) -> InForce[ScreenSet]:
        return self._book.in_force

    @property
    def screens(self) -> Mapping[str, Screen]:
        """Enabled ones, in their order."""
        return self.in_force.value.screens

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        return self.in_force.value.kpis

    def kpi(self, kpi_id: str) -> Kpi:
        """Raises UnknownKpiError, which says what is near."""
        found = self.kpis.get(kpi_id)
        if found is None:
            near = get_close_matches(kpi_id, self.kpis, n=5, cutoff=0.5)
            raise UnknownKpiError(kpi=kpi_id, near=", ".join(near) or "-")
        return found

    @property
    def version(self) -> str:
        """Another one whenever anything is different, what comes with the program included."""
        return self.version_of(self.in_force)

    def version_of(self, in_force: InForce[ScreenSet]) -> str:
        told = [*in_force.digests.values(), *self._ours]
        return sha256("".join(told).encode()).hexdigest()[:16]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong in the files: why they, or parts of them, are not in force."""
        return self._book.mistakes or self.in_force.mistakes

    @property
    def differs(self) -> bool:
        """Whether what lies in the folders is not what is in force."""
        return self._book.differs

    def files(self) -> dict[str, dict[str, bytes]]:
        """What lies in the folders."""
        return self._book.files()

    def history(self, folder: str) -> FolderHistory:
        return self._book.histories[folder]

    def look(self) -> bool:
        """Take up what lies in the folders if it differs and holds no mistake; whether it did."""
        made = self._book.reload()
        for name, version in made.items():
            if self._on_disk is not None and version.who == ON_DISK[0]:
                self._on_disk(name, version.number)
        return bool(made)

    def save(self, folder: str, files: Mapping[str, bytes], who: str, why: str) -> ConfigVersion:
        """Check these files together with the other folder's in force, and put them into this one."""
        return self._book.save(folder, files, who, why)

    def rollback(self, folder: str, number: int, who: str, why: str) -> ConfigVersion:
        """An earlier version in force again, as a new one; 0 is nothing of one's own."""
        return self._book.rollback(folder, number, who, why)

    def _take_up(self) -> None:
        self.look()
        if self.mistakes:
            raise ConfigMistakesError(path=self._config, mistakes=Mistakes(self.mistakes))
