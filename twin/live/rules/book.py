"""The rules in force: read from ``config/rules/``, reloaded when a byte changes, kept in versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from twin.errors import ConfigMistakesError
from twin.live.rules.files import Known, Loaded, default_files, load_rules
from twin.live.rules.history import ConfigVersion, FolderHistory, digest
from twin.live.rules.settings import Rule
from twin.mistakes import Mistake, Mistakes

FOLDER: Final = "rules"
ON_DISK: Final = ("(file)", "changed on disk")


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
        self.history = history_of_rules(config)
        self._known = known
        self._now = now
        self._seen: str | None = None
        self._told: tuple[Mistake, ...] = ()
        self.rules = self._last_accepted()

    def reload(self, who: str = ON_DISK[0], why: str = ON_DISK[1]) -> Reload:
        """Take up what lies in the folder if it differs and holds no mistake."""
        files = self.files()
        seen = digest(files)
        if seen == self._seen:
            return Reload(False, self.rules, self._told)
        self._seen = seen
        if seen == self.rules.sha256:
            self._told = ()
            return Reload(False, self.rules)
        loaded = load_rules(files, self._known())
        self._told = loaded.mistakes
        if loaded.mistakes:
            return Reload(False, self.rules, loaded.mistakes)
        # who rolled back at the command line has said who and why there already
        version = self.history.record(files, who, why, self._now())
        self.rules = RuleSet(version.number, seen, loaded.rules)
        return Reload(True, self.rules)

    def files(self) -> dict[str, bytes]:
        """What lies in the folder; before anybody wrote rules, those that come with the program."""
        files = self.history.read()
        return files if files or self.history.numbers() else default_files()

    @property
    def differs(self) -> bool:
        """Whether what lies in the folder is not what is in force."""
        return digest(self.files()) != self.rules.sha256

    def save(self, files: Mapping[str, bytes], who: str, why: str) -> RuleSet:
        """Check and put these files into the folder, as a new version."""
        loaded = self._checked(files)
        return self._take(self.history.replace(files, who, why, self._now()), loaded)

    def rollback(self, number: int, who: str, why: str) -> RuleSet:
        """An earlier version in force again, 0 among them, as a new version. It must still fit the campus."""
        loaded = self._checked(self.history.version(number).files)
        return self._take(self.history.rollback(number, who, why, self._now()), loaded)

    def _checked(self, files: Mapping[str, bytes]) -> Loaded:
        loaded = load_rules(files, self._known())
        if loaded.mistakes:
            raise ConfigMistakesError(path=self.history.folder, mistakes=Mistakes(loaded.mistakes))
        return loaded

    def _take(self, version: ConfigVersion, loaded: Loaded) -> RuleSet:
        self.rules = RuleSet(version.number, version.sha256, loaded.rules)
        self._seen, self._told = version.sha256, ()
        return self.rules

    def _last_accepted(self) -> RuleSet:
        """What was in force when the program ended, though its files may have been broken since."""
        latest = self.history.latest()
        files = latest.files if latest else default_files()
        loaded = load_rules(files, self._known())
        self._told = loaded.mistakes  # a device or zone that has gone since: such a rule chooses nothing there
        return RuleSet(latest.number if latest else 0, digest(files), loaded.rules)
