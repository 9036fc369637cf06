"""What stands somewhere is seen there: a pinhole of our own, shadows by hand, lengths in plans."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.render.scenes import BLUE, GREEN, PLATE, RED, YELLOW, block, nearest, pinhole, scene, seen_as
from twin.model.colour import to_linear
from twin.render import studio
from twin.render.geometry import Dots
from twin.render.look import Style, look, rgb
from twin.render.picture import camera
from twin.render.view import View

SIZE = (900, 600)
COLOURS = (RED, GREEN, BLUE, YELLOW, PLATE)
PLACES = ((-90.0, -60.0, 12.0), (70.0, -80.0, 25.0), (-40.0, 75.0, 40.0), (95.0, 60.0, 8.0))  # middle of each roof
BLOCKS = [
    block((x - 12, y - 9, 0, x + 12, y + 9, z), colour, idx)
    for idx, ((x, y, z), colour) in enumerate(zip(PLACES, COLOURS, strict=False))
]


@pytest.mark.parametrize(
    ("eye", "target"),
    [
        ((-200, -260, 180), (0, 0, 10)),
        ((260, 40, 120), (10, -5, 0)),
        ((30, 300, 230), (0, 0, 20)),
        ((-5, -20, 420), (0, 0, 0)),
    ],
)
def test_roofs_are_where_a_pinhole_sees_them(eye: tuple[int, ...], target: tuple[int, ...]) -> None:
    view = View(tuple(map(float, eye)), tuple(map(float, target)))  # type: ignore[arg-type]
    with camera(scene(BLOCKS), "light") as one:
        pixels, _ = one.pixels(None, view, SIZE)
    for number, place in enumerate(PLACES):
        x, y = pinhole(place, eye, target, SIZE)
        assert 0 < x < SIZE[0]
        assert 0 < y < SIZE[1]
        assert nearest(pixels[int(y), int(x)], COLOURS) == number
        assert view.project(np.array([place]), SIZE)[0][0] == pytest.approx((x, y), abs=1e-6)


def test_corners_of_a_roof_to_the_pixel() -> None:
    """The extent of a colour in the picture is that of the projected corners."""
    eye, target = (-150.0, -180.0, 200.0), (0.0, 0.0, 0.0)
    box = (-20.0, -15.0, 0.0, 25.0, 30.0, 0.5)
    with camera(scene([block(box, RED)]), "light") as one:
        pixels, _ = one.pixels(None, View(eye, target), SIZE)
    rows, columns = np.nonzero(seen_as(pixels, RED))
    corners = np.array([pinhole((x, y, z), eye, target, SIZE) for x in box[::3] for y in box[1::3] for z in box[2::3]])
    assert (columns.min(), columns.max() + 1) == pytest.approx((corners[:, 0].min(), corners[:, 0].max()), abs=1.5)
    assert (rows.min(), rows.max() + 1) == pytest.approx((corners[:, 1].min(), corners[:, 1].max()), abs=1.5)


def test_a_plan_is_to_scale_and_north_up() -> None:
    box = (-50.0, 10.0, 0.0, 70.0, 40.0, 5.0)  # 120 m by 30 m
    view = View((0.0, 0.0, 200.0), (0.0, 0.0, 0.0), 300.0)
    with camera(scene([block(box, RED)]), "light") as one:
        pixels, _ = one.pixels(None, view, SIZE)
    rows, columns = np.nonzero(seen_as(pixels, RED))
    metre_px = SIZE[1] / 300.0
    assert columns.max() + 1 - columns.min() == pytest.approx(120 * metre_px, abs=1)
    assert rows.max() + 1 - rows.min() == pytest.approx(30 * metre_px, abs=1)
    assert rows.min() == pytest.approx(SIZE[1] / 2 - 40 * metre_px, abs=1)
    assert columns.min() == pytest.approx(SIZE[0] / 2 - 50 * metre_px, abs=1)


@pytest.mark.parametrize("style", ["dark", "light"])
def test_the_light_on_level_ground_is_lamberts(style: Style) -> None:
    """Hemisphere, sun and fill by hand, in linear light, over π (three.js, Lambert)."""
    said = look(style)
    with camera(scene([block((200, 200, 0, 210, 210, 3), RED)]), style) as one:
        pixels, _ = one.pixels(None, View((-100.0, -100.0, 200.0), (-100.0, -100.0, 0.0), 60.0), (480, 480))
    sun = np.array([0.55, -0.6, 0.75]) / math.sqrt(0.55**2 + 0.6**2 + 0.75**2)

    def linear(colour: object) -> np.ndarray:  # type: ignore[type-arg]
        return to_linear(np.array(rgb(colour) if isinstance(colour, str) else colour, np.uint8))

    arriving = said.hemisphere * linear(said.sky) + said.sunlight * linear(said.sun) * sun[2] + said.fill
    expected = np.clip(linear(PLATE) * arriving / math.pi, 0, 1)
    middle = pixels[200:280, 200:280].reshape(-1, 3)
    assert to_linear(np.median(middle, axis=0).astype(np.uint8)) == pytest.approx(expected, abs=0.012)


def test_the_sun_is_in_the_south_east_and_things_throw_shadows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shadow of a roof's corner lies h/tan(height of the sun) to the north-west; beyond it the ground is lit."""
    monkeypatch.setattr(studio, "_SHADOW_PX", 4096)
    high = 40.0
    box = (-10.0, -10.0, 0.0, 10.0, 10.0, high)
    view = View((0.0, 0.0, 200.0), (0.0, 0.0, 0.0), 200.0)
    with camera(scene([block(box, RED)]), "light") as one:
        pixels, _ = one.pixels(None, view, (800, 800))

    def brightness(x: float, y: float) -> float:
        column, row = 400 + x * 4, 400 - y * 4
        return float(pixels[int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2].mean())

    east, north = -high * 0.55 / 0.75, high * 0.6 / 0.75  # of the shadow of a point so high
    lit, said = brightness(60, -60), look("light")
    sun = said.sunlight * 0.75 / math.sqrt(0.55**2 + 0.6**2 + 0.75**2)
    around = said.hemisphere + said.fill
    share = (around + (1 - said.shadow) * sun) / (around + sun)  # of light that is left
    for x, y in ((east, north), (east + 8, north + 8), (east - 8, north - 8), (east / 2, north / 2)):
        assert (brightness(x, y) / lit) ** 2.2 == pytest.approx(share, abs=0.02)
    assert brightness(east - 14, north + 14) == pytest.approx(lit, rel=0.02)
    assert brightness(-east, -north) == pytest.approx(lit, rel=0.02)


def test_what_is_behind_is_hidden() -> None:
    """A red wall before a green one, from the south; from the north it is the other way round."""
    walls = [block((-40, -20, 0, 40, -18, 30), RED), block((-40, 18, 0, 40, 20, 30), GREEN)]
    with camera(scene(walls), "dark") as one:
        for eye, seen in (((0.0, -200.0, 15.0), 0), ((0.0, 200.0, 15.0), 1)):
            pixels, _ = one.pixels(None, View(eye, (0.0, 0.0, 15.0)), (480, 480))
            assert nearest(pixels[240, 240], (RED, GREEN)) == seen


def test_glass_shows_what_is_behind_it() -> None:
    glass, behind = block((-30, -12, 0, 30, -11, 30), (40, 60, 230, 100)), block((-30, 5, 0, 30, 6, 30), RED)
    with camera(scene([glass, behind]), "light") as one:
        pixels, _ = one.pixels(None, View((0.0, -150.0, 15.0), (0.0, 0.0, 15.0)), (480, 480))
    red, green, blue = map(int, pixels[240, 240])
    assert min(red, blue) > green + 20


def test_devices_indoors_are_seen_from_near_only() -> None:
    """As in the app: a marker 3.2 m wide that would be smaller than half of 24 px is not drawn when it is indoors."""

    def magenta(indoors: bool, away: float) -> int:
        dot = Dots(
            np.array([[0, 0, 3]], np.float32), np.array([[240, 0, 240]], np.uint8), np.zeros(1, np.uint32), "d", indoors
        )
        with camera(scene([block((90, 90, 0, 91, 91, 1), RED)], dots=[dot]), "light") as one:
            pixels, _ = one.pixels(None, View((0.0, -away, 3.0 + away), (0.0, 0.0, 3.0)), (1920, 1080))
        return int(seen_as(pixels, (240, 0, 240)).sum())

    focal_px = 1080 / 2 / math.tan(math.radians(21))
    limit = focal_px * 3.2 / 12 / math.sqrt(2)
    assert magenta(True, 0.9 * limit) > 20
    assert magenta(True, 1.1 * limit) == 0
    assert magenta(False, 1.1 * limit) > 20
