"""The rules in force: read from ``config/rules/``, reloaded when a byte changes, kept in versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from twin.live.config_book import ON_DISK, ConfigBook, Contents
from twin.live.config_book import Loaded as LoadedFiles
from twin.live.config_history import FolderHistory
from twin.live.rules.files import Known, default_files, load_rules
from twin.live.rules.settings import Rule
from twin.mistakes import Mistake

FOLDER: Final = "rules"
__all__ = ["ON_DISK", "Reload", "RuleBook", "RuleSet", "history_of_rules"]


@dataclass(frozen=True)
class RuleSet:
    """Rules of one version. Version 0 are those that come with the program."""

    version: int
    sha256: str
    rules: Mapping[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True)
class Reload:
    """What a look at the folder found. With mistakes, what was in force stays in force."""

    changed: bool
    rules: RuleSet
    mistakes: tuple[Mistake, ...] = ()


def history_of_rules(config: Path) -> FolderHistory:
    return FolderHistory(config, FOLDER, shipped=default_files)


class RuleBook:
    """The rules of a campus. ``known`` is asked anew at every check, for devices come and go."""

    def __init__(self, config: Path, known: Callable[[], Known], now: Callable[[], datetime]) -> None:
        def load(contents: Contents) -> LoadedFiles[Mapping[str, Rule]]:
            loaded = load_rules(contents[FOLDER], known())
            return LoadedFiles(loaded.rules, loaded.mistakes)

        self.history = history_of_rules(config)
        self._book = ConfigBook([self.history], load, now)
        self.rules = self._in_force()  # one whose device or zone has gone since it was accepted chooses nothing

    def reload(self, who: str = ON_DISK[0], why: str = ON_DISK[1]) -> Reload:
        """Take up what lies in the folder if it differs and holds no mistake."""
        changed = bool(self._book.reload(who, why))
        if changed:
            self.rules = self._in_force()
        return Reload(changed, self.rules, self._book.mistakes)

    def files(self) -> dict[str, bytes]:
        """What lies in the folder; before anybody wrote rules, those that come with the program."""
        return self._book.files()[FOLDER]

    @property
    def differs(self) -> bool:
        """Whether what lies in the folder is not what is in force."""
        return self._book.differs

    def save(self, files: Mapping[str, bytes], who: str, why: str) -> RuleSet:
        """Check and put these files into the folder, as a new version."""
        self._book.save(FOLDER, files, who, why)
        self.rules = self._in_force()
        return self.rules

    def rollback(self, number: int, who: str, why: str) -> RuleSet:
        """An earlier version in force again, 0 among them, as a new version. It must still fit the campus."""
        self._book.rollback(FOLDER, number, who, why)
        self.rules = self._in_force()
        return self.rules

    def _in_force(self) -> RuleSet:
        now = self._book.in_force
        return RuleSet(now.versions[FOLDER], now.digests[FOLDER], now.value)
