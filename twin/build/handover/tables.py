"""The tables of a handover: layers as GeoParquet, what belongs to them and registers as Parquet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.model.registers import personal_columns
from twin.store import geoparquet
from twin.store.campus import Campus, Generation
from twin.store.secrecy import masked

LAYERS: Final = "tables"
BESIDE: Final = "tables/beside"
REGISTERS: Final = "tables/registers"
# what is known of features beside their row; meshes and instances are in the tilesets
OF_FEATURES: Final = ("relations", "aliases", "properties", "materials", "systems")
_NAMING: Final = ("feature_id", "from_id", "to_id")


@dataclass(frozen=True, slots=True)
class Written:
    """A table in the package. ``left_out``: rows that tell of what lies underground, or blanked columns of persons."""

    name: str
    file: str
    kind: str  # layer | beside | register
    rows: int
    columns: tuple[str, ...]
    masked: bool = False
    left_out_rows: int = 0
    blanked: tuple[str, ...] = ()


def write_layers(generation: Generation, hidden: frozenset[str], out: Path) -> Iterator[Written]:
    """One layer at a time: as it lies there, or masked, if it is one of ``hidden``."""
    (out / LAYERS).mkdir(parents=True)
    for name in generation.layer_ids():
        source, file = generation.folder / "layers" / f"{name}.parquet", f"{LAYERS}/{name}.parquet"
        if name in hidden:
            geoparquet.write(out / file, masked(pq.read_table(source).combine_chunks()), generation.manifest.crs)
        else:
            shutil.copyfile(source, out / file)
        schema = pq.read_schema(out / file)
        rows = pq.read_metadata(out / file).num_rows
        yield Written(name, file, "layer", rows, tuple(schema.names), masked=name in hidden)


def write_beside(generation: Generation, hidden: frozenset[str], out: Path) -> Iterator[Written]:
    """Relations, properties and the like, without rows about features of ``hidden`` layers."""
    (out / BESIDE).mkdir(parents=True)
    secret = _feature_ids(generation, hidden)
    for name in OF_FEATURES:
        source = generation.folder / "tables" / f"{name}.parquet"
        if not source.is_file():  # generations of before have fewer
            continue
        table = pq.read_table(source)
        told = table
        for column in _NAMING:
            if column in table.column_names and len(secret):
                told = told.filter(pc.invert(pc.is_in(told[column], value_set=secret)))
        file = f"{BESIDE}/{name}.parquet"
        pq.write_table(told, out / file, compression="zstd")
        yield Written(name, file, "beside", len(told), tuple(told.column_names), left_out_rows=len(table) - len(told))


def _feature_ids(generation: Generation, layers: frozenset[str]) -> pa.Array:
    paths = [generation.folder / "layers" / f"{name}.parquet" for name in sorted(layers)]
    columns = [pq.read_table(one, columns=["feature_id"])["feature_id"].combine_chunks() for one in paths]
    return pa.concat_arrays(columns) if columns else pa.array([], pa.string())


def write_registers(campus: Campus, out: Path, *, names: bool) -> Iterator[Written]:
    """The rows that hold now; what persons are called and how they are reached is blank, unless ``names``."""
    (out / REGISTERS).mkdir(parents=True)
    for name in campus.registers.names():
        table = campus.register(name)
        if table is None:
            continue
        blanked = () if names else tuple(one for one in personal_columns(name) if one in table.column_names)
        for column in blanked:
            number = table.column_names.index(column)
            table = table.set_column(number, table.schema.field(number), pa.nulls(len(table), pa.string()))
        file = f"{REGISTERS}/{name}.parquet"
        pq.write_table(table, out / file, compression="zstd")
        yield Written(name, file, "register", len(table), tuple(table.column_names), blanked=blanked)
