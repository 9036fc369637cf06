"""Plane and spatial similarities: what places a model, and what stands in for a map projection on the globe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.crs.adjustment import fit_account
from twin.crs.naming import Points
from twin.errors import BadPlacementError


@dataclass(frozen=True, slots=True)
class Similarity:
    """Plane similarity with a height shift: the four parameters of Chinese practice plus dz.

    ``residuals_m`` and ``height_residuals_m`` are those of the control points it was fitted to, in the plane (lengths)
    and in height (with their signs: fitted minus given); empty when it was stated.
    ``standard_error_m`` (of unit weight) and ``suspects`` (positions of points that do not belong) are of ``helmert``.
    """

    dx_m: float = 0.0
    dy_m: float = 0.0
    dz_m: float = 0.0
    rotation_rad: float = 0.0
    scale: float = 1.0
    residuals_m: tuple[float, ...] = ()
    height_residuals_m: tuple[float, ...] = ()
    standard_error_m: float | None = None
    suspects: tuple[int, ...] = ()

    def worst_m(self) -> float:
        """The largest residual, in the plane or in height; 0 without control points."""
        return max((abs(one) for one in (*self.residuals_m, *self.height_residuals_m)), default=0.0)

    def account(self) -> dict[str, Any]:
        """JSON-ready: what it is and how well it fits; empty for none."""
        said = fit_account(self.residuals_m, self.height_residuals_m, self.standard_error_m, self.suspects)
        if self != Similarity():
            said["rotation_deg"] = round(math.degrees(self.rotation_rad), 6)
            said["scale"] = self.scale
        return said

    def matrix(self) -> NDArray[np.float64]:
        """4×4, column vectors. Heights are shifted, never scaled."""
        c, s = self.scale * math.cos(self.rotation_rad), self.scale * math.sin(self.rotation_rad)
        return np.array([[c, -s, 0, self.dx_m], [s, c, 0, self.dy_m], [0, 0, 1, self.dz_m], [0, 0, 0, 1]])

    def apply(self, points: Points) -> Points:
        """(n, 2) or (n, 3) points."""
        size = points.shape[1]
        matrix = self.matrix()
        return points @ matrix[:size, :size].T + matrix[:size, 3]

    @staticmethod
    def between(start: Sequence[float], end: Sequence[float], rotation_deg: float, scale: float = 1.0) -> Similarity:
        """The similarity that turns by ``rotation_deg`` (counter-clockwise) and takes ``start`` to ``end``."""
        turn = Similarity(rotation_rad=math.radians(rotation_deg), scale=scale)
        x, y = turn.apply(np.array([[start[0], start[1]]], dtype=float))[0]
        z = (start[2] if len(start) > 2 else 0.0, end[2] if len(end) > 2 else 0.0)
        return Similarity(end[0] - x, end[1] - y, z[1] - z[0], turn.rotation_rad, scale)

    @staticmethod
    def fit(start: Points, end: Points, *, free_scale: bool, path: Path | str = "placement") -> Similarity:
        """Least squares over ≥2 control points (Umeyama 1991 in the plane); heights by their mean difference."""
        if len(start) != len(end) or len(start) < 2:
            raise BadPlacementError(path=path, detail="at least two control points are needed")
        a, b = start[:, :2] - start[:, :2].mean(axis=0), end[:, :2] - end[:, :2].mean(axis=0)
        za, zb = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
        spread = float(np.sum(np.abs(za) ** 2))
        if spread < 1e-6:
            raise BadPlacementError(path=path, detail="the control points coincide")
        turn = np.sum(np.conj(za) * zb)
        scale = float(abs(turn) / spread) if free_scale else 1.0
        rotation = float(np.angle(turn))
        bare = Similarity(rotation_rad=rotation, scale=scale)
        shift = end[:, :2].mean(axis=0) - bare.apply(start[:, :2]).mean(axis=0)
        rise = end[:, 2] - start[:, 2] if start.shape[1] > 2 and end.shape[1] > 2 else np.empty(0)
        dz = float(rise.mean()) if len(rise) else 0.0
        fitted = Similarity(float(shift[0]), float(shift[1]), dz, rotation, scale)
        misfit = np.linalg.norm(fitted.apply(start[:, :2]) - end[:, :2], axis=1)
        residuals = tuple(float(one) for one in misfit)
        return replace(fitted, residuals_m=residuals, height_residuals_m=tuple(float(one) for one in dz - rise))


def fit_similarity(start: Points, end: Points) -> tuple[NDArray[np.float64], float]:
    """Least-squares 3D similarity (Umeyama 1991) start -> end: 4×4 and the worst residual in metres."""
    a, b = start - start.mean(axis=0), end - end.mean(axis=0)
    u, singular, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(u @ vt)))])
    rotation = u @ sign @ vt
    scale = float(np.sum(singular * np.diag(sign)) / np.sum(a * a))
    matrix = np.eye(4)
    matrix[:3, :3] = scale * rotation
    matrix[:3, 3] = end.mean(axis=0) - matrix[:3, :3] @ start.mean(axis=0)
    residual = np.linalg.norm(start @ matrix[:3, :3].T + matrix[:3, 3] - end, axis=1).max()
    return matrix, float(residual)
