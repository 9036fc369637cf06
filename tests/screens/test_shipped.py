"""Every shipped panel and map is alive on the test campus: its question gives the columns it needs, and rows."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import twin.screens
from tests.screens.themes_campus import NOW, ThemesCampus
from twin.screens.panel import Panel
from twin.screens.screen import Screen

SHIPPED = Path(twin.screens.__file__).parent / "shipped" / "screens"
SCREENS = [
    Screen.model_validate(tomllib.loads(one.read_text(encoding="utf-8"))) for one in sorted(SHIPPED.glob("*.toml"))
]
QUIET = ("energy.anomalies",)  # no meter behaves strangely on the three days of the test campus
PANELS = [
    pytest.param(panel, id=name)
    for one in SCREENS
    for panel in one.panels
    if (name := f"{one.id}.{panel.id}") not in QUIET
]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_has_rows_and_its_title_an_answer(panel: Panel, themes: ThemesCampus) -> None:
    answer = themes.answer(panel.sql, panel.window, NOW)
    assert answer.rows
    for name in ("value", "at", "since"):
        if name in answer.columns:
            assert any(row[name] is not None for row in answer.rows), name
    if panel.title_sql:
        [words] = themes.answer(panel.title_sql, panel.window, NOW).rows
        for title in (panel.title.zh, panel.title.en):
            assert "None" not in title.format(**words), title
    assert len(panel.title.zh) <= 40


@pytest.mark.parametrize("screen", [one for one in SCREENS if one.map.colour], ids=lambda one: one.id)
def test_a_map_colours_things_of_its_layer(screen: Screen, themes: ThemesCampus) -> None:
    colour = screen.map.colour
    assert colour is not None
    rows = [one for one in themes.answer(colour.sql, colour.window, NOW).rows if one["value"] is not None]
    layer = {one["feature_id"] for one in themes.answer(f"SELECT feature_id FROM {colour.layer}", colour.window).rows}
    assert rows
    assert {one["feature_id"] for one in rows} & layer
    classes = {one.value for one in colour.steps if one.value is not None}
    if classes:
        assert {one["value"] for one in rows} <= classes


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.id)
def test_a_screen_is_composed_as_the_wall_asks(screen: Screen) -> None:
    """Four to eight panels, and no kind beside its own kind."""
    assert 4 <= len(screen.panels) <= 8
    assert 6 <= len(screen.kpis) <= 12
    for side in ("left", "right"):
        kinds = [one.kind for one in screen.panels if one.side == side]
        assert all(one != after for one, after in pairwise(kinds)), (screen.id, side, kinds)
