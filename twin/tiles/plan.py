"""What the build hands over, and what lands on disk: contents in a tree, GLBs and two tileset documents.

The tree is the tiling plan. The root draws all its children (ADD). A content with children is their stand-in from afar
and gives way to them (REPLACE): the coarse shell of a building, a terrain tile of the next coarser level, or one
overview of a pipe layer that saves dozens of draw calls.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from twin.model.mesh import MeshBatch
from twin.tiles.encoding import GlbJob, encode_each
from twin.tiles.glb import EncodedGlb
from twin.tiles.quantise import step_for
from twin.tiles.split import CELL_M, FeatureBoxes, Rows, partition, split_batch, split_rows
from twin.tiles.tileset import BoundingVolume, Content, Refine, Tile, TileSet, write_tileset

# so many chunks of one layer stay as they are; more get an overview in front of them
FEW_CHUNKS: Final = 4
_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\Z")


@dataclass(frozen=True, slots=True)
class TileContent:
    """One GLB to be and what replaces it nearer by.

    ``key`` names the file inside its layer and is unique there. ``properties`` has one row a feature of ``batch``
    (schema ``twin.tiles.metadata.TABLE``). ``geometric_error_m`` is how wrong this content is against its children,
    0 for the last word. A batch without triangles makes a tile without content.
    """

    key: str
    layer_id: str
    batch: MeshBatch
    properties: pa.Table
    normals: bool = False
    geometric_error_m: float = 0.0
    children: tuple[TileContent, ...] = ()


@dataclass(frozen=True, slots=True)
class Coarse:
    """How features look from afar: ``make`` gives rows of a batch with fewer triangles, off by ``error_m`` at most."""

    make: Callable[[Rows], MeshBatch]
    error_m: float


@dataclass(slots=True)
class TilesReport:
    """What was written. ``triangles`` a layer count the finest contents only, not the coarse ones before them.

    ``collapsed`` triangles a layer were smaller than the lattice step; ``vanished`` are the idx of features of which
    nothing else was left. ``step_m`` is the coarsest step among the finest contents of a layer.
    """

    triangles: Counter[str] = field(default_factory=Counter)
    collapsed: Counter[str] = field(default_factory=Counter)
    vanished: set[int] = field(default_factory=set)
    step_m: dict[str, float] = field(default_factory=dict)
    glbs: int = 0
    bytes: int = 0

    def count(self, content: TileContent, glb: EncodedGlb) -> None:
        """Add one encoded content."""
        self.glbs += bool(glb.data)
        self.bytes += len(glb.data)
        if not content.children:
            self.triangles[content.layer_id] += glb.triangles
            self.collapsed[content.layer_id] += glb.collapsed
            self.vanished.update(glb.vanished)
            self.step_m[content.layer_id] = max(self.step_m.get(content.layer_id, 0.0), glb.step_m)


def whole_contents(
    key: str, layer_id: str, batch: MeshBatch, properties: pa.Table, *, normals: bool = False
) -> tuple[TileContent, ...]:
    """A batch that belongs together (a building) as one content, or several above 60,000 features."""
    parts = split_batch(batch, properties)
    names = [key] if len(parts) == 1 else [f"{key}-{number}" for number in range(1, len(parts) + 1)]
    return tuple(
        TileContent(name, layer_id, part, rows, normals) for name, (part, rows) in zip(names, parts, strict=True)
    )


def chunked_contents(
    key: str,
    layer_id: str,
    batch: MeshBatch,
    properties: pa.Table,
    *,
    normals: bool = False,
    cell_m: float = CELL_M,
    coarse: Coarse | None = None,
) -> tuple[TileContent, ...]:
    """A batch of many small features over a wide area (pipes, surface) as chunks, behind an overview if they are many.

    The overview is one draw call from afar: the features as ``coarse`` makes them, else the same triangles; either way
    on a coarser lattice.
    """
    boxes = FeatureBoxes.of(batch)
    wholes = split_rows(boxes)
    if not wholes:
        return (TileContent(f"{key}-c1", layer_id, batch, properties, normals),) if batch.features else ()
    cells = [split_rows(boxes, max_extent_m=cell_m, rows=rows) for rows in wholes]
    parts = iter(partition(batch, properties, [rows for chunks in cells for rows in chunks]))
    contents: list[TileContent] = []
    for number, (rows, own) in enumerate(zip(wholes, cells, strict=True), start=1):
        name = key if len(wholes) == 1 else f"{key}-{number}"
        chunks = tuple(
            TileContent(f"{name}-c{n}", layer_id, *part, normals)
            for n, part in enumerate(islice(parts, len(own)), start=1)
        )
        if len(chunks) <= FEW_CHUNKS:
            contents += chunks
        else:
            contents.append(_overview(name, layer_id, batch, properties, rows, normals, coarse, chunks))
    return tuple(contents)


def _overview(
    name: str,
    layer_id: str,
    batch: MeshBatch,
    properties: pa.Table,
    rows: Rows,
    normals: bool,
    coarse: Coarse | None,
    chunks: tuple[TileContent, ...],
) -> TileContent:
    """All of ``rows`` in one content, in front of their ``chunks``."""
    if coarse is None:
        others = np.setdiff1d(np.arange(batch.features), rows)
        seen, table = partition(batch, properties, [rows, others])[0] if len(others) else (batch, properties)
    else:
        seen, table = coarse.make(rows), properties.take(pa.array(rows))
    low, high = seen.bounds()
    error_m = max(step_for(low, high) * math.sqrt(3) / 2, coarse.error_m if coarse else 0.0)
    return TileContent(name, layer_id, seen, table, normals, round(error_m, 4), chunks)


def write_tiles(
    folder: Path,
    contents: Sequence[TileContent],
    *,
    ecef: Sequence[float] | None = None,
    masked: Collection[str] = (),
    face_normals: bool = False,
    compress: bool = True,
    extras: dict[str, Any] | None = None,
) -> TilesReport:
    """Write ``folder``/tileset.json (scene axes), ecef.json (``ecef``: column-major 4x4 scene -> ECEF) and the GLBs.

    The same input gives the same bytes. ecef.json does not name the contents of ``masked`` layers. For exchange with
    runtimes that shade by normals or lack the decoder, set ``face_normals`` and clear ``compress``; ``extras`` go into
    the documents. Raises ValueError for a key used twice or an error that grows downwards.
    """
    report = TilesReport()
    layers = tuple(dict.fromkeys(one.layer_id for one in _flat(contents)))
    _check(contents)
    jobs = [
        GlbJob(one.batch, one.properties, one.layer_id, one.normals or face_normals, compress)
        for one in _flat(contents)
    ]
    writer = _Writer(folder, layers, report, encode_each(jobs))
    tiles = tuple(tile for content in contents if (tile := writer.write(content)))
    box = BoundingVolume.union([tile.bounding_volume for tile in tiles] or [BoundingVolume((0, 0, 0), (1, 1, 1))])
    # without any content of its own the root is wrong by the whole scene, so that it is always refined
    error = round(max([box.diagonal_m, *(tile.geometric_error for tile in tiles)]), 3)
    write_tileset(
        folder, TileSet(Tile(box, error, Refine.ADD, None, tiles), error, layers, extras), ecef=ecef, masked=masked
    )
    return report


def _flat(contents: Sequence[TileContent]) -> Iterator[TileContent]:
    """Every content, each before those that replace it."""
    for one in contents:
        yield one
        yield from _flat(one.children)


def _check(contents: Sequence[TileContent]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in _flat(contents):
        if (one.layer_id, one.key) in seen:
            raise ValueError(f"two contents of layer {one.layer_id} have the key {one.key}")
        seen.add((one.layer_id, one.key))
        for child in one.children:
            if child.geometric_error_m > one.geometric_error_m:
                raise ValueError(f"{child.key} has a larger geometric error than {one.key}, which it replaces")


@dataclass(frozen=True, slots=True)
class _Writer:
    folder: Path
    layers: tuple[str, ...]
    report: TilesReport
    encoded: Iterator[EncodedGlb]  # of all contents, in the order of ``_flat``

    def write(self, content: TileContent) -> Tile | None:
        """Write the GLBs of ``content`` and below; None if there is nothing to draw."""
        glb = next(self.encoded)
        self.report.count(content, glb)
        children = tuple(tile for child in content.children if (tile := self.write(child)))
        volumes = [child.bounding_volume for child in children]
        own: Content | None = None
        if glb.data:
            # a flat content still gets a box with some thickness
            box = BoundingVolume.around(glb.bounds, glb.step_m)
            own = Content(self._save(content, glb.data), box, self.layers.index(content.layer_id))
            volumes.append(box)
        if not volumes:
            return None
        return Tile(BoundingVolume.union(volumes), content.geometric_error_m, Refine.REPLACE, own, children)

    def _save(self, content: TileContent, data: bytes) -> str:
        """The uri of the file, relative to the tileset documents."""
        name = content.key
        if not _FILE_NAME.match(name):
            name = "x" + hashlib.blake2b(name.encode(), digest_size=10).hexdigest()
        path = self.folder / content.layer_id / f"{name}.glb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return f"{content.layer_id}/{name}.glb"
