"""What may go: files that were replaced an hour ago, and what a crash left that never counted."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from twin.live.history_files import UNFINISHED
from twin.live.manifest_writer import forget_replaced, replaced_before
from twin.live.merge import SPILL
from twin.store.history_manifest import HistoryManifest, history_folder, read_manifest


def sweep(campus: Path, before: datetime, *, leftovers: bool = False) -> list[str]:
    """Delete files replaced before ``before``; with ``leftovers`` (at start only) also what is in no list."""
    folder = history_folder(campus)
    gone, kept = replaced_before(campus, before)
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    if gone:
        forget_replaced(campus, gone)
    return gone + (_leftovers(campus, folder, set(kept)) if leftovers else [])


def _leftovers(campus: Path, folder: Path, kept: set[str]) -> list[str]:
    shutil.rmtree(folder / SPILL, ignore_errors=True)
    listed = {one.name for one in (read_manifest(campus) or HistoryManifest()).files} | kept
    found = [*folder.glob("*.parquet"), *folder.glob(f".*{UNFINISHED}")]
    gone = sorted(path for path in found if path.name not in listed)
    for path in gone:
        path.unlink()
    return [path.name for path in gone]
