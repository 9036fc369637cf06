"""The examples of docs/sensorthings.md, sent as they stand there."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from ioc_app.sensorthings.answers import MOST_WRITTEN
from ioc_app.sensorthings.asked import MOST, MOST_SKIPPED, USUAL
from ioc_app.sensorthings.filters import FUNCTIONS
from ioc_app.sensorthings.kinds import KINDS
from ioc_app.sensorthings.observations import MOST_LOOKED
from tests.conftest import REPOSITORY
from tests.ioc_app.sensorthings.asking import ROOT, Sta

PAGE = (REPOSITORY / "docs" / "sensorthings.md").read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"```sta\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_finds_something(sta: Sta, example: str) -> None:
    answer = sta.client.get(f"{ROOT}/{quote(example, safe='/?=&$(),;:')}")
    assert answer.status_code == 200, answer.text
    plain = example.endswith("$value")
    found = answer.text if plain else answer.json()
    assert found if plain or "@iot.id" in found else found["value"]


def test_numbers_and_names_are_those_of_the_code() -> None:
    assert len(EXAMPLES) > 8
    for number in (USUAL, MOST, MOST_SKIPPED, MOST_LOOKED, MOST_WRITTEN):
        assert f"{number:,}" in PAGE
    for name in (*FUNCTIONS, *KINDS):
        assert f"`{name}`" in PAGE
