"""Small scenes of boxes on a plate, made by hand, and what a pinhole of our own sees of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.model.text import Title
from twin.render.furniture import Caption
from twin.render.geometry import Dots, Drawn
from twin.render.marks import Label
from twin.render.scene import PictureScene, ShownLayer
from twin.render.studio import Stroke
from twin.render.view import Box, home_box

CAPTION = Caption(at="2026-11-28 08:00", by="张工", made_at="2026-11-28 09:00", title=Title("测试图", "A trial"))
PLATE = (120, 120, 120)
RED, GREEN, BLUE, YELLOW = (230, 30, 30), (30, 200, 30), (40, 60, 230), (230, 210, 30)

_CORNERS = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], float)
_FACES = [[0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4], [2, 6, 7], [2, 7, 3], [0, 4, 6], [0, 6, 2]]
_FACES += [[1, 3, 7], [1, 7, 5]]


def block(box: Sequence[float], colour: Sequence[int], idx: int = 0) -> Drawn:
    """A closed box xmin … zmax; ``colour`` rgb or rgba."""
    low, high = np.array(box[:3], float), np.array(box[3:], float)
    rgba = np.tile(np.array([*colour, 255][:4], np.uint8), (8, 1))
    positions = (low + _CORNERS * (high - low)).astype(np.float32)
    return Drawn(positions, np.array(_FACES, np.int32), rgba, np.full(8, idx, np.uint32))


def plate(half_m: float = 300.0, colour: Sequence[int] = PLATE) -> Drawn:
    """Level ground at height 0, with normals as terrain has."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32) * half_m
    rgba = np.tile(np.array([*colour, 255], np.uint8), (4, 1))
    up = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    return Drawn(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), rgba, np.zeros(4, np.uint32), up)


def scene(
    blocks: Sequence[Drawn],
    *,
    dots: Sequence[Dots] = (),
    half_m: float = 300.0,
    **more: Any,
) -> PictureScene:
    """``blocks`` of the layer buildings on a plate of the layer terrain."""
    boxes: list[Box] = [tuple(map(float, [*one.positions.min(0), *one.positions.max(0)])) for one in blocks]  # type: ignore[misc]
    high = max((one[5] for one in boxes), default=1.0)
    whole: Box = (-half_m, -half_m, 0.0, half_m, half_m, high)
    strokes = [Stroke(one, "buildings", shadow=one.solid) for one in blocks]
    said: dict[str, Any] = {
        "name": Title("试验园", "Trial"),
        "notice": None,
        "crs": "EPSG:4549",
        "vertical_datum": "EPSG:5737",
        "generation": 3,
        "bounds": whole,
        "home": home_box(whole, boxes),
        "layers": (
            ShownLayer("terrain", Title("地形", "Terrain"), "#787878"),
            ShownLayer("buildings", Title("建筑", "Buildings"), "#aabbcc"),
        ),
        "strokes": (*strokes, Stroke(plate(half_m), "terrain", contours=True, nearer=-4e-4)),
        "dots": tuple(dots),
    }
    return PictureScene(**{**said, **more})


def label(text: str, x: float, y: float, z: float) -> Label:
    return Label(text, (x, y, z))


def pinhole(
    point: Sequence[float], eye: Sequence[float], target: Sequence[float], size: tuple[int, int]
) -> NDArray[Any]:
    """Where a point is seen, by bearing and dip, written apart from ``View``: 42° high, x right, y down."""
    east, north, up = (target[axis] - eye[axis] for axis in range(3))
    bearing, dip = math.atan2(east, north), math.atan2(up, math.hypot(east, north))
    x, y, z = (point[axis] - eye[axis] for axis in range(3))
    right = x * math.cos(bearing) - y * math.sin(bearing)
    level = x * math.sin(bearing) + y * math.cos(bearing)
    ahead, above = level * math.cos(dip) + z * math.sin(dip), z * math.cos(dip) - level * math.sin(dip)
    focal_px = size[1] / 2 / math.tan(math.radians(42.0) / 2)
    return np.array([size[0] / 2 + focal_px * right / ahead, size[1] / 2 - focal_px * above / ahead])


def nearest(pixel: NDArray[np.uint8], colours: Sequence[Sequence[int]]) -> int:
    """Which of ``colours`` has the hue of a pixel, whatever light is on it."""

    def hue(rgb: Any) -> NDArray[np.float64]:
        light = (np.asarray(rgb, float) / 255) ** 2.2
        return light / np.linalg.norm(light)

    return int(np.argmax([hue(pixel) @ hue(one) for one in colours]))


def seen_as(pixels: NDArray[np.uint8], colour: Sequence[int], apart: float = 0.985) -> NDArray[np.bool_]:
    """Where the picture has the hue of ``colour``."""
    light = (pixels.astype(float) / 255) ** 2.2
    wanted = (np.asarray(colour, float) / 255) ** 2.2
    length = np.linalg.norm(light, axis=-1)
    return np.asarray((light @ (wanted / np.linalg.norm(wanted)) > apart * length) & (length > 0.02))
