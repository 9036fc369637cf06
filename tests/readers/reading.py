"""Reads a file with one reader in this process and hands back the report and the tables it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.feather
import shapely

from layers import registry
from twin.crs import CampusFrame
from twin.readers import load_reader
from twin.readers.base import ReadReport, Source
from twin.readers.options import check_options
from twin.readers.writer import BatchWriter

CAMPUS = CampusFrame("EPSG:4549", "EPSG:5737")


@dataclass
class Reading:
    report: ReadReport
    tables: dict[str, pd.DataFrame]

    def layer(self, layer_id: str, kind: str | None = None) -> pd.DataFrame:
        """Rows of one layer by feature id, geometry as shapely objects; NaN and None become None for text."""
        table = self.tables[f"layer.{layer_id}"]
        rows = table if kind is None else table[table["kind"] == kind]
        rows = rows.set_index("feature_id")
        return rows.assign(geometry=shapely.from_wkb(rows["geometry"].to_numpy()))

    def notes(self) -> str:
        return "\n".join(self.report.notes)


def read_with(
    reader: str,
    path: Path,
    folder: Path,
    *,
    crs: str | None = "EPSG:4549",
    vertical_datum: str | None = "EPSG:5737",
    campus: CampusFrame = CAMPUS,
    layer: str | None = None,
    key: str = "s",
    **options: Any,
) -> Reading:
    """``options`` are the source's options in campus.toml, checked as the reading process does. The report balances."""
    folder.mkdir(parents=True, exist_ok=True)
    source = Source(key, path, campus, layer=layer, crs=crs, vertical_datum=vertical_datum, options=options)
    out = BatchWriter(folder, source, reader, registry())
    check_options(source, reader, load_reader(reader).options)
    report = load_reader(reader).read(source, out)
    report.check()
    out.close()
    files = sorted(folder.glob("*.arrow"))
    return Reading(report, {one.stem: pyarrow.feather.read_table(one).to_pandas() for one in files})
