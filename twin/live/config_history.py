"""Every accepted version of a folder of configuration, kept: who, when, why, and the way back.

``config/history/<folder>/0007.json`` holds version 7 whole; nothing in there is ever changed or removed. A version is
accepted when its record is written, which is one rename. Only then are the files of the folder rewritten, under a note
(``.applying``) by which the next start finishes what a power cut interrupted. A running campus and the command line may
write at one time: a lock lets them do so one after the other. Knows nothing about what is in the files.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from twin.errors import ConfigHistoryDamagedError, ConfigLockedError, ReasonMissingError, UnknownConfigVersionError
from twin.store.durable import sync, write_whole
from twin.store.locks import FileLock

_APPLYING: Final = ".applying"
_LOCK: Final = ".lock"
_WAIT_S: Final = 5.0
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ConfigVersion:
    """What was in force from ``at`` on. ``files`` are names and contents."""

    number: int
    at: datetime
    who: str
    why: str
    sha256: str
    files: Mapping[str, bytes]
    rolled_back_to: int | None = None


def digest(files: Mapping[str, bytes]) -> str:
    """One sha256 of all names and contents, whatever their order."""
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


class FolderHistory:
    """The versions of ``config/<folder>``: ``rules``, ``screens``, ``kpis``.

    ``shipped`` are the files that come with the program, as it is installed now: version 0, which no record holds.
    """

    def __init__(
        self, config: Path, folder: str, suffix: str = ".toml", shipped: Callable[[], Mapping[str, bytes]] | None = None
    ) -> None:
        self.name = folder
        self.folder = config / folder
        self.records = config / "history" / folder
        self._suffix = suffix
        self._shipped = shipped

    def read(self) -> dict[str, bytes]:
        """What lies in the folder now, never half of a change; finishes an interrupted one first."""
        while True:
            self.recover()
            before, files = self.numbers(), self._read()
            if self.numbers() == before and not (self.records / _APPLYING).is_file():
                return files

    def numbers(self) -> list[int]:
        if not self.records.is_dir():
            return []
        return sorted(int(one.stem) for one in self.records.glob("*.json") if one.stem.isdigit())

    def latest(self) -> ConfigVersion | None:
        numbers = self.numbers()
        return self.version(numbers[-1]) if numbers else None

    def lying(self) -> dict[str, bytes]:
        """What lies in the folder now; what comes with the program where nobody ever put anything there."""
        files = self.read()
        return files if files or self.numbers() else dict(self.shipped().files)

    def shipped(self) -> ConfigVersion:
        """What comes with the program: version 0."""
        files = self._shipped() if self._shipped is not None else {}
        return ConfigVersion(0, _BEFORE_ALL, "~", "shipped", digest(files), files)

    def version(self, number: int) -> ConfigVersion:
        """One version, checked against its own hash; 0 is what comes with the program."""
        if number == 0 and self._shipped is not None:
            return self.shipped()
        path = self._path(number)
        if not path.is_file():
            here = ([0] if self._shipped is not None else []) + self.numbers()
            known = ", ".join(map(str, here)) or "-"
            raise UnknownConfigVersionError(name=self.name, number=number, known=known)
        try:
            found = _from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ConfigHistoryDamagedError(path=path, detail=fault) from fault
        if digest(found.files) != found.sha256 or found.number != number:
            raise ConfigHistoryDamagedError(path=path, detail="its hash does not fit")
        return found

    def record(self, files: Mapping[str, bytes], who: str, why: str, at: datetime) -> ConfigVersion:
        """Take up what already lies in the folder as the next version; the latest stays it if it is the same."""
        _require(who=who, why=why)
        with self._writing():
            latest = self.latest()
            if latest is not None and latest.sha256 == digest(files):
                return latest
            return self._write(files, who, why, at, None)

    def replace(self, files: Mapping[str, bytes], who: str, why: str, at: datetime) -> ConfigVersion:
        """Make these the files of the folder, as the next version: all of them or, after a power cut, all later."""
        return self._replace(files, who, why, at, None)

    def rollback(self, number: int, who: str, why: str, at: datetime) -> ConfigVersion:
        """Write the content of an earlier version back, as a new one."""
        return self._replace(self.version(number).files, who, why, at, number)

    def diff(self, before: int, after: int) -> dict[str, str]:
        """File -> unified text of what changed between two versions; unchanged files are left out."""
        old, new = self.version(before).files, self.version(after).files
        return {
            name: _unified(name, old.get(name), new.get(name), before, after)
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        }

    def recover(self) -> None:
        """Finish a change that was accepted but not wholly written."""
        if (self.records / _APPLYING).is_file():
            with self._writing():
                self._finish()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone here, until the process ends if it must. Raises ConfigLockedError when others take too long."""
        self.records.mkdir(parents=True, exist_ok=True)
        lock = FileLock.take(self.records / _LOCK, _WAIT_S)
        if isinstance(lock, str):
            raise ConfigLockedError(path=self.folder, pid=lock)
        try:
            yield
        finally:
            lock.release()

    def _finish(self) -> None:
        note = self.records / _APPLYING
        if not note.is_file():
            return
        told = note.read_text(encoding="ascii").strip()
        if told.isdigit() and int(told) in self.numbers():
            self._apply(self.version(int(told)).files)
        note.unlink()
        sync(self.records)

    def _replace(
        self, files: Mapping[str, bytes], who: str, why: str, at: datetime, rolled_back_to: int | None
    ) -> ConfigVersion:
        _require(who=who, why=why)
        with self._writing():
            self._finish()
            number = (self.numbers() or [0])[-1] + 1
            write_whole(self.records / _APPLYING, str(number).encode())
            made = self._write(files, who, why, at, rolled_back_to)
            self._finish()
        return made

    def _write(
        self, files: Mapping[str, bytes], who: str, why: str, at: datetime, rolled_back_to: int | None
    ) -> ConfigVersion:
        number = (self.numbers() or [0])[-1] + 1
        made = ConfigVersion(number, at.astimezone(UTC), who, why, digest(files), dict(files), rolled_back_to)
        write_whole(self._path(number), json.dumps(_to_dict(made), ensure_ascii=False, indent=1).encode())
        return made

    def _read(self) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for one in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if one.suffix == self._suffix and not one.name.startswith(".") and one.is_file():
                with suppress(FileNotFoundError):  # removed since the folder was listed
                    files[one.name] = one.read_bytes()
        return files

    def _apply(self, files: Mapping[str, bytes]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(self.folder / name, content)
        for one in self.folder.iterdir():
            if one.suffix == self._suffix and one.name not in files:
                one.unlink()
        sync(self.folder)

    def _path(self, number: int) -> Path:
        return self.records / f"{number:04d}.json"


def _require(**said: str) -> None:
    missing = [name for name, value in said.items() if not value.strip()]
    if missing:
        raise ReasonMissingError(missing=", ".join(missing))


def _unified(name: str, old: bytes | None, new: bytes | None, before: int, after: int) -> str:
    def lines(content: bytes | None) -> list[str]:
        return (content or b"").decode("utf-8", "replace").splitlines(keepends=True)

    return "".join(difflib.unified_diff(lines(old), lines(new), f"{name} ({before})", f"{name} ({after})"))


def _to_dict(version: ConfigVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": version.at.isoformat(),
        "who": version.who,
        "why": version.why,
        "sha256": version.sha256,
        "rolled_back_to": version.rolled_back_to,
        # latin-1 gives every byte a character, so that files which are no UTF-8 are kept as they are, too
        "files": {name: _text(content) for name, content in version.files.items()},
    }


def _text(content: bytes) -> dict[str, str]:
    try:
        return {"utf-8": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"latin-1": content.decode("latin-1")}


def _from_dict(data: dict[str, Any]) -> ConfigVersion:
    return ConfigVersion(
        int(data["number"]),
        datetime.fromisoformat(data["at"]),
        data["who"],
        data["why"],
        data["sha256"],
        {name: text.encode(code) for name, told in data["files"].items() for code, text in told.items()},
        data["rolled_back_to"],
    )
