"""A layer without rows is an empty batch everywhere, never an error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from twin.mesh.buildings import extrude
from twin.mesh.elements import instances_batch, table_measures
from twin.mesh.elevation import TerrainSurface
from twin.mesh.pipes import sweep
from twin.mesh.shafts import node_symbols
from twin.mesh.solids import solids
from twin.mesh.surface import surface_batch
from twin.mesh.zones import zone_bands
from twin.model.mesh import MeshBatch
from twin.model.tables import INSTANCES, MESHES

NONE, NO = np.empty(0, object), np.empty(0)
SAME = {"rgba": np.empty((0, 4), np.uint8), "idx": np.empty(0, np.uint32)}
NODES = ("cover_level_m", "bottom_level_m", "shaft_diameter_m", "pipe_level_m", "pipe_size_m")

BUILDERS: dict[str, Callable[[], MeshBatch]] = {
    "pipes": lambda: sweep(NONE, NO, NO, NO, **SAME),
    "nodes": lambda: node_symbols(NONE, names=[], **dict.fromkeys(NODES, NO), **SAME),
    "blocks": lambda: extrude(NONE, NO, NO, **SAME),
    "solids": lambda: solids(NONE, **SAME),
    "surface": lambda: surface_batch(NONE, [], ground=TerrainSurface(()), **SAME),
    "zones": lambda: zone_bands(NONE, ground=TerrainSurface(()), **SAME),
    "elements": lambda: instances_batch(MESHES.empty_table(), INSTANCES.empty_table(), feature_ids=[], **SAME),
}


@pytest.mark.parametrize("kind", BUILDERS)
def test_nothing_in_nothing_out(kind: str) -> None:
    batch = BUILDERS[kind]()
    assert batch.features == 0
    assert len(batch.positions) == len(batch.triangles) == 0


def test_an_empty_table_has_no_measures() -> None:
    volume, surface = table_measures(MESHES.empty_table())
    assert len(volume) == len(surface) == 0
