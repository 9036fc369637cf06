"""Photos that people take: kept bare (``bare_picture.py``) under ``live/photos/`` by the hash of their bytes, so that a
repeat is harmless.

What a picture is, its first bytes say, not its sender; it is given out under that type and no other.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path
from typing import Final, NamedTuple

from twin.errors import PhotoRefusedError, UnknownPhotoError
from twin.live.bare_picture import NotWholeError, bare
from twin.live.disk_watch import DiskWatch
from twin.live.pictures import JPEG, PNG, WEBP, type_among
from twin.store.durable import sync

FOLDER: Final = Path("live") / "photos"
MOST_BYTES: Final = 5_000_000
TYPES: Final = (JPEG, PNG, WEBP)
_ID: Final = re.compile(r"[0-9a-f]{64}\Z")


class Photo(NamedTuple):
    photo_id: str
    media_type: str
    size_bytes: int
    path: Path


class Photos:
    """Those of one campus."""

    def __init__(self, campus: Path) -> None:
        self._folder = campus / FOLDER

    def keep(self, content: bytes) -> Photo:
        """On disk and synced when it returns. Raises PhotoRefusedError, DiskLowError."""
        media_type = type_among(content, *TYPES)
        if media_type is None:
            raise _refused("不是这几种格式", "it is of another format")
        if len(content) > MOST_BYTES:
            raise _refused("太大", "it is too large")
        try:
            content = bare(content)
        except NotWholeError as fault:
            raise _refused("已损坏或不完整", "it is damaged or not whole") from fault
        photo_id = hashlib.sha256(content).hexdigest()
        path = self._path(photo_id)
        if not path.is_file():
            self._write(path, content)
        return Photo(photo_id, media_type, len(content), path)

    def find(self, photo_id: str) -> Photo:
        """Raises UnknownPhotoError."""
        path = self._path(photo_id) if _ID.match(photo_id) else None
        if path is None or not path.is_file():
            raise UnknownPhotoError(photo=photo_id[:80])
        with path.open("rb") as file:
            media_type = type_among(file.read(16), *TYPES)
        if media_type is None:
            raise UnknownPhotoError(photo=photo_id)
        return Photo(photo_id, media_type, path.stat().st_size, path)

    def shown(self, photo_id: str) -> tuple[bytes, str]:
        """What leaves the house, and its type: bare, also if it was kept before they were. Raises as ``find``."""
        one = self.find(photo_id)
        try:
            return bare(one.path.read_bytes()), one.media_type
        except (NotWholeError, OSError) as fault:
            raise UnknownPhotoError(photo=photo_id) from fault

    def _path(self, photo_id: str) -> Path:
        return self._folder / photo_id[:2] / photo_id

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        DiskWatch(path.parent).require_room()
        unfinished = path.with_name(f".{secrets.token_hex(8)}")
        try:
            unfinished.write_bytes(content)
            sync(unfinished)
            unfinished.replace(path)
            sync(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _refused(zh: str, en: str) -> PhotoRefusedError:
    return PhotoRefusedError(detail_zh=zh, detail_en=en, limit_mb=MOST_BYTES // 1_000_000)
