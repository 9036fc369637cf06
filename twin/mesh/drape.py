"""Areas laid on the ground: cut into cells that follow it, lifted a little so that they never fight with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces
from twin.mesh.elevation import TerrainSurface
from twin.mesh.polygons import earcut, polygon_rows, rings_of

# Cells of the campus lattice, metres: an area is cut into the coarsest, and a cell into four as long as the ground
# strays more than ``BULGE_M`` from it, seen at its middle and the middles of its sides.
COARSEST_M = 32.0
FINEST_M = (2.0, 4.0, 8.0)  # the first of which all areas together need no more than ``MOST_CELLS``
MOST_CELLS = 100_000
BULGE_M = 0.02


@dataclass(frozen=True, slots=True)
class Draped:
    """What came of laying areas down: points (v, 3) campus metres, triangles (t, 3) counter-clockwise from above,
    and the input row of each point (v,)."""

    points: Floats
    triangles: Ints
    row: Ints

    def add_to(self, pieces: Pieces, origin: Origin, lift_m: Floats) -> None:
        """Add to a batch, every row lifted by its own ``lift_m`` (n,)."""
        lifted = self.points - np.asarray(origin)
        lifted[:, 2] += lift_m[self.row]
        pieces.add(lifted, self.triangles, self.row)


def drape_areas(areas: NDArray[np.object_], ground: TerrainSurface, fallback_m: Floats) -> Draped:
    """Lay (n,) polygons on the ground: cells within ``BULGE_M`` of it or ``FINEST_M`` small, never sinking into it.

    Vertices lie on the ground, raised by what the ground bulges out of the cells around them. ``fallback_m`` (n,): the
    height of an area where no grid knows the ground (NaN: triangles there fall away). Where cells of two sizes meet,
    the seam may step by that bulge; seen from above nothing is ever missing.
    """
    polygons, row = polygon_rows(areas)
    work = _first_cells(shapely.orient_polygons(shapely.force_2d(polygons)), row)
    flats: list[_Flat] = []
    total_m2 = shapely.area(polygons).sum()
    finest = next((one for one in FINEST_M if total_m2 / one**2 <= MOST_CELLS), FINEST_M[-1])
    cell = COARSEST_M
    while len(work.row):
        strays = _strays(work.corner, cell, ground)
        bulging = (np.abs(strays).max(axis=0) > BULGE_M) & (cell > finest)
        flats += work.select(~bulging).triangulated(cell, strays.max(axis=0).clip(0.0)[~bulging])
        work, cell = work.select(bulging).quartered(cell), cell / 2.0
    whole = _joined(flats)
    z = ground.heights(whole.points)
    z = np.where(np.isfinite(z), z, np.asarray(fallback_m, float)[whole.row]) + _shared(whole)
    triangles = whole.triangles[np.isfinite(z[whole.triangles]).all(axis=1)]
    return Draped(np.column_stack([whole.points, np.nan_to_num(z)]), triangles, whole.row)


@dataclass(frozen=True, slots=True)
class _Flat:
    """Triangles before they have heights: points (v, 2)."""

    points: Floats
    triangles: Ints
    row: Ints
    rise: Floats  # (v,) how far the ground bulges out of the cell


def _joined(flats: list[_Flat]) -> _Flat:
    if not flats:
        return _Flat(np.empty((0, 2)), np.empty((0, 3), np.int64), np.empty(0, np.int64), np.empty(0))
    starts = np.cumsum([0, *(len(one.points) for one in flats[:-1])])
    return _Flat(
        np.concatenate([one.points for one in flats]),
        np.concatenate([one.triangles + start for one, start in zip(flats, starts, strict=True)]),
        np.concatenate([one.row for one in flats]),
        np.concatenate([one.rise for one in flats]),
    )


def _shared(flat: _Flat) -> Floats:
    """(v,) the largest rise of all points at the same place (0.1 mm), so that cells stay joined."""
    places = np.round(flat.points * 1e4).astype(np.int64)
    order = np.lexsort((places[:, 1], places[:, 0]))
    first = np.ones(len(order), bool)
    first[1:] = (places[order[1:]] != places[order[:-1]]).any(axis=1)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(first) - 1
    most = np.zeros(int(first.sum()))
    np.maximum.at(most, group, flat.rise)
    return most[group]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells with the part of an area in each: south-west corner (c, 2), the part (None: the whole cell), input row."""

    corner: Floats
    part: NDArray[np.object_]
    row: Ints

    def select(self, mask: NDArray[np.bool_]) -> _Cells:
        return _Cells(self.corner[mask], self.part[mask], self.row[mask])

    def quartered(self, cell: float) -> _Cells:
        """Every cell as four of half the size; empty quarters fall away."""
        half = cell / 2.0
        steps = np.array([[0, 0], [half, 0], [0, half], [half, half]])
        corner = (self.corner[:, None] + steps).reshape(-1, 2)
        return _clipped(np.repeat(self.part, 4), corner, np.repeat(self.row, 4), half)

    def triangulated(self, cell: float, rise: Floats) -> list[_Flat]:
        """Whole cells as two triangles, parts by ear cutting."""
        whole = shapely.is_missing(self.part)
        polygons, place = polygon_rows(self.part[~whole])
        rings = rings_of(shapely.orient_polygons(polygons), self.row[~whole][place])
        return [
            _quads(self.corner[whole], cell, self.row[whole], rise[whole]),
            _Flat(rings.points, earcut(rings), rings.row[rings.polygon], rise[~whole][place][rings.polygon]),
        ]


def _first_cells(polygons: NDArray[np.object_], row: Ints) -> _Cells:
    """All cells of the coarsest lattice that the polygons touch."""
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    low = np.floor(bounds[:, :2] / COARSEST_M).astype(np.int64)
    count = np.maximum(np.ceil(bounds[:, 2:] / COARSEST_M).astype(np.int64) - low, 1)
    total = count.prod(axis=1)
    owner = np.repeat(np.arange(len(polygons)), total)
    place = np.arange(total.sum()) - np.repeat(np.cumsum(total) - total, total)
    step = np.column_stack([place % count[owner, 0], place // count[owner, 0]])
    shapely.prepare(polygons)
    return _clipped(polygons[owner], (low[owner] + step) * COARSEST_M, row[owner], COARSEST_M)


def _clipped(part: NDArray[np.object_], corner: Floats, row: Ints, cell: float) -> _Cells:
    """What of each part (None: everything) lies in its cell."""
    boxes = shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + cell, corner[:, 1] + cell)
    whole = shapely.is_missing(part)
    whole |= shapely.contains(part, boxes)
    meets = whole | shapely.intersects(part, boxes)
    out = np.full(len(part), None, object)
    cut = meets & ~whole
    out[cut] = shapely.intersection(part[cut], boxes[cut])
    meets[cut] = shapely.area(out[cut]) > 0
    return _Cells(corner[meets], out[meets], row[meets])


def _strays(corner: Floats, cell: float, ground: TerrainSurface) -> Floats:
    """(6, c) how far the ground stands above these cells at their sides and diagonals; 0 where it is unknown."""
    sw, w, nw, s, m, n, se, e, ne = (
        ground.heights(corner + np.array([u, v]) * cell) for u in (0.0, 0.5, 1.0) for v in (0.0, 0.5, 1.0)
    )
    sides = [w - (sw + nw) / 2, s - (sw + se) / 2, n - (nw + ne) / 2, e - (se + ne) / 2]
    strays: Floats = np.nan_to_num(np.stack([*sides, m - (sw + ne) / 2, m - (nw + se) / 2]))
    return strays


def _quads(corner: Floats, cell: float, row: Ints, rise: Floats) -> _Flat:
    """Cells as two triangles each."""
    steps = np.array([[0, 0], [cell, 0], [cell, cell], [0, cell]])
    start = (np.arange(len(corner)) * 4)[:, None]
    triangles = np.concatenate([start + np.array([0, 1, 2]), start + np.array([0, 2, 3])])
    return _Flat((corner[:, None] + steps).reshape(-1, 2), triangles, np.repeat(row, 4), np.repeat(rise, 4))
