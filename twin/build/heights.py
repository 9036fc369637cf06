"""Giving things their height: 2D ones are laid on the terrain, some are moved with it, each as campus.toml says.

``absolute`` trusts the source; ``terrain`` lays everything on the terrain; ``own_depth`` keeps a network as far below
the terrain as it was below its own covers (a pipe network composed under another town's ground).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.build.rows import LayerRows
from twin.mesh.elevation import ElevationGrid, TerrainSurface
from twin.model.network import LINK, NODE

Ground = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # (n, 2) -> heights, NaN where there is no terrain


# a pipe that is laid under other ground follows it in steps of this
BEND_M: Final = 10.0


def with_edges(surface: TerrainSurface) -> Ground:
    """The terrain, going on level beyond its edge: a pipe that leaves it must not fall to another height."""

    def heights(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        found = surface.heights(xy)
        for grid in surface.grids:
            missing = np.isnan(found)
            if not missing.any():
                break
            west, south, east, north = grid.bounds
            dx, dy = grid.cell_m
            inside = np.clip(xy[missing], [west + dx / 2, south + dy / 2], [east - dx / 2, north - dy / 2])
            found[missing] = grid.heights(inside)
        missing = np.isnan(found)
        if missing.any() and surface.grids:
            found[missing] = _nearest(surface.grids[0], xy[missing])
        return found

    return heights


def _nearest(grid: ElevationGrid, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """The height of the nearest cell that has one: a gap in the ground is no cliff."""
    row, column = np.nonzero(np.isfinite(grid.values))
    if not len(row):
        return np.full(len(xy), np.nan)
    cells: Any = shapely.points(grid.middles(column, row))
    wanted: Any = shapely.points(xy)
    which = shapely.STRtree(cells).nearest(wanted)
    heights: NDArray[np.float64] = grid.values[row[which], column[which]].astype(float)
    return heights


def settle(rows: LayerRows, modes: Mapping[str, str], ground: Ground, fallback_m: float) -> LayerRows:
    """Every geometry of ``rows`` with a height. ``modes``: source key -> heights setting.

    Where there is no terrain, ``fallback_m`` (the site's level) stands in.
    """
    if not len(rows):
        return rows
    keys = np.array(rows.strings("source_key"), dtype=object)
    mode = np.array([modes.get(key, "absolute") for key in keys], dtype=object)
    present = ~shapely.is_missing(rows.geometry)
    flat = present & ~shapely.has_z(rows.geometry)
    lay = flat | (present & (mode == "terrain"))
    geometry = rows.geometry.copy()
    if lay.any():
        geometry[lay] = drape(geometry[lay], ground, fallback_m)
        if "from_depth_m" in rows.table.column_names:
            buried = flat & (np.array(rows.strings("kind"), dtype=object) == LINK)
            geometry[buried] = _bury(
                geometry[buried], rows.numbers("from_depth_m")[buried], rows.numbers("to_depth_m")[buried]
            )
    moved = replace(rows, geometry=geometry)
    sunk = present & ~flat & (mode == "own_depth")
    for key in sorted(set(keys[sunk])):
        moved = _keep_depth(moved, sunk & (keys == key), ground, fallback_m)
    return _with_lengths(moved) if "length_m" in rows.table.column_names else moved


def _with_lengths(rows: LayerRows) -> LayerRows:
    """The 3D length of every link that its source gave none."""
    stated = rows.numbers("length_m")
    open_rows = np.isnan(stated) & (np.array(rows.strings("kind"), dtype=object) == LINK)
    points, owner = shapely.get_coordinates(rows.geometry, include_z=True, return_index=True)
    step = np.linalg.norm(np.diff(points, axis=0), axis=1)
    same = owner[1:] == owner[:-1]
    length = np.bincount(owner[1:][same], weights=step[same], minlength=len(rows))
    return rows.with_column("length_m", np.where(open_rows, length, stated))


def drape(geometry: NDArray[np.object_], ground: Ground, fallback_m: float) -> NDArray[np.object_]:
    """The same shapes with the terrain's height at every vertex."""
    flat = shapely.force_2d(geometry)
    coordinates = shapely.get_coordinates(flat)
    heights = ground(coordinates)
    lifted = shapely.force_3d(flat)
    points = np.column_stack([coordinates, np.where(np.isnan(heights), fallback_m, heights)])
    out: NDArray[np.object_] = shapely.set_coordinates(lifted, points)
    return out


def _bury(lines: NDArray[np.object_], start_m: NDArray[np.float64], end_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Draped pipes lowered to their surveyed depth, which runs linearly from end to end; unknown depth stays at 0."""
    start = np.where(np.isnan(start_m), end_m, start_m)
    end = np.where(np.isnan(end_m), start, end_m)
    out = lines.copy()
    for row in np.flatnonzero(~np.isnan(start)):
        points = shapely.get_coordinates(lines[row], include_z=True)
        points[:, 2] -= start[row] + (end[row] - start[row]) * _shares(points)
        out[row] = shapely.set_coordinates(lines[row], points)
    return out


def _keep_depth(rows: LayerRows, ours: NDArray[np.bool_], ground: Ground, fallback_m: float) -> LayerRows:
    """Shift one network vertically: covers onto the terrain, pipes as deep below it as below their covers."""
    kinds = np.array(rows.strings("kind"), dtype=object)
    ids = np.array(rows.strings("feature_id"), dtype=object)
    cover = rows.numbers("cover_level_m")
    nodes = np.flatnonzero(ours & (kinds == NODE))
    cover_of = {ids[row]: cover[row] for row in nodes if not np.isnan(cover[row])}
    known = np.array(list(cover_of.values()))
    typical = float(np.median(known)) if len(known) else np.nan
    geometry = rows.geometry.copy()
    shift = np.full(len(rows), np.nan)
    for row in nodes:
        here = shapely.get_coordinates(geometry[row], include_z=True)
        level = cover[row] if not np.isnan(cover[row]) else float(here[0, 2])
        new = _ground_at(here[:, :2], ground, fallback_m)
        shift[row] = new[0] - level
        geometry[row] = shapely.Point(here[0, 0], here[0, 1], here[0, 2] + shift[row])
    starts, ends = rows.strings("from_id"), rows.strings("to_id")
    for row in np.flatnonzero(ours & (kinds == LINK)):
        geometry[row] = _sink(
            geometry[row], cover_of.get(starts[row]), cover_of.get(ends[row]), typical, ground, fallback_m
        )
    moved = replace(rows, geometry=geometry)
    for name in ("cover_level_m", "bottom_level_m"):
        values = moved.numbers(name)
        moved = moved.with_column(name, np.where(np.isnan(shift), values, values + shift))
    return moved


def _sink(
    line: Any, start_m: float | None, end_m: float | None, typical_m: float, ground: Ground, fallback_m: float
) -> Any:
    """A pipe's axis re-hung below the terrain; cover levels run linearly between its two ends."""
    line = shapely.segmentize(line, BEND_M)
    points = shapely.get_coordinates(line, include_z=True)
    start = typical_m if start_m is None else start_m
    end = typical_m if end_m is None else end_m
    if np.isnan(start) or np.isnan(end):
        start = end = float(points[:, 2].max())
    depth = start + (end - start) * _shares(points) - points[:, 2]
    new = _ground_at(points[:, :2], ground, fallback_m) - depth
    return shapely.set_coordinates(line, np.column_stack([points[:, :2], new]))


def _shares(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,): how far along the line, in plan, each point lies, from 0 to 1."""
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points[:, :2], axis=0).T))])
    shares: NDArray[np.float64] = steps / steps[-1] if steps[-1] > 0 else steps
    return shares


def _ground_at(xy: NDArray[np.float64], ground: Ground, fallback_m: float) -> NDArray[np.float64]:
    heights = ground(xy)
    return np.where(np.isnan(heights), fallback_m, heights)
