"""Numbers that judge alarms as a whole: ``limits.toml``, replaced by what ``config/alarms.toml`` says."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from twin.live.rules.checked import Flag, Seconds, Strict, check_file

Count = Annotated[int, Field(strict=True, ge=1)]


class FloodLimit(Strict):
    alarms: Count
    window_s: Annotated[Seconds, Field(gt=0)]


class ChatterLimit(Strict):
    raises: Count
    window_s: Annotated[Seconds, Field(gt=0)]


class ShelveLimit(Strict):
    longest_s: Annotated[Seconds, Field(gt=0)]


class MergeLimit(Strict):
    within_s: Annotated[Seconds, Field(gt=0)]
    least_children: Count
    least_share: Annotated[float, Field(gt=0, le=1)]


class AlarmLimits(Strict):
    """All of them; ``unverified`` until somebody who answers for them says otherwise."""

    unverified: Flag
    flood: FloodLimit
    chatter: ChatterLimit
    shelve: ShelveLimit
    merge: MergeLimit


def default_limits() -> AlarmLimits:
    return AlarmLimits.model_validate(_shipped())


def load_limits(config: Path) -> AlarmLimits:
    """What the campus says, over what comes with the program."""
    path = config / "alarms.toml"
    return check_file(path, AlarmLimits, below=_shipped()) if path.is_file() else default_limits()


def _shipped() -> dict[str, Any]:
    return tomllib.loads((files("twin.live.alarms") / "limits.toml").read_text(encoding="utf-8"))
