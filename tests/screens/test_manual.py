"""The manual of screens: its example is taken as it stands, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from tests.screens.small import known
from twin.screens.factors import load_factors
from twin.screens.files import load_screens
from twin.screens.panel import COLUMNS
from twin.screens.view_columns import PARAMETERS, VIEWS

MANUAL = (Path(__file__).parents[2] / "docs" / "screens.md").read_text(encoding="utf-8")


def example(folder: str) -> str:
    blocks = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
    [found] = [one for one in blocks if one.startswith(f"# config/{folder}")]
    return str(found)


def rows(heading: str) -> list[list[list[str]]]:
    """The names in code of each cell of the table that begins so."""
    table = MANUAL.split(f"| {heading} |", 1)[1].split("\n\n")[0].splitlines()[2:]
    return [[re.findall(r"`(\w+)`", cell) for cell in row.strip("|").split("|")] for row in table]


def test_the_example_is_taken_as_it_stands() -> None:
    files = {name: {"water.toml": example(name).encode()} for name in ("kpis", "screens")}
    found = load_screens(files, known())
    assert [str(one) for one in found.mistakes] == []
    assert [one.id for one in found.value.screens["water"].panels] == ["week", "flow", "meters"]
    assert found.value.screens["water"].kpis == ("water.today", "water.night_share")


def test_the_example_of_factors_is_taken_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "factors.toml").write_text(example("factors"), encoding="utf-8")
    assert len(load_factors(tmp_path)) == len(load_factors()) + 1


def test_kinds_and_their_columns_are_those_of_the_code() -> None:
    told = {kind[0]: (tuple(must), tuple(may)) for kind, must, may, _ in rows("kind")}
    told["table"] = ((), ())  # what it must give, it says itself
    assert told == COLUMNS


def test_views_and_parameters_are_those_of_the_code() -> None:
    assert sorted(name for names, _ in rows("view") for name in names) == sorted(VIEWS)
    assert all(f"`${one}`" in MANUAL for one in PARAMETERS)
