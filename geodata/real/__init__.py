"""Recipes for campuses made of real public data: campus.toml and placement, no data.

``write(name, data, folder)`` writes ``folder``/campus.toml, and what small lists stand beside it, for the files in
``data`` (the folder that ``../shared/data/README.md`` describes). Sources stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import tomlkit

from geodata.real.composed import composed, composed_files
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
FILES: Final[dict[str, Callable[[Path], dict[str, str]]]] = {"composed": composed_files}


def write(name: str, data: Path, folder: Path) -> None:
    """Write the campus.toml of the recipe called ``name`` into ``folder``, and its own files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in FILES[name](data.resolve()).items() if name in FILES else ():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "campus.toml").write_text(tomlkit.dumps(RECIPES[name](data.resolve())), encoding="utf-8")
