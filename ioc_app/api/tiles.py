"""Files of a generation: tiles, markers, orthophotos. Immutable, so browsers keep them for ever.

Only names that a build writes are looked at: every step of the path is checked against a pattern before the file
system sees it, and what a link or a case trick resolves to must still lie in the generation. Attached 3D Tiles sets lie
elsewhere: of those exactly the files are given out that the build listed.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from twin.errors import TwinError, UnknownPathError
from twin.store.tilesets import attached_sets

IMMUTABLE: Final = "private, max-age=31536000, immutable"
FOLDERS: Final = frozenset({"tiles", "markers", "rasters"})
ATTACHED: Final = "tilesets/"
CHANGED: Final = "no-cache"  # an attached file that is younger than the generation
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".bin": "application/octet-stream",
    ".b3dm": "application/octet-stream",
    ".cmpt": "application/octet-stream",
    ".i3dm": "application/octet-stream",
    ".pnts": "application/octet-stream",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
PACKED: Final = frozenset({".png", ".jpg", ".jpeg", ".webp"})  # gzip would only cost time
STEP: Final = re.compile(r"[A-Za-z0-9_+%-][A-Za-z0-9._+%=-]{0,159}\Z")  # no leading dot, no separator, no NUL
GENERATION: Final = re.compile(r"[0-9]{1,9}\Z")
MAX_STEPS: Final = 12
MAX_GZIP_BYTES: Final = 64 * 2**20  # larger files are sent as they are


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as it goes out. ``packed`` is its gzip form, None where that would not be smaller."""

    etag: str
    media_type: str
    plain: bytes
    packed: bytes | None


class TileCache:
    """Small files with their gzip form, in memory, least recently used out first, bounded by bytes."""

    def __init__(self, limit_bytes: int = 256 * 2**20) -> None:
        self.limit_bytes = limit_bytes
        self.held_bytes = 0
        self._guard = threading.Lock()
        self._entries: OrderedDict[str, Stored] = OrderedDict()

    def get(self, path: Path, etag: str) -> Stored:
        name = str(path)
        with self._guard:
            entry = self._entries.get(name)
            if entry is not None and entry.etag == etag:
                self._entries.move_to_end(name)
                return entry
        entry = _load(path, etag)
        with self._guard:
            self._drop(name)
            self._entries[name] = entry
            self.held_bytes += _size(entry)
            while self.held_bytes > self.limit_bytes and len(self._entries) > 1:
                self._drop(next(iter(self._entries)))
        return entry

    def _drop(self, name: str) -> None:
        entry = self._entries.pop(name, None)
        if entry is not None:
            self.held_bytes -= _size(entry)


def _size(entry: Stored) -> int:
    return len(entry.plain) + len(entry.packed or b"")


def _load(path: Path, etag: str) -> Stored:
    plain = path.read_bytes()
    packed = None if path.suffix.lower() in PACKED else gzip.compress(plain, compresslevel=6, mtime=0)
    if packed is not None and len(packed) >= len(plain):
        packed = None
    return Stored(etag, MEDIA_TYPES[path.suffix.lower()], plain, packed)


def resolve(campus_folder: Path, generation: str, path: str) -> Path:
    """The file that ``path`` names inside a generation; ``UnknownPathError`` for anything else."""
    steps = path.split("/")
    allowed = (
        GENERATION.match(generation)
        and 2 <= len(steps) <= MAX_STEPS
        and steps[0] in FOLDERS
        and all(STEP.match(step) for step in steps)
        and Path(steps[-1]).suffix in MEDIA_TYPES
    )
    if not allowed:
        raise UnknownPathError()
    root = (campus_folder / "generations" / f"{int(generation):04d}").resolve()
    file = root.joinpath(*steps).resolve()
    if not file.is_relative_to(root / steps[0]) or not file.is_file():
        raise UnknownPathError()
    return file


def tile_routes(campus_folder: Path, cache: TileCache | None = None) -> APIRouter:
    """``GET /tiles/<generation>/<path>``."""
    router = APIRouter()
    store = cache or TileCache()

    @router.api_route("/tiles/{generation}/{path:path}", methods=["GET", "HEAD"], response_class=Response)
    def tile(generation: str, path: str, request: Request) -> Response:
        if path.startswith(ATTACHED):
            file, built_at = attached(campus_folder, generation, path.removeprefix(ATTACHED))
            fresh = file.stat().st_mtime > built_at
            return _answer(file, request, store.get, CHANGED if fresh else IMMUTABLE)
        return _answer(resolve(campus_folder, generation, path), request, store.get, IMMUTABLE)

    return router


def attached(campus_folder: Path, generation: str, path: str) -> tuple[Path, float]:
    """The file of an attached set that ``key/name/in/the/set`` means, and when the generation was made."""
    key, _, name = path.partition("/")
    if not GENERATION.match(generation) or Path(name).suffix.lower() not in MEDIA_TYPES:
        raise UnknownPathError()
    try:
        one = attached_sets(campus_folder, int(generation))[key]
    except (KeyError, TwinError):
        raise UnknownPathError() from None
    # listed when the set was looked through; a link put there since must not lead out of it
    file = (one.folder / name).resolve() if name in one.files else one.folder
    if not file.is_relative_to(one.folder) or not file.is_file():
        raise UnknownPathError()
    return file, one.built_at


def _answer(file: Path, request: Request, load: Callable[[Path, str], Stored], cache_control: str) -> Response:
    stat = file.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"Cache-Control": cache_control, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    if stat.st_size > MAX_GZIP_BYTES:
        return FileResponse(file, media_type=MEDIA_TYPES[file.suffix.lower()], headers=headers)
    entry = load(file, etag)
    if entry.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(entry.packed, media_type=entry.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(entry.plain, media_type=entry.media_type, headers=headers)
