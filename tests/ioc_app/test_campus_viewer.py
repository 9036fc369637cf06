"""The Dash component in Python: its props, and the scripts that Dash serves for it."""

from __future__ import annotations

import pytest
from dash import Dash, html

import ioc_app
from ioc_app.campus_viewer import PROPS, CampusViewer
from tests.conftest import REPOSITORY


def test_travels_to_the_browser_under_its_namespace() -> None:
    sent = CampusViewer("campus", scene_url="/api/v1/scene", theme="dark").to_plotly_json()
    assert (sent["namespace"], sent["type"]) == ("campus_twin", "CampusViewer")
    assert sent["props"] == {"id": "campus", "scene_url": "/api/v1/scene", "theme": "dark"}


def test_prop_that_is_none_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match="no colour"):
        CampusViewer("campus", scene_url="/", colour="red")


def test_dash_puts_the_component_into_the_page_and_only_registers_what_it_fetches() -> None:
    app = Dash(__name__)
    app.layout = html.Div(CampusViewer("campus", scene_url="/api/v1/scene"))
    scripts = app._generate_scripts_html()
    assert "/_dash-component-suites/ioc_app/_viewer/component.v" in scripts
    assert "engine" not in scripts
    assert "desk" not in scripts
    assert "draco" not in scripts
    built = {f"_viewer/{one.name}" for one in (REPOSITORY / "ioc_app" / "_viewer").iterdir()}
    assert app.registered_paths["ioc_app"] == built - {
        "_viewer/LICENSES.txt",
        "_viewer/snapshot.js",
    }  # that one goes into files


def test_every_prop_is_documented() -> None:
    for name in PROPS:
        assert name in (CampusViewer.__doc__ or "")


def test_version_is_there_for_the_fingerprint() -> None:
    assert ioc_app.__version__
