"""A generation out of tables in memory, for rules that are asked one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
import rasterio

from twin.analysis.quality import CHECKS
from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.model.tables import AUXILIARY
from twin.model.text import Title
from twin.store.campus import Generation


@dataclass
class TablesOnly:
    """What a Subject asks of a generation."""

    tables: Mapping[str, pa.Table]
    folder: Path
    crs: str = "EPSG:4549"
    sources: tuple[Any, ...] = ()
    auxiliaries: dict[str, pa.Table] = field(default_factory=dict)

    @property
    def manifest(self) -> Any:
        return SimpleNamespace(crs=self.crs, sources=self.sources, inputs_hash="0", generation=1)

    @property
    def number(self) -> int:
        return 1

    @property
    def definitions(self) -> dict[str, Any]:
        return {one: SimpleNamespace(title=Title(one, one)) for one in self.tables}

    def layer_ids(self) -> list[str]:
        return list(self.tables)

    def table(self, layer_id: str) -> pa.Table:
        return self.tables[layer_id]

    def auxiliary(self, name: str) -> pa.Table:
        return self.auxiliaries.get(name, AUXILIARY[name].empty_table())


def generation_of(folder: Path, tables: Mapping[str, pa.Table], **more: Any) -> Generation:
    """``folder`` may hold ``rasters/*.tif`` (``write_ground``)."""
    return cast("Generation", TablesOnly(tables, folder, **more))


def asked(rule: str, folder: Path, tables: Mapping[str, pa.Table], **more: Any) -> list[Found]:
    """What one rule finds."""
    return list(CHECKS[rule](Subject(generation_of(folder, tables, **more))))


def ids(found: Iterable[Found], table: pa.Table) -> list[str]:
    """The things that are reported, those in whose place it is reported."""
    names = table["feature_id"].to_pylist()
    return [names[one.rows[0]] for one in found]


def write_ground(folder: Path, heights: np.ndarray[Any, Any], cell_m: float = 1.0, west: float = 0.0) -> Path:
    """An elevation grid as a build writes it; its south-west corner at (west, 0)."""
    rasters = folder / "rasters"
    rasters.mkdir(parents=True, exist_ok=True)
    rows, columns = heights.shape
    transform = rasterio.transform.from_origin(west, rows * cell_m, cell_m, cell_m)
    with rasterio.open(
        rasters / "0.tif", "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32",
        transform=transform, nodata=float("nan"),
    ) as file:  # fmt: skip
        file.write(heights.astype(np.float32), 1)
        file.update_tags(number="0", source_key="dem", layer_id="terrain", name="dem")
    return folder
