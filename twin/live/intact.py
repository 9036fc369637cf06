"""Whether a file of the history still is what the manifest says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from twin.store.history_manifest import HistoryFile, history_folder


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fault_of(campus: Path, file: HistoryFile) -> str | None:
    """What is wrong with a file: missing, torn, changed; None if nothing is. Reads all of it."""
    fault = missing_or_torn(campus, file)
    if fault is not None:
        return fault
    try:
        same = sha256_of(history_folder(campus) / file.name) == file.sha256
    except OSError as broken:
        return broken.strerror or str(broken)
    return None if same else "its content has changed"


def missing_or_torn(campus: Path, file: HistoryFile) -> str | None:
    """What can be seen without reading the file."""
    try:
        size_bytes = (history_folder(campus) / file.name).stat().st_size
    except FileNotFoundError:
        return "missing"
    return None if size_bytes == file.size_bytes else f"{size_bytes} bytes instead of {file.size_bytes}"
