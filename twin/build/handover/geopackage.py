"""One GeoPackage with all layers and registers, for GDAL and QGIS (OGC 12-128r19).

A GeoPackage has x = east before y = north whatever axis order the CRS declares (its annex F), as our tables have: no
axis is swapped on the way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from twin.build.handover.tables import Written
from twin.crs import parse_crs, projjson, short_name
from twin.model.text import Title

FILE: Final = "campus.gpkg"
ROWS_AT_ONCE: Final = 50_000
_NOT_TOLD: Final = frozenset({"bbox"})  # GeoPackage has an index of its own


def write_geopackage(out: Path, tables: Sequence[Written], titles: dict[str, Title], crs: str) -> None:
    """``out / FILE`` from the tables that were written below ``out``, a piece of one table at a time."""
    parsed = parse_crs(crs)
    # by its code where it has one: GDAL then registers the official definition, with its axes
    named = short_name(parsed) if parsed is not None and parsed.to_authority() else json.dumps(projjson(crs))
    for one in tables:
        if one.kind == "beside":
            continue
        title = titles[one.name]
        said = {"IDENTIFIER": f"{title.zh} {title.en} ({one.name})", "DESCRIPTION": f"{title.zh} · {title.en}"}
        with pq.ParquetFile(out / one.file) as file:
            _write(out / FILE, one, file, named, said)


def _write(path: Path, table: Written, file: pq.ParquetFile, crs: str, said: dict[str, str]) -> None:
    columns = [name for name in table.columns if name not in _NOT_TOLD]
    place: dict[str, Any] = {}
    if "geometry" in columns:
        place = {"geometry_name": "geometry", "geometry_type": "Unknown", "crs": crs}
        said = {**said, "GEOMETRY_NAME": "geometry"}
    schema = _told(file.schema_arrow.empty_table().select(columns)).schema
    batches = file.iter_batches(ROWS_AT_ONCE, columns=columns)
    tables = [schema.empty_table()] if file.metadata.num_rows == 0 else (_told(pa.table(one)) for one in batches)
    for number, piece in enumerate(tables):
        pyogrio.write_arrow(
            piece,
            path,
            layer=table.name,
            driver="GPKG",
            append=number > 0,
            layer_options=said if number == 0 else None,
            **place,
        )


def _told(table: pa.Table) -> pa.Table:
    """Types that a GeoPackage has: no unsigned numbers."""
    for number, field in enumerate(table.schema):
        if pa.types.is_unsigned_integer(field.type):
            table = table.set_column(number, field.name, table[field.name].cast(pa.int64()))
    return table
