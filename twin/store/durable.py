"""Files that are there completely or not at all, and stay there when the power fails."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(exist_ok=True)
    building = path.with_name(f".{path.name}.new")
    building.write_bytes(content)
    sync(building)
    building.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Make what was written to a file, or renamed in a folder, last."""
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


def sync_file(path: Path) -> None:
    """Make the content of a file last, or say that it could not be: here a failed sync is a failed write."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make a folder that is still there after a power cut."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        sync(path.parent)
