"""A coarse shell of a building, from its elements: what stands in for it at a distance.

The building is cut into slabs of equal height. In each slab the plan of the elements that pass through it is united,
small gaps and holes are closed, the outline simplified, and equal neighbours merged; what is left is extruded. Towers,
podiums, setbacks and courtyards survive; windows and furniture do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Pieces
from twin.mesh.buildings import add_prisms
from twin.mesh.polygons import polygon_rows, rings_of
from twin.model.mesh import MeshBatch

SLAB_M = 3.0
MOST_SLABS = 40
CLOSE_M = 0.8  # gaps narrower than twice this are closed: doors, windows, joints
SMALLEST_HOLE_M2 = 25.0  # courtyards above this stay open
SMALLEST_PART_M2 = 2.0
FILLED_SHARE = 0.9  # a plan that fills this much of its hull is its hull
MOST_PER_ELEMENT = 300
PLATE_SHARE = 0.25  # an element that fills less of a slab's height is a plate
PLATE_REACH_M = 0.6  # plates this far above or below a slab still close it
SAME_SHARE = 0.04  # neighbouring slabs that differ by less are one
COARSENINGS_M = (0.2, 0.5, 1.0, 2.0, 4.0)
MOST_TRIANGLES = 500


def shell(
    elements: MeshBatch,
    *,
    idx: int | NDArray[np.uint32],
    rgba: NDArray[np.uint8],
    slab_m: float = SLAB_M,
    max_triangles: int = MOST_TRIANGLES,
) -> MeshBatch:
    """One feature (``idx``, ``rgba`` of one building) of at most ``max_triangles`` around the elements of a building.

    ``elements`` in scene axes, as ``instances_batch`` makes them; the shell stays within their heights, and within
    ``CLOSE_M`` plus the coarsening that the triangles allowed of their plan. Elements without triangles do not count; a
    building without any is an empty batch.
    """
    number, colour = np.asarray(idx, np.uint32).reshape(1), np.asarray(rgba, np.uint8).reshape(1, 4)
    if not len(elements.triangles):
        return Pieces().batch(colour, number)
    plans = element_plans(elements)
    bands = _bands(plans, slab_m)
    batch = _extruded(_simplified(bands, COARSENINGS_M[0]), number, colour)
    for coarser in COARSENINGS_M[1:]:
        if len(batch.triangles) <= max_triangles:
            return batch
        batch = _extruded(_simplified(bands, coarser), number, colour)
    if len(batch.triangles) <= max_triangles:
        return batch
    whole = shapely.oriented_envelope(shapely.union_all(bands.outline))
    low, high = bands.low.min(keepdims=True), bands.high.max(keepdims=True)
    return _extruded(_Bands(np.array([whole], object), low, high), number, colour)


@dataclass(frozen=True, slots=True)
class Plans:
    """What each element covers on the map, (e,) polygons in scene metres, and its lowest and highest point (e,)."""

    outline: NDArray[np.object_]
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class _Bands:
    """Outlines with the heights they reach between, from below."""

    outline: NDArray[np.object_]
    low: Floats
    high: Floats


def element_plans(elements: MeshBatch) -> Plans:
    """The plan of every element that has triangles.

    A small element (hull ≤ 20 m²) is its convex hull; a large one the union of its triangles that do not stand upright,
    so that a slab with a courtyard keeps it. What has no area on the map (a thin upright sheet) is widened to 10 cm.
    """
    used = np.unique(elements.feature[elements.triangles[:, 0]]).astype(np.int64)
    owner = elements.feature[elements.triangles]
    corner = np.unique(elements.triangles[owner == owner[:, :1]].ravel())
    xyz, feature = elements.positions[corner], elements.feature[corner]
    place = np.searchsorted(used, feature)
    order = np.argsort(place, kind="stable")
    hulls = shapely.convex_hull(shapely.multipoints(shapely.points(xyz[order, :2]), indices=place[order]))
    low, high = np.full(len(used), np.inf), np.full(len(used), -np.inf)
    np.minimum.at(low, place, xyz[:, 2])
    np.maximum.at(high, place, xyz[:, 2])
    large = np.flatnonzero(shapely.area(hulls) > 20.0)
    if len(large):
        hulls[large] = _flat_unions(elements, used[large], hulls[large])
    thin = shapely.get_dimensions(hulls) < 2
    hulls[thin] = shapely.buffer(hulls[thin], 0.05, quad_segs=1, cap_style="square", join_style="mitre")
    return Plans(hulls, low, high)


def _flat_unions(elements: MeshBatch, features: Ints, hulls: NDArray[np.object_]) -> NDArray[np.object_]:
    """The union of each feature's ``MOST_PER_ELEMENT`` largest triangles that look up; its hull where they fill it.

    Most plates are convex, and then their triangles need not be united: that is the slow part.
    """
    corners = elements.positions[elements.triangles][..., :2]
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2.0
    owner = elements.feature[elements.triangles[:, 0]]
    out = hulls.copy()
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], features, side="left")
    ends = np.searchsorted(owner[order], features, side="right")
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        own = order[start:end]
        flat = own[area[own] > 1e-4]
        if len(flat) and area[flat].sum() < FILLED_SHARE * hulls[place].area:
            flat = flat[np.argsort(-area[flat], kind="stable")[:MOST_PER_ELEMENT]]
            triangles = shapely.polygons(np.concatenate([corners[flat], corners[flat][:, :1]], axis=1))
            out[place] = shapely.union_all(triangles)
    return out


def _bands(plans: Plans, slab_m: float) -> _Bands:
    """United, closed outlines slab by slab, equal neighbours merged."""
    bottom, top = float(plans.low.min()), float(plans.high.max())
    count = int(np.clip(np.ceil((top - bottom) / slab_m - 0.2), 1, MOST_SLABS))
    levels = np.linspace(bottom, max(top, bottom + 0.1), count + 1)
    outlines: list[shapely.Geometry] = []
    lows: list[float] = []
    highs: list[float] = []
    for low, high in pairwise(levels):
        outline, upper = _slab(plans, float(low), float(high))
        if shapely.is_empty(outline):
            continue
        if outlines and highs[-1] == low and _same(outlines[-1], outline):
            highs[-1] = upper
            continue
        outlines.append(outline)
        lows.append(float(low))
        highs.append(upper)
    return _Bands(np.array(outlines, object), np.array(lows), np.array(highs))


def _slab(plans: Plans, low: float, high: float) -> tuple[shapely.Geometry, float]:
    """The outline between two heights and how high it reaches.

    What stands (walls, columns) makes the outline; plates (floors, roofs, terraces) only fill what walls enclose, so a
    terrace does not become a storey. Where nothing stands, the plates are the outline, as high as they are.
    """
    share = np.minimum(plans.high, high) - np.maximum(plans.low, low)
    stands = share >= PLATE_SHARE * (high - low)
    near = (plans.high >= low - PLATE_REACH_M) & (plans.low <= high + PLATE_REACH_M)
    plates = _closed(plans.outline[near & ~stands])
    if not stands.any():
        own = (share >= 0) & (plans.high > low)
        return (_closed(plans.outline[own]), float(min(plans.high[own].max(), high))) if own.any() else (plates, low)
    walls = _closed(plans.outline[stands])
    filled = shapely.union_all([shapely.Polygon(one.exterior) for one in polygon_rows(np.array([walls], object))[0]])
    whole = shapely.union(walls, shapely.intersection(filled, plates))
    return _closed(np.array([whole], object)), high


def _closed(parts: NDArray[np.object_]) -> shapely.Geometry:
    """The union of the parts with narrow gaps and small holes closed and small pieces dropped."""
    with np.errstate(divide="ignore", invalid="ignore"):  # GEOS raises the flags at needle-sharp corners it then bevels
        grown = shapely.buffer(parts, CLOSE_M, join_style="mitre", quad_segs=1, mitre_limit=2.0)
        whole = shapely.buffer(shapely.union_all(grown), -CLOSE_M, join_style="mitre", mitre_limit=2.0)
    pieces, _ = polygon_rows(np.array([whole], object))
    kept = [_without_small_holes(piece) for piece in pieces if piece.area >= SMALLEST_PART_M2]
    if not kept and len(pieces):
        kept = [max(pieces, key=shapely.area)]
    return shapely.union_all(kept)


def _without_small_holes(piece: shapely.Polygon) -> shapely.Polygon:
    holes = [ring for ring in piece.interiors if shapely.Polygon(ring).area > SMALLEST_HOLE_M2]
    return shapely.Polygon(piece.exterior, holes)


def _same(a: shapely.Geometry, b: shapely.Geometry) -> bool:
    return bool(shapely.area(shapely.symmetric_difference(a, b)) <= SAME_SHARE * max(shapely.area(a), shapely.area(b)))


def _simplified(bands: _Bands, coarseness_m: float) -> _Bands:
    """Outlines with fewer corners, as long as something is left of them."""
    simple = shapely.simplify(bands.outline, coarseness_m, preserve_topology=True)
    return _Bands(np.where(shapely.is_empty(simple), bands.outline, simple), bands.low, bands.high)


def _extruded(bands: _Bands, idx: NDArray[np.uint32], rgba: NDArray[np.uint8]) -> MeshBatch:
    """All bands as closed prisms of one feature."""
    polygons, row = polygon_rows(bands.outline)
    rings = rings_of(shapely.orient_polygons(shapely.force_2d(polygons)), row)
    prisms = Pieces()
    add_prisms(prisms, rings, bands.low, bands.high, floor=True)
    pieces = Pieces()
    for positions, triangles in zip(prisms.positions, prisms.triangles, strict=True):
        pieces.add(positions, triangles, 0)
    return pieces.batch(rgba, idx)
