"""Every panel, title and map colouring of every shipped screen gives rows on a campus that has lived."""

from __future__ import annotations

import tomllib
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import twin.screens
from tests.screens.themes_campus import NOW, ZONE, ThemesCampus
from twin.screens.needed import BESIDE, BOTH, OF_MAP, Needed, of_panel
from twin.screens.panel import Panel
from twin.screens.screen import Screen

SHIPPED = Path(twin.screens.__file__).parent / "shipped" / "screens"
SCREENS = [
    Screen.model_validate(tomllib.loads(one.read_text(encoding="utf-8"))) for one in sorted(SHIPPED.glob("*.toml"))
]
AFTER_THE_TRIP = datetime(2026, 11, 26, 10, 10, tzinfo=ZoneInfo(ZONE))
PANELS = [(screen.id, panel) for screen in SCREENS for panel in screen.panels]


@pytest.mark.parametrize(("screen", "panel"), PANELS, ids=[f"{screen}.{panel.id}" for screen, panel in PANELS])
def test_a_panel_and_its_title_have_something_to_say(screen: str, panel: Panel, themes: ThemesCampus) -> None:
    answers = (themes.answer(panel.sql, panel.window, at) for at in (NOW, AFTER_THE_TRIP))  # trouble may be over
    answer = next((one for one in answers if one.rows), None)
    assert answer is not None, f"{screen}.{panel.id} is empty"
    _holds(of_panel(panel.kind, (one.name for one in panel.columns)), set(answer.columns))
    if panel.title_sql is not None:
        [words] = themes.answer(panel.title_sql, panel.window).rows
        assert all(value is not None for value in words.values()), words


@pytest.mark.parametrize("screen", [one for one in SCREENS if one.map.colour], ids=lambda one: one.id)
def test_the_map_is_coloured_by_what_its_legend_names(screen: Screen, themes: ThemesCampus) -> None:
    colour = screen.map.colour
    assert colour is not None
    answer = themes.answer(colour.sql, colour.window)
    _holds(OF_MAP, set(answer.columns))
    values = {row["value"] for row in answer.rows} - {None}
    assert values
    classes = {one.value for one in colour.steps if one.value is not None}
    if classes:
        assert values <= classes


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: one.id)
def test_no_two_neighbours_are_of_a_kind(screen: Screen) -> None:
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
