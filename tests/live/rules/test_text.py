"""Texts with words in braces, filled with what strangers sent."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from twin.live.rules.text import check_template, fill, words_of

METERS = "{n} {n:meter behaves|meters behave} strangely"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "1 meter behaves strangely"),
        (2, "2 meters behave strangely"),
        (0, "0 meters behave strangely"),
        (1.0, "1 meter behaves strangely"),
        (21, "21 meters behave strangely"),
        (None, " meters behave strangely"),
    ],
    ids=str,
)
def test_a_noun_goes_with_its_number(n: object, said: str) -> None:
    assert fill(METERS, {"n": n}) == said


def test_both_forms_name_one_word() -> None:
    check_template(METERS, ["n"])
    assert words_of(METERS) == {"n"}
    with pytest.raises(PydanticCustomError, match="no word"):
        check_template(METERS, ["m"])


@pytest.mark.parametrize("template", ["{n:.2f}", "{n!r}", "{n:a|b|c}", "{n:|b}", "{n:a|}", "{n!s:a|b}", "{n:{m}|b}"])
def test_other_formats_are_refused(template: str) -> None:
    with pytest.raises(PydanticCustomError, match="without format"):
        check_template(template, ["n", "m"])


def test_what_is_filled_in_is_no_template() -> None:
    assert fill("{text}!", {"text": "{n:a|b} {text}"}) == "{n:a|b} {text}!"
    assert fill("{text}", {"text": "x" * 600}) == "x" * 500
