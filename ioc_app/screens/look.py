"""How a panel is to look: colour style, language, size of type, campus time, and what is chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from ioc_app.screens.plain import plain
from ioc_app.screens.styles import tokens
from twin.model.levels import LEVELS, LevelSign
from twin.model.live import Level

Language = Literal["zh", "en"]
LEAST_TEXT_PX: Final = 14.0
DESIGN_HEIGHT_PX: Final = 1080  # unit_px is what a pixel of this design is
LEAST_OF_HEIGHT: Final = 90  # text is at least this part of the wall's height
TEXTS: Final[dict[str, dict[str, str]]] = json.loads(Path(__file__).with_name("texts.json").read_text("utf-8"))
# told apart by lines and hatching too, not by colour alone
DASHES: Final = ("solid", "dash", "dashdot", "longdash", "longdashdot", "14px,4px,2px,4px")
FORECAST_DASH: Final = "dot"
HATCHES: Final = ("", "/", ".", "x", "-", "+")
SERIES: Final = ("one", "two", "three", "four", "five", "six")
MEANINGS: Final = {"good": "✓", "fair": "●", "poor": "▲", "bad": "✕", "none": "○"}
SHAPES: Final = {
    "hexagon": ("⬢", "hexagon"),
    "triangle": ("▲", "triangle-up"),
    "diamond": ("◆", "diamond"),
    "square": ("■", "square"),
}
LEVEL_NAMES: Final = frozenset(one.value for one in Level)


@dataclass(frozen=True, slots=True)
class Look:
    """``width_px``, ``height_px``: room for the panel's body; ``at``: the moment that is shown; ``place``: the
    ``feature_id`` that is chosen."""

    zone: ZoneInfo
    at: datetime
    style: str = "dark"
    language: Language = "zh"
    unit_px: float = 1.0
    accent: str = "azure"
    width_px: float = 400.0
    height_px: float = 200.0
    place: str | None = None

    def text(self, key: str, **words: object) -> str:
        """A sentence of ``texts.json``."""
        return TEXTS[self.language][key].format(**words)

    def px(self, design_px: float) -> float:
        """A length of the 1080-high design on this screen."""
        return round(design_px * self.unit_px, 1)

    def type_px(self, design_px: float = 14.0) -> float:
        """A size of type: never below what is read from where people stand."""
        return round(max(LEAST_TEXT_PX, DESIGN_HEIGHT_PX * self.unit_px / LEAST_OF_HEIGHT, design_px * self.unit_px), 1)

    def colour(self, token: str) -> str:
        """A colour of the style by the name of its token."""
        return tokens(self.style)[token]

    @property
    def accent_colour(self) -> str:
        """That of the screen."""
        return self.colour(f"accent-{self.accent}")

    def series_colour(self, number: int, of: int) -> str:
        """One series has the screen's colour, several have theirs."""
        return self.accent_colour if of == 1 else self.colour(SERIES[number % len(SERIES)])

    def text_on(self, colour: str) -> str:
        """Of the style's ground and its text the one that is read better on a colour."""
        return max((self.colour("ground"), self.colour("text")), key=lambda one: contrast(one, colour))

    def level_colour(self, level: Any) -> str | None:
        """Of an alarm level, or of a meaning; None for what is neither."""
        sign = sign_of(level)
        if sign is not None:
            return sign.rgb if self.style == "light" else sign.on_dark
        return self.colour(level) if isinstance(level, str) and level in MEANINGS else None

    def level_sign(self, level: Any) -> str:
        """What is written before a text of that level, so that its colour is not all that tells it."""
        sign = sign_of(level)
        if sign:
            return f"{SHAPES[sign.shape][0]}{sign.numeral}"
        return MEANINGS.get(level, "") if isinstance(level, str) else ""

    def level_symbol(self, level: Any) -> str:
        """The marker of plotly that has the level's shape."""
        sign = sign_of(level)
        return SHAPES[sign.shape][1] if sign else "circle"

    def level_title(self, level: Any) -> str:
        sign = sign_of(level)
        return str(getattr(sign.title, self.language)) if sign else plain(level, 24)

    def lines(self, most: int, apart: float = 1.25, around: float = 2.2) -> int:
        """How many lines of type, so far apart, stand above one another in the body, less what is around them."""
        size = self.type_px()
        return max(2, min(most, int((self.height_px - around * size) / (apart * size))))

    def fits(self, row_px: float, most: int) -> int:
        """How many lines so high (of the design) the body takes."""
        return max(1, min(most, int(self.height_px / self.px(row_px))))


def contrast(one: str, other: str) -> float:
    """Of two colours ``#rrggbb``, 1 to 21, as WCAG 2 reckons it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def sign_of(level: Any) -> LevelSign | None:
    """The sign of an alarm level; None for what is none."""
    return LEVELS[Level(level)] if isinstance(level, str) and level in LEVEL_NAMES else None


def said(row: Mapping[str, Any], column: str, language: Language) -> Any:
    """A column that may come in both languages."""
    for name in (f"{column}_{language}", column, f"{column}_zh", f"{column}_en"):
        if row.get(name) is not None:
            return row[name]
    return None
