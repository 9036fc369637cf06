"""The surface layer as triangles: areas and ribbons draped on the ground, fences and walls, trees, lamps and signs.

What a row becomes follows from its geometry and its class:

- areas, and lines of a class in ``RIBBON_M``: draped (``drape.py``) and lifted by ``LIFT_M``, so that what lies on top
  in life lies on top here. A ribbon is the centreline buffered by half its width, joins and ends round.
- lines of a class in ``WALLS``: an upright band of ``height_m``, following the ground.
- points: ``surface_symbols``; trees by species, height and crown, each turned and varied by its number, always alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces
from twin.mesh.drape import drape_areas
from twin.mesh.elevation import TerrainSurface
from twin.mesh.pipes import sweep
from twin.mesh.surface_symbols import POINTS, TREES, Standing, tree_shape
from twin.mesh.symbols import set_down
from twin.model.mesh import MeshBatch

WRITTEN_BACK: Final = "written_back"  # the class of what somebody computed
# How far above the ground an area of each class lies, metres.
LIFT_M: Final = {
    "green": 0.05,
    "other": 0.06,
    "water": 0.07,
    "sport": 0.08,
    "plaza": 0.10,
    "parking": 0.11,
    "path": 0.13,
    "road": 0.15,
    WRITTEN_BACK: 0.2,
}
# Width of a line of each class where the table has none, metres.
RIBBON_M: Final = {
    "road": 6.0,
    "path": 2.0,
    "parking": 2.5,
    "plaza": 3.0,
    "green": 2.0,
    "water": 2.0,
    "sport": 1.2,
    "other": 1.0,
}
# Height and thickness of upright bands where the table has none, metres.
WALLS: Final = {"fence": (1.8, 0.06), "wall": (2.2, 0.24), "hedge": (1.0, 0.8)}
TREE_HEIGHT_M, CROWN_SHARE = 7.0, 0.6  # crown as a share of the height
POINT_ON_LINE = "other"


def surface_batch(
    geometry: NDArray[np.object_],
    surface_class: Sequence[str | None],
    *,
    ground: TerrainSurface,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    width_m: Floats | None = None,
    height_m: Floats | None = None,
    crown_m: Floats | None = None,
    species: Sequence[str | None] | None = None,
    origin: Origin = (0.0, 0.0, 0.0),
) -> MeshBatch:
    """Triangles of (n,) rows in campus coordinates, one feature row each, vertex colours included.

    The ground decides the height; where no grid knows it, the geometry's own mean height does, and a row that has
    neither has no triangles. NaN in the measures is unknown: the tables of this module say what stands in.
    """
    geometry = np.asarray(geometry, object)
    count = len(geometry)
    unknown = np.full(count, np.nan)
    width, height, crown = (unknown if one is None else np.asarray(one, float) for one in (width_m, height_m, crown_m))
    kinds = np.array([one or "other" for one in surface_class], object)
    rows = _rows_by_shape(geometry, kinds)
    rgba, fallback = np.asarray(rgba, np.uint8), _own_heights(geometry)
    flat = Pieces()
    areas = np.full(count, None, object)
    areas[rows["area"]] = geometry[rows["area"]]
    areas[rows["ribbon"]] = _ribbons(geometry[rows["ribbon"]], kinds[rows["ribbon"]], width[rows["ribbon"]])
    lift = np.array([LIFT_M.get(kind, LIFT_M["other"]) for kind in kinds])
    drape_areas(areas, ground, fallback).add_to(flat, origin, lift)
    standing = Pieces()
    points = _on_ground(geometry, rows["point"], ground, fallback, origin)
    sizes = np.column_stack([width, height, crown])
    _add_points(standing, points, rows["point"], kinds, sizes, species, rgba, idx)
    walls = _walls(geometry, rows["wall"], kinds, (width, height), ground, fallback, rgba, idx, origin)
    return _merged([flat.batch(rgba, idx), standing.batch(rgba, idx), walls])


def _rows_by_shape(geometry: NDArray[np.object_], kinds: NDArray[np.object_]) -> dict[str, Ints]:
    """Which rows are areas, ribbons, walls and points."""
    dimension = shapely.get_dimensions(geometry)
    is_wall = np.isin(kinds, list(WALLS))
    shapes = {"area": dimension == 2, "ribbon": (dimension == 1) & ~is_wall, "wall": (dimension == 1) & is_wall}
    return {name: np.flatnonzero(mask) for name, mask in {**shapes, "point": dimension == 0}.items()}


def _own_heights(geometry: NDArray[np.object_]) -> Floats:
    """(n,) mean height of the vertices; NaN without heights."""
    points, row = shapely.get_coordinates(geometry, include_z=True, return_index=True)
    known = np.isfinite(points[:, 2])
    total = np.bincount(row[known], points[known, 2], minlength=len(geometry))
    share = np.bincount(row[known], minlength=len(geometry))
    return np.where(share > 0, total / np.maximum(share, 1), np.nan)


def _ribbons(lines: NDArray[np.object_], kinds: NDArray[np.object_], width: Floats) -> NDArray[np.object_]:
    """Centrelines as areas."""
    usual = np.array([RIBBON_M.get(kind, RIBBON_M["other"]) for kind in kinds])
    half = np.where(np.isfinite(width) & (width > 0), width, usual) / 2.0
    ribbons: NDArray[np.object_] = shapely.buffer(shapely.force_2d(lines), half, quad_segs=3, join_style="round")
    return ribbons


def _on_ground(
    geometry: NDArray[np.object_], rows: Ints, ground: TerrainSurface, fallback: Floats, origin: Origin
) -> Floats:
    """(r, 3) scene points where these rows stand; NaN height where nothing is known."""
    middle = shapely.centroid(geometry[rows])
    xy = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    z = ground.heights(xy)
    points: Floats = np.column_stack([xy, np.where(np.isfinite(z), z, fallback[rows])]) - np.asarray(origin)
    return points


def _add_points(
    pieces: Pieces,
    at: Floats,
    rows: Ints,
    kinds: NDArray[np.object_],
    sizes: Floats,
    species: Sequence[str | None] | None,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
) -> None:
    """Set every point's symbol down; ``sizes`` (n, 3) width, height and crown of all rows."""
    known = np.isfinite(at).all(axis=1)
    at, rows = at[known], rows[known]
    names = [
        f"tree:{tree_shape(species[r] if species is not None else None)}" if kinds[r] == "tree" else kinds[r]
        for r in rows
    ]
    turn, vary = _variation(np.asarray(idx)[rows])
    for name in sorted(set(names)):
        own = np.array([one == name for one in names])
        place = rows[own]
        width, height, crown = sizes[place].T
        if name.startswith("tree:"):
            symbol = TREES[name.removeprefix("tree:")]
            size = _tree_sizes(height, np.where(np.isfinite(crown), crown, width), vary[own])
        else:
            kind = POINTS.get(name, POINTS[POINT_ON_LINE])
            symbol, size = kind.symbol, _sizes(kind, width, height)
        angle = turn[own] if name.startswith("tree:") else np.zeros(len(place))
        set_down(pieces, symbol, at[own], size, place, rgba[place], turn_rad=angle)


def _variation(number: NDArray[np.uint32]) -> tuple[Floats, Floats]:
    """An angle and a factor of 0.85..1.15 for each number, scattered but always the same (Knuth's hash)."""
    mixed = (number.astype(np.uint64) * 2654435761) & 0xFFFFFFFF
    return (mixed & 0xFFFF) / 0x10000 * 2.0 * np.pi, 0.85 + 0.3 * (mixed >> 16) / 0x10000


def _tree_sizes(height: Floats, crown: Floats, vary: Floats) -> Floats:
    """(n, 3): as measured; what was not measured varies from tree to tree."""
    tall = np.where(np.isfinite(height) & (height > 0), height, TREE_HEIGHT_M * vary)
    wide = np.where(np.isfinite(crown) & (crown > 0), crown, tall * CROWN_SHARE * (2.0 - vary))
    return np.column_stack([wide, wide, tall])


def _sizes(kind: Standing, width: Floats, height: Floats) -> Floats:
    tall = np.where(np.isfinite(height) & (height > 0), height, kind.height_m)
    wide = np.where(np.isfinite(width) & (width > 0), width, kind.height_m if kind.width_m is None else kind.width_m)
    return np.column_stack([wide, wide, tall])


def _walls(
    geometry: NDArray[np.object_],
    rows: Ints,
    kinds: NDArray[np.object_],
    sizes: tuple[Floats, Floats],
    ground: TerrainSurface,
    fallback: Floats,
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    origin: Origin,
) -> MeshBatch:
    """Upright bands: boxes swept along the line on the ground, sunk 5 % so that no light shows below."""
    usual = np.array([WALLS[kind] for kind in kinds[rows]]).reshape(-1, 2)
    height = np.where(np.isfinite(sizes[1][rows]) & (sizes[1][rows] > 0), sizes[1][rows], usual[:, 0])
    thick = np.where(np.isfinite(sizes[0][rows]) & (sizes[0][rows] > 0), sizes[0][rows], usual[:, 1])
    lines = shapely.segmentize(shapely.force_2d(geometry[rows]), max(ground.cell_m, 4.0))
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    z = ground.heights(xy)
    z = np.where(np.isfinite(z), z, fallback[rows][owner]) + 0.45 * height[owner]
    axes = shapely.set_coordinates(shapely.force_3d(lines), np.column_stack([xy, z]))
    swept = sweep(
        axes, np.full(len(rows), np.nan), thick, height, rgba=rgba[rows], idx=np.asarray(idx)[rows], origin=origin
    )
    whole = Pieces()
    whole.add(swept.positions, swept.triangles, rows[swept.feature])
    return whole.batch(rgba, idx)


def _merged(batches: list[MeshBatch]) -> MeshBatch:
    """Batches over the same features as one; normals go (areas have none), colours stay."""
    pieces = Pieces()
    for one in batches:
        pieces.add(one.positions, one.triangles, one.feature, colours=one.vertex_colours())
    return pieces.batch(batches[0].rgba, batches[0].idx)
