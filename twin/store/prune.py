"""Remove old generations, so that whatever is killed in the middle leaves only whole ones.

A generation is first renamed, which takes it out of the list at once, then deleted; what a killed run left half deleted
is swept by the next one, or by the next build. The log keeps its lines: what was asked as of then is answered by the
oldest generation that is still there.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from twin.store.durable import sync
from twin.store.generations import GENERATIONS, PRUNED, build_lock, generation_folder
from twin.store.keeping import Held, Kept, held
from twin.store.leases import nobody_reading


@dataclass(frozen=True, slots=True)
class Pruned:
    """``spared`` were old enough, and are kept for a reason. ``swept``: remains of runs that were killed before."""

    removed: tuple[Held, ...]
    spared: tuple[Held, ...]
    kept: tuple[Held, ...]
    swept: int
    freed_bytes: int
    dry_run: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "removed": [one.number for one in self.removed],
            "spared": [{"generation": one.number, "why": list(one.kept)} for one in self.spared],
            "kept": [one.number for one in self.kept],
            "swept": self.swept,
            "freed_bytes": self.freed_bytes,
            "dry_run": self.dry_run,
        }


def prune(folder: Path, keep: int, *, dry_run: bool = False) -> Pruned:
    """Remove all but the ``keep`` (≥ 1) newest generations, and of the older ones what is in use, leased or cited.

    One that was built but never came into force counts as any other. Waits for nobody: raises BuildLockedError while
    a build runs, and what ``held`` raises.
    """
    if keep < 1:
        raise ValueError("at least one generation is kept")
    if dry_run:
        return _pruned(folder, keep, dry_run=True)
    held(folder)  # says that there is nothing, before a lock file is written there
    with build_lock(folder):
        return _pruned(folder, keep, dry_run=False)


def _pruned(folder: Path, keep: int, *, dry_run: bool) -> Pruned:
    remains = list((folder / GENERATIONS).glob(f"{PRUNED}*"))
    swept_bytes = sum(one.stat().st_size for place in remains for one in place.rglob("*") if one.is_file())
    if not dry_run:
        for one in remains:
            shutil.rmtree(one)
    all_of_them = held(folder)
    old, kept = all_of_them[:-keep], all_of_them[-keep:]
    removed: list[Held] = []
    spared: list[Held] = []
    for generation in old:
        gone = not generation.kept and (dry_run or _remove(folder, generation.number))
        (removed if gone else spared).append(generation)
    freed = swept_bytes + sum(one.size_bytes for one in removed)
    return Pruned(tuple(removed), tuple(map(_read_meanwhile, spared)), tuple(kept), len(remains), freed, dry_run)


def _remove(folder: Path, number: int) -> bool:
    """False: somebody began to read it since it was looked at."""
    where = generation_folder(folder, number)
    out = where.with_name(f"{PRUNED}{where.name}")
    with nobody_reading(where) as free:
        if not free:
            return False
        try:
            where.rename(out)
        except PermissionError:  # Windows: a file of it is open
            return False
        sync(where.parent)
    shutil.rmtree(out)
    return True


def _read_meanwhile(one: Held) -> Held:
    return one if one.kept else replace(one, kept=(Kept.LEASED,))
