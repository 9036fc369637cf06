"""Cross-sections that ``pipes.sweep`` moves along an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A circle is drawn as an inscribed polygon: (outer diameter below this in metres, sides). Its area falls short of the
# true one by 10.0 %, 6.5 % and 4.5 %; its vertices lie on the true circle.
SIDES_BY_DIAMETER = ((0.3, 8), (1.0, 10), (np.inf, 12))


@dataclass(frozen=True, slots=True)
class Profile:
    """A convex section in (right, up) units of half width and half height.

    points (m, 2) · normals (m, 2) · edges (e, 2) from right towards up · loop (k,) the corners once, in that order.
    """

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    edges: NDArray[np.int64]
    loop: NDArray[np.int64]


def circle(sides: int) -> Profile:
    """A regular polygon inscribed in the unit circle, smooth normals."""
    angle = 2.0 * np.pi * np.arange(sides) / sides
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    around = np.arange(sides)
    return Profile(points, points, np.column_stack([around, np.roll(around, -1)]), around)


def box() -> Profile:
    """The unit box; every corner twice, once for each face that meets there."""
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    faces = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    points = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1).reshape(8, 2)
    edges = np.arange(8).reshape(4, 2)
    return Profile(points, np.repeat(faces, 2, axis=0), edges, edges[:, 0].copy())
