"""``twin init``: look at what was delivered, say what each file is and what is missing, write campus.toml.

Nothing is guessed. A file that nobody or more than one reader claims, a CRS or datum that no file states, a model
without a place: all of that is listed, and what a person must still write stands in campus.toml as a comment.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Table

from twin.crs import require_projected_metres
from twin.errors import AlreadyInitialisedError, SourceMissingError, TwinError
from twin.model.identity import slug
from twin.readers import claims, load_reader
from twin.readers.base import Inspection
from twin.readers.sandbox import Worker
from twin.settings import FILE_NAME, SCHEMA_VERSION, TILESET_READER, Limits

SOURCES: Final = "sources"


@dataclass(slots=True)
class Delivery:
    """One delivered file: what it is, or why it was left out."""

    path: Path
    readers: list[str] = field(default_factory=list)
    inspection: Inspection | None = None
    key: str = ""
    problem: str | None = None

    @property
    def taken(self) -> bool:
        return self.inspection is not None and self.problem is None


@dataclass(slots=True)
class InitReport:
    """``missing`` holds one line for everything a person must still answer."""

    folder: Path
    deliveries: list[Delivery]
    crs: str | None
    vertical_datum: str | None
    missing: list[str]


def init_campus(
    folder: Path,
    files: Sequence[Path],
    *,
    crs: str | None = None,
    vertical_datum: str | None = None,
    name: str | None = None,
    link: bool = False,
) -> InitReport:
    """Write ``folder``/campus.toml for ``files`` (files or folders) and copy the sources in, unless ``link``."""
    if (folder / FILE_NAME).exists():
        raise AlreadyInitialisedError(path=folder)
    if crs is not None:
        require_projected_metres(crs, "--crs")
    deliveries = _look(files)
    report = InitReport(folder, deliveries, *_frame(deliveries, crs, vertical_datum), [])
    report.missing = _missing(report, crs, vertical_datum)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {id(one): _bring(one, folder, link) for one in deliveries if one.taken}
    document = _document(report, paths, name or folder.resolve().name, crs, vertical_datum)
    (folder / FILE_NAME).write_text(tomlkit.dumps(document), encoding="utf-8")
    return report


# --- looking -------------------------------------------------------------------------------------------


def _look(files: Sequence[Path]) -> list[Delivery]:
    found = [Delivery(path) for path in _walk(files)]
    for one in found:
        one.readers = claims(one.path)
    belonging = {
        companion.resolve()
        for one in found
        if len(one.readers) == 1
        for companion in load_reader(one.readers[0]).companions(one.path)
    }
    found = [one for one in found if one.path.resolve() not in belonging]
    with Worker(Limits().model_dump()) as worker:
        for one in found:
            _inspect(one, worker)
    _name_keys(found)
    return found


def _walk(files: Iterable[Path]) -> list[Path]:
    paths: list[Path] = []
    for one in files:
        if one.is_dir():
            paths.extend(_files_below(one))
        elif one.exists():
            paths.append(one)
        else:
            raise SourceMissingError(path=one)
    return paths


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file that is not hidden; a folder with a tileset.json is one 3D Tiles set, not its thousand files."""
    if (folder / "tileset.json").is_file():
        yield folder / "tileset.json"
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files_below(path)
        elif path.is_file():
            yield path


def _inspect(one: Delivery, worker: Worker) -> None:
    if not one.readers:
        one.problem = "no reader takes it"
    elif len(one.readers) > 1:
        one.problem = f"claimed by {', '.join(one.readers)}: add it to campus.toml with the reader you mean"
    else:
        try:
            one.inspection = worker.inspect(one.readers[0], one.path)
        except TwinError as fault:
            one.problem = str(fault)


def _name_keys(found: Sequence[Delivery]) -> None:
    used: set[str] = set()
    for one in found:
        stem = (
            slug(one.path.parent.resolve().name if _is_tileset(one) else one.path.stem)
            .replace("%", "")
            .replace(".", "-")
            .replace("$", "-")[:32]
            or "source"
        )
        key, n = stem, 1
        while key in used:
            n += 1
            key = f"{stem}-{n}"
        used.add(key)
        one.key = key


# --- what the campus counts in -------------------------------------------------------------------------


def _frame(
    deliveries: Sequence[Delivery], crs: str | None, vertical_datum: str | None
) -> tuple[str | None, str | None]:
    """The campus CRS and datum: as told, else the only one that the files declare."""
    seen = [one.inspection for one in deliveries if one.inspection is not None and one.problem is None]
    metric = {one.crs for one in seen if one.crs is not None and _is_metric(one.crs)}
    datums = {one.vertical_datum for one in seen if one.vertical_datum is not None}
    return (
        crs or (metric.pop() if len(metric) == 1 else None),
        vertical_datum or (datums.pop() if len(datums) == 1 else None),
    )


def _is_metric(crs: str) -> bool:
    try:
        require_projected_metres(crs, "")
    except TwinError:
        return False
    return True


def _missing(report: InitReport, crs: str | None, vertical_datum: str | None) -> list[str]:
    lines: list[str] = []
    if report.crs is None:
        lines.append("campus CRS: the files declare none, or several; answer with --crs or crs = … in campus.toml")
    if report.vertical_datum is None:
        lines.append("vertical datum: answer with --vertical-datum or vertical_datum = … in campus.toml")
    for one in report.deliveries:
        if one.inspection is None or one.problem is not None:
            continue
        seen = one.inspection
        if _is_tileset(one):
            if seen.unplaced:
                lines.append(
                    f"{one.path}: not in geocentric coordinates (crs = … or placement = … for tileset {one.key})"
                )
            continue
        if not seen.layers and seen.needs_layer:
            lines.append(f"{one.path.name}: say which layer it feeds (layer = … for source {one.key})")
        if seen.needs_crs and seen.crs is None and (crs is None or seen.degrees):
            lines.append(f"{one.path.name}: does not say its CRS (crs = … for source {one.key}, or --crs)")
        if seen.has_heights and seen.vertical_datum is None and vertical_datum is None:
            lines.append(f"{one.path.name}: does not say its vertical datum (vertical_datum = … for source {one.key})")
        if seen.unplaced:
            lines.append(f"{one.path.name}: unplaced, stands at the site origin until source {one.key} has a placement")
    return lines


# --- writing -------------------------------------------------------------------------------------------


def _bring(one: Delivery, folder: Path, link: bool) -> str:
    """Copy a source and its companions in (or refer to it where it is); returns the path for campus.toml.

    A 3D Tiles set may be tens of GB: it is never copied.
    """
    if link or _is_tileset(one):
        return str(one.path.resolve())
    target = folder / SOURCES / one.key
    target.mkdir(parents=True, exist_ok=True)
    for path in (one.path, *load_reader(one.readers[0]).companions(one.path)):
        shutil.copy2(path, target / path.name)
    return f"{SOURCES}/{one.key}/{one.path.name}"


def _document(
    report: InitReport, paths: dict[int, str], name: str, crs: str | None, vertical_datum: str | None
) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    document.add(tomlkit.comment("Written by twin init; edit it. Every setting: docs/campus-toml.md"))
    document["schema_version"] = SCHEMA_VERSION
    title = tomlkit.inline_table()
    title.update({"zh": name, "en": name})
    document["name"] = title
    for key, value in (("crs", report.crs), ("vertical_datum", report.vertical_datum)):
        if value is None:
            document.add(tomlkit.comment(f'{key} = "…"  # MISSING: no file says it, or several differ'))
        else:
            document[key] = value
    document["timezone"] = "Asia/Shanghai"
    for line in [*report.missing, *(f"{one.path}: {one.problem}" for one in report.deliveries if one.problem)]:
        document.add(tomlkit.comment(f"todo: {line}".replace("\n", " ")))
    buildings, sources, tilesets = tomlkit.aot(), tomlkit.aot(), tomlkit.aot()
    for one in report.deliveries:
        if one.taken and _is_tileset(one):
            tilesets.append(_tileset_entry(one, paths[id(one)]))
        elif one.taken:
            _add_source(one, paths[id(one)], crs, vertical_datum, sources, buildings)
    if len(buildings):
        document["buildings"] = buildings
    document["sources"] = sources
    if len(tilesets):
        document["tilesets"] = tilesets
    return document


def _is_tileset(one: Delivery) -> bool:
    return one.readers == [TILESET_READER]


def _tileset_entry(one: Delivery, path: str) -> Table:
    entry = tomlkit.table()
    title = tomlkit.inline_table()
    title.update({"zh": one.key, "en": one.key})
    entry.update({"key": one.key, "path": path, "title": title, "visible": True})
    return entry


def _add_source(
    one: Delivery, path: str, crs: str | None, vertical_datum: str | None, sources: AoT, buildings: AoT
) -> None:
    seen = one.inspection
    assert seen is not None
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
        table.add(tomlkit.comment(note.replace("\n", " ")))
    sources.append(table)
    if seen.buildings == 1:
        building = tomlkit.table()
        building.update({"code": one.key, "models": [one.key]})
        buildings.append(building)
