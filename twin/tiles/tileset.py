"""3D Tiles 1.1 in its own words: TileSet, Tile, BoundingVolume, Content (OGC 22-025r4).

Explicit tiling only. Axes are those of the tileset: scene axes, or after ``Tile.transform`` those of its parent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

VERSION: Final = "1.1"
SCHEMA_ID: Final = "campus_twin"
SCENE_DOCUMENT: Final = "tileset.json"
GLOBE_DOCUMENT: Final = "ecef.json"

Json = dict[str, Any]


class Refine(StrEnum):
    """ADD: children are drawn besides their parent; REPLACE: instead of it."""

    ADD = "ADD"
    REPLACE = "REPLACE"


@dataclass(frozen=True, slots=True)
class BoundingVolume:
    """An axis-aligned box, metres: ``low`` and ``high`` corner."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @staticmethod
    def around(bounds: NDArray[np.float64], margin_m: float = 0.0) -> BoundingVolume:
        """The box of ``bounds`` (2, 3), wider by ``margin_m`` on every side and out to the next whole millimetre."""
        low = np.floor((bounds[0] - margin_m) * 1000 - 1e-6) / 1000
        high = np.ceil((bounds[1] + margin_m) * 1000 + 1e-6) / 1000
        return BoundingVolume(_triple(low), _triple(high))

    @staticmethod
    def union(volumes: Sequence[BoundingVolume]) -> BoundingVolume:
        """The smallest box that holds all ``volumes``."""
        low = np.min([one.low for one in volumes], axis=0)
        high = np.max([one.high for one in volumes], axis=0)
        return BoundingVolume(_triple(low), _triple(high))

    @property
    def diagonal_m(self) -> float:
        return float(np.linalg.norm(np.subtract(self.high, self.low)))

    def holds(self, other: BoundingVolume) -> bool:
        """Whether ``other`` lies inside."""
        return all(a <= b for a, b in zip(self.low, other.low, strict=True)) and all(
            a >= b for a, b in zip(self.high, other.high, strict=True)
        )

    def to_dict(self) -> Json:
        """``box``: centre, then the half axes x, y, z."""
        centre = [round((a + b) / 2, 4) for a, b in zip(self.low, self.high, strict=True)]
        half = [round((b - a) / 2, 4) for a, b in zip(self.low, self.high, strict=True)]
        return {"box": [*centre, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]}


def _triple(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


@dataclass(frozen=True, slots=True)
class Content:
    """``group`` is a place in ``TileSet.layers``."""

    uri: str
    bounding_volume: BoundingVolume
    group: int

    def to_dict(self) -> Json:
        return {"uri": self.uri, "boundingVolume": self.bounding_volume.to_dict(), "group": self.group}


@dataclass(frozen=True, slots=True)
class Tile:
    """``geometric_error`` metres: how wrong the picture is while this tile is drawn and its children are not."""

    bounding_volume: BoundingVolume
    geometric_error: float
    refine: Refine
    content: Content | None = None
    children: tuple[Tile, ...] = ()
    transform: tuple[float, ...] | None = None  # column-major 4x4

    def to_dict(self) -> Json:
        tile: Json = {
            "boundingVolume": self.bounding_volume.to_dict(),
            "geometricError": self.geometric_error,
            "refine": str(self.refine),
        }
        if self.transform is not None:
            tile["transform"] = list(self.transform)
        if self.content is not None:
            tile["content"] = self.content.to_dict()
        if self.children:
            tile["children"] = [child.to_dict() for child in self.children]
        return tile


@dataclass(frozen=True, slots=True)
class TileSet:
    """``layers`` are the groups: one a layer, in the order that ``Content.group`` counts."""

    root: Tile
    geometric_error: float
    layers: tuple[str, ...]
    extras: Json | None = None  # what a stranger should know, kept in the asset

    def to_dict(self) -> Json:
        asset: Json = {"version": VERSION} | ({"extras": self.extras} if self.extras else {})
        tileset: Json = {"asset": asset, "geometricError": self.geometric_error}
        if self.layers:
            layer_id = {"type": "STRING", "required": True}
            tileset["schema"] = {"id": SCHEMA_ID, "classes": {"layer": {"properties": {"layer_id": layer_id}}}}
            tileset["groups"] = [{"class": "layer", "properties": {"layer_id": one}} for one in self.layers]
        return tileset | {"root": self.root.to_dict()}

    def without(self, layers: Collection[str]) -> TileSet:
        """The same without the contents of ``layers``; the boxes no longer speak of them either."""
        left = [number for number, one in enumerate(self.layers) if one not in layers]
        if len(left) == len(self.layers):
            return self
        place = {number: new for new, number in enumerate(left)}
        tiles = tuple(kept for tile in self.root.children if (kept := _kept(tile, place)))
        box = BoundingVolume.union([tile.bounding_volume for tile in tiles] or [self.root.bounding_volume])
        root = replace(self.root, children=tiles, bounding_volume=box)
        return replace(self, root=root, layers=tuple(self.layers[number] for number in left))


def _kept(tile: Tile, place: Mapping[int, int]) -> Tile | None:
    """``tile`` with the contents whose group has a new ``place``; None if none of them has."""
    children = tuple(kept for child in tile.children if (kept := _kept(child, place)))
    shown = tile.content is not None and tile.content.group in place
    content = replace(tile.content, group=place[tile.content.group]) if tile.content and shown else None
    volumes = [child.bounding_volume for child in children] + ([content.bounding_volume] if content else [])
    if not volumes:
        return None
    return replace(tile, content=content, children=children, bounding_volume=BoundingVolume.union(volumes))


def write_tileset(
    folder: Path, tileset: TileSet, *, ecef: Sequence[float] | None = None, masked: Collection[str] = ()
) -> None:
    """Write ``tileset`` as tileset.json in scene axes and, given the column-major 4x4 scene -> ECEF, as ecef.json.

    The two differ in the matrix of the root, and in the ``masked`` layers, which ecef.json does not name.
    """
    documents = {SCENE_DOCUMENT: tileset}
    if ecef is not None:
        globe = tileset.without(masked)
        documents[GLOBE_DOCUMENT] = replace(globe, root=replace(globe.root, transform=_matrix(ecef)))
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        text = json.dumps(document.to_dict(), ensure_ascii=False, separators=(",", ":"))
        (folder / name).write_text(text, encoding="utf-8")


def _matrix(values: Sequence[float]) -> tuple[float, ...]:
    matrix = tuple(float(one) for one in values)
    if len(matrix) != 16:
        raise ValueError(f"the ECEF matrix has {len(matrix)} numbers, not 16")
    return matrix
