"""Roof bodies as closed triangle shells: hipped roofs with a sweep, cones over drums, barrel vaults."""

from __future__ import annotations

import numpy as np

from geodata.demo.building_plan import Array, Mass

Faces = tuple[tuple[int, int, int], ...]


def hipped(key: str, rect: tuple[float, float, float, float], base_m: float, rise_m: float, eaves_m: float) -> Mass:
    """A hipped roof over a rectangle whose slopes steepen upwards, as on the old halls."""
    x0, y0, x1, y1 = rect
    ring = _rectangle(x0 - eaves_m, y0 - eaves_m, x1 + eaves_m, y1 + eaves_m)
    short = min(x1 - x0, y1 - y0) / 2 + eaves_m
    waist = _rectangle(*_inset((x0 - eaves_m, y0 - eaves_m, x1 + eaves_m, y1 + eaves_m), short * 0.55))
    top = _rectangle(*_inset((x0 - eaves_m, y0 - eaves_m, x1 + eaves_m, y1 + eaves_m), short * 0.94))
    levels = ((ring, 0.0), (ring, 0.45), (waist, 0.45 + rise_m * 0.42), (top, rise_m), (top, rise_m + 0.5))
    return _loft(key, "HIP_ROOF", "庑殿顶", "青瓦", levels, base_m)


def cone(key: str, ring: Array, base_m: float, rise_m: float, eaves_m: float) -> Mass:
    """A shallow roof over a round plan, with a lantern on top. ``ring`` (n, 2) runs counter-clockwise."""
    middle = ring.mean(axis=0)
    reach = np.hypot(*(ring[0] - middle))

    def scaled(radius: float) -> Array:
        return np.asarray(middle + (ring - middle) * (radius / reach))

    wide = scaled(reach + eaves_m)
    levels = (
        (wide, 0.0), (wide, 0.5), (scaled(reach * 0.55), rise_m * 0.6),
        (scaled(reach * 0.22), rise_m), (scaled(reach * 0.22), rise_m + 1.6), (scaled(0.4), rise_m + 2.6),
    )  # fmt: skip
    return _loft(key, "DOME_ROOF", "圆顶", "青瓦", levels, base_m)


def vault(key: str, rect: tuple[float, float, float, float], base_m: float, rise_m: float, eaves_m: float) -> Mass:
    """A barrel vault with its axis along x."""
    x0, y0, x1, y1 = rect
    share = np.linspace(0, np.pi, 17)
    y = (y0 + y1) / 2 - np.cos(share) * ((y1 - y0) / 2 + eaves_m)
    z = base_m + 0.3 + np.sin(share) * rise_m
    profile = np.vstack([np.column_stack([y, z]), [[y[-1], base_m], [y[0], base_m]]])
    n = len(profile)
    ends = [np.column_stack([np.full(n, x), profile]) for x in (x0 - eaves_m, x1 + eaves_m)]
    faces: list[tuple[int, int, int]] = []
    for k in range(n):
        m = (k + 1) % n
        faces += [(k, m, n + m), (k, n + m, n + k)]
    # both ends are convex: fans
    faces += [(0, k + 1, k) for k in range(1, n - 1)] + [(n, n + k, n + k + 1) for k in range(1, n - 1)]
    return Mass(key, "IfcRoof", "BARREL_ROOF", "筒形屋面", "铝材", np.vstack(ends), _outward(np.vstack(ends), faces))


def _loft(
    key: str, predefined: str, name: str, material: str, levels: tuple[tuple[Array, float], ...], base_m: float
) -> Mass:
    """Rings of equal size above each other, closed at both ends."""
    n = len(levels[0][0])
    vertices = np.vstack([np.column_stack([ring, np.full(n, base_m + z)]) for ring, z in levels])
    faces: list[tuple[int, int, int]] = []
    for level in range(len(levels) - 1):
        a = level * n
        for k in range(n):
            m = (k + 1) % n
            faces += [(a + k, a + m, a + n + m), (a + k, a + n + m, a + n + k)]
    last = (len(levels) - 1) * n
    faces += [(0, k + 1, k) for k in range(1, n - 1)] + [(last, last + k, last + k + 1) for k in range(1, n - 1)]
    return Mass(key, "IfcRoof", predefined, name, material, vertices, _outward(vertices, faces))


def _outward(vertices: Array, faces: list[tuple[int, int, int]]) -> Faces:
    """The faces turned so that the enclosed volume is positive."""
    a, b, c = (vertices[[f[k] for f in faces]] for k in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())
    return tuple(faces) if volume > 0 else tuple((f[0], f[2], f[1]) for f in faces)


def _rectangle(x0: float, y0: float, x1: float, y1: float) -> Array:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def _inset(rect: tuple[float, float, float, float], by_m: float) -> tuple[float, float, float, float]:
    return rect[0] + by_m, rect[1] + by_m, rect[2] - by_m, rect[3] - by_m
