"""Text of others on a terminal: nothing in it steers, everything stays readable."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from twin.model.text import json_visible, steers, visible

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def steering(one: str) -> bool:
    """What Unicode itself calls a control, a separator of lines, half a pair, or a turn of direction."""
    return (
        unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(one) in BIDI
        or one in "\u061c\u200e\u200f"
    )


def test_every_character_of_unicode() -> None:
    wrong = [one for one in map(chr, range(0x110000)) if (visible(one) != one) != steering(one)]
    assert wrong == []


@given(st.text(st.characters(), max_size=40))
def test_nothing_is_left_that_steers(text: str) -> None:
    assert not steers(visible(text))
    assert visible(visible(text)) == visible(text)
    assert (visible(text) == text) == (not steers(text))


@given(st.dictionaries(st.text(max_size=8), st.text(st.characters(), max_size=20), max_size=4))
def test_json_says_the_same(value: dict[str, str]) -> None:
    written = json_visible(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(written) == value
    assert not any(steers(line) for line in written.split("\n"))


def test_what_is_seen() -> None:
    assert visible("x\n\x1b[2J\u202e张") == r"x\n\x1b[2J\u202e张"
