"""Settings are found on the lines on which they stand, whatever stands around them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from twin.toml_lines import line_of

TEXT = """# a campus
name = { zh = "a", en = "b" }
note = \"\"\"
crs = "in a string"
[[sources]]
\"\"\"
crs = "EPSG:4549"

[limits]  # of the child
cpu_s = 900

[[sources]]
key = "a"
options.units = { "x = y" = "mm" }

[[sources]]
key = "b"
  [sources.options]
  "a.b" = 1
  list = [
    "key = 1 [", # [
    [
      [1]
    ],
  ]
  behind = 2
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("name",), 2),
        (("name", "en"), 2),
        (("crs",), 7),
        (("limits",), 9),
        (("limits", "cpu_s"), 10),
        (("sources", 0), 12),
        (("sources", 0, "key"), 13),
        (("sources", 0, "missing"), 12),
        (("sources", 0, "options", "units", "x = y"), 14),
        (("sources", 1, "options"), 18),
        (("sources", 1, "options", "a.b"), 19),
        (("sources", 1, "options", "list", 0), 20),
        (("sources", 1, "options", "behind"), 26),
        (("absent",), None),
        ((), None),
    ],
)
def test_lines(where: tuple[str | int, ...], line: int | None) -> None:
    assert tomllib.loads(TEXT)["crs"] == "EPSG:4549"
    assert line_of(TEXT, where) == line


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=6)
VALUES = st.one_of(st.integers(-9, 9), st.text(st.characters(exclude_categories=("Cs",)), max_size=8))
TABLES = st.dictionaries(NAMES, st.one_of(VALUES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=3)), max_size=5)


@given(TABLES, st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_stands_on_the_line_is_the_setting(top: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    top.pop("sources", None)
    text = tomlkit.dumps({**top, "sources": entries})
    for n, entry in enumerate(entries):
        for name, value in entry.items():
            line = line_of(text, ("sources", n, name))
            assert line is not None
            assert tomllib.loads(text.split("\n")[line - 1]) == {name: value}
