"""GeoPackage, Shapefile, GeoJSON, FlatGeobuf, KML and MapInfo through GDAL (pyogrio): one table a source.

CRS: what the file declares, unless that is one of degrees and the numbers are none; GeoJSON is WGS 84 longitude,
latitude (RFC 7946) unless it carries the older ``crs`` member. Text of shapefiles: the .cpg, the language byte, else
UTF-8 or GB 18030 by content.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely

from twin.crs import crs_text
from twin.errors import SourceUnreadableError
from twin.readers import sniff
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.declared import beyond_degrees, datum_of, declared_name
from twin.readers.faults import reading
from twin.readers.gis.guess import inspection_of
from twin.readers.gis.records import RECORD_OPTIONS, Records, write_records
from twin.readers.options import TEXT, Options
from twin.readers.writer import BatchWriter

_COMPANIONS: Final[dict[str, tuple[str, ...]]] = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".shp.xml"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".gpkg": (".gpkg-wal",),
}
_FAULTS: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    RuntimeError,
)
_LOOK: Final = 500  # features that ``inspect`` reads


class VectorReader:
    """One table of a vector file -> features of one layer."""

    name: ClassVar[str] = "vector"
    version: ClassVar[int] = 6
    suffixes: ClassVar[tuple[str, ...]] = (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".kml", ".tab")
    options: ClassVar[Options] = {**RECORD_OPTIONS, "table": TEXT, "encoding": TEXT}

    def supports(self, path: Path) -> bool:
        suffix = path.suffix.lower()
        if suffix in (".geojson", ".json"):
            return sniff.json_type(path) == "geojson"
        if suffix == ".kml":
            root = sniff.xml_root(path)
            return root is not None and root[1] == "kml"
        start = sniff.head(path, 32)
        if suffix == ".tab":
            return start.lower().startswith(b"!table")
        magic = {".gpkg": b"SQLite format 3\x00", ".shp": b"\x00\x00\x27\x0a", ".fgb": b"fgb"}.get(suffix)
        return magic is not None and start.startswith(magic)

    def companions(self, path: Path) -> list[Path]:
        stem = path.with_suffix("")
        wanted = {str(stem) + suffix for suffix in _COMPANIONS.get(path.suffix.lower(), ())}
        lower = {one.lower() for one in wanted}
        return sorted(one for one in path.parent.glob(f"{_escaped(stem.name)}.*") if str(one).lower() in lower)

    def inspect(self, path: Path) -> Inspection:
        tables = _tables(path)
        if not tables:
            raise _no_table(path)
        if len(tables) == 1:
            return _inspect_table(path, tables[0], path.stem)
        each = [_inspect_table(path, table, table) for table in tables]
        return Inspection(
            tables=tuple(
                replace(one, table=table, options={"table": table, **one.options})
                for table, one in zip(tables, each, strict=True)
            )
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        table = _chosen_table(source)
        records, notes = _read(source.path, table, source.options.get("encoding"))
        report = write_records(records, source, out)
        for note in notes:
            report.note(note)
        return report


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _tables(path: Path) -> list[str]:
    """Names of the tables in the file that have geometry."""
    with reading(path, *_FAULTS):
        return [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]


def _no_table(path: Path) -> SourceUnreadableError:
    return SourceUnreadableError(path=path, detail="it has no table with geometry")


def _inspect_table(path: Path, table: str, name: str) -> Inspection:
    records, notes = _read(path, table, None, limit=_LOOK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        count = int(pyogrio.read_info(path, layer=table, force_feature_count=True)["features"])
    return inspection_of(records, name, records.crs, count, notes)


def _chosen_table(source: Source) -> str:
    tables = _tables(source.path)
    wanted = source.options.get("table")
    if not tables:
        raise _no_table(source.path)
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted not in tables:
        said = "options.table is not set" if wanted is None else f"it has no table '{wanted}'"
        cure = f'Write options.table = "…" for this source: {", ".join(tables)}.'
        raise SourceUnreadableError(path=source.path, detail=said, cure=cure)
    return str(wanted)


def _read(path: Path, table: str, encoding: str | None, limit: int | None = None) -> tuple[Records, list[str]]:
    """The table as records, and notes on what was odd in the file."""
    if path.suffix.lower() == ".shp":
        encoding = encoding or _shapefile_encoding(path)
    with reading(path, *_FAULTS) as notes:
        meta, fids, wkb, fields = pyogrio.raw.read(
            path, layer=table, encoding=encoding, return_fids=True, datetime_as_string=True, max_features=limit
        )
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    if path.suffix.lower() == ".shp":
        notes += _shapefile_length(path)
    columns = {str(name): _plain(values) for name, values in zip(meta["fields"], fields, strict=True)}
    whole = path.suffix.lower() == ".gpkg"
    positions = [f"{table} feature {fid}" if whole else f"feature {row + 1}" for row, fid in enumerate(fids)]
    declared = crs_text(meta["crs"])
    if declared is not None and (reach := beyond_degrees(shapely.bounds(geometry), declared, path)):
        name = declared_name(declared, path)
        notes = [*notes, f"{path.name}: coordinates up to {reach:.10g} are no degrees: its CRS is not {name}"]
        declared = None
    datum = None if declared is None else datum_of(declared, path)
    return Records(np.asarray(geometry, dtype=object), columns, positions, declared, datum), notes


def _plain(values: Any) -> list[Any]:
    """Numpy values as Python's; NaN and NaT as None."""
    if values.dtype.kind in "mM":
        return [None if np.isnat(one) else str(one) for one in values]
    if values.dtype.kind == "f":
        return [None if np.isnan(one) else float(one) for one in values]
    return list(values.tolist())


# --- shapefile oddities --------------------------------------------------------------------------------


def _shapefile_encoding(path: Path) -> str | None:
    """UTF-8 or GB 18030 by content when neither .cpg nor language byte says it; None lets GDAL decide."""
    if any(one.suffix.lower() == ".cpg" for one in path.parent.glob(f"{_escaped(path.stem)}.*")):
        return None
    table = next((one for one in path.parent.glob(f"{_escaped(path.stem)}.*") if one.suffix.lower() == ".dbf"), None)
    raw = sniff.head(table, 1 << 20) if table else b""
    if len(raw) < 32 or raw[29] not in (0, 0x4D, 0x57):  # 0x57: "ANSI", which means whatever the machine spoke
        return None
    text = raw[int.from_bytes(raw[8:10], "little") :]
    if raw[29] == 0x4D:
        return "GB18030"
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _shapefile_length(path: Path) -> list[str]:
    """The header's file length against the real one: a truncated or padded file is read, but said to be so."""
    start = sniff.head(path, 28)
    if len(start) < 28:
        return []
    claimed, real = struct.unpack(">i", start[24:28])[0] * 2, path.stat().st_size
    if claimed == real:
        return []
    return [f"{path.name}: its header says {claimed} bytes, the file has {real}; check that nothing is missing"]
