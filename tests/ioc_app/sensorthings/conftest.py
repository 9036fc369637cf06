"""The lively demo, and a client of its SensorThings API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ioc_app.app import create_app
from tests.entering import entered
from tests.ioc_app.sensorthings.asking import Sta
from tests.live.entries import StandingClock
from tests.screens.themes_campus import NOW, ThemesCampus, themes_campus
from tests.screens.witness.facts import entries
from twin.store.campus import Campus, Generation


@pytest.fixture(scope="session")
def themes(campuses: Path) -> ThemesCampus:
    return themes_campus(campuses / "themes-sensorthings")


@pytest.fixture(scope="session")
def sta(themes: ThemesCampus) -> Iterator[Sta]:
    with entered(create_app(themes.folder, clock=StandingClock(NOW))) as client:
        yield Sta(client)


@pytest.fixture(scope="session")
def generation(themes: ThemesCampus) -> Generation:
    return Campus.open(themes.folder).generation


@pytest.fixture(scope="session")
def devices(generation: Generation) -> pd.DataFrame:
    found: pd.DataFrame = generation.table("devices").to_pandas()
    return found.set_index("device_code")


@pytest.fixture(scope="session")
def readings(themes: ThemesCampus) -> pd.DataFrame:
    """All of them, by time: what the files hold, without any of our questions to the history."""
    every = entries(themes.folder)
    return every[every.kind == "reading"]
