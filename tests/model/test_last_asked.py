"""What was asked for last stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.last_asked import LastAsked


def test_what_nobody_asked_for_longest_makes_room() -> None:
    some: LastAsked[str, int] = LastAsked(2)
    assert some.made("a", lambda: 1) == 1
    assert some.keep("b", 2) == 2
    assert some.get("a") == 1
    assert some.made("c", lambda: 3) == 3
    assert some.kept() == {"a": 1, "c": 3}
    assert some.get("b") is None
    assert some.made("a", lambda: 9) == 1, "not made again"
    assert some.keep("c", 4) == 4
    some.clear()
    assert some.kept() == {}


def test_what_cannot_be_made_is_not_kept() -> None:
    some: LastAsked[str, int] = LastAsked(2)
    with pytest.raises(ZeroDivisionError):
        some.made("a", lambda: 1 // 0)
    assert some.made("a", lambda: 5) == 5


@given(st.integers(1, 5), st.lists(st.integers(0, 8)))
def test_the_last_different_ones_are_there(most: int, asked: list[int]) -> None:
    some: LastAsked[int, int] = LastAsked(most)
    for one in asked:
        assert some.made(one, lambda one=one: one) == one  # type: ignore[misc]
    last = list(dict.fromkeys(reversed(asked)))[:most]
    assert list(some.kept()) == last[::-1]
