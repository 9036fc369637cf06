"""Where a picture is taken from. The same directions and angles as the app's camera, so that both show alike.

Scene axes: x grid east, y grid north, z height, metres, minus the origin of the campus. Pixels count from the upper
left corner, x to the right, y down; (0, 0) is the corner of the first pixel, not its middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import PictureSizeError, UnknownViewError

Vector = tuple[float, float, float]
Box = tuple[float, float, float, float, float, float]
Size = tuple[int, int]
Floats = NDArray[np.float64]

FIELD_OF_VIEW_DEG: Final = 42.0
HOME_DIRECTION: Final[Vector] = (-0.42, -0.72, 0.56)  # from the south-west, 34° above the horizon
LEAST_PX: Final = 480
MOST_PX: Final = 7680
OVERVIEW, TOP = "overview", "top"
_CLOSER: Final = 0.7  # a campus is a plate seen at a slant: the sphere around it is too generous
_MARGIN: Final = 1.06
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class View:
    """An eye at ``position`` that looks at ``target``; with ``plan_height_m`` straight down and without perspective.

    ``plan_height_m`` is how many metres the picture is high. A plan has grid north at the top.
    """

    position: Vector
    target: Vector
    plan_height_m: float | None = None

    @property
    def is_plan(self) -> bool:
        return self.plan_height_m is not None

    @property
    def distance_m(self) -> float:
        return math.dist(self.position, self.target)

    def axes(self) -> Floats:
        """(3, 3): what is right, up and ahead on the picture, as unit vectors of the scene."""
        ahead = np.subtract(self.target, self.position)
        ahead = ahead / np.linalg.norm(ahead)
        level = np.array([0.0, 1.0, 0.0]) if abs(ahead[2]) > 0.9999 else np.array([0.0, 0.0, 1.0])
        right = np.cross(ahead, level)
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, ahead), ahead])

    def metres_per_pixel(self, size_px: Size) -> float:
        """Of a plan everywhere, else at the target's distance."""
        if self.plan_height_m is not None:
            return self.plan_height_m / size_px[1]
        return 2 * self.distance_m * math.tan(math.radians(FIELD_OF_VIEW_DEG / 2)) / size_px[1]

    def project(self, points: Floats, size_px: Size) -> tuple[Floats, Floats]:
        """(n, 3) scene metres -> (n, 2) pixels and (n,) metres ahead; behind the eye the pixels are NaN."""
        seen = (np.asarray(points, float).reshape(-1, 3) - np.asarray(self.position)) @ self.axes().T
        ahead = seen[:, 2]
        scale = np.full(len(seen), self.metres_per_pixel(size_px))
        if not self.is_plan:
            with np.errstate(divide="ignore"):
                scale = np.where(ahead > 0, scale * ahead / self.distance_m, np.nan)
        pixels = np.stack([size_px[0] / 2 + seen[:, 0] / scale, size_px[1] / 2 - seen[:, 1] / scale], axis=1)
        return pixels, ahead

    def north_deg(self) -> float:
        """Where grid north points on the picture, at the target, clockwise from straight up.

        Towards the horizon north is hardly seen on the picture: then it is the compass, as if looked at from above.
        """
        right, up, ahead = self.axes()
        return math.degrees(math.atan2(right[1], up[1] if abs(ahead[2]) > _LEVEL else ahead[1]))


def view_named(name: str, home: Box, whole: Box, size_px: Size) -> View:
    """``overview``, ``top`` or ``x,y,z,tx,ty,tz`` in scene metres. ``home`` is shown, ``whole`` is all there is."""
    if name == OVERVIEW:
        return overview(home, whole, size_px)
    if name == TOP:
        return top(home, whole, size_px)
    try:
        numbers = [float(one) for one in name.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 6 or not all(map(math.isfinite, numbers)) or math.dist(numbers[:3], numbers[3:]) < 1e-3:
        raise UnknownViewError(view=name)
    return View(_vector(numbers[:3]), _vector(numbers[3:]))


def overview(home: Box, whole: Box, size_px: Size) -> View:
    """The campus from the south-west, as the app's home; above the summit where the ground would be in the way."""
    level, thick = (home[2] + home[5]) / 2, min(home[5] - home[2], 30) / 2
    target = np.array([(home[0] + home[3]) / 2, (home[1] + home[4]) / 2, level])
    radius = max(0.5, math.hypot(home[3] - home[0], home[4] - home[1], 2 * thick) / 2)
    narrow = min(1.0, size_px[0] / size_px[1])
    distance = _CLOSER * 1.05 * radius / math.sin(math.radians(FIELD_OF_VIEW_DEG / 2)) / narrow
    position = target + np.array(HOME_DIRECTION) / np.linalg.norm(HOME_DIRECTION) * distance
    if position[2] < whole[5]:
        position[2] = whole[5] + 0.1 * radius
    return View(_vector(position), _vector(target))


def top(home: Box, whole: Box, size_px: Size, *, margin: float = _MARGIN) -> View:
    """A plan of ``home``, grid north up."""
    x, y = (home[0] + home[3]) / 2, (home[1] + home[4]) / 2
    wide, high = max(home[3] - home[0], 1.0), max(home[4] - home[1], 1.0)
    height = margin * max(high, wide * size_px[1] / size_px[0])
    above = whole[5] + 100.0
    return View((x, y, above), (x, y, whole[2]), height)


def home_box(whole: Box, buildings: Sequence[Box]) -> Box:
    """What home shows: the registered buildings and some of what is around them, or everything without any."""
    if not buildings:
        return whole
    boxes = np.array(buildings, float)
    low, high = boxes[:, :3].min(axis=0), boxes[:, 3:].max(axis=0)
    around = np.array([1.0, 1.0, 0.0]) * 0.12 * max(high[0] - low[0], high[1] - low[1])
    low, high = np.maximum(low - around, whole[:3]), np.minimum(high + around, whole[3:])
    return (*_vector(low), *_vector(high))


def size_of(text: str) -> Size:
    """``3840x2160`` as numbers. Raises PictureSizeError."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 2 or not all(one.strip().isdecimal() for one in parts):
        raise PictureSizeError(size=text, least=LEAST_PX, most=MOST_PX)
    return checked_size((int(parts[0]), int(parts[1])))


def checked_size(size_px: Size) -> Size:
    if not all(LEAST_PX <= one <= MOST_PX for one in size_px):
        raise PictureSizeError(size="x".join(map(str, size_px)), least=LEAST_PX, most=MOST_PX)
    return size_px


def _vector(numbers: Sequence[float] | Floats) -> Vector:
    x, y, z = (float(one) for one in numbers)
    return x, y, z
