"""Recipes for campuses made of real public data: campus.toml and placement, no data.

``write(name, data, folder)`` writes ``folder``/campus.toml for the files in ``data`` (the folder that
``../shared/data/README.md`` describes). Sources stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import tomlkit

from geodata.real.composed import composed
from geodata.real.helsinki import helsinki
from geodata.real.pcert import pcert
from geodata.real.schutterwald import schutterwald
from geodata.real.smarthome import smarthome

RECIPES: Final[dict[str, Callable[[Path], dict[str, Any]]]] = {
    "pcert": pcert,
    "helsinki": helsinki,
    "schutterwald": schutterwald,
    "smarthome": smarthome,
    "composed": composed,
}


def write(name: str, data: Path, folder: Path) -> None:
    """Write the campus.toml of the recipe called ``name`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "campus.toml").write_text(tomlkit.dumps(RECIPES[name](data.resolve())), encoding="utf-8")
