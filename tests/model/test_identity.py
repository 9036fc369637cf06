"""Identity: stable, URL-safe, bounded, independent of file order."""

from __future__ import annotations

import re

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from twin.model.identity import MAX_BYTES, feature_id, feature_ids, geometry_keys, link_key, spoken_key


@given(st.text(min_size=1, max_size=300))
def test_any_key_gives_a_safe_id(key: str) -> None:
    one = feature_id("node", "js", key)
    assert len(one.encode()) <= MAX_BYTES
    assert re.fullmatch(r"[A-Za-z0-9._$:%~-]+", one)


@given(st.text(min_size=1, max_size=10).filter(lambda one: "-" not in one))  # longer ones may end in a hash
def test_people_are_told_the_key_as_it_was_written(key: str) -> None:
    assert spoken_key(feature_id("node", "js", key)) == key
    assert spoken_key(feature_id("link", "js", link_key(key, "B:2"))) == f"{key}–B:2"


def test_what_is_no_id_is_told_as_it_is() -> None:
    for text in ("JS1", "a--b", "row: 5", ""):
        assert spoken_key(text) == text


@given(st.text(min_size=150, max_size=300), st.text(min_size=150, max_size=300))
def test_long_keys_stay_apart(one: str, other: str) -> None:
    assert (feature_id("node", "js", one) == feature_id("node", "js", other)) == (one == other)


@given(st.permutations(range(5)))
def test_repeated_keys_are_numbered_by_place_not_by_order(order: list[int]) -> None:
    points = shapely.points(np.array([[i * 10.0, 5.0, 1.0] for i in range(5)]))
    straight = dict(zip(range(5), feature_ids(["node"] * 5, "js", ["A"] * 5, points), strict=True))
    shuffled = feature_ids(["node"] * 5, "js", ["A"] * 5, points[order])
    assert [straight[i] for i in order] == shuffled
    assert sorted(shuffled) == [f"node:js:A~{n}" for n in range(1, 6)]


def test_a_millimetre_is_the_resolution_of_place() -> None:
    here = shapely.points(np.array([[1.0, 2.0, 3.0], [1.0004, 2.0, 3.0], [1.002, 2.0, 3.0]]))
    keys = geometry_keys(here)
    assert keys[0] == keys[1]
    assert keys[0] != keys[2]
