"""Whether a file of the history still is what the manifest says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from twin.store.history_manifest import HistoryFile, history_folder


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fault_of(campus: Path, file: HistoryFile) -> str | None:
    """What is wrong with a file: missing, torn, changed; None if nothing is."""
    path = history_folder(campus) / file.name
    try:
        size_bytes = path.stat().st_size
        if size_bytes != file.size_bytes:
            return f"{size_bytes} bytes instead of {file.size_bytes}"
        return None if sha256_of(path) == file.sha256 else "its content has changed"
    except FileNotFoundError:
        return "missing"
    except OSError as fault:
        return fault.strerror or str(fault)
