"""Where the ground is: from elevation grids; without any, from terrain meshes; without any, from manhole covers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats
from twin.mesh.elements import instances_batch
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.gridding import SPARSE_GAP_M, grid_from_points
from twin.model.raster import Raster

# the ground between manhole covers is gridded this finely when no terrain was delivered
COVER_CELL_M: Final = 10.0


def ground_surface(
    rasters: Sequence[Raster],
    terrain: pa.Table | None,
    meshes: pa.Table,
    instances: pa.Table,
    networks: Iterable[tuple[pa.Table, NDArray[np.object_]]],
) -> TerrainSurface:
    """The ground that a campus knows of, campus metres.

    ``rasters``: grids of heights count, pictures do not. ``terrain``: the layer's table; its meshes are read when there
    is no grid. ``networks``: tables with ``cover_level_m`` and their geometry, asked for when there is no mesh either.
    """
    grids = tuple(ElevationGrid(one.values, one.transform) for one in rasters if one.is_height)
    if grids:
        return TerrainSurface(grids)
    corners = _terrain_corners(terrain, meshes, instances)
    if len(corners) > 2:
        return TerrainSurface((grid_from_points(corners, _fitting_cell_m(corners), gap_m=math.inf),))
    covers = [_covers(table, shapes) for table, shapes in networks if "cover_level_m" in table.column_names]
    points = np.concatenate(covers) if covers else np.empty((0, 3))
    return TerrainSurface((grid_from_points(points, COVER_CELL_M, gap_m=SPARSE_GAP_M),) if len(points) > 2 else ())


def _terrain_corners(terrain: pa.Table | None, meshes: pa.Table, instances: pa.Table) -> Floats:
    """(n, 3): the corners of terrain that was delivered as meshes."""
    if terrain is None or not len(instances):
        return np.empty((0, 3))
    ids = terrain.filter(pc.equal(terrain["kind"], "terrain_mesh"))["feature_id"]
    count = len(ids)
    return instances_batch(
        meshes,
        instances,
        feature_ids=ids,
        idx=np.arange(count, dtype=np.uint32),
        rgba=np.zeros((count, 4), np.uint8),
    ).positions


def _fitting_cell_m(points: Floats) -> float:
    """Cells so that the longer side has at most 1,000, and none below 0.5 m."""
    return max(0.5, float(np.ptp(points[:, :2], axis=0).max()) / 1000.0)


def _covers(table: pa.Table, shapes: NDArray[np.object_]) -> Floats:
    """(n, 3): where covers are and how high."""
    level: NDArray[Any] = table["cover_level_m"].to_numpy().astype(float)
    known = np.flatnonzero(~np.isnan(level) & (shapely.get_type_id(shapes) == 0))
    return np.column_stack([shapely.get_coordinates(shapes[known]), level[known]])
