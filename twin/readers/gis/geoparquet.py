"""GeoParquet 1.0/1.1/2.0 (WKB and native GeoArrow encodings) and Parquet's own GEOMETRY type.

CRS: PROJJSON in the ``geo`` metadata; a missing one means OGC:CRS84, ``null`` means undeclared
(https://geoparquet.org/releases/v1.1.0). Parquet's GEOMETRY names it in the logical type: empty for OGC:CRS84,
``srid:n`` (read as EPSG), ``projjson:key`` for a PROJJSON text in the file's metadata.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.declared import datum_of, declared_name
from twin.readers.faults import one_line, reading
from twin.readers.gis.guess import inspection_of
from twin.readers.gis.records import RECORD_OPTIONS, Records, write_records
from twin.readers.options import Options
from twin.readers.writer import BatchWriter

Geometries = NDArray[np.object_]

_CRS84: Final = "OGC:CRS84"
_NATIVE: Final = {
    "point": (shapely.GeometryType.POINT, 0),
    "linestring": (shapely.GeometryType.LINESTRING, 1),
    "polygon": (shapely.GeometryType.POLYGON, 2),
    "multipoint": (shapely.GeometryType.MULTIPOINT, 1),
    "multilinestring": (shapely.GeometryType.MULTILINESTRING, 2),
    "multipolygon": (shapely.GeometryType.MULTIPOLYGON, 3),
}


class GeoParquetReader:
    """One Parquet file with a geometry column -> features of one layer."""

    name: ClassVar[str] = "geoparquet"
    version: ClassVar[int] = 4
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".geoparquet")
    options: ClassVar[Options] = RECORD_OPTIONS

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and sniff.head(path, 4) == b"PAR1"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002
        return []

    def inspect(self, path: Path) -> Inspection:
        with reading(path, pa.ArrowException) as notes:
            file = pq.ParquetFile(path)
            column = _geometry_column(file, path)
            records = _records(file, column, path, row_groups=[0] if file.num_row_groups else [])
            count = file.metadata.num_rows
        crs = None if records.crs is None else declared_name(records.crs, path)
        return inspection_of(records, path.stem, crs, count, notes)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        with reading(source.path, pa.ArrowException) as notes:
            file = pq.ParquetFile(source.path)
            records = _records(file, _geometry_column(file, source.path), source.path)
        report = write_records(records, source, out)
        for note in notes:
            report.note(note)
        return report


class _Column:
    """The geometry column: its ``name``, ``encoding``, CRS text and the columns that only repeat its box."""

    def __init__(self, name: str, encoding: str, crs: str | None, covering: set[str]) -> None:
        self.name, self.encoding, self.crs, self.covering = name, encoding, crs, covering


def _geometry_column(file: pq.ParquetFile, path: Path) -> _Column:
    """By the ``geo`` metadata, else by Parquet's logical type, else an error."""
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    if raw is not None:
        return _from_geo(raw, path)
    for one in range(len(file.schema)):
        column = file.schema.column(one)
        said = json.loads(column.logical_type.to_json())
        if said.get("Type") in ("Geometry", "Geography"):
            return _Column(column.path, "WKB", _logical_crs(said.get("crs", ""), file, path), set())
    detail = f"it has no geometry column; its columns are {', '.join(file.schema_arrow.names[:12])}"
    raise SourceUnreadableError(path=path, detail=detail, cure="Deliver GeoParquet, or read it as a register.")


def _from_geo(raw: bytes, path: Path) -> _Column:
    try:
        geo = json.loads(raw)
        name = geo["primary_column"]
        said = geo["columns"][name]
        covering = said.get("covering", {}).get("bbox", {})
        boxes = {paths[0] for paths in covering.values()}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        detail = f"its 'geo' metadata is not valid ({one_line(fault)})"
        raise SourceUnreadableError(path=path, detail=detail) from fault
    crs = said.get("crs", _CRS84)  # a key that is there but null says: unknown
    return _Column(name, str(said.get("encoding", "WKB")), json.dumps(crs) if isinstance(crs, dict) else crs, boxes)


def _logical_crs(said: str, file: pq.ParquetFile, path: Path) -> str | None:
    """The CRS of Parquet's GEOMETRY type as text that ``twin.crs`` reads."""
    kind, _, rest = said.partition(":")
    if not said:
        return _CRS84
    if kind == "srid":
        return None if rest == "0" else f"EPSG:{rest}"
    if kind == "projjson":
        text = (file.metadata.metadata or {}).get(rest.encode())
        if text is None:
            raise SourceUnreadableError(
                path=path, detail=f"its CRS should stand in the metadata '{rest}', which is absent"
            )
        return str(text.decode())
    return said


def _records(file: pq.ParquetFile, column: _Column, path: Path, row_groups: list[int] | None = None) -> Records:
    table = file.read() if row_groups is None else file.read_row_groups(row_groups)
    if column.name not in table.column_names:
        raise SourceUnreadableError(path=path, detail=f"its geometry column '{column.name}' is absent")
    geometry = _shapes(table.column(column.name), column, path)
    others = [name for name in table.column_names if name != column.name and name not in column.covering]
    return Records(
        geometry=geometry,
        table={name: [_plain(value) for value in table.column(name).to_pylist()] for name in others},
        positions=[f"row {row + 1}" for row in range(table.num_rows)],
        crs=column.crs,
        vertical_datum=None if column.crs is None else datum_of(column.crs, path),
    )


def _plain(value: Any) -> Any:
    """JSON can hold it, or its text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.loads(json.dumps(value, default=str))


def _shapes(column: pa.ChunkedArray, said: _Column, path: Path) -> Geometries:
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if said.encoding.upper() == "WKB":
        return np.asarray(shapely.from_wkb(array.to_pylist(), on_invalid="ignore"), dtype=object)
    if said.encoding.lower() not in _NATIVE:
        raise SourceUnreadableError(path=path, detail=f"geometry encoding '{said.encoding}' is unknown")
    return _native(array, *_NATIVE[said.encoding.lower()])


def _native(array: pa.Array, kind: shapely.GeometryType, depth: int) -> Geometries:
    """GeoArrow's separated coordinates: ``depth`` nested lists around a struct of x, y (and z)."""
    out: Geometries = np.full(len(array), None, dtype=object)
    valid = np.asarray(array.is_valid())
    inner = array.drop_null()
    offsets: list[NDArray[np.int64]] = []
    for _ in range(depth):
        lengths = np.asarray(inner.value_lengths(), dtype=np.int64)
        offsets.insert(0, np.concatenate([[0], np.cumsum(lengths)]))
        inner = inner.flatten()
    fields = [inner.field(name) for name in ("x", "y", "z") if inner.type.get_field_index(name) >= 0]
    coordinates = np.column_stack([one.to_numpy(zero_copy_only=False) for one in fields])
    out[valid] = shapely.from_ragged_array(kind, coordinates, tuple(offsets) if offsets else None)
    return out
