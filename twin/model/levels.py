"""How grave an alarm is: the four levels with their colours and shapes, in one table.

A colour is never the only sign. 红 橙 黄 蓝 are the colours of Chinese warnings I-IV; their sRGB values are ours and
chosen for the dark wall (decision 0029). The viewer has the same signs in ``viewer/src/engine/levels.js``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twin.model.live import Level
from twin.model.text import Title


@dataclass(frozen=True, slots=True)
class LevelSign:
    """What a level looks like. ``rank`` 1 is the gravest; ``on_dark`` is the colour on a dark wall."""

    level: Level
    rank: int
    numeral: str
    title: Title
    colour: Title
    rgb: str
    on_dark: str
    shape: str


LEVELS: Final[dict[Level, LevelSign]] = {
    Level.MAJOR: LevelSign(
        Level.MAJOR, 1, "I", Title("重大", "Major"), Title("红", "red"), "#d7191c", "#ff4d4f", "hexagon"
    ),
    Level.A: LevelSign(
        Level.A, 2, "II", Title("复杂疑难", "A, complex"), Title("橙", "orange"), "#e66101", "#ff8c1a", "triangle"
    ),
    Level.B: LevelSign(
        Level.B, 3, "III", Title("重点", "B, key"), Title("黄", "yellow"), "#e0b400", "#ffd83d", "diamond"
    ),
    Level.C: LevelSign(
        Level.C, 4, "IV", Title("一般", "C, ordinary"), Title("蓝", "blue"), "#2b7bba", "#4da3ff", "square"
    ),
}


def gravest(levels: set[Level]) -> Level:
    """The gravest of some levels."""
    return min(levels, key=lambda one: LEVELS[one].rank)
