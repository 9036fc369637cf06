"""Bellinge's sewers as a campus of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomlkit

from layers import registry
from tests.campuses import own_campus
from twin.build import build_campus
from twin.store.campus import Campus


@pytest.fixture(scope="session")
def bellinge(campuses: Path, shared_data: Path) -> Campus:
    def build(into: Path) -> None:
        into.mkdir()
        source = {
            "key": "sewers",
            "path": str(shared_data / "pipes" / "bellinge" / "BellingeSWMM_v021_nopervious.inp"),
            "reader": "swmm",
            "layer": "drainage",
            "crs": "EPSG:25832",
            "vertical_datum": "local",
        }
        campus = {
            "schema_version": 1,
            "name": {"zh": "贝林厄", "en": "Bellinge"},
            "crs": "EPSG:25832",
            "vertical_datum": "local",
            "timezone": "Europe/Copenhagen",
            "sources": [source],
        }
        (into / "campus.toml").write_text(tomlkit.dumps(campus), encoding="utf-8")
        build_campus(into, registry())

    return Campus.open(own_campus("bellinge", campuses / "bellinge", build))
