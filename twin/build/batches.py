"""What one reader produced, read back: tables by layer, auxiliary rows, registers, rasters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
from numpy.typing import NDArray

from twin.errors import TwinError
from twin.model.raster import Raster
from twin.model.scene import SourceSummary
from twin.readers.writer import TILESET_FILES


@dataclass(frozen=True, slots=True)
class Tileset:
    """An attached 3D Tiles set as its reader found it.

    ``matrix`` (4, 4) takes it to the campus CRS; None: it is geocentric. ``corners`` (8, 3) hold it, in its own
    coordinates. ``files`` are relative to the folder of ``root``, its first document.
    """

    root: str
    matrix: NDArray[np.float64] | None
    corners: NDArray[np.float64]
    height_offset_m: float | None
    bytes: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """One source's output and how it fared."""

    key: str
    path: str
    reader: str
    content_hash: str
    report: dict[str, Any]
    layers: dict[str, pa.Table] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    registers: dict[str, pa.Table] = field(default_factory=dict)
    rasters: tuple[Raster, ...] = ()
    tileset: Tileset | None = None
    georeference: dict[str, Any] = field(default_factory=dict)
    fault: TwinError | None = None

    @property
    def unplaced(self) -> bool:
        return self.georeference.get("method") == "unplaced"

    def summary(self, meshed: int) -> SourceSummary:
        """As the manifest keeps it; ``meshed`` things have triangles, unless the reader counted them itself."""
        report = self.report
        return SourceSummary(
            key=self.key,
            path=self.path,
            reader=self.reader,
            layers=(*self.layers, *self.registers),
            found=report["found"],
            kept=report["kept"],
            meshed=report["meshed"] or meshed,
            skipped=report["skipped"],
            content_hash=self.content_hash,
            georeference=self.georeference,
            notes=tuple(report["notes"]),
            error=str(self.fault) if self.fault else None,
        )


def load_batch(
    folder: Path, key: str, path: str, reader: str, content_hash: str, report: dict[str, Any]
) -> SourceBatch:
    """Read what ``BatchWriter.close`` wrote into ``folder``."""
    parts: dict[str, dict[str, pa.Table]] = {"layer": {}, "table": {}, "register": {}}
    for file in sorted(folder.glob("*.arrow")):
        group, _, name = file.stem.partition(".")
        parts[group][name] = pyarrow.feather.read_table(file)
    index = json.loads((folder / "index.json").read_text())
    rasters = tuple(
        Raster(key, one["layer_id"], one["name"], np.load(folder / one["file"]), tuple(one["transform"]))
        for one in index["rasters"]
    )
    return SourceBatch(
        key=key,
        path=path,
        reader=reader,
        content_hash=content_hash,
        report=report,
        layers=parts["layer"],
        tables=parts["table"],
        registers=parts["register"],
        rasters=rasters,
        tileset=_tileset(folder, index["tileset"]) if index["tileset"] else None,
        georeference=index["georeference"],
    )


def _tileset(folder: Path, said: dict[str, Any]) -> Tileset:
    files = tuple((folder / TILESET_FILES).read_text(encoding="utf-8").splitlines())
    matrix = None if said["matrix"] is None else np.array(said["matrix"])
    return Tileset(**{**said, "matrix": matrix, "corners": np.array(said["corners"])}, files=files)
