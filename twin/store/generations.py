"""Generations: built beside the one in use, switched to by one atomic rename, never changed afterwards.

Layout of a campus folder: ``generations/0007/``, ``current`` (the name of the one in use), ``generations.log``
(when each came into force), ``cache/`` (what readers made of unchanged sources), ``build.lock``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from twin.errors import BuildLockedError, FolderRefusedError, GenerationDamagedError, NeverBuiltError
from twin.model.scene import Manifest

GENERATIONS = "generations"
CURRENT = "current"
LOG = "generations.log"
LOCK = "build.lock"
MANIFEST = "manifest.json"
_UNFINISHED = ".building-"


def current_number(folder: Path) -> int | None:
    """The generation in use, or None before the first build."""
    try:
        return int((folder / CURRENT).read_text())
    except (FileNotFoundError, ValueError):
        return None


def generation_folder(folder: Path, number: int) -> Path:
    return folder / GENERATIONS / f"{number:04d}"


def load_manifest(folder: Path, number: int | None = None) -> Manifest:
    """The manifest of ``number``, or of the generation in use."""
    chosen = current_number(folder) if number is None else number
    if chosen is None:
        raise NeverBuiltError(path=folder)
    path = generation_folder(folder, chosen) / MANIFEST
    try:
        return Manifest.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise GenerationDamagedError(path=path, detail=f"{type(fault).__name__}: {fault}") from fault


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Hold the one build lock of a campus; it dies with the process, however that ends."""
    path = folder / LOCK
    handle = path.open("a+")
    try:
        if not _try_lock(handle.fileno()):
            handle.seek(0)
            raise BuildLockedError(path=folder, pid=handle.read().strip() or "?")
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
    except OSError as fault:
        if fault.filename is not None:
            raise
        # Arrow and others do not say which file they could not write
        raise FolderRefusedError(path=folder, detail=fault.strerror or str(fault)) from fault
    finally:
        handle.close()


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def begin(folder: Path) -> tuple[int, Path]:
    """The number of the next generation and the folder to build it in. Remains of killed builds are removed."""
    parent = folder / GENERATIONS
    parent.mkdir(exist_ok=True)
    for remains in parent.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(remains)
    numbers = [int(one.name) for one in parent.iterdir() if one.name.isdigit()]
    number = max(numbers, default=0) + 1
    building = parent / f"{_UNFINISHED}{number:04d}"
    building.mkdir()
    return number, building


def switch(folder: Path, number: int, building: Path, at: datetime) -> Path:
    """Make a finished folder the generation in use: sync, rename, log, replace ``current``."""
    for path in building.rglob("*"):
        if path.is_file():
            _sync(path)
    final = generation_folder(folder, number)
    building.rename(final)
    _sync(final.parent)
    with (folder / LOG).open("a") as log:
        log.write(json.dumps({"generation": number, "in_force_at": at.isoformat()}) + "\n")
        log.flush()
        os.fsync(log.fileno())
    pointer = folder / f"{CURRENT}.new"
    pointer.write_text(f"{number}\n")
    _sync(pointer)
    pointer.replace(folder / CURRENT)
    _sync(folder)
    return final


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows cannot open folders
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some file systems refuse fsync on folders
        pass
    finally:
        os.close(descriptor)
