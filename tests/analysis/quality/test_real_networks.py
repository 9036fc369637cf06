"""The inspection of real networks: counts as docs/real-networks.md explains them, rising drains by another reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.sections.swmm_witness import read_inp
from tests.conftest import REPOSITORY
from twin.analysis.quality import inspect
from twin.model.finding import limit
from twin.store.campus import Campus

PAGE = REPOSITORY / "docs" / "real-networks.md"


def told(column: int) -> dict[str, int]:
    """Rule -> count of one network, as the page has it."""
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = {row[0].strip(" `"): row[column].strip() for row in rows}
    return {rule: int(cell.replace(",", "")) for rule, cell in cells.items() if cell}


def test_bellinge_is_as_told_and_its_rising_drains_are_those_of_the_file(bellinge: Campus, shared_data: Path) -> None:
    report = inspect(bellinge.generation)
    assert report.by_rule() == told(1)
    file = read_inp(shared_data / "pipes" / "bellinge" / "BellingeSWMM_v021_nopervious.inp")
    least = limit("drain_rises", "rise_m")
    rising = {name for name, one in file.conduits.items() if one.inverts[1] - one.inverts[0] > least}
    found = {one.feature_ids[0].removeprefix("link:sewers:") for one in report.findings if one.rule == "drain_rises"}
    assert found == rising


@pytest.mark.parametrize(("name", "column"), [("schutterwald_campus", 2), ("helsinki_campus", 3)])
def test_a_network_is_as_told(name: str, column: int, request: pytest.FixtureRequest) -> None:
    report = inspect(Campus.open(request.getfixturevalue(name)).generation)
    assert report.by_rule() == told(column)
