"""What lands on disk: two true tilesets over the same contents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from tests.tiles.scenes import boxes, grid_of_boxes, table
from tests.tiles.witness import Glb, complaints, open_all
from twin.model.mesh import MeshBatch
from twin.tiles.plan import FEW_CHUNKS, Coarse, TileContent, chunked_contents, whole_contents, write_tiles
from twin.tiles.split import partition

SCHEMA = json.loads((Path(__file__).parent / "tileset.schema.json").read_text())
ECEF = [0.8, 0.6, 0, 0, -0.36, 0.48, 0.8, 0, 0.48, -0.64, 0.6, 0, -2_800_000.5, 4_700_000.25, 3_200_000.125, 1]


def content(key: str, layer: str, batch: MeshBatch, **more: Any) -> TileContent:
    return TileContent(key, layer, batch, table(batch), **more)


def campus() -> list[TileContent]:
    """Terrain in two levels, a building with a shell, pipes in chunks behind an overview, one flat thing."""
    pipes = boxes(
        np.random.default_rng(4).uniform(0, 900, (800, 3)) * [1, 1, 0.005] - [0, 0, 6],
        np.tile([25.0, 0.4, 0.4], (800, 1)),
        first_idx=5_000,
    )
    quarters = [
        boxes(np.array([[x, y, -1.0]]), np.array([[450, 450, 1.0]]), first_idx=1) for x in (0, 450) for y in (0, 450)
    ]
    terrain = content(
        "all",
        "terrain",
        boxes(np.array([[0, 0, -1.0]]), np.array([[900, 900, 1.0]]), first_idx=1),
        geometric_error_m=8.0,
        children=tuple(content(f"q{n}", "terrain", one) for n, one in enumerate(quarters)),
    )
    detail = grid_of_boxes(30, first_idx=100)
    low, high = detail.bounds()
    shell = boxes(low[None], (high - low)[None], first_idx=99)
    building = content(
        "B1-shell",
        "elements",
        shell,
        geometric_error_m=3.0,
        children=whole_contents("B1", "elements", detail, table(detail)),
    )
    court = boxes(np.array([[10, 10, 0.0]]), np.array([[20, 20, 0.0]]), first_idx=9)
    return [
        terrain,
        content("操场", "surface", court),
        building,
        *chunked_contents("drainage", "drainage", pipes, table(pipes), normals=True),
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiles")
    write_tiles(folder, campus(), ecef=ECEF)
    return folder


def read(folder: Path, name: str = "tileset.json") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return document


def walk(tile: dict[str, Any], parent: dict[str, Any] | None = None) -> Iterator[tuple[dict[str, Any], Any]]:
    yield tile, parent
    for child in tile.get("children", ()):
        yield from walk(child, tile)


def box(volume: dict[str, list[float]]) -> np.ndarray:
    """(2, 3) corners of an axis-aligned box."""
    numbers = np.array(volume["box"])
    axes = numbers[3:].reshape(3, 3)
    assert (axes == np.diag(np.diag(axes))).all()
    assert (np.diag(axes) > 0).all()
    return np.stack([numbers[:3] - np.diag(axes), numbers[:3] + np.diag(axes)])


def inside(inner: np.ndarray, outer: np.ndarray) -> bool:
    return bool((inner[0] >= outer[0] - 1e-9).all() and (inner[1] <= outer[1] + 1e-9).all())


def test_both_documents_keep_the_schema(written: Path) -> None:
    for name in ("tileset.json", "ecef.json"):
        jsonschema.validate(read(written, name), SCHEMA)


def test_they_differ_in_nothing_but_the_root_matrix(written: Path) -> None:
    scene, globe = read(written), read(written, "ecef.json")
    assert globe["root"].pop("transform") == ECEF
    assert globe == scene


def test_ecef_does_not_name_masked_layers(tmp_path: Path) -> None:
    contents = campus()
    layers = {one.layer_id for one in contents}
    masked = "drainage"
    assert masked in layers
    assert len(layers) > 1
    write_tiles(tmp_path, contents, ecef=ECEF, masked=[masked])
    scene, globe = read(tmp_path), read(tmp_path, "ecef.json")
    jsonschema.validate(globe, SCHEMA)
    assert masked not in json.dumps(globe)
    named = [group["properties"]["layer_id"] for group in globe["groups"]]
    assert named == [
        one["properties"]["layer_id"] for one in scene["groups"] if one["properties"]["layer_id"] != masked
    ]
    for tile, parent in walk(globe["root"]):
        if parent:
            assert inside(box(tile["boundingVolume"]), box(parent["boundingVolume"]))
        if "content" in tile:
            assert named[tile["content"]["group"]] == tile["content"]["uri"].split("/")[0]
    others = [tile["content"]["uri"] for tile, _ in walk(scene["root"]) if "content" in tile]
    kept = [tile["content"]["uri"] for tile, _ in walk(globe["root"]) if "content" in tile]
    assert kept == [one for one in others if not one.startswith(f"{masked}/")]


def test_boxes_hold_their_children_and_contents_to_the_last_vertex(written: Path) -> None:
    glbs = open_all(written.rglob("*.glb"))
    for tile, parent in walk(read(written)["root"]):
        if parent:
            assert inside(box(tile["boundingVolume"]), box(parent["boundingVolume"]))
        if "content" in tile:
            own = box(tile["content"]["boundingVolume"])
            assert inside(own, box(tile["boundingVolume"]))
            positions = glbs[written / tile["content"]["uri"]].positions()
            assert inside(np.stack([positions.min(axis=0), positions.max(axis=0)]), own)
            # and not loosely: a vertex within a few steps of every side
            assert np.abs(np.stack([positions.min(axis=0), positions.max(axis=0)]) - own).max() < 0.05


def test_errors_fall_from_root_to_leaf(written: Path) -> None:
    document = read(written)
    assert document["geometricError"] >= document["root"]["geometricError"] > 900
    for tile, parent in walk(document["root"]):
        if parent:
            assert tile["geometricError"] <= parent["geometricError"]
        if "children" not in tile:
            assert tile["geometricError"] == 0


def test_groups_name_the_layer_of_each_content(written: Path) -> None:
    document = read(written)
    for tile, _ in walk(document["root"]):
        if "content" in tile:
            layer = document["groups"][tile["content"]["group"]]["properties"]["layer_id"]
            glb = Glb((written / tile["content"]["uri"]).read_bytes())
            assert glb.json["asset"]["extras"]["layer_id"] == layer == tile["content"]["uri"].split("/")[0]


def test_the_root_adds_and_stand_ins_give_way(written: Path) -> None:
    root = read(written)["root"]
    assert (root["refine"], "content" in root) == ("ADD", False)
    assert {tile["refine"] for tile, parent in walk(root) if parent} == {"REPLACE"}


def test_the_validator_has_no_complaint_about_any_file(written: Path) -> None:
    assert complaints(written) == []


def test_the_report_counts_the_finest_contents(tmp_path: Path) -> None:
    report = write_tiles(tmp_path, campus())
    assert dict(report.triangles) == {"terrain": 4 * 12, "surface": 4, "elements": 30 * 12, "drainage": 800 * 12}
    assert report.collapsed["surface"] == 8  # the sides of a flat box
    assert report.vanished == set()
    files = list(tmp_path.rglob("*.glb"))
    assert (report.glbs, report.bytes) == (len(files), sum(one.stat().st_size for one in files))
    assert report.step_m["drainage"] == 0.004
    assert not (tmp_path / "ecef.json").exists()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    def digest(folder: Path) -> dict[str, str]:
        write_tiles(folder, campus(), ecef=ECEF)
        files = sorted(one for one in folder.rglob("*") if one.is_file())
        return {str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}

    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_exchange_tiles_have_normals_and_need_no_decoder(tmp_path: Path) -> None:
    write_tiles(tmp_path, campus(), ecef=ECEF, face_normals=True, compress=False)
    assert complaints(tmp_path) == []
    for path in tmp_path.rglob("*.glb"):
        glb = Glb(path.read_bytes())
        assert "EXT_meshopt_compression" not in glb.json["extensionsUsed"]
        assert len(np.unique(glb.normals(), axis=0)) > 1


def test_chunks_stay_fine_and_the_overview_says_its_error() -> None:
    (overview,) = [one for one in campus() if one.layer_id == "drainage"]
    assert 4 < len(overview.children) <= 36
    assert sum(one.batch.features for one in overview.children) == overview.batch.features == 800
    assert 0 < overview.geometric_error_m < 0.05
    few = grid_of_boxes(10)
    assert [one.key for one in chunked_contents("gas", "gas", few, table(few))] == ["gas-c1"]


def test_a_building_above_the_id_limit_is_several_contents(tmp_path: Path) -> None:
    batch = grid_of_boxes(60_500, spacing_m=2.5)
    parts = whole_contents("B9", "elements", batch, table(batch))
    assert [one.key for one in parts] == ["B9-1", "B9-2"]
    report = write_tiles(tmp_path, parts)
    assert report.triangles["elements"] == 60_500 * 12


def test_twenty_thousand_elements_and_pipes_are_at_most_100_draw_calls(tmp_path: Path) -> None:
    """Seen from afar: every content that is not below another one, times its primitives."""
    contents: list[TileContent] = []
    for number in range(16):
        batch = grid_of_boxes(1_250, first_idx=number * 1_250)
        batch = replace(batch, positions=batch.positions + np.array([number % 4, number // 4, 0]) * 250)
        contents += whole_contents(f"B{number}", "elements", batch, table(batch))
    for number in range(8):
        low = np.random.default_rng(number).uniform(0, 1_500, (2_500, 3)) * [1, 1, 0.003]
        pipes = boxes(low, np.tile([20.0, 0.3, 0.3], (2_500, 1)), first_idx=100_000 + number * 2_500)
        contents += chunked_contents("all", f"pipes{number}", pipes, table(pipes))
    write_tiles(tmp_path, contents)
    top = read(tmp_path)["root"]["children"]
    draws = sum(len(Glb((tmp_path / one["content"]["uri"]).read_bytes()).primitives) for one in top)
    assert draws == 16 + 8 <= 100


def test_an_empty_campus_is_still_a_tileset(tmp_path: Path) -> None:
    report = write_tiles(tmp_path, [])
    jsonschema.validate(read(tmp_path), SCHEMA)
    assert (report.glbs, report.bytes) == (0, 0)


def test_a_plan_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    box_batch = grid_of_boxes(1)
    with pytest.raises(ValueError, match="two contents of layer elements have the key B1"):
        write_tiles(tmp_path, [content("B1", "elements", box_batch)] * 2)
    worse = content("B2", "elements", box_batch, geometric_error_m=2.0)
    with pytest.raises(ValueError, match="larger geometric error"):
        write_tiles(tmp_path, [content("B1", "elements", box_batch, geometric_error_m=1.0, children=(worse,))])
    with pytest.raises(ValueError, match="3 numbers, not 16"):
        write_tiles(tmp_path, [content("B1", "elements", box_batch)], ecef=[1, 2, 3])


def test_many_chunks_stand_behind_a_coarse_overview() -> None:
    """From afar every pipe has fewer triangles; near by all of them are there, in the same rows."""
    random = np.random.default_rng(7)
    count = 300
    fine = boxes(random.uniform(0, 2_000, (count, 3)) * [1, 1, 0.001], np.tile([30.0, 0.4, 0.4], (count, 1)))

    def make(rows: np.ndarray) -> MeshBatch:
        """One triangle of each box."""
        chosen = np.isin(fine.feature[fine.triangles[:, 0]], rows) & (np.arange(len(fine.triangles)) % 12 == 0)
        (part, _), *_ = partition(replace(fine, triangles=fine.triangles[chosen]), table(fine), [rows])
        return part

    contents = chunked_contents("links", "gas", fine, table(fine), coarse=Coarse(make, 7.5))
    (overview,) = contents
    assert len(overview.children) > FEW_CHUNKS
    assert overview.geometric_error_m == 7.5
    np.testing.assert_array_equal(overview.batch.triangle_counts(), np.ones(count))
    assert overview.properties["idx"].to_pylist() == overview.batch.idx.tolist()
    assert sum(len(one.batch.triangles) for one in overview.children) == len(fine.triangles)
    assert sorted(idx for one in overview.children for idx in one.batch.idx.tolist()) == fine.idx.tolist()
