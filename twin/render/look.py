"""Light, sky and panels of a picture: the styles of the app, from ``looks.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np

from twin.model.colour import to_linear

Style = Literal["dark", "light"]
Rgb = tuple[float, float, float]

SUN: Final[Rgb] = (0.55, -0.6, 0.75)  # where the sun stands, as a direction: south-east, 43° high


@dataclass(frozen=True, slots=True)
class Look:
    """Colours are #rrggbb as on screen; ``meanings`` those of the steps of a screen's map.

    ``hemisphere``, ``sunlight`` and ``fill`` are how strong the light is, ``shadow`` and ``contours`` shares 0..1;
    ``mark`` is the watermark, ``mark_alpha`` 0..255.
    """

    zenith: str
    horizon: str
    below: str
    haze: str
    plan: str
    sky: str
    ground: str
    sun: str
    hemisphere: float
    sunlight: float
    fill: float
    shadow: float
    contours: float
    panel: str
    panel_alpha: float
    text: str
    quiet: str
    line: str
    warning: str
    warning_ground: str
    mark: str
    mark_alpha: int
    meanings: Mapping[str, str]


@cache
def look(style: Style) -> Look:
    """Read once."""
    said = tomllib.loads(Path(__file__).with_name("looks.toml").read_text(encoding="utf-8"))
    return Look(**said[style])


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three bytes."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def light(colour: str) -> Rgb:
    """``#rrggbb`` in linear light, 0..1."""
    red, green, blue = (float(one) for one in to_linear(np.array(rgb(colour), np.uint8)))
    return red, green, blue
