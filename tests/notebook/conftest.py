"""Campuses that notebooks are tried on: the demo with three days of life, and a small one to write into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import twin
from tests.screens.themes_campus import ThemesCampus, themes_campus
from twin.notebook.campus import Campus


@pytest.fixture(scope="session")
def themes(campuses: Path) -> ThemesCampus:
    return themes_campus(campuses / "themes-notebook")


@pytest.fixture(scope="session")
def campus(themes: ThemesCampus) -> Iterator[Campus]:
    """The lively demo, opened from its folder."""
    with twin.open(themes.folder) as opened:
        yield opened
