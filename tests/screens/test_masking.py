"""Masking texts of many events is masking each as everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from twin.live.messages_out import PERSONAL, masked
from twin.screens.masking import masked_text, masked_texts

NAMES = st.sampled_from([*PERSONAL, *(one.upper() for one in PERSONAL), "n", "door", 'na"me', "\\name"])
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["name", '"name":"x"']))
VALUES = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(NAMES, one, max_size=3), max_leaves=8
)


@given(st.dictionaries(NAMES, VALUES, max_size=5), st.booleans())
def test_texts_are_masked_as_tables_are(attributes: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(attributes, ensure_ascii=ascii_only, separators=(",", ":") if ascii_only else None)
    assert json.loads(masked_text(text)) == json.loads(json.dumps(masked(attributes)))


def test_what_is_no_object_shows_nothing_it_should_not() -> None:
    assert masked_text('{"name": ') == "{}"
    assert json.loads(masked_text('[{"name": "\\u738b\\u660e"}]')) == [{"name": "王*"}]
    assert masked_texts(pa.chunked_array([["{}", None]])).to_pylist() == ["{}", None]
