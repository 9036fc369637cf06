"""Where a reader puts what it reads: Arrow files, rasters and meshes in one folder.

The writer moves geometry into the campus frame, gives ids, and holds readers to the schemas, so that no reader
repeats that work and none can forget it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import shapely
from numpy.typing import NDArray

from twin.crs import OFF_EARTH_M, Georeference
from twin.crs.datum_shift import DatumStep
from twin.crs.shift_doubts import shift_doubts
from twin.errors import SourceUnreadableError
from twin.model.feature import ARROW_TYPES, COMMON
from twin.model.finding import RowRemark
from twin.model.identity import feature_ids, geometry_keys
from twin.model.layer import LayerDefinition
from twin.model.registers import REGISTERS
from twin.model.tables import AUXILIARY
from twin.readers.base import Source
from twin.readers.zone_and_axes import require_zone_and_axes

# one file of an attached 3D Tiles set a line, relative to its folder
TILESET_FILES = "tileset.files.txt"
# columns the writer fills itself
_OWN = {"feature_id", "layer_id", "kind", "geometry", "bbox", "source_key", "reader", "attributes", "id_stable", "idx"}

_OF_A_REMARK = ("rule", "file", "sheet", "row", "skipped", "layer")


class BatchWriter:
    """Collects one source's output and writes it on ``close``.

    ``layers`` are the definitions a reader may write to; their columns are the only ones a table may have
    beside the common ones. Everything else a source says goes into ``attributes``.
    """

    def __init__(self, folder: Path, source: Source, reader: str, layers: Mapping[str, LayerDefinition]) -> None:
        self.folder = folder
        self.source = source
        self.reader = reader
        self.layers = layers
        self.georeference: dict[str, Any] = {}
        self._tables: dict[str, list[pa.Table]] = {}
        self._rasters: list[dict[str, Any]] = []
        self._tileset: dict[str, Any] | None = None
        self._datum_step: DatumStep | None = None
        self._reach = [np.full(3, np.nan), np.full(3, np.nan)]  # of what the datum step placed
        self._looked_at = False  # whether zone and axes were: what a source delivers is all alike

    def features(
        self,
        layer_id: str,
        *,
        kind: str | Sequence[str],
        geometry: NDArray[np.object_] | None,
        georeference: Georeference | None,
        natural_keys: Sequence[str] | None = None,
        columns: Mapping[str, Sequence[Any] | NDArray[Any]] | None = None,
        attributes: Sequence[Mapping[str, Any]] | None = None,
        count: int | None = None,
    ) -> list[str]:
        """Write features of one layer and return their ids.

        ``geometry``: shapely objects in the source's own coordinates (2D ones are draped by the build), or None.
        ``georeference``: how they come to the campus; None when they are in campus coordinates already.
        ``natural_keys``: what the source calls them; None hashes the geometry and marks the ids as not stable.
        ``columns``: common columns (name, source_pos, storey_id, …) and the layer's own, one entry a feature.
        ``attributes``: whatever else the source says, one mapping a feature.
        """
        layer = self.layers[layer_id]
        columns = dict(columns or {})
        if geometry is not None and georeference is not None and not self._looked_at:
            require_zone_and_axes(georeference, geometry)
            self._looked_at = True
        placed = geometry if geometry is None or georeference is None else georeference.geometry(geometry)
        if georeference is not None:
            self.placed_by(georeference)
        self._require_on_earth(placed, columns.get("source_pos"))
        if placed is not None and self._datum_step is not None:
            coordinates = shapely.get_coordinates(placed, include_z=True)
            for end, choose in enumerate((np.fmin, np.fmax)):
                self._reach[end] = choose.reduce(np.vstack([self._reach[end], coordinates]), axis=0)
        size = len(placed) if placed is not None else count if count is not None else len(natural_keys or ())
        stable = natural_keys is not None
        if natural_keys is None:
            if placed is None:
                raise ValueError("a feature needs a natural key or a geometry")
            natural_keys = geometry_keys(placed)
        kinds = [kind] * size if isinstance(kind, str) else list(kind)
        ids = feature_ids(kinds, self.source.key, natural_keys, placed)
        known = {field.name: field.type for field in COMMON} | {c.name: ARROW_TYPES[c.type] for c in layer.columns}
        arrays: dict[str, pa.Array] = {
            "feature_id": pa.array(ids, pa.string()),
            "layer_id": pa.array([layer_id] * size, pa.string()),
            "kind": pa.array(kinds, pa.string()),
            "geometry": pa.nulls(size, pa.binary())
            if placed is None
            else pa.array(shapely.to_wkb(placed), pa.binary()),
            "source_key": pa.array([self.source.key] * size, pa.string()),
            "reader": pa.array([self.reader] * size, pa.string()),
            "id_stable": pa.array([stable] * size, pa.bool_()),
            "attributes": pa.array(_json_rows(attributes, size), pa.string()),
        }
        for name, values in columns.items():
            if name in _OWN or name not in known:
                raise KeyError(f"layer {layer_id} has no column {name}; put it into attributes or add it to the layer")
            arrays[name] = pa.array(values, known[name], from_pandas=True)
        self._tables.setdefault(f"layer.{layer_id}", []).append(pa.table(arrays))
        return ids

    def placed_by(self, georeference: Georeference, **more: Any) -> None:
        """Keep the account of how the source comes to the campus, with ``more`` to say of it."""
        self.georeference = {**georeference.describe(), **more}
        self._datum_step = georeference.datum_step

    def doubts(self) -> list[str]:
        """Lines on what a datum shift has placed."""
        if self._datum_step is None or not np.isfinite([one[:2] for one in self._reach]).all():
            return []
        return shift_doubts(self._datum_step, *self._reach)

    def _require_on_earth(
        self, placed: NDArray[np.object_] | None, positions: Sequence[Any] | NDArray[Any] | None
    ) -> None:
        """Say which row has a wrong unit or CRS before the build fails over a campus without end."""
        if placed is None or not len(placed):
            return
        off = np.flatnonzero(np.abs(shapely.bounds(placed)).max(axis=1) >= OFF_EARTH_M)
        if len(off):
            where = f" from {positions[off[0]]} on" if positions is not None else ""
            raise SourceUnreadableError(
                path=self.source.path,
                detail=f"coordinates of {len(off)} things{where} lie where nothing on earth does",
                cure="Check its CRS and the unit of its coordinates: are they millimetres?",
            )

    def table(self, name: str, columns: Mapping[str, Sequence[Any] | NDArray[Any] | pa.Array]) -> None:
        """Append rows to an auxiliary table (``twin.model.tables.AUXILIARY``)."""
        schema = AUXILIARY[name]
        size = len(next(iter(columns.values())))
        arrays = [
            pa.array(columns[field.name], field.type, from_pandas=True)
            if field.name in columns
            else pa.nulls(size, field.type)
            for field in schema
        ]
        self._tables.setdefault(f"table.{name}", []).append(pa.table(arrays, schema=schema))

    def remarks(self, remarks: Sequence[RowRemark]) -> None:
        """What was said of single rows."""
        if not remarks:
            return
        encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
        columns = {name: [getattr(one, name) for one in remarks] for name in _OF_A_REMARK}
        columns["source_key"] = [self.source.key] * len(remarks)
        columns["said"] = [encode(one.values) for one in remarks]
        columns["changes"] = [
            encode([asdict(cell) for cell in one.changes]) if one.changes else None for one in remarks
        ]
        self.table("remarks", columns)

    def register(self, name: str, columns: Mapping[str, Sequence[Any]], positions: Sequence[str]) -> None:
        """Append rows to a register (``twin.model.registers``); ``positions`` say where each stands in the source."""
        schema = REGISTERS[name].delivered
        unknown = set(columns) - set(schema.names)
        if unknown:
            raise KeyError(f"register {name} has no column {', '.join(sorted(unknown))}")
        size = len(positions)
        whole = {**columns, "source_key": [self.source.key] * size, "source_pos": positions}
        arrays = [pa.array(whole.get(field.name, [None] * size), field.type) for field in schema]
        self._tables.setdefault(f"register.{name}", []).append(pa.table(arrays, schema=schema))

    def mesh(self, mesh_id: str, positions: NDArray[np.float64], triangles: NDArray[np.integer[Any]]) -> None:
        """One canonical mesh: positions (n, 3) local metres, triangles (m, 3)."""
        self.meshes([mesh_id], [positions], [triangles])

    def meshes(
        self,
        mesh_ids: Sequence[str],
        positions: Sequence[NDArray[np.float64]],
        triangles: Sequence[NDArray[np.integer[Any]]],
    ) -> None:
        """Canonical meshes, one entry each; ids need to be unique within the source only."""
        self.table(
            "meshes",
            {
                "mesh_id": [f"{self.source.key}/{one}" for one in mesh_ids],
                "positions": _lists([np.ascontiguousarray(one, np.float64).ravel() for one in positions], pa.float64()),
                "indices": _lists([np.ascontiguousarray(one, np.uint32).ravel() for one in triangles], pa.uint32()),
            },
        )

    def instances(
        self, feature_id: Sequence[str], mesh_id: Sequence[str], matrix: NDArray[np.float64], rgba: Sequence[int]
    ) -> None:
        """Where meshes stand: ``matrix`` (n, 3, 4) local -> campus CRS; ``rgba`` 0xRRGGBBAA, 0 = layer colour."""
        flat = pa.array(np.ascontiguousarray(matrix, np.float64).reshape(-1), pa.float64())
        self.table(
            "instances",
            {
                "feature_id": feature_id,
                "mesh_id": [f"{self.source.key}/{one}" for one in mesh_id],
                "matrix": pa.FixedSizeListArray.from_arrays(flat, 12),
                "rgba": np.asarray(rgba, np.uint32),
            },
        )

    def raster(
        self,
        layer_id: str,
        values: NDArray[np.floating[Any]] | NDArray[np.uint8],
        transform: tuple[float, float, float, float, float, float],
        name: str,
    ) -> None:
        """A grid already in campus coordinates, north up.

        ``values`` (rows, columns) float heights in metres with NaN for nodata, or (rows, columns, 3 or 4) uint8
        for an orthophoto. ``transform``: (cell_x_m, 0, west, 0, -cell_y_m, north), cell edges, as rasterio's Affine.
        """
        file = f"raster.{layer_id}.{len(self._rasters)}.npy"
        np.save(self.folder / file, values)
        self._rasters.append({"layer_id": layer_id, "file": file, "transform": list(transform), "name": name})

    def tileset(self, files: Sequence[str], said: Mapping[str, Any]) -> None:
        """A 3D Tiles set that stays where it is: its files, and what places it (``twin.build.tilesets``)."""
        (self.folder / TILESET_FILES).write_text("".join(f"{one}\n" for one in files), encoding="utf-8")
        self._tileset = dict(said)

    def close(self) -> None:
        """Write everything collected."""
        for name, tables in self._tables.items():
            whole = pa.concat_tables(tables, promote_options="default")
            pyarrow.feather.write_feather(whole, self.folder / f"{name}.arrow", compression="zstd")
        index = {"rasters": self._rasters, "georeference": self.georeference, "tileset": self._tileset}
        (self.folder / "index.json").write_text(json.dumps(index))


def _lists(rows: list[NDArray[Any]], kind: pa.DataType) -> pa.ListArray:
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in rows])]).astype(np.int32)
    values = np.concatenate(rows) if rows else np.empty(0)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values, kind))


def _json_rows(attributes: Sequence[Mapping[str, Any]] | None, size: int) -> list[str | None]:
    if attributes is None:
        return [None] * size
    encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one a row
    return [encode(_plain(one)) if one else None for one in attributes]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values only: numpy scalars become Python's, NaN and missing values disappear, the rest becomes text."""
    out: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or (isinstance(value, float) and not np.isfinite(value)):
            continue
        out[str(key)] = value if isinstance(value, str | int | float | bool | list | dict) else str(value)
    return out
