"""Nodes of underground networks: manholes as shafts with a cover, everything else as a small fitting on the pipe."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Origin, Pieces
from twin.mesh.symbols import Symbol, cuboid, disc, lathe, set_down
from twin.model.mesh import MeshBatch

SHAFT_DIAMETER_M: Final = 1.0  # where the survey has none
COVER_DIAMETER_M: Final = 0.7
LEAST_SHAFT_M: Final = 0.1  # a bottom closer to the cover than this is not a shaft
FITTING_M: Final = 0.3  # the least size of a fitting
_COVER = (110, 114, 120)

# Words found in feature or appurtenance names (CJJ 61-2017 and English), first match wins -> which fitting.
FITTING_WORDS: Final = (
    (("消防栓", "消火栓", "hydrant"), "hydrant"),
    (("阀", "valve", "开关"), "valve"),
    (("表", "meter"), "box"),
    (("箱", "柜", "手孔", "cabinet", "box", "tank", "reservoir"), "box"),
    (("泵", "pump"), "box"),
    (("雨水篦", "雨水口", "inlet", "gully", "grate"), "grate"),
    (("杆", "pole", "灯", "lamp"), "post"),
)

# Each at most 60 triangles.
FITTINGS: Final[dict[str, Symbol]] = {
    "joint": lathe([(0.0, 0.0), (0.36, 0.15), (0.5, 0.5), (0.36, 0.85), (0.0, 1.0)], 8),
    "valve": Symbol.join(
        lathe([(0.5, 0.0), (0.12, 0.3), (0.5, 0.6)], 6),
        lathe([(0.06, 0.45), (0.06, 0.9)], 3),
        lathe([(0.3, 0.9), (0.3, 1.0)], 4, light=0.8),
    ),
    "hydrant": lathe([(0.4, 0.0), (0.26, 0.12), (0.26, 0.8), (0.0, 1.0)], 8, tint=(196, 58, 48)),
    "box": cuboid((1.0, 1.0, 1.0), (0.0, 0.0, 0.5)),
    "grate": cuboid((1.0, 0.6, 0.12), (0.0, 0.0, 0.94), tint=_COVER),
    "post": lathe([(0.5, 0.0), (0.3, 1.0)], 6),
}


def fitting_kind(name: str | None) -> str:
    """Which of ``FITTINGS`` stands for a feature or appurtenance name; a plain joint where nothing matches."""
    said = (name or "").lower()
    return next((kind for words, kind in FITTING_WORDS if any(word in said for word in words)), "joint")


def node_symbols(
    points: NDArray[np.object_],
    *,
    cover_level_m: Floats,
    bottom_level_m: Floats,
    shaft_diameter_m: Floats,
    pipe_level_m: Floats,
    pipe_size_m: Floats,
    names: list[str | None],
    rgba: NDArray[np.uint8],
    idx: NDArray[np.uint32],
    origin: Origin = (0.0, 0.0, 0.0),
) -> MeshBatch:
    """Shafts and fittings for (n,) Point Z, campus metres; one feature row a node, normals and vertex colours included.

    A node is a shaft where ``bottom_level_m`` is known and at least 0.1 m below the cover (``cover_level_m``, else the
    point's own height); its diameter is ``SHAFT_DIAMETER_M`` where unknown, and its top narrows to the cover. Every
    other node is the fitting that ``names`` (appurtenance, else feature) ask for, centred on ``pipe_level_m`` (else the
    point's own height) and 1.3 times ``pipe_size_m`` wide, at least ``FITTING_M``. NaN is unknown everywhere. A node
    without any height has no triangles.
    """
    x, y, z = _coordinates(points)
    cover = np.where(np.isfinite(cover_level_m), cover_level_m, z)
    placed = np.isfinite(x) & np.isfinite(y)
    deep = placed & (cover - bottom_level_m >= LEAST_SHAFT_M)
    at = np.column_stack([x, y, z]) - np.asarray(origin)
    rgba = np.asarray(rgba, np.uint8)
    pieces = Pieces()
    known = np.isfinite(shaft_diameter_m) & (shaft_diameter_m > 0)
    diameter = np.where(known, shaft_diameter_m, SHAFT_DIAMETER_M)
    _add_shafts(pieces, np.flatnonzero(deep), at, cover - origin[2], bottom_level_m - origin[2], diameter, rgba)
    level = np.where(np.isfinite(pipe_level_m), pipe_level_m, z) - origin[2]
    size = np.maximum(1.3 * np.where(np.isfinite(pipe_size_m), pipe_size_m, 0.0), FITTING_M)
    kinds = np.array([fitting_kind(name) for name in names], object)
    for kind, symbol in FITTINGS.items():
        rows = np.flatnonzero(~deep & placed & np.isfinite(level) & (kinds == kind))
        cube = np.repeat(size[rows][:, None], 3, axis=1)
        foot = np.column_stack([at[rows, :2], level[rows] - size[rows] / 2.0])
        set_down(pieces, symbol, foot, cube, rows, rgba[rows])
    return pieces.batch(rgba, idx)


def _coordinates(points: NDArray[np.object_]) -> tuple[Floats, Floats, Floats]:
    """x, y, z (n,) of points; NaN for anything that is not a point or has no height."""
    points = np.asarray(points, object)
    is_point = shapely.get_type_id(points) == 0
    only = points.copy()
    only[~is_point] = None
    return shapely.get_x(only), shapely.get_y(only), shapely.get_z(only)


_CHAMBER = lathe([(0.5, 0.0), (0.5, 1.0)], 8, open_above=True)


def _add_shafts(
    pieces: Pieces, rows: Ints, at: Floats, cover: Floats, bottom: Floats, diameter: Floats, rgba: NDArray[np.uint8]
) -> None:
    """Chamber, neck and cover disc: a closed body of 44 triangles that ends where the cover lies."""
    depth = cover[rows] - bottom[rows]
    wide = np.maximum(diameter[rows], 1e-3)
    neck = np.minimum(0.25 * depth, 0.8)
    foot = np.column_stack([at[rows, :2], bottom[rows]])
    set_down(pieces, _CHAMBER, foot, np.column_stack([wide, wide, depth - neck]), rows, rgba[rows])
    shoulder = foot + np.column_stack([np.zeros((len(rows), 2)), depth - neck])
    # in classes of a tenth, so that one neck serves many shafts
    share = np.round(np.minimum(COVER_DIAMETER_M, wide) / wide, 1).clip(0.1, 1.0)
    for one in np.unique(share):
        chosen = share == one
        top = 0.5 * float(one)
        walls = lathe([(0.5, 0.0), (top, 1.0)], 8, open_below=True, open_above=True)
        size = np.column_stack([wide, wide, neck])[chosen]
        lidded = Symbol.join(walls, disc(top, 1.0, 8, tint=_COVER))
        set_down(pieces, lidded, shoulder[chosen], size, rows[chosen], rgba[rows[chosen]])
