"""Refusals of files speak one language at a time, also after they came out of the reader's process."""

from __future__ import annotations

import string

import pytest

from twin.errors import SourceUnreadableError, TwinError
from twin.errors.readings import ROW_WORDS


def _words(template: str) -> set[str]:
    return {word for _, word, _, _ in string.Formatter().parse(template) if word}


@pytest.mark.parametrize("reason", sorted(ROW_WORDS))
def test_both_languages_of_a_row_say_the_same(reason: str) -> None:
    zh, en = ROW_WORDS[reason]
    assert _words(zh) == _words(en)
    assert any("一" <= letter <= "鿿" for letter in zh)


def test_the_usual_cure_is_chinese_in_chinese() -> None:
    fault = SourceUnreadableError(path="a.csv", detail="x")
    for one in (fault, TwinError.from_dict(fault.to_dict())):
        assert one.text("zh") == "a.csv：无法读取（x）。请确认文件完整，重新交付。"
        assert one.text("en") == "a.csv: cannot be read (x). Check that the file is complete and deliver it again."
    assert "Save" in SourceUnreadableError(path="a", detail="x", cure="Save it.").text("zh")
