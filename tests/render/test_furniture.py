"""What makes a picture a map: the bar is as long as it says, the arrow points north, the legend names what is drawn."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.render.scenes import BLUE, CAPTION, RED, block, label, pinhole, scene, seen_as
from twin.model.text import Title
from twin.render.colouring import Entry
from twin.render.furniture import length_text, nice_length_m, underground_said
from twin.render.legend import legend_lines
from twin.render.look import look, rgb
from twin.render.picture import camera, render_picture
from twin.render.scene import ShownLayer
from twin.render.sheet import Sheet
from twin.render.view import View

SIZE = (960, 540)
BLOCKS = [block((-50, -10, 0, -40, 10, 20), RED), block((50, -10, 0, 60, 10, 20), BLUE)]


def ink_run(row: NDArray[np.uint8], colour: str) -> tuple[int, int]:
    """The first and the last column of a colour in a row of pixels."""
    columns = np.flatnonzero((np.abs(row.astype(int) - rgb(colour)) <= 2).all(axis=1))
    return int(columns.min()), int(columns.max()) + 1


@pytest.mark.parametrize("size", [SIZE, (1200, 480)])
def test_the_bar_of_a_plan_is_as_long_as_it_says(size: tuple[int, int]) -> None:
    """Against two walls 100 m apart that are measured in the same picture."""
    view = View((0.0, 0.0, 200.0), (0.0, 0.0, 0.0), 180.0)
    with camera(scene(BLOCKS), "light") as one:
        pixels, bar = one.pixels(CAPTION, view, size)
    assert bar is not None
    first, last = ink_run(pixels[bar.top_px, : size[0]], look("light").text)
    west, east = (np.nonzero(seen_as(pixels, colour, 0.999))[1].min() for colour in (RED, BLUE))
    metre_px = (east - west) / 100.0
    assert (last - first) / bar.length_m == pytest.approx(metre_px, rel=0.015)
    assert bar.length_m == nice_length_m(0.16 * size[0] / metre_px * 1.001)


def test_the_bar_of_a_perspective_holds_at_the_target() -> None:
    eye, target = (-120.0, -150.0, 130.0), (5.0, 10.0, 0.0)
    with camera(scene(BLOCKS), "dark") as one:
        _, bar = one.pixels(CAPTION, View(eye, target), SIZE)
    assert bar is not None
    across = math.atan2(target[0] - eye[0], target[1] - eye[1]) + math.pi / 2  # bearing of what is right
    end = (target[0] + bar.length_m * math.sin(across), target[1] + bar.length_m * math.cos(across), target[2])
    seen = pinhole(end, eye, target, SIZE) - pinhole(target, eye, target, SIZE)
    assert bar.right_px - bar.left_px == pytest.approx(float(np.hypot(*seen)), abs=1)


@pytest.mark.parametrize(("most", "nice"), [(1.0, 1), (1.99, 1), (4.9, 2), (5, 5), (99, 50), (0.25, 0.2), (2600, 2000)])
def test_bars_are_round(most: float, nice: float) -> None:
    assert nice_length_m(most) == pytest.approx(nice)
    assert length_text(2000) == "2 km"
    assert length_text(0.5) == "0.5 m"


@pytest.mark.parametrize("heading_deg", [0, 37, 90, 180, 285])
def test_the_arrow_points_north(heading_deg: float) -> None:
    """Where a metre to the north of the middle is seen: the halves of the arrow are measured in the picture."""
    away = math.radians(heading_deg)
    eye = (-200 * math.sin(away), -200 * math.cos(away), 220.0)
    with camera(scene(BLOCKS), "light") as one:
        pixels, _ = one.pixels(CAPTION, View(eye, (0.0, 0.0, 0.0)), (1920, 1080))
    corner = pixels[:200, -200:].astype(int)
    west, east = (np.argwhere((np.abs(corner - rgb(one)) <= 6).all(axis=2)) for one in ("#e5484d", "#b3262c"))
    whole = np.concatenate([west, east]).astype(float)
    along = np.linalg.svd(whole - whole.mean(axis=0), full_matrices=False)[2][0]  # the arrow is longer than wide
    rightward = east.mean(axis=0) - west.mean(axis=0)  # (down, right): a quarter turn back is where it points
    north = np.array([-rightward[1], rightward[0]])
    along *= np.sign(along @ north)
    pointing = math.atan2(along[1], -along[0])
    seen = pinhole((0, 1, 0), eye, (0, 0, 0), SIZE) - pinhole((0, 0, 0), eye, (0, 0, 0), SIZE)
    assert len(whole) > 200
    assert math.cos(pointing - math.atan2(seen[0], -seen[1])) > math.cos(math.radians(3))


def test_the_legend_names_what_is_drawn_and_nothing_else() -> None:
    classes = tuple(Entry(Title(f"类{number}", f"class {number}"), "#112233") for number in range(4))
    shown = (
        ShownLayer("terrain", Title("地形", "Terrain"), "#445566"),
        ShownLayer("surface", Title("地面", "Surface"), "#556677", classes, more=3),
    )
    drawn = scene(BLOCKS, layers=shown)
    sheet = Sheet((1920, 1080), look("dark"))
    said = [one.words.text for one in legend_lines(sheet, drawn, 30)]
    assert said == ["图例  Legend", "地形  Terrain", "地面  Surface", "类0", "类1", "类2", "类3  等，另 3 类"]
    short = [one.words.text for one in legend_lines(sheet, drawn, 5)]
    assert short == ["图例  Legend", "地形  Terrain", "地面  Surface", "类0", "类1  等，另 5 类"]
    assert [one.colour for one in legend_lines(sheet, drawn, 30)][1] == "#445566"


def test_swatches_are_in_the_picture() -> None:
    colours = ("#ff00ff", "#00ffff")
    shown = tuple(ShownLayer(one, Title(one, one), colour) for one, colour in zip("ab", colours, strict=True))
    with camera(scene(BLOCKS, layers=shown), "light") as one:
        pixels, _ = one.pixels(CAPTION, "overview", SIZE)
    for colour in colours:
        rows, columns = np.nonzero((pixels == rgb(colour)).all(axis=2))
        assert len(rows) >= 16
        assert columns.max() < SIZE[0] / 4
        assert rows.min() > SIZE[1] / 2


def test_names_stand_over_their_buildings_and_not_on_each_other() -> None:
    view = View((0.0, -200.0, 120.0), (0.0, 0.0, 0.0))

    def panels(names: list[Any]) -> NDArray[np.bool_]:
        with camera(scene(BLOCKS, labels=tuple(names)), "light") as one:
            with_names, _ = one.pixels(CAPTION, view, SIZE)
        with camera(scene(BLOCKS), "light") as one:
            without, _ = one.pixels(CAPTION, view, SIZE)
        return np.asarray((with_names != without).any(axis=2))

    one = panels([label("主楼", -45, 0, 20)])
    x, y = pinhole((-45, 0, 20), view.position, view.target, SIZE)
    rows, columns = np.nonzero(one)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(x, abs=2)
    assert rows.max() == pytest.approx(y, abs=8)
    assert (panels([label("主楼", -45, 0, 20), label("副楼", -44, 2, 20)]) == one).all()


def test_underground_is_said() -> None:
    withheld = {"gas": Title("燃气", "Gas"), "heat": Title("热力", "Heat")}
    assert underground_said(scene(BLOCKS, withheld=withheld)) == ["地下图层位置不公开，未显示：燃气、热力"]
    assert underground_said(scene(BLOCKS, exact=("gas",))) == ["含地下管线准确位置，注意保密"]
    assert underground_said(scene(BLOCKS)) == []
    bare, told = (render_picture(scene(BLOCKS, withheld=one), CAPTION, size_px=SIZE) for one in ({}, withheld))
    changed = (np.asarray(Image.open(io.BytesIO(bare))) != np.asarray(Image.open(io.BytesIO(told)))).any(axis=2)
    assert changed.any()
    assert np.nonzero(changed)[0].min() > 0.9 * SIZE[1]  # the foot, and nothing but the foot


def test_what_is_said_changes_the_picture_where_it_stands() -> None:
    """Chinese text is drawn as other shapes than boxes; the watermark is all over."""
    first = np.asarray(Image.open(io.BytesIO(render_picture(scene(BLOCKS), CAPTION, size_px=SIZE))))
    other = scene(BLOCKS, name=Title("实验园", "Trial"))
    second = np.asarray(Image.open(io.BytesIO(render_picture(other, CAPTION, size_px=SIZE))))
    rows, columns = np.nonzero((first != second).any(axis=2))
    assert rows.max() < SIZE[1] / 6
    assert columns.max() < SIZE[0] / 4
    with camera(scene(BLOCKS), "dark") as one:
        bare, _ = one.pixels(None, "overview", SIZE)
    marked = (bare != first).any(axis=2)
    for row in range(3):
        for column in range(3):
            part = marked[row * 180 : row * 180 + 180, column * 320 : column * 320 + 320]
            assert part.mean() > 0.01
