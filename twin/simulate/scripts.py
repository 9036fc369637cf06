"""Scripts of incidents: what goes wrong, where, in which order. Data, in ``scripts/*.toml`` or a file of one's own.

::

    id = "burst-main"
    title = { zh = "给水主管爆裂", en = "Burst water main" }
    lasts_s = 1500

    [choose.origin]                 # any one of these; the seed and the time decide which
    device_types = ["pressure"]

    [choose.near]                   # and what is near it
    device_types = ["pressure"]
    near = "origin"
    count = 3

    [[steps]]
    on = "near"
    quantity = "pressure"
    change = "to"                   # to, add, times or silent
    value = 90
    at_s = 0
    until_s = 1200
    over_s = 60                     # so long until it is there, and so long back
    back_s = 240
    each_s = 20                     # later for each next device

    [[steps]]
    on = "origin"
    at_s = 30
    event = "water.burst"
    text = "{name}：主管爆裂"
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from twin.config_file import Settings, load_config
from twin.errors import ConfigError
from twin.model.live import Level
from twin.model.text import Title

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]


class Choice(Settings):
    """Devices: what is empty does not restrict. ``near`` names another choice, whose first device is the middle."""

    device_types: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()  # of the building
    name_has: str = ""
    indoors: bool | None = None
    main: bool | None = None  # whether it is the main meter of a building
    in_room_with: str = ""  # a device of this type
    lowest: bool = False
    near: str = ""
    within: Literal["campus", "building", "storey"] = "campus"
    fence: bool = False  # a spot at the fence instead of a device
    count: Annotated[int, Field(ge=1)] = 1


class Step(Settings):
    """Values that change, something that is told, or somebody who moves."""

    on: str = ""
    point: str = ""  # instead of ``on`` and ``quantity``: one point by its id
    at_s: Seconds = 0.0
    until_s: Seconds | None = None
    each_s: Seconds = 0.0
    quantity: str = ""  # empty: all of the device
    change: Literal["to", "add", "times", "silent"] | None = None
    value: float = 0.0
    over_s: Seconds = 0.0
    back_s: Seconds = 0.0
    event: Annotated[str, Field(pattern=r"^[a-z0-9_.-]*$")] = ""
    text: str = ""
    level: Level | None = None
    originator: str = ""  # default: the device; {code}, {building}, {storey}, {zone} are filled in
    attributes: dict[str, str | float | bool] = Field(default_factory=dict)
    moves_m_s: Annotated[float, Field(ge=0, le=40)] = 0.0
    outside_m: float = 25.0
    inside_m: float = 60.0

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.event) == (self.change is not None):
            raise ValueError("a step needs exactly one of 'event' and 'change'")
        if not self.on and not self.point:
            raise ValueError("a step needs 'on' or 'point'")
        if self.change is not None and self.until_s is None:
            raise ValueError("a change needs 'until_s': it ends")
        return self


class Script(Settings):
    """``alarms`` are the types that it must raise under the rules that come with the program."""

    id: Id
    title: Title
    lasts_s: Annotated[float, Field(gt=0, le=86_400)]
    alarms: tuple[str, ...] = ()
    choose: dict[str, Choice] = Field(default_factory=dict)
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _named(self) -> Self:
        known: set[str] = set()
        for name, choice in self.choose.items():
            if choice.near and choice.near not in known:
                raise ValueError(f"'near' of {name} names {choice.near}, which is not chosen before it")
            known.add(name)
        strangers = {one.on for one in self.steps if one.on} - known
        if strangers:
            raise ValueError(f"steps name {', '.join(sorted(strangers))}, which 'choose' does not hold")
        late = [one for one in self.steps if max(one.at_s, one.until_s or 0.0) > self.lasts_s]
        if late:
            raise ValueError(f"a step ends after lasts_s = {self.lasts_s:g}")
        return self


class _File(Settings):
    incidents: tuple[Script, ...] = ()


def load_scripts(more: Iterable[Path] = ()) -> dict[str, Script]:
    """Those that come with the program, and those of other files. Raises ConfigError with the line of a mistake."""
    found: dict[str, Script] = {}
    with as_file(files("twin.simulate") / "scripts") as folder:
        for path in (*sorted(folder.glob("*.toml")), *more):
            if not path.is_file():
                raise ConfigError(path=path, where="", detail="there is no such file")
            found |= {one.id: one for one in load_config(path, _File).incidents}
    return found
