"""Numbers that judge alarms as a whole: ``limits.toml``, replaced by what ``config/alarms.toml`` says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from twin.live.rules.checked import Flag, Seconds, Strict
from twin.live.shipped import over, shipped

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
    return over(None, _shipped(), AlarmLimits)


def load_limits(config: Path) -> AlarmLimits:
    """What the campus says, over what comes with the program."""
    return over(config / "alarms.toml", _shipped(), AlarmLimits)


def _shipped() -> dict[str, Any]:
    return shipped("twin.live.alarms", "limits.toml")
