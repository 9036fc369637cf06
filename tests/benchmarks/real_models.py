"""Elements of real models by IfcOpenShell, and pipes as the mesher sweeps them, for benchmarks of tiles and viewer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from tests.tiles.scenes import table
from twin.mesh.pipes import sweep
from twin.model.mesh import MeshBatch

MODELS = {
    "Duplex": "ifc/duplex/Duplex_A_20110907.ifc",
    "LargeBuilding": "ifc/bim_whale/LargeBuilding.ifc",
    "SampleHouse4": "ifc/samplehouse/SampleHouse4.ifc",
}


def load(path: Path) -> tuple[MeshBatch, pa.Table]:
    """Every element with a body, by IfcOpenShell, in world coordinates."""
    import ifcopenshell
    import ifcopenshell.geom

    settings = ifcopenshell.geom.settings()
    settings.set("use-world-coords", True)
    parts: list[MeshBatch] = []
    rows: list[tuple[str, str, str]] = []
    for shape in ifcopenshell.geom.iterate(settings, ifcopenshell.open(str(path)), 1):
        positions = np.array(shape.geometry.verts).reshape(-1, 3)
        triangles = np.array(shape.geometry.faces, np.uint32).reshape(-1, 3)
        if not len(triangles):
            continue
        feature = np.zeros(len(positions), np.uint32)
        colour = np.full((1, 4), 255, np.uint8)
        parts.append(MeshBatch(positions, triangles, feature, colour, np.array([len(parts)], np.uint32)))
        rows.append((str(shape.guid), str(shape.type), str(shape.name)))
    batch = MeshBatch.concatenate(parts)
    guids, types, names = (list(column) for column in zip(*rows, strict=True))
    ids = [f"element:{path.stem[:8].lower()}:{guid}" for guid in guids]
    return batch, table(batch, feature_id=ids, global_id=guids, category=types, name=names)


def pipes(count: int) -> tuple[MeshBatch, pa.Table]:
    """Pipes between irregular manholes over a square kilometre, as the mesher sweeps them: normals, closed ends."""
    random = np.random.default_rng(20)
    begin = random.uniform(0, 1000, (count, 3)) * [1, 1, 0.005]
    heading, length = random.uniform(0, 2 * np.pi, count), random.uniform(5, 50, count)
    run = np.stack([np.cos(heading), np.sin(heading), random.uniform(-0.02, 0.02, count)], axis=1) * length[:, None]
    unknown = np.full(count, np.nan)
    batch = sweep(
        shapely.linestrings(np.stack([begin, begin + run], axis=1)),
        random.choice([0.1, 0.15, 0.2, 0.3, 0.6, 1.0], count),
        unknown,
        unknown,
        rgba=np.tile(np.array([[143, 179, 217, 255]], np.uint8), (count, 1)),
        idx=np.arange(count, dtype=np.uint32),
    )
    ids = [f"link:drainage:WS{row}--WS{row + 1}" for row in range(count)]
    names = [f"WS{row}" for row in range(count)]
    return batch, table(batch, feature_id=ids, global_id=[None] * count, category=["WS"] * count, name=names)
