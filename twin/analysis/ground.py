"""The ground of a finished generation, for every analysis that needs to know where it is."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.ground import ground_surface
from twin.store.campus import Generation
from twin.store.rasters import read_rasters

GROUND: Final = pa.schema(
    [
        ("transform", pa.list_(pa.float64())),
        ("rows", pa.int64()),
        ("columns", pa.int64()),
        ("type", pa.string()),
        ("heights", pa.large_binary()),
    ]
)


def ground_of(generation: Generation, *, exactly: bool = True) -> TerrainSurface:
    """The terrain of ``generation``, campus CRS, metres, the same that the build used.

    Elevation grids where there are any; else the terrain's meshes; else the ground that manhole covers tell of; a
    surface without grids, whose heights are all NaN, when nothing does. Not ``exactly``: covers do not tell, since
    their levels are not for everybody.
    """
    tables = {one: generation.table(one) for one in generation.layer_ids()}
    return ground_surface(
        read_rasters(generation.folder / "rasters"),
        tables.get("terrain"),
        generation.auxiliary("meshes"),
        generation.auxiliary("instances"),
        ((table, _shapes(table)) for table in tables.values() if exactly and "cover_level_m" in table.column_names),
    )


def ground_table(ground: TerrainSurface) -> pa.Table:
    """A surface as a table, one row a grid, which ``ground_from`` reads: heights row by row from the north."""
    rows = [
        {
            "transform": list(one.transform),
            "rows": one.values.shape[0],
            "columns": one.values.shape[1],
            "type": one.values.dtype.str,
            "heights": np.ascontiguousarray(one.values).tobytes(),
        }
        for one in ground.grids
    ]
    return pa.Table.from_pylist(rows, schema=GROUND)


def ground_from(table: pa.Table) -> TerrainSurface:
    """The surface that ``ground_table`` was made of. Raises ValueError where a grid has not the size that it says."""
    return TerrainSurface(
        tuple(
            ElevationGrid(
                np.frombuffer(one["heights"], np.dtype(one["type"])).reshape(one["rows"], one["columns"]),
                tuple(one["transform"]),
            )
            for one in table.to_pylist()
        )
    )


def _shapes(table: pa.Table) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    return shapes
