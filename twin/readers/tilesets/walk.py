"""Everything a 3D Tiles set consists of: its documents, contents and the files these refer to.

No request leaves the server, so a reference that leaves the folder of the set is an error, not something to try.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from twin.errors import SourceMissingError, TilesetDamagedError, TilesetOutsideError, TilesetUnsupportedError
from twin.readers.tilesets.content import CONTENT_SUFFIXES, needs_of

VERSIONS: Final = frozenset({"0.0", "1.0", "1.1"})
DOCUMENT_BYTES: Final = 256 * 2**20
# extensions without which a set cannot be drawn, and that the viewer's loader knows
EXTENSIONS: Final = frozenset({"3DTILES_content_gltf"})

Json = dict[str, Any]


@dataclass(slots=True)
class TilesetFiles:
    """``root`` is the parsed root tile; the lists hold paths, each once, or (document, address as written)."""

    folder: Path
    root: Json
    documents: list[Path] = field(default_factory=list)
    contents: list[Path] = field(default_factory=list)
    beside: list[Path] = field(default_factory=list)  # pictures and buffers that contents refer to
    missing: list[tuple[Path, str]] = field(default_factory=list)
    strangers: list[tuple[Path, str]] = field(default_factory=list)  # contents of a kind the viewer cannot draw

    def names(self) -> list[str]:
        """Every file of the set, relative to its folder, sorted."""
        files = (*self.documents, *self.contents, *self.beside)
        return sorted({one.relative_to(self.folder).as_posix() for one in files})


def root_document(path: Path) -> Path:
    """The document that ``path`` (a set's folder or the document itself) stands for."""
    return path / "tileset.json" if path.is_dir() else path


def walk(path: Path) -> TilesetFiles:
    """Look through the set that starts with the document ``path``."""
    first = read_document(path)
    found = TilesetFiles(path.parent.resolve(), first["root"])
    path = found.folder / path.name
    queue, seen = [(path, first)], {path}
    while queue:
        document, data = queue.pop()
        found.documents.append(document)
        for uri in _addresses(document, data["root"]):
            target = inside(found.folder, document, uri)
            if target in seen:
                continue
            seen.add(target)
            if not target.is_file():
                found.missing.append((document, uri))
            elif target.suffix.lower() == ".json":
                queue.append((target, read_document(target)))
            elif target.suffix.lower() in CONTENT_SUFFIXES:
                found.contents.append(target)
                _look_into(found, target, seen)
            else:
                found.strangers.append((document, uri))
    return found


def _look_into(found: TilesetFiles, content: Path, seen: set[Path]) -> None:
    for uri in needs_of(content):
        target = inside(found.folder, content, uri)
        if target in seen:
            continue
        seen.add(target)
        if not target.is_file():
            raise SourceMissingError(path=target)
        found.beside.append(target)


def read_document(path: Path) -> Json:
    """A tileset document that has what the standard asks of it and nothing we cannot draw."""
    if not path.is_file():
        raise SourceMissingError(path=path)
    if path.stat().st_size > DOCUMENT_BYTES:
        raise TilesetDamagedError(path=path, detail=f"larger than {DOCUMENT_BYTES // 2**20} MB")
    try:
        data: Json = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as fault:
        raise TilesetDamagedError(path=path, detail=f"no JSON: {str(fault)[:120]}") from fault
    root, asset = (data.get("root"), data.get("asset")) if isinstance(data, dict) else (None, None)
    if not isinstance(root, dict) or not isinstance(asset, dict):
        raise TilesetDamagedError(path=path, detail="'asset' or 'root' is missing")
    if asset.get("version") not in VERSIONS:
        raise TilesetUnsupportedError(path=path, what=f"3D Tiles {asset.get('version')}")
    foreign = [one for one in data.get("extensionsRequired") or () if one not in EXTENSIONS]
    if foreign:
        raise TilesetUnsupportedError(path=path, what=", ".join(map(str, foreign)))
    return data


def _addresses(document: Path, root: Json) -> Iterator[str]:
    """What the tiles of a document refer to, as written."""
    queue = [root]
    while queue:
        tile = queue.pop()
        if not isinstance(tile, dict):
            raise TilesetDamagedError(path=document, detail="a tile is not an object")
        if "implicitTiling" in tile or "3DTILES_implicit_tiling" in (tile.get("extensions") or {}):
            raise TilesetUnsupportedError(path=document, what="implicit tiling")
        contents = [*(tile.get("contents") or ()), *([tile["content"]] if tile.get("content") else ())]
        if len(contents) > 1:
            raise TilesetUnsupportedError(path=document, what="several contents in one tile")
        for one in contents:
            uri = one.get("uri", one.get("url")) if isinstance(one, dict) else None  # url: before version 1.0
            if not isinstance(uri, str) or not uri:
                raise TilesetDamagedError(path=document, detail="a content without uri")
            yield uri
        queue.extend(tile.get("children") or ())


def inside(folder: Path, document: Path, uri: str) -> Path:
    """The file that ``uri`` in ``document`` means; raises when it lies outside ``folder``, by links too.

    Browsers take a backslash for a slash; so do we, and so does the check.
    """
    try:
        parts = urlsplit(uri.replace("\\", "/"))
        name = unquote(parts.path)
        stays = not parts.scheme and not parts.netloc and not name.startswith("/") and "\0" not in name
        target = (document.parent / name).resolve() if stays else folder
    except ValueError:
        stays, target = False, folder
    if not stays or not target.is_relative_to(folder) or target == folder:
        raise TilesetOutsideError(path=document, uri=uri[:200])
    return target
