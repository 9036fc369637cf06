"""The demo, meshed once for all tests of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from twin.build.drawing import finest_meshes
from twin.model.mesh import MeshBatch
from twin.render import studio
from twin.render.geometry import Drawn, drawn
from twin.store.campus import Campus, Generation

pytest.importorskip("pyvista")


@pytest.fixture(scope="package", autouse=True)
def _smaller_shadow_map() -> Iterator[None]:
    """Shadows as fine as they are in use take most of the time of a small picture."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studio, "_SHADOW_PX", 1024)
        yield


@pytest.fixture(scope="session")
def generation(demo_campus: Path) -> Generation:
    return Campus.open(demo_campus).generation


@pytest.fixture(scope="session")
def batches(generation: Generation) -> Mapping[str, Sequence[MeshBatch]]:
    return finest_meshes(generation)


@pytest.fixture(scope="session")
def meshed(batches: Mapping[str, Sequence[MeshBatch]]) -> Mapping[str, Sequence[Drawn]]:
    return {layer: drawn(those) for layer, those in batches.items()}
