"""Features coloured by values as the app does, whose own files are the witness."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twin.model.text import Title
from twin.render.colouring import Step, _palettes, coloured, ramp_ends
from twin.render.look import SUN, Style, look, rgb
from twin.render.view import FIELD_OF_VIEW_DEG, HOME_DIRECTION

VIEWER = Path(__file__).resolve().parents[2] / "ioc_app" / "viewer" / "src"
STYLES = VIEWER.parents[2] / "assets" / "styles"
TITLE = Title("强度", "Intensity")


def test_ramps_are_the_apps() -> None:
    script = (VIEWER / "ui" / "palettes.js").read_text(encoding="utf-8")
    none, ramps = _palettes()
    for name, stops in ramps.items():
        said = re.search(rf"{name}: \[([^\]]*)\]", script)
        assert said is not None
        assert tuple(re.findall("#[0-9a-f]{6}", said[1])) == stops
    assert f"NO_VALUE = '{none}'" in script


@pytest.mark.parametrize("style", ["dark", "light"])
def test_light_and_meanings_are_the_apps(style: Style) -> None:
    script = (VIEWER / "engine" / "stage.js").read_text(encoding="utf-8")
    block = script[script.index("DARK") :] if style == "dark" else script[script.index("  light: {") :]
    said = look(style)
    for name in ("zenith", "horizon", "below", "haze", "plan", "sky", "ground", "sun"):
        assert re.search(rf"\b{name}: '(#\w+)'", block)[1] == getattr(said, name)  # type: ignore[index]
    for name in ("hemisphere", "sunlight", "fill", "shadow", "contours"):
        assert float(re.search(rf"\b{name}: ([\d.]+)", block)[1]) == getattr(said, name)  # type: ignore[index]
    sheet = (STYLES / f"{style}.css").read_text(encoding="utf-8")
    assert [colour for colour in said.meanings.values() if colour not in sheet] == []


def test_the_camera_is_the_apps() -> None:
    camera = (VIEWER / "engine" / "camera.js").read_text(encoding="utf-8")
    assert f"FIELD_OF_VIEW_DEG = {FIELD_OF_VIEW_DEG:.0f};" in camera
    assert f"HOME_DIRECTION = new Vector3({', '.join(f'{one:g}' for one in HOME_DIRECTION)})" in camera
    assert ", ".join(f"{one:g}" for one in SUN) in "".join(
        path.read_text(encoding="utf-8") for path in (VIEWER / "engine").glob("*.js")
    )


def test_numbers_go_along_the_ramp() -> None:
    stops = _palettes()[1]["viridis"]
    found = coloured("buildings", TITLE, {1: 0.0, 2: 5.0, 3: 10.0}, [1, 2, 3, 4], look("light"))
    assert found.tints == {1: rgb(stops[0]), 2: rgb(stops[5]), 3: rgb(stops[10]), 4: rgb(_palettes()[0])}
    assert found.ramp is not None
    assert (found.ramp.low, found.ramp.high) == (0.0, 10.0)
    assert [(one.title.zh, one.count) for one in found.entries] == [("无数据", 1)]


def test_steps_count_what_they_colour() -> None:
    steps = (Step(Title("好", "good"), "good", below=10), Step(Title("差", "bad"), "bad"))
    found = coloured("buildings", TITLE, {1: 3.0, 2: 10.0, 3: 99.0}, [1, 2, 3, 4, 5], look("dark"), steps=steps)
    assert [(one.title.en, one.count) for one in found.entries] == [("good", 1), ("bad", 2), ("No value", 2)]
    assert found.tints[1] == rgb(look("dark").meanings["good"])
    assert found.tints[2] == found.tints[3] == rgb(look("dark").meanings["bad"])


def test_classes_without_steps_have_colours_without_an_order() -> None:
    found = coloured("buildings", TITLE, {1: "办公", 2: "食堂", 3: "办公"}, [1, 2, 3], look("light"))
    assert [(one.title.zh, one.count) for one in found.entries] == [("办公", 2), ("食堂", 1)]
    assert found.tints[1] == found.tints[3] != found.tints[2]


def test_a_stray_value_does_not_take_the_ramp() -> None:
    numbers = [float(one) for one in range(100)]
    assert ramp_ends(numbers) == (0.0, 99.0)
    assert ramp_ends([*numbers, 5000.0])[1] < 100
    assert ramp_ends([-5000.0, *numbers])[0] >= 0
    assert ramp_ends([7.0]) == (7.0, 7.0)
