"""Small networks and grounds for tests, as a generation would have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from layers import registry
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.model.feature import table_schema

Points = Sequence[tuple[float, float, float]]


def link(feature_id: str, points: Points, **columns: Any) -> dict[str, Any]:
    return {"feature_id": feature_id, "kind": "link", "geometry": shapely.LineString(points).wkb, **columns}


def node(feature_id: str, x: float, y: float, z: float, **columns: Any) -> dict[str, Any]:
    return {"feature_id": feature_id, "kind": "node", "geometry": shapely.Point(x, y, z).wkb, **columns}


def network(layer_id: str, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """A layer's table with the columns of ``rows``, all others empty."""
    schema = table_schema(registry()[layer_id])
    common = {"layer_id": layer_id, "source_key": "t", "reader": "t", "id_stable": True}
    full = [{**common, **row} for row in rows]
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in full], schema=schema)


def terrain_of(
    height: Callable[[Any, Any], Any], bounds: tuple[float, float, float, float], cell_m: float = 1.0
) -> TerrainSurface:
    """A grid over west, south, east, north with ``height(x, y)`` in the middle of every cell."""
    west, south, east, north = bounds
    columns, rows = round((east - west) / cell_m), round((north - south) / cell_m)
    x = west + (np.arange(columns) + 0.5) * cell_m
    y = north - (np.arange(rows) + 0.5) * cell_m
    values = np.broadcast_to(np.asarray(height(x[None, :], y[:, None]), float), (rows, columns)).copy()
    return TerrainSurface((ElevationGrid(values, (cell_m, 0.0, west, 0.0, -cell_m, north)),))


FLAT = terrain_of(lambda *_: 10.0, (-200.0, -200.0, 200.0, 200.0))
NOWHERE = TerrainSurface(())
