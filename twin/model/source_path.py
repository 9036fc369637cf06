"""What is told of where a source lies."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath


def shown_path(path: str) -> str:
    """Where a source lies in the campus folder; of a linked one only its name, for the disks of others are private."""
    absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    return PureWindowsPath(path).name if absolute else path
