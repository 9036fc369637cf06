"""sRGB, as files and screens have it, and linear light, in which colours mix as the eye mixes them (IEC 61966-2-1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_LEVEL: Final = np.arange(256) / 255
_LIGHT: Final = np.where(_LEVEL <= 0.04045, _LEVEL / 12.92, ((_LEVEL + 0.055) / 1.055) ** 2.4)


def to_linear(srgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Levels 0..255 of sRGB, any shape -> light 0..1."""
    light: NDArray[np.float64] = _LIGHT[srgb]
    return light


def from_linear(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Light 0..1, any shape -> levels 0..255 of sRGB."""
    level = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    srgb: NDArray[np.uint8] = np.rint(level.clip(0, 1) * 255).astype(np.uint8)
    return srgb
