"""Accepted fixes: cells that differ from what was delivered. The sources never change; the next build reads the patch.

``patches/0003.json`` is one acceptance: who, when, against which generation, and its cells. Append-only: a patch is
taken back by a later one that names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from twin.errors import NoSuchPatchError, PatchDamagedError, PatchRefusedError
from twin.model.finding import CellChange, Finding
from twin.store.durable import make_folder, write_whole
from twin.store.locks import FileLock

FOLDER: Final = "patches"
LOCK: Final = "patches.lock"
WAIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class PatchedCell:
    """``change`` of a cell of the source with this key, since a finding by ``rule`` proposed it."""

    source: str
    rule: str
    change: CellChange


@dataclass(frozen=True, slots=True)
class Patch:
    """``withdraws``: the number of the patch that this one takes back, and then no cells."""

    number: int
    made_by: str
    made_at: str
    generation: int
    cells: tuple[PatchedCell, ...] = ()
    withdraws: int | None = None

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Patch:
        cells = tuple(PatchedCell(one["source"], one["rule"], CellChange(**one["change"])) for one in data["cells"])
        return Patch(**{**data, "cells": cells})


class Patches:
    """Those of one campus folder."""

    def __init__(self, campus: Path) -> None:
        self._folder = campus / FOLDER
        self._lock = campus / LOCK

    def all(self) -> list[Patch]:
        """Every one ever written, the oldest first. Raises PatchDamagedError."""
        return [self._read(path) for path in sorted(self._folder.glob("*.json")) if path.stem.isdigit()]

    def in_force(self) -> list[Patch]:
        """Those with cells that none took back, the oldest first."""
        every = self.all()
        gone = {one.withdraws for one in every}
        return [one for one in every if one.withdraws is None and one.number not in gone]

    def accept(self, findings: Iterable[Finding], made_by: str, made_at: str, generation: int) -> Patch | None:
        """Keep the changes of the safe ones among ``findings`` as one patch; None where none is new."""
        known = {(cell.source, cell.change) for one in self.in_force() for cell in one.cells}
        cells = [
            PatchedCell(one.source, one.rule, change)
            for one in findings
            if one.safe and one.source is not None
            for change in one.changes
            if (one.source, change) not in known
        ]
        cells = list(dict.fromkeys(cells))
        return self._add(Patch(0, made_by, made_at, generation, tuple(cells))) if cells else None

    def withdraw(self, number: int, made_by: str, made_at: str, generation: int) -> Patch:
        """Take a patch back. Raises NoSuchPatchError."""
        known = [one.number for one in self.in_force()]
        if number not in known:
            raise NoSuchPatchError(number=number, known=", ".join(map(str, known)) or "-")
        return self._add(Patch(0, made_by, made_at, generation, withdraws=number))

    def _add(self, patch: Patch) -> Patch:
        lock = FileLock.take(self._lock, WAIT_S)
        if isinstance(lock, str):
            raise PatchRefusedError(path=self._folder, detail=f"process {lock} is writing one; try again")
        try:
            make_folder(self._folder)
            numbers = [int(path.stem) for path in self._folder.glob("*.json") if path.stem.isdigit()]
            whole = replace(patch, number=max(numbers, default=0) + 1)
            text = json.dumps(asdict(whole), ensure_ascii=False, indent=1)
            write_whole(self._folder / f"{whole.number:04d}.json", text.encode())
            return whole
        finally:
            lock.release()

    def _read(self, path: Path) -> Patch:
        try:
            return Patch.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise PatchDamagedError(path=path, detail=f"{type(fault).__name__}: {fault}") from fault


def of_source(patches: Sequence[Patch], key: str) -> tuple[CellChange, ...]:
    """The changes of a source; of two of one cell the later follows the earlier."""
    return tuple(cell.change for one in patches for cell in one.cells if cell.source == key)
