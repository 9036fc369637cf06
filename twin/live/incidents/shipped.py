"""Settings that come with the program (``defaults/``), replaced key by key by what ``config/`` of a campus says."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from twin.errors import ConfigMistakesError
from twin.live.rules.checked import Mistake, Strict, mistakes_of, parse

_HERE: Final = "twin.live.incidents"
Model = TypeVar("Model", bound=Strict)


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((files(_HERE) / "defaults" / name).read_text(encoding="utf-8"))


def load_over(config: Path | None, name: str, model: type[Model]) -> Model:
    """``config/NAME`` over ``defaults/NAME``. Raises ConfigMistakesError with every mistake and its line."""
    below = shipped(name)
    path = config / name if config is not None else None
    if path is None or not path.is_file():
        return model.model_validate(below)
    parsed = parse(name, path.read_bytes())
    if isinstance(parsed, Mistake):
        raise ConfigMistakesError(path=path, mistakes=str(parsed))
    text, data = parsed
    try:
        return model.model_validate(over(below, data))
    except ValidationError as fault:
        told = mistakes_of(name, text, data, fault)
        raise ConfigMistakesError(path=path, mistakes="; ".join(map(str, told))) from fault


def over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are joined, everything else is replaced. What a campus says about itself it answers for."""
    both = {
        key: over(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }
    return below | both
