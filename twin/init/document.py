"""Writing campus.toml, with what is still to be answered as comments, and bringing the sources in."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Table

from twin.init.look import Delivery
from twin.readers import load_reader
from twin.readers.base import Inspection
from twin.settings import SCHEMA_VERSION

SOURCES: Final = "sources"


def bring(one: Delivery, folder: Path, *, link: bool) -> str:
    """Copy a source and its companions in (or refer to it where it is); returns the path for campus.toml.

    A 3D Tiles set may be tens of GB: it is never copied.
    """
    if link or one.is_tileset:
        return str(one.path.resolve())
    target = folder / SOURCES / one.home
    target.mkdir(parents=True, exist_ok=True)
    for path in (one.path, *load_reader(one.readers[0]).companions(one.path)):
        copy = target / path.name
        if not (copy.exists() and filecmp.cmp(path, copy)):  # another table of the file may have brought it
            shutil.copy2(path, copy)
    return f"{SOURCES}/{one.home}/{one.path.name}"


def compose(
    name: str,
    frame: tuple[str | None, str | None],
    told: tuple[str | None, str | None],
    todo: Sequence[str],
    sources: Sequence[tuple[str, Delivery, Inspection]],
) -> str:
    """The text of campus.toml. ``sources``: the path in campus.toml, the delivery that lies there, what it is."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Written by twin init; edit it. Every setting: docs/campus-toml.md"))
    document["schema_version"] = SCHEMA_VERSION
    title = tomlkit.inline_table()
    title.update({"zh": name, "en": name})
    document["name"] = title
    for key, value in zip(("crs", "vertical_datum"), frame, strict=True):
        if value is None:
            document.add(tomlkit.comment(f'{key} = "…"  # MISSING: no file says it, or several differ'))
        else:
            document[key] = value
    document["timezone"] = "Asia/Shanghai"
    for line in todo:
        document.add(_comment(f"todo: {line}"))
    entries, buildings, tilesets = tomlkit.aot(), tomlkit.aot(), tomlkit.aot()
    for path, one, seen in sources:
        if one.is_tileset:
            tilesets.append(_tileset(one, path))
            continue
        entries.append(_source(one, seen, path, told))
        if seen.buildings == 1:
            _add_building(one.key, buildings)
    if len(buildings):
        document["buildings"] = buildings
    document["sources"] = entries
    if len(tilesets):
        document["tilesets"] = tilesets
    return tomlkit.dumps(document)


def _comment(text: str) -> Any:
    """A comment on one line; file names may hold control characters, which TOML does not allow."""
    return tomlkit.comment("".join(one if one.isprintable() else " " for one in text))


def _tileset(one: Delivery, path: str) -> Table:
    title = tomlkit.inline_table()
    title.update({"zh": one.key, "en": one.key})
    entry = tomlkit.table()
    entry.update({"key": one.key, "path": path, "title": title, "visible": True})
    return entry


def _source(one: Delivery, seen: Inspection, path: str, told: tuple[str | None, str | None]) -> Table:
    crs, vertical_datum = told
    entry: dict[str, Any] = {"key": one.key, "path": path, "reader": one.readers[0]}
    if len(seen.layers) == 1:
        entry["layer"] = seen.layers[0]
    if seen.needs_crs and seen.crs is None and crs is not None and not seen.degrees:
        entry["crs"] = crs
    if seen.has_heights and seen.vertical_datum is None and vertical_datum is not None:
        entry["vertical_datum"] = vertical_datum
    table = tomlkit.table()
    table.update(entry)
    if seen.options:
        table["options"] = seen.options
    for note in seen.notes:
        table.add(_comment(note))
    return table


def _add_building(key: str, buildings: AoT) -> None:
    building = tomlkit.table()
    building.update({"code": key, "models": [key]})
    buildings.append(building)
