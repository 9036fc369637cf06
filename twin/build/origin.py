"""The scene's origin: what float32 needs, chosen once and kept.

Stated in campus.toml, or kept from the generation before while the campus has not moved, or the middle of what is
placed, rounded to 10 m. Sources without a place of their own stand at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from twin.build.batches import SourceBatch
from twin.build.rows import LayerRows
from twin.store.geoparquet import boxes

Origin = tuple[float, float, float]
_KEEP_WITHIN_M: Final = 2000.0


def choose_origin(
    stated: Sequence[float] | None,
    previous: Origin | None,
    layers: Mapping[str, LayerRows],
    batches: Sequence[SourceBatch],
) -> Origin:
    """East, north, height of the scene's zero."""
    if stated is not None:
        return (stated[0], stated[1], stated[2])
    unplaced = [batch.key for batch in batches if batch.unplaced]
    middles = [_middle(rows, unplaced) for rows in layers.values()]
    boxed = [one for one in middles if one is not None]
    boxed += [_raster_box(batch) for batch in batches if batch.rasters]
    if not boxed:
        return (0.0, 0.0, 0.0)
    whole = np.array(boxed)
    low, high = whole[:, :3].min(axis=0), whole[:, 3:].max(axis=0)
    middle = (low + high) / 2
    if np.isnan(low[2]):
        middle[2] = low[2] = 0.0
    if previous is not None and np.hypot(*(middle[:2] - previous[:2])) < _KEEP_WITHIN_M:
        return previous
    return (float(np.round(middle[0], -1)), float(np.round(middle[1], -1)), float(np.floor(low[2])))


def _middle(rows: LayerRows, unplaced: Sequence[str]) -> NDArray[np.float64] | None:
    keys = np.array(rows.strings("source_key"), dtype=object)
    placed = rows.geometry[~np.isin(keys, unplaced)] if len(rows) else rows.geometry
    box = boxes(placed)
    box = box[~np.isnan(box[:, 0])]
    if not len(box):
        return None
    with np.errstate(all="ignore"):
        z = box[:, [2, 5]]
        known = z[~np.isnan(z).any(axis=1)]
        low_z, high_z = (known[:, 0].min(), known[:, 1].max()) if len(known) else (np.nan, np.nan)
    # half a percent at each end: one stray point must not pull the origin away
    low, high = np.quantile(box[:, :2], 0.005, axis=0), np.quantile(box[:, 3:5], 0.995, axis=0)
    return np.array([*low, low_z, *high, high_z])


def _raster_box(batch: SourceBatch) -> NDArray[np.float64]:
    bounds = np.array([one.bounds() for one in batch.rasters])
    heights = [one.values[~np.isnan(one.values)] for one in batch.rasters if one.is_height]
    low = min((float(h.min()) for h in heights if len(h)), default=np.nan)
    high = max((float(h.max()) for h in heights if len(h)), default=np.nan)
    return np.array([*bounds[:, :2].min(axis=0), low, *bounds[:, 2:].max(axis=0), high])


def move_unplaced(rows: LayerRows, unplaced: Sequence[str], origin: Origin) -> LayerRows:
    """Put features of unplaced sources at the site origin."""
    if not len(rows) or not unplaced:
        return rows
    ours = np.isin(np.array(rows.strings("source_key"), dtype=object), list(unplaced))
    ours &= ~shapely.is_missing(rows.geometry)
    geometry = rows.geometry.copy()
    for has_z in (False, True):
        some = ours & (shapely.has_z(rows.geometry) == has_z)
        if some.any():
            shift = np.array(origin if has_z else origin[:2])
            geometry[some] = shapely.transform(
                rows.geometry[some], lambda points, by=shift: points + by, include_z=has_z
            )
    moved = replace(rows, geometry=geometry)
    for name in ("elevation_m", "ground_level_m", "lowest_m", "highest_m"):
        if name in rows.table.column_names:
            sourced = np.isin(np.array(rows.strings("source_key"), dtype=object), list(unplaced))
            moved = moved.with_column(name, rows.numbers(name) + np.where(sourced, origin[2], 0.0))
    return moved


def move_instances(instances: pa.Table, ids: set[str], origin: Origin) -> pa.Table:
    """The same for mesh instances."""
    if not ids or not len(instances):
        return instances
    matrix = instances["matrix"].combine_chunks().flatten().to_numpy().reshape(-1, 3, 4).copy()
    ours = np.array([one in ids for one in instances["feature_id"].to_pylist()])
    matrix[ours, :, 3] += origin
    flat = pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), 12)
    position = instances.schema.get_field_index("matrix")
    return instances.set_column(position, instances.schema.field("matrix"), flat)
