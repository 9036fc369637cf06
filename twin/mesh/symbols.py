"""Small low-poly bodies (fittings, trees, lamps …) drawn once and set down at many points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twin.mesh.assemble import Floats, Ints, Pieces

OWN = -1.0  # in ``shade``: the feature's own colour


@dataclass(frozen=True, slots=True)
class Symbol:
    """A body in unit size: x and y within ±0.5, z from 0 to 1; scaled by (width, width, height) where it stands.

    points (v, 3) · triangles (t, 3) counter-clockwise from outside · normals (v, 3) ·
    tint (v, 3) colour of each vertex as red, green, blue 0..255, or OWN for the feature's colour times ``light`` (v,).
    """

    points: Floats
    triangles: Ints
    normals: Floats
    tint: Floats
    light: Floats

    @staticmethod
    def join(*parts: Symbol) -> Symbol:
        starts = np.cumsum([0, *(len(part.points) for part in parts[:-1])])
        return Symbol(
            np.concatenate([part.points for part in parts]),
            np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]),
            np.concatenate([part.normals for part in parts]),
            np.concatenate([part.tint for part in parts]),
            np.concatenate([part.light for part in parts]),
        )

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Symbol:
        return Symbol(self.points + np.array([x, y, z]), self.triangles, self.normals, self.tint, self.light)


def _symbol(
    faces: list[Floats], smooth: list[Floats] | None, tint: tuple[int, int, int] | None, light: float
) -> Symbol:
    """Convex faces (k, 3) fanned into triangles, each with vertices of its own."""
    points = np.concatenate(faces)
    starts = np.cumsum([0, *(len(face) for face in faces[:-1])])
    fans = [
        np.column_stack([np.zeros(len(face) - 2, np.int64), np.arange(1, len(face) - 1), np.arange(2, len(face))])
        + start
        for face, start in zip(faces, starts, strict=True)
    ]
    flat = [np.broadcast_to(_facing(face), face.shape) for face in faces]
    normals = np.concatenate(flat if smooth is None else smooth)
    colour = np.full((len(points), 3), OWN) if tint is None else np.tile(np.array(tint, float), (len(points), 1))
    return Symbol(points, np.concatenate(fans), normals, colour, np.full(len(points), light))


def _facing(face: Floats) -> Floats:
    """The unit normal of a flat convex face (Newell)."""
    area = np.cross(face, np.roll(face, -1, axis=0)).sum(axis=0)
    unit: Floats = area / np.linalg.norm(area)
    return unit


def lathe(
    profile: list[tuple[float, float]],
    sides: int,
    *,
    tint: tuple[int, int, int] | None = None,
    light: float = 1.0,
    open_below: bool = False,
    open_above: bool = False,
) -> Symbol:
    """A profile of (radius, z) from bottom to top turned round the z axis, closed unless said otherwise.

    Normals are smooth round the axis, flat along it. A radius of 0 makes a tip. Triangles: two a side for every step of
    the profile (one where it ends in a tip), and ``sides`` - 2 for each flat end.
    """
    angle = 2.0 * np.pi * np.arange(sides) / sides
    spokes = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(sides)])
    faces: list[Floats] = []
    normals: list[Floats] = []
    for (r0, z0), (r1, z1) in pairwise(profile):
        low, high = spokes * r0 + [0, 0, z0], spokes * r1 + [0, 0, z1]
        lean = np.array([z1 - z0, r0 - r1]) / np.hypot(z1 - z0, r0 - r1)
        around = spokes * lean[0] + [0, 0, lean[1]]
        for i in range(sides):
            j = (i + 1) % sides
            corners = [low[i], low[j], high[j], high[i]] if r0 and r1 else [low[i], low[j], high[j]]
            corners = corners if r0 else [low[i], high[j], high[i]]
            turn = [i, j, j, i] if r0 and r1 else [i, j, j] if r0 else [i, j, i]
            faces.append(np.array(corners))
            normals.append(around[turn])
    for radius, z, up in ((profile[0][0], profile[0][1], False), (profile[-1][0], profile[-1][1], True)):
        if radius and not (open_above if up else open_below):
            ring = spokes * radius + [0, 0, z]
            faces.append(ring if up else ring[::-1])
            normals.append(np.tile([0.0, 0.0, 1.0 if up else -1.0], (sides, 1)))
    return _symbol(faces, normals, tint, light)


def disc(radius: float, z: float, sides: int, *, tint: tuple[int, int, int] | None = None) -> Symbol:
    """A flat round that looks up."""
    angle = 2.0 * np.pi * np.arange(sides) / sides
    return _symbol(
        [np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(sides, z)])], None, tint, 1.0
    )


def cuboid(
    size: tuple[float, float, float],
    centre: tuple[float, float, float],
    *,
    tint: tuple[int, int, int] | None = None,
    light: float = 1.0,
) -> Symbol:
    """A box of 12 triangles."""
    signs = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    corners = signs * size + np.array(centre)
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    return _symbol([corners[quad] for quad in quads], None, tint, light)


def leaf(
    points: list[tuple[float, float, float]], *, tint: tuple[int, int, int] | None = None, light: float = 1.0
) -> Symbol:
    """A flat shape seen from both sides."""
    face = np.array(points)
    return _symbol([face, face[::-1]], None, tint, light)


def set_down(
    pieces: Pieces,
    symbol: Symbol,
    at: Floats,
    size: Floats,
    row: Ints,
    rgba: NDArray[np.uint8],
    *,
    turn_rad: Floats | None = None,
) -> None:
    """Put ``symbol`` at (n, 3) scene points, scaled by ``size`` (n, 3) m, turned about z, as feature rows ``row``.

    ``rgba`` (n, 4): the features' colours. Adds normals and vertex colours.
    """
    if not len(at):
        return
    turn = np.zeros(len(at)) if turn_rad is None else turn_rad
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    local = symbol.points[None] * size[:, None]
    leaning = symbol.normals[None] / size[:, None]
    leaning /= np.linalg.norm(leaning, axis=-1, keepdims=True)
    count = len(symbol.points)
    triangles = symbol.triangles[None] + (np.arange(len(at)) * count)[:, None, None]
    pieces.add(
        (_turned(local, cos, sin) + at[:, None]).reshape(-1, 3),
        triangles.reshape(-1, 3),
        np.repeat(row, count),
        normals=_turned(leaning, cos, sin).reshape(-1, 3),
        colours=_painted(symbol, rgba).reshape(-1, 4),
    )


def _turned(vectors: Floats, cos: Floats, sin: Floats) -> Floats:
    x, y = vectors[..., 0], vectors[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos, vectors[..., 2]], axis=-1)


def _painted(symbol: Symbol, rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, v, 4) colours of a symbol for features of these colours."""
    own = (symbol.tint[:, :1] < 0)[None]
    base = np.where(own, rgba[:, None, :3].astype(float), symbol.tint[None]) * symbol.light[None, :, None]
    alpha = np.broadcast_to(rgba[:, None, 3:], (len(rgba), len(symbol.points), 1))
    return np.concatenate([base.round().clip(0, 255).astype(np.uint8), alpha], axis=2)
