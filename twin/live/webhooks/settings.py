"""``config/webhooks.toml``: who is told, of what, and in which form.

::

    [[hooks]]
    id = "duty-room"
    kind = "wecom"                                  # wecom, dingtalk, generic
    url = "env:TWIN_DUTY_ROBOT"                     # or file:PATH; it holds a key, so it does not stand here
    at_least = "B"                                  # major, A, B, C: the least level that is told
    entries = ["alarm.raised", "incident.*"]

    [[hooks]]
    id = "maintenance"
    kind = "dingtalk"
    url = "file:/etc/twin/robot.url"
    secret = "file:/etc/twin/robot.secret"          # what the robot's page calls 加签
    prefix = "【滨江园区】"                          # a keyword that the robot insists on may stand in it

    [[hooks]]
    id = "plant"
    kind = "generic"                                # JSON, signed: X-Twin-Signature
    url = "env:TWIN_PLANT_URL"
    secret = "env:TWIN_PLANT_SECRET"
    language = "en"

Where a url leads must also stand in ``config/outgoing.toml``.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from twin.config_file import Settings, load_config
from twin.model.live import Level

CONFIG: Final = Path("config") / "webhooks.toml"
TOLD: Final = ("alarm.raised", "alarm.cleared", "incident.opened", "incident.breached")

Secret = Annotated[str, Field(pattern="^(env|file):.+")]
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class HookKind(StrEnum):
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    GENERIC = "generic"


class Style(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


# the first is what a hook has that says nothing
STYLES: Final[dict[HookKind, tuple[Style, ...]]] = {
    HookKind.WECOM: (Style.TEXT, Style.MARKDOWN),
    HookKind.DINGTALK: (Style.TEXT,),
    HookKind.GENERIC: (Style.JSON,),
}


class Robot(Settings):
    """What the receivers of one kind take."""

    per_minute: Count
    most_bytes: dict[Style, Count]
    busy: list[int]


@cache
def robots() -> dict[HookKind, Robot]:
    """The numbers that come with the program."""
    said = tomllib.loads((files("twin.live.webhooks") / "robots.toml").read_text(encoding="utf-8"))
    return {kind: Robot.model_validate(said[kind.value]) for kind in HookKind}


class HookSettings(Settings):
    """``attempts`` are made of one message, with waits that double from ``first_wait_s`` to ``longest_wait_s``."""

    id: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")]
    kind: HookKind
    url: Secret
    secret: Secret | None = None
    style: Style | None = None
    at_least: Level = Level.C
    entries: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: list(TOLD))
    language: Literal["zh", "en"] = "zh"
    prefix: Annotated[str, Field(max_length=60)] = ""
    per_minute: Count | None = None
    most_bytes: Annotated[int, Field(ge=200)] | None = None
    busy: list[int] | None = None
    attempts: Annotated[int, Field(ge=1, le=1000)] = 12
    first_wait_s: Seconds = 2.0
    longest_wait_s: Seconds = 900.0
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    most_waiting: Count = 10_000

    @field_validator("entries")
    @classmethod
    def _are_kinds(cls, said: list[str]) -> list[str]:
        for one in said:
            if not re.fullmatch(r"[a-z_]+\.([a-z_]+|\*)", one):
                raise ValueError(f"'{one}' is no kind of entry that is told, such as alarm.raised or incident.*")
        return said

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind is HookKind.GENERIC and self.secret is None:
            raise ValueError('a generic hook signs what it sends: write secret = "env:NAME" or "file:PATH"')
        if self.kind is HookKind.WECOM and self.secret is not None:
            raise ValueError("a WeCom robot takes no signature: remove secret")
        if self.style is not None and self.style not in STYLES[self.kind]:
            raise ValueError(f"style of {self.kind} is one of {', '.join(STYLES[self.kind])}")
        return self

    def tells_of(self, kind: str) -> bool:
        return any(kind == one or (one.endswith(".*") and kind.startswith(one[:-1])) for one in self.entries)

    def style_in_use(self) -> Style:
        return self.style or STYLES[self.kind][0]

    def robot(self) -> Robot:
        """The numbers that hold for this hook."""
        known, style = robots()[self.kind], self.style_in_use()
        return Robot(
            per_minute=self.per_minute or known.per_minute,
            most_bytes={style: self.most_bytes or known.most_bytes[style]},
            busy=known.busy if self.busy is None else self.busy,
        )


class WebhookSettings(Settings):
    hooks: list[HookSettings] = Field(default_factory=list)

    @field_validator("hooks")
    @classmethod
    def _have_names_of_their_own(cls, said: list[HookSettings]) -> list[HookSettings]:
        names = [one.id for one in said]
        for one in names:
            if names.count(one) > 1:
                raise ValueError(f"two hooks have the id '{one}'")
        return said


def load_webhook_settings(campus_folder: Path) -> WebhookSettings:
    """Raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / CONFIG, WebhookSettings)
