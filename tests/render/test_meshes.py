"""The triangles of a picture are those of the tiles; they are kept, and taken again only as long as they are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from layers import registry
from tests.render.scenes import RED, block
from twin.build import exchange
from twin.build.drawing import meshing_code
from twin.build.meshing import BY_KIND
from twin.model.mesh import MeshBatch
from twin.render.geometry import Drawn, drawn
from twin.render.kept import kept_meshes
from twin.store.campus import Generation


def test_as_many_triangles_as_the_tiles_have(
    generation: Generation, batches: Mapping[str, Sequence[MeshBatch]]
) -> None:
    """The build counted its finest tiles; those smaller than a lattice step are not in them."""
    for layer, said in generation.manifest.layers.items():
        ours = sum(len(one.triangles) for one in batches.get(layer, ()))
        assert said.triangles <= ours <= said.triangles * 1.001, layer
    assert sum(one.triangles for one in generation.manifest.layers.values()) > 500_000


def test_the_colours_are_those_that_the_build_gave(
    generation: Generation, batches: Mapping[str, Sequence[MeshBatch]]
) -> None:
    """The layers as they were built, not as the code would have them now: the same with the registry of the code."""
    work = exchange.meshing_of(generation, {**generation.definitions, **registry()})
    for layer in ("drainage", "surface"):
        waiting = list(BY_KIND[work.registry[layer].kind](work, work.registry[layer], work.tables[layer]))
        found: list[MeshBatch] = []
        while waiting:
            one = waiting.pop()
            waiting += one.children
            found += [] if one.children else [one.batch]
        ours = np.concatenate([one.vertex_colours() for one in batches[layer]])
        theirs = np.concatenate([one.vertex_colours() for one in found])
        assert (np.unique(ours, axis=0) == np.unique(theirs, axis=0)).all()
        assert len(ours) == len(theirs)


def test_nothing_stands_twice(generation: Generation, batches: Mapping[str, Sequence[MeshBatch]]) -> None:
    """A building is its elements or its block, not also the shell that stands for it from afar."""
    modelled = set(generation.table("elements")["building_id"].to_pylist())
    buildings = generation.table("buildings").to_pylist()
    blocks = {int(idx) for batch in batches["buildings"] for idx in batch.idx[np.unique(batch.feature)]}
    assert len(modelled) > 5
    assert blocks == {one["idx"] for one in buildings if one["feature_id"] not in modelled}


def test_merging_keeps_every_triangle(batches: Mapping[str, Sequence[MeshBatch]]) -> None:
    for those in batches.values():
        merged = drawn(those)
        assert sum(len(one.triangles) for one in merged) == sum(len(one.triangles) for one in those)
        assert len(merged) <= 2


def made(count: list[int]) -> dict[str, list[MeshBatch]]:
    one = block((0, 0, 0, 1, 1, 1), RED, 4)
    count.append(1)
    feature = np.zeros(8, np.uint32)
    rgba, idx = one.rgba[:1], np.array([4], np.uint32)
    return {"buildings": [MeshBatch(one.positions.astype(float), one.triangles.astype(np.uint32), feature, rgba, idx)]}


def test_meshes_are_kept(generation: Generation, tmp_path: Path) -> None:
    count: list[int] = []
    first = kept_meshes(tmp_path, generation, "a", lambda: made(count))
    again = kept_meshes(tmp_path, generation, "a", lambda: made(count))
    assert len(count) == 1
    same(first, again)
    kept_meshes(tmp_path, generation, "b", lambda: made(count))
    assert len(count) == 2  # other code meshes otherwise
    assert len(list((tmp_path / "cache" / "pictures").iterdir())) == 1
    next((tmp_path / "cache" / "pictures").iterdir()).write_bytes(b"PK\x03\x04 half a file")
    same(first, kept_meshes(tmp_path, generation, "b", lambda: made(count)))
    assert len(count) == 3


def test_where_nothing_can_be_kept_there_are_meshes_all_the_same(generation: Generation, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be", encoding="utf-8")
    count: list[int] = []
    assert kept_meshes(tmp_path, generation, "a", lambda: made(count))["buildings"]
    assert kept_meshes(tmp_path, generation, "a", lambda: made(count))["buildings"]
    assert len(count) == 2


def same(first: Mapping[str, Sequence[Drawn]], second: Mapping[str, Sequence[Drawn]]) -> None:
    assert list(first) == list(second)
    for layer in first:
        for one, other in zip(first[layer], second[layer], strict=True):
            for name in ("positions", "triangles", "rgba", "idx"):
                assert (getattr(one, name) == getattr(other, name)).all()


def test_the_code_has_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = meshing_code()
    assert name == meshing_code()
    (tmp_path / "paint.py").write_text("other = True", encoding="utf-8")
    monkeypatch.setattr("twin.build.__path__", [str(tmp_path)])
    assert meshing_code() != name
