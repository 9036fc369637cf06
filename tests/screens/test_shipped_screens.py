"""Every panel, title and map of every shipped screen is asked of a campus that lives: each gives what it must."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import twin.screens
from tests.screens.themes_campus import ThemesCampus
from twin.live.rules.text import fill
from twin.screens.panel import COLUMNS, Panel
from twin.screens.screen import Screen

SHIPPED = Path(twin.screens.__file__).parent / "shipped" / "screens"
SCREENS = [
    Screen.model_validate(tomllib.loads(one.read_text(encoding="utf-8"))) for one in sorted(SHIPPED.glob("*.toml"))
]
QUIET = {"energy.anomalies"}  # lists of what is wrong, where nothing of that kind is
PANELS = [(screen.id, panel) for screen in SCREENS for panel in screen.panels]


@pytest.mark.parametrize(("screen", "panel"), PANELS, ids=[f"{screen}.{panel.id}" for screen, panel in PANELS])
def test_a_panel_has_rows_and_a_title(screen: str, panel: Panel, themes: ThemesCampus) -> None:
    answer = themes.answer(panel.sql, panel.window)
    assert answer.rows or f"{screen}.{panel.id}" in QUIET, f"{screen}.{panel.id} is empty where everything lives"
    for name in COLUMNS[panel.kind][0] or [one.name for one in panel.columns]:
        assert {name, f"{name}_zh"} & set(answer.columns), name
    if panel.title_sql is not None:
        [row] = themes.answer(panel.title_sql, panel.window).rows
        for language in ("zh", "en"):
            title = fill(getattr(panel.title, language), row)
            assert title
            assert "None" not in title
            assert len(title) <= (24 if language == "zh" else 60), title


@pytest.mark.parametrize("screen", SCREENS, ids=[one.id for one in SCREENS])
def test_the_map_is_coloured(screen: Screen, themes: ThemesCampus) -> None:
    colour = screen.map.colour
    if colour is None:
        pytest.skip("it has no colours of its own")
    rows = themes.answer(colour.sql, colour.window).rows
    assert any(one["value"] is not None for one in rows)
    classes = {one.value for one in colour.steps if one.value is not None}
    assert not classes or {one["value"] for one in rows if one["value"] is not None} <= classes


@pytest.mark.parametrize("screen", SCREENS, ids=[one.id for one in SCREENS])
def test_no_kind_of_chart_stands_twice_side_by_side(screen: Screen) -> None:
    for side in ("left", "right"):
        kinds = [one.kind for one in screen.panels if one.side == side]
        assert 2 <= len(kinds) <= 4
        assert all(one != after for one, after in pairwise(kinds)), kinds
