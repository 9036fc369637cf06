"""What lies underground is not in a snapshot: no layer, no tile, no place of a thing, however deep it is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_app.snapshots.veil import Veil, contents
from tests.examples import examples
from twin.store.campus import Campus, Generation

PLAIN = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz", max_size=4), inner, max_size=3),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def generation(demo_campus: Path) -> Generation:
    return Campus.open(demo_campus).generation


@pytest.fixture(scope="module")
def veil(generation: Generation) -> Veil:
    return Veil(generation, [one for one, told in generation.definitions.items() if not told.underground])


def test_only_branches_of_kept_layers_are_left(generation: Generation, veil: Veil) -> None:
    whole = json.loads((generation.folder / "tiles" / "tileset.json").read_text("utf-8"))
    left = contents(veil.tileset(whole)["root"])
    hidden = {one for one, told in generation.definitions.items() if told.underground}
    assert {one.split("/")[0] for one in contents(whole["root"])} >= hidden  # there was something to hide
    assert not {one.split("/")[0] for one in left} & hidden
    assert sorted(left) == sorted(one for one in contents(whole["root"]) if one.split("/")[0] not in hidden)


def test_walls_below_the_tiles_of_buildings_go_with_their_layer(generation: Generation) -> None:
    whole = json.loads((generation.folder / "tiles" / "tileset.json").read_text("utf-8"))
    left = contents(Veil(generation, ["terrain", "buildings"]).tileset(whole)["root"])
    assert {one.split("/")[0] for one in left} == {"terrain", "buildings"}


def test_the_scene_lists_only_what_is_kept(generation: Generation, veil: Veil) -> None:
    named = {one["id"] for one in veil.scene(generation.scene)["layers"]}
    assert named == veil.kept
    assert "gas" not in named


def test_where_a_hidden_thing_is_is_said_nowhere(generation: Generation, veil: Veil) -> None:
    row = generation.table("gas").slice(0, 1).to_pylist()[0]
    thing = {"feature_id": row["feature_id"], "idx": row["idx"], "position": [1, 2, 3], "name": "阀"}
    event = {"originator": row["feature_id"], "scene": [1, 2, 3], "level": "I", "where": [{"x": 1.5, "zone": "WG-01"}]}
    tree = {"feature_id": "tree", "position": [4, 5, 6]}
    said = veil.over(
        {"relations": [{"deep": [thing, tree]}], "event": event, "by_number": {"idx": row["idx"], "bbox": [0] * 6}}
    )
    assert said["relations"][0]["deep"] == [{**thing, "idx": None, "position": None}, tree]
    assert said["event"] == {**event, "scene": None, "where": [{"x": None, "zone": "WG-01"}]}
    assert said["by_number"] == {"idx": None, "bbox": None}


@settings(max_examples=examples(60))
@given(said=PLAIN)
def test_everything_else_stays_as_it_is(veil: Veil, said: object) -> None:
    assert veil.over(said) == said
