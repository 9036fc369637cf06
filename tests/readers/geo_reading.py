"""Run one reader on one file as a build would, without the child process, and look at what it wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.feather
import shapely
from numpy.typing import NDArray

from layers import registry
from twin.crs import CampusFrame
from twin.readers import load_reader
from twin.readers.base import ReadReport, Source
from twin.readers.options import check_options
from twin.readers.writer import BatchWriter

LOCAL = CampusFrame("local", "local")
UBC = CampusFrame("EPSG:32610", "local")


@dataclass(frozen=True, slots=True)
class Result:
    """``report`` has been checked; the rest is read back from the folder."""

    report: ReadReport
    folder: Path

    def rows(self, layer: str) -> list[dict[str, Any]]:
        """Rows of one layer, attributes parsed."""
        file = self.folder / f"layer.{layer}.arrow"
        rows: list[dict[str, Any]] = pyarrow.feather.read_table(file).to_pylist() if file.is_file() else []
        for row in rows:
            row["attributes"] = json.loads(row["attributes"]) if row["attributes"] else {}
        return rows

    def shapes(self, layer: str) -> NDArray[np.object_]:
        return np.asarray(shapely.from_wkb([row["geometry"] for row in self.rows(layer)]), dtype=object)

    def table(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pyarrow.feather.read_table(self.folder / f"table.{name}.arrow").to_pylist()
        return rows

    def rasters(self) -> list[tuple[NDArray[Any], list[float]]]:
        index = json.loads((self.folder / "index.json").read_text())
        return [(np.load(self.folder / one["file"]), one["transform"]) for one in index["rasters"]]


def run_reader(name: str, path: Path, folder: Path, campus: CampusFrame = LOCAL, **source: Any) -> Result:
    """Read ``path`` with the reader called ``name`` into ``folder``; ``source`` are further fields of Source."""
    folder.mkdir(parents=True, exist_ok=True)
    entry = Source(key="k", path=path, campus=campus, **source)
    out = BatchWriter(folder, entry, name, registry())
    check_options(entry, name, load_reader(name).options)
    report = load_reader(name).read(entry, out)
    out.close()
    report.check()
    return Result(report, folder)
