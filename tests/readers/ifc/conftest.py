"""Reading a model once a session, and what came out as Arrow tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pytest
from numpy.typing import NDArray

import layers
from twin.crs import CampusFrame
from twin.readers.base import ReadReport, Source
from twin.readers.ifc import IfcReader
from twin.readers.writer import BatchWriter

LOCAL = CampusFrame("local", "local")


@dataclass(frozen=True)
class Outcome:
    """One reading: its report, its tables by name (``elements``, ``properties`` …) and where it was placed."""

    report: ReadReport
    tables: dict[str, pa.Table]
    georeference: dict[str, Any]

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tables[table].to_pylist() if table in self.tables else []
        return found

    def by_global_id(self, table: str) -> dict[str, dict[str, Any]]:
        return {row["global_id"]: row for row in self.rows(table)}

    def bodies(self) -> dict[str, NDArray[np.float64]]:
        """Corners (m, 3, 3) of every triangle in campus coordinates, by feature id."""
        meshes = {
            row["mesh_id"]: (np.reshape(row["positions"], (-1, 3)), np.reshape(row["indices"], (-1, 3)))
            for row in self.rows("meshes")
        }
        out = {}
        for row in self.rows("instances"):
            positions, triangles = meshes[row["mesh_id"]]
            matrix = np.reshape(row["matrix"], (3, 4))
            out[row["feature_id"]] = (positions @ matrix[:, :3].T + matrix[:, 3])[triangles]
        return out


def read_ifc(path: Path, folder: Path, campus: CampusFrame = LOCAL, **options: Any) -> Outcome:
    """Read ``path`` as the build does: through a writer on disk, with the registry's layers."""
    folder.mkdir(parents=True, exist_ok=True)
    source = Source("k", path, campus, **options)
    out = BatchWriter(folder, source, "ifc", layers.registry())
    report = IfcReader().read(source, out)
    report.check()
    out.close()
    tables = {one.name.split(".")[1]: pyarrow.feather.read_table(one) for one in sorted(folder.glob("*.arrow"))}
    return Outcome(report, tables, json.loads((folder / "index.json").read_text())["georeference"])


@pytest.fixture(scope="session")
def ifc_read(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Outcome]:
    """``read_ifc`` with a memory: the same file with the same options is read once a session."""
    known: dict[tuple[Path, str], Outcome] = {}

    def read(path: Path, **options: Any) -> Outcome:
        key = (path, repr(sorted(options.items())))
        if key not in known:
            known[key] = read_ifc(path, tmp_path_factory.mktemp("ifc"), **options)
        return known[key]

    return read


@pytest.fixture
def duplex(ifc_read: Callable[..., Outcome], shared_data: Path) -> Outcome:
    return ifc_read(shared_data / "ifc/duplex/Duplex_A_20110907.ifc")
