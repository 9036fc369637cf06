"""Canonical meshes of a generation, placed in scene axes, by feature."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twin.store.campus import Generation


class Bodies:
    """``meshes`` and ``instances`` of one generation, found by feature id."""

    def __init__(self, generation: Generation) -> None:
        self._meshes = generation.auxiliary("meshes")
        self._instances = generation.auxiliary("instances")
        self._origin = np.array(generation.manifest.origin)

    @cached_property
    def _mesh_rows(self) -> dict[str, int]:
        return {one: row for row, one in enumerate(self._meshes["mesh_id"].to_pylist())}

    @cached_property
    def _instance_rows(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, one in enumerate(self._instances["feature_id"].to_pylist()):
            found.setdefault(one, []).append(row)
        return found

    def of(self, feature_id: str) -> Iterator[tuple[NDArray[np.float64], NDArray[np.uint32]]]:
        """Positions (v, 3) in scene metres and triangles (t, 3) of every instance of a feature."""
        for row in self._instance_rows.get(feature_id, []):
            mesh = self._mesh_rows[self._instances["mesh_id"][row].as_py()]
            matrix = np.array(self._instances["matrix"][row].as_py()).reshape(3, 4)
            local = self._meshes["positions"][mesh].values.to_numpy(zero_copy_only=False).reshape(-1, 3)
            triangles = self._meshes["indices"][mesh].values.to_numpy(zero_copy_only=False).reshape(-1, 3)
            yield local @ matrix[:, :3].T + matrix[:, 3] - self._origin, triangles
