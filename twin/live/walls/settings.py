"""``config/walls.toml``: the walls, each called as its kiosk link is.

::

    [[walls]]
    name = "hall"
    size = [5760, 1080]                 # CSS px of the whole wall
    grid = [3, 1]                       # displays across and down: nothing lies across a seam
    fit = "contain"                     # contain, width, height, stretch
    style = "blue"                      # dark, light, blue, red_gold
    language = "zh"
    carousel = [{ screen = "overview", dwell_s = 90 }, { screen = "energy", dwell_s = 60 }]
    tour = true                         # the camera goes round by itself
    interrupt = { min_level = "A", seconds = 20, most = 3, within_s = 600 }
    sent_most_s = 900                   # what was sent from a desk goes by itself after so long

A wall that is not named there has the defaults, and no carousel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from twin.config_file import Settings, load_config, mistake_at, parse
from twin.errors import ConfigError
from twin.mistakes import Mistake, Mistakes
from twin.model.live import Level

CONFIG: Final = Path("config") / "walls.toml"

ScreenId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
WallName = Annotated[str, Field(min_length=1, max_length=60)]
Flag = Annotated[bool, Field(strict=True)]
Displays = Annotated[int, Field(ge=1, le=12)]
Pixels = Annotated[int, Field(ge=320, le=32_768)]


class Turn(Settings):
    """One screen of the carousel, and how long it stays."""

    screen: ScreenId
    dwell_s: Annotated[float, Field(ge=5, le=86_400)] = 60.0


class Interrupt(Settings):
    """What news breaks in. More than ``most`` in ``within_s`` are shown together until it is calm again."""

    enabled: Flag = True
    min_level: Level = Level.A
    seconds: Annotated[float, Field(ge=5, le=600)] = 20.0
    most: Annotated[int, Field(ge=1, le=20)] = 3
    within_s: Annotated[float, Field(ge=60, le=7200)] = 600.0


class WallSettings(Settings):
    """``second`` is the screen whose panels a wall of 6×3 shows beside. ``memory_mb`` is what its page may use of the
    browser's memory before it is loaded anew; ``pause_s`` how long it waits for whoever touched it.
    """

    name: WallName
    size: tuple[Pixels, Pixels] | None = None  # that of the browser's window
    grid: tuple[Displays, Displays] = (1, 1)
    fit: Literal["contain", "width", "height", "stretch"] = "contain"
    style: Literal["dark", "light", "blue", "red_gold"] | None = None
    language: Literal["zh", "en"] | None = None
    carousel: Annotated[tuple[Turn, ...], Field(max_length=40)] = ()
    pause_s: Annotated[float, Field(ge=5, le=3600)] = 60.0
    tour: Flag = False
    tour_stay_s: Annotated[float, Field(ge=3, le=600)] = 12.0
    second: ScreenId | None = None
    interrupt: Interrupt = Interrupt()
    sent_most_s: Annotated[float, Field(ge=10, le=86_400)] = 900.0
    memory_mb: Annotated[int, Field(ge=200, le=16_000)] = 2000

    @model_validator(mode="after")
    def _has_whole_displays(self) -> Self:
        if self.size and any(pixels % displays for pixels, displays in zip(self.size, self.grid, strict=True)):
            raise ValueError("size is a multiple of grid: all displays of a wall are alike")
        return self


class _WallsFile(Settings):
    walls: tuple[WallSettings, ...] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        twice = [name for name, times in Counter(one.name for one in self.walls).items() if times > 1]
        if twice:
            raise ValueError(f"a wall stands here once, and {', '.join(twice)} stands here twice")
        return self


def load_wall_settings(
    campus_folder: Path, screens: Callable[[], Collection[str]] | None = None
) -> Mapping[str, WallSettings]:
    """By name. Raises ConfigError with every mistake; a screen that is none of ``screens`` is one."""
    path = campus_folder / CONFIG
    walls = load_config(path, _WallsFile).walls
    if screens is not None and walls:
        strangers = _strangers(path, walls, screens())
        if strangers:
            raise ConfigError(path=path, where="", detail=strangers)
    return {one.name: one for one in walls}


def _strangers(path: Path, walls: Sequence[WallSettings], screens: Collection[str]) -> Mistakes:
    """Screens that are named and not there."""
    parsed = parse("", path.read_bytes())
    if isinstance(parsed, Mistake):  # changed meanwhile; the next look tells
        return Mistakes([parsed])
    named: list[tuple[tuple[str | int, ...], str | None]] = []
    for number, wall in enumerate(walls):
        at = ("walls", number)
        named += [((*at, "carousel", turn, "screen"), one.screen) for turn, one in enumerate(wall.carousel)]
        named.append(((*at, "second"), wall.second))
    known = ", ".join(sorted(screens)) or "-"
    return Mistakes(
        mistake_at("", parsed, at, "unknown_name", name=screen, known=known)
        for at, screen in named
        if screen is not None and screen not in screens
    )
