"""What a layer can be coloured by: columns, property sets, attributes; how many have it; whose value counts."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ioc_app.fields.attributes import list_attributes, read_attribute
from tests.entering import TestClient
from tests.ioc_app.small_campus import TREES

WALLS = ("south", "north", "west", "east")


def fields(client: TestClient, layer: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The list of a layer by address."""
    listed = client.get("/api/v1/fields", params={"layer": layer}).json()
    address = ("column", "attribute", "set", "property")
    return {tuple(str(one[part]) for part in address if part in one): one for one in listed}


def values(client: TestClient, **asked: str) -> dict[str, Any]:
    """An answer of ``/values`` as ``{feature_id: value}`` and the rest of it."""
    answer: dict[str, Any] = client.get("/api/v1/values", params=asked).json()
    idx = np.frombuffer(base64.b64decode(answer["idx"]), "<u4")
    if answer["type"] == "number":
        known = np.frombuffer(base64.b64decode(answer["value"]), "<f4").tolist()
    else:
        code = np.frombuffer(base64.b64decode(answer["code"]), "<u2")
        known = [answer["categories"][one] for one in code]
    ids = [client.get(f"/api/v1/features/by-idx/{one}").json()["feature_id"] for one in idx[:10]]
    return {**answer, "idx": idx.tolist(), "known": dict(zip(ids, known[:10], strict=True))}


def test_property_sets_are_listed_with_how_many_have_a_value(client: TestClient) -> None:
    listed = fields(client, "elements")
    rating = listed["Pset_WallCommon", "FireRating"]
    assert (rating["type"], rating["features"], rating["distinct"]) == ("category", 3, 2)
    area = listed["Qto_DoorBaseQuantities", "Area"]
    assert (area["type"], area["unit"], area["features"]) == ("number", "m2", 1)
    assert listed["Pset_DoorCommon", "FireRating"]["features"] == 1  # another set, another field


def test_rooms_have_their_own_properties(client: TestClient) -> None:
    assert fields(client, "spaces")["GSA Space Areas", "GSA BIM Area"]["unit"] == "m2"
    assert ("GSA Space Areas", "GSA BIM Area") not in fields(client, "elements")
    found = values(client, layer="spaces", set="GSA Space Areas", property="GSA BIM Area")
    assert found["known"] == {"space:lib:101": pytest.approx(26.32)}


def test_what_the_thing_says_wins_over_its_type_and_empty_is_no_value(client: TestClient) -> None:
    found = values(client, layer="elements", set="Pset_WallCommon", property="FireRating")
    assert found["known"] == {
        "element:lib:south": "2h",  # its type says 1h
        "element:lib:north": "2h",
        "element:lib:west": "1h",
    }
    assert found["counts"] == [2, 1]
    assert (found["features"], found["first"]) == (7, min(found["idx"]))  # south is the first of the layer


def test_words_among_the_numbers_make_words_of_all(client: TestClient) -> None:
    found = values(client, layer="elements", set="Pset_WallCommon", property="Width")
    assert found["known"] == {"element:lib:north": "0.2", "element:lib:west": "thick"}
    assert found["unit"] == ""


def test_attributes_are_numbers_where_all_of_them_are(client: TestClient) -> None:
    listed = fields(client, "surface")
    assert (listed["DBH",]["type"], listed["DBH",]["features"]) == ("number", TREES)
    assert (listed["crown_m",]["type"], listed["crown_m",]["unit"]) == ("number", "m")  # as its name says
    assert ("tree_id",) not in listed  # a name for each is no category
    found = values(client, layer="surface", attribute="alive")
    assert dict(zip(found["categories"], found["counts"], strict=True)) == {"true": TREES * 3 // 4, "false": TREES // 4}


def test_codes_lists_and_empty_texts_are_not_numbers() -> None:
    rows = [{"code": "0591", "depth": "", "parts": [1]}, {"code": "17", "depth": "1.5e1", "parts": [2]}]
    table = pa.table({"idx": pa.array([4, 5], pa.uint32()), "attributes": [json.dumps(one) for one in rows]})
    listed = {one.ref.name: one for one in list_attributes(table)}
    assert listed.keys() == {"code", "depth"}
    assert not listed["code"].is_number
    depth = read_attribute(table, "depth")
    assert depth is not None
    assert (depth.idx.to_pylist(), depth.values.to_pylist()) == ([5], [15.0])


def test_the_count_of_the_list_is_the_count_of_the_answer(client: TestClient) -> None:
    seen = 0
    for layer in ("surface", "elements", "spaces", "devices", "drainage"):
        for one in fields(client, layer).values():
            ref = {part: one[part] for part in ("column", "attribute", "set", "property") if part in one}
            answer = values(client, layer=layer, **ref)
            assert (len(answer["idx"]), answer["type"]) == (one["features"], one["type"]), one
            seen += 1
    assert seen > 20


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("layer=elements", 422),
        ("layer=elements&column=kind&attribute=x", 422),
        ("layer=elements&property=FireRating", 422),
        ("layer=elements&set=Pset_WallCommon", 422),
        ("layer=elements&set=Pset_WallCommon&property=nothing", 404),
        ("layer=elements&attribute=nothing", 404),
        ("layer=elements&column=global_id", 404),
        ("layer=nothing&attribute=x", 404),
    ],
)
def test_a_field_is_addressed_one_way_and_must_exist(client: TestClient, asked: str, status: int) -> None:
    answer = client.get(f"/api/v1/values?{asked}")
    assert (answer.status_code, set(answer.json())) == (status, {"code", "params", "text"})


def test_both_answers_are_computed_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("/api/v1/fields?layer=devices", "/api/v1/values?layer=devices&column=device_type")
    first = [client.get(one).content for one in asked]
    monkeypatch.setattr("ioc_app.api.values.list_fields", None)
    monkeypatch.setattr("ioc_app.api.values.read_field", None)
    assert [client.get(one).content for one in asked] == first
