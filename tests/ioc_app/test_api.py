"""The routes of docs/interfaces.md over the small campus."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ioc_app.api.errors import STATUS, status_of
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import ORIGIN, STOREYS, TREES, small_campus
from twin import errors
from twin.model.source_path import shown_path


def test_scene_addresses_lie_under_its_generation(client: TestClient) -> None:
    scene = client.get("/api/v1/scene").json()
    assert scene["tileset"] == "/tiles/1/tiles/tileset.json"
    markers = {layer["id"]: layer["markers"] for layer in scene["layers"]}
    assert markers["devices"] == "/tiles/1/markers/devices.json"
    assert client.get(scene["tileset"]).json()["asset"]["version"] == "1.1"
    assert client.get(markers["devices"]).json()["count"] == 2


def test_scene_is_asked_again_but_not_sent_again(client: TestClient) -> None:
    first = client.get("/api/v1/scene")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/api/v1/scene", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_scene_names_its_coordinate_system(client: TestClient) -> None:
    campus = client.get("/api/v1/scene").json()["campus"]
    assert campus["crs_name"] == "CGCS2000 / 3-degree Gauss-Kruger CM 120E"
    assert (
        campus["vertical_datum_name"] == "1985 National Height Datum height" or "1985" in campus["vertical_datum_name"]
    )


def test_feature_has_its_facts_its_place_and_its_source(client: TestClient) -> None:
    door = client.get("/api/v1/features/element:lib:door").json()
    assert door["ifc_class"] == "IfcDoor"
    assert door["properties"][0] | {"origin": ""} == {
        "set_name": "Pset_DoorCommon",
        "name": "FireRating",
        "value": "EI60",
        "number": None,
        "unit": None,
        "origin": "",
    }
    assert door["relations"] == [
        {
            "kind": "contains",
            "outward": False,
            "feature_id": STOREYS[0],
            "idx": door["relations"][0]["idx"],
            "name": "1F",
            "layer_id": "storeys",
            "position": None,
            "bbox": None,
            "building": "图书馆",
            "source": "lib",
        }
    ]
    assert (door["building"], door["storey"]) == ("图书馆", "1F")
    assert (door["source_key"], door["source_pos"], door["reader"]) == ("lib", "#6", "test")
    np.testing.assert_allclose(door["position"], [4.5, 0.1, 1.05])
    assert "geometry" not in door


def test_idx_and_id_name_the_same_feature(client: TestClient) -> None:
    by_id = client.get("/api/v1/features/device:lib:CAM-001").json()
    assert client.get(f"/api/v1/features/by-idx/{by_id['idx']}").json() == by_id


def test_relations_and_references_say_where_the_other_is(client: TestClient) -> None:
    door = client.get("/api/v1/features/element:lib:door").json()
    (storey,) = door["relations"]
    assert (storey["name"], storey["building"]) == ("1F", "图书馆")
    assert door["source_file"] == "lib.ifc"
    pipe = client.get("/api/v1/features/link:lib:YS1--YS2").json()
    assert pipe["references"]["to_id"]["feature_id"] == "node:lib:YS2"
    assert pipe["references"]["to_id"]["bbox"][:2] == [30.0, -5.0]
    assert "from_id" not in pipe["references"]  # it names what is not in the twin


@pytest.mark.parametrize(
    ("path", "shown"),
    [("sources/a.ifc", "sources/a.ifc"), ("/home/wang/a.ifc", "a.ifc"), (r"C:\Users\wang\a.ifc", "a.ifc")],
)
def test_other_peoples_folders_are_not_shown(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def test_idx_is_the_one_of_the_tables(client: TestClient, campus_folder: Path) -> None:
    table = pq.read_table(campus_folder / "generations/0001/layers/elements.parquet")
    for feature_id, idx in zip(table["feature_id"].to_pylist(), table["idx"].to_pylist(), strict=True):
        assert client.get(f"/api/v1/features/by-idx/{idx}").json()["feature_id"] == feature_id


@pytest.mark.parametrize(
    "path",
    [
        "features/nothing",
        "features/by-idx/99999999",
        "features/by-idx/-1",
        "plan/nothing",
        "values?layer=x&column=y",
        "values?layer=surface&column=geometry",
        "nonsense",
        "",
    ],
)
def test_unknown_things_are_404_in_both_languages(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store" or path in ("nonsense", "")
    body = answer.json()
    assert set(body) == {"code", "params", "text"}
    assert body["text"]["zh"] != body["text"]["en"]


@pytest.mark.parametrize("path", ["features/by-idx/abc", "search", "search?q=a&limit=0", "search?q=" + "a" * 200])
def test_malformed_questions_are_422_in_the_same_shape(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code in (404, 422)  # abc is also a possible, unknown feature id
    assert set(answer.json()) == {"code", "params", "text"}


def test_every_fault_of_a_question_has_a_status_of_its_own_or_500() -> None:
    assert status_of(errors.UnknownFeatureError(feature_id="x")) == 404
    assert status_of(errors.BuildLockedError(path="x", pid=1)) == 500
    assert all(400 <= one <= 507 for one in STATUS.values())


def test_number_values_are_those_of_the_table(client: TestClient, campus_folder: Path) -> None:
    answer = client.get("/api/v1/values?layer=elements&column=volume_m3").json()
    table = pq.read_table(campus_folder / "generations/0001/layers/elements.parquet").to_pandas()
    known = table[table["volume_m3"].notna()]
    idx = np.frombuffer(base64.b64decode(answer["idx"]), "<u4")
    value = np.frombuffer(base64.b64decode(answer["value"]), "<f4")
    assert idx.tolist() == known["idx"].tolist()
    np.testing.assert_allclose(value, known["volume_m3"], rtol=1e-6)
    assert (answer["type"], answer["min"], answer["max"], answer["unit"]) == ("number", 1.5, 1.5, "m3")


def test_categories_come_by_falling_count(client: TestClient) -> None:
    answer = client.get("/api/v1/values?layer=surface&column=species").json()
    assert answer["categories"] == ["榕树", "樟树"]
    code = np.frombuffer(base64.b64decode(answer["code"]), "<u2")
    assert np.bincount(code).tolist() == answer["counts"] == [666, TREES - 666]


def test_an_empty_column_is_an_answer(client: TestClient) -> None:
    answer = client.get("/api/v1/values?layer=elements&column=surface_m2").json()
    assert (answer["idx"], answer["min"], answer["max"]) == ("", None, None)


def test_search_answers_with_scene_coordinates(client: TestClient) -> None:
    best = client.get("/api/v1/search", params={"q": "pds"}).json()[0]
    assert best["feature_id"] == "space:lib:101"
    assert best["bbox"] == [0.2, 0.2, 0.0, 4.9, 5.8, 0.0]
    assert ORIGIN[0] > 1000  # or the line above would prove nothing


def test_a_root_path_moves_everything(tmp_path: Path) -> None:
    from ioc_app.app import create_app

    with entered(create_app(small_campus().write(tmp_path), root_path="/twin")) as moved:
        scene = moved.get("/twin/api/v1/scene").json()
        assert scene["tileset"] == "/twin/tiles/1/tiles/tileset.json"
        assert moved.get(scene["tileset"]).status_code == 200
        assert "/twin/assets/tokens.css" in moved.get("/twin/").text
        assert moved.get("/api/v1/scene").status_code == 404
