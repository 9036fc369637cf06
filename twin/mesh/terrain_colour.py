"""How bare ground looks: a quiet tint by height, warmer and paler where it is steep, earth on cut sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.mesh.assemble import Floats

# Added to the layer's colour (red, green, blue) at shares of the height range: greener hollows, paler tops.
_BY_HEIGHT = (
    (0.0, (-16, -6, -18)),
    (0.35, (-4, 2, -8)),
    (0.7, (18, 12, 2)),
    (1.0, (40, 34, 26)),
)
_ROCK = np.array([128.0, 120.0, 108.0])
_EARTH = np.array([84.0, 70.0, 56.0])
_STEEP_FROM, _STEEP_TO = 0.45, 1.2  # slope as rise over run: 24° and 50°


def ground_colours(
    heights: Floats, slope: Floats, span: tuple[float, float], rgba: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """(v, 4) colours of vertices: ``heights`` m within ``span`` of the whole terrain, ``slope`` as rise over run."""
    share = (heights - span[0]) / max(span[1] - span[0], 1.0)
    stops = [stop for stop, _ in _BY_HEIGHT]
    shift = np.column_stack([np.interp(share, stops, [rgb[i] for _, rgb in _BY_HEIGHT]) for i in range(3)])
    steep = np.clip((slope - _STEEP_FROM) / (_STEEP_TO - _STEEP_FROM), 0.0, 1.0)[:, None]
    colour = rgba[:3].astype(float) + shift
    return _opaque(colour * (1.0 - 0.7 * steep) + _ROCK * 0.7 * steep, rgba)


def side_colours(count: int, rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(count, 4) for skirts: cut earth with a trace of the layer's colour."""
    return _opaque(np.broadcast_to(0.75 * _EARTH + 0.25 * rgba[:3], (count, 3)), rgba)


def _opaque(rgb: Floats, rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    out = np.empty((len(rgb), 4), np.uint8)
    out[:, :3] = rgb.round().clip(0, 255)
    out[:, 3] = rgba[3]
    return out
