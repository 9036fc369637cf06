"""One GLB: what a runtime reads back is what the batch said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.tiles.scenes import boxes, grid_of_boxes, table
from tests.tiles.witness import Glb, complaints
from twin.errors import TooManyFeaturesError
from twin.model.mesh import MeshBatch
from twin.tiles import encode, encode_glb

CHINESE = "教学楼A座·防火门（FM-甲）𠮷"


def corner_sets(positions: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(T, 3, 3) corners in metres, each triangle turned to begin at its smallest corner, winding kept."""
    corners = positions[triangles]
    start = np.lexsort((corners[..., 2], corners[..., 1], corners[..., 0]), axis=1)[:, 0]
    turn = (start[:, None] + np.arange(3)) % 3
    return np.take_along_axis(corners, turn[..., None], axis=1)


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("normals", [True, False])
def test_every_triangle_stands_where_the_scene_has_it(compress: bool, normals: bool) -> None:
    """x east, y north, z up, in order, within half a step, with its feature and its winding."""
    low = np.array([[-12.5, 4.25, -3.0], [40.0, -7.125, 18.5], [0.0, 0.0, 0.0]])
    batch = boxes(low, np.array([[1, 2, 3], [2, 0.5, 0.25], [30, 20, 10.0]]))
    glb = Glb(encode_glb(batch, table(batch), layer_id="elements", normals=normals, compress=compress))
    got = corner_sets(np.round(glb.positions(), 4), glb.triangles())
    want = corner_sets(batch.positions, batch.triangles)
    assert np.abs(got - want).max() <= 0.0005 + 1e-9
    np.testing.assert_array_equal(glb.feature()[glb.triangles()[:, 0]], batch.feature[batch.triangles[:, 0]])


def test_a_full_property_table_survives_with_chinese_names() -> None:
    batch = grid_of_boxes(3, first_idx=70_000)
    rows = table(
        batch,
        name=[CHINESE, None, 'Wall "3"'],
        category=["IfcDoor", None, "IfcWall"],
        storey=[0, None, 65_535],
    )
    glb = Glb(encode_glb(batch, rows, layer_id="elements"))
    assert glb.column("idx") == [70_000, 70_001, 70_002]
    assert glb.column("feature_id") == rows["feature_id"].to_pylist()
    assert glb.column("storey") == [0, 0, 65_535]
    assert glb.column("category") == ["IfcDoor", "none", "IfcWall"]
    assert glb.column("global_id") == rows["global_id"].to_pylist()
    assert glb.column("name") == [CHINESE, "", 'Wall "3"']
    assert glb.json["asset"]["extras"] == {"layer_id": "elements"}
    assert glb.primitives[0]["extensions"]["EXT_mesh_features"]["featureIds"] == [
        {"featureCount": 3, "attribute": 0, "propertyTable": 0}
    ]


def test_empty_columns_are_left_out_and_long_ones_get_wide_offsets() -> None:
    batch = grid_of_boxes(300)
    rows = table(batch, global_id=[None] * 300, name=["长" * 100] * 300)
    glb = Glb(encode_glb(batch, rows, layer_id="elements"))
    assert glb.column("global_id") is None
    assert glb.column("name") == ["长" * 100] * 300


def test_colours_are_linear_light_per_feature() -> None:
    rgba = np.array([[255, 188, 0, 255], [10, 127, 200, 255]], np.uint8)
    batch = boxes(np.array([[0, 0, 0], [5, 0, 0.0]]), np.ones((2, 3)), rgba=rgba)
    glb = Glb(encode_glb(batch, table(batch), layer_id="elements"))
    colours = glb.attribute("COLOR_0")
    # sRGB 188 is half the light of 255; reference values from the CSS Color 4 conversion
    assert {tuple(one) for one in colours[glb.feature() == 0].tolist()} == {(255, 128, 0, 255)}
    assert {tuple(one) for one in colours[glb.feature() == 1].tolist()} == {(1, 54, 147, 255)}


def test_translucent_features_are_a_primitive_of_their_own() -> None:
    rgba = np.array([[9, 9, 9, 255], [200, 220, 255, 90], [9, 9, 9, 255]], np.uint8)
    batch = boxes(np.arange(9.0).reshape(3, 3) * 3, np.ones((3, 3)), rgba=rgba)
    glb = Glb(encode_glb(batch, table(batch), layer_id="elements"))
    assert [set(glb.feature(one).tolist()) for one in (0, 1)] == [{0, 2}, {1}]
    assert [glb.json["materials"][one["material"]].get("alphaMode") for one in glb.primitives] == [None, "BLEND"]


def test_colours_of_vertices_keep_their_place() -> None:
    """A tinted terrain: one feature, welded where place and colour agree, a seam where colours differ."""
    steps = np.arange(4.0)
    ground = np.stack([*np.meshgrid(steps, steps), np.zeros((4, 4))], axis=-1).reshape(-1, 3)
    corner = (np.arange(3)[:, None] * 4 + np.arange(3)).ravel()
    quads = np.stack([corner, corner + 1, corner + 4, corner + 1, corner + 5, corner + 4], axis=1).reshape(-1, 3)
    soup = ground[quads].reshape(-1, 3)
    tint = np.full((len(soup), 4), 255, np.uint8)
    tint[:, 0] = soup[:, 0] * 80
    tint[-3:] = [0, 0, 255, 100]
    batch = MeshBatch(
        soup,
        np.arange(len(soup), dtype=np.uint32).reshape(-1, 3),
        np.zeros(len(soup), np.uint32),
        np.full((1, 4), 255, np.uint8),
        np.zeros(1, np.uint32),
        vertex_rgba=tint,
    )
    glb = Glb(encode_glb(batch, table(batch), layer_id="terrain", compress=False))
    assert [len(glb.triangles(one)) for one in (0, 1)] == [17, 1]
    assert len(glb.positions(0)) == 15  # the last corner belongs to the translucent triangle only
    light = {0: 0, 80: 20, 160: 90, 240: 222}  # sRGB -> linear light, IEC 61966-2-1
    reds = {int(x): light[int(x) * 80] for x in range(4)}
    assert [reds[int(x)] for x in np.round(glb.positions(0)[:, 0])] == glb.attribute("COLOR_0", 0)[:, 0].tolist()
    assert {tuple(one) for one in glb.attribute("COLOR_0", 1).tolist()} == {(0, 0, 255, 100)}


def test_two_faces_of_a_box_differ_in_normal_and_point_outward() -> None:
    batch = grid_of_boxes(2)
    glb = Glb(encode_glb(batch, table(batch), layer_id="elements", normals=True))
    positions, normals, triangles = glb.positions(), glb.normals(), glb.triangles()
    a, b, c = (positions[triangles[:, corner]] for corner in range(3))
    faces = np.cross(b - a, c - a)
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    for corner in range(3):
        assert (np.sum(faces * normals[triangles[:, corner]], axis=1) > 0.99).all()
    assert len(np.unique(np.round(faces), axis=0)) == 6
    assert "NORMAL" not in Glb(encode_glb(batch, table(batch), layer_id="elements")).primitives[0]["attributes"]


def test_pipes_keep_their_own_normals() -> None:
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.stack([np.zeros(8), np.cos(turn), np.sin(turn)], axis=1)
    side = np.arange(8)
    quads = [[one, (one + 1) % 8, one + 8] for one in side] + [
        [(one + 1) % 8, (one + 1) % 8 + 8, one + 8] for one in side
    ]
    pipe = MeshBatch(
        np.concatenate([ring * 0.3, ring * 0.3 + [20, 0, 0]]),
        np.array(quads, np.uint32),
        np.zeros(16, np.uint32),
        np.full((1, 4), 255, np.uint8),
        np.zeros(1, np.uint32),
        np.concatenate([ring, ring]).astype(np.float32),
    )
    glb = Glb(encode_glb(pipe, table(pipe), layer_id="drainage", normals=True))
    outward = glb.positions() * [0, 1, 1] / 0.3
    assert np.abs(outward - glb.normals()).max() < 0.02


def test_more_than_65535_vertices_take_wide_indices() -> None:
    batch = grid_of_boxes(8_300, spacing_m=0.6)
    glb = Glb(encode_glb(batch, table(batch), layer_id="elements"))
    assert glb.json["accessors"][glb.primitives[0]["indices"]]["componentType"] == 5125
    assert len(glb.positions()) == 8_300 * 8
    np.testing.assert_array_equal(np.bincount(glb.feature()[glb.triangles()[:, 0]]), np.full(8_300, 12))


def test_a_feature_that_vanishes_is_named() -> None:
    size = np.array([[1, 1, 1], [0.0002, 0.0002, 0.0002], [1, 1, 0.0001]])
    batch = boxes(np.arange(9.0).reshape(3, 3), size, first_idx=500)
    result = encode(batch, table(batch), layer_id="elements")
    assert result.vanished == (501,)
    # the plate keeps its two large faces, 4 triangles; its 8 edge triangles are thinner than the lattice
    assert (result.triangles, result.collapsed) == (12 + 4, 12 + 8)
    nothing = boxes(np.zeros((1, 3)), np.full((1, 3), 0.0001))
    assert encode(nothing, table(nothing), layer_id="elements").data == b""
    with pytest.raises(ValueError, match="no triangles larger than 1 mm"):
        encode_glb(nothing, table(nothing), layer_id="elements")


def test_too_many_features_and_foreign_rows_are_refused() -> None:
    batch = grid_of_boxes(60_001)
    with pytest.raises(TooManyFeaturesError, match="60001 features, more than 60000"):
        encode(batch, table(batch), layer_id="elements")
    small = grid_of_boxes(2)
    with pytest.raises(ValueError, match="same features"):
        encode(small, table(grid_of_boxes(2, first_idx=1)), layer_id="elements")
    with pytest.raises(ValueError, match="lacks storey, name"):
        encode(small, table(small).drop_columns(["storey", "name"]), layer_id="elements")


def test_the_khronos_validator_has_no_complaint(tmp_path: Path) -> None:
    glass = np.array([[9, 9, 9, 255], [200, 220, 255, 90]], np.uint8)
    plain = grid_of_boxes(40)
    cases: dict[str, tuple[MeshBatch, pa.Table]] = {
        "plain": (plain, table(plain)),
        "chinese": (plain, table(plain, name=[CHINESE] * 40)),
        "bare": (plain, table(plain, name=[None] * 40, global_id=[None] * 40, category=[None] * 40)),
        "underground": (replace(plain, positions=plain.positions * [1, -1, 1] - [900, 900, 50]), table(plain)),
    }
    two = boxes(np.array([[0, 0, 0], [5, 0, 0.0]]), np.ones((2, 3)), rgba=glass)
    cases["glass"] = (two, table(two))
    flat = boxes(np.zeros((1, 3)), np.array([[10, 10, 0.0]]))
    cases["flat"] = (flat, table(flat))
    many = grid_of_boxes(8_300, spacing_m=0.6)
    cases["many"] = (many, table(many))
    for name, (batch, rows) in cases.items():
        for normals in (False, True):
            for compress in (False, True):
                data = encode_glb(batch, rows, layer_id="elements", normals=normals, compress=compress)
                (tmp_path / f"{name}{normals:d}{compress:d}.glb").write_bytes(data)
    assert complaints(tmp_path) == []


def test_the_validator_does_complain_about_a_broken_file(tmp_path: Path) -> None:
    """A witness that never objects is none."""
    batch = grid_of_boxes(3)
    data = encode_glb(batch, table(batch), layer_id="elements", compress=False)
    (tmp_path / "broken.glb").write_bytes(data.replace(b'"max":[', b'"max":[9', 1).replace(b'"VEC4"', b'"VEC9"', 1))
    assert complaints(tmp_path)
