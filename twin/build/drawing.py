"""The triangles of a finished generation, layer by layer, as its tiles show them nearest by: for pictures, models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import twin.build
import twin.mesh
from twin.build.exchange import meshing_of
from twin.model.mesh import MeshBatch
from twin.store.campus import Generation
from twin.tiles.plan import TileContent


def finest_meshes(generation: Generation) -> dict[str, list[MeshBatch]]:
    """layer_id -> batches in scene axes, in the order of ``generation``: what its tiles are made of, same colours.

    Of what stands in for something nearer by (shells, overviews) only the latter. What lies underground is in it. Read
    from the tables and grids of the generation; no source is opened. Raises GenerationDamagedError.
    """
    found: dict[str, list[MeshBatch]] = {one: [] for one in generation.layer_ids()}
    for content in _last_words(meshing_of(generation, generation.definitions).contents()):
        if len(content.batch.triangles):
            found[content.layer_id].append(content.batch)
    return {layer_id: batches for layer_id, batches in found.items() if batches}


def meshing_code() -> str:
    """A name for the code that makes triangles: it changes with each of its files, so that no old ones are taken."""
    said = blake2b(digest_size=8)
    for package in (twin.build, twin.mesh):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            said.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return said.hexdigest()


def _last_words(contents: Sequence[TileContent]) -> Iterator[TileContent]:
    for one in contents:
        if one.children:
            yield from _last_words(one.children)
        else:
            yield one
