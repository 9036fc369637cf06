"""Meshes of a campus as few large arrays, ready to draw: what is solid, and what is seen through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.mesh import MeshBatch

_UPRIGHT_M2 = 1e-4  # twice the area in plan


@dataclass(frozen=True, slots=True)
class Drawn:
    """V vertices and T triangles of one layer in scene axes.

    positions (V, 3) float32 · triangles (T, 3) · rgba (V, 4) sRGB · idx (V,) number of the feature ·
    normals (V, 3) float32, or None: every triangle is flat.
    """

    positions: NDArray[np.float32]
    triangles: NDArray[np.int32]
    rgba: NDArray[np.uint8]
    idx: NDArray[np.uint32]
    normals: NDArray[np.float32] | None = None

    def split(self) -> list[Drawn]:
        """What is solid, then what is seen through; only those that have triangles. Vertices are shared."""
        seen_through = self.rgba[self.triangles[:, 0], 3] < 255
        if not seen_through.any():
            return [self] if len(self.triangles) else []
        return [part for chosen in (~seen_through, seen_through) if len((part := self._only(chosen)).triangles)]

    @property
    def solid(self) -> bool:
        return bool((self.rgba[self.triangles[:, 0], 3] == 255).all())

    def tinted(self, tints: Mapping[int, tuple[int, int, int]], share: float) -> Drawn:
        """Features of ``tints`` in other colours, their own shining through by what is left of ``share``."""
        if not tints:
            return self
        most = int(max(self.idx.max(initial=0), *tints)) + 1
        has, table = np.zeros(most, bool), np.zeros((most, 3), np.float32)
        has[list(tints)], table[list(tints)] = True, list(tints.values())
        rows = np.flatnonzero(has[self.idx])
        rgba = self.rgba.copy()
        rgba[rows, :3] = np.rint(share * table[self.idx[rows]] + (1 - share) * rgba[rows, :3])
        return Drawn(self.positions, self.triangles, rgba, self.idx, self.normals)

    def faded(self, opacity: float) -> Drawn:
        """The whole as see-through as ``opacity`` says."""
        if opacity >= 1:
            return self
        rgba = self.rgba.copy()
        rgba[:, 3] = np.minimum(np.rint(rgba[:, 3] * opacity), 254)
        return Drawn(self.positions, self.triangles, rgba, self.idx, self.normals)

    def without_upright(self) -> Drawn:
        """Without upright triangles: the skirts of terrain tiles, which seen-through ground would show as walls."""
        a, b, c = (self.positions[self.triangles[:, corner], :2].astype(float) for corner in range(3))
        twice_area = np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))
        return self._only(twice_area > _UPRIGHT_M2)

    def _only(self, chosen: NDArray[np.bool_]) -> Drawn:
        return Drawn(self.positions, self.triangles[chosen], self.rgba, self.idx, self.normals)


@dataclass(frozen=True, slots=True)
class Dots:
    """Things of a layer of the size of a symbol: positions (n, 3) in scene axes, rgb (n, 3) sRGB, idx (n,)."""

    positions: NDArray[np.float32]
    rgb: NDArray[np.uint8]
    idx: NDArray[np.uint32]
    layer: str = ""
    indoors: bool = False


def drawn(batches: Sequence[MeshBatch]) -> list[Drawn]:
    """Batches of a layer as at most two: those with normals of their own, and the flat ones."""
    parts = []
    for smooth in (True, False):
        those = [one for one in batches if (one.normals is not None) == smooth and len(one.triangles)]
        if those:
            parts.append(_merged(those))
    return parts


def _merged(batches: Sequence[MeshBatch]) -> Drawn:
    whole = MeshBatch.concatenate(batches)
    return Drawn(
        np.ascontiguousarray(whole.positions, np.float32),
        np.ascontiguousarray(whole.triangles, np.int32),
        np.ascontiguousarray(whole.vertex_colours(), np.uint8),
        whole.idx[whole.feature].astype(np.uint32),
        None if whole.normals is None else np.ascontiguousarray(whole.normals, np.float32),
    )
