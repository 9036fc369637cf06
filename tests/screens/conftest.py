"""Shared by all tests of screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.themes_campus import ThemesCampus, themes_campus


@pytest.fixture(scope="session")
def themes(campuses: Path) -> ThemesCampus:
    """The demo campus with three days of life, on which every number of a shipped screen has a value."""
    return themes_campus(campuses / "themes")
