"""Attached 3D Tiles sets in a generation: where each stands in the scene. They stay where they lie; a list of their
files is kept, so that a server gives out these and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.build.batches import SourceBatch, Tileset
from twin.build.document import to_scene
from twin.build.globe import scene_to_globe
from twin.build.origin import Origin
from twin.errors import TilesetElsewhereError, TilesetUnplacedError
from twin.model.scene import TilesetSummary
from twin.settings import CampusSettings
from twin.store.tilesets import FOLDER

# a set whose box ends farther from all else is a mistake
FAR_M: Final = 20_000.0


def place_tilesets(
    folder: Path, batches: Sequence[SourceBatch], settings: CampusSettings, origin: Origin, drawn: NDArray[np.float64]
) -> dict[str, TilesetSummary]:
    """Place every set in the scene and list its files in ``folder``/tilesets. ``drawn`` (6,) in scene axes."""
    placed: dict[str, TilesetSummary] = {}
    for batch in batches:
        if batch.tileset is not None:
            placed[batch.key] = _place(batch, batch.tileset, settings, origin, drawn)
            (folder / FOLDER).mkdir(exist_ok=True)
            lines = "".join(f"{one}\n" for one in batch.tileset.files)
            (folder / FOLDER / f"{batch.key}.txt").write_text(lines, encoding="utf-8")
    return placed


def _place(
    batch: SourceBatch, tileset: Tileset, settings: CampusSettings, origin: Origin, drawn: NDArray[np.float64]
) -> TilesetSummary:
    matrix: NDArray[np.float64]
    if tileset.matrix is not None:
        matrix, residual = tileset.matrix.copy(), float(batch.georeference.get("residual_m", 0.0))
        matrix[:3, 3] -= np.array(origin)
    else:
        to_globe, residual = scene_to_globe(settings, origin, drawn, _lift_m(batch, tileset, settings))
        matrix = np.asarray(np.linalg.inv(to_globe), dtype=np.float64)
    corners = tileset.corners @ matrix[:3, :3].T + matrix[:3, 3]
    low, high = corners.min(axis=0), corners.max(axis=0)
    apart = float(np.hypot(*np.maximum(0.0, np.maximum(low[:2] - drawn[3:5], drawn[:2] - high[:2]))))
    if apart > FAR_M:
        raise TilesetElsewhereError(key=batch.key, distance_km=round(apart / 1000))
    return TilesetSummary(
        path=batch.path,
        root=tileset.root,
        files=len(tileset.files),
        bytes=tileset.bytes,
        matrix=tuple(float(one) for one in matrix.T.reshape(-1)),
        bbox=tuple(float(one) for one in (*(low + origin), *(high + origin))),  # type: ignore[arg-type]
        residual_m=residual,
    )


def _lift_m(batch: SourceBatch, tileset: Tileset, settings: CampusSettings) -> float:
    """What campus heights need to become the heights that the set counts from the ellipsoid."""
    if tileset.height_offset_m is not None:
        return -tileset.height_offset_m
    if settings.geoid_separation_m is None:
        raise TilesetUnplacedError(
            path=batch.path,
            key=batch.key,
            detail="its heights are above the ellipsoid and nothing says how far that is from the campus datum",
            detail_zh="它的高程从椭球面起算，而没有说明椭球面与园区高程基准相差多少",
            cure="height_offset_m (0 if its heights are datum heights after all), or geoid_separation_m for the campus",
        )
    return settings.geoid_separation_m


def scene_tilesets(settings: CampusSettings, placed: dict[str, TilesetSummary], origin: Origin) -> list[dict[str, Any]]:
    """The sets as scene.json lists them, in the order of campus.toml."""
    return [
        {
            "id": one.key,
            "title": one.title.model_dump() if one.title else {"zh": one.key, "en": one.key},
            "url": f"{FOLDER}/{one.key}/{placed[one.key].root}",
            "matrix": list(placed[one.key].matrix),
            "bbox": to_scene(placed[one.key].bbox, origin),
            "visible": one.visible,
            "opacity": one.opacity,
        }
        for one in settings.tilesets
        if one.key in placed
    ]
