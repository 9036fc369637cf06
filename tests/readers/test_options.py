"""Options: misspelt and misshapen ones are said, and docs/readers.md names exactly those that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from layers import registry
from twin.crs import CampusFrame
from twin.errors import BadOptionError, TwinError, UnknownOptionError
from twin.readers import BUILT_IN, load_reader
from twin.readers import options as kinds
from twin.readers.base import Source
from twin.readers.options import Kind, check_options, said_units
from twin.readers.sandbox import Worker

REPOSITORY = Path(__file__).resolve().parents[2]
LOOKED_UP = re.compile(r"""options\.get\(\s*"(\w+)"|"(\w+_column)" *[,)]|axis_order\(source, "(\w+)"\)""")


def source(**options: Any) -> Source:
    return Source("roads", Path("roads.geojson"), CampusFrame("EPSG:4549", "EPSG:5737"), "surface", options=options)


def declared() -> set[tuple[str, str]]:
    return {(name, option) for name in BUILT_IN for option in load_reader(name).options}


def test_the_page_names_exactly_the_options_there_are() -> None:
    page = (REPOSITORY / "docs" / "readers.md").read_text(encoding="utf-8")
    table = page.split("## Options")[1].split("\n## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    named = {
        (reader, option)
        for row in rows
        for option in re.findall(r"`(\w+)`", row[1])
        for reader in row[2].replace("`", "").split()
    }
    assert named == declared()
    first = [line.split("|")[1] for line in page.split("## Options")[0].splitlines() if line.startswith("| `")]
    assert {name for cell in first for name in re.findall(r"`(\w+)`", cell)} == set(BUILT_IN)


def test_what_the_code_looks_up_is_what_is_declared() -> None:
    readers = REPOSITORY / "twin" / "readers"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(readers.rglob("*.py")))
    used = {name for found in LOOKED_UP.findall(code) for name in found if name} - {"key_column"}
    assert used == {option for _, option in declared()}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (kinds.TEXT, ["", "管径"], [1, None, ["a"]]),
        (kinds.NUMBER, [0, -1.5], ["2", True, float("nan"), float("inf"), None]),
        (kinds.POSITIVE, [0.5, 3], [0, -1, "1 m", True]),
        (kinds.COUNT, [1, 7], [0, 1.0, True, "1"]),
        (kinds.RANGE, [[0, 4095], (0.5, 0.75)], [[1, 1], [2, 1], [0], [0, 1, 2], "01", ["0", "1"]]),
        (kinds.TEXTS, [[], ["a", "b"]], ["ab", [1], {"a": "b"}]),
        (kinds.COUNTS, [[205, 208]], [205, ["205"], [True], [2.5]]),
        (kinds.WORDS, [{}, {"a": "b"}], [["a"], {"a": 1}, {"a": {"b": "c"}}]),
        (kinds.UNITS, [{}, {"管径": "mm", "depth": "US survey feet"}], [{"p": "kPa"}, {"p": "?"}, {"p": 1}, "mm"]),
        (kinds.AXIS_ORDER, ["xy", "yx"], ["XY", "en", 1, ["xy"]]),
        (kinds.one_of("a", "b"), ["a", "b"], ["c", "", 1, ["a"]]),
        (kinds.some_of("a", "b"), [[], ["a"], ["b", "a"]], ["a", ["c"], [1]]),
    ],
)
def test_kinds(kind: Kind, good: list[Any], bad: list[Any]) -> None:
    assert [one for one in good if not kind.fits(one)] == []
    assert [one for one in bad if kind.fits(one)] == []


def test_a_misspelt_option_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(UnknownOptionError) as caught:
        check_options(source(surfaceclass="road"), "vector", load_reader("vector").options)
    assert str(caught.value) == (
        "roads.geojson: reader vector has no options.surfaceclass; known: surface_class. "
        "Correct or remove it in campus.toml."
    )
    with pytest.raises(UnknownOptionError, match=r"known: classes, .*, vertical_unit"):
        check_options(source(zzz=1), "vector", load_reader("vector").options)
    with pytest.raises(UnknownOptionError, match="known: —"):
        check_options(source(zzz=1), "tiles3d", load_reader("tiles3d").options)


def test_a_misshapen_option_is_told_with_what_it_must_be() -> None:
    with pytest.raises(BadOptionError) as caught:
        check_options(source(units={"管径": "kPa"}), "vector", load_reader("vector").options)
    assert 'options.units is {"管径": "kPa"} and must be a table of length units' in str(caught.value)
    assert "应为{ 列 = " in caught.value.text("zh")


def test_units_come_out_under_our_names() -> None:
    assert said_units(source(units={"管径": "毫米", "depth": "feet"})) == {"管径": "mm", "depth": "ft"}


@pytest.mark.parametrize("options", [{"surfaceclass": "road"}, {"surface_class": 3}])
def test_the_reading_process_refuses_before_the_file_is_opened(tmp_path: Path, options: dict[str, Any]) -> None:
    with Worker({"cpu_s": 20, "memory_mb": 4000, "file_mb": 10}) as worker, pytest.raises(TwinError) as caught:
        worker.read("vector", source(**options), tmp_path, registry())
    assert isinstance(caught.value, UnknownOptionError | BadOptionError)
