"""The surface that hides things: terrain with buildings standing on it, and which building each cell belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.analysis.views.cells import cells_inside
from twin.errors import CellTooSmallError
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.mesh.polygons import polygon_rows

MOST_CELLS: Final = 25_000_000
ROWS_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class Prism:
    """A building as views know it: a footprint that stands from ``base_m`` to ``top_m``, both in the datum."""

    feature_id: str
    polygon: Any
    base_m: float
    top_m: float


@dataclass(frozen=True, slots=True)
class Prisms:
    """Buildings to burn in. found = kept + skipped; ``skipped`` counts by reason."""

    kept: tuple[Prism, ...]
    found: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class SurfaceModel:
    """Terrain and what stands on it, on one grid.

    surface: heights with buildings · ground: without · building: (rows, columns) place in ``prisms``, -1 for none.
    """

    surface: ElevationGrid
    ground: ElevationGrid
    building: NDArray[np.int32]
    prisms: tuple[Prism, ...]

    @property
    def is_building(self) -> NDArray[np.bool_]:
        return self.building >= 0

    def building_at(self, row: int, column: int) -> str | None:
        """The feature id of the building that a cell belongs to."""
        found = int(self.building[row, column])
        return self.prisms[found].feature_id if found >= 0 else None


def surface_model(
    terrain: ElevationGrid | TerrainSurface,
    prisms: Iterable[Prism],
    *,
    cell_m: float,
    bounds: tuple[float, float, float, float] | None = None,
) -> SurfaceModel:
    """Burn buildings into the terrain at ``cell_m``, within ``bounds`` (west, south, east, north; else all terrain).

    A cell belongs to a building when its middle lies in the footprint; of two, to the higher. The ground is bilinear.
    Raises CellTooSmallError beyond 25 million cells.
    """
    grids = terrain.grids if isinstance(terrain, TerrainSurface) else (terrain,)
    if bounds is None:
        edges = np.array([one.bounds for one in grids])
        bounds = (*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist())
    ground = _resampled(TerrainSurface(tuple(grids)), bounds, cell_m)
    heights, owner = ground.values.astype(float), np.full(ground.values.shape, -1, np.int32)
    kept = tuple(prisms)
    for place, prism in enumerate(kept):
        rows, columns, inside = cells_inside(prism.polygon, ground.transform, heights.shape)
        part, own = heights[rows, columns], owner[rows, columns]
        higher = inside & ((own < 0) | (prism.top_m > part))
        part[higher], own[higher] = prism.top_m, place
    return SurfaceModel(ElevationGrid(heights, ground.transform), ground, owner, kept)


def _resampled(terrain: TerrainSurface, bounds: tuple[float, float, float, float], cell_m: float) -> ElevationGrid:
    west, south, east, north = bounds
    columns, rows = (max(1, int(np.ceil(size / cell_m - 1e-9))) for size in (east - west, north - south))
    if rows * columns > MOST_CELLS:
        raise CellTooSmallError(cell_m=cell_m, cells=rows * columns, most=MOST_CELLS)
    transform = (cell_m, 0.0, west, 0.0, -cell_m, north)
    empty = ElevationGrid(np.empty((rows, columns)), transform)
    for start in range(0, rows, ROWS_AT_ONCE):
        row = np.arange(start, min(start + ROWS_AT_ONCE, rows))
        at = empty.middles(np.tile(np.arange(columns), len(row)), np.repeat(row, columns))
        empty.values[row] = terrain.heights(at).reshape(len(row), columns)
    return empty


def prisms_of(
    buildings: pa.Table, terrain: ElevationGrid | TerrainSurface, *, unknown_height_m: float | None = None
) -> Prisms:
    """The buildings of a layer table as prisms, as the model draws them.

    From the lowest ground along the outline to ``height_m`` above the highest; where no ground is known, from the
    lowest height of the geometry. Without a height a building takes ``unknown_height_m``, else it is skipped.
    """
    surface = terrain if isinstance(terrain, TerrainSurface) else TerrainSurface((terrain,))
    shapes = shapely.from_wkb(np.array(buildings["geometry"].to_pylist(), dtype=object))
    flat, row = polygon_rows(shapely.force_2d(shapes))
    height = _numbers(buildings, "height_m")[row]
    height = np.where(np.isnan(height) & (unknown_height_m is not None), unknown_height_m or 0.0, height)
    low, high = surface.lowest_along(flat), surface.highest_along(flat)
    own = np.array([np.nan if one is None else one["zmin"] for one in buildings["bbox"].to_pylist()], float)[row]
    base, top = np.where(np.isnan(low), own, low), np.where(np.isnan(high), own, high) + height
    ids = buildings["feature_id"].to_pylist()
    known = np.isfinite(base) & np.isfinite(top)
    kept = tuple(Prism(ids[row[k]], flat[k], float(base[k]), float(top[k])) for k in np.flatnonzero(known))
    flat_rows, whole, tall = (set(one.tolist()) for one in (row, row[known], row[np.isfinite(height)]))
    skipped = {
        "no area in plan": len(ids) - len(flat_rows),
        "no height": len(flat_rows - tall),
        "no ground": len((flat_rows & tall) - whole),
    }
    return Prisms(kept, len(ids), {reason: count for reason, count in skipped.items() if count})


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    numbers: NDArray[np.float64] = table[name].to_pandas().to_numpy(dtype=float, na_value=np.nan)
    return numbers
