"""Attached 3D Tiles sets of a generation: where each lies, and which files it consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from twin.store.generations import generation_folder, load_manifest

FOLDER: Final = "tilesets"


@dataclass(frozen=True, slots=True)
class AttachedSet:
    """``files`` are relative to ``folder``; ``built_at`` (POSIX seconds) is when they were looked through."""

    folder: Path
    files: frozenset[str]
    built_at: float


@lru_cache(maxsize=16)
def attached_sets(campus: Path, number: int) -> Mapping[str, AttachedSet]:
    """The sets of generation ``number``, by key."""
    manifest = load_manifest(campus, number)
    built_at = datetime.fromisoformat(manifest.created_at).timestamp()
    listed = generation_folder(campus, number) / FOLDER
    found: dict[str, AttachedSet] = {}
    for key, one in manifest.tilesets.items():
        path = (campus / one.path).resolve()
        folder = path if path.name != one.root or path.is_dir() else path.parent
        files = (listed / f"{key}.txt").read_text(encoding="utf-8").splitlines()
        found[key] = AttachedSet(folder, frozenset(files), built_at)
    return found
