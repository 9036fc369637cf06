"""Disks in files: small ones that fill up, and ones of which one moment can be copied, as a power cut leaves it.

A power cut keeps what the file system gave to the disk and loses what was only in memory. So the disk is a file behind
a loop device with direct I/O: what reaches the file is what was given to the disk, no cache lies between. That file
lies in a second file system, and *that* one is frozen while it is copied: the inner one keeps its unsynced pages, and
the copy is of one moment. (What a disk loses from a cache of its own, flush or not, is not played here.)
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

TOOLS = ("losetup", "mkfs.ext4", "mount", "umount", "fsfreeze")


def run(*command: str | Path) -> str:
    done = subprocess.run([str(one) for one in command], check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def require_disks(folder: Path) -> None:
    """Skip, and say why, where no disk can be made."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("mounting an image needs root")
    missing = [one for one in TOOLS if shutil.which(one) is None]
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")
    try:
        with disk(folder / "try", 8):
            pass
    except subprocess.CalledProcessError as fault:
        pytest.skip(f"loop devices cannot be mounted here: {fault.stderr.strip()}")


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """An image through a loop device with direct I/O."""
    at.mkdir(parents=True, exist_ok=True)
    device = run("losetup", "--direct-io=on", "--find", "--show", image)
    try:
        run("mount", device, at)
        try:
            yield at
        finally:
            run("umount", at)
    finally:
        run("losetup", "--detach", device)


@contextmanager
def disk(folder: Path, size_mb: int) -> Iterator[Path]:
    """An ext4 disk of its own; where it is mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    image = folder / "disk.img"
    image.write_bytes(b"")
    # really there, so that writing into it changes nothing but its content
    run("fallocate", "--length", f"{size_mb}M", image)
    # the journal of the file system must not decide by itself when to write while a test waits
    run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with mounted(image, folder / "mounted") as at:
        yield at


class CutDisk:
    """A disk whose power can be cut: ``copy`` takes what is on it now, and ``reopened`` mounts such a copy."""

    def __init__(self, outer: Path, inner: Path, copies: Path) -> None:
        self.folder = inner
        self._outer, self._copies = outer, copies

    def copy(self) -> Path:
        image, copied = self._outer / "disk.img", self._copies / "copy.img"
        run("fsfreeze", "--freeze", self._outer)
        try:
            shutil.copyfile(image, copied)
            assert same(image, copied), "the disk was written to while it was copied"
        finally:
            run("fsfreeze", "--unfreeze", self._outer)
        return copied

    @contextmanager
    def reopened(self, copied: Path) -> Iterator[Path]:
        with mounted(copied, self._copies / "reopened") as at:
            yield at


def same(one: Path, other: Path) -> bool:
    return subprocess.run(["cmp", "-s", str(one), str(other)], check=False).returncode == 0


@contextmanager
def cut_disk(folder: Path, size_mb: int) -> Iterator[CutDisk]:
    """A disk within a disk."""
    with ExitStack() as stack:
        outer = stack.enter_context(disk(folder / "outer", size_mb + 64))
        inner = stack.enter_context(disk_in(outer, size_mb, folder / "inner"))
        yield CutDisk(outer, inner, folder)


@contextmanager
def disk_in(outer: Path, size_mb: int, at: Path) -> Iterator[Path]:
    image = outer / "disk.img"
    # zeros are written: the outer file system has nothing left to decide while the inner one is used
    with image.open("wb") as file:
        for _ in range(size_mb):
            file.write(bytes(2**20))
        file.flush()
        os.fsync(file.fileno())
    run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    with mounted(image, at) as inner:
        yield inner
