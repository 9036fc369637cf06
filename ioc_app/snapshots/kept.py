"""Snapshots that are kept, below ``snapshots/`` of the campus: the file itself, and beside it what it is.

Later entries, another model and another program change nothing about them. Their hash says that nobody else did.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ioc_app.snapshots.wanted import Form, Wanted
from twin.errors import SnapshotDamagedError, UnknownSnapshotError
from twin.store.durable import write_whole

FOLDER: Final = "snapshots"
_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{16}\Z")


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """``link`` is the address within the app that shows the same again; ``generation`` is the model that is in it."""

    snapshot_id: str
    form: Form
    at: str
    since: str | None
    known_seq: int
    generation: int
    screens: tuple[str, ...]
    layers: tuple[str, ...]
    language: str
    link: str
    cleared: bool  # whether names may stand in it
    exactly: str | None  # why what lies underground is in it
    made_at: str
    made_by: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        return f"campus-{self.snapshot_id}.{self.form}"


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and what is in it."""

    content: bytes
    form: Form
    generation: int
    layers: tuple[str, ...]

    def kept(self, wanted: Wanted) -> KeptSnapshot:
        sha256 = hashlib.sha256(self.content).hexdigest()
        assert wanted.as_of.known_seq is not None
        return KeptSnapshot(
            snapshot_id=f"{wanted.made_at:%Y%m%dT%H%M%S}-{sha256[:16]}",
            form=self.form,
            at=wanted.as_of.at.isoformat(),
            since=wanted.since.isoformat() if wanted.since else None,
            known_seq=wanted.as_of.known_seq,
            generation=self.generation,
            screens=wanted.screens,
            layers=self.layers,
            language=wanted.language,
            link=wanted.link(),
            cleared=wanted.cleared,
            exactly=wanted.exactly,
            made_at=wanted.made_at.isoformat(),
            made_by=wanted.by,
            sha256=sha256,
            size_bytes=len(self.content),
        )


class KeptSnapshots:
    """Those of one campus."""

    def __init__(self, campus: Path) -> None:
        self.folder = campus / FOLDER

    def keep(self, content: bytes, one: KeptSnapshot) -> KeptSnapshot:
        """On disk and synced when it returns: first the file, then what it is, so that what is listed is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._file(one), content)
        write_whole(self._about(one.snapshot_id), json.dumps(asdict(one), ensure_ascii=False, indent=1).encode())
        return one

    def all(self) -> list[KeptSnapshot]:
        """The newest first. What cannot be read is not among them."""
        found = [one for path in self.folder.glob("*.json") if (one := _read(path)) is not None]
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def about(self, snapshot_id: str) -> KeptSnapshot:
        """Raises UnknownSnapshotError."""
        one = _read(self._about(snapshot_id)) if _ID.match(snapshot_id) else None
        if one is None:
            raise UnknownSnapshotError(snapshot=snapshot_id[:80])
        return one

    def content(self, one: KeptSnapshot) -> bytes:
        """What was kept, byte for byte. Raises SnapshotDamagedError."""
        path = self._file(one)
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise SnapshotDamagedError(snapshot=one.snapshot_id, path=path)
        return content

    def delete(self, snapshot_id: str) -> KeptSnapshot:
        """What was deleted: first from the list, then the file. Raises UnknownSnapshotError."""
        one = self.about(snapshot_id)
        self._about(snapshot_id).unlink()
        self._file(one).unlink(missing_ok=True)
        return one

    def _file(self, one: KeptSnapshot) -> Path:
        return self.folder / f"{one.snapshot_id}.{one.form}"

    def _about(self, snapshot_id: str) -> Path:
        return self.folder / f"{snapshot_id}.json"


def _read(path: Path) -> KeptSnapshot | None:
    try:
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        lists = {name: tuple(said[name]) for name in ("screens", "layers")}
        return KeptSnapshot(**{**said, **lists})
    except (OSError, ValueError, TypeError, KeyError):
        return None
