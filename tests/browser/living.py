"""How what lives looks in pixels: signs in the colours of their levels, trails, what an engine is told of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.browser.conftest import View
from twin.model.levels import LEVELS

Point = tuple[float, float, float]

COLOURS: dict[int, tuple[int, ...]] = {5 - one.rank: tuple(bytes.fromhex(one.on_dark[1:])) for one in LEVELS.values()}
PATROL = (0x35, 0xD0, 0xB0)
PLAIN: Point = (0.0, 0.0, 2.0)
"""On open ground; the eighth device stands there too."""
CROWD: Point = (-100.0, -60.0, 3.0)
SET_LIVE = """engine.setLive({
  idx: Uint32Array.from(a.idx), state: Uint8Array.from(a.state), value: Float32Array.from(a.idx, () => 1),
});"""
ALIVE = """engine.setLive({idx: Uint32Array.of(a[0], a[0] + 1), state: Uint8Array.of(4, 2)});
engine.setEvents([
  {id: '1', position: [0, -20, 3], level: 4, text: '烟感'}, {id: '2', position: [20, -20, 3], level: 1, text: 'lift'},
]);
engine.setTrails([{id: 't', points: [[0, 0, 3, 0], [10, 0, 3, 1000], [20, 5, 3, 2000]]}]);
engine.setHeat({storeyId: null, samples: [[-20, -20, 3, 1], [-30, -20, 3, 2]]});"""


def near(picture: NDArray[np.int16], colour: tuple[int, ...], within: int = 45) -> int:
    """How many pixels have about this colour."""
    return int((abs(picture - np.array(colour)).max(axis=-1) < within).sum())


def around(view: View, at: Point, reach: int = 12) -> NDArray[np.int16]:
    x, y = (round(one) for one in view.screen(at))
    return view.pixels()[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]


def device(view: View, number: int) -> tuple[int, Point]:
    x, y, z = (float(one) for one in view.campus.devices_at[number])
    return view.campus.devices_idx[number], (x, y, z)


def raised(view: View, states: dict[int, int]) -> None:
    view.do(SET_LIVE, {"idx": list(states), "state": list(states.values())})


def keeps_drawing(view: View) -> None:
    """Nobody does anything, and frame follows frame."""
    first = view.page.evaluate("engine.stats().frames")
    view.page.wait_for_function("first => engine.stats().frames > first + 2", arg=first, timeout=60_000)


def frames(view: View, wait_ms: int = 600) -> int:
    """How many frames are drawn while nobody does anything."""
    before = view.page.evaluate("engine.stats().frames")
    view.page.wait_for_timeout(wait_ms)
    return int(view.page.evaluate("engine.stats().frames") - before)
