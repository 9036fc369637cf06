"""Campuses that notebooks are tried on: the demo with three days of life, and a small one to write into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import twin
from ioc_app.app import create_app
from tests.browser.serving import served
from tests.live.entries import StandingClock
from tests.screens.themes_campus import NOW, ThemesCampus, themes_campus
from twin.notebook.campus import Campus
from twin.people.roles import Right


@pytest.fixture(scope="session")
def themes(campuses: Path) -> ThemesCampus:
    return themes_campus(campuses / "themes-notebook")


@pytest.fixture(scope="session")
def campus(themes: ThemesCampus) -> Iterator[Campus]:
    """The lively demo, opened from its folder."""
    with twin.open(themes.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def servers(themes: ThemesCampus) -> Iterator[tuple[Campus, Campus]]:
    """The campus from a server, masked and exactly."""
    app = create_app(themes.folder, clock=StandingClock(NOW))
    keys = app.state.people.keys
    sees, knows = (
        keys.add(f"key {len(keys.all())}", scope, "tests")[1] for scope in ([Right.SEE], [Right.SEE, Right.UNDERGROUND])
    )
    with served(app) as url:
        yield twin.connect(url, key=sees), twin.connect(url, key=knows, exactly="valves for the duty officer")
