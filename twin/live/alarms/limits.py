"""Numbers that judge alarms as a whole: ``limits.toml``, replaced by what ``config/alarms.toml`` says."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from twin.errors import ConfigMistakesError
from twin.live.rules.checked import Flag, Mistake, Seconds, Strict, mistakes_of, parse

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
    if not path.is_file():
        return default_limits()
    parsed = parse(path.name, path.read_bytes())
    if isinstance(parsed, Mistake):
        raise ConfigMistakesError(path=path, mistakes=str(parsed))
    text, data = parsed
    try:
        return AlarmLimits.model_validate(_over(_shipped(), data))
    except ValidationError as fault:
        told = mistakes_of(path.name, text, data, fault)
        raise ConfigMistakesError(path=path, mistakes="; ".join(map(str, told))) from fault


def _shipped() -> dict[str, Any]:
    return tomllib.loads((files("twin.live.alarms") / "limits.toml").read_text(encoding="utf-8"))


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = {
        key: _over(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }
    return below | both
