"""Every panel, title and map of every shipped screen has something to say on a campus that has lived."""

from __future__ import annotations

import tomllib
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import twin.screens
from tests.screens.themes_campus import NOW, ZONE, ThemesCampus
from twin.live.rules.text import fill
from twin.screens.needed import BESIDE, BOTH, OF_MAP, Needed, of_panel
from twin.screens.panel import Panel
from twin.screens.screen import Screen

SHIPPED = Path(twin.screens.__file__).parent / "shipped" / "screens"
SCREENS = [
    Screen.model_validate(tomllib.loads(one.read_text(encoding="utf-8"))) for one in sorted(SHIPPED.glob("*.toml"))
]
COLOURED = [one for one in SCREENS if one.map.colour]
AFTER_THE_TRIP = datetime(2026, 11, 26, 10, 10, tzinfo=ZoneInfo(ZONE))
PANELS = [pytest.param(panel, id=f"{screen.id}.{panel.id}") for screen in SCREENS for panel in screen.panels]
LONGEST = {"zh": 24, "en": 60}


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_and_its_title_have_something_to_say(panel: Panel, themes: ThemesCampus) -> None:
    answers = (themes.answer(panel.sql, panel.window, at) for at in (NOW, AFTER_THE_TRIP))  # trouble may be over
    answer = next((one for one in answers if one.rows), None)
    assert answer is not None, "it is empty where everything lives"
    _holds(of_panel(panel.kind, (one.name for one in panel.columns)), set(answer.columns))
    for name in {"value", "at", "since"} & set(answer.columns):
        assert any(row[name] is not None for row in answer.rows), name
    if panel.title_sql is not None:
        [words] = themes.answer(panel.title_sql, panel.window).rows
        assert all(value is not None for value in words.values()), words
        for language, longest in LONGEST.items():
            title = fill(getattr(panel.title, language), words)
            assert 0 < len(title) <= longest, title


@pytest.mark.parametrize("screen", COLOURED, ids=lambda one: one.id)
def test_the_map_colours_things_of_its_layer_by_what_its_legend_names(screen: Screen, themes: ThemesCampus) -> None:
    colour = screen.map.colour
    assert colour is not None
    answer = themes.answer(colour.sql, colour.window)
    _holds(OF_MAP, set(answer.columns))
    rows = [one for one in answer.rows if one["value"] is not None]
    layer = {one["feature_id"] for one in themes.answer(f"SELECT feature_id FROM {colour.layer}", colour.window).rows}
    assert {one["feature_id"] for one in rows} & layer
    classes = {one.value for one in colour.steps if one.value is not None}
    if classes:
        assert {one["value"] for one in rows} <= classes


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.id)
def test_a_screen_is_composed_as_the_wall_asks(screen: Screen) -> None:
    """Four to eight panels, six to twelve numbers, and no kind beside its own kind."""
    assert 4 <= len(screen.panels) <= 8
    assert 6 <= len(screen.kpis) <= 12
    for side in ("left", "right"):
        kinds = [one.kind for one in screen.panels if one.side == side]
        assert 2 <= len(kinds) <= 4
        assert all(one != after for one, after in pairwise(kinds)), (side, kinds)


def _holds(needed: Needed, columns: set[str]) -> None:
    for one in needed.must:
        assert one in columns or {one + end for end in BOTH} <= columns, one
    if needed.may is not None:
        known = {*needed.must, *needed.may, *BESIDE}
        assert {one.removesuffix("_zh").removesuffix("_en") for one in columns} <= known
