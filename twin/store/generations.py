"""Generations: built beside the one in use, switched to by one atomic rename, never changed afterwards.

Layout of a campus folder: ``generations/0007/``, ``current`` (the name of the one in use), ``generations.log``
(when each came into force), ``cache/`` (what readers made of unchanged sources), ``build.lock``.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from twin.errors import BuildLockedError, FolderRefusedError, GenerationDamagedError, NeverBuiltError
from twin.model.scene import Manifest
from twin.store.durable import sync
from twin.store.locks import try_lock

GENERATIONS = "generations"
CURRENT = "current"
LOG = "generations.log"
LOCK = "build.lock"
REGISTER_LOCK = "registers.lock"
REGISTER_WAIT_S = 60.0
MANIFEST = "manifest.json"
_UNFINISHED = ".building-"
PRUNED = ".pruned-"  # on its way out, no generation any more
SYNCED_AT_ONCE = 8


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
    with _lock(folder, LOCK, wait_s=0.0):
        yield


@contextmanager
def register_lock(folder: Path) -> Iterator[None]:
    """Hold the lock under which registers are taken up; that is soon done, so it is waited for."""
    with _lock(folder, REGISTER_LOCK, wait_s=REGISTER_WAIT_S):
        yield


@contextmanager
def _lock(folder: Path, name: str, wait_s: float) -> Iterator[None]:
    handle = (folder / name).open("a+")
    give_up = time.monotonic() + wait_s
    try:
        while not try_lock(handle.fileno()):
            if time.monotonic() >= give_up:
                handle.seek(0)
                raise BuildLockedError(path=folder, pid=handle.read().strip() or "?")
            time.sleep(0.05)
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


def generation_at(folder: Path, at: datetime) -> int | None:
    """The generation that was in force at ``at``; before the first, and without a log, the oldest there is."""
    current = current_number(folder)
    # a build that was killed before the switch has a line too, but was never in force
    here = [
        (since, number)
        for number, since in in_force_since(folder)
        if number <= (current or 0) and generation_folder(folder, number).is_dir()
    ]
    before = [number for since, number in here if since <= at]
    return before[-1] if before else here[0][1] if here else current


def in_force_since(folder: Path) -> list[tuple[int, datetime]]:
    """What the log says, in its order: a generation and when it came into force. Generations may be gone since."""
    try:
        lines = (folder / LOG).read_text().splitlines()
    except FileNotFoundError:
        return []
    log = [entry for line in lines if (entry := _log_entry(line)) is not None]
    return [(int(one["generation"]), datetime.fromisoformat(one["in_force_at"])) for one in log]


def numbers(folder: Path) -> list[int]:
    """Finished generations that are on disk, the oldest first."""
    return sorted(int(one.name) for one in (folder / GENERATIONS).glob("*") if one.name.isdigit())


def _log_entry(line: str) -> dict[str, Any] | None:
    """One line of the log; None for the half of one that a killed build left."""
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return entry


def begin(folder: Path) -> tuple[int, Path]:
    """The number of the next generation and the folder to build it in. Remains of killed builds are removed."""
    parent = folder / GENERATIONS
    parent.mkdir(exist_ok=True)
    for remains in [*parent.glob(f"{_UNFINISHED}*"), *parent.glob(f"{PRUNED}*")]:
        shutil.rmtree(remains)
    number = max(numbers(folder), default=0) + 1
    building = parent / f"{_UNFINISHED}{number:04d}"
    building.mkdir()
    return number, building


def switch(folder: Path, number: int, building: Path, at: datetime) -> Path:
    """Make a finished folder the generation in use: sync, rename, log, replace ``current``."""
    # side by side, since a disk syncs many files in little more than the time of one
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        list(pool.map(sync, [building, *building.rglob("*")]))
    final = generation_folder(folder, number)
    building.rename(final)
    sync(final.parent)
    with (folder / LOG).open("a") as log:
        log.write(json.dumps({"generation": number, "in_force_at": at.isoformat()}) + "\n")
        log.flush()
        os.fsync(log.fileno())
    pointer = folder / f"{CURRENT}.new"
    pointer.write_text(f"{number}\n")
    sync(pointer)
    pointer.replace(folder / CURRENT)
    sync(folder)
    return final
