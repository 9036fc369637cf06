"""Campuses that tests share: from the demo recipe and from the four recipes of real data.

Each process of a run has its own, to write in. Where ``ONCE`` is set (``./run test`` does so) each is built once in the
whole run, by whoever needs it first, and copied by the others; else once a process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from geodata.demo import supplement
from geodata.demo import write as write_demo
from geodata.real import write as write_real
from layers import registry
from tests.run import ONCE
from twin.build import build_campus

DELIVERED: Final = date(2026, 11, 20)  # the day around which the dates of its registers lie


def own_campus(name: str, folder: Path, build: Callable[[Path], None]) -> Path:
    """``folder``, which is new, with the campus ``name`` in it as ``build`` makes it."""
    if ONCE not in os.environ:
        build(folder)
        return folder
    shared = Path(os.environ[ONCE])
    built, unfinished = shared / name, shared / f"{name}.unfinished"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            shutil.rmtree(unfinished, ignore_errors=True)  # whoever was here before has failed
            build(unfinished)
            unfinished.rename(built)
    shutil.copytree(built, folder)
    return folder


def real_campus(name: str, data: Path, folder: Path) -> Path:
    """One of the recipes in ``geodata.real``, written and built."""

    def build(into: Path) -> None:
        write_real(name, data, into)
        build_campus(into, registry())

    return own_campus(name, folder, build)


def demo_campus(folder: Path) -> Path:
    """The demo campus, generated and built."""

    def build(into: Path) -> None:
        write_demo(into, today=DELIVERED)
        build_campus(into, registry())

    return own_campus("demo", folder, build)


def without_supplement(table: pa.Table) -> pa.Table:
    """A layer of the demo without its supplementary survey, whose pipes have known errors and reach no network."""
    return table.filter(pc.not_equal(table["source_key"], supplement.KEY))


def main() -> None:
    """Build what many tests share while types are checked, so that no test waits for it."""
    from tests.conftest import SHARED_DATA
    from tests.screens.themes_campus import themes_campus

    shared = Path(os.environ[ONCE])
    recipes = ("composed", "schutterwald", "helsinki") if SHARED_DATA.is_dir() else ()
    with tempfile.TemporaryDirectory(dir=shared) as own:
        demo_campus(Path(own) / "demo")
        for name in recipes:
            real_campus(name, SHARED_DATA, Path(own) / name)
        themes_campus(Path(own) / "themes")


if __name__ == "__main__":
    main()
