"""The ground of a finished generation, for every analysis that needs to know where it is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.mesh.elevation import TerrainSurface
from twin.mesh.ground import ground_surface
from twin.store.campus import Generation
from twin.store.rasters import read_rasters


def ground_of(generation: Generation) -> TerrainSurface:
    """The terrain of ``generation``, campus CRS, metres, the same that the build used.

    Elevation grids where there are any; else the terrain's meshes; else the ground that manhole covers tell of; a
    surface without grids, whose heights are all NaN, when nothing does.
    """
    tables = {one: generation.table(one) for one in generation.layer_ids()}
    return ground_surface(
        read_rasters(generation.folder / "rasters"),
        tables.get("terrain"),
        generation.auxiliary("meshes"),
        generation.auxiliary("instances"),
        ((table, _shapes(table)) for table in tables.values() if "cover_level_m" in table.column_names),
    )


def _shapes(table: pa.Table) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    return shapes
